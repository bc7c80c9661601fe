"""Restoring a backup: everything is checked first, and what was there is kept."""

import sqlite3
import tempfile
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path

from server.storage.archive import (
    DATABASE,
    FILES,
    SETTINGS,
    BackupError,
    BadBackupError,
    Manifest,
    bad_backup,
    read_archive,
)
from server.storage.backup import BEFORE, RESTORED_SETTINGS, belongs, file_of
from server.storage.database import Database
from server.storage.errors import DatabaseError, DatabaseLockedError
from server.storage.integrity import sound_revision
from server.storage.migrating import newest
from server.storage.tables import now


def restore_backup(source: Path, database: Database, folder: Path) -> tuple[Manifest, Path | None]:
    """Put a backup in the place of what is there, which is moved aside and kept.

    Everything is read and checked before anything is moved.

    Args:
        source: The backup.
        database: The database to replace, SQLite; nobody may have it open.
        folder: The folder of its other files.

    Returns:
        What was restored, and the folder with what was there before; None if nothing was.

    Raises:
        BadBackupError: The backup is damaged or of a newer version; nothing was changed.
        DatabaseLockedError: A server runs; nothing was changed.
        BackupError: Something cannot be written.
    """
    file = file_of(database)
    database.dispose()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".restoring-", dir=folder) as scratch:
            manifest = read_archive(source, Path(scratch))
            _check_names(manifest, file)
            _check(source, Path(scratch) / DATABASE, manifest)
            _refuse_if_open(file)
            aside = _move_aside(file, folder, manifest)
            (Path(scratch) / DATABASE).replace(file)
            for name in manifest.files:
                if name.startswith(FILES):
                    place = folder / name.removeprefix(FILES)
                    place.parent.mkdir(parents=True, exist_ok=True)
                    (Path(scratch) / name).replace(place)
            (Path(scratch) / SETTINGS).replace(folder / RESTORED_SETTINGS)
    except OSError as error:
        raise BackupError(
            f"The backup cannot be restored: {error.strerror or error}.",
            hint=f"Check that there is room in {folder}, and that you may write to it.",
        ) from error
    return manifest, aside


def _check_names(manifest: Manifest, file: Path) -> None:
    """Refuse what no backup holds: it would lie beside the database and be believed."""
    for name in manifest.files:
        if _is_below(name) and not belongs(name.removeprefix(FILES), file):
            raise bad_backup(f"The backup holds {name!r}, which belongs to none.")


def _check(source: Path, database: Path, manifest: Manifest) -> None:
    """Refuse a backup of a newer version, and one of a damaged database."""
    if manifest.revision > newest():
        raise BadBackupError(
            f"{source} was made by a newer version of this program.",
            hint="Install that version first.",
        )
    try:
        sound_revision(database, source)
    except DatabaseError as error:
        raise bad_backup(f"The database in {source} is damaged.") from error


def _refuse_if_open(file: Path) -> None:
    """Refuse to replace a database that somebody has open."""
    if not file.is_file():
        return
    with closing(sqlite3.connect(file, timeout=1)) as connection:
        try:
            # It needs the database for itself, and moves what is in the log into it.
            connection.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                return
            raise DatabaseLockedError(
                f"The database ({file}) is in use.", hint="Stop the server first."
            ) from error
        except sqlite3.DatabaseError:
            return  # a damaged one is moved aside as it is


def _move_aside(file: Path, folder: Path, manifest: Manifest) -> Path | None:
    """Move what a backup replaces into a folder of its own; return it, if there was anything."""
    database = [file.with_name(file.name + end) for end in ("", "-wal", "-shm")]
    others = [folder / name.removeprefix(FILES) for name in manifest.files if _is_below(name)]
    there = [path for path in (*database, *others) if path.exists()]
    if not there:
        return None
    aside = _fresh(folder / f"{BEFORE}{now():%Y%m%d-%H%M%S}")
    for path in there:
        inside = path.relative_to(folder) if path.is_relative_to(folder) else Path(path.name)
        (aside / inside).parent.mkdir(parents=True, exist_ok=True)
        path.replace(aside / inside)
    return aside


def _is_below(name: str) -> bool:
    return name.startswith(FILES)


def _fresh(folder: Path) -> Path:
    """Make a folder that was not there, under this name or the next free one."""
    names: Iterable[Path] = (folder.with_name(f"{folder.name}-{n}") for n in range(2, 1000))
    for name in (folder, *names):
        with suppress(FileExistsError):
            name.mkdir(mode=0o700)
            return name
    raise FileExistsError(str(folder))
