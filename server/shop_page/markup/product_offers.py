"""Read the offers of a schema.org product, and choose the one that the page shows."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from server.goods.amounts import markup_amount
from server.goods.availability import Availability, read_availability
from server.goods.condition import read_condition
from server.goods.currencies import iso_code
from server.shop_page.document.identity import PageIdentity, absolute, variant_ids
from server.shop_page.markup.products import Node, listed, text_of, types_of
from server.shop_page.words.stock_words import availability_in_words

_MAX_OFFERS = 300
_NUMERIC = "0123456789., \u00a0"
_LIST_PRICE_TYPES = (
    "listprice", "strikethroughprice", "msrp", "srp", "regularprice", "rrp", "retailprice",
    "originalprice", "suggestedretailprice",
)  # fmt: skip
_NOT_THE_PRICE = frozenset(
    {"deliverychargespecification", "paymentchargespecification", "shippingdeliverytime"}
)


@dataclass(slots=True)
class OfferFacts:
    """One Offer (or AggregateOffer) of a product."""

    node: Node
    price: Decimal | None
    list_price: Decimal | None
    currency: str | None
    availability: Availability | None


def offers_of(node: Node) -> list[OfferFacts]:
    """Return every offer of a product, including a price on the product itself."""
    found: list[OfferFacts] = []
    stack: list[tuple[Any, Node | None]] = [
        (value, None) for value in reversed(listed(node.get("offers"))[:_MAX_OFFERS])
    ]
    while stack and len(found) < _MAX_OFFERS:
        value, outer = stack.pop()
        if isinstance(value, list):
            stack.extend((item, outer) for item in reversed(value[:_MAX_OFFERS]))
        elif isinstance(value, dict):
            inner = [o for o in listed(value.get("offers")) if isinstance(o, dict)]
            if inner and outer is None and any(_prices(o, None)[0] is not None for o in inner):
                stack.extend((item, value) for item in reversed(inner[:_MAX_OFFERS]))
            else:
                found.append(_read(value, outer))
    if not any(offer.price is not None for offer in found):
        own = _read(node, None)
        if own.price is not None:
            found.append(own)
    return found


def _read(node: Node, outer: Node | None) -> OfferFacts:
    currency = _currency(node) or (_currency(outer) if outer else None)
    price, list_price = _prices(node, currency)
    availability = availability_of(node.get("availability"))
    if availability is None and outer is not None:
        availability = availability_of(outer.get("availability"))
    return OfferFacts(node, price, list_price, currency, availability)


def _currency(node: Node) -> str | None:
    for key in ("priceCurrency", "pricecurrency", "currency"):
        if code := iso_code(text_of(node.get(key), 20)):
            return code
    for specification in _specifications(node):
        if code := iso_code(text_of(specification.get("priceCurrency"), 20)):
            return code
    price = text_of(node.get("price", node.get("lowPrice")), 40)
    return iso_code(price.strip(_NUMERIC)) if price else None


def _specifications(node: Node) -> list[Node]:
    return [s for s in listed(node.get("priceSpecification"))[:20] if isinstance(s, dict)]


def _prices(node: Node, currency: str | None) -> tuple[Decimal | None, Decimal | None]:
    """Return the price to pay (of an AggregateOffer the lowest) and the list price."""
    price = None
    for key in ("salePrice", "price", "lowPrice", "lowprice", "minPrice"):
        price = _amount(node.get(key), currency)
        if price is not None:
            break
    list_price = _amount(node.get("listPrice", node.get("msrp")), currency)
    current: list[Decimal] = []
    for specification in _specifications(node):
        if types_of(specification) & _NOT_THE_PRICE or not _for_one_piece(specification):
            continue
        amount = _amount(specification.get("price", specification.get("minPrice")), currency)
        if amount is None:
            continue
        kind = (text_of(specification.get("priceType"), 120) or "").lower()
        if kind.endswith(_LIST_PRICE_TYPES):
            list_price = amount
        else:
            current.append(amount)
    if current:
        lowest = min(current)
        if price is not None and lowest < price:
            list_price = list_price or price
        price = lowest if price is None else min(price, lowest)
    if price is None and list_price is not None:
        price, list_price = list_price, None
    if list_price is not None and price is not None and list_price <= price:
        list_price = None
    return price, list_price


def _for_one_piece(specification: Node) -> bool:
    """Return False for prices per kilogram or instalment, for members, or for larger quantities."""
    if specification.get("validForMemberTier") or specification.get("billingDuration"):
        return False
    if specification.get("referenceQuantity") and specification.get("unitCode"):
        return False
    reference = specification.get("referenceQuantity")
    if isinstance(reference, dict):
        unit = (text_of(reference.get("unitCode"), 20) or "").upper()
        return unit in ("", "C62", "EA", "H87")
    quantity = specification.get("eligibleQuantity")
    if isinstance(quantity, dict):
        least = markup_amount(text_of(quantity.get("minValue", quantity.get("value")), 20))
        return least is None or least <= 1
    return True


def _amount(value: Any, currency: str | None) -> Decimal | None:
    if isinstance(value, list):
        amounts = [a for item in value[:20] if (a := _amount(item, currency)) is not None]
        return min(amounts) if amounts else None
    if isinstance(value, dict):
        value = value.get("@value", value.get("price", value.get("value")))
        if isinstance(value, dict | list):
            return None
    amount = markup_amount(value, currency)
    return amount or None


def availability_of(value: Any) -> Availability | None:
    """Read schema.org's ItemAvailability, however it is written, or words that mean the same."""
    if isinstance(value, bool):
        return read_availability(value)
    text = text_of(value, 120)
    return (read_availability(text) or availability_in_words(text)) if text else None


def choose_offer(offers: list[OfferFacts], identity: PageIdentity) -> OfferFacts | None:
    """Return the offer of the variant that the address names, else the cheapest available one."""
    priced = [offer for offer in offers if offer.price is not None]
    if not priced:
        return offers[0] if offers else None
    wanted = variant_ids(identity.url)
    if wanted:
        for offer in priced:
            address = absolute(text_of(offer.node.get("url")), identity.url)
            sku = text_of(offer.node.get("sku"), 80)
            if address and wanted <= variant_ids(address):
                return offer
            if sku and sku.casefold() in wanted:
                return offer
    new = [offer for offer in priced if not _second_hand(offer)] or priced
    available = [offer for offer in new if offer.availability != "out_of_stock"] or new
    return min(available, key=lambda offer: offer.price or Decimal(0))


def _second_hand(offer: OfferFacts) -> bool:
    return read_condition(text_of(offer.node.get("itemCondition"), 120)) not in (None, "new")
