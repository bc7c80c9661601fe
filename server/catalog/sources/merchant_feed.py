"""Feeds of products in any format that is read, as a stream.

A feed may have hundreds of megabytes and comes from a stranger: only the row at hand is in
memory, and the number of its bytes and rows is limited.
"""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import chain
from typing import BinaryIO

from server.catalog.sources.exports import GIVE, WITHOUT_ADDRESS
from server.catalog.sources.feed_bytes import FeedBytes, first_bytes
from server.catalog.sources.feed_format import FeedFormat, check_binary, recognise
from server.catalog.sources.feed_text import decoded, encoding_of, lines
from server.catalog.sources.json_document import document_rows
from server.catalog.sources.json_feed import json_rows
from server.catalog.sources.product import BrokenItemError, Row, SourceError, SourceProduct
from server.catalog.sources.rows import read_rows
from server.catalog.sources.source import Form, Item
from server.catalog.sources.table_feed import is_preamble, read_header, records, table_rows
from server.catalog.sources.xml_feed import XmlFeed

MAX_FEED_BYTES = 512 * 2**20


class MerchantFeed:
    """The products of a feed, in its order.

    Iterating yields a `SourceProduct`, or a `BrokenItemError` (as a value) for a row that
    cannot be used.

    Args:
        stream: The feed's bytes, plain or packed; it can be sought in.
        base: The address it came from; None for a local file.
        currency: The ISO 4217 code of prices that name none; None if that is not known.
        site: The shop's address, for feeds without links (Shopify's export); None if that is
            not known.
        max_bytes: The most bytes to read, unpacked.

    Raises:
        SourceError: At once or while iterating: the file is not a feed, breaks off or is too
            large.
    """

    def __init__(
        self,
        stream: BinaryIO,
        base: str | None,
        *,
        currency: str | None = None,
        site: str | None = None,
        max_bytes: int = MAX_FEED_BYTES,
    ) -> None:
        self._bytes = FeedBytes(stream, max_bytes)
        self._base = base
        self._currency = currency
        self._site = site
        self._xml: XmlFeed | None = None

    @property
    def title(self) -> str | None:
        """The shop's name in the feed; known once the first product was read."""
        return self._xml.title if self._xml is not None else None

    @property
    def bytes_read(self) -> int:
        """The bytes read so far, as they came; some kilobytes ahead of the current product."""
        return self._bytes.position

    def __iter__(self) -> Iterator[SourceProduct | BrokenItemError]:
        """Read the rows one by one."""
        return read_rows(self._rows(), self._base, self._currency)

    def _rows(self) -> Iterable[Row | BrokenItemError]:
        start = first_bytes(self._bytes)
        check_binary(start)
        pieces = chain([start], iter(self._bytes.read, b""))
        text = decoded(pieces, encoding_of(start))
        # Blank lines before an XML declaration are not allowed, and common.
        first = next((piece for piece in text if piece.strip()), "").lstrip()
        form = recognise(first)
        text = chain([first], text)
        if form is FeedFormat.XML:
            self._xml = XmlFeed(text)
            return self._xml
        if form is FeedFormat.JSON_LINES:
            return json_rows(lines(text))
        if form is FeedFormat.JSON_DOCUMENT:
            return document_rows(text, self._site)
        return self._table(lines(text))

    def _table(self, found: Iterator[str]) -> Iterable[Row | BrokenItemError]:
        header = read_header(next((line for line in found if not is_preamble(line)), ""))
        if header is None:  # longer than what the format was recognised by
            raise SourceError("The first line of the table is not that of a product feed.")
        if header.export is None:
            return table_rows(found, header)
        if self._site is None or self._currency is None:
            raise SourceError(WITHOUT_ADDRESS.format(header.export.title), hint=GIVE)
        return header.export.rows(records(found, header), header.names, self._site)


class FeedSource:
    """A feed as the products of a shop.

    Args:
        stream: Its bytes, plain or packed; it can be sought in.
        base: The address it came from; None for a local file.
        size: How many bytes there are.
        currency: As for `MerchantFeed`.
        site: As for `MerchantFeed`.
    """

    form = Form.FEED

    def __init__(
        self,
        stream: BinaryIO,
        base: str | None,
        size: int,
        currency: str | None = None,
        site: str | None = None,
    ) -> None:
        self._stream = stream
        self._size = size
        self._open = partial(MerchantFeed, stream, base, currency=currency, site=site)
        self._feed = self._open()

    @property
    def title(self) -> str | None:
        """The shop's name in the feed."""
        return self._feed.title

    @property
    def part(self) -> float | None:
        """How much of it was read."""
        return min(1.0, self._feed.bytes_read / self._size) if self._size else 1.0

    @property
    def start(self) -> str:
        """Its first characters, which say what it is; reading begins at the start again."""
        self._stream.seek(0)
        try:
            start = first_bytes(FeedBytes(self._stream, MAX_FEED_BYTES))
            return next(decoded([start], encoding_of(start)), "")
        except SourceError:
            return ""
        finally:
            # A feed that is unpacked has read ahead, from where the stream was.
            self._stream.seek(0)
            self._feed = self._open()

    def __iter__(self) -> Iterator[Item]:
        """Read the rows one by one."""
        return iter(self._feed)
