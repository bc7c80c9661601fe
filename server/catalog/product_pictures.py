"""Download the pictures of a feed's products, and find what each shows and its vector."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Self

from model.categories import Kind
from model.embedder import Embedder
from model.likeness import pack_colours
from model.product_picture import embed_product
from model.segmenter import Segmenter
from server.catalog.index.hit import fingerprint_suffix
from server.catalog.pictures import (
    LoadedPicture,
    PictureSource,
    ProductPictureError,
    picture_fingerprint,
)
from server.catalog.sources.product import SourceProduct

# Concurrent downloads: the shop's server must not be flooded.
DOWNLOADS = 4


@dataclass(frozen=True, slots=True)
class PictureFeatures:
    """What a product's picture shows.

    Attributes:
        kind: What the product is; None if neither words nor picture show it.
        vector: Little-endian float32; None without a kind.
        colours: As packed by `model.likeness.pack_colours`.
        thumbnail: JPEG.
    """

    kind: Kind | None
    vector: bytes | None
    colours: bytes | None
    thumbnail: bytes


@dataclass(slots=True)
class Entry:
    """A product on its way into the catalogue.

    Attributes:
        product: As its source describes it.
        kinds: The kinds that its words allow (see `server.goods.kinds`).
        address: The address that its picture is stored under.
        fingerprint: A hash of what its features are made from; empty to try again next time.
        features: What its picture shows; None unless it was embedded in this import.
        error: Why its picture cannot be used.
    """

    product: SourceProduct
    kinds: frozenset[Kind] | None
    address: str | None
    fingerprint: str
    features: PictureFeatures | None = None
    error: ProductPictureError | None = None


class ProductPictures:
    """Downloads and embeds the pictures of one feed, each once; closes as a context manager.

    Args:
        segmenter: Finds the garment in a picture.
        embedder: Makes its vector.
        pictures: Where the pictures come from.
    """

    def __init__(self, segmenter: Segmenter, embedder: Embedder, pictures: PictureSource) -> None:
        self._segmenter = segmenter
        self._embedder = embedder
        self._pictures = pictures
        self._suffix = fingerprint_suffix(embedder.fingerprint)
        self._pool = ThreadPoolExecutor(DOWNLOADS, thread_name_prefix="product-picture")
        self._recent: dict[str, PictureFeatures] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._pool.shutdown()

    def entry(self, product: SourceProduct, kinds: frozenset[Kind] | None) -> Entry:
        """Return the entry of a product whose words allow these kinds."""
        address = self._pictures.address(product.picture) if product.picture else None
        fingerprint = picture_fingerprint(
            address or "", kinds, self._segmenter.fingerprint, self._suffix
        )
        return Entry(product, kinds, address, fingerprint)

    def embed(self, entries: Sequence[Entry]) -> int:
        """Embed the pictures of some entries; fill in the features, or why one cannot be used.

        All sizes of one colour share a picture, which is embedded once.

        Returns:
            How many pictures were embedded.
        """
        waiting: dict[str, Future[LoadedPicture]] = {}
        for entry in entries:
            picture = str(entry.product.picture)
            if entry.fingerprint not in self._recent and picture not in waiting:
                waiting[picture] = self._pool.submit(LoadedPicture.read, self._pictures, picture)
        fresh: dict[str, PictureFeatures] = {}
        for entry in entries:
            known = self._recent.get(entry.fingerprint) or fresh.get(entry.fingerprint)
            if known is None:
                try:
                    loaded = waiting[str(entry.product.picture)].result()
                except ProductPictureError as error:
                    entry.error = error
                    entry.fingerprint = ""
                    continue
                known = fresh[entry.fingerprint] = self._features(loaded, entry.kinds)
            entry.features = known
        self._recent = fresh or self._recent
        return len(fresh)

    def _features(self, picture: LoadedPicture, kinds: frozenset[Kind] | None) -> PictureFeatures:
        view = embed_product(picture.pixels, self._segmenter, self._embedder, kinds)
        kind = view.kind
        if kinds and kind not in kinds:
            # The words allow several kinds, and the picture does not decide between them.
            kind = min(kinds, key=list(Kind).index)
        vector = view.vector.astype("<f4").tobytes() if kind is not None else None
        return PictureFeatures(kind, vector, pack_colours(view.colours), picture.thumbnail)
