"""Commands that compare models: by eye, and by figures."""

from collections.abc import Collection
from pathlib import Path

import click

from model.training.checkpoints.runs import last_checkpoint
from model.training.commands.options import DATA
from model.training.data.dataset_names import load_dataset
from model.training.data.datasets import Record
from model.training.detecting.detectors import described, eager_detector, onnx_detector
from model.training.measuring import comparison
from model.training.measuring.comparison import Seeing
from model.training.measuring.differences import differences, differences_table
from model.training.measuring.intervals import DRAWS
from model.training.measuring.results_file import with_truth
from model.training.network.config import load_config


@click.command()
@click.argument("models", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--photo",
    "photos",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A photo; repeatable.  [default: those of the data set]",
)
@click.option(
    "--data",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    envvar="WTB_DATA",
    help="Folder of data (or WTB_DATA), for --dataset. Repeatable.",
)
@click.option("--dataset", help="What is annotated in this data set becomes a column.")
@click.option("--limit", type=int, help="Only so many photos of the data set.")
@click.option("--to", "folder", type=click.Path(path_type=Path), required=True)
@click.option(
    "--served-score",
    type=float,
    help="From which score garments count as shown.  [default: what weights.json says, or 0.5]",
)
def compare(
    *,
    models: tuple[Path, ...],
    photos: tuple[Path, ...],
    data: tuple[Path, ...],
    dataset: str | None,
    limit: int | None,
    folder: Path,
    served_score: float | None,
) -> None:
    """Draw photos as two or three MODELS see them, side by side, with counts and times.

    A model is a training run's folder or an exported graph. Beside the pictures, index.html wipes
    one view over another.
    """
    annotated = _annotated(data, dataset)
    chosen = list(photos) or list(annotated)[:limit]
    if not chosen:
        raise click.UsageError("Give photos with --photo, or a data set with --data and --dataset.")
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
    outcomes = comparison.compare(seen, chosen, folder, annotated)
    click.echo(comparison.outcomes_table(outcomes))
    click.echo(f"{folder / 'index.html'} shows them one over the other.")


def _annotated(data: tuple[Path, ...], dataset: str | None) -> dict[Path, Record]:
    """Return the photos of a data set by their resolved paths; none without a name."""
    if dataset is None:
        return {}
    return {Path(r["file_name"]).resolve(): r for r in load_dataset(dataset, data)}


@click.command()
@click.argument("first", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("second", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@DATA
@click.option("--dataset", default="street_val", show_default=True)
@click.option(
    "--bootstrap", "draws", type=click.IntRange(1), default=DRAWS, show_default=True,
    help="Draws of the photos for the 95 % intervals.",
)  # fmt: skip
@click.option("--limit", type=int, help="Only so many photos, as `evaluate --limit` took.")
def difference(
    *,
    first: Path,
    second: Path,
    data: tuple[Path, ...],
    dataset: str,
    draws: int,
    limit: int | None,
) -> None:
    """Say whether SECOND is better than FIRST: two files of `evaluate --results`.

    Both are measured on the same draws of the photos, which tells smaller differences from
    chance than the two intervals do.
    """
    records = load_dataset(dataset, data)[:limit]
    one, other = with_truth(first, records), with_truth(second, records)
    click.echo(differences_table(differences(one, other, draws)))


def _name(path: Path, taken: Collection[str]) -> str:
    """Return a short name; graphs often share a name and differ by their folder."""
    name = path.stem if path.is_file() else path.name
    return f"{path.parent.name}/{name}" if name in taken else name
