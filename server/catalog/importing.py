"""A feed into the catalogue: new products in, changed ones updated, vanished ones out."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from model.categories import Kind
from model.embedder import Embedder
from model.likeness import pack_colours
from model.product_picture import embed_product
from model.segmenter import Segmenter
from server.catalog.index import fingerprint_suffix
from server.catalog.pictures import (
    LoadedPicture,
    PictureSource,
    ProductPictureError,
    picture_fingerprint,
)
from server.catalog.sources.product import BrokenItemError, SourceError, SourceProduct
from server.catalog.store import put_thumbnail, remove_products, remove_thumbnails
from server.goods.kinds import kinds_of_product
from server.storage.database import Database
from server.storage.tables import ProductRow, ShopRow, now

# Products that are read, embedded and written together; bounds what is in memory.
CHUNK = 48
# Pictures on their way at the same time: a shop's server is not ours to flood.
DOWNLOADS = 4
PROBLEMS_KEPT = 1000


@dataclass(slots=True)
class ImportReport:
    """What an import did. ``complete`` says that the feed was read to its end."""

    shop: str
    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    embedded: int = 0
    broken: int = 0
    complete: bool = False
    # One line each, the first `PROBLEMS_KEPT`.
    problems: list[str] = field(default_factory=list)

    @property
    def products(self) -> int:
        """How many products the feed had that could be used."""
        return self.added + self.updated + self.unchanged

    def problem(self, line: str) -> None:
        """Note what went wrong with one item."""
        if len(self.problems) < PROBLEMS_KEPT:
            self.problems.append(line)


@dataclass(slots=True)
class _Entry:
    """A product on its way into the catalogue."""

    product: SourceProduct
    kinds: frozenset[Kind] | None
    address: str | None
    fingerprint: str
    seen: "_Seen | None" = None


@dataclass(frozen=True, slots=True)
class _Seen:
    """What looking at a picture gave."""

    kind: Kind | None
    vector: bytes | None
    colours: bytes | None
    thumbnail: bytes


class FeedImport:
    """One import; not to be used twice.

    Args:
        database: Where the products go.
        segmenter: Finds the garment in a product's picture.
        embedder: Makes its vector.
        pictures: Where the pictures come from.
        on_problem: Called with a line for every item that cannot be used or seen.
    """

    def __init__(
        self,
        database: Database,
        segmenter: Segmenter,
        embedder: Embedder,
        pictures: PictureSource,
        on_problem: Callable[[str], None] | None = None,
    ) -> None:
        self._database = database
        self._segmenter = segmenter
        self._embedder = embedder
        self._pictures = pictures
        self._suffix = fingerprint_suffix(embedder.fingerprint)
        self._on_problem = on_problem
        self._keys: set[str] = set()
        self._recent: dict[str, _Seen] = {}

    def run(
        self,
        shop_id: int,
        items: Iterable[SourceProduct | BrokenItemError],
        report: ImportReport,
        on_progress: Callable[[int], None] | None = None,
    ) -> None:
        """Import, writing as it goes.

        A feed that breaks off keeps what came before the break and removes nothing.

        Args:
            shop_id: The shop's row.
            items: What the source gives.
            report: Is filled.
            on_progress: Called with the number of items that are done.

        Raises:
            SourceError: The source breaks off; ``report`` holds what was done before.
        """
        done = 0
        broken_off: SourceError | None = None
        source = _until_break(items)
        with ThreadPoolExecutor(DOWNLOADS, thread_name_prefix="product-picture") as pool:
            while chunk := list(islice(source, CHUNK)):
                if isinstance(chunk[-1], SourceError):
                    broken_off = chunk[-1]
                    del chunk[-1]
                entries = list(self._entries(chunk, report))
                self._look(shop_id, entries, pool, report)
                self._write(shop_id, entries, report)
                done += len(chunk)
                if on_progress:
                    on_progress(done)
        report.complete = broken_off is None
        self._finish(shop_id, report)
        if broken_off is not None:
            raise broken_off

    def _entries(self, chunk: list[Any], report: ImportReport) -> Iterator[_Entry]:
        for item in chunk:
            if isinstance(item, BrokenItemError):
                self._problem(report, str(item))
                report.broken += 1
                continue
            if item.key in self._keys:
                self._problem(report, f"Item {item.key} is there twice; the first counts.")
                report.broken += 1
                continue
            self._keys.add(item.key)
            kinds = kinds_of_product(item.title, item.types)
            address = self._pictures.address(item.picture) if item.picture else None
            yield _Entry(
                item,
                kinds,
                address,
                picture_fingerprint(
                    address or "", kinds, self._segmenter.fingerprint, self._suffix
                ),
            )

    def _look(
        self,
        shop_id: int,
        entries: list[_Entry],
        pool: ThreadPoolExecutor,
        report: ImportReport,
    ) -> None:
        """Look at the pictures of the products that are new or have another picture."""
        known = self._fingerprints(shop_id, [entry.product.key for entry in entries])
        waiting: dict[str, Future[LoadedPicture]] = {}
        wanted = []
        for entry in entries:
            picture = entry.product.picture
            # What is no garment is never shown for one: its picture is not even downloaded.
            if picture is None or entry.kinds == frozenset():
                continue
            if known.get(entry.product.key) == entry.fingerprint:
                continue
            wanted.append(entry)
            if entry.fingerprint not in self._recent and picture not in waiting:
                waiting[picture] = pool.submit(LoadedPicture.read, self._pictures, picture)
        fresh: dict[str, _Seen] = {}
        for entry in wanted:
            seen = self._recent.get(entry.fingerprint) or fresh.get(entry.fingerprint)
            if seen is None:
                try:
                    # All sizes of one colour share a picture: it is looked at once.
                    seen = self._see(waiting[str(entry.product.picture)].result(), entry.kinds)
                except ProductPictureError as error:
                    self._problem(report, f"Item {entry.product.key} has no picture: {error}")
                    entry.fingerprint = ""  # tried again at the next import
                    continue
                report.embedded += 1
                fresh[entry.fingerprint] = seen
            entry.seen = seen
        self._recent = fresh or self._recent

    def _see(self, picture: LoadedPicture, kinds: frozenset[Kind] | None) -> _Seen:
        view = embed_product(picture.pixels, self._segmenter, self._embedder, kinds)
        kind = view.kind
        if kinds and kind not in kinds:
            # The words leave these open, and the picture does not decide between them.
            kind = min(kinds, key=list(Kind).index)
        vector = view.vector.astype("<f4").tobytes() if kind is not None else None
        return _Seen(kind, vector, pack_colours(view.colours), picture.thumbnail)

    def _fingerprints(self, shop_id: int, keys: list[str]) -> dict[str, str]:
        with self._database.session(read_only=True) as session:
            found = session.execute(
                select(ProductRow.key, ProductRow.fingerprint).where(
                    ProductRow.shop_id == shop_id, ProductRow.key.in_(keys)
                )
            )
            return {row.key: row.fingerprint for row in found}

    def _write(self, shop_id: int, entries: list[_Entry], report: ImportReport) -> None:
        with self._database.session() as session:
            rows = {
                row.key: row
                for row in session.scalars(
                    select(ProductRow).where(
                        ProductRow.shop_id == shop_id,
                        ProductRow.key.in_([entry.product.key for entry in entries]),
                    )
                )
            }
            orphans = []
            for entry in entries:
                row = rows.get(entry.product.key)
                old_picture = row.picture_url if row is not None else None
                self._write_one(session, shop_id, entry, row, report)
                if old_picture != entry.address:
                    orphans.append(old_picture)
            session.flush()
            remove_thumbnails(session, orphans)

    def _write_one(
        self,
        session: Session,
        shop_id: int,
        entry: _Entry,
        row: ProductRow | None,
        report: ImportReport,
    ) -> None:
        values = _columns(entry)
        if row is None or row.fingerprint != entry.fingerprint or entry.fingerprint == "":
            seen = entry.seen
            values |= {
                "kind": seen.kind if seen else None,
                "vector": seen.vector if seen else None,
                "colours": seen.colours if seen else None,
                "fingerprint": entry.fingerprint,
            }
            if seen and entry.address:
                put_thumbnail(session, entry.address, seen.thumbnail)
        if row is None:
            session.add(ProductRow(shop_id=shop_id, key=entry.product.key, **values))
            report.added += 1
            return
        changed = {name: value for name, value in values.items() if getattr(row, name) != value}
        if not changed:
            report.unchanged += 1
            return
        for name, value in changed.items():
            setattr(row, name, value)
        report.updated += 1

    def _finish(self, shop_id: int, report: ImportReport) -> None:
        with self._database.session() as session:
            if report.complete:
                found = session.execute(
                    select(ProductRow.id, ProductRow.key).where(ProductRow.shop_id == shop_id)
                )
                gone = [row.id for row in found if row.key not in self._keys]
                remove_products(session, gone)
                report.removed = len(gone)
            shop = session.get(ShopRow, shop_id)
            if shop is not None:
                shop.imported_at = now()  # tells every index to look again

    def _problem(self, report: ImportReport, line: str) -> None:
        report.problem(line)
        if self._on_problem:
            self._on_problem(line)


def _columns(entry: _Entry) -> dict[str, Any]:
    """Give the columns that the feed's words alone decide."""
    product = entry.product
    money = product.price or product.list_price
    return {
        "group_key": product.group_key,
        "title": product.title,
        "link": product.link,
        "brand": product.brand,
        "colour": product.colour,
        "gtin": product.gtin,
        "price": product.price.amount if product.price else None,
        "list_price": product.list_price.amount if product.list_price else None,
        "currency": money.currency if money else None,
        "availability": product.availability,
        "condition": product.condition,
        "picture_url": entry.address,
    }


def _until_break(
    items: Iterable[SourceProduct | BrokenItemError],
) -> Iterator[SourceProduct | BrokenItemError | SourceError]:
    """Give the error with which a source breaks off as its last item."""
    try:
        yield from items
    except SourceError as error:
        yield error
