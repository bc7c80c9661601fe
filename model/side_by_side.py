"""Segmenting several small pictures as one, side by side in a row.

A network takes some time for each picture whatever its size, and sees a narrow picture larger
than necessary, because the shorter side is scaled to a fixed size. In a row, people on plain
backgrounds take half the time that they take alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from model.categories import Category
from model.garment import Garment
from model.masks import extent

# Most pictures in a row; more save nothing.
MOST: Final = 4
# Height of a row relative to its tallest picture (white below), though never above the row's
# width: the network scales the shorter side to a fixed size, so each picture gets smaller.
# Garments in shops' pictures are found as well.
_TALLER: Final = 1.1
# Greatest width of a row relative to its height; just below the network's own limit.
_WIDEST: Final = 2.6
# Pixels of white between two pictures.
_GAP: Final = 8
# Share of a garment that must lie in one picture; what spans two is no garment.
_WITHIN: Final = 0.8


class Finder(Protocol):
    """The part of a segmenter that is needed here."""

    def segment(self, picture: NDArray[np.uint8], min_score: float | None = None) -> list[Garment]:
        """Find the garments, best score first."""


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A garment in one picture of a row.

    Attributes:
        category: One of `model.categories`.
        box: ``(x, y, width, height)`` in pixels of that picture.
        mask: ``H x W`` bool, of that picture's size.
    """

    category: Category
    box: tuple[float, float, float, float]
    mask: NDArray[np.bool_]


def rows(pictures: Mapping[int, NDArray[np.uint8]]) -> list[list[int]]:
    """Divide pictures into rows of two to `MOST`, as lists of their numbers.

    A picture without a row is left out: alone, a narrow one is better segmented with the
    background that makes it wider.
    """
    found: list[list[int]] = []
    for number in sorted(pictures, key=lambda number: -pictures[number].shape[0]):
        for row in found:
            if len(row) < MOST and _is_row([pictures[n] for n in (*row, number)]):
                row.append(number)
                break
        else:
            found.append([number])
    return [row for row in found if len(row) > 1]


def find_in_row(pictures: Sequence[NDArray[np.uint8]], finder: Finder) -> list[list[Part]]:
    """Find the garments of pictures, ``h x w x 3`` uint8 RGB, in one run.

    Returns:
        For each picture its garments, best score first.
    """
    row, starts = _side_by_side(pictures)
    found: list[list[Part]] = [[] for _ in pictures]
    for garment in finder.segment(row):
        area = np.count_nonzero(garment.mask)
        for parts, picture, start in zip(found, pictures, starts, strict=True):
            height, width = picture.shape[:2]
            mask = garment.mask[:height, start : start + width]
            if np.count_nonzero(mask) >= _WITHIN * area:
                left, top, right, bottom = map(float, extent(mask))
                box = (left, top, right - left, bottom - top)
                parts.append(Part(garment.category, box, mask))
    return found


def _side_by_side(
    pictures: Sequence[NDArray[np.uint8]],
) -> tuple[NDArray[np.uint8], list[int]]:
    """Return the row, white between the pictures, and the first column of each."""
    height = _height(pictures)
    row = np.full((height, _width(pictures), 3), 255, np.uint8)
    starts: list[int] = []
    start = 0
    for picture in pictures:
        row[: picture.shape[0], start : start + picture.shape[1]] = picture
        starts.append(start)
        start += picture.shape[1] + _GAP
    return row, starts


def _is_row(pictures: Sequence[NDArray[np.uint8]]) -> bool:
    return _width(pictures) <= _WIDEST * _height(pictures)


def _height(pictures: Sequence[NDArray[np.uint8]]) -> int:
    tallest = max(int(picture.shape[0]) for picture in pictures)
    return max(tallest, min(round(_TALLER * tallest), _width(pictures)))


def _width(pictures: Sequence[NDArray[np.uint8]]) -> int:
    return sum(int(picture.shape[1]) for picture in pictures) + _GAP * (len(pictures) - 1)
