"""Commands that measure and compare models."""

import json
from collections.abc import Collection
from pathlib import Path

import click
from detectron2.data import DatasetCatalog

from model.training import comparison
from model.training.comparison import Seeing
from model.training.config import load_config
from model.training.datasets import register
from model.training.detectors import described, eager_detector, onnx_detector
from model.training.evaluation import measure, read_photos
from model.training.export import last_checkpoint
from model.training.options import CONFIG, DATA, OUTPUT, OVERRIDES
from model.training.plots import confusion_matrix, precision_recall
from model.training.tables import categories_table, figures_table, sizes_table
from model.training.variants import VARIANTS, variant


@click.command()
@DATA
@CONFIG
@OUTPUT
@click.option("--onnx", type=click.Path(exists=True, path_type=Path), help="An exported graph.")
@click.option("--dataset", default="street_val", show_default=True)
@click.option("--variant", "variants", multiple=True, help="Changed copies; `all` for all.")
@click.option(
    "--served-score",
    type=float,
    help="From which score garments count as shown.  [default: what weights.json says, or 0.5]",
)
@click.option("--served-only", is_flag=True, help="Leave out COCO's figures: much faster.")
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path), help="Also write all figures."
)
@click.option(
    "--plots",
    "plots_folder",
    type=click.Path(path_type=Path),
    help="Also draw the confusion matrix and the precision-recall curves there.",
)
@click.option("--limit", type=int, help="Only so many photos.")
@OVERRIDES
def evaluate(
    *,
    data: tuple[Path, ...],
    config: str,
    output: Path | None,
    onnx: Path | None,
    dataset: str,
    variants: tuple[str, ...],
    served_score: float | None,
    served_only: bool,
    json_file: Path | None,
    plots_folder: Path | None,
    limit: int | None,
    overrides: tuple[str, ...],
) -> None:
    """Measure a training run, or an exported graph, on labelled photos."""
    for folder in data:
        register(folder)
    cfg = load_config(config, list(overrides))
    score = 0.5 if served_score is None else served_score
    if onnx is not None:
        entry = described(onnx, cfg)
        score = entry.score_threshold if served_score is None else served_score
        detector = onnx_detector(onnx, entry, least_score=score if served_only else 0.0)
    elif output is not None:
        detector = eager_detector(cfg, last_checkpoint(output))
    else:
        raise click.UsageError("Give --output (a training run) or --onnx (a graph).")
    records = DatasetCatalog.get(dataset)[:limit]
    names = VARIANTS if "all" in variants else (variants or ("plain",))
    measured = {
        name: measure(detector, variant(name, read_photos(records)), score, served_only=served_only)
        for name in names
    }
    summaries = {name: measurement.summary() for name, measurement in measured.items()}
    click.echo(figures_table(summaries))
    if not served_only:
        click.echo()
        click.echo(sizes_table(summaries))
        click.echo()
        click.echo(categories_table(next(iter(summaries.values()))))
    if json_file:
        json_file.write_text(json.dumps(summaries, indent=2) + "\n")
    if plots_folder and not served_only:
        plots_folder.mkdir(parents=True, exist_ok=True)
        for name, measurement in measured.items():
            confusion_matrix(measurement, plots_folder / f"{name}-confusion.png")
            precision_recall(measurement, plots_folder / f"{name}-precision-recall.png")


@click.command()
@click.argument("models", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--photo",
    "photos",
    multiple=True,
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--to", "folder", type=click.Path(path_type=Path), required=True)
@click.option(
    "--served-score",
    type=float,
    help="From which score garments count as shown.  [default: what weights.json says, or 0.5]",
)
def compare(
    *, models: tuple[Path, ...], photos: tuple[Path, ...], folder: Path, served_score: float | None
) -> None:
    """Draw photos as two or three MODELS see them, side by side, with counts and times.

    A model is a training run's folder or an exported graph.
    """
    seen: dict[str, Seeing] = {}
    for path in dict.fromkeys(model.resolve() for model in models):
        if path.is_file():
            entry = described(path, load_config())
            seen[_name(path, seen)] = Seeing(
                onnx_detector(path, entry),
                entry.score_threshold if served_score is None else served_score,
            )
        else:
            cfg = load_config(str(path / "config.yaml"))
            seen[_name(path, seen)] = Seeing(
                eager_detector(cfg, last_checkpoint(path)),
                0.5 if served_score is None else served_score,
            )
    outcomes = comparison.compare(seen, list(photos), folder)
    click.echo(comparison.outcomes_table(outcomes))


def _name(path: Path, taken: Collection[str]) -> str:
    """Return a short name; graphs often share a name and differ by their folder."""
    name = path.stem if path.is_file() else path.name
    return f"{path.parent.name}/{name}" if name in taken else name
