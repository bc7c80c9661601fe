"""Decide whether two names, or two addresses, belong to the same product."""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit

_MAX_ADDRESS = 2_000
_VARIANT_KEYS = re.compile(
    r"(?:^|&)(?:variant|variation|variationid|sku|pid|skuid|color|colour|size|id|v)=([^&]+)",
    re.IGNORECASE,
)

_PRODUCT_KEY = re.compile(
    r"(?:^|&)(?:products?(?:_?id)?|prod(?:_?id)?|item(?:_?id)?|p|pid|id|sku|art(?:icle|ikel)?(?:_?id)?"
    r"|goods(?:_?(?:no|id))?)=[^&]*\w[^&]*",
    re.IGNORECASE,
)

# An address whose path can be used as it is: no escapes, dots to resolve or ports.
_PLAIN_LINK = re.compile(
    r"(?P<host>https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*+)?+"
    r"(?P<path>(?:/[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*+)*+/?+)(?:[?#]\S*+)?+"
)


@dataclass(frozen=True, slots=True)
class PageIdentity:
    """What the page itself says that it is about."""

    url: str
    # Those of its main heading, its og:title and its title that it has.
    names: tuple[str, ...] = ()
    canonical: str | None = None


def absolute(address: object, base: str) -> str | None:
    """Return an address from markup as an absolute http(s) address, or None; never raise."""
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
    """Return the path without outer slashes, escapes and case; empty for a home page."""
    try:
        return unquote(urlsplit(address).path).strip("/").casefold()
    except ValueError:
        return ""


def product_in_query(address: str) -> str | None:
    """Return what names a product in an address without a path: ``/?product=77``."""
    try:
        found = _PRODUCT_KEY.search(urlsplit(address).query[:2_000])
    except ValueError:
        return None
    return unquote(found[0].strip("&")).casefold() if found else None


def is_home_page(address: str) -> bool:
    """Return True for a shop's front page. Of a page without an address, nothing is known."""
    return bool(address) and path_of(address) == "" and product_in_query(address) is None


def same_path(one: str | None, other: str | None) -> bool:
    """Return True if both addresses have the same, non-empty path."""
    return bool(one and other and path_of(one) and path_of(one) == path_of(other))


def variant_ids(address: str) -> frozenset[str]:
    """Return the values in an address that can pick a variant (``?variant=123``)."""
    try:
        query = urlsplit(address).query
    except ValueError:
        return frozenset()
    return frozenset(unquote(value).casefold() for value in _VARIANT_KEYS.findall(query[:2_000]))


class LinkTargets:
    """Recognises links to other pages. Nearly all are plain and need no address to be built."""

    def __init__(self, url: str, base: str) -> None:
        self._base = base
        self._own_paths = ("", path_of(url))
        # In some shops every product is at the root: /?product=77.
        self._own_product = product_in_query(url) if path_of(url) == "" else None
        self._sound = absolute("/", base) is not None

    def leads_away(self, address: str) -> bool:
        """Return True for the address of another page."""
        if self._own_product is not None and "=" in address and not address.startswith("#"):
            other = product_in_query(absolute(address, self._base) or "")
            if other is not None and other != self._own_product:
                return True
        if self._sound and len(address) < 1_000:
            plain = _PLAIN_LINK.fullmatch(address)
            if plain is not None and (plain["host"] or plain["path"]):
                return plain["path"].strip("/").casefold() not in self._own_paths
        target = absolute(address, self._base)
        return target is not None and path_of(target) not in self._own_paths
