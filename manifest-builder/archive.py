"""Zips that are the same bytes from the same files, wherever they are made."""

import zipfile
from pathlib import Path

# The earliest that a zip can say.
_TIME = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_FILE_MODE = 0o100644


def write_zip(folder: Path, target: Path) -> None:
    """Write a folder's files into a zip.

    They are not compressed: each version of zlib would make other bytes, and the largest file is a
    few kilobytes.
    """
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*")}
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(name for name, path in files.items() if path.is_file()):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.create_system = _UNIX
            entry.external_attr = _FILE_MODE << 16
            archive.writestr(entry, files[name].read_bytes())
