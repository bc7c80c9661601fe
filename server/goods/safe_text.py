"""Titles and links that a stranger wrote, made safe to keep and to show.

A title comes out as plain text on one line, still to be escaped where it is shown. A link
comes out as an http or https address without credentials, or not at all.
"""

import html
import re
import unicodedata
from ipaddress import ip_address
from urllib.parse import urlsplit

LONGEST_TITLE = 200
LONGEST_LINK = 4096
_LONGEST_RAW = 20_000
_TAG = re.compile(r"<[^<>]{0,1000}>")
_SPACE = re.compile(r"\s+")
# Letters and symbols that are drawn as nothing: fillers of Hangul, and Braille without a dot.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
# Marks on one letter: languages need two to four, and a hundred cover the lines around.
_MOST_MARKS = 4
_NOT_IN_A_LINK = re.compile(r"[\x00-\x20\x7f-\x9f\\<>\"`{}|^\u2028\u2029]")


def clean_text(text: object, longest: int = LONGEST_TITLE) -> str | None:
    """Return plain text on one line: entities resolved, tags and control characters removed.

    Also removed are the invisible characters that reverse the direction of a line (a title
    must not rearrange the price beside it), letters that are drawn as nothing, marks beyond the
    fourth on one letter (they would cover what is above and below), and halves of surrogate pairs.

    Returns:
        At most ``longest`` characters, cut with an ellipsis; None if nothing is left.
    """
    if not isinstance(text, str):
        return None
    # Twice: feeds often contain markup that was escaped once for HTML and once for XML.
    plain = html.unescape(html.unescape(text[:_LONGEST_RAW]))
    plain = _TAG.sub(" ", plain)
    plain = "".join(c if _shown(c) else " " for c in unicodedata.normalize("NFC", plain))
    plain = _with_few_marks(plain)
    plain = _SPACE.sub(" ", plain).strip()
    if len(plain) > longest:
        plain = plain[: longest - 1].rstrip() + "…"
    return plain or None


def _with_few_marks(text: str) -> str:
    if text.isascii():
        return text
    kept, marks = [], 0
    for character in text:
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if marks <= _MOST_MARKS:
            kept.append(character)
    return "".join(kept)


def _shown(character: str) -> bool:
    return character not in _BLANK and unicodedata.category(character) not in {
        "Cc",
        "Cf",
        "Cs",
        "Co",
        "Cn",
        "Zl",
        "Zp",
    }


def safe_link(link: object) -> str | None:
    """Return an address if it may be opened with a click, else None.

    It must be http or https, with a host and without a user name or password (they make one
    address look like another), spaces, control characters or backslashes. The query stays as
    it is, since shops count their referrals in it.
    """
    if not isinstance(link, str) or not 0 < len(link := link.strip()) <= LONGEST_LINK:
        return None
    if _NOT_IN_A_LINK.search(link):
        return None
    try:
        link.encode()
        parts = urlsplit(link)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in {"http", "https"} or not parts.hostname or port == 0:
        return None
    if parts.username is not None or parts.password is not None:
        return None
    return link


def public_address(image_url: str | None) -> str | None:
    """Return a picture's address if a server elsewhere could download it, else None.

    A private address would only fail there, and would disclose what this network looks like.
    """
    link = safe_link(image_url)
    if link is None:
        return None
    host = (urlsplit(link).hostname or "").rstrip(".")
    try:
        return link if ip_address(host).is_global else None
    except ValueError:
        pass  # a name, not a number
    local = host.endswith((".local", ".localhost", ".internal", ".lan", ".home.arpa", ".home"))
    return None if local or "." not in host else link
