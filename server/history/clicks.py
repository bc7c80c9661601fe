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
from server.storage.waiting import Kind, WaitingDeletions

MOST_SHOWN = 500
# Rows in one statement: databases limit the number of its parameters.
_DELETED_AT_ONCE = 500
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

    def __init__(self, database: Personal, later: WaitingDeletions | None = None) -> None:
        """Keep clicks in a database; what cannot be deleted from it now is deleted ``later``."""
        self._database = database
        self._later = later or WaitingDeletions()
        self._later.carry_with(Kind.CLICKS, self._delete)

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
                select(ClickRow)
                # Not by time: the clock may have been set back.
                .order_by(ClickRow.id.desc())
                .limit(limit + len(self._hidden))
            )
            return [_click(row) for row in found if row.id not in self._hidden][:limit]

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
        """Delete one click and its picture.

        Returns:
            Whether it is deleted; False if it is hidden until the database can be written.

        Raises:
            ClickNotFoundError: There is none.
            DatabaseError: Neither is possible.
        """
        if number > LARGEST_ID or number not in self._ids():
            raise ClickNotFoundError
        return self._later.unless(Kind.CLICKS, [str(number)], self._delete)

    def clear(self) -> bool:
        """Delete all clicks and their pictures; returns and raises as `delete`."""
        return self._later.unless(Kind.CLICKS, map(str, self._ids()), self._delete)

    @property
    def _hidden(self) -> frozenset[int]:
        return _numbers(self._later.of(Kind.CLICKS))

    def _ids(self) -> list[int]:
        found: list[int] = []
        for each in self._database.each():
            with each.session(read_only=True) as session:
                found += session.scalars(select(ClickRow.id))
        return [number for number in found if number not in self._hidden]

    def _delete(self, ids: frozenset[str]) -> None:
        numbers = sorted(_numbers(ids))
        for each in self._database.each():
            each.delete(
                delete(ClickRow).where(ClickRow.id.in_(numbers[start : start + _DELETED_AT_ONCE]))
                for start in range(0, len(numbers), _DELETED_AT_ONCE)
            )
            each.delete([DROP_UNUSED])


def _numbers(ids: Iterable[str]) -> frozenset[int]:
    return frozenset(int(each) for each in ids if each.isdecimal())


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
