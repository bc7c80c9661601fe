"""Products of the Universal Commerce Protocol as offers.

Schemas: ``source/schemas/shopping/types/product.json`` and ``variant.json`` of
https://github.com/Universal-Commerce-Protocol/ucp.

Fields that cannot be read, or that leave in doubt what is meant, are left out; so is a whole
product without title or link.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from server.catalog.sources.product import BrokenItemError, SourceProduct
from server.goods import money
from server.goods.availability import Availability, read_availability
from server.goods.condition import Condition, read_condition
from server.goods.gender import read_gender
from server.goods.gtin import read_gtin
from server.goods.money import Money, list_price_of, price_of
from server.goods.safe_text import clean_text, safe_link
from server.offers.offer import Offer, offer_id
from server.offers.providers.answers import elements, mapping

_MOST_VARIANTS = 100
_LONGEST_KEY = 200
# "google:Apparel & Accessories".
_TAXONOMY = re.compile(r"^[a-z_]{2,40}:(?=[^\s/])")
# One word with a digit: "2271", "aa-1-4", "gpc_187"; and addresses, "gid://shopify/...".
_ID = re.compile(r"\S*(?:\d|://)\S*")
# One thing is sold, not a length or a weight of it: a piece, a pair or a set in the code list of
# UN/CEFACT recommendation 20.
_ONE_THING = ("C62", "EA", "PR", "SET", "NMP")
_BARCODES = frozenset({"gtin", "ean", "upc", "jan"})


def read_product(product: dict[str, Any], provider: str, shop: str | None) -> Offer | None:
    """Build an offer from a product; None if it has no title or no link.

    Args:
        product: As the protocol documents it; not trusted.
        provider: The name of the provider that the offer belongs to.
        shop: Its shop, if the product names none.
    """
    variant = _variant(product)
    link = _link(product, variant)
    title = clean_text(product.get("title")) or clean_text(variant.get("title"))
    if link is None or title is None:
        return None
    price, before = _prices(product, variant)
    seller = mapping(variant.get("seller"))
    key = product.get("id")
    options = _options(variant)
    own = options.get("size")
    return Offer(
        id=offer_id(provider, key if isinstance(key, str) and key else link),
        provider=provider,
        title=title,
        link=link,
        shop=clean_text(seller.get("name"), 100) or clean_text(seller.get("domain"), 100) or shop,
        price=price,
        list_price=list_price_of(before, price),
        availability=_availability(variant.get("availability")),
        condition=_condition(variant.get("condition")) or _condition(product.get("condition")),
        gtin=_gtin(variant),
        brand=clean_text(product.get("brand"), 100),
        sizes=(own,) if own else (),
        also_in=tuple(size for size in _sizes(product) if size != own),
        gender=read_gender(options.get("target gender") or options.get("gender")),
        picture_url=_picture(variant) or _picture(product),
        types=tuple(_types(product, variant)),
    )


def read_variants(product: dict[str, Any]) -> Iterator[SourceProduct | BrokenItemError]:
    """Yield each variant of a product for the catalogue, or what is wrong with it."""
    title = clean_text(product.get("title"))
    group = product.get("id")
    variants = [mapping(each) for each in elements(product.get("variants"))[:_MOST_VARIANTS]]
    for variant in variants or [{}]:
        link = _link(product, variant)
        name = title or clean_text(variant.get("title"))
        if link is None or name is None:
            yield BrokenItemError(
                f"The product {name or group} has no title or no link.",
                reason="no title, or no link to a page that may be opened",
                example=f"“{name or clean_text(group) or ''}”",
            )
            continue
        price, before = _prices(product, variant)
        options = _options(variant)
        pictures = tuple(dict.fromkeys([*_pictures(variant), *_pictures(product)]))
        yield SourceProduct(
            key=(clean_text(variant.get("id")) or clean_text(group) or link)[:_LONGEST_KEY],
            group_key=clean_text(group),
            title=name,
            link=link,
            picture=pictures[0] if pictures else None,
            pictures=pictures[1:],
            types=tuple(_types(product, variant)),
            brand=clean_text(product.get("brand")) or clean_text(product.get("vendor")),
            colour=options.get("color") or options.get("colour"),
            size=options.get("size"),
            gender=read_gender(options.get("target gender") or options.get("gender")),
            price=price,
            list_price=list_price_of(before, price),
            availability=_availability(variant.get("availability")),
            condition=_condition(variant.get("condition")) or _condition(product.get("condition")),
            gtin=_gtin(variant),
        )


def _options(variant: dict[str, Any]) -> dict[str, str]:
    """Return what is chosen in a variant, by the option's name in lower case."""
    found = {}
    for option in map(mapping, elements(variant.get("options"))[:10]):
        name = clean_text(option.get("name"))
        value = clean_text(option.get("label")) or clean_text(option.get("value"))
        if name and value:
            found[name.casefold()] = value
    return found


def _sizes(product: dict[str, Any]) -> Iterator[str]:
    """Yield the sizes in which a product is sold, each once."""
    every = map(mapping, elements(product.get("variants"))[:_MOST_VARIANTS])
    yield from dict.fromkeys(filter(None, (_options(each).get("size") for each in every)))


def _variant(product: dict[str, Any]) -> dict[str, Any]:
    """Return the variant to show: the first, which was found, or one in stock if it is sold out.

    Of several in stock it is the cheapest.
    """
    every = [mapping(variant) for variant in elements(product.get("variants"))[:_MOST_VARIANTS]]
    sold = [variant for variant in every if _link(product, variant)]
    if not sold:
        return {}
    if _availability(sold[0].get("availability")) != "out_of_stock":
        return sold[0]
    there = [v for v in sold if _availability(v.get("availability")) == "in_stock"]
    return min(there, key=_amount, default=sold[0])


def _amount(variant: dict[str, Any]) -> Decimal:
    price = _money(variant.get("price"))
    return Decimal(price.amount) if price is not None else Decimal("Infinity")


def _link(product: dict[str, Any], variant: dict[str, Any]) -> str | None:
    """Return the address of a variant's page, or else of the product's.

    Where there is neither, a cart with the variant in it is the only place to buy it.
    """
    pages = (variant.get("url"), product.get("url"))
    if pages == (None, None):
        return safe_link(variant.get("checkout_url"))
    return safe_link(pages[0]) or safe_link(pages[1])


def _prices(product: dict[str, Any], variant: dict[str, Any]) -> tuple[Money | None, Money | None]:
    """Return a variant's price and the one before a reduction, if both are for one thing.

    A price by the metre or by the kilogram is no price of a garment. The product's range of
    earlier prices counts where the price is at the same end of the range of prices.
    """
    unit = mapping(variant.get("quantity_unit"))
    if unit and unit.get("unit") not in _ONE_THING:
        return None, None
    prices = [_money(mapping(product.get("price_range")).get(end)) for end in ("min", "max")]
    befores = [_money(mapping(product.get("list_price_range")).get(end)) for end in ("min", "max")]
    price = _money(variant.get("price")) or prices[0]
    before = _money(variant.get("list_price"))
    if before is None and price is not None:
        pairs = zip(prices, befores, strict=True)
        before = next((earlier for now, earlier in pairs if now == price), None)
    return price, before


def _money(price: object) -> Money | None:
    given = mapping(price)
    return price_of(money.from_minor_units(given.get("amount"), given.get("currency")))


def _availability(given: object) -> Availability | None:
    found = mapping(given)
    return read_availability(found.get("status")) or read_availability(found.get("available"))


def _condition(given: object) -> Condition | None:
    """Read a condition, or a list of those in which a thing is sold, if it has one alone."""
    values = elements(given) or [given]
    found = {read_condition(value) for value in values[:10]}
    return found.pop() if len(found) == 1 else None


def _gtin(variant: dict[str, Any]) -> str | None:
    for barcode in map(mapping, elements(variant.get("barcodes"))[:10]):
        kind = barcode.get("type")
        if isinstance(kind, str) and kind.lower() in _BARCODES:
            number = read_gtin(barcode.get("value"))
            if number is not None:
                return number
    return None


def _picture(holder: dict[str, Any]) -> str | None:
    return next(_pictures(holder), None)


def _pictures(holder: dict[str, Any]) -> Iterator[str]:
    for medium in elements(holder.get("media"))[:20]:
        found = mapping(medium)
        link = safe_link(found.get("url"))
        if found.get("type", "image") == "image" and link:
            yield link


def _types(product: dict[str, Any], variant: dict[str, Any]) -> Iterator[str]:
    """Yield the categories that are words; ids of a taxonomy name no kind."""
    for holder in (product, variant):
        for category in elements(holder.get("categories"))[:10]:
            text = clean_text(mapping(category).get("value") or category)
            words = _TAXONOMY.sub("", text) if text else ""
            if words and not _ID.fullmatch(words):
                yield words
