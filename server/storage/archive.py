"""The file of a backup: a tar whose first member lists the others with their SHA-256.

So nothing is restored that was damaged or cut off meanwhile.
"""

import hashlib
import io
import os
import tarfile
from pathlib import Path, PurePosixPath
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from model.errors import WhereToBuyError

MANIFEST: Final = "backup.json"
DATABASE: Final = "database.sqlite3"
SETTINGS: Final = "where-to-buy.toml"
# Below this folder of the archive lies what lay beside the database.
FILES: Final = "files/"
_PIECE = 2**20
_LARGEST_MANIFEST = 2**20


class BackupError(WhereToBuyError):
    """A backup cannot be made, or not be restored."""

    code = "backup-failed"


class BadBackupError(BackupError):
    """The file is no backup of this program, or a damaged one."""

    code = "bad-backup"


class File(BaseModel):
    """One member."""

    model_config = ConfigDict(frozen=True)

    bytes: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")

    @classmethod
    def of(cls, path: Path) -> "File":
        """Describe a file."""
        digest = hashlib.sha256()
        with path.open("rb") as stream:
            while piece := stream.read(_PIECE):
                digest.update(piece)
        return cls(bytes=path.stat().st_size, sha256=digest.hexdigest())


class Manifest(BaseModel):
    """What a backup holds."""

    model_config = ConfigDict(frozen=True)

    format: Literal[1] = 1
    made_at: str
    # Of the tables: the number of the newest migration.
    revision: str = Field(pattern="^[0-9]{4}$")
    files: dict[str, File]


def write_archive(target: Path, manifest: Manifest, members: dict[str, Path]) -> None:
    """Write a backup's file, readable by its owner alone, and wait until it is on the disk."""
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        with tarfile.open(fileobj=stream, mode="w") as archive:
            text = manifest.model_dump_json(indent=1).encode()
            entry = tarfile.TarInfo(MANIFEST)
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text))
            for name, path in members.items():
                entry = tarfile.TarInfo(name)
                entry.size = manifest.files[name].bytes
                with path.open("rb") as content:
                    archive.addfile(entry, content)
        stream.flush()
        os.fsync(stream.fileno())


def read_archive(source: Path, into: Path) -> Manifest:
    """Unpack a backup into a folder, and check every member.

    Raises:
        BadBackupError: It is damaged, or no backup.
        OSError: It cannot be read, or not be unpacked.
    """
    try:
        with tarfile.open(source, mode="r:") as archive:
            manifest = _manifest(archive)
            for name, expected in manifest.files.items():
                _unpack(archive, name, expected, into)
    except FileNotFoundError as error:
        raise BadBackupError(f"There is no file {source}.", hint="Give a backup.") from error
    except (tarfile.TarError, KeyError, EOFError, ValidationError) as error:
        raise bad_backup(f"{source} is no backup of this program, or is damaged.") from error
    return manifest


def _manifest(archive: tarfile.TarFile) -> Manifest:
    first = archive.next()
    stream = archive.extractfile(first) if first is not None and first.isfile() else None
    if first is None or stream is None or first.name != MANIFEST or first.size > _LARGEST_MANIFEST:
        raise bad_backup("The file is no backup of this program.")
    manifest = Manifest.model_validate_json(stream.read())
    for name in manifest.files:
        if not _stays_below(name) and name not in (DATABASE, SETTINGS):
            raise bad_backup(f"The backup holds {name!r}, which belongs to none.")
    if not {DATABASE, SETTINGS} <= set(manifest.files):
        raise bad_backup("The backup is not complete.")
    return manifest


def _stays_below(name: str) -> bool:
    """Return whether a name stays below `FILES` on this system, however it is joined."""
    rest = name.removeprefix(FILES)
    path = Path(rest)
    return (
        name == FILES + PurePosixPath(rest).as_posix()
        and bool(path.parts)
        and not path.anchor
        and ".." not in path.parts
        and "\0" not in name
    )


def _unpack(archive: tarfile.TarFile, name: str, expected: File, scratch: Path) -> None:
    entry = archive.getmember(name)
    stream = archive.extractfile(entry) if entry.isfile() else None
    if stream is None or entry.size != expected.bytes:
        raise bad_backup(f"{name} in the backup is not as long as it was.")
    place = scratch / name
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("wb") as into:
        place.chmod(0o600)
        while piece := stream.read(_PIECE):
            into.write(piece)
        into.flush()
        os.fsync(into.fileno())
    if File.of(place) != expected:
        raise bad_backup(f"{name} in the backup was changed or damaged.")


def bad_backup(what: str) -> BadBackupError:
    """Return the error for a backup that must not be restored."""
    return BadBackupError(what, hint="Nothing was changed. Take another backup.")
