"""The same product from several providers: one offer, with every seller it was found at."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from server.offers.offer import Offer, Seller
from server.shop_page.gtin import read_gtin

MOST_SELLERS = 10
_TRACKING = re.compile(
    r"utm_.*|g(?:clid|braid)|wbraid|[dy]clid|fbclid|msclkid|srsltid|igshid|mc_[ce]id|_g[al]"
    r"|_(?:pos|g?sid|ss|psq)|ref_|aff_?id|(?:ir)?clickid",
    re.IGNORECASE,
)
Key = tuple[str, ...]


class SameProducts:
    """Joins what one search tells; not shared between threads.

    The offer that was told first stays, so that nothing on the page is taken away. What is
    second-hand is never joined with what is new: it is another thing at another price.
    """

    def __init__(self) -> None:
        self._first: dict[Key, str] = {}
        """The id of the offer that was told, by what it is recognised by."""

    def join(self, told: Mapping[str, Offer], offers: Iterable[Offer]) -> dict[str, Offer]:
        """Give what is to be told now: new offers, and told ones that gained a seller.

        Args:
            told: All offers that were told, by id.
            offers: Those that a provider found.
        """
        now: dict[str, Offer] = {}
        for offer in offers:
            if offer.id in told or offer.id in now:
                continue
            keys = list(_keys(offer))
            known = next((self._first[key] for key in keys if key in self._first), None)
            first = None if known is None else now.get(known) or told[known]
            for key in keys:
                self._first.setdefault(key, offer.id if first is None else first.id)
            if first is None:
                now[offer.id] = offer
            elif (joined := _with_seller(first, offer)) is not first:
                now[first.id] = joined
        return now


def canonical_link(link: str) -> str:
    """Give a product page's address without what only tells who sent the visitor.

    ``link`` is a safe one (see `server.goods.wording.safe_link`). The answer is for
    comparing, not for opening.
    """
    parts = urlsplit(link)
    host = (parts.hostname or "").removeprefix("www.")
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    kept = sorted(
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.fullmatch(name)
    )
    query = f"?{urlencode(kept)}" if kept else ""
    return f"{host}{port}{parts.path.rstrip('/')}{query}"


def _keys(offer: Offer) -> Iterator[Key]:
    if offer.type == "search":
        return
    condition = offer.condition or "new"
    yield "link", condition, canonical_link(offer.link)
    gtin = read_gtin(offer.gtin)
    if gtin is not None:
        # A UPC, an EAN and a GTIN-14 of one product differ by zeros in front.
        yield "gtin", condition, gtin.zfill(14)


def _with_seller(first: Offer, other: Offer) -> Offer:
    """Add the seller of ``other``, unless it is one of those that are known."""
    known = {canonical_link(first.link), *(canonical_link(s.link) for s in first.sellers)}
    if canonical_link(other.link) in known or len(first.sellers) >= MOST_SELLERS:
        return first
    seller = Seller(
        id=other.id,
        provider=other.provider,
        link=other.link,
        shop=other.shop,
        price=other.price,
        availability=other.availability,
    )
    return replace(first, sellers=(*first.sellers, seller))
