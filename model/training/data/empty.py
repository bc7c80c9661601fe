"""Pictures that show no garment: folders of photos, drawn ones, and edges of street photos."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from model.photometry import Picture
from model.training.data.drawn import draw_nothing

# As in `datasets.py`.
Record = dict[str, Any]

_SUFFIXES = (".jpg", ".jpeg", ".png")
# Pixels; a narrower strip shows nothing.
_LEAST_SIDE = 60
# Share of the photo's height left between a garment and a strip.
_GAP = 0.015


def is_empty_folder(folder: Path) -> bool:
    """Tell whether a folder holds pictures and no annotations at all."""
    return not any(folder.glob("*.json")) and any(_pictures(folder))


def load_empty(folder: Path) -> list[Record]:
    """Return a record without annotations for each picture of a folder, by name."""
    records = []
    for number, path in enumerate(_pictures(folder)):
        picture = cv2.imread(str(path), cv2.IMREAD_COLOR)
        if picture is None:
            raise ValueError(f"{path} is not a picture that can be read")
        height, width = picture.shape[:2]
        records.append(
            {
                "file_name": str(path),
                "height": height,
                "width": width,
                "image_id": number,
                "annotations": [],
                "ignored": [],
            }
        )
    return records


def _pictures(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in _SUFFIXES)


def write_drawn(folder: Path, count: int, first_seed: int = 0) -> None:
    """Draw `count` pictures without garments into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        picture = draw_nothing(first_seed + number)
        cv2.imwrite(str(folder / f"{number:04}.png"), picture)


def write_edges(folder: Path, records: list[Record]) -> int:
    """Write what lies above and below all garments of each photo: heads, bare legs, streets.

    Returns how many pictures were written. They are training data and belong outside of the
    project, like the photos that they are cut from.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    for record in records:
        photo = cv2.imread(record["file_name"], cv2.IMREAD_COLOR)
        if photo is None:
            raise ValueError(f"{record['file_name']} is not a picture that can be read")
        for strip in edges(photo, record):  # type: ignore[arg-type]
            name = f"{Path(record['file_name']).stem}-{written:04}.jpg"
            cv2.imwrite(str(folder / name), strip, [cv2.IMWRITE_JPEG_QUALITY, 92])
            written += 1
    return written


def edges(photo: Picture, record: Record) -> Iterator[Picture]:
    """Yield the strips above and below everything that is annotated or ignored.

    To the left and right passers-by may stand whom nobody annotated, so only the width
    that the person takes is shown, and a little more.
    """
    outlines = [np.reshape(p, (-1, 2)) for a in record["annotations"] for p in a["segmentation"]]
    outlines += [np.reshape(p, (-1, 2)) for polygons in record["ignored"] for p in polygons]
    if not outlines:
        return
    points = np.concatenate(outlines)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    height, width = record["height"], record["width"]
    reach = 0.25 * (right - left)
    x0, x1 = round(max(0.0, left - reach)), round(min(float(width), right + reach))
    gap = _GAP * height
    for y0, y1 in ((0, round(top - gap)), (round(bottom + gap), height)):
        if min(y1 - y0, x1 - x0) >= _LEAST_SIDE:
            yield photo[y0:y1, x0:x1]
