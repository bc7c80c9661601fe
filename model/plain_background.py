"""What pictures on one plain colour show, as shops show their goods: its part, and its mask."""

from typing import Any, Final

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
# Of the longer side: gaps this narrow belong to what is shown.
_GAP: Final = 0.008
# Of the area of the largest piece: smaller pieces are specks, and smaller holes are gleams.
_PIECE: Final = 0.02


def without_background(picture: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """Return the part of a picture that is not plain background.

    Args:
        picture: ``H x W x 3`` uint8 RGB.

    Returns:
        A view of the picture, ``h x w x 3``; None if the background is not plain or there
        is nothing else.
    """
    box = shown_box(picture)
    if box is None:
        return None
    left, top, right, bottom = box
    return picture[top:bottom, left:right]


def shown_box(picture: NDArray[np.uint8]) -> tuple[int, int, int, int] | None:
    """Return where a picture is not plain background: left, top, right and bottom in pixels.

    None if the background is not plain or there is nothing else; ``picture`` as above.
    """
    height, width = picture.shape[:2]
    scale = min(1.0, _SMALL / max(height, width))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    apart = _apart(np.asarray(small, np.uint8), _background(small))
    if _border(apart).mean() > 1 - _PLAIN:
        return None
    shown = cv2.morphologyEx(apart.astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    if not shown.any():
        return None
    top, bottom = _span(shown.max(axis=1), height)
    left, right = _span(shown.max(axis=0), width)
    return left, top, right, bottom


def shown_mask(picture: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return what stands out from the plain background of a picture, ``H x W`` bool.

    Small gaps, such as a gleam as white as the background, belong to what is shown; larger ones,
    as below a bag's handle, do not. Specks are left out.

    Args:
        picture: ``H x W x 3`` uint8 RGB, of which `shown_box` says where something is shown.
    """
    apart = _apart(picture, _background(picture)).astype(np.uint8)
    reach = max(3, round(_GAP * max(picture.shape[:2])) | 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    whole = cv2.morphologyEx(apart, cv2.MORPH_CLOSE, kernel)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(whole)
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    large = areas >= _PIECE * areas.max()
    large[0] = False
    gaps, places, sizes, _ = cv2.connectedComponentsWithStats(1 - large[labels].astype(np.uint8))
    small = sizes[:, cv2.CC_STAT_AREA] < _PIECE * areas.max()
    small[0] = gaps == 1
    return np.asarray(large[labels] | small[places] & (places > 0))


def _background(picture: NDArray[Any]) -> NDArray[np.uint8]:
    """Return the usual colour along a picture's border, RGB."""
    return np.asarray(np.median(_border(picture), axis=0), np.uint8)


def _border(picture: NDArray[Any]) -> NDArray[Any]:
    """Return the pixels along the border, ``N`` or ``N x 3``."""
    return np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])


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
