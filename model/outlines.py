"""Masks to polygons: as few points as keep the silhouette."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.garment import Polygon

AIMED_IOU: Final = 0.98
MOST_POINTS: Final = 150
SMOOTH_POINTS: Final = 100
"""Finer outlines than `AIMED_IOU` asks for are taken up to so many points: they look round."""
_FINEST: Final = 0.25
"""Pixels: a tolerance at which nothing but points on straight lines is left out."""


def outline(mask: NDArray[np.bool_]) -> list[Polygon]:
    """Give the silhouette of a mask as closed rings of pixel centres.

    A ring inside another is a hole (even-odd rule). The IoU with the mask is at least 0.98,
    with about a hundred points where that is enough; only a mask so ragged that this takes
    more than 150 points gets more.

    Args:
        mask: ``H x W`` bool.

    Returns:
        Rings of at least three ``[x, y]`` points (a line's or a lone pixel's end is repeated);
        empty for an empty mask.
    """
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if rows.size == 0:
        return []
    top, left = int(rows[0]), int(columns[0])
    part = mask[top : rows[-1] + 1, left : columns[-1] + 1].astype(np.uint8)
    contours, _ = cv2.findContours(part, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    tolerance = max(1.0, 0.02 * float(np.sqrt(part.size)))
    chosen: list[NDArray[np.int32]] = []
    while True:
        rings = _simplified(contours, tolerance)
        if chosen and sum(map(len, rings)) > SMOOTH_POINTS:
            break
        if _iou(rings, part) >= AIMED_IOU or tolerance <= _FINEST:
            chosen = rings
        if tolerance <= _FINEST:
            break
        tolerance *= 0.75
    return [[[float(x + left), float(y + top)] for x, y in ring] for ring in chosen]


def fill(polygons: list[Polygon], size: tuple[int, int]) -> NDArray[np.bool_]:
    """Give the mask, ``H x W`` bool, of polygons that `outline` made."""
    filled = np.zeros(size, np.uint8)
    rings = [np.rint(np.asarray(ring)).astype(np.int32) for ring in polygons]
    # All rings at once: where one lies inside another, it is a hole.
    cv2.fillPoly(filled, rings, 1)
    return filled.astype(np.bool_)


def _simplified(contours: Sequence[MatLike], tolerance: float) -> list[NDArray[np.int32]]:
    rings = (cv2.approxPolyDP(contour, tolerance, closed=True)[:, 0, :] for contour in contours)
    # Cloth as thin as a line is drawn as one: a ring that goes there and back.
    return [
        np.pad(np.asarray(ring, np.int32), ((0, max(0, 3 - len(ring))), (0, 0)), mode="edge")
        for ring in rings
    ]


def _iou(rings: list[NDArray[np.int32]], part: NDArray[np.uint8]) -> float:
    filled = np.zeros_like(part)
    if rings:
        cv2.fillPoly(filled, rings, 1)
    union = int(np.count_nonzero(filled | part))
    return int(np.count_nonzero(filled & part)) / union
