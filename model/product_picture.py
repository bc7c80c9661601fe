"""Shops' pictures of products: the garment that is for sale in each, and its vector."""

from collections.abc import Collection, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from model.categories import Kind
from model.colours import Colour, main_colours
from model.crops import cut_out, on_white
from model.embedder import Embedder
from model.garment import Garment
from model.plain_background import without_background
from model.side_by_side import Finder, Part, find_in_row, rows

# Kinds that shops and the segmenter divide differently: a hoodie may be either.
_UPPER = frozenset({Kind.TOP, Kind.OUTWEAR, Kind.DRESS})
_Found = TypeVar("_Found", Garment, Part)


@dataclass(frozen=True, slots=True, eq=False)
class ProductView:
    """The garment in a product's picture.

    Attributes:
        vector: Unit vector of the garment on white (of the whole picture if none is found),
            float32.
        kind: The garment's kind; None if none is found.
        colours: The garment's colours, largest share first; empty if none is found.
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

    That is the largest one of the wanted kinds. A top that the segmenter takes for outwear,
    or the other way round, is still the garment that is meant; trousers worn with a shirt
    that is for sale never are.

    Args:
        picture: ``H x W x 3`` uint8 RGB.
        segmenter: Finds its garments.
        embedder: Makes the vector.
        kinds: What the product may be according to its words; None if they say nothing.
    """
    return _view(picture, _for_sale(segmenter.segment(picture), kinds), embedder)


def embed_products(
    pictures: Sequence[NDArray[np.uint8]],
    segmenter: Finder,
    embedder: Embedder,
    kinds: Sequence[Collection[Kind] | None],
    pool: Executor,
) -> list[ProductView]:
    """Embed the garments of several pictures, faster than one by one.

    Pictures on a plain background are cropped and segmented side by side with others.

    Args:
        pictures: ``H x W x 3`` uint8 RGB each.
        segmenter: Finds their garments.
        embedder: Makes the vectors.
        kinds: As for `embed_product`, for each picture.
        pool: Cuts out and embeds garments while the segmenter goes on.
    """
    shown = {
        number: part
        for number, picture in enumerate(pictures)
        if (part := without_background(picture)) is not None
    }
    views: dict[int, Future[ProductView]] = {}
    for row in rows(shown):
        found = find_in_row([shown[number] for number in row], segmenter)
        for number, garments in zip(row, found, strict=True):
            garment = _for_sale(garments, kinds[number])
            if garment is not None:
                views[number] = pool.submit(_view, shown[number], garment, embedder)
    for number, picture in enumerate(pictures):
        # Those that were in no row, or without success: alone, 1 in 100 of them is found.
        if number not in views:
            alone = _for_sale(segmenter.segment(picture), kinds[number])
            views[number] = pool.submit(_view, picture, alone, embedder)
    return [views[number].result() for number in range(len(pictures))]


def _view(
    picture: NDArray[np.uint8], garment: Garment | Part | None, embedder: Embedder
) -> ProductView:
    if garment is None:
        return ProductView(embedder.embed([picture])[0], None)
    cut = cut_out(picture, garment.mask, garment.box)
    vector = embedder.embed([on_white(cut)])[0]
    return ProductView(vector, garment.category.kind, main_colours(cut))


def _for_sale(garments: Sequence[_Found], kinds: Collection[Kind] | None) -> _Found | None:
    if kinds is None:
        return max(garments, key=_area, default=None)
    wanted = [garment for garment in garments if garment.category.kind in kinds]
    if not wanted and any(kind in _UPPER for kind in kinds):
        wanted = [garment for garment in garments if garment.category.kind in _UPPER]
    return max(wanted, key=_area, default=None)


def _area(garment: Garment | Part) -> int:
    return int(np.count_nonzero(garment.mask))
