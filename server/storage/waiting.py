"""Deletions that wait until the database can be written again.

Another program may keep a database to itself for hours. What a person deletes meanwhile is hidden
at once, and deleted as soon as that is possible, also after a restart.
"""

import json
import logging
import threading
from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import Final

from server.storage.errors import DatabaseError, PassingDatabaseError
from server.storage.kept_file import write_private

FILE: Final = "deletions.json"
RETRY_SECONDS: Final = 5.0

_log = logging.getLogger(__name__)


class Kind(StrEnum):
    """What is deleted."""

    LOOKS = "looks"
    CLICKS = "clicks"
    GARMENTS = "garments"


Carrier = Callable[[frozenset[str]], object]


class WaitingDeletions:
    """Ids of what is deleted, but still in the database; safe to share between threads."""

    def __init__(self, path: Path | None = None) -> None:
        """Read what waited when the server stopped; nothing is deleted before `start`.

        Args:
            path: Where it is kept; need not exist. None if nothing may wait.
        """
        self._path = path
        self._lock = threading.Lock()
        self._carrying = threading.Lock()
        self._ids: dict[Kind, frozenset[str]] = _read(path) if path else {}
        self._carriers: dict[Kind, Carrier] = {}
        self._timer: threading.Timer | None = None
        self._closed = False

    @property
    def has_any(self) -> bool:
        """Whether something waits."""
        return any(self._ids.values())

    def of(self, kind: Kind) -> frozenset[str]:
        """Return the ids that are to be hidden."""
        return self._ids.get(kind, frozenset())

    def carry_with(self, kind: Kind, carrier: Carrier) -> None:
        """Say how ids of a kind are deleted; it raises DatabaseError where that is impossible."""
        self._carriers[kind] = carrier

    def start(self) -> None:
        """Begin to delete what waits."""
        with self._lock:
            self._try_later()

    def unless(self, kind: Kind, ids: Iterable[str], delete: Carrier) -> bool:
        """Delete, or let it wait.

        Args:
            kind: What is deleted.
            ids: Of what is deleted.
            delete: Deletes it.

        Returns:
            Whether it is deleted; False if it waits.

        Raises:
            DatabaseError: Neither is possible.
        """
        wanted = frozenset(ids)
        try:
            delete(wanted)
        except PassingDatabaseError as error:
            if wanted:
                self.add(kind, wanted, error)
            return not wanted
        return True

    def add(self, kind: Kind, ids: Iterable[str], reason: DatabaseError) -> None:
        """Let deletions wait.

        Args:
            kind: What they delete.
            ids: Of what they delete.
            reason: Why they cannot be made now.

        Raises:
            DatabaseError: The reason; that they wait cannot be written down either.
        """
        with self._lock:
            if self._path is None:
                raise reason
            wanted = {**self._ids, kind: self.of(kind).union(ids)}
            try:
                self._write(wanted)
            except OSError as error:
                raise reason from error
            self._ids = wanted
            self._try_later()
        _log.warning("What was deleted is hidden, and waits: %s", reason)

    def carry_out(self) -> None:
        """Delete what waits.

        Raises:
            DatabaseError: The database cannot be written yet.
        """
        with self._carrying:
            for kind, carrier in self._carriers.items():
                ids = self.of(kind)
                if not ids:
                    continue
                carrier(ids)
                with self._lock:
                    self._ids = {**self._ids, kind: self.of(kind) - ids}
                    try:
                        self._write(self._ids)
                    except OSError as error:
                        # They are deleted once more after a restart, which does no harm.
                        _log.warning("What no longer waits is still written down: %s", error)
                _log.info("%d %s are deleted that waited for it", len(ids), kind)

    def close(self) -> None:
        """Try a last time; what still waits is deleted after the next start."""
        with self._lock:
            self._closed = True
            if self._timer is not None:
                self._timer.cancel()
        if self.has_any:
            self._attempt()

    def _try_later(self) -> None:
        """Start the timer; the lock is held."""
        if self._timer is None and not self._closed and self.has_any:
            self._timer = threading.Timer(RETRY_SECONDS, self._on_time)
            self._timer.daemon = True
            self._timer.start()

    def _on_time(self) -> None:
        self._attempt()
        with self._lock:
            self._timer = None
            self._try_later()

    def _attempt(self) -> None:
        try:
            self.carry_out()
        except DatabaseError as error:
            _log.info("Deletions still wait: %s", error)

    def _write(self, ids: dict[Kind, frozenset[str]]) -> None:
        if self._path is None:
            return
        kept = {kind.value: sorted(of_kind) for kind, of_kind in ids.items() if of_kind}
        if kept:
            write_private(self._path, json.dumps(kept))
        else:
            self._path.unlink(missing_ok=True)


def _read(path: Path) -> dict[Kind, frozenset[str]]:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return {kind: frozenset(map(str, kept.get(kind.value, ()))) for kind in Kind}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        # The server starts all the same: whoever deletes again is heard.
        _log.error("Deletions that waited cannot be read (%s): %s", path, error)
        return {}
