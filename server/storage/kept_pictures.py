"""Small copies of pictures beside what they belong to: each once, for as long as it is used."""

import hashlib
from datetime import datetime

from sqlalchemy import Delete, Update, delete, select, union_all, update
from sqlalchemy.orm import Session

from server.storage.tables import ClickRow, KeptPictureRow, PutAwayRow, SavedRow, now

_OF_HISTORY = (ClickRow, PutAwayRow)
_SAVED = select(SavedRow.picture).where(SavedRow.picture.is_not(None))
_USED = union_all(
    *(select(row.picture).where(row.picture.is_not(None)) for row in (*_OF_HISTORY, SavedRow))
)

# Deletes the copies that nothing needs any more.
DROP_UNUSED: Delete = delete(KeptPictureRow).where(KeptPictureRow.hash.not_in(_USED))


def keep_picture(session: Session, jpeg: bytes | None) -> str | None:
    """Keep a small copy (JPEG), and return its hash; None of none."""
    if jpeg is None:
        return None
    digest = hashlib.sha256(jpeg).hexdigest()
    row = session.get(KeptPictureRow, digest)
    if row is None:
        session.add(KeptPictureRow(hash=digest, data=jpeg, created_at=now()))
    else:
        row.created_at = now()  # it was seen again
    session.flush()
    return digest


def outdated(before: datetime) -> list[Delete | Update]:
    """Return the statements that delete the history's copies from before a time.

    What was saved keeps its copy: whoever saves something wants to see it again.
    """
    too_old = (
        delete(KeptPictureRow)
        .where(KeptPictureRow.created_at < before)
        .where(KeptPictureRow.hash.not_in(_SAVED))
    )
    kept = select(KeptPictureRow.hash)
    forgotten = [
        update(row).where(row.picture.is_not(None), row.picture.not_in(kept)).values(picture=None)
        for row in _OF_HISTORY
    ]
    return [too_old, *forgotten]
