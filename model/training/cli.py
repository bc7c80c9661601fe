"""The command line of this package."""

from pathlib import Path

import click
import torch
from detectron2.config import CfgNode
from detectron2.engine import launch
from detectron2.utils import comm
from detectron2.utils.logger import setup_logger

from model.training import export as exporting
from model.training import trainer
from model.training.cli_empty import draw_nothing, nothing
from model.training.cli_labels import convert_deepfashion2, pseudo_label
from model.training.cli_measure import compare, evaluate
from model.training.cli_polish import polish_command
from model.training.config import load_config
from model.training.datasets import register
from model.training.embedder import export_embedder
from model.training.export import last_checkpoint
from model.training.mixing import mix_runs
from model.training.options import CONFIG, DATA, FOLDER, OUTPUT, OVERRIDES
from model.training.pictures import read_scaled
from model.training.progress import progress
from model.training.zoo import ZOO, local_weights


@click.group()
def main() -> None:
    """Train, measure and export the garment segmenter."""


@main.command()
@DATA
@CONFIG
@click.option("--output", type=click.Path(path_type=Path), required=True)
@click.option("--resume", is_flag=True, help="Go on from the last checkpoint in the output.")
@click.option("--minutes", type=float, help="Train for so long, whatever the number of steps.")
@click.option("--processes", default=1, show_default=True, help="Processes (or GPUs) here.")
@click.option("--machines", default=1, show_default=True)
@click.option("--machine-rank", default=0, show_default=True)
@click.option("--dist-url", default="auto", show_default=True)
@click.option("--zoo", default=ZOO, show_default=True, help="Detectron2's model zoo, or a mirror.")
@OVERRIDES
def train(
    *,
    data: tuple[Path, ...],
    config: str,
    output: Path,
    resume: bool,
    minutes: float | None,
    processes: int,
    machines: int,
    machine_rank: int,
    dist_url: str,
    zoo: str,
    overrides: tuple[str, ...],
) -> None:
    """Train a model. OVERRIDES are keys and values of the configuration."""
    cfg = load_config(config, list(overrides))
    cfg.OUTPUT_DIR = str(output)
    if not (resume and (output / "last_checkpoint").exists()):
        # Here, not in each process, since all of them would download it.
        with progress("Downloading") as step:
            cfg.MODEL.WEIGHTS = local_weights(cfg.MODEL.WEIGHTS, zoo, step)
    if minutes is not None:
        cfg.SOLVER.MAX_MINUTES = minutes
    cfg.freeze()
    launch(
        _train_here,
        processes,
        num_machines=machines,
        machine_rank=machine_rank,
        dist_url=dist_url,
        args=(cfg, data, resume, processes),
    )


def _train_here(cfg: CfgNode, data: tuple[Path, ...], resume: bool, processes: int) -> None:
    setup_logger(cfg.OUTPUT_DIR, distributed_rank=comm.get_rank())
    setup_logger(cfg.OUTPUT_DIR, distributed_rank=comm.get_rank(), name="model")
    if cfg.MODEL.DEVICE == "cpu" and processes > 1:
        torch.set_num_threads(1)
    for folder in data:
        register(folder)
    trainer.train(cfg, resume=resume)


@main.command()
@click.argument("before", type=click.Path(exists=True, path_type=Path))
@click.argument("after", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--share", type=click.FloatRange(0, 1), default=0.7, show_default=True)
@click.option("--output", type=click.Path(path_type=Path), required=True)
def mix(before: Path, after: Path, share: float, output: Path) -> None:
    """Put SHARE of the weights of the run AFTER and the rest of BEFORE together.

    AFTER went on from BEFORE, a run or a file of weights. OUTPUT is then like a run's.
    """
    try:
        click.echo(mix_runs(before, after, share, output))
    except ValueError as error:
        raise click.ClickException(str(error)) from error


@main.command("export")
@CONFIG
@OUTPUT
@FOLDER
@click.option("--photo", "photos", multiple=True, type=click.Path(exists=True, path_type=Path))
@click.option("--served-score", default=0.5, show_default=True)
@OVERRIDES
def export_command(
    *,
    config: str,
    output: Path | None,
    folder: Path,
    photos: tuple[Path, ...],
    served_score: float,
    overrides: tuple[str, ...],
) -> None:
    """Write segmenter.onnx, once it agrees with eager on noise and on the photos."""
    cfg = load_config(config, list(overrides))
    checkpoint = last_checkpoint(output) if output else None
    pictures = [
        read_scaled(photo, cfg.INPUT.MIN_SIZE_TEST, cfg.INPUT.MAX_SIZE_TEST)[0] for photo in photos
    ]
    path, agreed = exporting.export(cfg, checkpoint, folder, pictures, served_score)
    click.echo(f"{path}: {path.stat().st_size / 1e6:.1f} MB, {agreed} garments as in eager")


@main.command("export-embedder")
@FOLDER
def export_embedder_command(folder: Path) -> None:
    """Write embedder.onnx from the ImageNet weights that a package ships."""
    path = export_embedder(folder)
    click.echo(f"{path}: {path.stat().st_size / 1e6:.1f} MB")


for command in (
    evaluate,
    compare,
    pseudo_label,
    convert_deepfashion2,
    nothing,
    draw_nothing,
    polish_command,
):
    main.add_command(command)
