"""Small pictures that were made to cost their reader much."""

import io
import struct
import zlib
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

# Made by Pillow (speed=10, quality=10), which works on so many pixels for seconds.
NAVY_AVIF = Path(__file__).with_name("navy_8000x8000.avif")


@cache
def _progressive_jpeg(side: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (side, side), "navy").save(file, "JPEG", progressive=True, quality=50)
    return file.getvalue()


def many_scans(scans: int, side: int = 2000) -> bytes:
    """Make a progressive JPEG that repeats its last scan; every scan visits the whole picture."""
    data = _progressive_jpeg(side)
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * scans + data[-2:]


def many_exif_segments(segments: int) -> bytes:
    """Make a JPEG with very many tiny Exif segments, which Pillow joins one by one."""
    file = io.BytesIO()
    Image.new("RGB", (16, 16)).save(file, "JPEG")
    data = file.getvalue()
    body = b"Exif\0\0" + b"x" * 200
    segment = b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    return data[:2] + segment * segments + data[2:]


def png_chunk(kind: bytes, body: bytes = b"") -> bytes:
    """Return a chunk of a PNG."""
    check = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)


def many_chunks(chunks: int) -> bytes:
    """Make a PNG with very many empty chunks."""
    file = io.BytesIO()
    Image.new("RGB", (16, 16)).save(file, "PNG")
    data = file.getvalue()
    after_header = 8 + 25
    return data[:after_header] + png_chunk(b"prVt") * chunks + data[after_header:]


def lying_avif(said: int = 100) -> bytes:
    """Return an AVIF of 8000 x 8000 pixels whose container says that its picture is small."""
    data = bytearray(NAVY_AVIF.read_bytes())
    at = data.index(b"ispe") + 8
    assert data[at : at + 8] == struct.pack(">II", 8000, 8000)
    data[at : at + 8] = struct.pack(">II", said, said)
    return bytes(data)


def tiny_webp(width: int = 16383, height: int = 16383) -> bytes:
    """Make a lossless WebP of one colour: a few dozen bytes, whatever its size."""
    file = io.BytesIO()
    Image.new("RGB", (64, 64), "navy").save(file, "WEBP", lossless=True)
    data = bytearray(file.getvalue())
    at = data.index(b"VP8L") + 9
    bits = int.from_bytes(data[at : at + 4], "little")
    bits = bits >> 28 << 28 | (height - 1) << 14 | (width - 1)
    data[at : at + 4] = bits.to_bytes(4, "little")
    return bytes(data)


def slow_png(side: int = 7000) -> bytes:
    """Make a PNG that is honest and takes a while: nothing about it is out of the ordinary."""
    file = io.BytesIO()
    pixels = np.zeros((side, side, 3), np.uint8)
    Image.fromarray(pixels).save(file, "PNG", compress_level=1)
    return file.getvalue()


def large_png(number: int, side: int = 7000, size: int = 14_000_000) -> bytes:
    """Make an honest PNG with nearly as many pixels and bytes as are read; each number another."""
    file = io.BytesIO()
    pixels = np.zeros((side, side, 3), np.uint8)
    pixels[0, 0] = number
    Image.fromarray(pixels).save(file, "PNG", compress_level=1)
    return file.getvalue().ljust(size, b"x")
