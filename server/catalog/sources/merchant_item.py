"""One row of a feed, whatever its format, read by Google's names of its fields.

Fields: https://support.google.com/merchants/answer/7052112 (product data specification).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin

from server.catalog.sources.product import BrokenItemError, SourceProduct
from server.goods.availability import read_availability
from server.goods.condition import read_condition
from server.goods.currencies import place_of
from server.goods.gtin import read_gtin
from server.goods.money import Money, list_price_of, price_of
from server.goods.price_text import read_price
from server.goods.safe_text import clean_text, safe_link

# Google's names of the fields to their values, the most certain first.
Fields = Mapping[str, Sequence[str]]

LONGEST_KEY = 200
LONGEST_PICTURE = 4096
LONGEST_EXAMPLE = 60
# Fields whose values are read, and may be unreadable.
_READ = ("price", "sale_price", "availability", "condition", "gtin")


def read_item(
    fields: Fields,
    base: str | None,
    today: datetime | None = None,
    *,
    currency: str | None = None,
    repair: str = "",
) -> SourceProduct:
    """Read a product from a row's fields.

    Args:
        fields: The row's fields.
        base: Address of the feed, which relative links are resolved against; None for a file.
        today: When sale prices must be in force; None for now.
        currency: The ISO 4217 code of prices that name none; None if that is not known. The
            row's own ``currency`` goes before it.
        repair: What had to be repaired in the row, if anything.

    Returns:
        The product. Anything optional that is missing or unreadable is left out of it: a
        price that is not understood is unknown.

    Raises:
        BrokenItemError: No id, no title or no link that may be opened.
    """
    key = _first(fields, "id")
    title = clean_text(_first(fields, "title"))
    example = f"“{title or key or clean_text(_first(fields, 'link'), LONGEST_EXAMPLE) or ''}”"
    if not key:
        raise BrokenItemError("An item has no id.", reason="no id", example=example)
    if len(key) > LONGEST_KEY:
        raise BrokenItemError(
            f"The id {key[:40]}… is longer than {LONGEST_KEY} characters.",
            reason=f"an id of more than {LONGEST_KEY} characters",
            example=example,
        )
    if title is None:
        raise BrokenItemError(f"Item {key} has no title.", reason="no title", example=example)
    link = safe_link(_absolute(_first(fields, "link"), base))
    if link is None:
        raise BrokenItemError(
            f"Item {key} has no link to a page that may be opened.",
            reason="no link to a page that may be opened",
            example=example,
        )
    # Feeds must name the currency's code; if one has a symbol, the shop's country decides.
    country = place_of(link, None, frozenset()).country
    texts = {name: _first(fields, name) for name in _READ}
    currency = _first(fields, "currency").upper() or currency
    full, sale = (_price(texts[name], country, currency) for name in ("price", "sale_price"))
    availability = read_availability(texts["availability"])
    condition = read_condition(texts["condition"])
    gtin = read_gtin(texts["gtin"])
    values = (full, sale, availability, condition, gtin)
    period = _first(fields, "sale_price_effective_date")
    in_force = _in_force(period, today or datetime.now(UTC))
    price = sale if sale is not None and in_force else full
    unread = [
        (name, text)
        for (name, text), value in zip(texts.items(), values, strict=True)
        if text and value is None
    ]
    if sale is not None and in_force is None:
        unread.append(("sale_price_effective_date", period))
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
        unread=tuple((name, clean_text(text, LONGEST_EXAMPLE) or "") for name, text in unread),
        repair=repair,
    )


def _first(fields: Fields, name: str) -> str:
    """Return the first value that is not empty, on one line and without control characters."""
    for value in fields.get(name, ()):
        # A space that does not break a line counts as not printable.
        shown = (c if c.isprintable() else " " if c.isspace() else "" for c in value)
        text = "".join(shown).strip()
        if text:
            return text
    return ""


def _absolute(link: str, base: str | None) -> str:
    try:
        return urljoin(base, link) if base and link else link
    except ValueError:  # such as an unfinished IPv6 address
        return ""


def _price(text: str, country: str | None, currency: str | None) -> Money | None:
    """Read a price; one without a currency is in ``currency``."""
    money = read_price(text, country)
    if money is None and text and currency:
        money = read_price(f"{text} {currency}", country, currency)
    return price_of(money)


def _picture(fields: Fields, base: str | None) -> str | None:
    """Return the main picture, or a further one if there is no main one."""
    named = _first(fields, "image_link") or _first(fields, "additional_image_link")
    # In tables several pictures are separated by commas.
    if named.count("://") > 1:
        named = re.split(r",\s*(?=https?://)", named)[0]
    picture = _absolute(named, base)
    return picture if picture and len(picture) <= LONGEST_PICTURE else None


def _in_force(period: str, today: datetime) -> bool | None:
    """Return whether a time lies in "2026-11-01T00:00+0900/2026-11-30T23:59+0900".

    No period is always in force. A day without a time is the whole day.

    Returns:
        None for a period that cannot be read. Better the full price then than one that ended.
    """
    if not period:
        return True
    try:
        first, last = (part.strip() for part in period[:100].split("/"))
        start, end = datetime.fromisoformat(first), datetime.fromisoformat(last)
        if len(last) == len("2026-11-30"):
            end += timedelta(days=1, microseconds=-1)
    except (ValueError, OverflowError):
        return None
    start, end = (time if time.tzinfo else time.replace(tzinfo=UTC) for time in (start, end))
    return start <= today <= end
