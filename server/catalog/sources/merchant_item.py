"""One entry of a Google Merchant feed, read by the names of its fields.

Fields: https://support.google.com/merchants/answer/7052112 (product data specification).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import urljoin

from server.catalog.sources.product import BrokenItemError, SourceProduct
from server.goods import money
from server.goods.money import Money
from server.goods.safe_text import clean_text, safe_link

# Field names without namespace, lower case, to their values in the entry's order.
Fields = Mapping[str, Sequence[str]]

LONGEST_KEY = 200
LONGEST_PICTURE = 4096
_AVAILABILITY = {
    "in_stock": "in_stock",
    "available_for_order": "in_stock",
    "limited_availability": "in_stock",
    "out_of_stock": "out_of_stock",
    "sold_out": "out_of_stock",
    "preorder": "preorder",
    "pre_order": "preorder",
    "backorder": "preorder",
}
_CONDITIONS = frozenset({"new", "refurbished", "used"})
_GTIN = re.compile(r"\d{8}|\d{12,14}")


def read_item(fields: Fields, base: str | None, today: datetime | None = None) -> SourceProduct:
    """Make a product of an entry's fields.

    Args:
        fields: What the entry says.
        base: The address of the feed, against which relative links are read; None for a file.
        today: The time at which sale prices must be in force; now where None.

    Raises:
        BrokenItemError: No id, no title or no link that may be opened. Everything else that
            is missing or unreadable is left out: a price that is not understood is unknown.
    """
    key = _first(fields, "id")
    if not key:
        raise BrokenItemError("An item has no id.")
    if len(key) > LONGEST_KEY:
        raise BrokenItemError(f"The id {key[:40]}… is longer than {LONGEST_KEY} characters.")
    title = clean_text(_first(fields, "title"))
    if title is None:
        raise BrokenItemError(f"Item {key} has no title.")
    link = safe_link(_absolute(_first(fields, "link"), base))
    if link is None:
        raise BrokenItemError(f"Item {key} has no link to a page that may be opened.")
    price, list_price = _prices(fields, today or datetime.now(UTC))
    condition = _word(fields, "condition")
    gtin = re.sub(r"[\s-]", "", _first(fields, "gtin"))
    types = [clean_text(text) for text in fields.get("product_type", ())]
    types += [clean_text(text) for text in fields.get("google_product_category", ())]
    return SourceProduct(
        key=key,
        group_key=clean_text(_first(fields, "item_group_id"), LONGEST_KEY),
        title=title,
        link=link,
        picture=_picture(fields, base),
        types=tuple(text for text in types if text and not text.isdigit()),
        brand=clean_text(_first(fields, "brand")),
        colour=clean_text(_first(fields, "color")),
        price=price,
        list_price=list_price,
        availability=_AVAILABILITY.get(_word(fields, "availability")),
        condition=condition if condition in _CONDITIONS else None,
        gtin=gtin if _GTIN.fullmatch(gtin) else None,
    )


def _first(fields: Fields, name: str) -> str:
    """Give the first value that is not empty, without control characters."""
    for value in fields.get(name, ()):
        text = "".join(c for c in value if c.isprintable()).strip()
        if text:
            return text
    return ""


def _word(fields: Fields, name: str) -> str:
    """Give a value of a closed list in its canonical spelling ("In stock" is in_stock).

    Also the addresses of schema.org that some shops write: https://schema.org/InStock.
    """
    text = _first(fields, name)[:100].rsplit("/", 1)[-1]
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", text)
    return re.sub(r"[\s_-]+", "_", text).lower()


def _absolute(link: str, base: str | None) -> str:
    try:
        return urljoin(base, link) if base and link else link
    except ValueError:  # such as an unfinished IPv6 address
        return ""


def _picture(fields: Fields, base: str | None) -> str | None:
    picture = _absolute(_first(fields, "image_link"), base)
    return picture if picture and len(picture) <= LONGEST_PICTURE else None


def _prices(fields: Fields, today: datetime) -> tuple[Money | None, Money | None]:
    """Give the price in force and, where it is on sale, the price before."""
    price = money.from_text(_first(fields, "price"))
    sale = money.from_text(_first(fields, "sale_price"))
    period = _first(fields, "sale_price_effective_date")
    if sale is None or (period and not _in_force(period, today)):
        return price, None
    if (
        price is None
        or price.currency != sale.currency
        or float(price.amount) <= float(sale.amount)
    ):
        return sale, None
    return sale, price


def _in_force(period: str, today: datetime) -> bool:
    """Say whether a time lies in "2026-11-01T00:00+0900/2026-11-30T23:59+0900".

    A period that cannot be read is not in force: better the full price than one that ended.
    """
    try:
        start, end = (datetime.fromisoformat(part.strip()) for part in period[:100].split("/"))
    except ValueError:
        return False
    start, end = (time if time.tzinfo else time.replace(tzinfo=UTC) for time in (start, end))
    return start <= today <= end
