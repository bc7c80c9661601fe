"""The shops whose offers the user opened before, where that is to count in the order."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from server.history.clicks import Click, ClickHistory
from server.offers.offer import Offer
from server.offers.order.choice import shop_key

# Clicks that count; what was opened long before them is forgotten.
REMEMBERED = 200


class OpenedShops:
    """Knows shops by their name, and those without one by the host of their links.

    Not by both: all sellers of a market place share its host.
    """

    def __init__(self, clicks: Iterable[Click]) -> None:
        self._keys = {_key(click.shop, click.link) for click in clicks} - {""}

    @classmethod
    def of(cls, history: ClickHistory) -> "OpenedShops":
        """Read them from the history as it is now."""
        return cls(history.newest(REMEMBERED))

    def __call__(self, offer: Offer) -> bool:
        """Say whether the user opened an offer of this shop before."""
        return _key(offer.shop, offer.link) in self._keys


def _key(shop: str | None, link: str) -> str:
    return shop_key(shop or urlsplit(link).hostname or "")
