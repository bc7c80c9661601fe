"""Titles and links that a stranger wrote, made safe to keep and to show.

A title leaves here as plain text on one line; whoever shows it still escapes it. A link
leaves here as an http or https address without credentials, or not at all.
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
_NOT_IN_A_LINK = re.compile(r"[\x00-\x20\x7f-\x9f\\<>\"`{}|^\u2028\u2029]")


def clean_text(text: object, longest: int = LONGEST_TITLE) -> str | None:
    """Give plain text on one line: entities resolved, tags and control characters out.

    Also out are the invisible characters that turn the direction of a line round (a title
    must not rearrange the price beside it) and halves of surrogate pairs.

    Returns:
        At most ``longest`` characters, cut with an ellipsis; None where nothing is left.
    """
    if not isinstance(text, str):
        return None
    # Twice: feeds often carry markup that was escaped once for HTML and once for XML.
    plain = html.unescape(html.unescape(text[:_LONGEST_RAW]))
    plain = _TAG.sub(" ", plain)
    plain = "".join(c if _shown(c) else " " for c in unicodedata.normalize("NFC", plain))
    plain = _SPACE.sub(" ", plain).strip()
    if len(plain) > longest:
        plain = plain[: longest - 1].rstrip() + "…"
    return plain or None


def _shown(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def safe_link(link: object) -> str | None:
    """Give the address back where it is one that may be opened with a click.

    Only http and https, a host, no user name or password (they make one address look like
    another), no spaces, control characters or backslashes; the query stays as it is, since
    shops count their referrals in it.
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
    """Give the picture's address where a stranger's server could download it, else None.

    A private address would only fail there, and would tell what this network looks like.
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
