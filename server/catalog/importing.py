"""Import a feed: add new products, update changed ones, remove vanished ones."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from model.embedder import Embedder
from model.segmenter import Segmenter
from server.catalog.pictures import PictureSource
from server.catalog.product_pictures import Entry, ProductPictures
from server.catalog.report import BrokenOffError, ImportReport, LeftOut
from server.catalog.sources.product import BrokenItemError, SourceError, SourceProduct
from server.catalog.store import put_thumbnail, remove_products, remove_thumbnails
from server.goods.kinds import kinds_of_product, why_no_garment
from server.storage.database import Database
from server.storage.tables import ProductRow, ShopRow, now

# Products that are read, embedded and written together; limits what is in memory.
CHUNK = 48
_TWICE = "an id that another item has; the first counts"
_BARE_NUMBER = re.compile(r"\d[\d.,' ]*")


class FeedImport:
    """One import; each needs an instance of its own.

    Args:
        database: Where the products go.
        segmenter: Finds the garment in a product's picture.
        embedder: Makes its vector.
        pictures: Where the pictures come from.
        on_problem: Called with a line for the first item of each kind that cannot be used or
            seen; the report counts the others.
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
        self._pictures = ProductPictures(segmenter, embedder, pictures)
        self._on_problem = on_problem
        self._keys: set[str] = set()

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
            items: The products of the source.
            report: Is filled in.
            on_progress: Called with the number of items done so far.

        Raises:
            BrokenOffError: The source breaks off.
        """
        done = 0
        broken_off: SourceError | None = None
        source = _until_break(items)
        with self._pictures:
            while chunk := list(islice(source, CHUNK)):
                if isinstance(chunk[-1], SourceError):
                    broken_off = chunk[-1]
                    del chunk[-1]
                entries = list(self._entries(chunk, report))
                self._embed(shop_id, entries, report)
                self._write(shop_id, entries, report)
                done += len(chunk)
                if on_progress and chunk:
                    on_progress(done)
        report.complete = broken_off is None
        self._finish(shop_id, report)
        if broken_off is not None:
            raise BrokenOffError(broken_off, report) from broken_off

    def _entries(self, chunk: list[Any], report: ImportReport) -> Iterator[Entry]:
        for item in chunk:
            if isinstance(item, BrokenItemError):
                self._problem(report, str(item), first=item.reason not in report.faults)
                report.break_item(item.reason, item.example or str(item))
                continue
            if item.key in self._keys:
                line = f"Item {item.key} is there twice; the first counts."
                self._problem(report, line, first=_TWICE not in report.faults)
                report.break_item(_TWICE, f"“{item.key}”")
                continue
            self._keys.add(item.key)
            _note_values(item, report)
            yield self._pictures.entry(item, kinds_of_product(item.title, item.types))

    def _embed(self, shop_id: int, entries: list[Entry], report: ImportReport) -> None:
        """Embed the pictures of products that are new or have another picture."""
        known = self._fingerprints(shop_id, [entry.product.key for entry in entries])
        wanted = [
            entry
            for entry in entries
            # A product that is not a garment is never shown, so its picture is not downloaded.
            if entry.product.picture is not None
            and entry.kinds != frozenset()
            and known.get(entry.product.key) != entry.fingerprint
        ]
        report.embedded += self._pictures.embed(wanted)
        for entry in wanted:
            if entry.error is not None:
                product, reason = entry.product, entry.error.reason
                line = f"Item {product.key} has no picture: {entry.error}"
                self._problem(report, line, first=reason not in report.pictures)
                report.miss_picture(reason, f"“{product.title}” ({product.picture})")

    def _fingerprints(self, shop_id: int, keys: list[str]) -> dict[str, str]:
        with self._database.session(read_only=True) as session:
            found = session.execute(
                select(ProductRow.key, ProductRow.fingerprint).where(
                    ProductRow.shop_id == shop_id, ProductRow.key.in_(keys)
                )
            )
            return {row.key: row.fingerprint for row in found}

    def _write(self, shop_id: int, entries: list[Entry], report: ImportReport) -> None:
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
                written = _write_one(session, shop_id, entry, row, report)
                if written.kind is None or written.vector is None:
                    report.leave_out(*_left_out(entry))
                if old_picture != entry.address:
                    orphans.append(old_picture)
            session.flush()
            remove_thumbnails(session, orphans)

    def _finish(self, shop_id: int, report: ImportReport) -> None:
        with self._database.session() as session:
            # A feed without any usable product is more likely broken than a shop sold out.
            if report.complete and self._keys:
                found = session.execute(
                    select(ProductRow.id, ProductRow.key).where(ProductRow.shop_id == shop_id)
                )
                gone = [row.id for row in found if row.key not in self._keys]
                remove_products(session, gone)
                report.removed = len(gone)
            shop = session.get(ShopRow, shop_id)
            if shop is not None:
                shop.imported_at = now()  # a change makes every index read again

    def _problem(self, report: ImportReport, line: str, *, first: bool) -> None:
        report.problem(line)
        if first and self._on_problem:
            self._on_problem(line)


def _note_values(product: SourceProduct, report: ImportReport) -> None:
    """Count what was repaired in a product's entry, and the values it has to do without."""
    title = f"“{product.title}”"
    if product.repair:
        report.repair(product.repair, title)
    for name, value in product.unread:
        report.miss(name, f"“{value}” ({title})")
        report.without_currency += name == "price" and _BARE_NUMBER.fullmatch(value) is not None
    if product.price is None and all(name != "price" for name, _ in product.unread):
        report.miss("price (there is none)", title)


def _write_one(
    session: Session, shop_id: int, entry: Entry, row: ProductRow | None, report: ImportReport
) -> ProductRow:
    """Add or update a product's row, count it, and return it."""
    values = _columns(entry)
    if row is None or row.fingerprint != entry.fingerprint or entry.fingerprint == "":
        features = entry.features
        values |= {
            "kind": features.kind if features else None,
            "vector": features.vector if features else None,
            "colours": features.colours if features else None,
            "fingerprint": entry.fingerprint,
        }
        if features and entry.address:
            put_thumbnail(session, entry.address, features.thumbnail)
    if row is None:
        row = ProductRow(shop_id=shop_id, key=entry.product.key, **values)
        session.add(row)
        report.added += 1
        return row
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    for name, value in changed.items():
        setattr(row, name, value)
    if changed:
        report.updated += 1
    else:
        report.unchanged += 1
    return row


def _left_out(entry: Entry) -> tuple[LeftOut, str]:
    """Return why a product cannot be found, and an example for the report."""
    product = entry.product
    example = f"“{product.title}”"
    reason = why_no_garment(product.title, product.types)
    if reason is not None and reason.source == "category":
        return LeftOut.NO_GARMENT_BY_CATEGORY, f"{example} ({reason.text})"
    if reason is not None:
        return LeftOut.NO_GARMENT_BY_TITLE, example
    if product.picture is None:
        return LeftOut.NO_PICTURE, example
    return (LeftOut.UNUSABLE_PICTURE if entry.error else LeftOut.UNRECOGNISED), example


def _columns(entry: Entry) -> dict[str, Any]:
    """Return the columns that come from the feed alone."""
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
    """Yield the error with which a source breaks off as its last item."""
    try:
        yield from items
    except SourceError as error:
        yield error
