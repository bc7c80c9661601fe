"""Read the state that shops keep in scripts: Shopify, data layers, single-page apps.

Such state follows no standard and holds many products, so an object only counts if it is the
platform's own record of the page's product, or has the exact name of the page's heading beside
a price.
"""

import re
from decimal import Decimal
from typing import Any

from server.goods.amounts import markup_amount
from server.goods.availability import Availability, best_availability, read_availability
from server.goods.currencies import MINOR_UNITS, iso_code
from server.goods.gtin import read_gtin
from server.goods.names import words_of
from server.shop_page.document.identity import PageIdentity, variant_ids
from server.shop_page.document.strip import Script
from server.shop_page.document.tree import Document
from server.shop_page.markup.products import listed, text_of
from server.shop_page.markup.scripts import Budget, values_in
from server.shop_page.offer import SourceFacts

_MAX_SCRIPT = 1_500_000
_MAX_OBJECTS = 30_000
_SHOPIFY = re.compile(r"ShopifyAnalytics\.meta|var meta = \{\"product\"|Shopify\.|ProductJson")
_CURRENCY = re.compile(
    r"[\"'](?:priceCurrency|currency|currencyCode|currency_code|currencyIso|isoCode"
    r"|currencyISO)[\"']\s*:\s*[\"']([A-Z]{3})[\"']"
    r"|Shopify\.currency\s*=\s*\{\s*\"active\"\s*:\s*\"([A-Z]{3})\""
)
_NAME_KEYS = ("name", "title", "productName", "product_name", "productTitle", "displayName",
              "item_name", "content_name", "productname")  # fmt: skip
_PRICE_KEYS = (
    "salePrice", "sale_price", "finalPrice", "final_price", "currentPrice", "current_price",
    "specialPrice", "sellingPrice", "offerPrice", "price", "priceValue", "unitPrice", "minPrice",
    "lowPrice", "value", "amount", "formattedPrice", "formatted", "salesPrice", "product_price",
    "current", "now", "selling",
)  # fmt: skip
_PRICES_KEYS = ("prices", "pricing", "priceInfo", "price_info", "priceRange", "offer", "offers")
_SKU_KEYS = ("sku", "productSku", "product_sku", "skuId", "sku_id", "styleColor", "item_id",
             "productCode", "product_code", "productId", "product_id", "content_ids",
             "content_id", "id", "code", "articleNumber", "partNumber", "itemId",
             "usItemId")  # fmt: skip
_STOCK_KEYS = ("inStock", "in_stock", "isInStock", "available", "availableForSale", "isAvailable",
               "availability", "availabilityStatus", "stockStatus", "stock_status", "stock",
               "product_stock", "item_stock_status")  # fmt: skip
_INTERESTING = re.compile(
    r"\b(?:price|salePrice|sale_price|finalPrice|currentPrice|minPrice|product_price|value)"
    r"[\"'\\]{0,3}\s*:"
)
_SEPARATOR = re.compile(r"\s*[-–—|:·(,.]")


def named_currencies(scripts: list[Script]) -> frozenset[str]:
    """Return the currency codes that scripts on the page name, mostly just the one it sells in."""
    found: set[str] = set()
    for script in scripts:
        if "urrency" not in script.text and "isoCode" not in script.text:
            continue
        for match in _CURRENCY.finditer(script.text[:_MAX_SCRIPT]):
            found.add(match[1] or match[2])
            if len(found) > 4:
                return frozenset()
    return frozenset(found & MINOR_UNITS.keys())


def scripts_in_attributes(document: Document) -> list[Script]:
    """Return the first twenty attributes that hold JSON with a price, as scripts."""
    if not document.has_data:
        return []
    found = document.root.xpath(
        '(//@*[starts-with(., "{") and contains(., "rice")])[position() <= 20]'
    )
    return [Script("", "json", str(text)) for text in found] if isinstance(found, list) else []


def read_state(scripts: list[Script], identity: PageIdentity) -> SourceFacts:
    """Read the facts about the page's product in its scripts; empty if none is certain."""
    facts = SourceFacts("state")
    budget = _MAX_SCRIPT
    lenient = Budget()
    words = {word for name in identity.names for word in words_of(name) if len(word) > 3}

    def wanted(text: str) -> bool:
        if not _INTERESTING.search(text):
            return False
        text = text.casefold()
        return any(word in text for word in words)

    for script in scripts:
        if "ld+json" in script.type or "rice" not in script.text or len(script.text) > budget:
            continue
        if not _INTERESTING.search(script.text):
            continue
        budget -= len(script.text)
        shopify = bool(_SHOPIFY.search(script.text[:20_000]) or "ProductJson" in script.id)
        for value in values_in(script, wanted, lenient):
            product = _find(value, identity)
            if product is not None:
                _take(product, facts, identity, cents=shopify or _is_shopify_product(product))
            if facts.price is not None:
                return facts
    return facts


def _find(value: Any, identity: PageIdentity) -> dict[str, Any] | None:
    """Return the object that has the page's name and a price."""
    stack = [value]
    seen = 0
    while stack and seen < _MAX_OBJECTS:
        item = stack.pop()
        seen += 1
        if isinstance(item, list):
            stack.extend(reversed(item[:2_000]))
        elif isinstance(item, dict):
            name = next((n for k in _NAME_KEYS if (n := _plain(item.get(k)))), None)
            if name and _has_name(name, identity) and _price(item, cents=False) is not None:
                return item
            stack.extend(reversed(list(item.values())[:2_000]))
    return None


def _plain(value: Any) -> str | None:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, str) and 2 < len(value) < 300 else None


def _has_name(name: str, identity: PageIdentity) -> bool:
    """Return True for a name of the page, with or without what its title adds after a dash."""
    own = words_of(name)
    if not own:
        return False
    for other in identity.names:
        if own == words_of(other):
            return True
        if len(own) > 1 and other.startswith(name) and _SEPARATOR.match(other, len(name)):
            return True
    return False


def _is_shopify_product(item: dict[str, Any]) -> bool:
    return "price_min" in item and "compare_at_price" in item and "variants" in item


def _price(item: dict[str, Any], *, cents: bool, depth: int = 3) -> Decimal | None:
    for key in (*_PRICE_KEYS, *_PRICES_KEYS):
        value = item.get(key)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if isinstance(value, dict):
            amount = _price(value, cents=cents, depth=depth - 1) if depth else None
            if amount:
                return amount
        elif key in _PRICES_KEYS or isinstance(value, list):
            continue
        elif cents and isinstance(value, int) and not isinstance(value, bool):
            return Decimal(value) / 100 or None
        elif amount := markup_amount(value):
            return amount
    return None


def _take(
    product: dict[str, Any], facts: SourceFacts, identity: PageIdentity, *, cents: bool
) -> None:
    variants = [v for v in listed(product.get("variants"))[:200] if isinstance(v, dict)]
    wanted = variant_ids(identity.url)
    shown = next((v for v in variants if str(v.get("id")) in wanted), None)
    facts.addressed = shown is not None
    shown = shown or next((v for v in variants if v.get("available") is True), None)
    shown = shown or (variants[0] if variants else None)
    sources = [s for s in (shown, product) if s is not None]
    facts.price = next((p for s in sources if (p := _price(s, cents=cents)) is not None), None)
    facts.prices = (facts.price,) if facts.price else ()
    before = (shown or product).get("compare_at_price")
    if cents and isinstance(before, int) and facts.price and Decimal(before) / 100 > facts.price:
        facts.list_price = Decimal(before) / 100
    facts.title = next((text_of(product[k]) for k in _NAME_KEYS if _plain(product.get(k))), None)
    facts.brand = text_of(product.get("vendor") or product.get("brand"), 120)
    for source in sources:
        facts.sku = facts.sku or next(
            (t for k in _SKU_KEYS if (t := text_of(source.get(k), 60)) and " " not in t), None
        )
        facts.gtin = facts.gtin or read_gtin(text_of(source.get("barcode", source.get("gtin")), 40))
        facts.currency = facts.currency or next(
            (
                c
                for k in ("currency", "priceCurrency", "currencyCode", "currency_code")
                if (c := iso_code(source.get(k)))
            ),
            None,
        )
    facts.availability = best_availability(map(_state, [product, *variants]))


def _state(item: dict[str, Any]) -> Availability | None:
    for key in _STOCK_KEYS:
        value = item.get(key)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if isinstance(value, dict):
            value = next((value[k] for k in _STOCK_KEYS if isinstance(value.get(k), bool)), None)
        if isinstance(value, bool | str) and (state := read_availability(value)):
            return state
    return None
