"""A picture with its garments drawn over it."""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from model.garment import Garment, Polygon

# RGB, easy to tell from each other and from most cloth; a ninth garment starts over.
COLOURS: Final = (
    (255, 64, 129), (0, 176, 255), (255, 193, 7), (0, 200, 130), (156, 90, 255), (255, 112, 41),
    (0, 205, 205), (192, 210, 40),
)  # fmt: skip
_TINT: Final = 0.4
# Fractional bits of the points passed to OpenCV: sixteenths of a pixel.
_SHIFT: Final = 4

# Left, top, right, bottom.
_Rectangle = tuple[int, int, int, int]


def overlay(picture: NDArray[np.uint8], garments: Sequence[Garment]) -> NDArray[np.uint8]:
    """Draw tinted silhouettes with outlines and labels ("1 trousers 97%").

    Args:
        picture: ``H x W x 3`` uint8 RGB; it is not changed.
        garments: The garments found in it; their position, from 1, is the number drawn.

    Returns:
        ``H x W x 3`` uint8 RGB.
    """
    drawn = picture.copy()
    thickness = max(1, round(max(picture.shape[:2]) / 400))
    # The best are drawn last, on top of what they overlap.
    for place, garment in reversed(list(enumerate(garments))):
        colour = COLOURS[place % len(COLOURS)]
        _tint(drawn, garment, colour)
        rings = _rings(garment.polygons)
        for line, width in (((255, 255, 255), thickness * 2 + 1), (colour, thickness)):
            cv2.polylines(drawn, rings, True, line, width, cv2.LINE_AA, _SHIFT)
    return _labelled(drawn, garments)


def _tint(drawn: NDArray[np.uint8], garment: Garment, colour: tuple[int, int, int]) -> None:
    x, y, width, height = garment.box
    inside = np.s_[int(y) : int(np.ceil(y + height)), int(x) : int(np.ceil(x + width))]
    part, mask = drawn[inside], garment.mask[inside]
    tinted = part[mask] * (1 - _TINT) + np.array(colour) * _TINT
    part[mask] = tinted.round().astype(np.uint8)


def _rings(polygons: Sequence[Polygon]) -> list[NDArray[np.int32]]:
    return [np.rint(np.array(ring) * 2**_SHIFT).astype(np.int32) for ring in polygons]


def _labelled(drawn: NDArray[np.uint8], garments: Sequence[Garment]) -> NDArray[np.uint8]:
    height, width = drawn.shape[:2]
    size = max(11, round(max(height, width) / 48))
    font = ImageFont.load_default(size)
    image = Image.fromarray(drawn)
    pen = ImageDraw.Draw(image)
    padding = max(2, size // 3)
    taken: list[_Rectangle] = []
    for place, garment in enumerate(garments):
        text = f"{place + 1}  {garment.category.name}  {garment.score:.0%}"
        left, top, right, bottom = pen.textbbox((0, 0), text, font=font)
        wide, high = round(right - left) + 2 * padding, round(bottom - top) + 2 * padding
        x, y = _spot(garment, (wide, high), (height, width), taken)
        taken.append((x, y, x + wide, y + high))
        pen.rounded_rectangle((x, y, x + wide, y + high), radius=padding, fill=(24, 24, 28))
        bar = (x, y, x + padding, y + high)
        pen.rounded_rectangle(bar, padding / 2, fill=COLOURS[place % len(COLOURS)])
        pen.text((x + padding * 1.5 - left, y + padding - top), text, font=font, fill="white")
    return np.array(image)


def _spot(
    garment: Garment,
    label: tuple[int, int],
    size: tuple[int, int],
    taken: Sequence[_Rectangle],
) -> tuple[int, int]:
    """Find the label's top left corner, near the garment's upper part and off other labels."""
    wide, high = label
    x, y, box_width, box_height = garment.box
    left = int(np.clip(x + (box_width - wide) / 2, 0, max(0, size[1] - wide - 1)))
    lowest = max(0, size[0] - high - 1)
    first = int(np.clip(y + 0.25 * box_height - high / 2, 0, lowest))
    steps = range(-(lowest // high) - 1, lowest // high + 2)
    spots = {int(np.clip(first + step * high, 0, lowest)) for step in steps}
    for top in sorted(spots, key=lambda spot: abs(spot - first)):
        if not any(
            left < other[2] and other[0] < left + wide and top < other[3] and other[1] < top + high
            for other in taken
        ):
            return left, top
    return left, first
