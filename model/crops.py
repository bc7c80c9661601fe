"""Garments cut out of their picture."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

# Margin around the garment, as a share of its longer side.
MARGIN: Final = 0.04


def cut_out(
    picture: NDArray[np.uint8],
    mask: NDArray[np.bool_],
    box: tuple[float, float, float, float],
) -> NDArray[np.uint8]:
    """Cut a garment out of its picture.

    Args:
        picture: ``H x W x 3`` uint8 RGB.
        mask: ``H x W`` bool, True on the garment.
        box: ``(x, y, width, height)`` in pixels of the picture.

    Returns:
        ``h x w x 4`` uint8 RGBA: the box with a small margin, transparent around the
        garment, half transparent along its edge.
    """
    height, width = picture.shape[:2]
    x, y, box_width, box_height = box
    margin = MARGIN * max(box_width, box_height)
    left, top = int(max(0, np.floor(x - margin))), int(max(0, np.floor(y - margin)))
    right = int(min(width, max(left + 1, np.ceil(x + box_width + margin))))
    bottom = int(min(height, max(top + 1, np.ceil(y + box_height + margin))))
    inside = np.s_[top:bottom, left:right]
    hard = mask[inside].astype(np.uint8) * 255
    # Soften inwards only: a pixel outside the garment would show the background.
    alpha = np.minimum(cv2.GaussianBlur(hard, (3, 3), 0), hard)
    rgba = np.asarray(cv2.cvtColor(picture[inside], cv2.COLOR_RGB2RGBA), np.uint8)
    rgba[:, :, 3] = alpha
    return rgba


def on_white(rgba: NDArray[np.uint8], *, square: bool = True) -> NDArray[np.uint8]:
    """Lay a cut-out on white.

    Args:
        rgba: ``h x w x 4`` uint8.
        square: Pad the shorter side, so that a network with a square input does not
            stretch the garment.

    Returns:
        ``n x n x 3`` (or ``h x w x 3``) uint8 RGB.
    """
    alpha = rgba[:, :, 3:].astype(np.uint16)
    colour = rgba[:, :, :3].astype(np.uint16)
    flat = ((colour * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)
    return squared(flat) if square else flat


def squared(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Pad a picture with white to a square; a square one is returned as it is."""
    height, width = rgb.shape[:2]
    side = max(height, width)
    if height == width:
        return rgb
    canvas = np.full((side, side, 3), 255, dtype=np.uint8)
    top, left = (side - height) // 2, (side - width) // 2
    canvas[top : top + height, left : left + width] = rgb
    return canvas
