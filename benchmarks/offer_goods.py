"""The goods that the order of offers is measured on: embedded as the server does."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.categories import Kind
from model.colours import Colour
from model.garment import Garment
from model.likeness import ColourSets, pack_colours
from model.photometry import disturb
from model.picture import decode_picture, scaled_down
from model.product_picture import ProductView, embed_product, embed_products
from model.side_by_side import MOST
from server.goods.kinds import kinds_of_product
from server.offers.pictures.compare import DECODED_SIDE
from server.services import Services

# Pixels of the longer side.
SIDE = 1024


@dataclass(frozen=True, eq=False)
class Entry:
    """A product (None for a distractor), its kind and how it looks."""

    product: dict[str, Any] | None
    kind: Kind | None
    vector: NDArray[np.float32]
    colours: tuple[Colour, ...]


@dataclass(frozen=True, eq=False)
class Goods:
    """The catalogue: entries, vectors ``[N, D]`` and colours."""

    entries: list[Entry]
    vectors: NDArray[np.float32]
    colours: ColourSets

    @classmethod
    def of(cls, entries: list[Entry]) -> "Goods":
        """Build the catalogue from entries."""
        vectors = np.stack([entry.vector for entry in entries])
        return cls(entries, vectors, ColourSets.of([pack_colours(e.colours) for e in entries]))

    def likeness(self, query: Entry) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the cosine and the likeness of colour of each entry, ``[N]`` each."""
        return self.vectors @ query.vector, self.colours.likeness(query.colours)

    def of_kind(self, query: Entry, values: NDArray[np.float32]) -> list[int]:
        """Return the numbers of the entries of the query's kind, highest value first."""
        of_kind = [i for i, entry in enumerate(self.entries) if entry.kind == query.kind]
        return sorted(of_kind, key=lambda i: -values[i])


def entry_of(
    services: Services, path: Path, product: dict[str, Any] | None, label: str = ""
) -> Entry:
    """Embed a product's picture as an import does."""
    picture = scaled_down(decode_picture(path.read_bytes()), SIDE)
    kinds = kinds_of_product(
        product["title"] if product else label, [product["category"] if product else None]
    )
    view = embed_product(picture, services.models.segmenter, services.models.embedder, kinds)
    return Entry(product, _kind(view, kinds), view.vector, view.colours)


def seen_as_offers(
    services: Services, images: Path, products: list[dict[str, Any]]
) -> Iterator[Entry]:
    """Embed the shop's pictures as a search embeds those of offers."""
    with ThreadPoolExecutor(1) as pool:
        for start in range(0, len(products), MOST):
            row = products[start : start + MOST]
            kinds = [kinds_of_product(product["title"], [product["category"]]) for product in row]
            pictures = [
                decode_picture((images / p["images"][0]).read_bytes(), max_side=DECODED_SIDE)
                for p in row
            ]
            views = embed_products(
                pictures, services.models.segmenter, services.models.embedder, kinds, pool
            )
            for product, view, wanted in zip(row, views, kinds, strict=True):
                yield Entry(product, _kind(view, wanted), view.vector, view.colours)


def _kind(view: ProductView, kinds: frozenset[Kind] | None) -> Kind | None:
    if kinds and view.kind not in kinds:
        return min(kinds, key=list(Kind).index)  # as the import decides
    return view.kind


@dataclass(frozen=True)
class _Found:
    """Garments that were found already."""

    garments: list[Garment]

    def segment(self, picture: NDArray[np.uint8], min_score: float | None = None) -> list[Garment]:
        del picture, min_score
        return self.garments


def query_of(
    services: Services, picture: NDArray[np.uint8], product: dict[str, Any]
) -> Entry | None:
    """Cut the garment for sale out of another photo; None if it is not found."""
    kinds = kinds_of_product(product["title"], [product["category"]]) or frozenset(Kind)
    found = _Found(services.models.segmenter.segment(picture))
    if not any(garment.category.kind in kinds for garment in found.garments):
        return None
    view = embed_product(picture, found, services.models.embedder, kinds)
    return Entry(product, view.kind, view.vector, view.colours)


def in_other_light(picture: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    """Return a picture brighter or darker, warmer or paler."""
    bgr = disturb(np.ascontiguousarray(picture[:, :, ::-1]), random)
    return np.ascontiguousarray(bgr[:, :, ::-1])
