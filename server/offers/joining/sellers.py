"""One offer of a product that several shops sell, or that several providers found."""

from dataclasses import replace
from decimal import Decimal

from server.goods.links import canonical_link
from server.goods.money import Money
from server.offers.offer import Offer, Seller

MOST_SELLERS = 10


def together(first: Offer, other: Offer) -> Offer:
    """Give an offer with all that another of the same product says beside it.

    Its shop, link and price stay. The other shop becomes a further seller, the cheapest of
    them first. Where it is the same page, what only the other says of it, such as its price,
    is taken. The picture that is most like the garment says how similar the product is; the
    score stays that of before, so that it is to be ranked again.
    """
    return _better_seen(_with_seller(first, other), other)


def _with_seller(first: Offer, other: Offer) -> Offer:
    """Add the seller of ``other``, or what it says more of a page that is known."""
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
    cheapest_first = sorted(sellers, key=lambda seller: _dearness(seller.price, first.price))
    return replace(first, sellers=tuple(cheapest_first[:MOST_SELLERS]))


def _completed(first: Offer, other: Offer) -> Offer:
    """Take what only the other offer of the same page says."""
    knows_price = first.price is not None
    return replace(
        first,
        price=first.price if knows_price else other.price,
        list_price=first.list_price if knows_price else other.list_price,
        availability=first.availability or other.availability,
        condition=first.condition or other.condition,
        shipping=first.shipping or other.shipping,
        gtin=first.gtin or other.gtin,
        partner=first.partner or other.partner,
    )


def _better_seen(first: Offer, other: Offer) -> Offer:
    """Take the picture of ``other`` and what it shows, if it is more like the garment."""
    best = -1.0 if first.similarity is None else first.similarity
    if other.similarity is None or other.similarity <= best:
        return first
    return replace(
        first,
        picture_url=other.picture_url,
        cosine=other.cosine,
        seen=other.seen,
        colour_likeness=other.colour_likeness,
        colours=other.colours,
        similarity=other.similarity,
    )


def seller_of(offer: Offer) -> Seller:
    """Give an offer as a further seller of its product."""
    return Seller(
        id=offer.id,
        provider=offer.provider,
        link=offer.link,
        shop=offer.shop,
        price=offer.price,
        availability=offer.availability,
    )


def _dearness(price: Money | None, beside: Money | None) -> tuple[int, Decimal]:
    """Sort what can be compared with the price beside it before what cannot."""
    if price is None:
        return 2, Decimal(0)
    comparable = beside is None or price.currency == beside.currency
    return (0, Decimal(price.amount)) if comparable else (1, Decimal(0))
