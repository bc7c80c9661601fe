"""The products that are most similar to a garment, or to the garment in a picture."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.categories import Kind
from model.colours import Colour
from model.decoding.pool import shared_pool
from model.embedder import Embedder
from model.picture import scaled_down
from model.product_picture import embed_product
from model.segmenter import Segmenter
from server.catalog.index.choosing import IndexName, product_index
from server.catalog.index.hit import Hit, ProductIndex
from server.catalog.old_vectors import EmbedBy, FindEmbedder, OldVectors
from server.catalog.pictures import MAX_PIXELS, MAX_SIDE
from server.catalog.store import CatalogStore, StoredProduct
from server.goods.kinds import categories_of_product
from server.goods.wanted import ANYTHING, Wanted
from server.storage.database import Database

# Hits to search for each product wanted: most are sizes of one colour.
_SEVERAL_SIZES = 6
# Where too few of these are different, so many times more are searched, and at most this many.
_WIDER = 5
_MOST_LOOKED_AT = 3000


@dataclass(frozen=True, slots=True, eq=False)
class CatalogHit:
    """A product that is similar to the query, and how similar.

    Attributes:
        product: It stands for all sizes of its colour.
        hit: How similar it is.
        also_in: The other sizes that were found, as their shop writes them.
    """

    product: StoredProduct
    hit: Hit
    also_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Query:
    """What is searched for."""

    vector: NDArray[np.float32]
    colours: Sequence[Colour]
    kind: Kind | None
    embed_by: EmbedBy | None


class SimilarProducts:
    """Finds the nearest products; safe to share between threads."""

    def __init__(
        self,
        database: Database,
        store: CatalogStore,
        segmenter: Segmenter,
        embedder: Embedder,
        *,
        index: IndexName = "embedded",
        find_embedder: FindEmbedder = lambda _: None,
    ) -> None:
        self._store = store
        self._segmenter = segmenter
        self._embedder = embedder

        def index_of(embedder: Embedder) -> ProductIndex:
            return product_index(index, database, embedder.fingerprint, embedder.dimensions)

        self._index = index_of(embedder)
        self._old = OldVectors(database, embedder, find_embedder, index_of)

    def version(self) -> object:
        """Return a value that changes with each import and removal, also by other processes."""
        return self._index.version()

    def finds_vectors_of(self, embedder: str) -> bool:
        """Return whether old vectors are searched that the embedder made whose name begins so."""
        return self._old.has(embedder)

    def search(
        self,
        vector: NDArray[np.float32],
        colours: Sequence[Colour],
        kind: Kind | None,
        limit: int,
        *,
        category: str | None = None,
        wanted: Wanted = ANYTHING,
        embed_by: EmbedBy | None = None,
    ) -> list[CatalogHit]:
        """Return the most similar products of a kind, best first.

        Products whose words say that they are of another category than the wanted one fill up
        what is left: they say what the shops have where they have nothing of the category.

        The sizes of one colour of a style count as one product: of those with the same group,
        colour and picture, the first that is in stock stands for all.

        Args:
            vector: A unit vector of the embedder, float32 ``[dimensions]``.
            colours: Colours of the garment that is searched for.
            kind: The kind of product to return; None for any.
            limit: The most products to return, 1 or more.
            category: The name of the garment's category; None if any of the kind will do.
            wanted: What else the products have to be.
            embed_by: Makes the query's vector with another embedder, for the products whose
                vectors that one made; None to leave them out.
        """
        query = _Query(vector, colours, kind, embed_by)
        of_category = replace(wanted, category=category) if category else wanted
        found = self._distinct(query, limit, of_category)
        if category and len(found) < limit:
            others = self._distinct(query, limit, wanted)
            found += [each for each in others if not _may_be(each.product, category)]
        return found[:limit]

    def _distinct(self, query: _Query, limit: int, wanted: Wanted) -> list[CatalogHit]:
        """Return the most similar products, one for all sizes of a colour."""
        looked_at = limit * _SEVERAL_SIZES
        while True:
            hits = self._hits(query, looked_at, wanted)
            found = self._one_each(hits)
            if len(found) >= limit or len(hits) < looked_at or looked_at >= _MOST_LOOKED_AT:
                return found[:limit]
            looked_at *= _WIDER

    def _hits(self, query: _Query, limit: int, wanted: Wanted) -> list[Hit]:
        hits = self._index.search(query.vector, query.colours, query.kind, limit, wanted)
        if query.embed_by is not None:
            old = self._old.search(query.embed_by, query.colours, query.kind, limit, wanted)
            if old:
                hits = sorted([*hits, *old], key=lambda hit: -hit.similarity)[:limit]
        return hits

    def _one_each(self, hits: Sequence[Hit]) -> list[CatalogHit]:
        """Return the products that were hit, one for all sizes of a colour."""
        products = {p.id: p for p in self._store.products([hit.product_id for hit in hits])}
        best: dict[object, CatalogHit] = {}
        sizes: dict[object, dict[str, None]] = {}
        for hit in hits:
            product = products.get(hit.product_id)
            if product is None:  # removed since the index was built
                continue
            same = product.style
            if product.size:
                sizes.setdefault(same, {})[product.size] = None
            known = best.get(same)
            if known is None:
                best[same] = CatalogHit(product, hit)
            elif product.availability == "in_stock" != known.product.availability:
                best[same] = CatalogHit(product, known.hit)
        return [
            replace(each, also_in=tuple(s for s in sizes.get(same, {}) if s != each.product.size))
            for same, each in best.items()
        ]

    def search_picture(
        self, data: bytes, limit: int, wanted: Wanted = ANYTHING
    ) -> list[CatalogHit]:
        """Return the products that are most similar to the garment in a picture, best first.

        Args:
            data: The picture's file.
            limit: The most products to return, 1 or more.
            wanted: What else the products have to be.

        Raises:
            PictureError: It is no picture that can be read.
        """
        pixels = shared_pool().decode(data, max_pixels=MAX_PIXELS, source=None)
        picture = scaled_down(pixels, MAX_SIDE)

        def embed_by(embedder: Embedder) -> NDArray[np.float32]:
            return embed_product(picture, self._segmenter, embedder, kinds=None).vector

        view = embed_product(picture, self._segmenter, self._embedder, kinds=None)
        # Better another kind of garment than nothing.
        for kind in dict.fromkeys((view.kind, None)):
            hits = self.search(
                view.vector, view.colours, kind, limit, wanted=wanted, embed_by=embed_by
            )
            if hits:
                return hits
        return []


def _may_be(product: StoredProduct, category: str) -> bool:
    """Return whether a product may be of a category, for all that its words say."""
    named = categories_of_product(product.title)
    return named is None or category in named
