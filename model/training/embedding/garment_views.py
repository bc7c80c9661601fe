"""One garment as other photos might show it: half hidden, warped, in other light, roughly cut out.

A worn garment and its product's picture differ in folds, side, light and in what covers it, and
the segmenter's masks in their edges. What is drawn here stands in for that where a garment was
photographed only once.
"""

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from model.crops import cut_out, on_white
from model.photometry import disturb

# The side of what an embedder sees, and of the part of a photo that views are made from.
SIZE: Final = 224
TILE: Final = 288
# What is kept around a garment, in its longer sides: rough masks take some of it.
_AROUND: Final = 0.15
# A view has at least this share of the garment, or it could be anything.
_LEAST_SHOWN: Final = 0.3

Rgb = NDArray[np.uint8]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Tile:
    """The part of a photo around a garment, at most `TILE` pixels wide and high.

    Attributes:
        rgb: ``h x w x 3`` uint8.
        mask: ``h x w`` bool, True on the garment.
    """

    rgb: Rgb
    mask: Mask

    @classmethod
    def of(cls, rgb: Rgb, mask: Mask) -> "Tile | None":
        """Cut the tile out of a photo; None where the mask is next to empty."""
        box = _box(mask)
        if box is None:
            return None
        x, y, width, height = box
        around = round(_AROUND * max(width, height))
        inside = np.s_[
            max(0, y - around) : y + height + around, max(0, x - around) : x + width + around
        ]
        part: Any = rgb[inside]
        cloth: Any = mask[inside].astype(np.uint8)
        factor = TILE / max(part.shape[:2])
        if factor < 1:
            size = round(part.shape[1] * factor), round(part.shape[0] * factor)
            part, cloth = (
                np.asarray(cv2.resize(each, size, interpolation=cv2.INTER_AREA), np.uint8)
                for each in (part, cloth)
            )
        return cls(np.ascontiguousarray(part), cloth > 0)


def plain(tile: Tile) -> Rgb | None:
    """Return the garment as it is, on white, ``SIZE x SIZE x 3``; None if hardly any is left."""
    box = _box(tile.mask)
    if box is None:
        return None
    square = on_white(cut_out(tile.rgb, tile.mask, box))
    way = cv2.INTER_AREA if square.shape[0] > SIZE else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(square, (SIZE, SIZE), interpolation=way), np.uint8)


def changed(tile: Tile, random: np.random.Generator) -> Rgb | None:
    """Return the garment as another photo might show it, ``SIZE x SIZE x 3``."""
    bgr = disturb(np.ascontiguousarray(tile.rgb[:, :, ::-1]), random)
    warped = _warped(Tile(np.ascontiguousarray(bgr[:, :, ::-1]), tile.mask), random)
    hidden = _hidden(_rough(warped.mask, random), random)
    if random.random() < 0.15:
        shrunk = cv2.resize(warped.rgb, None, fx=0.35, fy=0.35, interpolation=cv2.INTER_AREA)
        soft = cv2.resize(shrunk, warped.rgb.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        warped = Tile(np.asarray(soft, np.uint8), warped.mask)
    return plain(Tile(warped.rgb, hidden))


def _box(mask: Mask) -> tuple[int, int, int, int] | None:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if len(rows) < 4 or len(columns) < 4:
        return None
    x, y = int(columns[0]), int(rows[0])
    return x, y, int(columns[-1]) - x + 1, int(rows[-1]) - y + 1


def _warped(tile: Tile, random: np.random.Generator) -> Tile:
    """Turn, mirror, tilt and bend a tile, as cloth on another body in another pose."""
    height, width = tile.mask.shape
    side = max(height, width)
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    moved = corners + random.uniform(-0.08, 0.08, (4, 2)).astype(np.float32) * side
    turn: Any = cv2.getRotationMatrix2D((width / 2, height / 2), random.uniform(-14, 14), 1)
    moved = (moved @ turn[:, :2].T + turn[:, 2]).astype(np.float32)
    if random.random() < 0.5:
        moved[:, 0] = width - moved[:, 0]
    back: Any = cv2.getPerspectiveTransform(moved, corners)
    columns, rows = np.meshgrid(np.arange(width), np.arange(height))
    seen = np.stack([columns, rows, np.ones_like(rows)], axis=-1).astype(np.float64) @ back.T
    places = (seen[..., :2] / seen[..., 2:]).astype(np.float32)
    bend = random.normal(0, 0.025 * random.random() * side, (4, 4, 2)).astype(np.float32)
    places += cv2.resize(bend, (width, height), interpolation=cv2.INTER_CUBIC)
    none: Any = None  # OpenCV's way of saying that there is no second map
    rgb = cv2.remap(tile.rgb, places, none, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    mask = cv2.remap(tile.mask.astype(np.uint8), places, none, cv2.INTER_NEAREST)
    return Tile(np.asarray(rgb, np.uint8), mask > 0)


def _rough(mask: Mask, random: np.random.Generator) -> Mask:
    """Move a mask's edges as a segmenter does: grown, shrunken or of coarse cells."""
    size = max(1, round(random.uniform(0.005, 0.03) * max(mask.shape)))
    kernel: Any = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * size + 1, 2 * size + 1))
    cloth: Any = mask.astype(np.uint8)
    kind = random.random()
    if kind < 0.25:
        cloth = cv2.erode(cloth, kernel)
    elif kind < 0.5:
        cloth = cv2.dilate(cloth, kernel)
    elif kind < 0.75:
        small = cv2.resize(cloth * 255, (28, 28), interpolation=cv2.INTER_AREA)
        small = np.clip(small + random.normal(0, 30, small.shape), 0, 255).astype(np.uint8)
        cloth = cv2.resize(small, mask.shape[::-1], interpolation=cv2.INTER_LINEAR) // 128
    if random.random() < 0.3:  # skin, hair or a strip of what is behind it
        cloth = np.where(_blob(mask, random, 0.18), 1, cloth)
    return np.asarray(cloth > 0)


def _hidden(mask: Mask, random: np.random.Generator) -> Mask:
    """Hide parts: behind a bag, an arm or hair, under another garment, or outside the photo."""
    box = _box(mask)
    if box is None:
        return mask
    x, y, width, height = box
    shown = mask.copy()
    kind = random.random()
    if kind < 0.2:  # a window: a strong crop
        share = random.uniform(0.55, 0.9, 2)
        left = x + random.uniform(0, 1 - share[0]) * width
        top = y + random.uniform(0, 1 - share[1]) * height
        window = np.zeros_like(mask)
        window[
            int(top) : int(top + share[1] * height), int(left) : int(left + share[0] * width)
        ] = True
        shown &= window
    elif kind < 0.5:  # one side of a line: tucked in, under a jacket, cut by the photo's edge
        angle = random.choice([0.0, 0.5, 1.0, 1.5]) * np.pi + random.normal(0, 0.25)
        rows, columns = np.nonzero(mask)
        along = np.cos(angle) * columns + np.sin(angle) * rows
        cut = np.quantile(along, random.uniform(0.45, 0.9))
        shown[rows[along > cut], columns[along > cut]] = False
    for _ in range(int(random.integers(0, 3))):
        shown &= ~_blob(mask, random, 0.3)
    return shown if shown.sum() >= _LEAST_SHOWN * mask.sum() else mask


def _blob(mask: Mask, random: np.random.Generator, most: float) -> Mask:
    """Return an ellipse or a strap around a place on the mask."""
    rows, columns = np.nonzero(mask)
    drawn = np.zeros(mask.shape, np.uint8)
    if len(rows) == 0:
        return drawn > 0
    at = int(random.integers(len(rows)))
    side = max(int(np.ptp(rows)), int(np.ptp(columns)), 1)
    axes = random.uniform(0.03, most, 2) * side
    if random.random() < 0.35:
        axes = np.array([side, random.uniform(0.01, 0.05) * side])
    centre = (int(columns[at]), int(rows[at]))
    size = (max(1, int(axes[0])), max(1, int(axes[1])))
    cv2.ellipse(drawn, centre, size, random.uniform(0, 180), 0, 360, 1, -1)
    return drawn > 0
