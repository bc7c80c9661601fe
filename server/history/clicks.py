"""Clicks: the offers that the user opened, and their shops."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import delete, select

from model.errors import WhereToBuyError
from server.goods.links import host_of, shop_key
from server.goods.money import Money
from server.storage.errors import DatabaseError, PassingDatabaseError
from server.storage.personal import Personal
from server.storage.tables import ClickRow, LookRow, now
from server.storage.waiting import Kind, WaitingDeletions

MOST_SHOWN = 500
# Clicks whose shops count as opened before; older ones do not.
CLICKS_REMEMBERED = 200
# Beyond it no database has an id.
_LARGEST_ID = 2**31 - 1


class OfferNotFoundError(WhereToBuyError):
    """No such offer was found for this garment, or not recently."""

    code: ClassVar[str] = "offer-not-found"

    def __init__(self) -> None:
        super().__init__(
            "This offer was not given for this garment, or not lately.",
            hint="Search for the garment's offers again.",
        )


class ClickNotFoundError(WhereToBuyError):
    """No such click is in the history."""

    code: ClassVar[str] = "click-not-found"

    def __init__(self) -> None:
        super().__init__(
            "This is not in the history.", hint="It may have been deleted in another tab."
        )


@dataclass(frozen=True, slots=True)
class OpenedOffer:
    """What the history records of an offer.

    Attributes:
        provider: The name of the provider that found it.
        offer_id: Its id, as in `server.offers.offer.Offer`.
        similarity: To the garment, 0 to 1; None if unknown.
    """

    provider: str
    offer_id: str
    title: str
    link: str
    shop: str | None = None
    price: Money | None = None
    similarity: float | None = None


@dataclass(frozen=True, slots=True)
class Click:
    """An offer that was opened, as it was at that time."""

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
    """The clicks in the database; safe to share between threads."""

    def __init__(self, database: Personal, later: WaitingDeletions | None = None) -> None:
        """Keep clicks in a database; what cannot be deleted from it now is deleted ``later``."""
        self._database = database
        self._later = later
        if later is not None:
            later.carry_with(Kind.CLICKS, self._delete)

    def add(self, look_id: str, garment: int, category: str, offer: OpenedOffer) -> Click:
        """Record that an offer was opened."""
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
                price=offer.price.amount if offer.price else None,
                currency=offer.price.currency if offer.price else None,
                similarity=offer.similarity,
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
                .where(ClickRow.id.not_in(self._hidden))
                # Not by time: the clock may have been set back.
                .order_by(ClickRow.id.desc())
                .limit(limit)
            )
            return [_click(row) for row in found]

    def delete(self, number: int) -> bool:
        """Delete one click.

        Returns:
            Whether it is deleted; False if it is hidden until the database can be written.

        Raises:
            ClickNotFoundError: There is none.
            DatabaseError: Neither is possible.
        """
        if number > _LARGEST_ID or number in self._hidden:
            raise ClickNotFoundError
        try:
            if not self._database.delete([delete(ClickRow).where(ClickRow.id == number)]):
                raise ClickNotFoundError
        except PassingDatabaseError as error:
            if number not in self._ids():
                raise ClickNotFoundError from error
            self._put_off([number], error)
            return False
        return True

    def clear(self) -> bool:
        """Delete all clicks; returns and raises as `delete`, but that none is no error."""
        try:
            for each in self._database.each():
                each.delete([delete(ClickRow)])
        except PassingDatabaseError as error:
            self._put_off(self._ids(), error)
            return False
        return True

    @property
    def _hidden(self) -> frozenset[int]:
        return _numbers(self._later.of(Kind.CLICKS)) if self._later is not None else frozenset()

    def _put_off(self, ids: Iterable[int], reason: DatabaseError) -> None:
        if self._later is None:
            raise reason
        self._later.add(Kind.CLICKS, map(str, ids), reason)

    def _ids(self) -> list[int]:
        found: list[int] = []
        for each in self._database.each():
            with each.session(read_only=True) as session:
                found += session.scalars(select(ClickRow.id))
        return found

    def _delete(self, ids: frozenset[str]) -> None:
        for each in self._database.each():
            each.delete([delete(ClickRow).where(ClickRow.id.in_(_numbers(ids)))])


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
        price=Money(row.price, row.currency) if row.price and row.currency else None,
        similarity=row.similarity,
        created_at=row.created_at,
    )
