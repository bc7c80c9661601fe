"""Products in one JSON document: what shops' own addresses answer, saved to a file.

A list of products, or an object with one: Shopify's ``/products.json`` and its Admin API, the
Store API of WooCommerce and its REST API, or objects with the names of a feed. Only the product
at hand is in memory.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from server.catalog.sources.export_rows import NOT_FOR_SALE, not_for_sale
from server.catalog.sources.exports import GIVE, WITHOUT_ADDRESS
from server.catalog.sources.json_feed import object_fields
from server.catalog.sources.json_values import dicts, text
from server.catalog.sources.product import BrokenItemError, Row, SourceError
from server.catalog.sources.shopify_shop import variant_rows
from server.catalog.sources.woocommerce_shop import product_fields

# Characters of one product.
_LONGEST: Final = 2**22
# A list of products begins so: at once, or under one of these names.
_START: Final = re.compile(
    r'\s*(?:\{.{0,2000}?"(?:products|items|data|results)"\s*:\s*)?\[', re.DOTALL
)
# A product names itself, near its beginning.
_NAMED: Final = re.compile(
    r'"(?:id|title|name|handle|product_?name|product_?id)"\s*:', re.IGNORECASE
)
# WooCommerce's words to Google's.
_STOCK: Final = {"instock": "in_stock", "outofstock": "out_of_stock", "onbackorder": "backorder"}
_BETWEEN: Final = re.compile(r"[\s,]*")


def may_list_products(start: str) -> bool:
    """Return whether a document that begins so is a list of products, as far as one can see."""
    begin = _START.match(start)
    return begin is not None and _NAMED.search(start, begin.end()) is not None


def document_rows(pieces: Iterable[str], site: str | None) -> Iterator[Row | BrokenItemError]:
    """Yield the rows of a document, in Google's names.

    Args:
        pieces: Its text.
        site: The shop's address; None where products have whole links.

    Raises:
        SourceError: It breaks off, one product is too long, or its links need the shop's address.
    """
    for product in _objects(iter(pieces)):
        if text(product.get("status")).lower() in NOT_FOR_SALE:
            name = text(product.get("title")) or text(product.get("name"))
            yield not_for_sale(text(product.get("id")) or name, name)
        elif isinstance(product.get("variants"), list) and isinstance(product.get("handle"), str):
            if site is None:
                raise SourceError(WITHOUT_ADDRESS.format("Shopify's list of products"), hint=GIVE)
            for row in variant_rows(product):
                if isinstance(row, Row):
                    links = [f"{site.rstrip('/')}{link}" for link in row.fields["link"]]
                    yield Row({**row.fields, "link": links}, row.repair)
                else:
                    yield row
        elif isinstance(product.get("prices"), dict):
            yield Row(product_fields(product))
        elif isinstance(product.get("permalink"), str):
            yield Row(_of_rest_api(product))
        else:
            yield Row(object_fields(product))


def _of_rest_api(product: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return a product of WooCommerce's REST API, which names no currency, in Google's names."""
    images = [text(image.get("src")) for image in dicts(product.get("images"))]
    full, price = text(product.get("regular_price")), text(product.get("price"))
    names = [text(category.get("name")) for category in dicts(product.get("categories"))]
    plain = product.get("categories")
    return object_fields(product) | {
        "id": [text(product.get("id")) or text(product.get("sku"))],
        "title": [text(product.get("name"))],
        "link": [text(product.get("permalink"))],
        "image_link": [*images, text(product.get("main_image"))],
        "price": [full or price],
        "sale_price": [text(product.get("sale_price"))],
        "availability": [_STOCK.get(text(product.get("stock_status")), "")],
        "product_type": names or ([plain] if isinstance(plain, str) else []),
    }


def _objects(pieces: Iterator[str]) -> Iterator[dict[str, Any]]:
    """Yield the objects of the document's list."""
    decoder = json.JSONDecoder()
    buffer = ""
    for piece in pieces:
        buffer += piece
        if len(buffer) > 4096:
            break
    begin = _START.match(buffer)
    if begin is None:
        return
    at = begin.end()
    while True:
        between = _BETWEEN.match(buffer, at)
        at = between.end() if between else at
        if buffer.startswith("]", at):
            return
        try:
            found, at = decoder.raw_decode(buffer, at)
        except (ValueError, RecursionError) as error:
            buffer, at = buffer[at:], 0
            more = next(pieces, None)
            if more is None:
                raise SourceError("The file breaks off in the middle of a product.") from error
            buffer += more
            if len(buffer) > _LONGEST:
                raise SourceError("A product of the file is too long, or no JSON.") from error
            continue
        if isinstance(found, dict):
            yield found
