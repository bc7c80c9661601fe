"""Measures how well patterns are named, and trains what names them.

    python -m model.training.patterns --data DATA [--fit]

measures by cross-validation on garments that were labelled by eye, split by photo (a shop's
style in all its colours is one photo); with --fit, it also trains on all of them and writes
`patterns.onnx` with its entry in `weights.json`.
"""

from pathlib import Path

import click
import numpy as np
import torch
from numpy.typing import NDArray

from model.pattern_names import OTHER, PATTERNS, SOLID
from model.training.classifiers.pattern_fit import (
    Linear,
    chosen_thresholds,
    cross_validated,
    measured,
)
from model.training.classifiers.pattern_labels import labelled_crops
from model.training.classifiers.pattern_network import (
    PatternNetwork,
    Texture,
    export,
    read_features,
)
from model.training.commands.options import DATA, FOLDER


def report(answers: NDArray[np.int64], said: NDArray[np.int64]) -> str:
    """Return a table with, for each word, how many exist, were named and were right."""
    lines = [
        f"{'':10}{'labelled':>9}{'said':>6}{'right':>7}{'precision':>11}{'recall':>8}  instead of"
    ]
    for number, word in enumerate(PATTERNS):
        there, told = answers == number, said == number
        right = int((there & told).sum())
        precision = f"{right / told.sum():.2f}" if told.any() else "-"
        recall = f"{right / there.sum():.2f}" if there.any() else "-"
        wrong = np.bincount(answers[told & ~there], minlength=len(PATTERNS))
        instead = ", ".join(f"{PATTERNS[i]} {n}" for i, n in enumerate(wrong) if n)
        lines.append(
            f"{word:10}{there.sum():9}{told.sum():6}{right:7}{precision:>11}{recall:>8}  {instead}"
        )
    worded = [n for n, word in enumerate(PATTERNS) if word not in {SOLID, OTHER}]
    told = np.isin(said, worded)
    there = np.isin(answers, worded)
    right = int((told & (said == answers)).sum())
    lines.append(
        f"{'a word':10}{there.sum():9}{told.sum():6}{right:7}"
        f"{right / max(1, told.sum()):11.2f}{right / max(1, there.sum()):8.2f}"
    )
    return "\n".join(lines)


@click.command()
@DATA
@FOLDER
@click.option("--fit", is_flag=True, help="Also train on all and write patterns.onnx.")
def main(*, data: tuple[Path, ...], folder: Path, fit: bool) -> None:
    """Measure how well patterns are named; with --fit, train and export."""
    torch.set_num_threads(1)  # the matrices are small
    crops = [crop for path in data for crop in labelled_crops(path)]
    if not crops:
        raise click.UsageError("None of the labelled photos are in that folder.")
    texture = Texture().eval()
    features = read_features(crops, texture)
    answers = np.array([PATTERNS.index(item.word) for item in crops], dtype=np.int64)
    groups = [item.group for item in crops]
    click.echo(f"{len(crops)} garments of {len(set(groups))} photos; words by folds of photos")
    click.echo(report(answers, measured(features, answers, groups)))
    if fit:
        thresholds = chosen_thresholds(cross_validated(features, answers, groups, seed=0), answers)
        network = PatternNetwork(texture, Linear(features, answers).layer())
        path = export(network, thresholds, folder)
        click.echo(f"{path}: {path.stat().st_size / 1e6:.1f} MB, thresholds {thresholds}")


if __name__ == "__main__":
    main()
