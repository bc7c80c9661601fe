"""The command that trains what tells garments from other things."""

from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
import torch

from model.embedder import Embedder
from model.segmenter import Segmenter
from model.training.classifiers.verifier import (
    EVERYTHING,
    LEAST_SCORE,
    Finds,
    GarmentLayer,
    Rule,
    collect,
    export,
    fit,
)
from model.training.commands.options import DATA, FOLDER
from model.training.data.dataset_names import load_dataset
from model.training.measuring.nothing import SURE

# What the layer learns from, and what is measured but not learnt from.
_WORN = (
    "street_train@fit",
    "attributes_train@fit",
    "madison_train@fit",
    "luma_train@kept",
    "single_index@fit",
)
_EMPTY = ("everyday_photos@fit",)
_MEASURED = (
    "everyday_photos@choosing",
    "street_train@choosing",
    "attributes_train@choosing",
    "madison_train@choosing",
    "single_index@choosing",
    "everyday_photos@held_out",
    "street_val",
    "luma_train@held_out",
)


@click.command("train-verifier")
@DATA
@click.option(
    "--worn", multiple=True, default=_WORN, show_default=True, help="Annotated photos. Repeatable."
)
@click.option(
    "--empty",
    multiple=True,
    default=_EMPTY,
    show_default=True,
    help="Pictures without garments. Repeatable.",
)
@click.option(
    "--measure",
    "measured",
    multiple=True,
    default=_MEASURED,
    show_default=True,
    help="Data sets that nothing is learnt from. Repeatable.",
)
@click.option(
    "--weak",
    "weak_folders",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    multiple=True,
    help="Weights that find things on pictures without garments; their finds there are learnt "
    "too. Repeatable.",
)
@click.option("--limit", type=int, help="Only so many photos of each data set.")
@click.option("--penalty", default=0.01, show_default=True, help="Of the squared weights.")
@click.option("--trusted", default=0.98, show_default=True, help="As `trusted_score`.")
@click.option("--least", default=0.2, show_default=True, help="As `least`.")
@FOLDER
def train_verifier(
    *,
    data: tuple[Path, ...],
    worn: tuple[str, ...],
    empty: tuple[str, ...],
    measured: tuple[str, ...],
    weak_folders: tuple[Path, ...],
    limit: int | None,
    penalty: float,
    trusted: float,
    least: float,
    folder: Path,
) -> None:
    """Train and export the layer that tells garments from other things.

    It learns from what the segmenter in --weights finds on annotated photos and on pictures
    without garments, and is written beside it.
    """
    torch.set_num_threads(1)  # the matrices are small
    segmenter, embedder = Segmenter(folder, threads=1), Embedder(folder)

    def found(name: str, by: Segmenter, score: float = LEAST_SCORE) -> Finds:
        click.echo(f"Looking at {name} ...", err=True)
        return collect(load_dataset(name, data)[:limit], by, embedder, score)

    parts = [found(name, segmenter) for name in (*worn, *empty)]
    parts += [found(name, Segmenter(weak, threads=1)) for weak in weak_folders for name in empty]
    learnt = Finds.joined(parts)
    layer = fit(learnt.features, learnt.answers, penalty)
    rule = Rule(trusted, least)
    worn_finds, others = (int((learnt.answers == answer).sum()) for answer in (1, 0))
    click.echo(f"Learnt from {worn_finds} garments and {others} other things.")
    served = segmenter.score_threshold
    click.echo(report(measured, [found(name, segmenter) for name in measured], layer, rule, served))
    path = export(layer, rule, folder)
    click.echo(f"{path}: {path.stat().st_size / 1e3:.0f} kB")


def report(
    names: Sequence[str],
    parts: Sequence[Finds],
    layer: GarmentLayer,
    rule: Rule,
    served: float,
) -> str:
    """Return a table of what is shown with and without a verifier.

    Of photos with garments, the share of annotated ones that a shown find fits; of pictures
    without, how many of 100 show something, and something sure.
    """
    of_100 = f"of 100 pictures show one from {served:g}"
    heads = ["data set", "pictures", "recall", "verified"]
    heads += [of_100, "verified", f"from {SURE:g}", "verified"]
    lines = [
        "| " + " | ".join(heads) + " |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name, finds in zip(names, parts, strict=True):
        likely = layer.probabilities(finds.features)
        cells = []
        for score in (served, SURE):
            for each in (EVERYTHING, rule):
                shown = finds.shown(likely, each, score)
                right = (shown & (finds.answers == 1)).sum() / max(finds.annotated.sum(), 1)
                pictures = len(np.unique(finds.photos[shown])) / max(len(finds.annotated), 1)
                cells.append((float(right), 100 * float(pictures)))
        if finds.annotated.any():
            figures = [f"{cells[0][0]:.3f}", f"{cells[1][0]:.3f}", "", "", "", ""]
        else:
            figures = ["", "", *(f"{cell[1]:.1f}" for cell in cells)]
        lines.append(f"| {name} | {len(finds.annotated)} | " + " | ".join(figures) + " |")
    return "\n".join(lines)
