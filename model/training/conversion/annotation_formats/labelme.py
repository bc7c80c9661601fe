"""labelme's files: one JSON beside each photo (https://github.com/wkentaro/labelme).

`shapes` have a `label`, `points` and a `shape_type`: polygon, rectangle and circle (two points),
or mask (a PNG in base64 over the box of two points). Shapes with one `group_id` are one object.
"""

import base64
import binascii
import json
import math
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath
from typing import Any

import cv2
import numpy as np

from model.training.conversion.annotation_formats.photo import (
    AnnotatedPhoto,
    Outline,
    Report,
    Shape,
    outlines_of,
    rectangle,
)

_CIRCLE_POINTS = 48


def is_labelme(content: Any) -> bool:
    """Tell whether the content of a JSON file is labelme's."""
    return isinstance(content, dict) and "shapes" in content and "imagePath" in content


def read_labelme(folder: Path, report: Report) -> Iterator[AnnotatedPhoto]:
    """Read every file of labelme's in a folder and in those below it."""
    for path in sorted(folder.rglob("*.json")):
        try:
            content = json.loads(path.read_bytes())
        except ValueError as error:
            report(str(path), f"is not JSON: {error}")
            continue
        if is_labelme(content):
            yield _photo(path, content, report)


def _photo(path: Path, content: dict[str, Any], report: Report) -> AnnotatedPhoto:
    # Files from Windows name the photo with backslashes.
    name = PureWindowsPath(content["imagePath"]).as_posix()
    photo = AnnotatedPhoto(
        path.parent / name,
        int(content.get("imageWidth") or 0),
        int(content.get("imageHeight") or 0),
    )
    for number, shape in enumerate(content["shapes"], 1):
        kind = shape.get("shape_type") or "polygon"
        try:
            outlines = _outlines(kind, shape)
        except (KeyError, TypeError, ValueError, binascii.Error) as error:
            report(str(path), f"shape {number} cannot be read: {error}")
            continue
        if outlines is None:
            report(str(path), f"shape {number} is a {kind}, which outlines nothing")
            continue
        group = shape.get("group_id")
        photo.shapes.append(
            Shape(
                label=str(shape["label"]),
                outlines=outlines,
                rough=kind == "rectangle",
                group=None if group is None else str(group),
            )
        )
    return photo


def _outlines(kind: str, shape: dict[str, Any]) -> list[Outline] | None:
    points = [(float(x), float(y)) for x, y in shape["points"]]
    if kind == "polygon":
        return [[value for point in points for value in point]]
    if kind not in ("rectangle", "circle", "mask"):
        return None
    (x0, y0), (x1, y1) = points
    if kind == "circle":
        radius = math.hypot(x1 - x0, y1 - y0)
        angles = (2 * math.pi * n / _CIRCLE_POINTS for n in range(_CIRCLE_POINTS))
        return [[v for a in angles for v in (x0 + radius * math.cos(a), y0 + radius * math.sin(a))]]
    left, right, top, bottom = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
    if kind == "rectangle":
        return [rectangle(left, top, right, bottom)]
    data = np.frombuffer(base64.b64decode(shape["mask"], validate=True), np.uint8)
    mask = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    if mask is None:
        raise ValueError("its mask is no PNG")
    return outlines_of(mask > 0, int(left), int(top))
