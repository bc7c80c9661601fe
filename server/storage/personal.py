"""Where what a person looked at is kept: in the database, or nowhere but in memory."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Delete
from sqlalchemy.orm import Session

from server.storage.database import Database


class Personal(Protocol):
    """What holds looks, corrections and clicks: a `Database`, or a `PersonalDatabase`."""

    def session(self, *, read_only: bool = False) -> AbstractContextManager[Session]:
        """Return a session that is committed if its block ends without an error."""

    def delete(self, steps: Iterable[Delete | Callable[[Session], object]]) -> int:
        """Delete rows; returns how many."""

    def each(self) -> Iterator[Database]:
        """Yield every database that holds something, for deleting all of it."""


class PersonalDatabase:
    """The database; or one in memory while no history is kept. Safe to share between threads.

    What was kept before stays in the database, unseen, until it is deleted or a history is kept
    again. What is in memory is gone when that happens, or when the server stops.
    """

    def __init__(self, kept: Database, keeps: Callable[[], bool]) -> None:
        """Use a database as long as ``keeps`` says so."""
        self._kept = kept
        self._keeps = keeps
        self._passing: Database | None = None
        self._lock = threading.Lock()

    def session(self, *, read_only: bool = False) -> AbstractContextManager[Session]:
        """Return a session as `Database.session` does."""
        return self._now().session(read_only=read_only)

    def delete(self, steps: Iterable[Delete | Callable[[Session], object]]) -> int:
        """Delete rows as `Database.delete` does, of what can be seen now."""
        return self._now().delete(steps)

    def each(self) -> Iterator[Database]:
        """Yield the database, and the one in memory if there is one."""
        now = self._now()
        yield self._kept
        if now is not self._kept:
            yield now

    def _now(self) -> Database:
        with self._lock:
            if self._keeps():
                if self._passing is not None:
                    self._passing.dispose()
                    self._passing = None
                return self._kept
            if self._passing is None:
                self._passing = Database("sqlite://")
                self._passing.upgrade()
            return self._passing
