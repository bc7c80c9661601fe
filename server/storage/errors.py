"""What can go wrong with the database: what happened, and what to do about it."""

import errno
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.exc import DatabaseError as DriverError
from sqlalchemy.exc import DBAPIError, OperationalError

from model.errors import WhereToBuyError

# Bytes below which a failed write is put down to a full disk.
_NO_ROOM = 2**20
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NOT_WRITABLE = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


class DatabaseError(WhereToBuyError):
    """The database cannot be opened, read, written or migrated to this version."""

    code = "database-unavailable"


class PassingDatabaseError(DatabaseError):
    """The database cannot be used now; what needs none works on, and later it may be back."""

    code = "database-interrupted"


class DiskFullError(PassingDatabaseError):
    """There is no room for what should be written."""

    code = "disk-full"


class DatabaseLockedError(PassingDatabaseError):
    """Another program keeps the database to itself."""

    code = "database-locked"


class DatabaseReadOnlyError(PassingDatabaseError):
    """The database may be read at most."""

    code = "database-read-only"


class DatabaseDamagedError(PassingDatabaseError):
    """The file is damaged, or is no database."""

    code = "database-damaged"


def database_error(error: DBAPIError | OSError, file: Path | None) -> DatabaseError | None:
    """Return the error that explains what a driver or the system reported.

    Args:
        error: What was reported.
        file: The database's file; None if a server has it.

    Returns:
        None for a mistake in a statement, which nobody but a programmer can mend.
    """
    if file is None:
        lost = isinstance(error, OperationalError | OSError)
        return _unreachable() if lost else None
    if isinstance(error, OSError):
        if error.errno in _FULL:
            return disk_full(file)
        return _read_only(file) if error.errno in _NOT_WRITABLE else _not_opened(file)
    if not isinstance(error, OperationalError) and type(error) is not DriverError:
        return None
    return _of_sqlite(getattr(error.orig, "sqlite_errorcode", 0) & 0xFF, file)


def _of_sqlite(code: int, file: Path) -> DatabaseError | None:
    """Explain a result code of SQLite (https://sqlite.org/rescode.html)."""
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR) and has_no_room(file.parent):
        code = sqlite3.SQLITE_FULL
    if code == sqlite3.SQLITE_CANTOPEN and not os.access(file.parent, os.W_OK):
        code = sqlite3.SQLITE_READONLY
    explain = _EXPLAIN.get(code)
    return explain(file) if explain is not None else None


def disk_full(file: Path) -> DiskFullError:
    """Return the error for a database's full disk."""
    return DiskFullError(
        f"The disk of {file.parent} is full; nothing can be kept.",
        hint="Make room on it, or delete looks; pictures can be looked up meanwhile.",
    )


def _read_only(file: Path) -> DatabaseReadOnlyError:
    return DatabaseReadOnlyError(
        f"The database ({file}) may not be written.",
        hint="Check that the folder (WTB_STATE_DIR) belongs to the user who runs the server, and "
        "that its disk is mounted for writing.",
    )


def _locked(file: Path) -> DatabaseLockedError:
    return DatabaseLockedError(
        f"Another program keeps the database ({file}) to itself.",
        hint="Close what has it open, such as a database browser or a backup, and try again.",
    )


def _damaged(file: Path) -> DatabaseDamagedError:
    return DatabaseDamagedError(
        f"The database ({file}) cannot be opened or read: it is damaged, or is no database.",
        hint="Stop the server; `where-to-buy restore BACKUP` puts a backup in its place. "
        "Without one, move the file away to start anew.",
    )


def _not_opened(file: Path) -> DatabaseError:
    return DatabaseError(
        f"The database ({file}) cannot be opened.",
        hint="Check that the folder exists and may be written to (WTB_STATE_DIR); "
        "`where-to-buy doctor` looks closer.",
    )


def _unreachable() -> PassingDatabaseError:
    return PassingDatabaseError(
        "The database does not answer.",
        hint="Check that its server runs, and WTB_DATABASE_URL.",
    )


def has_no_room(folder: Path) -> bool:
    """Return whether the disk of a folder is as good as full."""
    try:
        return shutil.disk_usage(folder).free < _NO_ROOM
    except OSError:
        return False


_EXPLAIN: dict[int, Callable[[Path], DatabaseError]] = {
    sqlite3.SQLITE_FULL: disk_full,
    sqlite3.SQLITE_BUSY: _locked,
    sqlite3.SQLITE_LOCKED: _locked,
    sqlite3.SQLITE_CORRUPT: _damaged,
    sqlite3.SQLITE_NOTADB: _damaged,
    sqlite3.SQLITE_READONLY: _read_only,
    sqlite3.SQLITE_PERM: _read_only,
    sqlite3.SQLITE_CANTOPEN: _not_opened,
    sqlite3.SQLITE_IOERR: _not_opened,
}
