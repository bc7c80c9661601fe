"""Items of eBay's Browse API, as its searches by words and by picture return them.

https://developer.ebay.com/api-docs/buy/browse/resources/item_summary/methods/search
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from server.goods.condition import Condition, read_condition
from server.goods.money import Money, from_major_units, list_price_of, price_of
from server.goods.safe_text import clean_text, safe_link
from server.offers.errors import NonsenseError, ProviderError
from server.offers.offer import Offer, offer_id, one_each
from server.offers.providers.answers import elements, mapping, refusal

_ENVELOPE = frozenset({"total", "href", "limit", "offset", "warnings"})


def read_items(
    message: object, provider: str, title: str, limit: int, *secrets: str
) -> list[Offer]:
    """Read a search's offers, in eBay's order.

    Args:
        message: The answer's JSON.
        provider: The name of the provider that the offers belong to.
        title: Its name in messages.
        limit: The most offers to return.
        secrets: Secrets that no message may repeat.

    Raises:
        ProviderError: eBay answered with an error, or with something else than items.
    """
    answer = mapping(message)
    found = answer.get("itemSummaries")
    if isinstance(found, list):
        return one_each((_offer(mapping(item), provider) for item in elements(found)), limit)
    if answer.get("errors"):
        raise refused(message, title, *secrets)
    if _ENVELOPE.isdisjoint(answer):
        raise NonsenseError(title)
    return []


def refused(message: object, title: str, *secrets: str) -> ProviderError:
    """Build the error for an answer with eBay's ``errors``, without repeating secrets."""
    errors = [mapping(error) for error in elements(mapping(message).get("errors"))]
    messages = (error.get(name) for error in errors for name in ("longMessage", "message"))
    reason = next((text for text in messages if isinstance(text, str) and text), None)
    return refusal(title, reason, *secrets)


def _offer(item: dict[str, Any], provider: str) -> Offer | None:
    link = safe_link(item.get("itemWebUrl"))
    title = clean_text(item.get("title"))
    if link is None or title is None:
        return None
    price = price_of(_money(item.get("price")))
    seller = clean_text(mapping(item.get("seller")).get("username"), 80)
    key = item.get("itemId")
    return Offer(
        id=offer_id(provider, key if isinstance(key, str) and key else link),
        provider=provider,
        title=title,
        link=link,
        shop=f"eBay: {seller}" if seller else "eBay",
        price=price,
        list_price=list_price_of(
            _money(mapping(item.get("marketingPrice")).get("originalPrice")), price
        ),
        availability="in_stock",  # what is sold out or ended is not found
        picture_url=next(_pictures(item), None),
        types=tuple(_types(item)),
        condition=_condition(item),
        shipping=_shipping(item, price),
    )


def _money(given: object) -> Money | None:
    """Read an amount in the seller's currency.

    Where eBay converted it for the buyer's site, the exact original is beside it.
    """
    amount = mapping(given)
    original = from_major_units(
        amount.get("convertedFromValue"), amount.get("convertedFromCurrency")
    )
    return original or from_major_units(amount.get("value"), amount.get("currency"))


def _shipping(item: dict[str, Any], price: Money | None) -> Money | None:
    """Return the cheapest shipping, in the price's currency; 0 is free."""
    options = (mapping(option) for option in elements(item.get("shippingOptions")))
    costs = [cost for option in options if (cost := _money(option.get("shippingCost")))]
    same = [cost for cost in costs if price is None or cost.currency == price.currency]
    currencies = {cost.currency for cost in same}
    return min(same, key=lambda cost: Decimal(cost.amount)) if len(currencies) == 1 else None


def _condition(item: dict[str, Any]) -> Condition | None:
    """Read the condition by its number; its name is in the site's language.

    https://developer.ebay.com/devzone/finding/callref/enums/conditionidlist.html
    """
    given = item.get("conditionId")
    text = str(given) if isinstance(given, str | int) else ""
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= 5 else 0
    if 1000 <= number < 2000:
        return "new"
    if 2000 <= number < 2750:
        return "refurbished"
    if 2750 <= number < 8000:
        return "used"
    return read_condition(item.get("condition"))


def _pictures(item: dict[str, Any]) -> Iterator[str]:
    for holder in (item.get("image"), *elements(item.get("thumbnailImages"))):
        link = safe_link(mapping(holder).get("imageUrl"))
        if link:
            yield link


def _types(item: dict[str, Any]) -> Iterator[str]:
    """Yield the names of the most specific categories.

    Those above them ("Clothing, Shoes & Accessories") also name what the item is not.
    """
    # A list: what the answer gives as ids may not be hashable.
    leaves = elements(item.get("leafCategoryIds"))
    categories = [mapping(category) for category in elements(item.get("categories"))]
    if leaves:
        categories = [c for c in categories if c.get("categoryId") in leaves]
    for category in categories[: None if leaves else 1]:
        name = clean_text(category.get("categoryName"))
        if name:
            yield name
