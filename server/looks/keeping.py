"""Keeps looks: in the database, and in memory for as long as the database takes none."""

import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import timedelta

from server.looks.errors import LookNotFoundError
from server.looks.look import Look
from server.looks.store import LookStore
from server.storage.errors import DatabaseError
from server.storage.tables import now
from server.storage.waiting import Kind, WaitingDeletions

# How long a look without garments is kept after somebody asked for it, give or take a half: whoever
# sees the picture may still draw a frame into it.
EMPTY_KEPT = timedelta(hours=1)
# What is held in memory while the database is full, locked, damaged or read-only.
_MOST_BYTES = 64 * 2**20
_RETRY_SECONDS = 5.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A look that is not in the database yet, and its picture (JPEG)."""

    look: Look
    jpeg: bytes


class LookKeeper:
    """Keeps looks; safe to share between threads.

    A look that the database does not take is held in memory, where it can be shown, cropped
    and searched for like any other, and is written as soon as the database takes it.
    """

    def __init__(self, store: LookStore, later: WaitingDeletions) -> None:
        """Keep looks in ``store``; what cannot be deleted from it now is deleted ``later``."""
        self._store = store
        self._later = later
        later.carry_with(Kind.LOOKS, store.delete)
        self._waiting: OrderedDict[str, _Waiting] = OrderedDict()
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._timer: threading.Timer | None = None
        self._closed = False
        self._fault: DatabaseError | None = None

    @property
    def fault(self) -> DatabaseError | None:
        """Why looks are in memory only; None if none is."""
        return self._fault if self._waiting else None

    @property
    def waiting(self) -> int:
        """Number of looks that are in memory only."""
        return len(self._waiting)

    def keep(self, look: Look, jpeg: bytes) -> Look:
        """Keep a look and its picture; return the look as it is kept, with any corrections."""
        # While the database takes nothing, nobody waits for it but the timer.
        if self._waiting:
            self._hold(look, jpeg)
            return look
        try:
            return self._add(look, jpeg)
        except DatabaseError as error:
            _log.warning("Looks are held in memory for now: %s %s", error, error.hint)
            self._fault = error
            self._hold(look, jpeg)
            return look

    def find(self, look_id: str) -> Look | None:
        """Return the look with this id, or None; one without garments is kept anew then.

        Raises:
            DatabaseError: It is not in memory, and the database cannot be read.
        """
        held = self._waiting.get(look_id)
        if held is not None:
            return held.look
        if self._is_deleted(look_id):
            return None
        look = self._store.find(look_id)
        if look is not None and not look.garments and now() - look.created_at > EMPTY_KEPT / 2:
            try:
                self._store.keep_longer(look_id)
            except DatabaseError as error:
                _log.warning("A picture without garments is kept no longer than before: %s", error)
        return look

    def seen(self, look: Look, image_url: str | None, page_url: str | None) -> Look:
        """Record where the picture of a look was last seen; None changes nothing."""
        newest = replace(
            look, image_url=image_url or look.image_url, page_url=page_url or look.page_url
        )
        if newest == look:
            return look
        with self._lock:
            held = self._waiting.get(look.id)
            if held is not None:
                self._waiting[look.id] = replace(held, look=newest)
                return newest
        try:
            self._store.seen(look.id, image_url, page_url)
        except DatabaseError as error:
            _log.warning("The address of a look is not kept: %s", error)
        return newest

    def picture_file(self, look_id: str) -> bytes:
        """Return the picture as it was analysed (JPEG).

        Raises:
            LookNotFoundError: It is not kept, or no longer.
            DatabaseError: It is not in memory, and the database cannot be read.
        """
        held = self._waiting.get(look_id)
        if held is not None:
            return held.jpeg
        if self._is_deleted(look_id):
            raise LookNotFoundError
        return self._store.picture_file(look_id)

    def newest(self, limit: int) -> list[Look]:
        """Return the looks in which there was something, newest first, at most ``limit``.

        Raises:
            DatabaseError: The database cannot be read.
        """
        with self._lock:
            held = [entry.look for entry in reversed(self._waiting.values()) if entry.look.garments]
        hidden = {look.id for look in held} | self._later.of(Kind.LOOKS)
        kept = self._store.newest(limit + len(hidden))
        return [*held, *(look for look in kept if look.id not in hidden)][:limit]

    def drop_empty(self) -> int:
        """Delete the looks in which there was nothing, unless they are new; return how many.

        Raises:
            DatabaseError: The database cannot be written.
        """
        return self._store.drop_empty(now() - EMPTY_KEPT)

    def clear(self) -> bool:
        """Delete every look and its picture.

        Returns:
            Whether they are deleted; False if they are hidden until they can be.

        Raises:
            DatabaseError: Neither is possible; nothing more is in memory.
        """
        with self._writing:  # or what is being written would come back
            with self._lock:
                self._waiting.clear()
            return self._later.unless(Kind.LOOKS, self._store.ids(), lambda _: self._store.clear())

    def delete(self, look_id: str) -> bool:
        """Delete a look and its picture; returns and raises as `clear`."""
        with self._writing:  # or what is being written would come back
            with self._lock:
                self._waiting.pop(look_id, None)
            return self._later.unless(Kind.LOOKS, [look_id], self._store.delete)

    def close(self) -> None:
        """Try a last time to write what is in memory, and start nothing more."""
        with self._lock:
            self._closed = True
            if self._timer is not None:
                self._timer.cancel()
        self._write()
        if self._waiting:
            _log.error("%d looks could not be kept", len(self._waiting))

    def _is_deleted(self, look_id: str) -> bool:
        return look_id in self._later.of(Kind.LOOKS)

    def _add(self, look: Look, jpeg: bytes) -> Look:
        """Write a look, after what was deleted before it: the same picture may be among that."""
        if self._later.has_any:
            self._later.carry_out()
        return self._store.add(look, jpeg)

    def _hold(self, look: Look, jpeg: bytes) -> None:
        with self._lock:
            self._waiting[look.id] = _Waiting(look, jpeg)
            size = sum(len(entry.jpeg) for entry in self._waiting.values())
            while size > _MOST_BYTES and len(self._waiting) > 1:
                _, dropped = self._waiting.popitem(last=False)
                size -= len(dropped.jpeg)
            self._try_later()

    def _try_later(self) -> None:
        """Start the timer; the lock is held."""
        if self._timer is None and not self._closed and self._waiting:
            self._timer = threading.Timer(_RETRY_SECONDS, self._on_time)
            self._timer.daemon = True
            self._timer.start()

    def _on_time(self) -> None:
        self._write()
        with self._lock:
            self._timer = None
            self._try_later()

    def _write(self) -> None:
        """Write what is in memory, oldest first, as far as the database takes it."""
        with self._writing:
            while True:
                with self._lock:
                    entry = next(iter(self._waiting.values()), None)
                if entry is None:
                    return
                try:
                    self._add(entry.look, entry.jpeg)
                    with self._lock:
                        current = self._waiting.pop(entry.look.id, entry)
                    if current is not entry:  # it was seen elsewhere meanwhile
                        look = current.look
                        self._store.seen(look.id, look.image_url, look.page_url)
                except DatabaseError as error:
                    self._fault = error
                    return
