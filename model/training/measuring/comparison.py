"""The same photos under several models, side by side, as in the paper's Fig. 3."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from model.training.data.datasets import Record
from model.training.detecting.detectors import Detector, as_served
from model.training.measuring.comparison_page import Column, write_page
from model.training.measuring.drawn_garments import draw_annotations, draw_garments, titled

ANNOTATION = "annotation"


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


def compare(
    models: dict[str, Seeing],
    photos: list[Path],
    folder: Path,
    annotated: Mapping[Path, Record] | None = None,
) -> list[Outcome]:
    """Write a picture per photo into `folder`, a column per model, and a page of all.

    Args:
        models: By name.
        photos: Their files.
        folder: Pictures come into it, and `index.html`, in which one column is wiped over
            another.
        annotated: What is annotated on photos, by their resolved paths; it becomes the first
            column.

    Returns:
        Counts and times.
    """
    folder.mkdir(parents=True, exist_ok=True)
    outcomes: list[Outcome] = []
    pages: dict[str, list[Column]] = {}
    for path in photos:
        picture: Any = cv2.imread(str(path), cv2.IMREAD_COLOR)
        if picture is None:
            raise ValueError(f"{path} is not a picture that can be read")
        columns = []
        record = (annotated or {}).get(path.resolve())
        if record is not None:
            note = f"{len(record['annotations'])} garments"
            columns.append(Column(ANNOTATION, note, draw_annotations(picture, record)))
        for name, model in models.items():
            start = time.perf_counter()
            found = model.detector(picture)
            took = 1000 * (time.perf_counter() - start)
            found = as_served(found, model.score)
            outcomes.append(Outcome(name, path.name, len(found), took))
            note = f"{len(found)} garments, {took:.0f} ms"
            columns.append(Column(name, note, draw_garments(picture, found)))
        name = _free_name(path.stem, pages)
        pages[name] = columns
        strips = [titled(column.picture, f"{column.name}: {column.note}") for column in columns]
        height = max(strip.shape[0] for strip in strips)
        filled = [_lowered(strip, height) for strip in strips]
        cv2.imwrite(str(folder / f"{name}.png"), np.hstack(filled))
    write_page(pages, outcomes_rows(outcomes), folder / "index.html")
    return outcomes


def _free_name(stem: str, taken: Mapping[str, Any]) -> str:
    """Return a name that no other photo has: photos of two folders may share theirs."""
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}-{number}"
    return name


def _lowered(strip: Any, height: int) -> Any:
    """Fill up above with white, so that all photos end in one line."""
    above = height - strip.shape[0]
    return cv2.copyMakeBorder(strip, above, 0, 0, 0, cv2.BORDER_CONSTANT, value=(255, 255, 255))


def outcomes_rows(outcomes: list[Outcome]) -> list[tuple[str, ...]]:
    """Return model, photos, garments a photo and median milliseconds of each model."""
    rows: list[tuple[str, ...]] = []
    for model in dict.fromkeys(outcome.model for outcome in outcomes):
        its = [outcome for outcome in outcomes if outcome.model == model]
        garments = sum(row.garments for row in its) / len(its)
        median = float(np.median([row.milliseconds for row in its]))
        rows.append((model, str(len(its)), f"{garments:.2f}", f"{median:.0f}"))
    return rows


def outcomes_table(outcomes: list[Outcome]) -> str:
    """Return counts and median times, one row per model."""
    lines = ["| model | photos | garments a photo | median ms |", "| --- | --- | --- | --- |"]
    lines += [f"| {' | '.join(row)} |" for row in outcomes_rows(outcomes)]
    return "\n".join(lines)
