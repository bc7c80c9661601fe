"""Merging two offers of one product: its sellers, facts and best picture."""

from dataclasses import replace
from decimal import Decimal

from server.goods.links import canonical_link
from server.goods.money import Money
from server.offers.offer import ComparedOffer, Offer, seller_of

MOST_SELLERS = 10


def merged(first: ComparedOffer, other: ComparedOffer) -> ComparedOffer:
    """Return an offer with everything that another offer of the same product adds.

    Its shop, link and price stay. The other shop becomes a further seller; the cheapest comes
    first. If both are the same page, facts that only the other one has, such as the price, are
    added. The product is as similar as its picture that is most like the garment.
    """
    return _with_best_picture(replace(first, offer=_with_seller(first.offer, other.offer)), other)


def _with_seller(first: Offer, other: Offer) -> Offer:
    """Add the seller of ``other``, or its further facts about a page that is known already."""
    link = canonical_link(other.link)
    if link == canonical_link(first.link):
        return _completed(first, other)
    if any(canonical_link(seller.link) == link for seller in first.sellers):
        sellers = [
            replace(
                seller,
                price=seller.price or other.price,
                availability=seller.availability or other.availability,
            )
            if canonical_link(seller.link) == link
            else seller
            for seller in first.sellers
        ]
    else:
        sellers = [*first.sellers, seller_of(other)]
    cheapest_first = sorted(sellers, key=lambda seller: _price_order(seller.price, first.price))
    return replace(first, sellers=tuple(cheapest_first[:MOST_SELLERS]))


def _completed(first: Offer, other: Offer) -> Offer:
    """Add the facts that only the other offer of the same page has."""
    knows_price = first.price is not None
    return replace(
        first,
        price=first.price if knows_price else other.price,
        list_price=first.list_price if knows_price else other.list_price,
        availability=first.availability or other.availability,
        condition=first.condition or other.condition,
        shipping=first.shipping or other.shipping,
        gtin=first.gtin or other.gtin,
        brand=first.brand or other.brand,
        sizes=first.sizes or other.sizes,
        also_in=first.also_in or other.also_in,
        gender=first.gender or other.gender,
        partner=first.partner or other.partner,
    )


def _with_best_picture(first: ComparedOffer, other: ComparedOffer) -> ComparedOffer:
    """Take the picture, match and colours of ``other`` if it is more like the garment."""
    best = -1.0 if first.similarity is None else first.similarity
    if other.similarity is None or other.similarity <= best:
        return first
    offer = replace(first.offer, picture_url=other.offer.picture_url, colours=other.offer.colours)
    return ComparedOffer(offer, other.match)


def _price_order(price: Money | None, other: Money | None) -> tuple[int, Decimal]:
    """Return a sort key: prices in the currency of ``other`` first, then others, then none."""
    if price is None:
        return 2, Decimal(0)
    comparable = other is None or price.currency == other.currency
    return (0, Decimal(price.amount)) if comparable else (1, Decimal(0))
