"""Clicks: the offers that the user opened, and their shops."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import delete, select

from model.errors import WhereToBuyError
from server.goods.links import host_of, shop_key
from server.goods.money import Money
from server.history.noted import LARGEST_ID, NotedOffer, money_of, price_columns
from server.storage.kept_pictures import DROP_UNUSED, keep_picture
from server.storage.personal import Personal
from server.storage.tables import ClickRow, LookRow, now

MOST_SHOWN = 500
# Clicks whose shops count as opened before; older ones do not.
CLICKS_REMEMBERED = 200


class ClickNotFoundError(WhereToBuyError):
    """No such click is in the history."""

    code: ClassVar[str] = "click-not-found"

    def __init__(self) -> None:
        super().__init__(
            "This is not in the history.", hint="It may have been deleted in another tab."
        )


@dataclass(frozen=True, slots=True)
class Click:
    """An offer that was opened, as it was at that time; ``picture`` is a kept copy's hash."""

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
    gtin: str | None
    picture: str | None
    created_at: datetime


class ClickHistory:
    """The clicks in the database; safe to share between threads."""

    def __init__(self, database: Personal) -> None:
        self._database = database

    def add(
        self,
        look_id: str,
        garment: int,
        category: str,
        offer: NotedOffer,
        jpeg: bytes | None = None,
    ) -> Click:
        """Record that an offer was opened, with a small copy of its picture if there is one."""
        with self._database.session() as session:
            kept = session.scalar(select(LookRow.id).where(LookRow.id == look_id))
            row = ClickRow(
                look_id=kept,  # None if the look was dropped while its page was open
                garment=garment,
                category=category,
                provider=offer.provider,
                offer_id=offer.offer_id,
                title=offer.title,
                link=offer.link,
                shop=offer.shop,
                **price_columns(offer.price),
                similarity=offer.similarity,
                gtin=offer.gtin,
                picture=keep_picture(session, jpeg),
                created_at=now(),
            )
            session.add(row)
            session.flush()
            return _click(row)

    def newest(self, limit: int = MOST_SHOWN) -> list[Click]:
        """Return the clicks, newest first, at most ``limit``."""
        with self._database.session(read_only=True) as session:
            found = session.scalars(
                # Not by time: the clock may have been set back.
                select(ClickRow).order_by(ClickRow.id.desc()).limit(limit)
            )
            return [_click(row) for row in found]

    def of(self, look_id: str, garment: int) -> list[Click]:
        """Return the clicks on a garment's offers, newest first, at most `MOST_SHOWN`."""
        wanted = (
            select(ClickRow)
            .where(ClickRow.look_id == look_id, ClickRow.garment == garment)
            .order_by(ClickRow.id.desc())
            .limit(MOST_SHOWN)
        )
        with self._database.session(read_only=True) as session:
            return [_click(row) for row in session.scalars(wanted)]

    def delete(self, number: int) -> bool:
        """Delete one click and its picture, and return whether there was one."""
        if number > LARGEST_ID:
            return False
        deleted = self._database.delete([delete(ClickRow).where(ClickRow.id == number)])
        self._database.delete([DROP_UNUSED])
        return bool(deleted)

    def clear(self) -> int:
        """Delete all clicks and their pictures, and return how many clicks there were."""
        count = 0
        for each in self._database.each():
            count += each.delete([delete(ClickRow)])
            each.delete([DROP_UNUSED])
        return count


class OpenedShops:
    """The shops whose offers the user opened, by name, or by host if they have no name.

    Not by both: all sellers of a marketplace share its host.
    """

    def __init__(self, clicks: Iterable[Click]) -> None:
        self._keys = {_shop_of(click.shop, click.link) for click in clicks} - {""}

    @classmethod
    def of(cls, history: ClickHistory) -> "OpenedShops":
        """Read them from the history as it is now."""
        return cls(history.newest(CLICKS_REMEMBERED))

    def include(self, shop: str | None, link: str) -> bool:
        """Return whether the user opened an offer of this shop before."""
        return _shop_of(shop, link) in self._keys


def _shop_of(shop: str | None, link: str) -> str:
    return shop_key(shop or host_of(link))


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
        price=money_of(row),
        similarity=row.similarity,
        gtin=row.gtin,
        picture=row.picture,
        created_at=row.created_at,
    )
