"""Cropping pictures on one plain colour, as shops show their goods, to what they show."""

from typing import Final

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

# Longer side in pixels at which the background is found; noise is gone at that size.
_SMALL: Final = 128
# Of 255: a pixel that differs less in red, green and blue is background. White cloth on
# white differs more along its edges and folds, which is enough for a box.
_NEAR: Final = 10
# Share of the picture's border that must be background; a person may be cut off at the rest.
_PLAIN: Final = 0.6
# Margin on each side of what is shown, as a share of width and height.
_MARGIN: Final = 0.02


def without_background(picture: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """Return the part of a picture that is not plain background.

    Args:
        picture: ``H x W x 3`` uint8 RGB.

    Returns:
        A view of the picture, ``h x w x 3``; None if the background is not plain or there
        is nothing else.
    """
    height, width = picture.shape[:2]
    scale = min(1.0, _SMALL / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    border = np.concatenate([small[0], small[-1], small[:, 0], small[:, -1]])
    background = np.median(border, axis=0).astype(np.uint8)
    apart = _apart(np.asarray(small, np.uint8), background)
    if np.concatenate([apart[0], apart[-1], apart[:, 0], apart[:, -1]]).mean() > 1 - _PLAIN:
        return None
    shown = cv2.morphologyEx(apart.astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    if not shown.any():
        return None
    top, bottom = _span(shown.max(axis=1), height)
    left, right = _span(shown.max(axis=0), width)
    return picture[top:bottom, left:right]


def _apart(picture: NDArray[np.uint8], background: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return where a picture differs from its background, ``H x W``."""
    far = np.abs(picture.astype(np.int16) - background) > _NEAR
    return np.asarray(far[:, :, 0] | far[:, :, 1] | far[:, :, 2])


def _span(shown: MatLike, pixels: int) -> tuple[int, int]:
    """Return where the shown part starts and ends along one side, in the side's pixels."""
    places = np.flatnonzero(shown)
    margin = _MARGIN * len(shown)
    step = pixels / len(shown)
    first, last = (places[0] - margin) * step, (places[-1] + 1 + margin) * step
    return max(0, int(first)), min(pixels, int(np.ceil(last)))
