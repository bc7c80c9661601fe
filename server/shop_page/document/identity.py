"""What a page says that it is about, and whether two addresses are of the same product."""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit

_MAX_ADDRESS = 2_000
_VARIANT_KEYS = re.compile(
    r"(?:^|&)(?:variant|variation|variationid|sku|pid|skuid|color|colour|size|id|v)=([^&]+)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Hints:
    """What the page itself says that it is about."""

    url: str
    # Its main heading, its og:title and its title, whichever there are.
    names: tuple[str, ...] = ()
    canonical: str | None = None


def absolute(address: object, base: str) -> str | None:
    """An absolute http(s) address out of markup, or None; never raises."""
    if not isinstance(address, str):
        return None
    address = "".join(address.split())
    if not address or len(address) > _MAX_ADDRESS:
        return None
    try:
        joined = urljoin(base, address)
        parts = urlsplit(joined)
        host = parts.hostname
    except ValueError:
        return None
    return joined if parts.scheme in ("http", "https") and host else None


def path_of(address: str) -> str:
    """The path without its slashes at the ends, escapes and case; empty for a home page."""
    try:
        return unquote(urlsplit(address).path).strip("/").casefold()
    except ValueError:
        return ""


def same_path(one: str | None, other: str | None) -> bool:
    """True where both addresses have the same, non-empty path."""
    return bool(one and other and path_of(one) and path_of(one) == path_of(other))


def variant_ids(address: str) -> frozenset[str]:
    """The values in an address that can pick a variant (``?variant=123``)."""
    try:
        query = urlsplit(address).query
    except ValueError:
        return frozenset()
    return frozenset(unquote(value).casefold() for value in _VARIANT_KEYS.findall(query[:2_000]))
