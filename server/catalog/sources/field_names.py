"""The names that feeds have for the fields of a product, as one vocabulary: Google's.

Google: https://support.google.com/merchants/answer/7052112; its content API writes the same in
camel case. Facebook: https://www.facebook.com/business/help/120325381656392.
"""

import re
from collections.abc import Iterable, Mapping

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NOT_A_NAME = re.compile(r"[^a-z0-9]+")
# What a product costs without the sale that its price is of; Google has no name for it.
FULL_PRICE = "full_price"
# Beside Google's own names.
_ALIASES = {
    "name": "title",
    "product_name": "title",
    "product_title": "title",
    "url": "link",
    "product_url": "link",
    "product_link": "link",
    "permalink": "link",
    "image": "image_link",
    "image_url": "image_link",
    "image_0_url": "image_link",
    "main_image": "image_link",
    "picture": "image_link",
    "image_1_url": "additional_image_link",
    "additional_image_links": "additional_image_link",
    "additional_image_url": "additional_image_link",
    "images": "additional_image_link",
    "all_images": "additional_image_link",
    "image_urls": "additional_image_link",
    "offer_id": "id",
    "retailer_id": "id",
    "product_id": "id",
    "item_id": "id",
    "sku": "id",
    "group_id": "item_group_id",
    "retailer_product_group_id": "item_group_id",
    "colour": "color",
    "sizes": "size",
    "target_gender": "gender",
    "ean": "gtin",
    "upc": "gtin",
    "isbn": "gtin",
    "barcode": "gtin",
    "manufacturer": "brand",
    "category": "product_type",
    "categories": "product_type",
    "product_types": "product_type",
    "product_category": "google_product_category",
    "fb_product_category": "google_product_category",
    "regular_price": FULL_PRICE,
    "original_price": FULL_PRICE,
    "compare_at_price": FULL_PRICE,
    "old_price": FULL_PRICE,
    "oldprice": FULL_PRICE,
    "price_currency": "currency",
    "currency_code": "currency",
    "stock_status": "availability",
}
# What a shop's feed has, and a blog's has not.
SHOP_FIELDS = frozenset({
    "availability", "brand", "condition", "google_product_category", "gtin", "image_link",
    "item_group_id", "mpn", "price", "sale_price",
})  # fmt: skip
KNOWN_FIELDS = SHOP_FIELDS | {
    FULL_PRICE,
    "additional_image_link", "color", "currency", "description", "gender", "id",
    "link", "product_type", "sale_price_effective_date", "shipping", "size", "title",
}  # fmt: skip
SHIPPING = "shipping"


def plain_name(written: str) -> str:
    """Return a name in lower case with underscores: ``g:Image Link`` as ``image_link``."""
    name = written.strip().rpartition(":")[2].partition("(")[0]
    return _NOT_A_NAME.sub("_", _CAMEL.sub("_", name).lower()).strip("_")


def collect(pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Gather a row's values by Google's names of their fields.

    Args:
        pairs: Names as they are written, and values, in the row's order.

    Returns:
        For each name its values, the most certain first: those written under Google's name
        before those of an alias; ``g:id`` before ``id``, which is something else in Atom, and
        both before names with another prefix, such as ``media:title``.
    """
    ranked: dict[str, list[tuple[int, str]]] = {}
    for written, value in pairs:
        plain = plain_name(written)
        name = _ALIASES.get(plain, plain)
        prefix = written.rpartition(":")[0]
        rank = (0 if name == plain else 3) + (0 if prefix == "g" else 2 if prefix else 1)
        ranked.setdefault(name, []).append((rank, value))
    found = {
        name: [value for _, value in sorted(values, key=lambda pair: pair[0])]
        for name, values in ranked.items()
    }
    return _as_google_prices(found)


def _as_google_prices(fields: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return fields in which the price is the full one, and the lower one that of the sale."""
    # 0 is what is written where there is no sale.
    full = [
        text for text in fields.pop(FULL_PRICE, ()) if any(c.isdigit() and c != "0" for c in text)
    ]
    if not full:
        return fields
    now = [value for value in fields.get("price", ()) if value.strip()]
    sale = [value for value in fields.get("sale_price", ()) if value.strip()]
    return fields | {"price": full, "sale_price": sale or now}


def shipping_text(parts: Mapping[str, str]) -> str:
    """Return shipping that is given in parts as text feeds write it: ``US:CA:Ground:6.49 USD``."""
    return ":".join(parts.get(name, "") for name in ("country", "region", "service", "price"))


def known_name(written: str) -> str | None:
    """Return Google's name of a field; None if it is not one that is read."""
    plain = plain_name(written)
    name = _ALIASES.get(plain, plain)
    return name if name in KNOWN_FIELDS else None
