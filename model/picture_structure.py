"""How a picture file is put together, checked in milliseconds before a decoder sees it.

Some files are small, valid and yet cost minutes: what takes the time is not their pixels but
the number of pieces that they are cut into. No camera, editor or shop comes near these limits.
"""

import struct
from collections.abc import Iterator
from typing import Final

from model.errors import PictureError

# A progressive JPEG has about 10 scans, and at most 64 in the scripts that optimisers try. Each
# one is decoded over the whole picture. Thumbnails inside of the file count as well.
MAX_SCANS: Final = 150
# Pillow appends one Exif segment to the next, which takes quadratic time.
MAX_EXIF_SEGMENTS: Final = 32
# An ICC profile has up to 255 segments; extended XMP one for every 64 KiB of the file.
MAX_SEGMENTS: Final = 1000
# 15 MiB in pieces of 4 KiB are 3,840; Pillow reads each in Python.
MAX_CHUNKS: Final = 8192

_SOI: Final = b"\xff\xd8"
_SOS: Final = 0xDA
_SCAN: Final = b"\xff\xda"
_EXIF: Final = b"Exif\0\0"
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_WEBP_BITS: Final = 14


def check_structure(data: bytes) -> None:
    """Refuse a file in so many pieces that decoding it would take very long.

    Raises:
        PictureError: It is such a file.
    """
    if data.startswith(_SOI):
        # In compressed data 0xFF is followed by 0 or a restart marker, so that counting bytes
        # counts scans.
        if data.count(_SCAN) > MAX_SCANS:
            raise _in_pieces(f"more than {MAX_SCANS} scans")
        if data.count(_EXIF) > MAX_EXIF_SEGMENTS or _more_than(MAX_SEGMENTS, _segments(data)):
            raise _in_pieces("too many segments")
    elif data.startswith(_PNG) and _more_than(MAX_CHUNKS, _chunks(data)):
        raise _in_pieces(f"more than {MAX_CHUNKS} chunks")


def webp_size(data: bytes) -> tuple[int, int] | None:
    """Return the width and height that a WebP file says it has; None if it is none.

    libwebp reserves memory for all pixels as soon as it opens a file, so the size has to be
    known earlier. (RFC 9649, sections 2.5 to 2.7.)
    """
    kind, body = data[12:16], data[20:30]
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(body) < 10:
        return None
    if kind == b"VP8X":
        return (
            1 + int.from_bytes(body[4:7], "little"),
            1 + int.from_bytes(body[7:10], "little"),
        )
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        mask = (1 << _WEBP_BITS) - 1
        return 1 + (bits & mask), 1 + (bits >> _WEBP_BITS & mask)
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", body[6:10])
        mask = (1 << _WEBP_BITS) - 1
        return width & mask, height & mask
    return None


def _segments(data: bytes) -> Iterator[int]:
    """Yield the marker of each segment of a JPEG before its first scan."""
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != _SOS:
        yield data[at + 1]
        if data[at + 1] == 0xFF:
            at += 1  # a fill byte
            continue
        at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))


def _chunks(data: bytes) -> Iterator[int]:
    """Yield the length of each chunk of a PNG."""
    at = len(_PNG)
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        yield length
        if data[at + 4 : at + 8] == b"IEND":
            return  # whatever follows is not read
        at += 12 + length


def _more_than(most: int, pieces: Iterator[int]) -> bool:
    return any(number >= most for number, _ in enumerate(pieces))


def _in_pieces(what: str) -> PictureError:
    return PictureError(
        f"The picture file has {what} and would take too long to read.",
        hint="Save it again as a plain JPEG or PNG.",
    )
