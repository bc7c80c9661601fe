"""The command that measures a model."""

import functools
import json
from pathlib import Path

import click

from model.training.checkpoints.runs import last_checkpoint
from model.training.commands.options import CONFIG, DATA, OUTPUT, OVERRIDES
from model.training.data.dataset_names import load_dataset
from model.training.data.datasets import labelled_numbers
from model.training.data.variants import VARIANTS
from model.training.detecting.detectors import described, eager_detector, making_only, onnx_detector
from model.training.detecting.pasting import PASTES
from model.training.measuring.evaluation import Measurement
from model.training.measuring.in_processes import measure_variants
from model.training.measuring.intervals import DRAWS
from model.training.measuring.plots import confusion_matrix, precision_recall, reliability
from model.training.measuring.results_file import write_results
from model.training.measuring.tables import (
    categories_table,
    figures_table,
    intervals_table,
    sizes_table,
    subsets_table,
)
from model.training.network.config import load_config


@click.command()
@DATA
@CONFIG
@OUTPUT
@click.option("--onnx", type=click.Path(exists=True, path_type=Path), help="An exported graph.")
@click.option("--dataset", default="street_val", show_default=True)
@click.option(
    "--variant",
    "variants",
    multiple=True,
    type=click.Choice([*VARIANTS, "all"]),
    help="Changed copies of the photos. Repeatable.",
)
@click.option(
    "--paste",
    type=click.Choice(list(PASTES)),
    default="served",
    show_default=True,
    help="How masks come into the photo: as the server does it, or as in published figures.",
)
@click.option(
    "--served-score",
    type=float,
    help="From which score garments count as shown.  [default: what weights.json says, or 0.5]",
)
@click.option("--served-only", is_flag=True, help="Leave out COCO's figures: much faster.")
@click.option(
    "--bootstrap",
    "draws",
    type=click.IntRange(0),
    default=DRAWS,
    show_default=True,
    help="Draws of the photos for the 95 % intervals; 0 for none.",
)
@click.option("--processes", type=click.IntRange(1), default=1, show_default=True)
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path), help="Also write all figures."
)
@click.option(
    "--results",
    "results_file",
    type=click.Path(path_type=Path),
    help="Also write all finds, in COCO's results format.",
)
@click.option(
    "--plots",
    "plots_folder",
    type=click.Path(path_type=Path),
    help="Also draw the confusion matrix, the precision-recall and the reliability curve there.",
)
@click.option("--limit", type=int, help="Only so many photos.")
@OVERRIDES
def evaluate(
    *,
    data: tuple[Path, ...],
    config: str | None,
    output: Path | None,
    onnx: Path | None,
    dataset: str,
    variants: tuple[str, ...],
    paste: str,
    served_score: float | None,
    served_only: bool,
    draws: int,
    processes: int,
    json_file: Path | None,
    results_file: Path | None,
    plots_folder: Path | None,
    limit: int | None,
    overrides: tuple[str, ...],
) -> None:
    """Measure a training run, or an exported graph, on labelled photos."""
    names = VARIANTS if "all" in variants else (variants or ("plain",))
    if results_file and (served_only or tuple(names) != ("plain",)):
        raise click.UsageError("--results takes the photos as they are, and no --served-only.")
    records = load_dataset(dataset, data)[:limit]
    cfg = load_config(config, list(overrides), output)
    score = 0.5 if served_score is None else served_score
    if onnx is not None:
        entry = described(onnx, cfg)
        score = entry.score_threshold if served_score is None else served_score
        least = score if served_only else 0.0
        make = functools.partial(onnx_detector, onnx, entry, least_score=least, paste=paste)
    elif output is not None:
        make = functools.partial(eager_detector, cfg, last_checkpoint(output), paste=paste)
    else:
        raise click.UsageError("Give --output (a training run) or --onnx (a graph).")
    # What the photos do not label is neither right nor wrong.
    make = functools.partial(making_only, make, labelled_numbers(records))
    measured = measure_variants(
        make,
        records,
        names,
        score,
        served_only=served_only,
        processes=processes,
    )
    summaries = {name: found.summary(draws) for name, found in measured.items()}
    tables = [figures_table(summaries)]
    if not served_only:
        first = next(iter(summaries.values()))
        tables += [sizes_table(summaries), categories_table(first)]
        tables += [subsets_table(first)] if "subsets" in first else []
    tables += [intervals_table(summaries)] if draws else []
    click.echo("\n\n".join(tables))
    if json_file:
        content = {name: {"paste": paste, **summary} for name, summary in summaries.items()}
        json_file.write_text(json.dumps(content, indent=2) + "\n")
    if results_file:
        write_results(measured["plain"].coco.results, results_file)
    if plots_folder and not served_only:
        _draw_plots(measured, plots_folder)


def _draw_plots(measured: dict[str, Measurement], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, measurement in measured.items():
        confusion_matrix(measurement, folder / f"{name}-confusion.png")
        precision_recall(measurement, folder / f"{name}-precision-recall.png")
        reliability(measurement, folder / f"{name}-reliability.png")
