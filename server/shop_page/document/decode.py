"""Decode a page's bytes to text, by the rules of HTML as far as shops need them."""

import codecs
import re

from bs4.dammit import EncodingDetector

# How much of a page is read; the rest is ignored.
MAX_BYTES = 2 * 2**20

_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_META_CHARSET = re.compile(
    rb"<meta\s[^>]{0,300}?charset\s*=\s*[\"']?([A-Za-z0-9][\w.:-]{0,39})", re.IGNORECASE
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAME_AS = {
    # The WHATWG encoding standard maps these labels to supersets.
    "iso-8859-1": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-9": "cp1254",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}
_CODEC_NAME = re.compile(r"[a-z0-9][a-z0-9_.:-]{1,39}")
# Python's names for codecs that pages are written in; others (rot13, idna) may even raise.
_OF_PAGES = re.compile(
    r"utf-8|iso8859-\d+|cp\d+|koi8-[rtu]|gb18030|hz|big5\w*|euc_\w+|shift_jis\w*|iso2022_\w+|mac-\w+"
    r"|tis-620|johab|ptcp154"
)
# The beginnings of Python's names for encodings of one byte a character.
_ONE_BYTE = ("iso8859-", "cp125", "koi8-", "mac-")
# What XML trees reject: control characters, lone surrogates, noncharacters.
NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Those that take one byte in UTF-8.
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")


def read_text(html: bytes | str, content_type: str | None = None) -> str:
    """Decode a page: byte order mark, then the header, then its own declaration, then UTF-8.

    Never fails: whatever cannot be decoded becomes U+FFFD. Control characters and lone
    surrogates, which no page needs and trees reject, are removed. At most 2 MB are read.
    """
    text = html[:MAX_BYTES] if isinstance(html, str) else _decode(html[:MAX_BYTES], content_type)
    return _as_text(text)


def _as_text(text: str) -> str:
    """Remove what trees reject. Mostly there is none, which is much faster to check on bytes."""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return NOT_TEXT.sub("", text)
    clean = len(data.translate(None, _CONTROLS)) == len(data)
    if clean and "\ufffe" not in text and "\uffff" not in text:
        return text
    return NOT_TEXT.sub("", text)


def _decode(data: bytes, content_type: str | None) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    header = _HEADER_CHARSET.search(content_type or "")
    if header and (known := _codec(header[1])):
        return data.decode(known, "replace")
    declared = EncodingDetector.find_declared_encoding(data[:4096], is_html=True)
    if declared and (known := _codec(declared)):
        text = _as_saved(data) if known.startswith(_ONE_BYTE) else None
        return data.decode(known, "replace") if text is None else text
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        cut = len(data) == MAX_BYTES and error.start >= MAX_BYTES - 4  # inside a character
        if not cut and (late := _declared_late(data)):
            return data.decode(late, "replace")
    # Undeclared: mostly UTF-8 with a few bad bytes, or an old Western page.
    text = data.decode("utf-8", "replace")
    return text if text.count("�") * 200 < len(text) else data.decode("cp1252", "replace")


def _declared_late(data: bytes) -> str | None:
    """Return the encoding that a page declares behind its first scripts, as saved pages do."""
    named = (match[1].decode() for match in _META_CHARSET.finditer(data))
    return next((known for name in named if (known := _codec(name))), None)


def _as_saved(data: bytes) -> str | None:
    """Return the text of a page that is UTF-8, whatever it declares; None for any other.

    Browsers save pages as UTF-8 and leave their old declaration in them. Text in an encoding of
    one byte a character is no valid UTF-8 by chance.
    """
    if data.isascii():
        return None
    try:
        # Not final: the cut at 2 MB may have fallen inside a character.
        return codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return None


def _codec(name: str) -> str | None:
    name = name.strip().lower()
    if not _CODEC_NAME.fullmatch(name):
        return None
    name = _SAME_AS.get(name, name)
    if name.startswith("utf-16"):  # the declaration itself is readable as ASCII, so it is wrong
        return "utf-8"
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return None
    return found if _OF_PAGES.fullmatch(found) else None
