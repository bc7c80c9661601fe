"""What offers cost when they were opened or saved, beside what they cost now."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from server.goods.availability import Availability
from server.goods.links import canonical_link, shop_key
from server.goods.money import Money
from server.offers.offer import Offer

# "unknown": without a price then or now, or in another currency. "not found": by this search.
Change = Literal["lower", "higher", "same", "unknown", "not found"]


@dataclass(frozen=True, slots=True)
class PriceThen:
    """An offer as it was opened or saved; ``picture`` is a kept copy's hash."""

    offer_id: str
    title: str
    link: str
    shop: str | None
    price: Money | None
    gtin: str | None
    picture: str | None
    at: datetime
    is_saved: bool


@dataclass(frozen=True, slots=True)
class PriceNow:
    """Where it is sold now.

    Attributes:
        elsewhere: Whether another shop sells the same product, and the one from then was not found.
    """

    offer_id: str
    link: str
    shop: str | None
    price: Money | None
    availability: Availability | None
    gtin: str | None
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class PriceAgain:
    """An offer then and now; ``now`` is None if it was not found."""

    then: PriceThen
    now: PriceNow | None
    change: Change


def compare_prices(then: Iterable[PriceThen], found: Sequence[Offer]) -> list[PriceAgain]:
    """Pair offers from before with those that a search found, in the order of the former.

    Of several notes of one offer, the first counts.
    """
    sold = [each for offer in found for each in _sold(offer)]
    latest: dict[str, PriceThen] = {}
    for each in then:
        latest.setdefault(each.offer_id, each)
    return [_again(each, sold) for each in latest.values()]


def _sold(offer: Offer) -> list[PriceNow]:
    """Return an offer and its further sellers, one each."""
    if offer.type != "product":
        return []
    own = PriceNow(offer.id, offer.link, offer.shop, offer.price, offer.availability, offer.gtin)
    others = [
        PriceNow(each.id, each.link, each.shop, each.price, each.availability, offer.gtin)
        for each in offer.sellers
    ]
    return [own, *others]


def _again(then: PriceThen, sold: Sequence[PriceNow]) -> PriceAgain:
    now = _same(then, sold)
    return PriceAgain(then, now, _change(then.price, now))


def _same(then: PriceThen, sold: Sequence[PriceNow]) -> PriceNow | None:
    """Return what was sold then: by its id, its address, or its number; nearest first."""
    link = canonical_link(then.link)
    by_id = [each for each in sold if each.offer_id == then.offer_id]
    by_link = [each for each in sold if canonical_link(each.link) == link]
    product = [each for each in sold if then.gtin and each.gtin == then.gtin]
    shop = shop_key(then.shop or "")
    by_shop = [each for each in product if shop and shop_key(each.shop or "") == shop]
    for same in (by_id, by_link, by_shop):
        if same:
            return same[0]
    if not product:
        return None
    cheapest = min(product, key=_asked)
    return PriceNow(
        cheapest.offer_id,
        cheapest.link,
        cheapest.shop,
        cheapest.price,
        cheapest.availability,
        cheapest.gtin,
        elsewhere=True,
    )


def _asked(now: PriceNow) -> Decimal:
    return Decimal(now.price.amount) if now.price else Decimal("Infinity")


def _change(then: Money | None, now: PriceNow | None) -> Change:
    if now is None:
        return "not found"
    if then is None or now.price is None or now.price.currency != then.currency:
        return "unknown"
    before, after = Decimal(then.amount), Decimal(now.price.amount)
    return "same" if before == after else "lower" if after < before else "higher"
