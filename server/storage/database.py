"""The database: one engine, short transactions, migrations of the schema."""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, NoReturn, cast
from urllib.parse import quote

from sqlalchemy import CursorResult, Delete, Engine, create_engine, event, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from server.storage import sqlite
from server.storage.errors import (
    DatabaseError,
    DatabaseReadOnlyError,
    DiskFullError,
    PassingDatabaseError,
    database_error,
    disk_full,
    has_no_room,
)
from server.storage.migrating import migrate, newest, revision_of
from server.storage.reserve import Reserve
from server.storage.tables import LookRow

_PROBE_MILLISECONDS = 500
# After a fault at the start, the database is tried again at most this often.
_RETRY_SECONDS = 5

_log = logging.getLogger(__name__)


class Database:
    """Looks, products and clicks in SQLite or PostgreSQL; safe to share between threads.

    SQLite runs in WAL mode, so that readers and the one writer do not wait for each other,
    and with foreign keys enforced.
    """

    def __init__(self, url: str) -> None:
        """Create the engine; nothing is opened yet.

        Args:
            url: A SQLAlchemy address, ``sqlite:////path/file.sqlite3`` or of PostgreSQL;
                ``sqlite://`` is in memory, and gone when it is disposed of.

        Raises:
            DatabaseError: The address is invalid, or its driver is not installed.
        """
        try:
            parsed = make_url(url)
            self._is_sqlite = parsed.get_backend_name() == "sqlite"
            self._file = Path(parsed.database) if self._is_sqlite and parsed.database else None
            options: dict[str, Any] = {"pool_pre_ping": not self._is_sqlite}
            # In memory there is one connection, for one session at a time.
            self._turn: AbstractContextManager[object] = nullcontext()
            if self._is_sqlite and self._file is None:
                self._turn = threading.RLock()
                options |= {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
            elif self._is_sqlite:
                # A file needs no cap on connections.
                options |= {"max_overflow": -1, "connect_args": {"timeout": sqlite.BUSY_SECONDS}}
            self.engine: Engine = create_engine(parsed, **options)
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
            raise DatabaseError(
                "The database's address cannot be used.",
                hint="Check WTB_DATABASE_URL, and that the driver it names is installed; that of "
                "PostgreSQL comes with pip install 'where-to-buy[postgres]'.",
            ) from error
        if self._is_sqlite:
            event.listen(self.engine, "connect", sqlite.prepare)
            event.listen(self.engine, "begin", sqlite.begin)
        self.reserve = Reserve(self._file.with_suffix(".reserve")) if self._file else None
        # While the database cannot be opened: why, when it is tried again, and what can be read.
        self._fault: PassingDatabaseError | None = None
        self._retry_at = 0.0
        self._retrying = threading.Lock()
        self._as_it_lies: Engine | None = None

    @property
    def file(self) -> Path | None:
        """The file of a SQLite database; None for any other."""
        return self._file

    def upgrade(self) -> None:
        """Create or migrate the tables; two processes may call this at once.

        On a full disk the reserve is given up for it: to open a database takes room too.

        Raises:
            DatabaseError: The file cannot be written, or was made by a newer version.
        """
        try:
            self._upgrade()
        except DiskFullError:
            if self.reserve is None:
                raise
            self.reserve.release()
            self._upgrade()

    def upgrade_when_possible(self) -> PassingDatabaseError | None:
        """Create or migrate the tables, now or as soon as that is possible.

        A server has to start on a full disk, or nobody could delete anything with it. Until
        the database can be opened, sessions raise the error that prevents it; where it is only
        writing that is impossible, those that read see the file as it lies.

        Returns:
            What prevents it now; None if nothing does.

        Raises:
            DatabaseError: It never will be possible without the operator.
        """
        try:
            self.upgrade()
        except PassingDatabaseError as error:
            self._fault = error
            self._retry_at = time.monotonic() + _RETRY_SECONDS
            if isinstance(error, DatabaseReadOnlyError | DiskFullError):
                self._as_it_lies = self._engine_for_reading()
            return error
        return None

    def _upgrade(self) -> None:
        try:
            if self._file is not None:
                # On a shared machine, what people looked at is nobody else's business. SQLite
                # gives the files beside this one the same permissions.
                self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                if not self._file.exists():
                    self._file.touch(mode=0o600)
            if not self._is_newest():
                migrate(self.engine)
        except (DBAPIError, OSError) as error:
            self._raise(error)

    def _try_again(self) -> None:
        """Open a database that could not be opened before.

        Raises:
            PassingDatabaseError: It still cannot be opened, or was tried a moment ago.
        """
        with self._retrying:
            if self._fault is None:
                return
            if time.monotonic() < self._retry_at:
                raise self._fault
            self._retry_at = time.monotonic() + _RETRY_SECONDS
            self.engine.dispose()
            self.upgrade()
            self._fault = None
            if self._as_it_lies is not None:
                self._as_it_lies.dispose()
                self._as_it_lies = None
        _log.warning("The database can be used again")

    def _engine_for_reading(self) -> Engine | None:
        """Return an engine for a file that nobody can change; None if it cannot be read so.

        SQLite needs a file beside a database in WAL mode even to read it, unless the database
        is declared immutable. What lies in the log is not seen then, so there must be none.
        """
        if self._file is None or not self._file.is_file():
            return None
        log = self._file.with_name(self._file.name + "-wal")
        if log.exists() and log.stat().st_size:
            return None
        engine = create_engine(
            f"sqlite:///file:{quote(str(self._file))}?mode=ro&immutable=1&uri=true"
        )
        try:
            if revision_of(engine) == newest():
                return engine
        except DBAPIError:
            _log.warning("The database cannot even be read", exc_info=True)
        engine.dispose()
        return None

    def has_table(self, name: str) -> bool:
        """Return whether a table exists; a missing file is not created.

        Raises:
            DatabaseError: The database cannot be read.
        """
        try:
            if self._file is not None and not self._file.exists():
                return False
            with self.session(read_only=True) as session:
                return inspect(session.connection()).has_table(name)
        except (DBAPIError, OSError) as error:
            self._raise(error)

    def _raise(self, error: DBAPIError | OSError) -> NoReturn:
        explained = database_error(error, self._file)
        if explained is None:
            raise error
        raise explained from error

    def _is_newest(self) -> bool:
        """Check the revision without Alembic, whose import costs a fifth of a second."""
        return revision_of(self.engine) == newest()

    @contextmanager
    def session(self, *, read_only: bool = False) -> Iterator[Session]:
        """Yield a session that is committed if the block ends without an error.

        Args:
            read_only: Whether nothing is written. On SQLite a writing session takes the one
                write lock when it begins (waiting up to 5 s), because a transaction that
                reads first and writes later fails at once if another wrote in between; a
                reading session does not wait.

        Raises:
            DatabaseError: The database cannot be read or written.
        """
        engine = self._engine_for(read_only=read_only)
        try:
            with self._turn, Session(engine, expire_on_commit=False) as session:
                if self._is_sqlite and read_only:
                    session.connection(execution_options={"sqlite_begin": "DEFERRED"})
                yield session
                if not read_only:
                    session.commit()
        except DBAPIError as error:
            explained = database_error(error, self._file)
            if explained is None:
                raise
            raise explained from error

    def each(self) -> "Iterator[Database]":
        """Yield the database: another holder of sessions may have several."""
        yield self

    def check_writable(self) -> None:
        """Check, within a second, that a writer would succeed now.

        Raises:
            DatabaseError: It would not.
        """
        engine = self._engine_for(read_only=False)
        if self._file is not None and has_no_room(self._file.parent):
            raise disk_full(self._file)
        try:
            with engine.connect() as connection:
                connection.execution_options(sqlite_begin="DEFERRED")
                # A row, not a number: that a file can be opened does not say that it can be read.
                connection.execute(select(LookRow.id).limit(1)).all()
                if self._is_sqlite:
                    connection.exec_driver_sql("COMMIT")
                    wait = "PRAGMA busy_timeout="
                    connection.exec_driver_sql(f"{wait}{_PROBE_MILLISECONDS}")
                    try:
                        connection.exec_driver_sql("BEGIN IMMEDIATE")
                    finally:
                        connection.exec_driver_sql(
                            f"PRAGMA busy_timeout={sqlite.BUSY_SECONDS * 1000}"
                        )
        except DBAPIError as error:
            self._raise(error)

    def delete(self, steps: Iterable[Delete | Callable[[Session], object]]) -> int:
        """Delete rows for good, each step in a transaction of its own, also on a full disk.

        Args:
            steps: Statements, or functions that execute some; what one step deletes should
                have room in the reserve.

        Returns:
            How many rows the statements deleted.

        Raises:
            DatabaseError: The database cannot be written for another reason.
        """
        deleted = 0
        waiting = iter(steps)
        for step in waiting:
            try:
                deleted += self._delete(step)
            except DiskFullError:
                if self.reserve is None:
                    raise
                with self.reserve.released():
                    deleted += self._delete_slowly(step)
                    deleted += sum(map(self._delete_slowly, waiting))
        self._empty_log()
        return deleted

    def _delete(self, step: Delete | Callable[[Session], object]) -> int:
        with self.session() as session:
            if not isinstance(step, Delete):
                step(session)
                return 0
            return cast("CursorResult[Any]", session.execute(step)).rowcount

    def _delete_slowly(self, step: Delete | Callable[[Session], object]) -> int:
        """Delete with as little room as possible: the log is emptied before and after."""
        self._empty_log()
        deleted = self._delete(step)
        self._empty_log()
        return deleted

    def _empty_log(self) -> None:
        """Move what is in SQLite's log into the database, and return the log's room.

        The log still has what was deleted, as it was before.
        """
        if self._file is None:
            return
        try:
            with self.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")  # it works outside transactions only
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.exec_driver_sql("BEGIN")
        except DBAPIError:
            _log.info("SQLite's log could not be emptied", exc_info=True)

    def _engine_for(self, *, read_only: bool) -> Engine:
        if self._fault is None:
            return self.engine
        try:
            self._try_again()
        except PassingDatabaseError:
            if read_only and self._as_it_lies is not None:
                return self._as_it_lies
            raise
        return self.engine

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()
