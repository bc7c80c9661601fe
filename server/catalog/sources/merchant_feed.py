"""Google Merchant feeds in RSS 2.0 or Atom, read as a stream.

Format: https://support.google.com/merchants/answer/14987622. The file is a stranger's: a
document type, entities, deep nesting and endless entries are refused, and never more than one
entry of it is in memory.
"""

import gzip
import io
import zlib
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from server.catalog.sources.merchant_item import read_item
from server.catalog.sources.product import BrokenItemError, SourceError, SourceProduct
from server.goods.safe_text import clean_text

MAX_FEED_BYTES = 512 * 2**20
MAX_ITEMS = 500_000
MAX_DEPTH = 32
MAX_ELEMENTS_IN_ITEM = 2000
_ENTRIES = frozenset({"item", "entry"})


class MerchantFeed:
    """The products of a feed, in its order.

    Iterating yields a `SourceProduct`, or a `BrokenItemError` (as a value) for an entry that
    cannot be used.

    Args:
        stream: The feed's bytes, plain or gzipped.
        base: The address it came from; None for a local file.
        max_bytes: The most bytes to read, unpacked.

    Raises:
        SourceError: While iterating: the file is not a feed, breaks off, is too large, or has
            what no feed needs (a document type, entities, endless nesting).
    """

    def __init__(
        self, stream: BinaryIO, base: str | None, *, max_bytes: int = MAX_FEED_BYTES
    ) -> None:
        self._stream = _Capped(_unpacked(stream), max_bytes)
        self._base = base
        # The shop's name in the feed; known once the first product was read.
        self.title: str | None = None

    @property
    def bytes_read(self) -> int:
        """The unpacked bytes read so far, some kilobytes ahead of the current product."""
        return self._stream.count

    def __iter__(self) -> Iterator[SourceProduct | BrokenItemError]:
        """Read the entries one by one."""
        try:
            yield from self._entries()
        except DefusedXmlException as error:
            raise SourceError(
                "The feed has a document type or entities, which no feed needs.",
                hint="Such a file can be an attack. Ask the shop for a plain RSS or Atom feed.",
            ) from error
        except ParseError as error:
            raise SourceError(
                f"The feed is not well-formed XML (line {error.position[0]}).",
                hint="Check that the address or file is a Google Merchant feed in RSS or Atom.",
            ) from error
        except (ValueError, LookupError, EOFError, OSError, zlib.error) as error:
            # An encoding that Python does not know, a damaged gzip file, a failing disk.
            raise SourceError(f"The feed cannot be read: {error}.") from error

    def _entries(self) -> Iterator[SourceProduct | BrokenItemError]:
        path: list[Element] = []
        elements = count = 0
        inside = False
        for event, element in iterparse(self._stream, events=("start", "end"), forbid_dtd=True):
            if event == "start":
                path.append(element)
                elements += 1
                inside = inside or _name(element) in _ENTRIES
                if len(path) > MAX_DEPTH or (inside and elements > MAX_ELEMENTS_IN_ITEM):
                    raise SourceError("An entry of the feed is nested or long without end.")
                continue
            path.pop()
            if _name(element) in _ENTRIES and not any(_name(up) in _ENTRIES for up in path):
                count += 1
                if count > MAX_ITEMS:
                    raise SourceError(f"The feed has more than {MAX_ITEMS:,} entries.")
                yield self._product(element)
                inside = False
            elif not inside:
                self._note_title(element, path)
            if not inside:
                elements = 0
                if path:  # removed from the tree, so that it does not grow with the file
                    path[-1].remove(element)
        if not count and not self._is_feed:
            raise SourceError(
                "The file is XML, but no RSS or Atom feed.",
                hint="Give the address or file of a Google Merchant feed.",
            )

    _is_feed = False

    def _note_title(self, element: Element, path: list[Element]) -> None:
        if _name(element) in {"channel", "feed", "rss"}:
            self._is_feed = True
        inside_channel = bool(path) and _name(path[-1]) in {"channel", "feed"}
        if self.title is None and inside_channel and _name(element) == "title":
            self.title = clean_text("".join(element.itertext()))

    def _product(self, entry: Element) -> SourceProduct | BrokenItemError:
        fields: dict[str, list[str]] = {}
        for child in entry:
            name = _name(child)
            # Atom has <link href="..."/>; that of the page has rel="alternate" or none.
            if name == "link" and child.get("href"):
                if child.get("rel", "alternate") == "alternate":
                    fields.setdefault(name, []).append(child.get("href", ""))
                continue
            fields.setdefault(name, []).append("".join(child.itertext()))
        try:
            return read_item(fields, self._base)
        except BrokenItemError as error:
            return error


def _name(element: Element) -> str:
    """Return an element's name without its namespace, which shops misspell."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


class _Capped(io.RawIOBase):
    """A stream that counts its bytes and refuses to return more than a maximum."""

    def __init__(self, stream: BinaryIO, most: int) -> None:
        self._stream = stream
        self._most = most
        self.count = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        del size  # always a fixed piece
        data = self._stream.read(16 * 1024)
        self.count += len(data)
        if self.count > self._most:
            raise SourceError(f"The feed is larger than {self._most // 2**20} MiB.")
        return data


def _unpacked(stream: BinaryIO) -> BinaryIO:
    """Unpack a stream that begins as gzip does, whatever its name."""
    start = stream.read(2)
    joined = io.BufferedReader(_Rest(start, stream))
    if start == b"\x1f\x8b":
        return gzip.GzipFile(fileobj=joined, mode="rb")  # type: ignore[return-value]
    return joined


class _Rest(io.RawIOBase):
    """A stream with its first bytes, which were read already, put back."""

    def __init__(self, start: bytes, stream: BinaryIO) -> None:
        self._start = start
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview, /) -> int:  # type: ignore[override]
        data, self._start = self._start, b""
        data = data or self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
