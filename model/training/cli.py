"""The command line of this package."""

import json
from pathlib import Path

import click
import torch
from detectron2.config import CfgNode
from detectron2.data import DatasetCatalog
from detectron2.engine import launch
from detectron2.utils import comm
from detectron2.utils.logger import setup_logger

from model.training import export as exporting
from model.training import trainer
from model.training.config import LIGHT, load_config
from model.training.datasets import register
from model.training.detectors import eager_detector, onnx_detector
from model.training.embedder import export_embedder
from model.training.evaluation import measure, read_photos
from model.training.export import last_checkpoint
from model.training.pictures import read_scaled
from model.training.pseudo import pseudo_labels, write_coco
from model.training.tables import categories_table, figures_table
from model.training.variants import VARIANTS, variant
from model.training.weights import WEIGHTS

_DATA = click.option(
    "--data",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="WTB_DATA",
    required=True,
    help="Folder with one folder per source of labelled photos (or WTB_DATA). Repeatable.",
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


def _train_here(cfg: CfgNode, data: tuple[Path, ...], resume: bool, processes: int) -> None:

    setup_logger(cfg.OUTPUT_DIR, distributed_rank=comm.get_rank())
    setup_logger(cfg.OUTPUT_DIR, distributed_rank=comm.get_rank(), name="model")
    if cfg.MODEL.DEVICE == "cpu" and processes > 1:
        torch.set_num_threads(1)
    for folder in data:
        register(folder)
    trainer.train(cfg, resume=resume)


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
@_FOLDER
def export_embedder_command(folder: Path) -> None:
    """Write embedder.onnx from the ImageNet weights that a package ships."""
    path = export_embedder(folder)
    click.echo(f"{path}: {path.stat().st_size / 1e6:.1f} MB")


@main.command()
@_DATA
@_CONFIG
@_OUTPUT
@click.option("--onnx", type=click.Path(exists=True, path_type=Path), help="An exported graph.")
@click.option("--dataset", default="street_val", show_default=True)
@click.option("--variant", "variants", multiple=True, help="Changed copies; `all` for all.")
@click.option("--served-score", default=0.5, show_default=True)
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path), help="Also write all figures."
)
@click.option("--limit", type=int, help="Only so many photos.")
@_OVERRIDES
def evaluate(
    *,
    data: tuple[Path, ...],
    config: str,
    output: Path | None,
    onnx: Path | None,
    dataset: str,
    variants: tuple[str, ...],
    served_score: float,
    json_file: Path | None,
    limit: int | None,
    overrides: tuple[str, ...],
) -> None:
    """Measure a training run, or an exported graph, on labelled photos."""
    for folder in data:
        register(folder)
    cfg = load_config(config, list(overrides))
    if onnx is not None:
        detector = onnx_detector(onnx, cfg.INPUT.MIN_SIZE_TEST, cfg.INPUT.MAX_SIZE_TEST)
    elif output is not None:
        detector = eager_detector(cfg, last_checkpoint(output))
    else:
        raise click.UsageError("Give --output (a training run) or --onnx (a graph).")
    records = DatasetCatalog.get(dataset)[:limit]
    names = VARIANTS if "all" in variants else (variants or ("plain",))
    summaries = {
        name: measure(detector, variant(name, read_photos(records)), served_score).summary()
        for name in names
    }
    click.echo(figures_table(summaries))
    click.echo()
    click.echo(categories_table(next(iter(summaries.values()))))
    if json_file:
        json_file.write_text(json.dumps(summaries, indent=2) + "\n")


@main.command("pseudo-label")
@_DATA
@_CONFIG
@_OUTPUT
@click.option("--source", default="street", show_default=True, help="Folder with tags.json.")
@click.option("--to", type=click.Path(path_type=Path), required=True, help="COCO file to write.")
@_OVERRIDES
def pseudo_label(
    *,
    data: tuple[Path, ...],
    config: str,
    output: Path | None,
    source: str,
    to: Path,
    overrides: tuple[str, ...],
) -> None:
    """Label photos that have tags only, by a trained model and the tags."""
    if output is None:
        raise click.UsageError("Give --output (a training run).")
    cfg = load_config(config, list(overrides))
    detector = eager_detector(cfg, last_checkpoint(output))
    count = write_coco(pseudo_labels(data[0] / source, detector), to)
    click.echo(f"{to}: {count} photos")
