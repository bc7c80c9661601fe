"""Find what a person framed: the garment inside, or else what stands out from the background."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from model.categories import Category
from model.garment import Garment, Polygon
from model.masks import clean, extent
from model.outlines import outline

# ``(x, y, width, height)`` in pixels of the picture.
Frame = tuple[float, float, float, float]

# Least width and height of a frame in pixels: less cannot be recognised.
SMALLEST_FRAME: Final = 16.0
# How much more than the frame is looked at on each side, as a share of the frame.
_AROUND: Final = 0.35
# A person says that something is there: less certain detections count than in a whole picture.
_LEAST_SCORE: Final = 0.15
# Least IoU of a garment's box with the frame to be what was framed.
_FITS: Final = 0.5
# Longest side at which `cut_by_colours` looks at a frame and what is around it.
_CUT_SIDE: Final = 320
_CUT_SECONDS: Final = 1.0
_CUT_ROUNDS: Final = 5
# Least and largest share of the frame that a cut-out may cover; beyond, it is a guess.
_LEAST_COVERED: Final = 0.08
_MOST_COVERED: Final = 0.97
# Least IoU of the cut-out's own box with the frame.
_FILLS: Final = 0.25


class Finder(Protocol):
    """The part of `model.segmenter.Segmenter` that is needed here."""

    def segment(self, picture: NDArray[np.uint8], min_score: float | None = None) -> list[Garment]:
        """Find the garments, best score first."""


@dataclass(frozen=True, slots=True, eq=False)
class Framed:
    """What is in a frame.

    Attributes:
        category: Of the garment; None where it is no garment that the segmenter knows.
        score: The segmenter's confidence, 0 to 1; 1 where a person's word is all there is.
        box: ``(x, y, width, height)`` of the mask, in pixels of the picture.
        mask: ``H x W`` bool; the size of the whole picture.
        polygons: The mask's silhouette.
    """

    category: Category | None
    score: float
    box: Frame
    mask: NDArray[np.bool_]
    polygons: list[Polygon]


def look_into(picture: NDArray[np.uint8], frame: Frame, finder: Finder) -> Framed:
    """Return what is in a frame.

    The segmenter looks at the frame and a little around it, which it sees larger than in the
    whole picture. If no garment fits the frame, what differs from the frame's surroundings is
    cut out by its colours; if that is not clear either, it is the frame itself.

    Args:
        picture: ``H x W x 3`` uint8 RGB.
        frame: What the person drew; at least `SMALLEST_FRAME` wide and high, inside the picture.
        finder: The segmenter.
    """
    fitting = [
        garment
        for garment in garments_around(picture, frame, finder)
        if iou(garment.box, frame) >= _FITS
    ]
    if fitting:
        best = max(fitting, key=lambda garment: iou(garment.box, frame))
        return Framed(best.category, best.score, best.box, best.mask, best.polygons)
    mask = cut_by_colours(picture, frame)
    return _of_mask(frame_mask(picture, frame) if mask is None else mask)


def two_in(picture: NDArray[np.uint8], frame: Frame, finder: Finder) -> list[Framed]:
    """Return the two garments that a frame holds, or fewer where no two can be told apart."""
    found = [
        garment
        for garment in garments_around(picture, frame, finder)
        if _share_inside(garment.box, frame) > _FITS and iou(garment.box, frame) < 0.9
    ]
    return [
        Framed(each.category, each.score, each.box, each.mask, each.polygons) for each in found[:2]
    ]


def united(masks: Sequence[NDArray[np.bool_]], category: Category | None) -> Framed:
    """Return several parts, ``H x W`` bool each, as one thing."""
    return _of_mask(clean(np.logical_or.reduce(masks)), category)


def garments_around(picture: NDArray[np.uint8], frame: Frame, finder: Finder) -> list[Garment]:
    """Find garments in a frame and a little around it, best score first."""
    left, top, right, bottom = _enlarged(frame, picture.shape, _AROUND)
    part = np.ascontiguousarray(picture[top:bottom, left:right])
    return [
        _moved(garment, (left, top), picture.shape)
        for garment in finder.segment(part, min_score=_LEAST_SCORE)
    ]


def cut_by_colours(picture: NDArray[np.uint8], frame: Frame) -> NDArray[np.bool_] | None:
    """Cut out what differs in colour from the surroundings of a frame.

    By GrabCut (Rother et al. 2004, "GrabCut: Interactive Foreground Extraction using Iterated
    Graph Cuts"), at a small size and for at most a second.

    Returns:
        ``H x W`` bool; None where nothing stands out.
    """
    left, top, right, bottom = _enlarged(frame, picture.shape, _AROUND)
    part = picture[top:bottom, left:right]
    factor = min(1.0, _CUT_SIDE / max(part.shape[:2]))
    size = max(1, round(part.shape[1] * factor)), max(1, round(part.shape[0] * factor))
    small = np.ascontiguousarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA))
    x, y, width, height = frame
    inside = np.s_[
        max(0, round((y - top) * factor)) : round((y + height - top) * factor),
        max(0, round((x - left) * factor)) : round((x + width - left) * factor),
    ]
    labels = np.full(small.shape[:2], cv2.GC_BGD, np.uint8)
    labels[inside] = cv2.GC_PR_FGD
    if not (labels == cv2.GC_BGD).any():
        # The frame is the whole picture, so its rim serves as the background.
        labels[[0, -1], :] = cv2.GC_BGD
        labels[:, [0, -1]] = cv2.GC_BGD
    if np.count_nonzero(labels == cv2.GC_PR_FGD) < _LEAST_COVERED * labels.size / 4:
        return None
    background, foreground = np.zeros((1, 65)), np.zeros((1, 65))
    deadline = time.monotonic() + _CUT_SECONDS
    # It seeds its clusters at random: the same frame is to have the same outline.
    cv2.setRNGSeed(0)
    mode = cv2.GC_INIT_WITH_MASK
    for _ in range(_CUT_ROUNDS):
        try:
            cv2.grabCut(small, labels, (0, 0, 0, 0), background, foreground, 1, mode)
        except cv2.error:
            return None  # too few pixels, or all of one colour
        mode = cv2.GC_EVAL
        if time.monotonic() > deadline:
            break
    mask = np.zeros(picture.shape[:2], np.bool_)
    chosen = np.isin(labels, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    full = cv2.resize(chosen, (right - left, bottom - top), interpolation=cv2.INTER_LINEAR).astype(
        np.bool_
    )
    mask[top:bottom, left:right] = full
    mask = clean(mask & frame_mask(picture, frame))
    covered = np.count_nonzero(mask) / (width * height)
    if not _LEAST_COVERED <= covered <= _MOST_COVERED:
        return None
    return mask if iou(_box_of(mask), frame) >= _FILLS else None


def frame_mask(picture: NDArray[np.uint8], frame: Frame) -> NDArray[np.bool_]:
    """Return the mask of the frame itself."""
    x, y, width, height = frame
    mask = np.zeros(picture.shape[:2], np.bool_)
    mask[max(0, round(y)) : round(y + height), max(0, round(x)) : round(x + width)] = True
    return mask


def iou(one: Frame, other: Frame) -> float:
    """Return the intersection over union of two boxes, 0 to 1."""
    common = _common(one, other)
    return common / (one[2] * one[3] + other[2] * other[3] - common)


def _common(one: Frame, other: Frame) -> float:
    across = min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0])
    down = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return max(0.0, across) * max(0.0, down)


def _share_inside(box: Frame, frame: Frame) -> float:
    return _common(box, frame) / (box[2] * box[3])


def _of_mask(mask: NDArray[np.bool_], category: Category | None = None) -> Framed:
    return Framed(category, 1.0, _box_of(mask), mask, outline(mask))


def _box_of(mask: NDArray[np.bool_]) -> Frame:
    left, top, right, bottom = map(float, extent(mask))
    return left, top, right - left, bottom - top


def _enlarged(frame: Frame, shape: tuple[int, ...], by: float) -> tuple[int, int, int, int]:
    x, y, width, height = frame
    return (
        max(0, int(x - by * width)),
        max(0, int(y - by * height)),
        min(shape[1], int(np.ceil(x + width + by * width))),
        min(shape[0], int(np.ceil(y + height + by * height))),
    )


def _moved(garment: Garment, by: tuple[int, int], shape: tuple[int, ...]) -> Garment:
    """Return a garment found in a part of a picture as one of the whole picture."""
    left, top = by
    mask = np.zeros(shape[:2], np.bool_)
    height, width = garment.mask.shape
    mask[top : top + height, left : left + width] = garment.mask
    x, y, box_width, box_height = garment.box
    rings = [[[a + left, b + top] for a, b in ring] for ring in garment.polygons]
    return Garment(
        garment.category, garment.score, (x + left, y + top, box_width, box_height), mask, rings
    )
