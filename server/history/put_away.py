"""Offers that a person put away as not the same: kept for the garment they were found for."""

import logging
from collections.abc import Iterable

from sqlalchemy import delete, select

from server.storage.errors import DatabaseError
from server.storage.personal import Personal
from server.storage.tables import PutAwayRow

# Of one garment: nobody puts more away by hand.
MOST = 500

_log = logging.getLogger(__name__)


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

    def put(self, picture_hash: str, number: int, offers: Iterable[str], *, away: bool) -> None:
        """Put offers away, by their ids, or back again.

        Raises:
            DatabaseError: It cannot be kept.
        """
        ids = list(offers)
        with self._database.session() as session:
            if away:
                for each in ids:
                    session.merge(
                        PutAwayRow(picture_hash=picture_hash, number=number, offer_id=each)
                    )
                return
            session.execute(
                delete(PutAwayRow).where(
                    PutAwayRow.picture_hash == picture_hash,
                    PutAwayRow.number == number,
                    PutAwayRow.offer_id.in_(ids),
                )
            )
