"""Magento's product export (Adobe Commerce): a row for each product and each view of the shop.

Columns: https://experienceleague.adobe.com/en/docs/commerce-admin/systems/data-transfer/data-attributes-product.
The file has neither the shop's address nor its currency. What is sold in several sizes and colours
is a "configurable" product, which names the products that are its variations; those have no
pages of their own, and may come before it or after it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import quote

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

_NEEDED = frozenset({"sku", "attribute_set_code", "product_type", "name", "price", "url_key"})
# What is kept of a product that waits for another.
_KEPT = (
    "sku", "name", "price", "special_price", "special_price_from_date", "special_price_to_date",
    "url_key", "base_image", "additional_attributes", "is_in_stock", "qty", "categories",
    "product_online", "configurable_variations",
)  # fmt: skip
_HIDDEN = "not visible individually"
_ATTRIBUTE = re.compile(r",(?=[A-Za-z0-9_]+=)")
_PAGE = ".html"


def is_magento_header(names: Iterable[str]) -> bool:
    """Return whether a table with these columns is Magento's product export."""
    return {plain_name(name) for name in names} >= _NEEDED


def magento_rows(
    records: Records, names: Sequence[str], site: str
) -> Iterator[Row | BrokenItemError]:
    """Yield a row in Google's names for each product or variation that is for sale.

    Args:
        records: The rows below the header.
        names: The header's columns.
        site: The shop's address, which products' links begin with.
    """
    columns = [plain_name(name) for name in names]
    parents: list[dict[str, str]] = []
    hidden: dict[str, dict[str, str]] = {}
    for values in named_values(records, columns):
        if isinstance(values, BrokenItemError):
            yield values
            continue
        if values.get("store_view_code"):
            continue  # the same product in another language
        if values["product_type"].lower() == "configurable":
            parents.append({name: values.get(name, "") for name in _KEPT})
        elif values.get("visibility", "").lower() == _HIDDEN:
            hidden[values["sku"]] = {name: values.get(name, "") for name in _KEPT}
        else:
            yield _checked(values, {}, {}, site)
    for parent in parents:
        variations = list(_variations(parent["configurable_variations"]))
        known = [(each, hidden.pop(each["sku"])) for each in variations if each["sku"] in hidden]
        for each, child in known:
            yield _checked(child, parent, each, site)
        if not known:
            yield _checked(parent, {}, {}, site)
    for child in hidden.values():
        yield BrokenItemError(
            f"Item {child['sku']} has no page of its own.",
            reason="a variation of no product in the file",
            example=f"“{child['name'] or child['sku']}”",
        )


def _variations(text: str) -> Iterator[dict[str, str]]:
    """Read ``sku=a,color=Red,size=M|sku=b,...``."""
    for part in text.split("|"):
        found = _pairs(part)
        if found.get("sku"):
            yield found


def _pairs(text: str) -> dict[str, str]:
    """Read ``color=Red,size=M``; a value may hold commas."""
    pairs = (part.partition("=") for part in _ATTRIBUTE.split(text))
    return {name.strip().lower(): value.strip() for name, _, value in pairs if value}


def _checked(
    values: Mapping[str, str], parent: Mapping[str, str], chosen: Mapping[str, str], site: str
) -> Row | BrokenItemError:
    if "2" in (values.get("product_online"), parent.get("product_online")):
        return not_for_sale(values["sku"], values["name"] or values["sku"])
    return Row(_fields(values, parent, chosen, site.rstrip("/")))


def _fields(
    values: Mapping[str, str], parent: Mapping[str, str], chosen: Mapping[str, str], site: str
) -> dict[str, list[str]]:
    attributes = {**_pairs(values.get("additional_attributes", "")), **chosen}
    key = (parent or values)["url_key"]
    return {
        "id": [values["sku"]],
        "item_group_id": [parent["sku"]] if parent else [],
        "title": [parent.get("name", "") or values["name"]],
        "link": [f"{site}/{quote(key)}{_PAGE}"] if key else [],
        "image_link": [_picture(row.get("base_image", ""), site) for row in (values, parent)],
        "price": [values["price"] or parent.get("price", "")],
        "sale_price": [values.get("special_price", "")],
        "sale_price_effective_date": [
            period(
                values.get("special_price_from_date", ""), values.get("special_price_to_date", "")
            )
        ],
        "availability": [stock_word(values.get("is_in_stock", ""))],
        "gtin": [attributes.get(name, "") for name in ("gtin", "ean", "upc", "barcode")],
        "brand": [attributes.get(name, "") for name in ("brand", "manufacturer")],
        "color": [attributes[name] for name in COLOUR_NAMES if name in attributes],
        "size": [attributes[name] for name in SIZE_NAMES if name in attributes],
        "gender": [attributes.get("gender", "")],
        "product_type": _categories(values.get("categories") or parent.get("categories", "")),
    }


def _picture(path: str, site: str) -> str:
    if not path or path == "no_selection" or "://" in path:
        return path if "://" in path else ""
    return f"{site}/media/catalog/product/{quote(path.lstrip('/'))}"


def _categories(text: str) -> list[str]:
    """Read ``Default Category/Women,Default Category/Women/Tops``, the most special first."""
    paths = [part.strip().split("/")[1:] for part in text.split(",")]
    paths.sort(key=len, reverse=True)
    return [" > ".join(path) for path in paths if path]
