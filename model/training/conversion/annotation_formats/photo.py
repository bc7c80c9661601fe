"""What every format comes down to: photos with labelled outlines."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from model.errors import WhereToBuyError

# Called with the name of a file and what is wrong with it.
Report = Callable[[str, str], None]

# x, y, x, y, ... in pixels of the photo.
Outline = list[float]

# A part of a mask smaller than this share of it is a slip of the brush.
_LEAST_PART = 0.02


class AnnotationsError(WhereToBuyError):
    """Annotations are in no format that can be read."""

    code = "unknown-annotations"


@dataclass
class Shape:
    """One garment, or a part of one."""

    label: str
    outlines: list[Outline]
    # The outline is only a box.
    rough: bool = False
    # Shapes of one label and one group are one garment; None for a garment of its own.
    group: str | None = None
    # Neither garment nor background.
    ignored: bool = False


@dataclass
class AnnotatedPhoto:
    """A photo and what is drawn on it."""

    path: Path
    width: int
    height: int
    shapes: list[Shape] = field(default_factory=list)
    # There are garments on it that nobody outlined.
    partial: bool = False
    # Somebody said that what was found on it is no garment, so without shapes it shows none.
    reviewed: bool = False


def rectangle(left: float, top: float, right: float, bottom: float) -> Outline:
    """Return the outline of a box."""
    return [left, top, right, top, right, bottom, left, bottom]


def outlines_of(mask: Any, left: int = 0, top: int = 0) -> list[Outline]:
    """Return the outlines of a mask [height, width] whose corner lies at `left`, `top`."""
    mask = np.asarray(mask, np.uint8)
    found, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    least = _LEAST_PART * np.count_nonzero(mask)
    return [
        (contour.reshape(-1, 2) + np.array([left, top])).astype(float).reshape(-1).tolist()
        for contour in found
        if len(contour) >= 3 and cv2.contourArea(contour) >= least
    ]
