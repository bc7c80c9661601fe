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
from server.goods.money import list_price_of, price_of
from server.goods.price_text import read_price
from server.goods.safe_text import clean_text, safe_link

# Field names without namespace, lower case, to their values in the entry's order.
Fields = Mapping[str, Sequence[str]]

LONGEST_KEY = 200
LONGEST_PICTURE = 4096
LONGEST_EXAMPLE = 60
# Fields whose values are read, and may be unreadable.
_READ = ("price", "sale_price", "availability", "condition", "gtin")


def read_item(fields: Fields, base: str | None, today: datetime | None = None) -> SourceProduct:
    """Read a product from an entry's fields.

    Args:
        fields: The entry's fields.
        base: Address of the feed, which relative links are resolved against; None for a file.
        today: When sale prices must be in force; None for now.

    Returns:
        The product. Anything optional that is missing or unreadable is left out of it: a
        price that is not understood is unknown.

    Raises:
        BrokenItemError: No id, no title or no link that may be opened.
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
    # Feeds must name the currency's code; if one has a symbol, the shop's country decides.
    country = place_of(link, None, frozenset()).country
    texts = {name: _first(fields, name) for name in _READ}
    full, sale = (price_of(read_price(texts[name], country)) for name in ("price", "sale_price"))
    availability = read_availability(texts["availability"])
    condition = read_condition(texts["condition"])
    gtin = read_gtin(texts["gtin"])
    values = (full, sale, availability, condition, gtin)
    in_force = _in_force(_first(fields, "sale_price_effective_date"), today or datetime.now(UTC))
    price = sale if sale is not None and in_force else full
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
        list_price=list_price_of(full, price),
        availability=availability,
        condition=condition,
        gtin=gtin,
        unread=tuple(
            (name, clean_text(text, LONGEST_EXAMPLE) or "")
            for (name, text), value in zip(texts.items(), values, strict=True)
            if text and value is None
        ),
    )


def _first(fields: Fields, name: str) -> str:
    """Return the first value that is not empty, without control characters."""
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


def _in_force(period: str, today: datetime) -> bool:
    """Return whether a time lies in "2026-11-01T00:00+0900/2026-11-30T23:59+0900".

    No period is always in force. One that cannot be read never is: better the full price
    than one that ended.
    """
    if not period:
        return True
    try:
        start, end = (datetime.fromisoformat(part.strip()) for part in period[:100].split("/"))
    except ValueError:
        return False
    start, end = (time if time.tzinfo else time.replace(tzinfo=UTC) for time in (start, end))
    return start <= today <= end
