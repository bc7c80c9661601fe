"""WooCommerce's product export: a row for each product, and for each variation of one.

Columns: https://github.com/woocommerce/woocommerce/wiki/Product-CSV-Import-Schema. The file has
neither the shop's address nor its currency. A product's page is found by its number
(``/?p=44``), which WordPress forwards to the page.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from server.catalog.sources.export_rows import (
    COLOUR_NAMES,
    SIZE_NAMES,
    Records,
    named_values,
    not_for_sale,
    period,
    stock_word,
)
from server.catalog.sources.field_names import plain_name
from server.catalog.sources.product import BrokenItemError, Row

_NEEDED = frozenset({"id", "type", "sku", "name", "published", "regular_price"})
_ATTRIBUTES = tuple(range(1, 7))
_COMMA = re.compile(r"\s*,\s*(?=https?:)|\s*\|\s*")


@dataclass(frozen=True, slots=True)
class _Parent:
    """What a product's variations leave out."""

    row: Mapping[str, str]
    has_variations: bool = False


def is_woocommerce_header(names: Iterable[str]) -> bool:
    """Return whether a table with these columns is WooCommerce's product export."""
    return {plain_name(name) for name in names} >= _NEEDED


def woocommerce_rows(
    records: Records, names: Sequence[str], site: str
) -> Iterator[Row | BrokenItemError]:
    """Yield a row in Google's names for each product or variation that is for sale.

    Args:
        records: The rows below the header.
        names: The header's columns.
        site: The shop's address, which products' links begin with.
    """
    columns = [plain_name(name) for name in names]
    parents: dict[str, _Parent] = {}
    for values in named_values(records, columns):
        if isinstance(values, BrokenItemError):
            yield values
            continue
        kind = values["type"].split(",")[0].strip().lower()
        if kind == "variation":
            key = values.get("parent", "").removeprefix("id:")
            parent = parents.get(key)
            if parent is not None and not parent.has_variations:
                whole = _Parent(parent.row, has_variations=True)
                parents[parent.row["id"]] = parents[parent.row["sku"]] = whole
            yield _checked(values, parent.row if parent else {}, site)
        elif kind == "variable":
            # What its variations need, without its long texts.
            kept = {name: value for name, value in values.items() if "description" not in name}
            parents[values["id"]] = parents[values["sku"]] = _Parent(kept)
        else:
            yield _checked(values, {}, site)
    once = {each.row["id"] or each.row["sku"]: each for each in parents.values()}
    for each in once.values():
        if not each.has_variations:
            yield _checked(each.row, {}, site)


def _checked(
    values: Mapping[str, str], parent: Mapping[str, str], site: str
) -> Row | BrokenItemError:
    published = [row.get("published", "") for row in (values, parent) if row]
    if any(value not in {"1", ""} for value in published):
        name = values["name"] or values["id"]
        return not_for_sale(name, name)
    return Row(_fields(values, parent, site))


def _fields(
    values: Mapping[str, str], parent: Mapping[str, str], site: str
) -> dict[str, list[str]]:
    def own(name: str) -> str:
        return values.get(name, "") or parent.get(name, "")

    # A variation's own page would be its product's.
    page = (parent or values)["id"]
    link = values.get("external_url", "") or (f"{site.rstrip('/')}/?p={page}" if page else "")
    attributes = _attributes(parent) | _attributes(values)
    categories = own("categories").split(",") if own("categories") else []
    return {
        "id": [values["id"] or values["sku"]],
        "item_group_id": [parent["id"] or parent["sku"]] if parent else [],
        "title": [own("name")],
        "link": [link],
        "image_link": [*_COMMA.split(values.get("images", "")), *_COMMA.split(own("images"))],
        "price": [values["regular_price"]],
        "sale_price": [values.get("sale_price", "")],
        "sale_price_effective_date": [
            period(values.get("date_sale_price_starts", ""), values.get("date_sale_price_ends", ""))
        ],
        "availability": [_availability(values)],
        "gtin": [own("gtin_upc_ean_or_isbn").lstrip("'")],
        "brand": [own("brands"), attributes.get("brand", "")],
        "color": _one(attributes, COLOUR_NAMES),
        "size": [value for name in SIZE_NAMES if (value := attributes.get(name, ""))],
        # The last is the most special.
        "product_type": [category.strip() for category in reversed(categories)],
    }


def _attributes(values: Mapping[str, str]) -> dict[str, str]:
    """Return the values of each attribute, by its name in lower case."""
    found = {}
    for number in _ATTRIBUTES:
        name = values.get(f"attribute_{number}_name", "").casefold().removeprefix("pa_")
        if name:
            found[name] = values.get(f"attribute_{number}_value", "")
    return found


def _one(attributes: Mapping[str, str], names: frozenset[str]) -> list[str]:
    """Return the value if there is just one: which of several a picture shows is not known."""
    return [value for name in names if (value := attributes.get(name, "")) and "," not in value]


def _availability(values: Mapping[str, str]) -> str:
    written = values.get("in_stock", "").lower()
    return "backorder" if written == "backorder" else stock_word(written)
