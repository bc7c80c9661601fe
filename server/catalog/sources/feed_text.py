"""A feed's bytes as text: its encoding, its pieces, its lines."""

import codecs
import re
from collections.abc import Iterable, Iterator

from server.catalog.sources.product import SourceError

MAX_LINE = 2**20
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""\A\s*<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']"""
)
# Encodings of text. Python has others by name, such as "zlib" and "unicode_escape".
_TEXT_ENCODING = re.compile(
    r"(?:utf|iso|latin|cp|windows|ascii|euc|shift|gb|big5|koi8|mac|johab|hz|tis|ptcp).*"
)
_FALLBACK = "feed-windows-1252"


def _western_byte(error: UnicodeError) -> tuple[str, int]:
    """Read a byte that is not UTF-8 as Windows-1252, which most such files are in."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    text = error.object[error.start : error.end].decode("cp1252", "replace")
    return text, error.end


codecs.register_error(_FALLBACK, _western_byte)


def encoding_of(start: bytes) -> str:
    """Return the encoding that a file's first bytes declare or suggest; UTF-8 if none.

    Raises:
        SourceError: The declared encoding is none of text.
    """
    for bom, name in _BOMS:
        if start.startswith(bom):
            return name
    sample = start[:400]
    if len(sample) >= 4:
        # In UTF-16 every other byte of a header or of markup is zero.
        odd, even = sample[1::2].count(0), sample[::2].count(0)
        if odd > len(sample) // 3 and not even:
            return "utf-16-le"
        if even > len(sample) // 3 and not odd:
            return "utf-16-be"
    declared = _DECLARED.match(start)
    if declared is None:
        return "utf-8"
    name = declared[1].decode()
    try:
        found = codecs.lookup(name).name
    except LookupError:
        found = ""
    if not _TEXT_ENCODING.fullmatch(found.replace("_", "-")):
        raise SourceError(f"The feed is in an encoding that is not known: {name}.")
    # Whoever declares UTF-16 in single bytes has converted the file and not its declaration.
    return "utf-8" if found.startswith(("utf-16", "utf-32", "utf-8")) else found


def decoded(pieces: Iterable[bytes], encoding: str) -> Iterator[str]:
    """Yield the text of a file, without a byte order mark.

    A byte that does not fit costs itself: it is read as Windows-1252 where UTF-8 is expected,
    and replaced elsewhere.
    """
    errors = _FALLBACK if encoding == "utf-8" else "replace"
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    first = True
    for piece in pieces:
        text = decoder.decode(piece)
        if first and text:
            text = text.removeprefix("\ufeff")
            first = False
        if text:
            yield text
    if rest := decoder.decode(b"", final=True):
        yield rest


def lines(pieces: Iterable[str]) -> Iterator[str]:
    r"""Yield the lines of a text with their ends, which become ``\n``.

    Raises:
        SourceError: A line has more than `MAX_LINE` characters.
    """
    rest = ""
    for piece in pieces:
        text = rest + piece
        # What follows a carriage return at the end is not known yet.
        held = "\r" if text.endswith("\r") else ""
        text = text.removesuffix("\r").replace("\r\n", "\n").replace("\r", "\n")
        *whole, rest = text.split("\n")
        for line in whole:
            yield line + "\n"
        if len(rest) > MAX_LINE:
            raise SourceError(f"A line of the feed has more than {MAX_LINE:,} characters.")
        rest += held
    rest = rest.removesuffix("\r")
    if rest:
        yield rest
