"""One photo of DeepFashion2, as its authors distribute it, in COCO's terms.

Whatever is wrong with a photo or an item is a problem with a name, and nothing is dropped without
one. Where an item cannot be learnt, its place is still known to hold a garment: it becomes a
region to ignore, never background.
"""

import json
import math
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image, UnidentifiedImageError

from model.categories import CATEGORIES
from model.training.conversion.turned_pictures import turn_with_picture

# The data set's own categories, which come first.
DEEPFASHION2 = CATEGORIES[:13]
_KNOWN = {category.id for category in DEEPFASHION2}
_KEPT = ("style", "scale", "occlusion", "zoom_in", "viewpoint", "landmarks")
# Coordinates may lie outside the picture by this share of its longer side; they are moved onto
# its edge. What lies further away belongs to another picture, or to none.
_REACH = 0.1
_LEAST_AREA = 1.0
# A whole JPEG file ends with this marker; a few bytes may follow it.
_END_OF_JPEG = b"\xff\xd9"
_TAIL = 1024
_ORIENTATION = 0x0112

Polygons = list[list[float]]


@dataclass(frozen=True)
class Problem:
    """Something that is wrong with a file."""

    file: str
    problem: str
    item: str | None = None

    def __str__(self) -> str:
        return self.problem if self.item is None else f"{self.item}: {self.problem}"


@dataclass
class Photo:
    """One photo in COCO's terms.

    Attributes:
        image: Its entry but for `id` and `file_name`; None if it cannot be used.
        annotations: Its garments.
        ignored: Regions, lists of polygons, that hold a garment that cannot be learnt.
        problems: What is wrong with it.
    """

    image: dict[str, Any] | None = None
    annotations: list[dict[str, Any]] = field(default_factory=list)
    ignored: list[Polygons] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class _FaultError(ValueError):
    """Something is wrong, and the message says what."""


def read_photo(annotation: Path, picture: Path, *, decode: bool) -> Photo:
    """Read a photo and its items; with `decode`, every pixel too."""
    photo = Photo()
    try:
        content = json.loads(annotation.read_text())
    except OSError as error:
        photo.problems.append(Problem(str(annotation), _said(error)))
        return photo
    except ValueError:
        photo.problems.append(Problem(str(annotation), "is not JSON"))
        return photo
    if not isinstance(content, dict):
        photo.problems.append(Problem(str(annotation), "holds no items"))
        return photo
    items = {key: item for key, item in sorted(content.items()) if key.startswith("item")}
    try:
        width, height = _size(picture, items, decode=decode)
    except _FaultError as error:
        photo.problems.append(Problem(str(picture), str(error)))
        return photo
    source, pair = content.get("source"), content.get("pair_id")
    photo.image = {
        "width": width,
        "height": height,
        "source": source if isinstance(source, str) else None,
        "pair_id": pair if isinstance(pair, int) else None,
    }
    for key, item in items.items():
        try:
            photo.annotations.append(_annotation(item, width, height))
        except (KeyError, TypeError, ValueError) as error:
            said = f"has no {error}" if isinstance(error, KeyError) else str(error)
            photo.problems.append(Problem(str(annotation), said, key))
            photo.ignored.append(_region(item, width, height))
    return photo


def _size(picture: Path, items: dict[str, Any], *, decode: bool) -> tuple[int, int]:
    """Return width and height as the picture is shown, and turn the items' coordinates with it.

    Everything that reads pictures here turns them as their EXIF data say, so what is not
    labelled as shown has to be turned too.
    """
    try:
        # Broken EXIF data and sizes of which Pillow warns are faults or do not matter.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(picture) as image:
                width, height = image.size
                orientation = image.getexif().get(_ORIENTATION, 1)
                if decode or (image.format == "JPEG" and not _is_whole(picture)):
                    image.load()
    except FileNotFoundError as error:
        raise _FaultError("is missing") from error
    except (UnidentifiedImageError, Image.DecompressionBombError) as error:
        raise _FaultError("is not a picture that can be read") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise _FaultError(f"cannot be decoded to its end: {error}") from error
    if orientation in (None, 1):
        return width, height
    if turn_with_picture(items, orientation, width, height):
        return height, width
    raise _FaultError(
        f"is turned by its EXIF data (orientation {orientation}), and its labels do not tell "
        "whether they are turned too: turn its pixels, or remove the EXIF data"
    )


def _is_whole(picture: Path) -> bool:
    with picture.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - _TAIL))
        return _END_OF_JPEG in file.read()


def _annotation(item: Any, width: int, height: int) -> dict[str, Any]:
    if not item:
        raise _FaultError("is empty")
    category = item["category_id"]
    if not isinstance(category, int) or category not in _KNOWN:
        raise _FaultError(f"has the unknown category {category!r}")
    polygons = _polygons(item["segmentation"], width, height)
    x0, y0, x1, y1 = _box(item["bounding_box"], width, height)
    xs = [x for polygon in polygons for x in polygon[0::2]]
    ys = [y for polygon in polygons for y in polygon[1::2]]
    if min(xs) >= x1 or max(xs) <= x0 or min(ys) >= y1 or max(ys) <= y0:
        raise _FaultError("has its polygons outside its box")
    if not all(_is_finite(item.get(key, 0)) for key in _KEPT):
        raise _FaultError("has a style, a scale or landmarks that are not numbers")
    return {
        "category_id": category,
        "bbox": [x0, y0, x1 - x0, y1 - y0],
        "segmentation": polygons,
        "area": sum(map(_area, polygons)),
        "iscrowd": 0,
        **{key: item[key] for key in _KEPT if key in item},
    }


def _polygons(given: Any, width: int, height: int) -> Polygons:
    """Return the polygons with the points that leave the picture moved onto its edge."""
    reach = _REACH * max(width, height)
    polygons = []
    for polygon in given:
        if not _are_numbers(polygon):
            raise _FaultError("has a coordinate that is not a number")
        xs, ys = polygon[0::2], polygon[1::2]
        if len(polygon) < 6 or len(xs) != len(ys):
            continue
        if not (
            all(-reach <= x <= width + reach for x in xs)
            and all(-reach <= y <= height + reach for y in ys)
        ):
            raise _FaultError("has a polygon far outside the picture")
        inside = [
            float(value)
            for x, y in zip(xs, ys, strict=True)
            for value in (min(max(x, 0), width), min(max(y, 0), height))
        ]
        if _area(inside) >= _LEAST_AREA:
            polygons.append(inside)
    if not polygons:
        raise _FaultError("has no polygon of three points or more")
    return polygons


def _box(given: Any, width: int, height: int) -> tuple[float, float, float, float]:
    if not _are_numbers(given) or len(given) != 4:
        raise _FaultError("has a box that is not four numbers")
    x0, y0, x1, y1 = map(float, given)
    x0, x1 = max(0.0, min(x0, x1)), min(float(width), max(x0, x1))
    y0, y1 = max(0.0, min(y0, y1)), min(float(height), max(y0, y1))
    if x1 - x0 < 1 or y1 - y0 < 1:
        raise _FaultError("has its box outside the picture")
    return x0, y0, x1, y1


def _region(item: Any, width: int, height: int) -> Polygons:
    """Return where an item is that cannot be learnt: its outline, its box, or anywhere."""
    try:
        return _polygons(item["segmentation"], width, height)
    except (KeyError, TypeError, ValueError):
        pass
    try:
        x0, y0, x1, y1 = _box(item["bounding_box"], width, height)
    except (KeyError, TypeError, ValueError):
        x0, y0, x1, y1 = 0.0, 0.0, float(width), float(height)
    return [[x0, y0, x1, y0, x1, y1, x0, y1]]


def _area(polygon: list[float]) -> float:
    xs, ys = polygon[0::2], polygon[1::2]
    pairs = zip(xs, ys, xs[1:] + xs[:1], ys[1:] + ys[:1], strict=True)
    return abs(sum(x * next_y - next_x * y for x, y, next_x, next_y in pairs)) / 2


def _are_numbers(value: Any) -> bool:
    return isinstance(value, list) and all(map(_is_finite, value))


def _is_finite(value: Any) -> bool:
    if isinstance(value, list):
        return _are_numbers(value)
    return isinstance(value, int | float) and math.isfinite(value)


def _said(error: OSError) -> str:
    missing = isinstance(error, FileNotFoundError)
    return "is missing" if missing else f"cannot be read: {error.strerror}"
