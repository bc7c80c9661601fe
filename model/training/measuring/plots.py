"""Plots of a measurement."""

from pathlib import Path

import matplotlib as mpl
import numpy as np

from model.categories import CATEGORIES
from model.training.measuring.evaluation import Measurement

mpl.use("Agg")

from matplotlib import pyplot as plt

# Points of the reliability curve.
_PARTS = 10


def confusion_matrix(measurement: Measurement, path: Path) -> None:
    """Draw annotated categories (rows) against predicted ones (columns)."""
    names = [category.name for category in CATEGORIES] + ["nothing"]
    counts = measurement.confusion
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure, axes = plt.subplots(figsize=(9, 8), layout="constrained")
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(names)), names, rotation=60, ha="right")
    axes.set_yticks(range(len(names)), names)
    axes.set_xlabel("said")
    axes.set_ylabel("annotated")
    for (row, column), count in np.ndenumerate(counts):
        if count:
            colour = "white" if shares[row, column] > 0.5 else "black"
            axes.text(column, row, str(count), ha="center", va="center", color=colour, fontsize=8)
    figure.savefig(path, dpi=120)
    plt.close(figure)


def precision_recall(measurement: Measurement, path: Path) -> None:
    """Draw precision over recall at mask IoU 0.5, one line per category that occurs."""
    curves = measurement.curves()
    recall = np.linspace(0, 1, len(curves))
    figure, axes = plt.subplots(figsize=(8, 6), layout="constrained")
    for index, category in enumerate(CATEGORIES):
        if curves[0, index] >= 0:
            label = f"{category.name} ({curves[:, index].mean():.2f})"
            axes.plot(recall, curves[:, index], label=label)
    axes.set_xlabel("recall")
    axes.set_ylabel("precision")
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1.02)
    axes.legend(loc="lower left", fontsize=8)
    figure.savefig(path, dpi=120)
    plt.close(figure)


def reliability(measurement: Measurement, path: Path) -> None:
    """Draw how often finds of a score are right, beside how often they should be.

    Right is a find that fits an annotated garment by half and names its category. What nobody
    annotated counts as wrong, so the curve is a lower bound.
    """
    scores, right = np.array(measurement.believed, float).reshape(-1, 2).T
    order = np.argsort(scores)
    parts = [part for part in np.array_split(order, _PARTS) if part.size]
    said, true = ([values[part].mean() for part in parts] for values in (scores, right))
    figure, axes = plt.subplots(figsize=(6, 6), layout="constrained")
    axes.plot([0, 1], [0, 1], color="grey", linestyle=":", label="as it should be")
    axes.plot(said, true, marker="o", label=f"{len(scores)} finds, as many in each point")
    axes.set_xlabel("mean score")
    axes.set_ylabel("share that is right")
    axes.set_xlim(0, 1.02)
    axes.set_ylim(0, 1.02)
    axes.legend(loc="upper left")
    figure.savefig(path, dpi=120)
    plt.close(figure)
