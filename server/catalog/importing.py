"""Import a shop's products: add new ones, update changed ones, mark vanished ones as gone."""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from model.embedder import Embedder
from model.segmenter import Segmenter
from server.catalog.attempts import Attempt, KnownRow, finish
from server.catalog.pictures import PictureSource
from server.catalog.product_pictures import Entry, ProductPictures
from server.catalog.report import BrokenOffError, ImportReport, LeftOut
from server.catalog.sources.product import BrokenItemError, SourceError, SourceProduct, Unchanged
from server.catalog.sources.source import Item
from server.catalog.store import put_thumbnail, remove_thumbnails
from server.goods.kinds import kinds_of_product, why_no_garment
from server.storage.database import Database
from server.storage.tables import ProductRow

# Products that are read, embedded and written together; limits what is in memory.
CHUNK = 48
_TWICE = "an id that another item has; the first counts"
# A price that only lacks its currency; nought is none.
_BARE_NUMBER = re.compile(r"(?=.*[1-9])\d[\d.,' ]*")


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

    def run(
        self,
        attempt: Attempt,
        items: Iterable[Item],
        report: ImportReport,
        on_progress: Callable[[int], None] | None = None,
        *,
        accept_smaller: bool = False,
    ) -> None:
        """Import, writing as it goes.

        What an earlier attempt of the same import has done is not done again. A source that
        breaks off keeps what came before the break, and nothing of it is gone.

        Args:
            attempt: The shop's row, and the number of this attempt.
            items: The products of the source.
            report: Is filled in.
            on_progress: Called with the number of items done so far.
            accept_smaller: Whether products may be gone even if that leaves half or less.

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
                self._import(attempt, chunk, report)
                done += len(chunk)
                if on_progress and chunk:
                    on_progress(done)
        report.complete = broken_off is None
        with self._database.session() as session:
            finish(session, attempt, report, accept_smaller=accept_smaller)
        if broken_off is not None:
            raise BrokenOffError(broken_off, report) from broken_off

    def _import(self, attempt: Attempt, chunk: list[Any], report: ImportReport) -> None:
        known = self._known(attempt.shop_id, chunk)
        entries = list(self._entries(chunk, known, attempt, report))
        self._embed(known, entries, report)
        self._write(attempt, entries, chunk, report)

    def _entries(
        self, chunk: list[Any], known: dict[str, KnownRow], attempt: Attempt, report: ImportReport
    ) -> Iterator[Entry]:
        here: set[str] = set()
        for item in chunk:
            if isinstance(item, BrokenItemError):
                self._problem(report, str(item), first=item.reason not in report.faults)
                report.break_item(item.reason, item.example or str(item))
                continue
            if isinstance(item, Unchanged):
                report.unchanged += 1
                continue
            seen = known[item.key].seen if item.key in known else 0
            if item.key in here or seen == attempt.number:
                line = f"Item {item.key} is there twice; the first counts."
                self._problem(report, line, first=_TWICE not in report.faults)
                report.break_item(_TWICE, f"“{item.key}”")
                continue
            here.add(item.key)
            if seen >= attempt.first:
                report.unchanged += 1
                if (reason := known[item.key].left_out) is not None:
                    report.leave_out(LeftOut[reason.upper()], f"“{item.title}”")
                continue
            _note_values(item, report)
            yield self._pictures.entry(item, kinds_of_product(item.title, item.types))

    def _embed(
        self, known: dict[str, KnownRow], entries: list[Entry], report: ImportReport
    ) -> None:
        """Embed the pictures of products that are new or have another picture."""
        before = {key: row.fingerprint for key, row in known.items()}
        wanted = [
            entry
            for entry in entries
            # A product that is not a garment is never shown, so its picture is not downloaded.
            if entry.product.picture is not None
            and entry.kinds != frozenset()
            and before.get(entry.product.key) != entry.fingerprint
        ]
        report.embedded += self._pictures.embed(wanted)
        for entry in wanted:
            if entry.error is not None:
                product, reason = entry.product, entry.error.reason
                line = f"Item {product.key} has no picture: {entry.error}"
                self._problem(report, line, first=reason not in report.pictures)
                report.miss_picture(reason, f"“{product.title}” ({product.picture})")

    def _known(self, shop_id: int, chunk: list[Any]) -> dict[str, KnownRow]:
        keys = [item.key for item in chunk if isinstance(item, SourceProduct)]
        with self._database.session(read_only=True) as session:
            found = session.execute(
                select(
                    ProductRow.key, ProductRow.fingerprint, ProductRow.seen, ProductRow.left_out
                ).where(ProductRow.shop_id == shop_id, ProductRow.key.in_(keys))
            )
            return {row.key: KnownRow(row.fingerprint, row.seen, row.left_out) for row in found}

    def _write(
        self, attempt: Attempt, entries: list[Entry], chunk: list[Any], report: ImportReport
    ) -> None:
        with self._database.session() as session:
            rows = {
                row.key: row
                for row in session.scalars(
                    select(ProductRow).where(
                        ProductRow.shop_id == attempt.shop_id,
                        ProductRow.key.in_([entry.product.key for entry in entries]),
                    )
                )
            }
            orphans = []
            for entry in entries:
                row = rows.get(entry.product.key)
                old_picture = row.picture_url if row is not None else None
                written = _write_one(session, attempt, entry, row, report)
                written.left_out = None
                if written.kind is None or written.vector is None:
                    reason, example = _left_out(entry)
                    report.leave_out(reason, example)
                    written.left_out = reason.name.lower()
                if old_picture != entry.address:
                    orphans.append(old_picture)
            session.flush()
            # What was done before, is as it was, or cannot be read now, is there all the same.
            named = [item.key for item in chunk if hasattr(item, "key")]
            session.execute(
                update(ProductRow)
                .where(ProductRow.shop_id == attempt.shop_id, ProductRow.key.in_(named))
                .values(seen=attempt.number)
            )
            remove_thumbnails(session, orphans)

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
    session: Session, attempt: Attempt, entry: Entry, row: ProductRow | None, report: ImportReport
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
        row = ProductRow(
            shop_id=attempt.shop_id, key=entry.product.key, seen=attempt.number, **values
        )
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
        "size": product.size,
        "gender": product.gender,
        "pictures": list(product.pictures) or None,
        "shipping": [
            {"country": s.country, "amount": s.price.amount, "currency": s.price.currency}
            for s in product.shipping
        ]
        or None,
        "sale_price": product.sale.price.amount if product.sale else None,
        "sale_starts": product.sale.starts if product.sale else None,
        "sale_ends": product.sale.ends if product.sale else None,
        "page_version": product.page_version,
        "gone_at": None,
    }


def _until_break(items: Iterable[Item]) -> Iterator[Item | SourceError]:
    """Yield the error with which a source breaks off as its last item."""
    try:
        yield from items
    except SourceError as error:
        yield error
