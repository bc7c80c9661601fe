"""The small copies of pictures: read, and deleted when their time is over."""

import logging
import threading
from datetime import timedelta

from sqlalchemy import select

from model.errors import WhereToBuyError
from server.storage.database import Database
from server.storage.errors import DatabaseError
from server.storage.kept_pictures import DROP_UNUSED, outdated
from server.storage.personal import Personal
from server.storage.tables import KeptPictureRow, now

# How often copies are looked for whose time is over.
CLEAN_SECONDS = 3600.0

_log = logging.getLogger(__name__)


class PictureNotKeptError(WhereToBuyError):
    """No such picture is kept, or no longer."""

    code = "picture-not-kept"

    def __init__(self) -> None:
        super().__init__("This picture is not kept any more.", hint="The shop may still have it.")


class KeptPictures:
    """The small copies in the database; safe to share between threads."""

    def __init__(self, history: Personal, database: Database) -> None:
        """Read those of the history, and those of what was saved, which is in the database."""
        self._holders: tuple[Personal, ...] = (history, database)

    def get(self, digest: str) -> bytes:
        """Return a copy (JPEG).

        Raises:
            PictureNotKeptError: There is none of this hash.
        """
        for holder in self._holders:
            with holder.session(read_only=True) as session:
                data = session.scalar(
                    select(KeptPictureRow.data).where(KeptPictureRow.hash == digest)
                )
            if data is not None:
                return data
        raise PictureNotKeptError


class PictureCleaning:
    """A thread that deletes the history's copies when their time is over: at the start, and hourly.

    Args:
        database: Holds the copies.
        days: How long they are kept; 0 for as long as what they belong to.
    """

    def __init__(self, database: Database, days: int) -> None:
        self._database = database
        self._days = days
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="picture-cleaning", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Delete nothing more."""
        self._stopped.set()

    def clean(self) -> None:
        """Delete what is too old, or used by nothing.

        Raises:
            DatabaseError: The database cannot be written.
        """
        with self._database.session(read_only=True) as session:
            if session.scalar(select(KeptPictureRow.hash).limit(1)) is None:
                return  # nothing is written without need
        if self._days:
            with self._database.session() as session:
                for step in outdated(now() - timedelta(days=self._days)):
                    session.execute(step)
        self._database.delete([DROP_UNUSED])

    def _run(self) -> None:
        while True:
            try:
                self.clean()
            except DatabaseError as error:
                _log.warning("Old pictures stay for now: %s", error)
            except Exception:  # noqa: BLE001 - the next time may go well
                _log.exception("Old pictures could not be deleted")
            if self._stopped.wait(CLEAN_SECONDS):
                return
