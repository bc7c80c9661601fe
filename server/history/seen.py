"""Garments whose offers a person looked at."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from server.history.noted import LARGEST_ID
from server.storage.personal import Personal
from server.storage.tables import LookRow, SeenGarmentRow, now

MOST_SHOWN = 500


@dataclass(frozen=True, slots=True)
class SeenGarment:
    """A garment of a kept look, and when its offers were looked at last."""

    look_id: str
    number: int
    created_at: datetime


class SeenGarments:
    """The garments that were looked at; safe to share between threads."""

    def __init__(self, database: Personal) -> None:
        self._database = database

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
        wanted = (
            select(SeenGarmentRow)
            .order_by(
                SeenGarmentRow.created_at.desc(), SeenGarmentRow.look_id, SeenGarmentRow.number
            )
            .limit(limit)
        )
        with self._database.session(read_only=True) as session:
            return [
                SeenGarment(row.look_id, row.number, row.created_at)
                for row in session.scalars(wanted)
            ]

    def delete(self, look_id: str, number: int) -> bool:
        """Forget that a garment was looked at, and return whether it was."""
        return number <= LARGEST_ID and bool(
            self._database.delete(
                [
                    delete(SeenGarmentRow).where(
                        SeenGarmentRow.look_id == look_id, SeenGarmentRow.number == number
                    )
                ]
            )
        )

    def clear(self) -> None:
        """Forget all of them."""
        for each in self._database.each():
            each.delete([delete(SeenGarmentRow)])
