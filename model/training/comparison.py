"""The same photos under several models, side by side, as in the paper's Fig. 3."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from model.categories import CATEGORIES
from model.training.detectors import Detections, Detector, as_served
from model.training.photometry import Picture

_COLOURS = [
    tuple(
        int(v) for v in cv2.cvtColor(np.array([[[h, 200, 255]]], np.uint8), cv2.COLOR_HSV2BGR)[0, 0]
    )
    for h in np.linspace(0, 165, len(CATEGORIES)).astype(int)
]


@dataclass(frozen=True)
class Seeing:
    """A model, and the least score of the garments that are shown."""

    detector: Detector
    score: float


@dataclass
class Outcome:
    """The result of one model on one photo."""

    model: str
    photo: str
    garments: int
    milliseconds: float


def draw_garments(picture: Picture, found: Detections) -> Picture:
    """Return a copy with each garment tinted, outlined and named."""
    drawn: Any = picture.copy()
    for index in range(len(found)):
        category = int(found.categories[index])
        colour, mask = _COLOURS[category], found.masks[index]
        drawn[mask] = (0.55 * drawn[mask] + 0.45 * np.array(colour)).astype(np.uint8)
        outlines, _ = cv2.findContours(
            mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
        )
        cv2.drawContours(drawn, outlines, -1, colour, 2)
    for index in range(len(found)):
        category = int(found.categories[index])
        text = f"{CATEGORIES[category].name} {100 * found.scores[index]:.0f}"
        x, y = int(found.boxes[index][0]), max(14, int(found.boxes[index][1]) + 14)
        cv2.putText(drawn, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 0, 0), 3)
        cv2.putText(drawn, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 0.5, _COLOURS[category], 1)
    result: Picture = drawn
    return result


def compare(models: dict[str, Seeing], photos: list[Path], folder: Path) -> list[Outcome]:
    """Write a picture per photo into `folder`, a column per model; return counts and times."""
    folder.mkdir(parents=True, exist_ok=True)
    outcomes = []
    for path in photos:
        picture: Any = cv2.imread(str(path), cv2.IMREAD_COLOR)
        if picture is None:
            raise ValueError(f"{path} is not a picture that can be read")
        columns = []
        for name, model in models.items():
            start = time.perf_counter()
            found = model.detector(picture)
            took = 1000 * (time.perf_counter() - start)
            found = as_served(found, model.score)
            outcomes.append(Outcome(name, path.name, len(found), took))
            column = draw_garments(picture, found)
            title = f"{name}: {len(found)} garments, {took:.0f} ms"
            strip = np.full((28, column.shape[1], 3), 255, np.uint8)
            cv2.putText(strip, title, (6, 19), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0, 0, 0), 1)
            columns.append(np.vstack([strip, column]))
        cv2.imwrite(str(folder / f"{path.stem}.png"), np.hstack(columns))
    return outcomes


def outcomes_table(outcomes: list[Outcome]) -> str:
    """Return counts and median times, one row per model."""
    lines = ["| model | photos | garments a photo | median ms |", "| --- | --- | --- | --- |"]
    for model in dict.fromkeys(outcome.model for outcome in outcomes):
        rows = [outcome for outcome in outcomes if outcome.model == model]
        garments = sum(row.garments for row in rows) / len(rows)
        median = float(np.median([row.milliseconds for row in rows]))
        lines.append(f"| {model} | {len(rows)} | {garments:.2f} | {median:.0f} |")
    return "\n".join(lines)
