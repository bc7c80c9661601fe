"""The clicks: which offers the user opened, newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import delete, select

from model.errors import WhereToBuyError
from server.goods.money import Money
from server.offers.offer import Offer
from server.storage.database import Database
from server.storage.tables import ClickRow, LookRow, now

MOST_SHOWN = 500


class OfferNotFoundError(WhereToBuyError):
    """No such offer was given for this garment, or not lately."""

    code: ClassVar[str] = "offer-not-found"

    def __init__(self) -> None:
        super().__init__(
            "This offer was not given for this garment, or not lately.",
            hint="Search for the garment's offers again.",
        )


@dataclass(frozen=True, slots=True)
class Click:
    """An offer that was opened, as it was then."""

    id: int
    look_id: str | None
    garment: int | None
    category: str | None
    provider: str
    offer_id: str
    title: str
    link: str
    shop: str | None
    price: Money | None
    similarity: float | None
    created_at: datetime


class ClickHistory:
    """Keeps clicks in the database; safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, look_id: str, garment: int, category: str, offer: Offer) -> Click:
        """Note that an offer was opened."""
        with self._database.session() as session:
            kept = session.scalar(select(LookRow.id).where(LookRow.id == look_id))
            row = ClickRow(
                look_id=kept,  # None where the look was dropped while its page stood open
                garment=garment,
                category=category,
                provider=offer.provider,
                offer_id=offer.id,
                title=offer.title,
                link=offer.link,
                shop=offer.shop,
                price=offer.price.amount if offer.price else None,
                currency=offer.price.currency if offer.price else None,
                similarity=offer.similarity,
                created_at=now(),
            )
            session.add(row)
            session.flush()
            return _click(row)

    def newest(self, limit: int = MOST_SHOWN) -> list[Click]:
        """Give the clicks, newest first, at most ``limit``."""
        with self._database.session(read_only=True) as session:
            found = session.scalars(
                select(ClickRow)
                .order_by(ClickRow.created_at.desc(), ClickRow.id.desc())
                .limit(limit)
            )
            return [_click(row) for row in found]

    def clear(self) -> int:
        """Forget every click; give how many there were."""
        with self._database.session() as session:
            count = len(session.scalars(select(ClickRow.id)).all())
            session.execute(delete(ClickRow))
            return count


def _click(row: ClickRow) -> Click:
    return Click(
        id=row.id,
        look_id=row.look_id,
        garment=row.garment,
        category=row.category,
        provider=row.provider,
        offer_id=row.offer_id,
        title=row.title,
        link=row.link,
        shop=row.shop,
        price=Money(row.price, row.currency) if row.price and row.currency else None,
        similarity=row.similarity,
        created_at=row.created_at,
    )
