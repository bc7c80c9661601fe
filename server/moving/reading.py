"""Everything that a history holds, read from the database for a file."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import select

from server.looks.corrections import Verdict
from server.looks.schema import GarmentOut
from server.moving.document import (
    ClickRecord,
    CorrectionRecord,
    HistoryDocument,
    LookRecord,
    OfferRecord,
    PutAwayRecord,
    SavedRecord,
    SeenRecord,
)
from server.storage.database import Database
from server.storage.personal import Personal
from server.storage.tables import (
    ClickRow,
    CorrectionRow,
    KeptPictureRow,
    LookRow,
    PutAwayRow,
    SavedListRow,
    SavedRow,
    SeenGarmentRow,
    now,
)

_Recorded = TypeVar("_Recorded", bound=BaseModel)

_LOOK_COLUMNS = (
    LookRow.id,
    LookRow.picture_hash,
    LookRow.width,
    LookRow.height,
    LookRow.image_url,
    LookRow.page_url,
    LookRow.garments,
    LookRow.created_at,
)


class HistoryReader:
    """Reads the history, and what was saved."""

    def __init__(self, history: Personal, database: Database) -> None:
        """Read what is kept of a history now, and what was saved, which is in the database."""
        self._history = history
        self._database = database

    def document(self) -> HistoryDocument:
        """Return everything but the pictures, the oldest first.

        Nothing is checked here: it was when it was written.
        """
        with self._history.session(read_only=True) as session:
            looks = session.execute(select(*_LOOK_COLUMNS).order_by(LookRow.created_at)).all()
            corrections = session.scalars(select(CorrectionRow).order_by(CorrectionRow.created_at))
            seen = session.scalars(select(SeenGarmentRow).order_by(SeenGarmentRow.created_at))
            clicks = session.scalars(select(ClickRow).order_by(ClickRow.id))
            put_away = session.scalars(select(PutAwayRow).order_by(PutAwayRow.created_at))
            values: dict[str, Any] = {
                "looks": [_look(dict(row._mapping)) for row in looks],
                "corrections": [_correction(row) for row in corrections],
                "garments": [_record(SeenRecord, row) for row in seen],
                "clicks": [_record(ClickRecord, row) for row in clicks],
                "put_away": [_put_away(row) for row in put_away],
            }
        with self._database.session(read_only=True) as session:
            lists = {row.id: row.name for row in session.scalars(select(SavedListRow))}
            rows = session.scalars(select(SavedRow).order_by(SavedRow.id))
            saved = [
                _record(SavedRecord, row, list=lists.get(row.list_id) if row.list_id else None)
                for row in rows
            ]
        return HistoryDocument.model_construct(
            made_at=now(), lists=list(lists.values()), saved=saved, **values
        )

    def look_pictures(self) -> Iterator[tuple[str, bytes]]:
        """Yield the pictures of looks (JPEG) by the looks' ids, one at a time."""
        with self._history.session(read_only=True) as session:
            ids = session.scalars(select(LookRow.id).order_by(LookRow.id)).all()
        for each in ids:
            with self._history.session(read_only=True) as session:
                data = session.scalar(select(LookRow.picture).where(LookRow.id == each))
            if data:  # it may be gone by now
                yield each, data

    def copies(self) -> Iterator[tuple[str, bytes]]:
        """Yield the small copies (JPEG) by their hashes, one at a time."""
        done: set[str] = set()
        holders: tuple[Personal, ...] = (self._history, self._database)
        for holder in holders:
            with holder.session(read_only=True) as session:
                names = session.scalars(select(KeptPictureRow.hash).order_by(KeptPictureRow.hash))
                wanted = [name for name in names if name not in done]
            for name in wanted:
                with holder.session(read_only=True) as session:
                    data = session.scalar(
                        select(KeptPictureRow.data).where(KeptPictureRow.hash == name)
                    )
                if data:
                    done.add(name)
                    yield name, data


def _record(kind: type[_Recorded], row: object, **more: Any) -> _Recorded:
    """Return the record of a row whose columns have the names of its fields."""
    values: dict[str, Any] = {
        name: getattr(row, name) for name in kind.model_fields.keys() - more.keys()
    }
    return kind.model_construct(**values, **more)


def _look(values: Mapping[str, Any]) -> LookRecord:
    garments = [GarmentOut.model_validate(each) for each in values["garments"]]
    return LookRecord.model_construct(**{**values, "garments": garments})


def _correction(row: CorrectionRow) -> CorrectionRecord:
    return CorrectionRecord.model_construct(
        picture_hash=row.picture_hash,
        number=row.number,
        verdict=Verdict(row.verdict),
        garment=GarmentOut.model_validate(row.garment),
        created_at=row.created_at,
    )


def _put_away(row: PutAwayRow) -> PutAwayRecord:
    offer = _record(OfferRecord, row) if row.title is not None else None
    return _record(PutAwayRecord, row, offer=offer)
