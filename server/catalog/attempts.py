"""Attempts to read a shop: an import that was interrupted is gone on with, not begun again.

Each attempt has a number, and each product the number of the one that saw it last. An import is
finished by one attempt or by several; whatever none of them saw is gone from the shop.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from server.catalog.report import ImportReport
from server.catalog.store import remove_thumbnails
from server.storage.tables import ProductRow, ShopRow, now

# An import that was interrupted longer ago is begun again: shops change.
_STALE = timedelta(days=1)
# A shop of fewer products may lose half of them at any time.
FEW = 10
# Products that are gone are kept for so long, for those who come back to them.
GONE_KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to read a shop.

    Attributes:
        shop_id: The shop's row.
        number: The attempt's.
        first: The number of the attempt that the import began with.
        version: Which version of the source it reads; empty if that is not known.
    """

    shop_id: int
    number: int
    first: int
    version: dict[str, str]


@dataclass(frozen=True, slots=True)
class KnownRow:
    """What is known of a product before an import.

    Attributes:
        fingerprint: Of its vector.
        seen: The attempt that saw it last.
        left_out: Why no picture finds it; one of `server.catalog.report.LeftOut`.
    """

    fingerprint: str
    seen: int
    left_out: str | None = None


def begin(session: Session, shop: ShopRow, version: dict[str, str]) -> Attempt:
    """Begin an attempt: go on with the import before it, if that was of the same source.

    Args:
        session: A session that writes.
        shop: The shop.
        version: Which version of the source is read, with its ``hash`` if that is known.
    """
    shop.attempts += 1
    before = (shop.note or {}).get("hash", "")
    fresh = shop.checked_at is not None and now() - shop.checked_at < _STALE
    if not shop.unfinished_since or not fresh or before != version.get("hash", ""):
        shop.unfinished_since = shop.attempts
    shop.checked_at = now()
    shop.note = {"code": "interrupted", "text": "", "hash": version.get("hash", "")}
    session.flush()
    return Attempt(shop.id, shop.attempts, shop.unfinished_since, version)


def finish(
    session: Session, attempt: Attempt, report: ImportReport, *, accept_smaller: bool
) -> None:
    """End an attempt: mark what is gone, unless too much would be.

    Args:
        session: A session that writes.
        attempt: The attempt.
        report: What it did; is told what is gone.
        accept_smaller: Whether products may be gone even if that leaves half or less.
    """
    shop = session.get(ShopRow, attempt.shop_id)
    if shop is None:
        return
    # A source without any usable product is more likely broken than a shop sold out.
    if report.complete and report.products:
        missing = _of_shop(attempt), ProductRow.gone_at.is_(None), ProductRow.seen < attempt.first
        lost = session.scalar(select(func.count()).select_from(ProductRow).where(*missing)) or 0
        there = report.products - report.added
        if (
            lost
            and lost + there >= FEW
            and lost >= report.products + report.added
            and not accept_smaller
        ):
            report.kept_back = lost
        elif lost:
            _mark_gone(session, missing)
            report.removed = lost
        old = now() - GONE_KEPT
        session.execute(delete(ProductRow).where(_of_shop(attempt), ProductRow.gone_at < old))
        shop.unfinished_since = 0
        # What was kept back is read, and said, again until somebody decides.
        shop.version = None if report.kept_back else attempt.version or None
    shop.note = note_of(report)
    if not report.complete and shop.unfinished_since:
        shop.note = {**(shop.note or {}), "hash": attempt.version.get("hash", "")}
    # A change makes every index read again.
    shop.imported_at = shop.checked_at = now()


def note_of(report: ImportReport) -> dict[str, object] | None:
    """Return what an import's end leaves to say about a shop; None if it went well."""
    if report.kept_back:
        return {"code": "shrank", "text": report.shrank_text(), "details": [report.kept_back]}
    if not report.complete:
        return {"code": "broke-off", "text": "", "details": []}
    if not report.products:
        return {"code": "empty", "text": "", "details": []}
    return None


def _of_shop(attempt: Attempt) -> ColumnElement[bool]:
    return ProductRow.shop_id == attempt.shop_id


def _mark_gone(session: Session, missing: tuple[ColumnElement[bool], ...]) -> None:
    """Mark products as gone: they keep their words, and lose what finds and shows them."""
    pictures = session.scalars(select(ProductRow.picture_url).where(*missing).distinct()).all()
    session.execute(
        update(ProductRow)
        .where(*missing)
        .values(gone_at=now(), vector=None, colours=None, fingerprint="")
        .execution_options(synchronize_session=False)
    )
    remove_thumbnails(session, pictures)
