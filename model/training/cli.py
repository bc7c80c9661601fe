"""The command line of this package."""

from pathlib import Path

import click
import torch
from detectron2.config import CfgNode
from detectron2.engine import launch
from detectron2.utils.logger import setup_logger

from model.training.config import LIGHT, load_config
from model.training.datasets import register
from model.training.weights import WEIGHTS

_DATA = click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="WTB_DATA",
    required=True,
    help="Folder with one folder per source of labelled photos (or WTB_DATA).",
)
_CONFIG = click.option(
    "--config", default=LIGHT, show_default=True, help="A configuration's name or file."
)
_OVERRIDES = click.argument("overrides", nargs=-1)


@click.group()
def main() -> None:
    """Train, measure and export the garment segmenter."""


@main.command()
@_DATA
@_CONFIG
@click.option("--output", type=click.Path(path_type=Path), required=True)
@click.option("--resume", is_flag=True, help="Go on from the last checkpoint in the output.")
@click.option("--minutes", type=float, help="Train for so long, whatever the number of steps.")
@click.option("--processes", default=1, show_default=True, help="Processes (or GPUs) here.")
@click.option("--machines", default=1, show_default=True)
@click.option("--machine-rank", default=0, show_default=True)
@click.option("--dist-url", default="auto", show_default=True)
@_OVERRIDES
def train(
    data: Path,
    config: str,
    output: Path,
    resume: bool,
    minutes: float | None,
    processes: int,
    machines: int,
    machine_rank: int,
    dist_url: str,
    overrides: tuple[str, ...],
) -> None:
    """Train a model. OVERRIDES are keys and values of the configuration."""
    cfg = load_config(config, list(overrides))
    cfg.OUTPUT_DIR = str(output)
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


def _train_here(cfg: CfgNode, data: Path, resume: bool, processes: int) -> None:
    from detectron2.utils import comm

    from model.training.trainer import train as run

    setup_logger(cfg.OUTPUT_DIR, distributed_rank=comm.get_rank())
    setup_logger(cfg.OUTPUT_DIR, distributed_rank=comm.get_rank(), name="model")
    if cfg.MODEL.DEVICE == "cpu" and processes > 1:
        torch.set_num_threads(1)
    register(data)
    run(cfg, resume)


_OUTPUT = click.option(
    "--output",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A training run; its last checkpoint is taken.",
)
_FOLDER = click.option(
    "--weights",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=WEIGHTS,
    help="Folder to write to; model/weights unless given.",
)


@main.command("export")
@_CONFIG
@_OUTPUT
@_FOLDER
@click.option("--photo", "photos", multiple=True, type=click.Path(exists=True, path_type=Path))
@click.option("--served-score", default=0.5, show_default=True)
@_OVERRIDES
def export_command(
    config: str,
    output: Path | None,
    folder: Path,
    photos: tuple[Path, ...],
    served_score: float,
    overrides: tuple[str, ...],
) -> None:
    """Write segmenter.onnx, once it agrees with eager on noise and on the photos."""
    from model.training.export import export, last_checkpoint
    from model.training.pictures import read_scaled

    cfg = load_config(config, list(overrides))
    checkpoint = last_checkpoint(output) if output else None
    pictures = [
        read_scaled(photo, cfg.INPUT.MIN_SIZE_TEST, cfg.INPUT.MAX_SIZE_TEST)[0] for photo in photos
    ]
    path, agreed = export(cfg, checkpoint, folder, pictures, served_score)
    click.echo(f"{path}: {path.stat().st_size / 1e6:.1f} MB, {agreed} garments as in eager")


@main.command("export-embedder")
@_FOLDER
def export_embedder_command(folder: Path) -> None:
    """Write embedder.onnx from the ImageNet weights that a package ships."""
    from model.training.embedder import export_embedder

    path = export_embedder(folder)
    click.echo(f"{path}: {path.stat().st_size / 1e6:.1f} MB")
