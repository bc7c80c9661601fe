"""The user's filters and sort order, applied to the events of a search.

Nothing here searches: offers are only left out or moved. Those left out are counted, so that
nobody wonders where they went. Links into search engines always stay, at the end.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

from model.colours import Colour
from server.goods.asked import NOTHING, Asked
from server.goods.exchange import Rates
from server.goods.links import shop_keys
from server.goods.money import Money
from server.offers.offer import (
    DoneEvent,
    Event,
    Offer,
    OffersEvent,
    RankedOffer,
    Seller,
    seller_of,
)
from server.offers.order.asked import AskedReason, asked_reason
from server.offers.order.ranking import (
    PICTURE_REASONS,
    SIMILAR,
    VERY_SIMILAR,
    among_other_categories,
    is_among_other_categories,
    is_close,
    is_same_colour,
)

Sort = Literal["similarity", "price"]
Reason = (
    Literal[
        "put_away", "category", "likeness", "shop", "condition", "colour", "price", "price_unknown"
    ]
    | AskedReason
)

SOMEWHAT_SIMILAR = 0.25
# Least scores of the degrees that users are shown. Offers of a preferred shop come first among
# those of one degree only: liking a shop makes nothing more similar.
# What is of another category comes after all of them.
DEGREES = (VERY_SIMILAR, SIMILAR, SOMEWHAT_SIMILAR, 0.0)
# The reason that is shown for such an offer.
PREFERRED = "preferred shop"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the user chose.

    Attributes:
        currency: Of the price range, and the one in which prices are compared.
        min_price: Cheaper offers are left out.
        max_price: More expensive offers are left out.
        sort: Most similar or cheapest first.
        condition: "new" leaves out offers known to be second-hand or refurbished; "used"
            leaves out all others.
        prefer: Keys of shops (see `server.goods.links.shop_key`) that come first among equals.
        block: Keys of shops that are left out; blocking wins over preferring.
        same_colour: Leaves out offers not known to have the garment's colour.
        close: Leaves out offers known to be of another category or hardly alike.
        colours: Colours of the garment, largest share first.
        rates: For comparing prices in other currencies.
        asked: What was asked for in words; other offers are left out.
        put_away: Ids of offers that the user put away for this garment.
        marks: Leaves nothing out, and does not sort: offers that would be left out say why.
    """

    currency: str
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    sort: Sort = "similarity"
    condition: Literal["new", "used"] | None = None
    prefer: frozenset[str] = frozenset()
    block: frozenset[str] = frozenset()
    same_colour: bool = False
    close: bool = False
    colours: Sequence[Colour] = ()
    rates: Rates | None = field(default=None, repr=False)
    asked: Asked = NOTHING
    put_away: frozenset[str] = frozenset()
    marks: bool = False

    def price_of(self, money: Money | None) -> Decimal | None:
        """Return a price in the choice's currency; None if it is not known."""
        if money is None:
            return None
        if money.currency != self.currency:
            converted = self.rates.convert(money, self.currency) if self.rates else None
            if converted is None:
                return None
            money = converted.price
        return Decimal(money.amount)

    def cost_of(self, offer: Offer) -> Decimal | None:
        """Return an offer's price in the choice's currency, with shipping if that is known.

        Shipping in a third currency counts as unknown.
        """
        price = self.price_of(offer.price)
        if price is None or offer.price is None or offer.shipping is None:
            return price
        if offer.shipping.currency == self.currency:
            return price + Decimal(offer.shipping.amount)
        converted = self.rates.convert(offer.price, self.currency) if self.rates else None
        if converted is None or offer.shipping.currency != offer.price.currency:
            return price
        # Use the rate that clients get with the price, so that they arrive at the same sum.
        return round(price + Decimal(offer.shipping.amount) * Decimal(converted.rate), 4)

    def prefers(self, offer: Offer) -> bool:
        """Return whether the user prefers the offer's shop."""
        keys = shop_keys(offer.shop, offer.link)
        return not keys.isdisjoint(self.prefer) and not self.blocks(offer)

    def blocks(self, seller: Offer | Seller) -> bool:
        """Return whether the user blocked the shop that sells this."""
        return not self.block.isdisjoint(shop_keys(seller.shop, seller.link))

    def far_off(self, ranked: RankedOffer) -> Reason | None:
        """Return why an offer is left out as too far from the garment; None if it stays."""
        if not self.close or ranked.offer.type == "search":
            return None
        if is_among_other_categories(ranked):
            return "category"
        return "likeness" if is_close(ranked.compared) is False else None

    def reason_against(self, offer: Offer) -> Reason | None:
        """Return why an offer is left out by what the user chose; None if it stays."""
        if offer.type == "search":
            return None
        if not self.put_away.isdisjoint((offer.id, *(each.id for each in offer.sellers))):
            return "put_away"
        if self.blocks(offer):
            return "shop"
        return self._unlike_asked(offer) or self._price_against(offer.price)

    def _unlike_asked(self, offer: Offer) -> Reason | None:
        is_used = offer.condition in ("used", "refurbished")
        if self.condition is not None and is_used != (self.condition == "used"):
            return "condition"
        if self.same_colour and not is_same_colour(offer, self.colours):
            return "colour"
        return asked_reason(offer, self.asked)

    def seller_order(self, offer: Offer) -> tuple[bool, bool, bool, Decimal]:
        """Return a sort key for one product's sellers: the least is shown, the first of equals."""
        misses = self._price_against(offer.price) is not None
        by_price = self.sort == "price" or misses
        cost = self.cost_of(offer) if by_price else None
        wanted = self.asked.availability
        elsewhere = wanted is not None and offer.availability != wanted
        return elsewhere, misses, by_price and cost is None, cost or Decimal(0)

    def _price_against(self, money: Money | None) -> Reason | None:
        if self.min_price is None and self.max_price is None:
            return None
        price = self.price_of(money)
        if price is None:
            return "price_unknown"
        too_low = self.min_price is not None and price < self.min_price
        too_high = self.max_price is not None and price > self.max_price
        return "price" if too_low or too_high else None


def apply_choice(events: Iterable[Event], choice: Choice) -> Iterator[Event]:
    """Filter and sort the events of a search; the last one counts what was left out, and why.

    A product of a blocked shop stays if another shop sells it too (see `by_best_seller`). The
    final order never names an offer that was left out. Preferred shops and prices move offers
    within an event and in the final order only, so that a list on the screen does not jump.
    """
    if choice.marks:
        yield from _marked(events, choice)
        return
    shown: dict[str, RankedOffer] = {}
    left_out: dict[str, Reason] = {}
    for event in events:
        if isinstance(event, OffersEvent):
            kept = []
            for found in event.offers:
                offer = by_best_seller(found, choice)
                key = found.offer.id  # the one in the search's order, whoever sells it
                reason = choice.far_off(offer) or choice.reason_against(offer.offer)
                if reason is not None:
                    left_out[key] = reason
                    shown.pop(key, None)  # more may be known now than when it was shown
                    continue
                left_out.pop(key, None)  # it may fit now that it has another seller
                shown[key] = _with_preference(offer, choice)
                kept.append(shown[key])
            yield OffersEvent(event.provider, tuple(in_order(kept, choice)))
        elif isinstance(event, DoneEvent):
            ranked = [shown[offer_id] for offer_id in event.order if offer_id in shown]
            ranked.sort(key=lambda each: -each.score)  # another seller's score may be lower
            order = tuple(each.offer.id for each in in_order(ranked, choice))
            yield replace(event, order=order, left_out=dict(Counter(left_out.values())))
        else:
            yield event


def _marked(events: Iterable[Event], choice: Choice) -> Iterator[Event]:
    """Say of each offer why it would be left out, and count these; nothing is left out."""
    against: dict[str, Reason] = {}
    for event in events:
        if isinstance(event, OffersEvent):
            marked = []
            for found in event.offers:
                reason = choice.far_off(found) or choice.reason_against(found.offer)
                against.pop(found.offer.id, None)  # another seller may have come
                if reason is not None:
                    against[found.offer.id] = reason
                marked.append(replace(found, against=reason))
            yield OffersEvent(event.provider, tuple(marked))
        elif isinstance(event, DoneEvent):
            yield replace(event, left_out=dict(Counter(against.values())))
        else:
            yield event


def by_best_seller(ranked: RankedOffer, choice: Choice) -> RankedOffer:
    """Return an offer as sold by the one of its shops that fits the choice best.

    That is never a blocked shop if there is another. With a price range, it is a shop whose
    price is within it; when sorting by price, the cheapest of those; otherwise the first that
    was found. If it is a further seller, the result has the id of the offer which this seller
    came with, and none of the facts that only another shop states.
    """
    offer = ranked.offer
    if offer.type == "search" or not offer.sellers:
        return ranked
    free = tuple(seller for seller in offer.sellers if not choice.blocks(seller))
    sold = [_sold_by(ranked, seller, free, choice) for seller in free]
    if not choice.blocks(offer):
        sold = [_with_offer(ranked, replace(offer, sellers=free)), *sold]
    if not sold:
        return _with_offer(ranked, replace(offer, sellers=()))
    return min(sold, key=lambda each: choice.seller_order(each.offer))


def _with_offer(ranked: RankedOffer, offer: Offer) -> RankedOffer:
    return replace(ranked, compared=replace(ranked.compared, offer=offer))


def _sold_by(
    ranked: RankedOffer, by: Seller, free: Sequence[Seller], choice: Choice
) -> RankedOffer:
    offer = ranked.offer
    own = () if choice.blocks(offer) else (seller_of(offer),)
    sold = replace(
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
    )
    # The boosts of the other shop's offer do not hold for this one.
    why = tuple(reason for reason in ranked.why if reason in PICTURE_REASONS)
    score = ranked.similarity or 0.0
    if is_among_other_categories(ranked):
        score = among_other_categories(score)
    return replace(_with_offer(ranked, sold), score=score, why=why)


def in_order(ranked: Sequence[RankedOffer], choice: Choice) -> list[RankedOffer]:
    """Sort offers as the user wants them.

    By price, the cheapest come first, with shipping if that is known; then those without a
    price that can be compared; then those of another category; then links. Offers of equal price
    keep their order, except that preferred shops come first.

    Args:
        ranked: Best first.
        choice: The user's choice.
    """
    if choice.sort == "similarity" and not choice.prefer:
        return list(ranked)

    def place(each: RankedOffer) -> tuple[int, Decimal, bool]:
        offer = each.offer
        if offer.type == "search":
            return 4, Decimal(0), False
        if choice.sort == "similarity":
            degree = sum(each.score < least for least in DEGREES)
            return 0, Decimal(degree), not choice.prefers(offer)
        group = 2 * is_among_other_categories(each)
        cost = choice.cost_of(offer)
        if cost is None:
            return group + 1, Decimal(0), not choice.prefers(offer)
        return group, cost, not choice.prefers(offer)

    return sorted(ranked, key=place)


def _with_preference(ranked: RankedOffer, choice: Choice) -> RankedOffer:
    """Add the reason that its shop is preferred, if it is."""
    if ranked.offer.type == "product" and choice.prefers(ranked.offer):
        return replace(ranked, why=(*ranked.why, PREFERRED))
    return ranked
