"""A history's file, opened as if somebody had made it to do harm.

A ZIP may claim any size, name its members anything, hold a thousand of one name, or unpack a
few kilobytes into gigabytes. Here nothing is unpacked onto the disk, each member is read on its
own and only as far as its limit, and names that are not ours are refused.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from pydantic import ValidationError

from server.moving.document import COPIES, DOCUMENT, LOOKS, BadHistoryFileError, HistoryDocument

# Of the document as it is unpacked, of one picture, and of all members as they claim.
DOCUMENT_BYTES = 64 * 2**20
PICTURE_BYTES = 15 * 2**20
ALL_BYTES = 4 * 2**30
MOST_MEMBERS = 50_000
_NAME = re.compile(rf"{DOCUMENT}|{LOOKS}[0-9a-f]{{32}}\.jpg|{COPIES}[0-9a-f]{{64}}\.jpg")
_WAYS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_ENCRYPTED = 0x1
# JSON is made smaller by ten to twenty times; what grows more is no history.
_MOST_GROWTH = 200


class HistoryFile:
    """A file that was opened, and looks like a history's."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        """Check what the file says that it holds.

        Raises:
            BadHistoryFileError: It is something else, or breaks a limit.
        """
        self._archive = archive
        members = archive.infolist()
        if len(members) > MOST_MEMBERS:
            raise BadHistoryFileError("it holds too many files")
        self._members = {member.filename: member for member in members}
        if len(self._members) != len(members):
            raise BadHistoryFileError("it holds several files of one name")
        if sum(member.file_size for member in members) > ALL_BYTES:
            raise BadHistoryFileError("it is too large")
        for member in members:
            _check(member)
        if DOCUMENT not in self._members:
            raise BadHistoryFileError("it is not the history of this program")

    def document(self) -> HistoryDocument:
        """Return what it holds besides pictures.

        Raises:
            BadHistoryFileError: It breaks the form, or a limit.
        """
        try:
            return HistoryDocument.model_validate_json(self._read(DOCUMENT, DOCUMENT_BYTES))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            place = ".".join(str(part) for part in first["loc"])
            raise BadHistoryFileError(f"{place}: {first['msg']}") from error
        except RecursionError as error:
            raise BadHistoryFileError("it is too deep") from error

    def picture(self, name: str) -> bytes | None:
        """Return the bytes of a picture, whatever they are; None if there is none.

        Raises:
            BadHistoryFileError: It is larger than it says, or damaged.
        """
        return self._read(name, PICTURE_BYTES) if name in self._members else None

    def _read(self, name: str, most: int) -> bytes:
        member = self._members[name]
        try:
            with self._archive.open(member) as stream:
                data = stream.read(min(most, member.file_size) + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError) as error:
            raise BadHistoryFileError(f"{name} is damaged") from error
        if len(data) > most:
            raise BadHistoryFileError(f"{name} is too large")
        return data


@contextmanager
def opened(stream: IO[bytes]) -> Iterator[HistoryFile]:
    """Open a history's file.

    Raises:
        BadHistoryFileError: It is something else, is damaged, or breaks a limit.
    """
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, OSError, ValueError, OverflowError) as error:
        raise BadHistoryFileError("it is no ZIP file, or is damaged") from error
    with archive:
        yield HistoryFile(archive)


def _check(member: zipfile.ZipInfo) -> None:
    name = member.filename
    if not _NAME.fullmatch(name):
        raise BadHistoryFileError("it holds files that are not of a history")
    if member.flag_bits & _ENCRYPTED or member.compress_type not in _WAYS:
        raise BadHistoryFileError("it is packed in a way that is not read")
    most = DOCUMENT_BYTES if name == DOCUMENT else PICTURE_BYTES
    if member.file_size > most:
        raise BadHistoryFileError(f"{name} is too large")
    if member.file_size > _MOST_GROWTH * max(member.compress_size, 1024):
        raise BadHistoryFileError(f"{name} grows too much")
