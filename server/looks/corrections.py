"""What people said about their pictures: kept, and laid over what the model found."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from server.looks.look import LookGarment
from server.looks.schema import GarmentOut
from server.storage.personal import Personal
from server.storage.tables import CorrectionRow, LookRow, now

# Built once: building a statement takes longer than running it.
_OF_PICTURES = (
    select(CorrectionRow)
    .where(CorrectionRow.picture_hash.in_(bindparam("hashes", expanding=True)))
    .order_by(CorrectionRow.number)
)


class Verdict(StrEnum):
    """What a person said about one thing in a picture."""

    # It is a garment, of the category given here.
    CATEGORY = "category"
    # There is something; the model had not found it, or not like this.
    DRAWN = "drawn"
    NOT_A_GARMENT = "not a garment"
    # It was taken for one garment or two, and is something that was drawn instead.
    REPLACED = "replaced"

    @property
    def is_shown(self) -> bool:
        """Whether the picture has such a garment."""
        return self in (Verdict.CATEGORY, Verdict.DRAWN)


@dataclass(frozen=True, slots=True)
class Correction:
    """A person's word on one thing in a picture.

    Attributes:
        garment: As it is now, or was when it was put away.
        verdict: What the person said.
        picture_hash: Of the picture's file.
        created_at: UTC.
    """

    garment: LookGarment
    verdict: Verdict
    picture_hash: str
    created_at: datetime


def corrected(
    found: Iterable[LookGarment], corrections: Iterable[Correction]
) -> tuple[LookGarment, ...]:
    """Return what was found, with a person's word in place of the model's where there is one."""
    said = {each.garment.number: each for each in corrections}
    kept = [garment for garment in found if garment.number not in said]
    shown = [each.garment for each in said.values() if each.verdict.is_shown]
    return tuple(sorted((*kept, *shown), key=lambda garment: garment.number))


class CorrectionStore:
    """The corrections in the database; safe to share between threads."""

    def __init__(self, database: Personal) -> None:
        self._database = database

    def of(self, picture_hash: str) -> list[Correction]:
        """Return the corrections of a picture, by number."""
        with self._database.session(read_only=True) as session:
            return corrections_of(session, [picture_hash]).get(picture_hash, [])

    def put(self, picture_hash: str, changes: Sequence[tuple[LookGarment, Verdict]]) -> None:
        """Keep what a person says now, in place of what was said of the same numbers before."""
        with self._database.session() as session:
            for garment, verdict in changes:
                session.merge(
                    CorrectionRow(
                        picture_hash=picture_hash,
                        number=garment.number,
                        verdict=verdict,
                        # The crop's address names the look, which other weights change.
                        garment=garment.to_view("").model_dump(mode="json"),
                        created_at=now(),
                    )
                )

    def next_number(self, picture_hash: str) -> int:
        """Return a number that no garment of the picture ever had."""
        with self._database.session(read_only=True) as session:
            said = session.scalars(
                select(CorrectionRow.number).where(CorrectionRow.picture_hash == picture_hash)
            )
            found = session.scalars(
                select(LookRow.garments).where(LookRow.picture_hash == picture_hash)
            )
            numbers = [*said, *(garment["number"] for rows in found for garment in rows)]
        return 1 + max(numbers, default=0)


def corrections_of(session: Session, hashes: Sequence[str]) -> dict[str, list[Correction]]:
    """Return the corrections of several pictures, by the pictures' hashes, each by number."""
    if not hashes:
        return {}
    rows = session.scalars(_OF_PICTURES, {"hashes": hashes})
    found: dict[str, list[Correction]] = {}
    for row in rows:
        found.setdefault(row.picture_hash, []).append(
            Correction(
                garment=LookGarment.from_view(GarmentOut.model_validate(row.garment)),
                verdict=Verdict(row.verdict),
                picture_hash=row.picture_hash,
                created_at=row.created_at,
            )
        )
    return found
