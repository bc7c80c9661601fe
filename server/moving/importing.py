"""Puts what a history's file holds into the database; what is there already stays as it is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from model.decoding.pool import shared_pool
from model.errors import PictureError, WhereToBuyError
from model.picture import MAX_PIXELS, encode_jpeg
from server.goods.thumbnail import MAX_SIDE, make_thumbnail
from server.history.saved import MOST as MOST_SAVED
from server.history.saved_lists import MOST_LISTS
from server.looks.look import LookGarment
from server.moving.document import (
    COPIES,
    LOOKS,
    ClickRecord,
    HistoryDocument,
    LookRecord,
    OfferRecord,
    PutAwayRecord,
    SavedRecord,
)
from server.moving.unpacking import HistoryFile, opened
from server.storage.database import Database
from server.storage.kept_pictures import keep_picture
from server.storage.tables import (
    ClickRow,
    CorrectionRow,
    LookRow,
    PutAwayRow,
    SavedListRow,
    SavedRow,
    SeenGarmentRow,
)

_SOURCE: Final = "an imported history"


class HistoryOffError(WhereToBuyError):
    """No history is kept, so none is imported."""

    code = "history-off"

    def __init__(self) -> None:
        super().__init__(
            "No history is kept, so none is imported.", hint="Switch it on first, on its page."
        )


@dataclass
class Imported:
    """How much was new, by its kind."""

    looks: int = 0
    garments: int = 0
    clicks: int = 0
    put_away: int = 0
    saved: int = 0
    # Pictures that were missing, or could not be read.
    pictures_missing: int = 0


@dataclass
class _Import:
    """One import.

    Attributes:
        file: Where it comes from.
        database: Where it goes.
        done: What was new so far.
        copies: Hashes of small copies in this database, by those in the file.
    """

    file: HistoryFile
    database: Database
    done: Imported = field(default_factory=Imported)
    copies: dict[str, bytes | None] = field(default_factory=dict)

    def run(self) -> Imported:
        """Import everything."""
        document = self.file.document()
        for look in document.looks:
            self._look(look)
        # Pictures are decoded before the database is written to, which others wait for.
        with self.database.session(read_only=True) as session:
            wanted = self._wanted_copies(session, document)
        for digest in wanted:
            self.copies[digest] = self._copy(digest)
        with self.database.session() as session:
            self._corrections(session, document)
            self._seen(session, document)
            for click in document.clicks:
                self._click(session, click)
            for away in document.put_away:
                self._put_away(session, away)
            self._saved(session, document)
        return self.done

    def _look(self, look: LookRecord) -> None:
        with self.database.session(read_only=True) as session:
            if session.scalar(select(LookRow.id).where(LookRow.id == look.id)) is not None:
                return
        pixels = self._decoded(f"{LOOKS}{look.id}.jpg")
        # Outlines are in its pixels: those of another picture would say nothing.
        if pixels is None or pixels.shape[:2] != (look.height, look.width):
            self.done.pictures_missing += 1
            return
        garments = [LookGarment.from_view(each).to_view(look.id) for each in look.garments]
        jpeg = encode_jpeg(pixels)
        with self.database.session() as session:
            if session.get(LookRow, look.id) is not None:
                return
            session.add(
                LookRow(
                    id=look.id,
                    picture_hash=look.picture_hash,
                    width=look.width,
                    height=look.height,
                    image_url=look.image_url,
                    page_url=look.page_url,
                    garments=[each.model_dump(mode="json") for each in garments],
                    picture=jpeg,
                    created_at=look.created_at,
                )
            )
        self.done.looks += 1

    def _decoded(self, name: str, max_side: int | None = None) -> NDArray[np.uint8] | None:
        """Decode a picture where it can do no harm; None if there is none that can be read."""
        data = self.file.picture(name)
        if data is None:
            return None
        try:
            return shared_pool().decode(
                data, max_pixels=MAX_PIXELS, max_side=max_side, source=_SOURCE
            )
        except PictureError:
            return None

    def _copy(self, digest: str) -> bytes | None:
        pixels = self._decoded(f"{COPIES}{digest}.jpg", MAX_SIDE)
        if pixels is None:
            self.done.pictures_missing += 1
            return None
        return make_thumbnail(pixels)

    def _wanted_copies(self, session: Session, document: HistoryDocument) -> list[str]:
        """Return the small copies of what is not there yet, each once."""
        new: list[OfferRecord | None] = [
            *(each for each in document.clicks if not _is_there(session, each)),
            *(each for each in document.saved if not _is_saved(session, each)),
            *(each.offer for each in document.put_away if not _is_away(session, each)),
        ]
        return list(dict.fromkeys(each.picture for each in new if each and each.picture))

    def _corrections(self, session: Session, document: HistoryDocument) -> None:
        for each in document.corrections:
            place = (each.picture_hash, each.number)
            if session.get(CorrectionRow, place) is None:
                session.add(
                    CorrectionRow(
                        picture_hash=each.picture_hash,
                        number=each.number,
                        verdict=each.verdict,
                        garment=each.garment.model_dump(mode="json"),
                        created_at=each.created_at,
                    )
                )
                session.flush()

    def _seen(self, session: Session, document: HistoryDocument) -> None:
        for each in document.garments:
            if session.get(LookRow, each.look_id) is None:
                continue
            if session.get(SeenGarmentRow, (each.look_id, each.number)) is None:
                session.add(SeenGarmentRow(**each.model_dump()))
                session.flush()
                self.done.garments += 1

    def _click(self, session: Session, click: ClickRecord) -> None:
        if _is_there(session, click):
            return
        values = click.model_dump(exclude={"picture", "look_id"})
        look, picture = _kept_look(session, click.look_id), self._kept_copy(session, click)
        session.add(ClickRow(**values, look_id=look, picture=picture))
        session.flush()
        self.done.clicks += 1

    def _put_away(self, session: Session, away: PutAwayRecord) -> None:
        if _is_away(session, away):
            return
        values = away.model_dump(exclude={"offer"})
        if away.offer is not None:
            values |= away.offer.model_dump(exclude={"picture", "created_at"})
            values["picture"] = self._kept_copy(session, away.offer)
        session.add(PutAwayRow(**values))
        session.flush()
        self.done.put_away += away.of_offer is None

    def _saved(self, session: Session, document: HistoryDocument) -> None:
        lists = {row.name: row.id for row in session.scalars(select(SavedListRow))}
        for name in document.lists:
            if name not in lists and len(lists) < MOST_LISTS:
                row = SavedListRow(name=name)
                session.add(row)
                session.flush()
                lists[name] = row.id
        count = len(session.scalars(select(SavedRow.id)).all())
        for each in document.saved:
            if _is_saved(session, each) or count >= MOST_SAVED:
                continue
            values = each.model_dump(exclude={"picture", "look_id", "list"})
            look, picture = _kept_look(session, each.look_id), self._kept_copy(session, each)
            list_id = lists.get(each.list) if each.list else None
            session.add(SavedRow(**values, list_id=list_id, look_id=look, picture=picture))
            session.flush()
            count += 1
            self.done.saved += 1

    def _kept_copy(self, session: Session, offer: OfferRecord) -> str | None:
        return keep_picture(session, self.copies.get(offer.picture or ""))


def import_history(
    stream: IO[bytes], database: Database, *, is_kept: Callable[[], bool]
) -> Imported:
    """Import a history's file; what was imported before is not doubled.

    Args:
        stream: The file, which is read in any order.
        database: Where it goes.
        is_kept: Whether a history is kept.

    Raises:
        BadHistoryFileError: It is no such file, is damaged, or breaks a limit. Looks that were
            read before the fault stay; importing the mended file goes on from there.
        HistoryOffError: No history is kept.
    """
    if not is_kept():
        raise HistoryOffError
    with opened(stream) as file:
        return _Import(file, database).run()


def _kept_look(session: Session, look_id: str | None) -> str | None:
    return session.scalar(select(LookRow.id).where(LookRow.id == look_id)) if look_id else None


def _is_there(session: Session, click: ClickRecord) -> bool:
    same = select(ClickRow.id).where(
        ClickRow.offer_id == click.offer_id,
        ClickRow.link == click.link,
        ClickRow.created_at == click.created_at,
    )
    return session.scalar(same.limit(1)) is not None


def _is_away(session: Session, away: PutAwayRecord) -> bool:
    return session.get(PutAwayRow, (away.picture_hash, away.number, away.offer_id)) is not None


def _is_saved(session: Session, saved: SavedRecord) -> bool:
    return session.scalar(select(SavedRow.id).where(SavedRow.key == saved.key)) is not None
