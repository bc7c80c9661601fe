"""The database: one engine, short transactions, migrations of the schema."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.orm import Session

from model.errors import WhereToBuyError

MIGRATIONS = Path(__file__).parent / "migrations"
# An arbitrary number for the advisory lock under which PostgreSQL is migrated.
_LOCK_KEY = 7_231_905_118
_BUSY_SECONDS = 30
_PRAGMAS = (
    "synchronous=NORMAL",
    "foreign_keys=ON",
    "secure_delete=ON",  # a deleted picture is gone from the file as well
)


class DatabaseError(WhereToBuyError):
    """The database cannot be opened or migrated to this version."""

    code = "database-unavailable"


class Database:
    """Looks, products and clicks in SQLite or PostgreSQL; safe to share between threads.

    SQLite runs in WAL mode, so that readers and the one writer do not wait for each other,
    and with foreign keys enforced.
    """

    def __init__(self, url: str) -> None:
        """Create the engine; nothing is opened yet.

        Args:
            url: A SQLAlchemy address, ``sqlite:////path/file.sqlite3`` or of PostgreSQL.

        Raises:
            DatabaseError: The address is invalid, or its driver is not installed.
        """
        try:
            parsed = make_url(url)
            self._is_sqlite = parsed.get_backend_name() == "sqlite"
            self._file = Path(parsed.database) if self._is_sqlite and parsed.database else None
            options: dict[str, Any] = {"pool_pre_ping": not self._is_sqlite}
            if self._is_sqlite:
                # A file needs no cap on connections.
                options |= {"max_overflow": -1, "connect_args": {"timeout": _BUSY_SECONDS}}
            self.engine: Engine = create_engine(parsed, **options)
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
            raise DatabaseError(
                "The database's address cannot be used.",
                hint="Check WTB_DATABASE_URL, and that the driver it names is installed.",
            ) from error
        if self._is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)

    def upgrade(self) -> None:
        """Create or migrate the tables; two processes may call this at once.

        Raises:
            DatabaseError: The file cannot be written, or was made by a newer version.
        """
        try:
            if self._file is not None:
                # On a shared machine, what people looked at is nobody else's business.
                self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not self._is_newest():
                self._migrate()
        except (DBAPIError, OSError) as error:
            raise self._not_opened() from error

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
            raise self._not_opened() from error

    def _not_opened(self) -> DatabaseError:
        place = f" ({self._file})" if self._file else ""
        return DatabaseError(
            f"The database{place} cannot be opened.",
            hint="Check that the folder exists and may be written to (WTB_STATE_DIR).",
        )

    def _is_newest(self) -> bool:
        """Check the revision without Alembic, whose import costs a fifth of a second."""
        with self.session(read_only=True) as session:
            if not inspect(session.connection()).has_table("alembic_version"):
                return False
            found: str | None = session.scalar(text("SELECT version_num FROM alembic_version"))
        return found == newest()

    def _migrate(self) -> None:
        from alembic import command  # noqa: PLC0415 - slow to import, and seldom needed
        from alembic.config import Config  # noqa: PLC0415
        from alembic.util.exc import CommandError  # noqa: PLC0415

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        try:
            with self.engine.begin() as connection:
                if connection.dialect.name == "postgresql":
                    connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK_KEY})"))
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        except CommandError as error:
            raise DatabaseError(
                "The database was made by another version of this program.",
                hint="Install that version again, or move the database away to start anew.",
            ) from error

    @contextmanager
    def session(self, *, read_only: bool = False) -> Iterator[Session]:
        """Yield a session that is committed if the block ends without an error.

        Args:
            read_only: Whether nothing is written. On SQLite a writing session takes the one
                write lock when it begins (waiting up to 30 s), because a transaction that
                reads first and writes later fails at once if another wrote in between; a
                reading session does not wait.
        """
        with Session(self.engine, expire_on_commit=False) as session:
            if self._is_sqlite and read_only:
                session.connection(execution_options={"sqlite_begin": "DEFERRED"})
            yield session
            if not read_only:
                session.commit()

    def dispose(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def newest() -> str:
    """Return the newest revision, which is a number in the names of the migrations' files."""
    return max(file.name.partition("_")[0] for file in MIGRATIONS.glob("versions/[0-9]*.py"))


def _prepare_sqlite(connection: Any, record: object) -> None:
    del record
    # `_begin_sqlite` begins transactions, not the driver.
    connection.isolation_level = None
    _use_wal(connection)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _use_wal(connection: Any) -> None:
    """Switch a new file to WAL mode, waiting while another connection does the same.

    SQLite does not wait for this lock as it does for others (its busy handler is not called
    where two connections would wait for each other).
    """
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
            if not busy or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    mode = connection.get_execution_options().get("sqlite_begin", "IMMEDIATE")
    connection.exec_driver_sql(f"BEGIN {mode}")
