"""Make products' vectors again after a change of weights, in the background.

Each vector names its embedder, so an interrupted run is gone on with by the next one: whatever is
still of another embedder is left. A product whose picture is not to be had keeps its old vector.
"""

import logging
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from sqlalchemy import ColumnElement, select, update

from model.categories import Kind
from model.embedder import Embedder
from model.errors import WhereToBuyError
from model.likeness import pack_colours
from model.product_picture import embed_product
from model.segmenter import Segmenter
from server.catalog.index.hit import fingerprint_suffix
from server.catalog.locks import ShopBusyError, ShopLocks
from server.catalog.pictures import LoadedPicture, PictureSource, ProductPictureError
from server.catalog.preparing import Preparation
from server.catalog.product_pictures import DOWNLOADS
from server.fetch.fetcher import Fetcher
from server.storage.database import Database
from server.storage.tables import ProductRow, ShopRow, now

# Products that are embedded and written together, and after how many of them indexes are told.
CHUNK = 24
_TELL_AFTER = 480
# Pictures that could not be had are tried again after this time.
_AGAIN_SECONDS = 3600.0
# The first pictures that people look at go before.
_FIRST_SECONDS = 10.0
_NAME = "re-embedding"
_log = logging.getLogger(__name__)


class Reembedding:
    """Makes the vectors of other embedders again.

    Args:
        database: Where the products are.
        fetcher: Downloads their pictures.
        segmenter: The segmenter in force.
        embedder: The embedder in force.
        preparation: Is told how far it is; None if nobody asks.
    """

    def __init__(
        self,
        database: Database,
        fetcher: Fetcher,
        segmenter: Segmenter,
        embedder: Embedder,
        preparation: Preparation | None = None,
    ) -> None:
        self._database = database
        self._fetcher = fetcher
        self._segmenter = segmenter
        self._embedder = embedder
        self._suffix = fingerprint_suffix(embedder.fingerprint)
        self._locks = ShopLocks(database.file.parent if database.file else None)
        self._stopped = threading.Event()
        self._preparation = preparation

    def start(self) -> None:
        """Begin on a thread of its own."""
        threading.Thread(target=self._keep_on, name=_NAME, daemon=True).start()

    def stop(self) -> None:
        """Stop after the products at hand."""
        self._stopped.set()

    def run(self) -> int:
        """Embed whatever is of another embedder; return how many products were.

        Raises:
            ShopBusyError: Another process is doing it.
        """
        done = 0
        if not self._shops():
            return done
        with self._locks.hold(_NAME), ThreadPoolExecutor(DOWNLOADS, _NAME) as pool:
            if self._preparation:
                self._preparation.begin()
            for shop in self._shops():
                pictures = PictureSource.of_shop(self._fetcher, shop.source)
                last = untold = 0
                while not self._stopped.is_set() and (rows := self._stale(shop.id, last)):
                    # With the last of them, so that no end of this process leaves it untold.
                    tell = len(rows) <= CHUNK or untold >= _TELL_AFTER
                    count = self._embed(shop.id, rows[:CHUNK], pictures, pool, tell=tell)
                    last = rows[:CHUNK][-1].id
                    untold = 0 if tell else untold + count
                    done += count
                    if self._preparation:
                        self._preparation.tried(len(rows[:CHUNK]))
        return done

    def _keep_on(self) -> None:
        wait = _FIRST_SECONDS
        while not self._stopped.wait(wait):
            wait = _AGAIN_SECONDS
            try:
                if done := self.run():
                    _log.info("%d products were embedded again", done)
            except ShopBusyError:
                _log.info("Another process embeds products again")
                continue  # so it is going on
            except WhereToBuyError as error:
                _log.warning("Products cannot be embedded again now: %s", error)
            except Exception:  # noqa: BLE001 - it is tried again
                _log.exception("Embedding products again failed")
            if self._preparation:
                self._preparation.end()

    def _are_old(self) -> tuple[ColumnElement[bool], ...]:
        return (
            ProductRow.vector.is_not(None),
            ProductRow.kind.is_not(None),
            ProductRow.fingerprint.endswith(self._suffix).is_(False),
        )

    def _shops(self) -> Sequence[ShopRow]:
        """Return the shops that have something to do."""
        with self._database.session(read_only=True) as session:
            old = select(ProductRow.id).where(ProductRow.shop_id == ShopRow.id, *self._are_old())
            return session.scalars(select(ShopRow).where(old.exists()).order_by(ShopRow.id)).all()

    def _stale(self, shop: int, last: int) -> Sequence[Any]:
        columns = (ProductRow.id, ProductRow.kind, ProductRow.picture_url, ProductRow.fingerprint)
        with self._database.session(read_only=True) as session:
            return session.execute(
                select(*columns)
                .where(
                    ProductRow.shop_id == shop,
                    ProductRow.id > last,
                    *self._are_old(),
                )
                .order_by(ProductRow.id)
                .limit(CHUNK + 1)
            ).all()

    def _embed(
        self,
        shop: int,
        rows: Sequence[Any],
        pictures: PictureSource,
        pool: ThreadPoolExecutor,
        *,
        tell: bool,
    ) -> int:
        """Embed some products, and return how many of them could be.

        Args:
            shop: Their shop.
            rows: The products.
            pictures: Where their pictures come from.
            pool: Downloads them.
            tell: Whether to let indexes know that products of the shop changed.
        """
        loading: dict[str, Future[LoadedPicture]] = {}
        for row in rows:
            if row.picture_url and row.picture_url not in loading:
                named = pictures.named(row.picture_url)
                loading[row.picture_url] = pool.submit(LoadedPicture.read, pictures, named)
        changes = []
        for row in rows:
            try:
                if row.picture_url is None:
                    continue
                picture = loading[row.picture_url].result()
            except ProductPictureError:
                continue
            view = embed_product(picture.pixels, self._segmenter, self._embedder, {Kind(row.kind)})
            before = row.fingerprint[: row.fingerprint.rfind(":")]
            changes.append((row, {
                "vector": view.vector.astype("<f4").tobytes(),
                "colours": pack_colours(view.colours),
                # What else decides the vector is as before.
                "fingerprint": before + self._suffix,
            }))  # fmt: skip
        with self._database.session() as session:
            for row, values in changes:
                session.execute(
                    update(ProductRow)
                    # Unless an import was quicker.
                    .where(ProductRow.id == row.id, ProductRow.fingerprint == row.fingerprint)
                    .values(values)
                )
            if tell:
                session.execute(update(ShopRow).where(ShopRow.id == shop).values(imported_at=now()))
        return len(changes)
