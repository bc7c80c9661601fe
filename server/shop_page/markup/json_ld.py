"""The schema.org products in a page's ``application/ld+json`` scripts."""

from typing import Any

from server.shop_page.markup.lenient_json import read_values
from server.shop_page.markup.products import Candidate, find_products

_MAX_TEXT = 1_000_000


def read_products(texts: list[str]) -> list[Candidate]:
    """Parse every block, a bad one costing only itself, and find the products in them."""
    values: list[Any] = []
    left = _MAX_TEXT
    for text in texts:
        if len(text) > left:
            continue
        left -= len(text)
        values.extend(read_values(text))
    return find_products(values)
