"""Whether the links of a page lead to other pages."""

import re

from server.shop_page.document.identity import absolute, path_of

# An address without escapes, dots to resolve or ports, whose path is as it stands.
_PLAIN_LINK = re.compile(
    r"(?P<host>https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*+)?+"
    r"(?P<path>(?:/[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*+)*+/?+)(?:[?#]\S*+)?+"
)


class Links:
    """Tells links to other pages. Nearly all are plain, and need no address to be put together."""

    def __init__(self, url: str, base: str) -> None:
        self._base = base
        self._own_paths = ("", path_of(url))
        self._sound = absolute("/", base) is not None

    def lead_away(self, address: str) -> bool:
        """True for the address of another page."""
        if self._sound and len(address) < 1_000:
            plain = _PLAIN_LINK.fullmatch(address)
            if plain is not None and (plain["host"] or plain["path"]):
                return plain["path"].strip("/").casefold() not in self._own_paths
        target = absolute(address, self._base)
        return target is not None and path_of(target) not in self._own_paths
