"""Detections in COCO's results format, which other evaluation tools read too.

A JSON list of `{"image_id", "category_id", "bbox", "score", "segmentation"}`: ids as in the
annotation file (DeepFashion2's own photo numbers), categories from 1, boxes as
`[x, y, width, height]` and masks run-length coded (https://cocodataset.org/#format-results).
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from model.errors import WhereToBuyError
from model.training.data.datasets import Record
from model.training.measuring.coco_figures import CocoFigures

_KEYS = ("image_id", "category_id", "bbox", "score", "segmentation")


class ResultsError(WhereToBuyError):
    """A file of results cannot be used."""

    code = "bad-results"


def write_results(results: Iterable[dict[str, Any]], path: Path) -> None:
    """Write finds, one a line; the file is there when it is complete."""
    draft = path.with_name(path.name + ".new")
    with draft.open("w") as file:
        file.write("[")
        for number, result in enumerate(results):
            file.write(",\n" if number else "\n")
            file.write(json.dumps({key: result[key] for key in _KEYS}))
        file.write("\n]\n")
    draft.replace(path)


def with_truth(path: Path, records: list[Record]) -> CocoFigures:
    """Return the finds of a file beside what is annotated on these photos.

    Raises:
        ResultsError: It is no file of results, or of other photos.
    """
    figures = CocoFigures()
    for record in records:
        figures.add_truth(record)
    figures.results = _read(path)
    strangers = {r["image_id"] for r in figures.results} - {i["id"] for i in figures.images}
    if strangers:
        raise ResultsError(
            f"{path} has finds on {len(strangers)} photos that are not in the data set, such as "
            f"{min(strangers)}.",
            hint="Name the data set that it was made on with --dataset.",
        )
    return figures


def _read(path: Path) -> list[dict[str, Any]]:
    try:
        content = json.loads(path.read_bytes())
        return [{key: result[key] for key in _KEYS} for result in content]
    except (ValueError, TypeError, KeyError) as error:
        raise ResultsError(
            f"{path} is no list of finds with masks: {error}.",
            hint="`evaluate --results FILE` writes one.",
        ) from error
