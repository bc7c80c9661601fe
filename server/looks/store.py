"""The newest looks, kept across restarts."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Row, delete, select

from model.picture import decode_picture, encode_jpeg
from server.looks.errors import LookNotFoundError
from server.looks.look import Look, LookGarment
from server.looks.schema import GarmentOut
from server.storage.database import Database
from server.storage.tables import LookRow

_QUALITY = 92


class LookStore:
    """Looks and their pictures in the database."""

    def __init__(self, database: Database, *, kept: int) -> None:
        """Keep at most ``kept`` looks."""
        self._database = database
        self._kept = kept

    def add(self, look: Look, picture: NDArray[np.uint8]) -> None:
        """Keep a look with its picture (``H x W x 3`` uint8 RGB), and drop the oldest.

        A look that another process on the same database has stored already is not changed.
        """
        view = look.to_view()
        row = LookRow(
            id=look.id,
            width=look.width,
            height=look.height,
            image_url=look.image_url,
            page_url=look.page_url,
            garments=[garment.model_dump(mode="json") for garment in view.garments],
            picture=encode_jpeg(picture, quality=_QUALITY),
            created_at=look.created_at,
        )
        newest = (
            select(LookRow.id)
            .order_by(LookRow.created_at.desc(), LookRow.id)
            .limit(self._kept)
            .scalar_subquery()
        )
        with self._database.session() as session:
            if session.get(LookRow, look.id) is None:
                session.add(row)
                session.flush()
                session.execute(delete(LookRow).where(LookRow.id.not_in(newest)))

    def find(self, look_id: str) -> Look | None:
        """Return the look with this id, or None."""
        with self._database.session(read_only=True) as session:
            row = session.execute(_WITHOUT_PICTURE.where(LookRow.id == look_id)).one_or_none()
        return None if row is None else _look(row)

    def seen(self, look_id: str, image_url: str | None, page_url: str | None) -> None:
        """Record where the picture of a kept look was last seen; None changes nothing.

        Signed addresses expire, so the newest one is the one that still works.
        """
        with self._database.session() as session:
            row = session.get(LookRow, look_id)
            if row is not None:
                row.image_url = image_url or row.image_url
                row.page_url = page_url or row.page_url

    def picture(self, look_id: str) -> NDArray[np.uint8]:
        """Return the picture as it was analysed, ``H x W x 3`` uint8 RGB.

        Raises:
            LookNotFoundError: It is not kept, or no longer.
        """
        return decode_picture(self.picture_file(look_id))

    def picture_file(self, look_id: str) -> bytes:
        """Return the same picture as a JPEG file, without any of the photo's metadata.

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
        """Return the looks, newest first, at most ``limit``."""
        with self._database.session(read_only=True) as session:
            rows = session.execute(
                _WITHOUT_PICTURE.order_by(LookRow.created_at.desc(), LookRow.id).limit(limit)
            )
            return [_look(row) for row in rows]

    def clear(self) -> None:
        """Delete every look and its picture."""
        with self._database.session() as session:
            session.execute(delete(LookRow))


_WITHOUT_PICTURE = select(
    LookRow.id,
    LookRow.width,
    LookRow.height,
    LookRow.image_url,
    LookRow.page_url,
    LookRow.created_at,
    LookRow.garments,
)


def _look(row: Row[Any]) -> Look:
    return Look(
        id=row.id,
        width=row.width,
        height=row.height,
        image_url=row.image_url,
        page_url=row.page_url,
        created_at=row.created_at,
        garments=tuple(
            LookGarment.from_view(GarmentOut.model_validate(garment)) for garment in row.garments
        ),
    )
