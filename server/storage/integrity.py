"""Looks for damage in a SQLite database without changing it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy.exc import OperationalError

from server.storage.errors import DatabaseDamagedError, DatabaseError, database_error

# The most faults that are listed.
_MOST = 10


@contextmanager
def reading(file: Path) -> Iterator[sqlite3.Connection]:
    """Open a database to read it.

    Raises:
        DatabaseError: It cannot be read; also where that shows within the block.
    """
    try:
        with closing(
            sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)
        ) as connection:
            # What is restored may come from anybody: its schema calls no functions with effects.
            connection.execute("PRAGMA trusted_schema=OFF")
            yield connection
    except sqlite3.DatabaseError as error:
        # In the form in which the driver's errors are explained elsewhere.
        explained = database_error(OperationalError(None, None, error), file)
        raise explained or DatabaseError(
            f"The database ({file}) cannot be read: {error}."
        ) from error


def faults_of(file: Path) -> list[str]:
    """Return what SQLite finds wrong with a database, at most ten faults of each kind.

    Raises:
        DatabaseError: It cannot even be read.
    """
    with reading(file) as connection:
        # Ours has tables and indexes alone. A view in a table's place might never end, and a
        # trigger would run at every change.
        foreign = connection.execute(
            "SELECT type, name FROM sqlite_master WHERE type NOT IN ('table', 'index')"
            " OR sql LIKE 'CREATE VIRTUAL%' LIMIT 1"
        ).fetchone()
        if foreign:
            return [f"it has a {foreign[0]} ({foreign[1]}) that is not of this program"]
        found = [row[0] for row in connection.execute(f"PRAGMA integrity_check({_MOST})")]
        lost = connection.execute("PRAGMA foreign_key_check").fetchmany(_MOST)
    missing = [f"row {row[1]} of {row[0]} belongs to a row that is missing" for row in lost]
    return [fault for fault in found if fault != "ok"] + missing


def sound_revision(file: Path, name: Path) -> str:
    """Return the revision of a database whose file is sound.

    Args:
        file: The file.
        name: What it is called in the error.

    Raises:
        DatabaseError: It cannot be read.
        DatabaseDamagedError: It is damaged.
    """
    if faults := faults_of(file):
        raise DatabaseDamagedError(
            f"The database ({name}) is damaged: {faults[0]}.",
            hint="Keep the backups that you have; `where-to-buy restore BACKUP` restores one.",
        )
    with reading(file) as connection:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    if row is None:
        raise DatabaseDamagedError(
            f"The database ({name}) does not say of which version it is.",
            hint="Restore another backup.",
        )
    return str(row[0])
