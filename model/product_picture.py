"""A shop's picture of a product: which garment in it is for sale, and its vector."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.categories import Kind
from model.colours import Colour, main_colours
from model.crops import cut_out, on_white
from model.embedder import Embedder
from model.garment import Garment

_UPPER = frozenset({Kind.TOP, Kind.OUTWEAR, Kind.DRESS})
"""Kinds that shops and the segmenter tell apart differently: a hoodie is either."""


class Finder(Protocol):
    """What finds the garments in a picture."""

    def segment(self, picture: NDArray[np.uint8], min_score: float | None = None) -> list[Garment]:
        """Find the garments, best score first."""


@dataclass(frozen=True, slots=True, eq=False)
class ProductView:
    """What a product's picture shows.

    Attributes:
        vector: Unit vector of the garment on white (of the whole picture where none is
            found), float32.
        kind: Of the garment; None where none is found.
        colours: Of the garment, largest share first; empty where none is found.
    """

    vector: NDArray[np.float32]
    kind: Kind | None
    colours: tuple[Colour, ...] = ()


def embed_product(
    picture: NDArray[np.uint8],
    segmenter: Finder,
    embedder: Embedder,
    kinds: Collection[Kind] | None = None,
) -> ProductView:
    """Embed the garment that a product's picture is about.

    That is the largest one of the wanted kinds. A top that the segmenter takes for
    outwear, or the other way round, is still the garment that is meant; trousers worn below
    a shirt that is for sale never are.

    Args:
        picture: ``H x W x 3`` uint8 RGB.
        segmenter: Finds its garments.
        embedder: Makes the vector.
        kinds: What the product's words say that it may be; None where they say nothing.
    """
    garment = _for_sale(segmenter.segment(picture), kinds)
    if garment is None:
        return ProductView(embedder.embed([picture])[0], None)
    cut = cut_out(picture, garment.mask, garment.box)
    vector = embedder.embed([on_white(cut)])[0]
    return ProductView(vector, garment.category.kind, main_colours(cut))


def _for_sale(garments: list[Garment], kinds: Collection[Kind] | None) -> Garment | None:
    if kinds is None:
        return max(garments, key=_area, default=None)
    wanted = [garment for garment in garments if garment.category.kind in kinds]
    if not wanted and any(kind in _UPPER for kind in kinds):
        wanted = [garment for garment in garments if garment.category.kind in _UPPER]
    return max(wanted, key=_area, default=None)


def _area(garment: Garment) -> int:
    return int(np.count_nonzero(garment.mask))
