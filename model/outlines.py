"""Masks to polygons, with as few points as keep the silhouette."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

from model.garment import Polygon

AIMED_IOU: Final = 0.98
MOST_POINTS: Final = 150
# Outlines finer than `AIMED_IOU` demands are taken up to this many points: they look round.
SMOOTH_POINTS: Final = 100
_FINER: Final = 0.75
_HALVINGS: Final = 6
# Pixels: a tolerance that drops nothing but points on straight lines.
_FINEST: Final = 0.25


def outline(mask: NDArray[np.bool_]) -> list[Polygon]:
    """Return the silhouette of a mask as closed rings of pixel centres.

    A ring inside another is a hole (even-odd rule). The IoU with the mask is at least 0.98.
    All rings together have about a hundred points where that suffices, and at most 150; only
    a mask more ragged than cloth, for which 150 points are too few, gets more.

    Args:
        mask: ``H x W`` bool.

    Returns:
        Rings of at least three ``[x, y]`` points (the end of a line or a single pixel is
        repeated); empty for an empty mask.
    """
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if rows.size == 0:
        return []
    top, left = int(rows[0]), int(columns[0])
    part = mask[top : rows[-1] + 1, left : columns[-1] + 1].astype(np.uint8)
    contours, _ = cv2.findContours(part, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    tolerance = max(1.0, 0.02 * float(np.sqrt(part.size)))
    rings = _simplified(contours, tolerance)
    # The first tolerance that keeps the silhouette...
    while not _close(rings, part) and tolerance > _FINEST:
        tolerance *= _FINER
        rings = _simplified(contours, tolerance)
    if _points(rings) > MOST_POINTS:
        rings = _fewest(contours, part, tolerance, rings)
    # ... and finer ones while the points are few.
    while tolerance > _FINEST:
        tolerance *= _FINER
        finer = _simplified(contours, tolerance)
        if _points(finer) > SMOOTH_POINTS:
            break
        if _close(finer, part):
            rings = finer
    return [[[float(x + left), float(y + top)] for x, y in ring] for ring in rings]


def fill(polygons: list[Polygon], size: tuple[int, int]) -> NDArray[np.bool_]:
    """Return the mask, ``H x W`` bool, of polygons that `outline` made."""
    filled = np.zeros(size, np.uint8)
    rings = [np.rint(np.asarray(ring)).astype(np.int32) for ring in polygons]
    # All rings at once: where one lies inside another, it is a hole.
    cv2.fillPoly(filled, rings, 1)
    return filled.astype(np.bool_)


def _fewest(
    contours: Sequence[MatLike],
    part: NDArray[np.uint8],
    tolerance: float,
    rings: list[NDArray[np.int32]],
) -> list[NDArray[np.int32]]:
    """Bisect between a tolerance that keeps the silhouette and the previous, too coarse one."""
    close, coarse = tolerance, tolerance / _FINER
    for _ in range(_HALVINGS):
        between = (close + coarse) / 2
        found = _simplified(contours, between)
        if _close(found, part):
            close = between
            rings = min(rings, found, key=_points)
        else:
            coarse = between
    return rings


def _points(rings: list[NDArray[np.int32]]) -> int:
    return sum(map(len, rings))


def _close(rings: list[NDArray[np.int32]], part: NDArray[np.uint8]) -> bool:
    return _iou(rings, part) >= AIMED_IOU


def _simplified(contours: Sequence[MatLike], tolerance: float) -> list[NDArray[np.int32]]:
    return [
        _ring(np.asarray(cv2.approxPolyDP(contour, tolerance, closed=True)[:, 0, :], np.int32))
        for contour in contours
    ]


def _ring(points: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return points as a ring: cloth as thin as a line becomes one that goes there and back."""
    missing = 3 - len(points)
    # Padding nothing takes as long as all else that is done with a ring.
    return points if missing <= 0 else np.pad(points, ((0, missing), (0, 0)), mode="edge")


def _iou(rings: list[NDArray[np.int32]], part: NDArray[np.uint8]) -> float:
    filled = np.zeros_like(part)
    if rings:
        cv2.fillPoly(filled, rings, 1)
    union = int(np.count_nonzero(filled | part))
    return int(np.count_nonzero(filled & part)) / union
