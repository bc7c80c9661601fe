"""One row of a feed, whatever its format, read by Google's names of its fields.

Fields: https://support.google.com/merchants/answer/7052112 (product data specification).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import urljoin

from server.catalog.sources.product import BrokenItemError, Shipping, SourceProduct
from server.goods.availability import read_availability
from server.goods.condition import read_condition
from server.goods.currencies import place_of
from server.goods.gender import read_gender
from server.goods.gtin import read_gtin
from server.goods.money import Money, list_price_of, price_of
from server.goods.price_text import read_price
from server.goods.safe_text import clean_text, safe_link
from server.goods.sale import Sale, read_period

# Google's names of the fields to their values, the most certain first.
Fields = Mapping[str, Sequence[str]]

LONGEST_KEY = 200
LONGEST_PICTURE = 4096
LONGEST_EXAMPLE = 60
LONGEST_SIZE = 100
MOST_PICTURES = 20
MOST_COUNTRIES = 50
_BETWEEN_PICTURES = re.compile(r"(?:[,;|]\s*|\s+)(?=https?://)")
_COUNTRY = re.compile("[A-Za-z]{2}")
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
    full, sold_at = (_price(texts[name], country, currency) for name in ("price", "sale_price"))
    availability = read_availability(texts["availability"])
    condition = read_condition(texts["condition"])
    gtin = read_gtin(texts["gtin"])
    values = (full, sold_at, availability, condition, gtin)
    written = _first(fields, "sale_price_effective_date")
    period = read_period(written)
    sale = Sale(sold_at, *period) if sold_at is not None and period is not None else None
    on_sale = sale is not None and sale.in_force(today or datetime.now(UTC))
    price = sold_at if on_sale else full
    unread = [
        (name, text)
        for (name, text), value in zip(texts.items(), values, strict=True)
        if text and value is None
    ]
    if sold_at is not None and period is None:
        unread.append(("sale_price_effective_date", written))
    pictures = _pictures(fields, base)
    types = [clean_text(text) for text in fields.get("product_type", ())]
    types += [clean_text(text) for text in fields.get("google_product_category", ())]
    return SourceProduct(
        key=key,
        group_key=clean_text(_first(fields, "item_group_id"), LONGEST_KEY),
        title=title,
        link=link,
        picture=pictures[0] if pictures else None,
        types=tuple(text for text in types if text and not text.isdigit()),
        brand=clean_text(_first(fields, "brand")),
        colour=clean_text(_first(fields, "color")),
        price=price,
        list_price=list_price_of(full, price),
        availability=availability,
        condition=condition,
        gtin=gtin,
        size=clean_text(", ".join(fields.get("size", ())), LONGEST_SIZE),
        gender=read_gender(_first(fields, "gender")),
        pictures=pictures[1:],
        shipping=_shipping(fields, country, currency),
        sale=sale if written else None,
        unread=tuple((name, clean_text(text, LONGEST_EXAMPLE) or "") for name, text in unread),
        repair=repair,
    )


def _first(fields: Fields, name: str) -> str:
    """Return the first value that is not empty, on one line and without control characters."""
    return next(filter(None, map(_line, fields.get(name, ()))), "")


def _line(value: str) -> str:
    # A space that does not break a line counts as not printable.
    return "".join(c if c.isprintable() else " " if c.isspace() else "" for c in value).strip()


def _absolute(link: str, base: str | None) -> str:
    try:
        return urljoin(base, link) if base and link else link
    except ValueError:  # such as an unfinished IPv6 address
        return ""


def _price(text: str, country: str | None, currency: str | None) -> Money | None:
    """Read a price; 0 is none."""
    return price_of(_amount(text, country, currency))


def _amount(text: str, country: str | None, currency: str | None) -> Money | None:
    """Read an amount; one without a currency is in ``currency``."""
    money = read_price(text, country)
    if money is None and text and currency:
        money = read_price(f"{text} {currency}", country, currency)
    return money


def _pictures(fields: Fields, base: str | None) -> tuple[str, ...]:
    """Return the pictures, the main one first."""
    named = [*fields.get("image_link", ()), *fields.get("additional_image_link", ())]
    found: dict[str, None] = {}
    for text in named:
        # In tables several pictures stand in one value.
        several = _BETWEEN_PICTURES.split(text) if text.count("://") > 1 else [text]
        for part in several:
            picture = _absolute(_line(part), base)
            if picture and len(picture) <= LONGEST_PICTURE:
                found.setdefault(picture)
    return tuple(found)[:MOST_PICTURES]


def _shipping(fields: Fields, country: str | None, currency: str | None) -> tuple[Shipping, ...]:
    """Read ``US:CA:Ground:6.49 USD``: the country is the first part, the price the last."""
    found = []
    for text in fields.get("shipping", ())[:MOST_COUNTRIES]:
        # In tables several countries are separated by commas.
        for one in re.split(r",(?=[A-Za-z]{2}:)", text):
            parts = [part.strip() for part in one.split(":")]
            first = parts[0]
            money = _amount(parts[-1], country, currency)
            if money is not None:
                code = first.upper() if _COUNTRY.fullmatch(first) else None
                found.append(Shipping(code, money))
    return tuple(found[:MOST_COUNTRIES])
