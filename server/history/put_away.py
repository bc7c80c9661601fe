"""Offers that a person put away as not the same: kept for the garment they were found for."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select

from server.goods.money import Money
from server.history.noted import NotedOffer, money_of, price_columns
from server.storage.errors import DatabaseError
from server.storage.kept_pictures import DROP_UNUSED, keep_picture
from server.storage.personal import Personal
from server.storage.tables import LookRow, PutAwayRow

# Of one garment: nobody puts more away by hand.
MOST = 500

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PutAwayOffer:
    """An offer that was put away, as it was then.

    Attributes:
        look_id: A kept look of the picture that it was found for.
        garment: The number of the garment there.
    """

    look_id: str
    garment: int
    category: str | None
    offer_id: str
    title: str
    link: str
    shop: str | None
    price: Money | None
    picture: str | None
    created_at: datetime


class PutAway:
    """The offers that were put away; safe to share between threads."""

    def __init__(self, database: Personal) -> None:
        self._database = database

    def of(self, picture_hash: str, number: int) -> frozenset[str]:
        """Return the ids of the offers that were put away for a garment.

        None where the database cannot be read: then they are shown once more.
        """
        try:
            with self._database.session(read_only=True) as session:
                ids = session.scalars(
                    select(PutAwayRow.offer_id)
                    .where(PutAwayRow.picture_hash == picture_hash, PutAwayRow.number == number)
                    .order_by(PutAwayRow.created_at.desc())
                    .limit(MOST)
                )
                return frozenset(ids)
        except DatabaseError as error:
            _log.warning("Offers that were put away are shown: %s", error)
            return frozenset()

    def put(
        self,
        picture_hash: str,
        number: int,
        offer: NotedOffer,
        *,
        category: str | None = None,
        others: Iterable[str] = (),
        jpeg: bytes | None = None,
    ) -> None:
        """Put an offer away.

        Args:
            picture_hash: Of the picture.
            number: Of the garment in it.
            offer: As it is now.
            category: The garment's.
            others: Ids of the same product's other sellers, which go with it.
            jpeg: A small copy of the offer's picture.

        Raises:
            DatabaseError: It cannot be kept.
        """
        at = {"picture_hash": picture_hash, "number": number}
        with self._database.session() as session:
            session.merge(
                PutAwayRow(
                    **at,
                    offer_id=offer.offer_id,
                    category=category,
                    title=offer.title,
                    link=offer.link,
                    shop=offer.shop,
                    **price_columns(offer.price),
                    picture=keep_picture(session, jpeg),
                )
            )
            for other in {*others} - {offer.offer_id}:
                session.merge(PutAwayRow(**at, offer_id=other, of_offer=offer.offer_id))

    def put_back(self, picture_hash: str, number: int, offers: Iterable[str]) -> None:
        """Take offers back, by their ids, and the sellers that went with them.

        Raises:
            DatabaseError: It cannot be kept.
        """
        ids = list(offers)
        self._database.delete(
            [
                delete(PutAwayRow).where(
                    PutAwayRow.picture_hash == picture_hash,
                    PutAwayRow.number == number,
                    or_(PutAwayRow.offer_id.in_(ids), PutAwayRow.of_offer.in_(ids)),
                ),
                DROP_UNUSED,
            ]
        )

    def newest(self, limit: int = MOST) -> list[PutAwayOffer]:
        """Return what was put away and can be named, newest first, at most ``limit``."""
        look = (
            select(LookRow.picture_hash, func.min(LookRow.id).label("id"))
            .group_by(LookRow.picture_hash)
            .subquery()
        )
        wanted = (
            select(PutAwayRow, look.c.id)
            .join(look, look.c.picture_hash == PutAwayRow.picture_hash)
            .where(PutAwayRow.title.is_not(None), PutAwayRow.link.is_not(None))
            .order_by(PutAwayRow.created_at.desc(), PutAwayRow.offer_id)
            .limit(limit)
        )
        with self._database.session(read_only=True) as session:
            return [_offer(row, look_id) for row, look_id in session.execute(wanted)]


def _offer(row: PutAwayRow, look_id: str) -> PutAwayOffer:
    return PutAwayOffer(
        look_id=look_id,
        garment=row.number,
        category=row.category,
        offer_id=row.offer_id,
        title=row.title or "",
        link=row.link or "",
        shop=row.shop,
        price=money_of(row),
        picture=row.picture,
        created_at=row.created_at,
    )
