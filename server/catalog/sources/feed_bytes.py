"""The bytes of a feed: unpacked from gzip or zip, and never more than a maximum of them.

The packing is recognised by its first bytes, whatever the file is called. A packed file of a
few kilobytes can unpack to terabytes, so the unpacked bytes are counted as they are read.
"""

import gzip
import io
import zipfile
import zlib
from typing import BinaryIO, cast

from server.catalog.sources.product import SourceError

# Bytes read at a time.
PIECE = 16 * 1024
# A feed that is packed twice, such as a gzip file in a zip archive, is still unpacked.
_MOST_LAYERS = 2
_MOST_FILES_IN_ZIP = 1000
# The archive's list of files is read into memory as a whole, and takes ten times its size there.
_ZIP_LIST_BYTES = 2**20
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
# Files that systems add to archives.
_NO_FEED_IN_ZIP = ("__MACOSX/", ".DS_Store", "Thumbs.db")


class FeedBytes:
    """A stream of unpacked bytes.

    Args:
        stream: The bytes as they came, plain or packed; it can be sought in.
        most: The most bytes to read, unpacked.

    Raises:
        SourceError: The archive holds no file or several, or is protected by a password.
    """

    def __init__(self, stream: BinaryIO, most: int) -> None:
        self._raw = stream
        self._most = most
        self._count = 0
        try:
            self._stream = _unpacked(stream)
        except (EOFError, OSError, zlib.error) as error:
            raise SourceError(f"The feed cannot be unpacked: {error}.") from error

    @property
    def position(self) -> int:
        """How many of the bytes as they came were read."""
        try:
            return self._raw.tell()
        except ValueError:  # closed
            return 0

    def read(self) -> bytes:
        """Return the next bytes, some kilobytes; none at the end.

        Raises:
            SourceError: There are more bytes than allowed, or they cannot be unpacked.
        """
        try:
            data = self._stream.read(PIECE)
        except (EOFError, OSError, zlib.error, zipfile.BadZipFile) as error:
            raise SourceError(f"The feed cannot be read: {error}.") from error
        self._count += len(data)
        if self._count > self._most:
            raise SourceError(f"The feed is larger than {self._most // 2**20} MiB.")
        return data


def _unpacked(stream: BinaryIO) -> BinaryIO:
    for _ in range(_MOST_LAYERS):
        start = stream.read(4)
        stream.seek(0)
        if start.startswith(_GZIP):
            stream = cast("BinaryIO", gzip.GzipFile(fileobj=stream, mode="rb"))
        elif start in {_ZIP, _EMPTY_ZIP}:
            stream = _only_file(stream)
        else:
            break
    return stream


class _InPieces:
    """A file of which nothing large is read at once.

    Of an archive, only the list of its files would be, before it can be known how many they are.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.seek = stream.seek
        self.tell = stream.tell
        self.seekable = stream.seekable

    def read(self, size: int = -1) -> bytes:
        """Read some bytes, or all that follow.

        Raises:
            SourceError: They are too many.
        """
        most = _ZIP_LIST_BYTES + 1
        data = self._stream.read(min(size, most) if size >= 0 else most)
        if len(data) > _ZIP_LIST_BYTES:
            raise _too_many_files()
        return data


def _too_many_files() -> SourceError:
    return SourceError(f"The zip archive holds more than {_MOST_FILES_IN_ZIP:,} files.")


def _only_file(stream: BinaryIO) -> BinaryIO:
    """Open the one file of a zip archive.

    Raises:
        SourceError: There is none or more than one, or it cannot be opened.
    """
    try:
        archive = zipfile.ZipFile(cast("BinaryIO", _InPieces(stream)))
        names = archive.namelist()
        if "[Content_Types].xml" in names:
            raise SourceError(
                "This is an office document, such as an Excel workbook, not a feed.",
                hint="Save the sheet as CSV, and import that.",
            )
        if len(names) > _MOST_FILES_IN_ZIP:
            raise _too_many_files()
        files = [
            name
            for name in names
            if not name.endswith("/") and not any(part in name for part in _NO_FEED_IN_ZIP)
        ]
        if len(files) != 1:
            raise SourceError(
                f"The zip archive holds {len(files)} files; it should hold one feed.",
                hint="Unpack it, and import the feed itself.",
            )
        return cast("BinaryIO", archive.open(files[0]))
    except RuntimeError as error:  # a password, or a method that Python does not know
        raise SourceError(
            "The zip archive cannot be unpacked: it has a password, or an uncommon packing.",
            hint="Unpack it, and import the feed itself.",
        ) from error
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError) as error:
        raise SourceError(f"The zip archive is damaged: {error}.") from error


def first_bytes(source: FeedBytes) -> bytes:
    """Read as much as tells one format from another, or all there is."""
    data = io.BytesIO()
    while data.tell() < PIECE:
        piece = source.read()
        if not piece:
            break
        data.write(piece)
    return data.getvalue()
