"""Garments whose offers a person looked at."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from server.history.clicks import ClickNotFoundError
from server.history.noted import LARGEST_ID
from server.storage.personal import Personal
from server.storage.tables import LookRow, SeenGarmentRow, now
from server.storage.waiting import Kind, WaitingDeletions

MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class SeenGarment:
    """A garment of a kept look, and when its offers were looked at last."""

    look_id: str
    number: int
    created_at: datetime


class SeenGarments:
    """The garments that were looked at; safe to share between threads."""

    def __init__(self, database: Personal, later: WaitingDeletions | None = None) -> None:
        """Note garments in a database; what cannot be deleted from it now is deleted ``later``."""
        self._database = database
        self._later = later or WaitingDeletions()
        self._later.carry_with(Kind.GARMENTS, self._delete)

    def note(self, look_id: str, number: int) -> None:
        """Note that the offers for a garment are looked at; of no kept look, nothing is noted.

        Raises:
            DatabaseError: It cannot be kept.
        """
        with self._database.session() as session:
            if session.scalar(select(LookRow.id).where(LookRow.id == look_id)) is not None:
                session.merge(SeenGarmentRow(look_id=look_id, number=number, created_at=now()))

    def newest(self, limit: int = MOST_SHOWN) -> list[SeenGarment]:
        """Return them, newest first, at most ``limit``."""
        hidden = self._later.of(Kind.GARMENTS)
        wanted = (
            select(SeenGarmentRow)
            .order_by(
                SeenGarmentRow.created_at.desc(), SeenGarmentRow.look_id, SeenGarmentRow.number
            )
            .limit(limit + len(hidden))
        )
        with self._database.session(read_only=True) as session:
            found = [
                SeenGarment(row.look_id, row.number, row.created_at)
                for row in session.scalars(wanted)
            ]
        return [each for each in found if _id(each.look_id, each.number) not in hidden][:limit]

    def delete(self, look_id: str, number: int) -> bool:
        """Forget that a garment was looked at.

        Returns:
            Whether it is forgotten; False if it is hidden until the database can be written.

        Raises:
            ClickNotFoundError: It was not looked at.
            DatabaseError: Neither is possible.
        """
        wanted = _id(look_id, number)
        if number > LARGEST_ID or wanted not in self._ids():
            raise ClickNotFoundError
        return self._later.unless(Kind.GARMENTS, [wanted], self._delete)

    def clear(self) -> bool:
        """Forget all of them; returns and raises as `delete`."""
        return self._later.unless(Kind.GARMENTS, self._ids(), self._delete)

    def _ids(self) -> set[str]:
        found: set[str] = set()
        for each in self._database.each():
            with each.session(read_only=True) as session:
                rows = session.execute(select(SeenGarmentRow.look_id, SeenGarmentRow.number))
                found.update(_id(row.look_id, row.number) for row in rows)
        return found - self._later.of(Kind.GARMENTS)

    def _delete(self, ids: frozenset[str]) -> None:
        for each in self._database.each():
            each.delete(
                delete(SeenGarmentRow).where(
                    SeenGarmentRow.look_id == look_id, SeenGarmentRow.number == int(number)
                )
                for look_id, _, number in (wanted.partition(":") for wanted in sorted(ids))
                if number.isdecimal()
            )


def _id(look_id: str, number: int) -> str:
    return f"{look_id}:{number}"
