"""One entry of a Google Merchant feed, read by the names of its fields.

Fields: https://support.google.com/merchants/answer/7052112 (product data specification).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import urljoin

from server.catalog.sources.product import BrokenItemError, SourceProduct
from server.goods.availability import read_availability
from server.goods.condition import read_condition
from server.goods.currencies import place_of
from server.goods.gtin import read_gtin
from server.goods.money import Money, list_price_of
from server.goods.price_text import read_price
from server.goods.safe_text import clean_text, safe_link

# Field names without namespace, lower case, to their values in the entry's order.
Fields = Mapping[str, Sequence[str]]

LONGEST_KEY = 200
LONGEST_PICTURE = 4096


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
    # A feed is to name the currency's code; where it has a symbol, the shop's country counts.
    country = place_of(link, None, frozenset()).country
    price, list_price = _prices(fields, country, today or datetime.now(UTC))
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
        availability=read_availability(_first(fields, "availability")),
        condition=read_condition(_first(fields, "condition")),
        gtin=read_gtin(_first(fields, "gtin")),
    )


def _first(fields: Fields, name: str) -> str:
    """Give the first value that is not empty, without control characters."""
    for value in fields.get(name, ()):
        text = "".join(c for c in value if c.isprintable()).strip()
        if text:
            return text
    return ""


def _absolute(link: str, base: str | None) -> str:
    try:
        return urljoin(base, link) if base and link else link
    except ValueError:  # such as an unfinished IPv6 address
        return ""


def _picture(fields: Fields, base: str | None) -> str | None:
    picture = _absolute(_first(fields, "image_link"), base)
    return picture if picture and len(picture) <= LONGEST_PICTURE else None


def _prices(
    fields: Fields, country: str | None, today: datetime
) -> tuple[Money | None, Money | None]:
    """Return the price in force and, where it is on sale, the price before."""
    price = read_price(_first(fields, "price"), country)
    sale = read_price(_first(fields, "sale_price"), country)
    period = _first(fields, "sale_price_effective_date")
    if sale is None or (period and not _in_force(period, today)):
        return price, None
    return sale, list_price_of(price, sale)


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
