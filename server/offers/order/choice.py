"""What the user wants to see of a search, and in which order.

Nothing here searches: offers are left out, or moved. What is left out is counted, so that
nobody wonders where it went. Links into search engines always stay, at the end.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal
from urllib.parse import urlsplit

from model.colours import Colour
from server.goods.exchange import Rates
from server.goods.money import Money
from server.offers.events import DoneEvent, Event, OffersEvent
from server.offers.joining.sellers import seller_of
from server.offers.offer import Offer, Seller
from server.offers.order.ranking import OF_THE_PICTURE, SIMILAR, VERY_SIMILAR
from server.offers.order.same_colour import is_same_colour

Sort = Literal["similarity", "price"]
Reason = Literal["shop", "condition", "colour", "price", "price_unknown"]

SOMEWHAT_SIMILAR = 0.25
# Least scores of the words that people are told. Offers of a shop that the user prefers come
# first among those of one degree: liking a shop makes nothing more similar.
DEGREES = (VERY_SIMILAR, SIMILAR, SOMEWHAT_SIMILAR)
# The reason that such an offer gives.
PREFERRED = "preferred shop"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the user chose.

    Attributes:
        currency: Of the prices below, and the one in which prices are compared.
        min_price: Cheaper ones are left out.
        max_price: Dearer ones are left out.
        sort: Most similar, or cheapest, first.
        condition: "new" leaves out what is known to be second-hand or refurbished, "used"
            whatever is not.
        prefer: Shops, by name or host (see `shop_key`), that come first among equals.
        block: Shops that are left out; blocking wins over preferring.
        same_colour: Leave out what is not known to have the garment's colour.
        colours: Of the garment, largest share first.
        rates: To compare prices in other currencies by.
    """

    currency: str
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    sort: Sort = "similarity"
    condition: Literal["new", "used"] | None = None
    prefer: frozenset[str] = frozenset()
    block: frozenset[str] = frozenset()
    same_colour: bool = False
    colours: Sequence[Colour] = ()
    rates: Rates | None = field(default=None, repr=False)

    def price_of(self, money: Money | None) -> Decimal | None:
        """Give a price in the choice's currency, or None where that is not known."""
        if money is None:
            return None
        if money.currency != self.currency:
            converted = self.rates.convert(money, self.currency) if self.rates else None
            if converted is None:
                return None
            money = converted.price
        return Decimal(money.amount)

    def cost_of(self, offer: Offer) -> Decimal | None:
        """Give an offer's price in the choice's currency, with its shipping where known.

        Shipping in a third currency counts as not known.
        """
        price = self.price_of(offer.price)
        if price is None or offer.price is None or offer.shipping is None:
            return price
        if offer.shipping.currency == self.currency:
            return price + Decimal(offer.shipping.amount)
        converted = self.rates.convert(offer.price, self.currency) if self.rates else None
        if converted is None or offer.shipping.currency != offer.price.currency:
            return price
        # By the rate that is told with the price: whoever has only that finds the same.
        return round(price + Decimal(offer.shipping.amount) * Decimal(converted.rate), 4)

    def prefers(self, offer: Offer) -> bool:
        """Say whether the user prefers the offer's shop."""
        keys = shop_keys(offer.shop, offer.link)
        return not keys.isdisjoint(self.prefer) and not self.blocks(offer)

    def blocks(self, sold: Offer | Seller) -> bool:
        """Say whether the user wants nothing of a shop."""
        return not self.block.isdisjoint(shop_keys(sold.shop, sold.link))

    def reason_against(self, offer: Offer) -> Reason | None:
        """Say why an offer is left out, or None where it stays."""
        if offer.type == "search":
            return None
        if self.blocks(offer):
            return "shop"
        is_used = offer.condition in ("used", "refurbished")
        if self.condition is not None and is_used != (self.condition == "used"):
            return "condition"
        if self.same_colour and not is_same_colour(offer, self.colours):
            return "colour"
        return self._price_against(offer.price)

    def dearness_of(self, offer: Offer) -> tuple[bool, bool, Decimal]:
        """Give what the shops that sell one product are chosen by, the least first.

        Equal ones are as good as each other: the first of them is shown.
        """
        misses = self._price_against(offer.price) is not None
        by_price = self.sort == "price" or misses
        cost = self.cost_of(offer) if by_price else None
        return misses, by_price and cost is None, cost or Decimal(0)

    def _price_against(self, money: Money | None) -> Reason | None:
        if self.min_price is None and self.max_price is None:
            return None
        price = self.price_of(money)
        if price is None:
            return "price_unknown"
        too_low = self.min_price is not None and price < self.min_price
        too_high = self.max_price is not None and price > self.max_price
        return "price" if too_low or too_high else None


def shop_key(name: str) -> str:
    """Give what a shop is recognised by, of its name or its host."""
    plain = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    return plain.removeprefix("www.")


def shop_keys(shop: str | None, link: str) -> frozenset[str]:
    """Give everything by which the shop behind a link may be named."""
    names = (shop or "", urlsplit(link).hostname or "")
    return frozenset(key for key in map(shop_key, names) if key)


def chosen(events: Iterable[Event], choice: Choice) -> Iterator[Event]:
    """Pass a search on as the user wants it, telling in the end what was left out, and why.

    What a blocked shop sells stays where another sells it too (see `as_sold`).
    An offer that was left out is never named in the order. Offers are moved only in the
    last word on the order, so that a list on the screen does not jump.
    """
    shown: dict[str, Offer] = {}
    against: dict[str, Reason] = {}
    for event in events:
        if isinstance(event, OffersEvent):
            kept = []
            for offer in event.offers:
                sold = as_sold(offer, choice)
                reason = choice.reason_against(sold)
                if reason is not None:
                    against[offer.id] = reason
                    shown.pop(offer.id, None)  # what its picture shows may be known better now
                    continue
                against.pop(offer.id, None)  # with another seller, it may fit after all
                shown[offer.id] = _as_chosen(sold, choice)
                kept.append(shown[offer.id])
            yield OffersEvent(event.provider, tuple(in_order(kept, choice)))
        elif isinstance(event, DoneEvent):
            ranked = [shown[offer_id] for offer_id in event.order if offer_id in shown]
            ranked.sort(key=lambda offer: -offer.score)  # another seller's may be less
            order = tuple(offer.id for offer in in_order(ranked, choice))
            yield DoneEvent(order, dict(Counter(against.values())))
        else:
            yield event


def as_sold(offer: Offer, choice: Choice) -> Offer:
    """Give an offer as that of its shops sells it which suits the choice.

    None that is blocked, if there is another. Where a price range is set, one within it; by
    price, the cheapest of those. Otherwise the first that was told. Where that is a further
    seller, the offer has the id of the one that this seller came with, and nothing that only
    another shop said.
    """
    if offer.type == "search" or not offer.sellers:
        return offer
    free = tuple(seller for seller in offer.sellers if not choice.blocks(seller))
    sold = [_sold_by(offer, seller, free, choice) for seller in free]
    if not choice.blocks(offer):
        sold = [replace(offer, sellers=free), *sold]
    return min(sold, key=choice.dearness_of) if sold else replace(offer, sellers=())


def _sold_by(offer: Offer, by: Seller, free: Sequence[Seller], choice: Choice) -> Offer:
    own = () if choice.blocks(offer) else (seller_of(offer),)
    return replace(
        offer,
        id=by.id,
        provider=by.provider,
        link=by.link,
        shop=by.shop,
        price=by.price,
        list_price=None,
        availability=by.availability,
        shipping=None,
        partner=False,
        sellers=(*own, *(seller for seller in free if seller is not by)),
        # What moved the other shop's offer moves this one no more.
        score=offer.similarity or 0.0,
        why=tuple(reason for reason in offer.why if reason in OF_THE_PICTURE),
    )


def in_order(ranked: Sequence[Offer], choice: Choice) -> list[Offer]:
    """Sort offers as the user wants them.

    By price: the cheapest first, with shipping where that is known; then those whose price is
    not known, then links. Those that cost the same keep their order, but for preferred shops.

    Args:
        ranked: Best first.
        choice: What the user wants.
    """
    if choice.sort == "similarity" and not choice.prefer:
        return list(ranked)

    def place(offer: Offer) -> tuple[int, Decimal, bool]:
        if offer.type == "search":
            return 2, Decimal(0), False
        if choice.sort == "similarity":
            degree = sum(offer.score < least for least in DEGREES)
            return 0, Decimal(degree), not choice.prefers(offer)
        cost = choice.cost_of(offer)
        if cost is None:
            return 1, Decimal(0), not choice.prefers(offer)
        return 0, cost, not choice.prefers(offer)

    return sorted(ranked, key=place)


def _as_chosen(offer: Offer, choice: Choice) -> Offer:
    """Say that a shop is preferred."""
    if offer.type == "product" and choice.prefers(offer):
        return replace(offer, why=(*offer.why, PREFERRED))
    return offer
