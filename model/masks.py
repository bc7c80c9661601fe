"""Masks of garments: pasted into the picture, cleaned, and freed of duplicates."""

from collections.abc import Sequence
from dataclasses import replace
from enum import Enum, auto
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from model.categories import Category
from model.edges import along_edges
from model.garment import Garment

# ``(left, top, right, bottom)`` in pixels of the picture.
Box = tuple[float, float, float, float]

# Intersection over union above which two masks are one garment, whatever their categories.
SAME_IOU: Final = 0.55
# Share of the smaller mask that the other covers, above which two of one kind are one garment.
SAME_KIND_COVERED: Final = 0.75
# The same for two kinds: with less, the shirt under an open coat would count as the coat.
OTHER_KIND_COVERED: Final = 0.9
# Parts and holes of less than this share of the mask are noise.
SPECK: Final = 0.02


def paste(mask: NDArray[np.float32], box: Box, picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Scale a mask to its box in the picture, with edges that follow the picture's own.

    The samples lie at the centres of the cells into which they divide the box, as in
    Detectron2's `paste_masks_in_image`; between them the picture's colours decide.

    Args:
        mask: ``m x m`` float32, 0 to 1; it covers the box.
        box: At least a pixel wide and high; it may reach outside the picture.
        picture: ``H x W x 3`` uint8.

    Returns:
        ``H x W`` bool, True where the mask is over its `overlap_threshold`.
    """
    height, width = picture.shape[:2]
    left, top, right, bottom = box
    first_x, first_y = max(0, int(np.floor(left))), max(0, int(np.floor(top)))
    last_x, last_y = min(width, int(np.ceil(right))), min(height, int(np.ceil(bottom)))
    across = mask.shape[1] / (right - left)
    down = mask.shape[0] / (bottom - top)
    to_samples = np.array(
        [
            [across, 0, (first_x + 0.5 - left) * across - 0.5],
            [0, down, (first_y + 0.5 - top) * down - 0.5],
        ]
    )
    pasted = np.zeros((height, width), dtype=np.bool_)
    if last_x <= first_x or last_y <= first_y:
        return pasted
    inside = np.s_[first_y:last_y, first_x:last_x]
    drawn = along_edges(mask, picture[inside], to_samples)
    pasted[inside] = drawn > overlap_threshold(drawn)
    return pasted


def overlap_threshold(mask: NDArray[np.float32]) -> float:
    """Return the threshold at which a mask is expected to overlap the garment best.

    If the probabilities are calibrated, a set of pixels is expected to share their sum with
    the garment. The set with the best intersection over union J takes every pixel more
    probable than J / (1 + J), which is half the best F1 (Lipton et al. 2014, "Optimal
    Thresholding of Classifiers to Maximize F1 Measure"): one half for a confident mask, less
    for an uncertain one. It is found by Dinkelbach's iteration.

    Args:
        mask: Probabilities, 0 to 1.

    Returns:
        Above 0, at most 0.5; 0.5 for a mask that exceeds it nowhere.
    """
    probabilities = np.clip(mask, 0, 1)
    total = float(probabilities.sum(dtype=np.float64))
    threshold, before = 0.5, 0
    covered = probabilities > threshold
    # Sets of two thresholds are nested, so equal counts mean equal sets.
    while (count := int(np.count_nonzero(covered))) not in (0, before):
        common = float(probabilities.sum(dtype=np.float64, where=covered))
        overlap = common / (count + total - common)
        threshold, before = overlap / (1 + overlap), count
        covered = probabilities > threshold
    return threshold


def extent(mask: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Return ``(left, top, right, bottom)`` of what a mask covers; it must not be empty."""
    columns, rows = np.flatnonzero(mask.any(axis=0)), np.flatnonzero(mask.any(axis=1))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def clean(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Drop specks and fill pinholes; larger parts stay (a bag may divide a skirt)."""
    area = np.count_nonzero(mask)
    if area == 0:
        return mask
    left, top, right, bottom = extent(mask)
    inside = np.s_[top:bottom, left:right]
    part = mask[inside].astype(np.uint8)
    for value in (1, 0):
        # Cloth connects across corners; the gaps in it do not.
        connectivity = 8 if value else 4
        count, labels = cv2.connectedComponents(
            (part == value).astype(np.uint8), connectivity=connectivity
        )
        noise = np.ones(count, np.bool_)
        noise[0] = False
        if value:
            # A mask of one part is none of its specks.
            noise[1:] = count > 2
        else:
            # What touches the border is no hole.
            for line in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
                noise[line] = False
        # Most masks have neither specks nor holes, and counting pixels takes longest.
        if noise.any():
            noise &= np.bincount(labels.ravel(), minlength=count) < SPECK * area
            part ^= noise.astype(np.uint8)[labels]
    cleaned = np.zeros_like(mask)
    cleaned[inside] = part.astype(np.bool_)
    return cleaned


def keep_distinct(garments: Sequence[Garment]) -> list[Garment]:
    """Keep the first of several detections of one garment, in the same order.

    Those of the same silhouette and another category become its `rivals`.
    """
    kept: list[Garment] = []
    rivals: list[list[Category]] = []
    for garment in garments:
        again = next(
            ((place, same) for place, each in enumerate(kept) if (same := _same(garment, each))),
            None,
        )
        if again is None:
            kept.append(garment)
            rivals.append([])
            continue
        place, same = again
        named = (kept[place].category, *rivals[place])
        if same is _Same.SILHOUETTE and garment.category not in named:
            rivals[place].append(garment.category)
    return [
        replace(garment, rivals=tuple(others)) if others else garment
        for garment, others in zip(kept, rivals, strict=True)
    ]


class _Same(Enum):
    """How two detections are of one garment."""

    SILHOUETTE = auto()
    # One is a piece of the other.
    PART = auto()


def _same(one: Garment, other: Garment) -> _Same | None:
    x, y, width, height = one.box
    left, top, other_width, other_height = other.box
    if x + width <= left or left + other_width <= x:
        return None
    if y + height <= top or top + other_height <= y:
        return None
    # Each mask lies in its box, so what they share lies in both boxes.
    shared = np.s_[
        int(max(y, top)) : int(np.ceil(min(y + height, top + other_height))),
        int(max(x, left)) : int(np.ceil(min(x + width, left + other_width))),
    ]
    common = int(np.count_nonzero(one.mask[shared] & other.mask[shared]))
    if common == 0:
        return None
    areas = int(np.count_nonzero(one.mask)), int(np.count_nonzero(other.mask))
    if common / (sum(areas) - common) > SAME_IOU:
        return _Same.SILHOUETTE
    if one.category.is_garment != other.category.is_garment:
        # A belt lies within the trousers' silhouette, a bag within the coat's.
        return None
    same_kind = one.category.kind == other.category.kind
    covered = SAME_KIND_COVERED if same_kind else OTHER_KIND_COVERED
    return _Same.PART if common / min(areas) > covered else None
