"""Which format a file is in, by its content: shops name their feeds as they please."""

import re
from enum import Enum, auto

from model.picture import media_type
from server.catalog.sources.field_names import known_name
from server.catalog.sources.json_document import may_list_products
from server.catalog.sources.json_feed import read_object
from server.catalog.sources.product import SourceError
from server.catalog.sources.table_feed import is_preamble, read_header
from server.goods.safe_text import clean_text

_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|title|meta|div|script|style|form|table|p|h1)\b",
    re.IGNORECASE,
)
# What may stand before the first element.
_BEFORE_ROOT = re.compile(r"(?:\s|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_LONGEST_NAMES = 150
_BINARY = (
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old office document, such as an Excel workbook"),
    (b"SQLite format", "a database"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
)
_FORMATS = (
    "Feeds are Google Merchant feeds in RSS, Atom, TSV, CSV or JSON, Facebook's catalogue and the "
    "product exports of Shopify, WooCommerce and Magento; they may be packed with gzip or zip."
)


class FeedFormat(Enum):
    """A format that is read."""

    XML = auto()
    TABLE = auto()
    JSON_LINES = auto()
    JSON_DOCUMENT = auto()


def check_binary(data: bytes) -> None:
    """Refuse what is empty or certainly not text.

    Raises:
        SourceError: Says what it looks like.
    """
    if not data.strip(b"\x00\t\r\n \xef\xbb\xbf\xff\xfe"):
        raise SourceError("The file is empty.", hint="Ask the shop for its feed again.")
    what = next((name for start, name in _BINARY if data.startswith(start)), None)
    if what is None and media_type(data[:512]) is not None:
        what = "a picture"
    if what is not None:
        raise _no_feed(what)


def looks_like_html(text: str) -> bool:
    """Return whether a file that begins so is an HTML page."""
    start = text.lstrip()
    root = _BEFORE_ROOT.match(start)
    return _HTML.match(start, root.end() if root else 0) is not None


def recognise(text: str) -> FeedFormat:
    """Recognise a format by a file's first characters.

    Args:
        text: The first thousands of characters.

    Raises:
        SourceError: It is none that is read; says what it looks like.
    """
    start = text.lstrip()
    sample = start[:1000]
    if sample.count("\x00") > len(sample) // 100:
        raise _no_feed("a binary file")
    if start.startswith("<"):
        if looks_like_html(start):
            raise SourceError(
                "This is an HTML page, not a feed.",
                hint="Open the address in a browser: it may ask to log in or to confirm "
                "something. " + _FORMATS,
            )
        return FeedFormat.XML
    first = start.partition("\n")[0]
    if start.startswith(("{", "[")):
        return _json(start, first)
    lines = (line for line in start.splitlines() if not is_preamble(line))
    header = next(lines, "")
    found = read_header(header)
    if found is not None and not found.export and not found.has_links:
        raise SourceError(
            "This is a table of products without their links, so nobody could buy them.",
            hint="A feed has a column link, with the address of each product's page.",
        )
    if found is not None:
        return FeedFormat.TABLE
    if any(delimiter in header for delimiter in "\t;,"):
        names = clean_text(header.replace("\t", ", "), _LONGEST_NAMES) or ""
        raise SourceError(
            f"This looks like a table, but its first line does not name a product's columns: "
            f"{names}.",
            hint="A feed's first line names at least the columns id, title and link; an export of "
            "WooCommerce or Magento has to be made in English.",
        )
    raise _no_feed("plain text")


def _json(start: str, first: str) -> FeedFormat:
    item = read_object(first)
    if item is not None and {known_name(name) for name in item} & {"id", "title"}:
        return FeedFormat.JSON_LINES
    if may_list_products(start):
        return FeedFormat.JSON_DOCUMENT
    # A first line that is longer than what was read so far is no fault.
    if item is None and first == start and start.startswith("{"):
        return FeedFormat.JSON_LINES
    raise SourceError("This is JSON, but no list of products.", hint=_FORMATS)


def _no_feed(what: str) -> SourceError:
    return SourceError(f"This looks like {what}, not like a feed.", hint=_FORMATS)
