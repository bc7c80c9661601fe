"""The newest looks, kept across restarts."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    not_,
    select,
    update,
)
from sqlalchemy.orm import Session

from server.looks.corrections import Correction, corrected, corrections_of
from server.looks.errors import LookNotFoundError
from server.looks.look import Look, LookGarment
from server.looks.schema import GarmentOut
from server.storage.database import Database
from server.storage.kept_pictures import DROP_UNUSED
from server.storage.personal import Personal
from server.storage.tables import CorrectionRow, LookRow, PutAwayRow, now

# Pictures whose pages a full disk's reserve has room for, while they are deleted.
_DELETED_AT_ONCE = 8


class LookStore:
    """Looks and their pictures in the database.

    A look's garments are stored as the model found them; what people said about its picture is
    laid over them whenever the look is read. A look is empty if nothing was found in its picture
    and nobody said anything of it: it is not listed, and not kept for long.
    """

    def __init__(self, database: Personal, *, kept: int) -> None:
        """Keep at most ``kept`` looks, and beside them those that somebody corrected."""
        self._database = database
        newest = (
            select(LookRow.id)
            .order_by(LookRow.created_at.desc(), LookRow.id)
            .limit(kept)
            .scalar_subquery()
        )
        self._drop_oldest = delete(LookRow).where(
            LookRow.id.not_in(newest),
            LookRow.picture_hash.not_in(select(CorrectionRow.picture_hash)),
        )

    def add(self, look: Look, jpeg: bytes) -> Look:
        """Keep a look with its picture, and drop the oldest.

        A look that another process on the same database has stored already is not changed.

        Returns:
            The look as it is kept, with what was said about its picture: never older than one
            that was kept before, even if the clock was set back, or it would be the first to be
            dropped.
        """
        with self._database.session() as session:
            is_kept, last = session.execute(_BEFORE, {"id": look.id}).one()
            if is_kept:
                return _looks(session, session.execute(_BY_ID, {"id": look.id}).all())[0]
            if last is not None and last >= look.created_at:
                look = replace(look, created_at=last + timedelta(microseconds=1))
            session.connection().execute(_INSERT, _row(look, jpeg))
            session.connection().execute(self._drop_oldest)
            session.connection().execute(_FORGET_PUT_AWAY)
            said = corrections_of(session, [look.picture_hash])
        return replace(look, garments=corrected(look.garments, said.get(look.picture_hash, [])))

    def find(self, look_id: str) -> Look | None:
        """Return the look with this id, or None."""
        with self._database.session(read_only=True) as session:
            looks = _looks(session, session.execute(_BY_ID, {"id": look_id}).all())
        return looks[0] if looks else None

    def seen(self, look_id: str, image_url: str | None, page_url: str | None) -> None:
        """Record where the picture of a kept look was last seen; None changes nothing.

        Signed addresses expire, so the newest one is the one that still works.
        """
        with self._database.session() as session:
            row = session.get(LookRow, look_id)
            if row is not None:
                row.image_url = image_url or row.image_url
                row.page_url = page_url or row.page_url

    def picture_file(self, look_id: str) -> bytes:
        """Return the picture as it was analysed: a JPEG file without the photo's metadata.

        Raises:
            LookNotFoundError: It is not kept, or no longer.
        """
        with self._database.session(read_only=True) as session:
            data = session.execute(
                select(LookRow.picture).where(LookRow.id == look_id)
            ).scalar_one_or_none()
        if data is None:
            raise LookNotFoundError
        return data

    def newest(self, limit: int) -> list[Look]:
        """Return the looks in which there was something, newest first, at most ``limit``."""
        with self._database.session(read_only=True) as session:
            rows = session.execute(
                _WITHOUT_PICTURE.where(not_(_IS_EMPTY))
                .order_by(LookRow.created_at.desc(), LookRow.id)
                .limit(limit)
            )
            return _looks(session, rows.all())

    def keep_longer(self, look_id: str) -> None:
        """Let an empty look count from now on, as if it had just been made."""
        with self._database.session() as session:
            session.execute(
                update(LookRow).where(LookRow.id == look_id, _IS_EMPTY).values(created_at=now())
            )

    def drop_empty(self, before: datetime) -> int:
        """Delete the empty looks of before a time, with their pictures; return how many."""
        is_old = and_(_IS_EMPTY, LookRow.created_at < before)
        dropped = 0
        for database in self._database.each():
            with database.session(read_only=True) as session:
                ids = session.scalars(select(LookRow.id).where(is_old)).all()
            # Asked again: meanwhile somebody may have drawn something into one of them.
            dropped += _delete(database, ids, is_old)
        return dropped

    def delete(self, ids: Iterable[str]) -> None:
        """Delete looks and their pictures, and what was said about them; none is no error."""
        wanted = list(ids)
        for database in self._database.each():
            _delete(database, wanted)
            # Other weights may have made another look of the same picture.
            database.delete(
                [
                    delete(CorrectionRow).where(CorrectionRow.picture_hash.not_in(_PICTURES)),
                    _FORGET_PUT_AWAY,
                    DROP_UNUSED,
                ]
            )

    def clear(self) -> None:
        """Delete every look and its picture, and what was said about them."""
        for database in self._database.each():
            database.delete([delete(CorrectionRow), delete(PutAwayRow)])
            _delete(database, _ids_in(database))
            database.delete([DROP_UNUSED])

    def ids(self) -> list[str]:
        """Return the id of every look."""
        return [each for database in self._database.each() for each in _ids_in(database)]


def _ids_in(database: Database) -> Sequence[str]:
    with database.session(read_only=True) as session:
        return session.scalars(select(LookRow.id)).all()


_PICTURES = select(LookRow.picture_hash)
# Nothing was found in the picture, and nobody said that there is anything.
_IS_EMPTY = and_(
    func.json_array_length(LookRow.garments) == 0,
    LookRow.picture_hash.not_in(select(CorrectionRow.picture_hash)),
)
# What was put away beside pictures that are gone.
_FORGET_PUT_AWAY = delete(PutAwayRow).where(PutAwayRow.picture_hash.not_in(_PICTURES))
_WITHOUT_PICTURE = select(
    LookRow.id,
    LookRow.picture_hash,
    LookRow.width,
    LookRow.height,
    LookRow.image_url,
    LookRow.page_url,
    LookRow.created_at,
    LookRow.garments,
)
# These are built once: building a statement takes longer than running it.
_BY_ID = _WITHOUT_PICTURE.where(LookRow.id == bindparam("id"))
_BEFORE = select(
    exists().where(LookRow.id == bindparam("id")),
    select(func.max(LookRow.created_at)).scalar_subquery(),
)
_INSERT = insert(LookRow)


def _delete(database: Database, ids: Sequence[str], *conditions: ColumnElement[bool]) -> int:
    """Delete looks by their ids, where they meet the conditions; return how many."""
    return database.delete(
        delete(LookRow).where(LookRow.id.in_(ids[start : start + _DELETED_AT_ONCE]), *conditions)
        for start in range(0, len(ids), _DELETED_AT_ONCE)
    )


def _row(look: Look, jpeg: bytes) -> dict[str, Any]:
    return {
        "id": look.id,
        "picture_hash": look.picture_hash,
        "width": look.width,
        "height": look.height,
        "image_url": look.image_url,
        "page_url": look.page_url,
        "garments": [garment.model_dump(mode="json") for garment in look.to_view().garments],
        "picture": jpeg,
        "created_at": look.created_at,
    }


def _looks(session: Session, rows: Sequence[Row[Any]]) -> list[Look]:
    said = corrections_of(session, [row.picture_hash for row in rows])
    return [_look(row, said.get(row.picture_hash, [])) for row in rows]


def _look(row: Row[Any], said: list[Correction]) -> Look:
    found = [LookGarment.from_view(GarmentOut.model_validate(each)) for each in row.garments]
    return Look(
        id=row.id,
        width=row.width,
        height=row.height,
        image_url=row.image_url,
        page_url=row.page_url,
        created_at=row.created_at,
        garments=corrected(found, said),
        picture_hash=row.picture_hash,
    )
