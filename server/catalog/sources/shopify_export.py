"""Shopify's product export: a row for each variant and each picture, grouped by handle.

Columns: https://help.shopify.com/en/manual/products/import-export/using-csv, in their names
before and since 2025. The file has neither the shop's address nor its currency.
"""

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from server.catalog.sources.export_rows import (
    COLOUR_NAMES,
    NOT_FOR_SALE,
    SIZE_NAMES,
    Records,
    gender_of_tags,
    named_values,
    not_for_sale,
)
from server.catalog.sources.field_names import plain_name
from server.catalog.sources.product import BrokenItemError, Row

# Names of today to those before.
_RENAMED = {
    "url_handle": "handle",
    "sku": "variant_sku",
    "barcode": "variant_barcode",
    "price": "variant_price",
    "compare_at_price": "variant_compare_at_price",
    "inventory_tracker": "variant_inventory_tracker",
    "inventory_quantity": "variant_inventory_qty",
    "continue_selling_when_out_of_stock": "variant_inventory_policy",
    "product_image_url": "image_src",
    "variant_image_url": "variant_image",
    "published_on_online_store": "published",
}
_NEEDED = frozenset({"handle", "title", "variant_price"})
# What a product's later rows leave out.
_OF_THE_PRODUCT = (
    "title", "vendor", "type", "product_category", "published", "status", "image_src",
    "option1_name", "option2_name", "option3_name", "google_shopping_condition",
    "google_shopping_gender", "tags",
)  # fmt: skip
_OPTIONS = ("option1", "option2", "option3")


def is_shopify_header(names: Iterable[str]) -> bool:
    """Return whether a table with these columns is Shopify's product export."""
    written = {plain_name(name) for name in names}
    return {_RENAMED.get(name, name) for name in written} >= _NEEDED and bool(
        written & {"handle", "url_handle"}
    )


def shopify_rows(
    records: Records, names: Sequence[str], site: str
) -> Iterator[Row | BrokenItemError]:
    """Yield a row in Google's names for each variant that is for sale.

    Args:
        records: The rows below the header.
        names: The header's columns.
        site: The shop's address, which products' links begin with.
    """
    columns = [_RENAMED.get(plain_name(name), plain_name(name)) for name in names]
    product: dict[str, str] = {}
    for values in named_values(records, columns):
        if isinstance(values, BrokenItemError):
            yield values
            continue
        handle = values.get("handle", "")
        if handle != product.get("handle") or not handle:
            product = {name: values.get(name, "") for name in _OF_THE_PRODUCT}
            product["handle"] = handle
        # A row of nothing but a further picture.
        if not any(values.get(name) for name in ("variant_price", "title", "option1_value")):
            continue
        if not handle:
            yield BrokenItemError("An item has no handle.")
        elif _not_for_sale(product):
            yield not_for_sale(handle, product["title"] or handle)
        else:
            yield Row(_fields(values, product, site))


def _not_for_sale(product: dict[str, str]) -> bool:
    return product["status"].lower() in NOT_FOR_SALE or product["published"].lower() == "false"


def _fields(values: dict[str, str], product: dict[str, str], site: str) -> dict[str, list[str]]:
    handle = product["handle"]
    options = [values.get(f"{option}_value", "") for option in _OPTIONS]
    chosen = [option for option in options if option and option != "Default Title"]
    before = values.get("variant_compare_at_price", "")
    price = values.get("variant_price", "")
    condition = product["google_shopping_condition"]
    return {
        "id": ["/".join([handle, *chosen])],
        "item_group_id": [handle],
        "title": [product["title"]],
        "link": [f"{site.rstrip('/')}/products/{quote(handle)}"],
        "image_link": [values.get("variant_image", ""), product["image_src"]],
        # What Shopify calls the price is Google's sale price where there is one before it.
        "price": [before or price],
        "sale_price": [price if before else ""],
        "availability": [_availability(values)],
        "condition": [condition],
        # A quotation mark keeps spreadsheets from making a number of it.
        "gtin": [values.get("variant_barcode", "").lstrip("'")],
        "brand": [product["vendor"]],
        "color": [_option(options, product, COLOUR_NAMES)],
        "size": [_option(options, product, SIZE_NAMES)],
        "gender": [product["google_shopping_gender"], gender_of_tags(product["tags"]) or ""],
        "product_type": [product["type"]],
        "google_product_category": [product["product_category"]],
    }


def _option(options: Sequence[str], product: dict[str, str], names: frozenset[str]) -> str:
    for option, value in zip(_OPTIONS, options, strict=True):
        if product[f"{option}_name"].casefold() in names:
            return value
    return ""


def _availability(values: dict[str, str]) -> str:
    """Return Google's word; empty where the export has no stock."""
    if "variant_inventory_tracker" in values and not values["variant_inventory_tracker"]:
        return "in_stock"  # not counted, so never out of stock
    quantity = values.get("variant_inventory_qty", "")
    if values.get("variant_inventory_policy", "").lower() in {"continue", "true"}:
        return "in_stock"
    try:
        return "in_stock" if int(quantity) > 0 else "out_of_stock"
    except ValueError:
        return ""
