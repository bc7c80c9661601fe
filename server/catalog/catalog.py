"""The catalogue as the rest of the server uses it: import feeds, find similar products."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from model.categories import Kind
from model.colours import Colour
from model.embedder import Embedder
from model.segmenter import Segmenter
from server.catalog.importing import FeedImport
from server.catalog.index import Hit, ProductIndex
from server.catalog.pictures import PictureSource
from server.catalog.report import ImportReport
from server.catalog.sources.merchant_feed import MerchantFeed
from server.catalog.sources.product import SourceError
from server.catalog.store import CatalogStore, StoredProduct, canonical_source
from server.fetch.errors import FetchError
from server.fetch.fetcher import Fetcher
from server.goods.links import host_of
from server.goods.safe_text import clean_text
from server.storage.database import Database
from server.storage.tables import ShopRow, now

# The largest feed to download; it is in memory while it is read.
FEED_BYTES = 256 * 2**20
FEED_SECONDS = 120.0
# Hits to search for each product wanted: most are sizes of one colour.
_SEVERAL_SIZES = 6


@dataclass(frozen=True, slots=True, eq=False)
class CatalogHit:
    """A product that is similar to the query, and how similar."""

    product: StoredProduct
    hit: Hit


@dataclass(frozen=True, slots=True)
class Progress:
    """Progress of an import: items done, and the part of the feed that was read, 0 to 1."""

    items: int
    part: float


class Catalog:
    """Imports products and finds the nearest; safe to share between threads."""

    def __init__(
        self, database: Database, fetcher: Fetcher, segmenter: Segmenter, embedder: Embedder
    ) -> None:
        self.store = CatalogStore(database)
        self._database = database
        self._fetcher = fetcher
        self._segmenter = segmenter
        self._embedder = embedder
        self._index = ProductIndex(database, embedder.fingerprint, embedder.dimensions)

    def version(self) -> object:
        """Return a value that changes with each import and removal, also by other processes."""
        return self._index.version()

    def search(
        self, vector: NDArray[np.float32], colours: Sequence[Colour], kind: Kind, limit: int
    ) -> list[CatalogHit]:
        """Return the most similar products of a kind, best first.

        The sizes of one colour of a style count as one product: of those with the same group,
        colour and picture, the first that is in stock stands for all.

        Args:
            vector: A unit vector of the embedder, float32 ``[dimensions]``.
            colours: Colours of the garment that is searched for.
            kind: The kind of product to return.
            limit: The most products to return, 1 or more.
        """
        hits = self._index.search(vector, colours, kind, limit * _SEVERAL_SIZES)
        products = {p.id: p for p in self.store.products([hit.product_id for hit in hits])}
        best: dict[object, CatalogHit] = {}
        for hit in hits:
            product = products.get(hit.product_id)
            if product is None:  # removed since the index was built
                continue
            same = (
                (product.shop, product.group_key, product.colour, product.picture_url)
                if product.group_key
                else product.id
            )
            known = best.get(same)
            if known is None:
                best[same] = CatalogHit(product, hit)
            elif product.availability == "in_stock" != known.product.availability:
                best[same] = CatalogHit(product, known.hit)
        return list(best.values())[:limit]

    def import_feed(
        self,
        source: str,
        *,
        name: str | None = None,
        partner: bool | None = None,
        currency: str | None = None,
        site: str | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        on_problem: Callable[[str], None] | None = None,
    ) -> ImportReport:
        """Import a feed, for the first time or again.

        A new shop whose feed has no product that can be used is not kept.

        Args:
            source: An http or https address, or the path of a file.
            name: The shop's name; by default its old name, the feed's title or its host.
            partner: Whether it is a partner; None keeps what it was. A new shop is not one.
            currency: The ISO 4217 code of prices that name none; None if that is not known.
            site: The shop's address, for feeds without links; None if that is not known.
            on_progress: Called after every few products.
            on_problem: Called with one line for the first item of each kind of fault.

        Raises:
            SourceError: The feed cannot be downloaded or read.
            BrokenOffError: The feed breaks off: the products before the break are kept, and
                nothing is removed.
        """
        stream, size, base, source, folder = self._open(source)
        with stream:
            feed = MerchantFeed(stream, base, currency=currency, site=site)
            shop_id, shop, is_new = self._shop(source, name, partner)
            report = ImportReport(shop)

            def progress(items: int) -> None:
                if on_progress:
                    part = min(1.0, feed.bytes_read / size) if size else 1.0
                    on_progress(Progress(items, part))

            pictures = PictureSource.of(self._fetcher, source, folder)
            run = FeedImport(self._database, self._segmenter, self._embedder, pictures, on_problem)
            try:
                run.run(shop_id, feed, report, progress)
            finally:
                self._settle(shop_id, is_new, report, clean_text(name) or feed.title)
        return report

    def _open(self, source: str) -> tuple[BinaryIO, int, str | None, str, Path | None]:
        """Return the feed's stream, size, base address, canonical name and local folder."""
        if urlsplit(source).scheme.lower() in {"http", "https"}:
            try:
                fetched = self._fetcher.file(source, FEED_BYTES, seconds=FEED_SECONDS)
            except FetchError as error:
                raise _not_downloaded(error) from error
            return BytesIO(fetched.data), len(fetched.data), fetched.url, source, None
        try:
            path = Path(canonical_source(source))
            return path.open("rb"), path.stat().st_size, None, str(path), path.parent
        except OSError as error:
            raise SourceError(
                f"The feed {source} cannot be opened: {error.strerror}.",
                hint="Give the path of a file, or an address that begins with https://",
            ) from error

    def _shop(self, source: str, name: str | None, partner: bool | None) -> tuple[int, str, bool]:
        """Return the id and name of a source's shop, and whether it is new."""
        with self._database.session() as session:
            shop = session.scalar(select(ShopRow).where(ShopRow.source == source))
            is_new = shop is None
            if shop is None:
                shop = ShopRow(source=source, name=_name_of(source), partner=False)
                shop.imported_at = now()
                session.add(shop)
            shop.name = clean_text(name) or shop.name
            if partner is not None:
                shop.partner = partner
            session.flush()
            return shop.id, shop.name, is_new

    def _settle(self, shop_id: int, is_new: bool, report: ImportReport, title: str | None) -> None:
        """Name a new shop after the feed's title; delete it if its feed has no usable product."""
        with self._database.session() as session:
            shop = session.get(ShopRow, shop_id)
            if shop is None:
                return
            if is_new and not report.products:
                session.delete(shop)
            elif title and is_new:
                shop.name = report.shop = title


def _not_downloaded(error: FetchError) -> SourceError:
    """Return the error for a feed that cannot be downloaded, with what to do about it."""
    by_hand = "Download the feed with a browser, and give the path of the file."
    hints = {
        401: f"It asks for a login. {by_hand}",
        403: f"It refuses this program. {by_hand}",
        404: "Check the address: nothing is there.",
        410: "Check the address: nothing is there any more.",
        429: f"Try again later. {by_hand}",
    }
    hint = hints.get(error.status or 0, by_hand)
    if error.status is not None and error.status >= 500:
        hint = f"The shop's server has a fault: try again later. {by_hand}"
    return SourceError(f"The feed cannot be downloaded. {error}", hint=hint)


def _name_of(source: str) -> str:
    return host_of(source) or Path(source).stem
