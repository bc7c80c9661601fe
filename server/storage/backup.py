"""Backups: the database as of one moment, the folder beside it, the settings without secrets."""

import sqlite3
import tempfile
from contextlib import closing, suppress
from pathlib import Path

from server.storage.archive import (
    DATABASE,
    FILES,
    SETTINGS,
    BackupError,
    File,
    Manifest,
    write_archive,
)
from server.storage.database import Database
from server.storage.integrity import reading, sound_revision
from server.storage.tables import now

# What was there before a restoration is moved into a folder that begins so.
BEFORE = "before-restore-"
# Settings of a backup that was restored.
RESTORED_SETTINGS = f"restored-{SETTINGS}"
_SECRETS = ("thumbnails.key", "provider-keys.json")


def make_backup(database: Database, folder: Path, settings: str, target: Path) -> Manifest:
    """Write a backup; a server may be running meanwhile.

    Args:
        database: The database, SQLite.
        folder: The folder whose other files belong to it, such as imported weights.
        settings: The settings in TOML, without secrets.
        target: The file to write; it must not exist.

    Raises:
        BackupError: It cannot be made; nothing is left behind.
        DatabaseError: The database cannot be read, or is damaged.
    """
    file = file_of(database)
    if not file.is_file():
        raise BackupError(f"There is no database yet ({file}).", hint="Start the server first.")
    if target.exists():
        raise BackupError(f"{target} exists already.", hint="Give the name of a new file.")
    beside = target.with_name(f".{target.name}.partial")
    try:
        with tempfile.TemporaryDirectory(prefix=".where-to-buy-", dir=target.parent) as scratch:
            copy = Path(scratch) / DATABASE
            revision = _copy_database(file, copy)
            members = {DATABASE: copy, **_files_beside(folder, file)}
            written = Path(scratch) / SETTINGS
            written.write_text(settings, encoding="utf-8")
            members[SETTINGS] = written
            manifest = Manifest(
                made_at=now().isoformat(timespec="seconds"),
                revision=revision,
                files={name: File.of(path) for name, path in members.items()},
            )
            write_archive(beside, manifest, members)
        beside.replace(target)
    except OSError as error:
        raise BackupError(
            f"The backup cannot be written: {error.strerror or error}.",
            hint="Give a file in a folder that you may write to, on a disk with enough room.",
        ) from error
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
    return manifest


def _copy_database(file: Path, copy: Path) -> str:
    """Copy a database as of one moment, check the copy, and return its revision."""
    with reading(file) as connection, closing(sqlite3.connect(copy)) as into:
        connection.backup(into, pages=2000, sleep=0.01)
        into.execute("PRAGMA journal_mode=DELETE")
    return sound_revision(copy, file)


def _files_beside(folder: Path, database: Path) -> dict[str, Path]:
    """Return the files that belong to a backup, by their names in it."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if belongs(name, database) and path.is_file() and not path.is_symlink():
            found[FILES + name] = path
    return found


def belongs(name: str, database: Path) -> bool:
    """Return whether a file beside the database belongs to a backup.

    Left out: the database itself, the reserve, what was moved aside, and secrets: the key of the
    thumbnails' addresses, which is made again where it is missing, and the keys of providers.

    Args:
        name: Relative to the folder, with slashes.
        database: The database's file.
    """
    first = name.split("/", 1)[0]
    return not first.startswith((database.name, ".", BEFORE)) and first not in {
        database.with_suffix(".reserve").name,
        RESTORED_SETTINGS,
        *_SECRETS,
    }


def file_of(database: Database) -> Path:
    """Return the file of a database.

    Raises:
        BackupError: A server has it.
    """
    if database.file is None:
        raise BackupError(
            "The database is not a file of this program's.",
            hint="Back it up with its own tools, such as pg_dump.",
        )
    return database.file
