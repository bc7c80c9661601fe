"""Feeds in XML: RSS 2.0 and Atom, read as a stream.

Format: https://support.google.com/merchants/answer/14987622. The file is a stranger's: a
document type, entities, deep nesting and endless entries are refused, and never more than one
entry of it is in memory.
"""

from collections.abc import Iterable, Iterator
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesImpl

from defusedxml import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from server.catalog.sources.field_names import (
    SHIPPING,
    SHOP_FIELDS,
    collect,
    plain_name,
    shipping_text,
)
from server.catalog.sources.product import BrokenItemError, Row, SourceError
from server.catalog.sources.xml_repair import repair
from server.catalog.sources.xml_split import Part, PartKind, split
from server.goods.safe_text import clean_text

MAX_DEPTH = 32
MAX_ELEMENTS_IN_ITEM = 2000
# Entries after which a feed without anything for sale is taken for a blog's.
_ENTRIES_OF_A_BLOG = 30
_LONGEST_SHOP_NAME = 2000
_REPAIRED = "a bare “&” or “<”, an unknown entity or a forbidden character"
_NOT_WELL_FORMED = "not well-formed XML"
_ENDLESS = "An entry of the feed is nested or long without end."
# An empty name is that of a file that breaks off within its first tag.
_ROOTS = frozenset({"", "rss", "feed", "channel", "rdf"})
_OTHER_ROOTS = {"urlset": "a sitemap", "sitemapindex": "a list of sitemaps"}


class XmlFeed:
    """The rows of a feed, in its order.

    Iterating yields a `Row`, or a `BrokenItemError` (as a value) for an entry that is not
    well-formed.

    Args:
        pieces: The feed's text.

    Raises:
        SourceError: While iterating: it is not a feed, sells nothing, breaks off, or has what
            no feed needs (a document type, entities, endless nesting).
    """

    def __init__(self, pieces: Iterable[str]) -> None:
        self._pieces = pieces
        self._frame = _Frame()
        self._parser = DefusedExpatParser(forbid_dtd=True)
        self._parser.setContentHandler(self._frame)
        # Where what is around the entries is not well-formed.
        self._fault: int | None = None

    @property
    def title(self) -> str | None:
        """The shop's name in the feed; known once the first row was read."""
        return clean_text("".join(self._frame.title)) if self._frame.title else None

    def __iter__(self) -> Iterator[Row | BrokenItemError]:
        """Read the entries one by one."""
        try:
            yield from self._rows()
        except DefusedXmlException as error:
            raise SourceError(
                "The feed has a document type or entities, which no feed needs.",
                hint="Such a file can be an attack. Ask the shop for a plain RSS or Atom feed.",
            ) from error

    def _rows(self) -> Iterator[Row | BrokenItemError]:
        held: list[Row | BrokenItemError] | None = []
        count = 0
        for part in split(self._pieces):
            if part.kind is PartKind.AROUND:
                self._parse(repair(part.text))
                continue
            if part.kind is PartKind.OPAQUE:
                self._parse(part.text)
                continue
            if part.kind is PartKind.CUT_ENTRY:
                _check_limits(part.text)
                self._note_fault()
                break
            self._parse("\n" * part.text.count("\n"))  # so that the lines are counted
            count += 1
            row = _row(part)
            if held is None:
                yield row
                continue
            # Nothing is yielded before it is certain that these are products.
            held.append(row)
            if isinstance(row, Row) and SHOP_FIELDS & row.fields.keys():
                yield from held
                held = None
            elif len(held) >= _ENTRIES_OF_A_BLOG:
                raise _blog(len(held))
        self._parse("", last=True)
        if held and any(isinstance(row, Row) for row in held):
            raise _blog(len(held))
        yield from held or ()
        if not count and self._frame.root not in _ROOTS:
            what = _OTHER_ROOTS.get(self._frame.root, f"it begins with <{self._frame.root[:40]}>")
            raise SourceError(
                f"The file is XML, but no RSS or Atom feed: {what}.",
                hint="Give the address or file of a Google Merchant feed.",
            )
        if self._fault is not None:
            raise SourceError(
                f"The feed breaks off, or is not well-formed XML (line {self._fault}).",
                hint="Ask the shop for a whole feed, or download it again.",
            )

    def _parse(self, text: str, *, last: bool = False) -> None:
        """Parse what is around the entries; a fault there costs no entry that follows."""
        if self._fault is not None:
            return
        try:
            if last:
                self._parser.close()
            else:
                self._parser.feed(text)
        except SAXParseException:
            self._note_fault()

    def _note_fault(self) -> None:
        if self._fault is None:
            self._fault = self._parser.getLineNumber() or 1


def _blog(entries: int) -> SourceError:
    return SourceError(
        f"This is RSS or Atom, but sells nothing: none of the {entries:,} entries read has a "
        "price, a picture or anything else of a product. It looks like a blog or news.",
        hint="Give the address or file of the shop's Google Merchant feed.",
    )


def _row(part: Part) -> Row | BrokenItemError:
    """Read an entry's fields; one that is not well-formed is repaired first, if it can be."""
    if part.kind is not PartKind.ENTRY:
        end = "start" if part.kind is PartKind.STRAY_END else "end"
        return _broken(part.text, f"the {end} of the entry is missing")
    try:
        try:
            return Row(_fields(part.text))
        except SAXParseException:
            return Row(_fields(repair(part.text)), _REPAIRED)
    except (SAXParseException, DefusedXmlException):
        return _broken(part.text, _NOT_WELL_FORMED)
    except BrokenItemError as error:
        return error


def _broken(text: str, reason: str) -> BrokenItemError:
    # An entry of nothing but tags is shown by their names.
    start = clean_text(text, 60) or clean_text(text.replace("<", " "), 60) or ""
    return BrokenItemError(
        f"An item cannot be read, {reason}: “{start}”.", reason=reason, example=f"“{start}”"
    )


def _fields(text: str) -> dict[str, list[str]]:
    """Parse one entry.

    Raises:
        SAXParseException: It is not well-formed.
        BrokenItemError: It is nested too deep, or has too many elements.
    """
    handler = _Entry()
    parser = DefusedExpatParser(forbid_dtd=True)
    parser.setContentHandler(handler)
    parser.feed(text)
    parser.close()
    return collect(handler.pairs)


def _check_limits(text: str) -> None:
    """Raise `SourceError` if the entry that a file ends in is hostile, not just cut."""
    try:
        _fields(text)
    except BrokenItemError as error:
        raise SourceError(_ENDLESS) from error
    except (SAXParseException, DefusedXmlException):
        pass


class _Frame(ContentHandler):
    """What is around the entries: the first element, and the shop's name."""

    def __init__(self) -> None:
        super().__init__()
        self.root = ""
        self.title: list[str] = []
        self._path: list[str] = []
        self._titled = False

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        del attrs
        self._path.append(name.rpartition(":")[2].lower()[:100])
        self.root = self.root or self._path[0]
        if len(self._path) > MAX_DEPTH:
            raise SourceError(_ENDLESS)

    def endElement(self, name: str) -> None:  # noqa: N802
        del name
        self._titled = self._titled or (self._path[-1] == "title" and bool(self.title))
        self._path.pop()

    def characters(self, content: str) -> None:
        if self._titled or self._path[-1] != "title" or len(self._path) < 2:
            return
        if self._path[-2] in {"channel", "feed"} and len(self.title) < _LONGEST_SHOP_NAME:
            self.title.append(content)


class _Entry(ContentHandler):
    """The names and texts of an entry's children."""

    def __init__(self) -> None:
        super().__init__()
        self.pairs: list[tuple[str, str]] = []
        self._depth = 0
        self._elements = 0
        self._text: list[str] = []
        self._part: list[str] = []
        self._parts: dict[str, str] = {}
        self._link: str | None = None

    def startElement(self, name: str, attrs: AttributesImpl) -> None:  # noqa: N802
        self._depth += 1
        self._elements += 1
        if self._depth > MAX_DEPTH or self._elements > MAX_ELEMENTS_IN_ITEM:
            raise BrokenItemError(_ENDLESS, reason="nested or long without end")
        if self._depth == 3:
            self._part = []
        if self._depth == 2:
            self._text, self._parts = [], {}
            # Atom has <link href="..."/>; that of the page has rel="alternate" or none.
            href = attrs.get("href") if name.rpartition(":")[2].lower() == "link" else None
            self._link = None
            if href:
                self._link = href if attrs.get("rel", "alternate") == "alternate" else ""

    def endElement(self, name: str) -> None:  # noqa: N802
        if self._depth == 3:
            self._parts.setdefault(plain_name(name), "".join(self._part).strip())
        if self._depth == 2:
            if self._parts and plain_name(name) == SHIPPING:
                self.pairs.append((name, shipping_text(self._parts)))
            elif self._link is None:
                self.pairs.append((name, "".join(self._text)))
            elif self._link:
                self.pairs.append((name, self._link))
        self._depth -= 1

    def characters(self, content: str) -> None:
        if self._depth >= 2:
            self._text.append(content)
        if self._depth >= 3:
            self._part.append(content)
