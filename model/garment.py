"""One segmented instance of what is worn."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.categories import Category

# A closed ring of ``[x, y]`` points in pixels of the analysed picture.
Polygon = list[list[float]]


@dataclass(frozen=True, slots=True, eq=False)
class Garment:
    """A garment found in a picture.

    Attributes:
        category: One of the categories of `model.categories`.
        score: Confidence of the detector, 0 to 1.
        box: ``(x, y, width, height)`` in pixels of the picture, inside it.
        mask: ``H x W`` bool, True on the garment; the size of the whole picture.
        polygons: The mask's silhouette, simplified; IoU with ``mask`` at least 0.97.
        rivals: Other categories that the same silhouette was found as, likeliest first: where
            there are any, which one is right is in doubt.
    """

    category: Category
    score: float
    box: tuple[float, float, float, float]
    mask: NDArray[np.bool_]
    polygons: list[Polygon]
    rivals: tuple[Category, ...] = ()
