"""One reader of conditions, for feeds, shop pages and vendors."""

import json

import pytest

from server.catalog.sources.merchant_item import read_item
from server.goods.condition import Condition, read_condition
from server.shop_page.read_page import read_shop_page


def in_feed(word: str) -> Condition | None:
    fields = {"id": ["1"], "title": ["Tee"], "link": ["https://shop.example/1"]}
    return read_item(fields | {"condition": [word]}, None).condition


def on_page(word: str) -> Condition | None:
    offer = {"@type": "Offer", "price": "15.00", "priceCurrency": "USD", "itemCondition": word}
    product = {"@context": "https://schema.org", "@type": "Product", "name": "Tee", "offers": offer}
    html = f'<h1>Tee</h1><script type="application/ld+json">{json.dumps(product)}</script>'
    return read_shop_page(html, "https://shop.example/p/tee").condition


@pytest.mark.parametrize(
    ("word", "condition"),
    [
        ("new", "new"),
        ("NEW", "new"),
        ("https://schema.org/NewCondition", "new"),
        ("NewCondition", "new"),
        ("New with tags", "new"),
        ("used", "used"),
        ("UsedCondition", "used"),
        ("http://schema.org/DamagedCondition", "used"),
        ("Pre-owned - Good", "used"),
        ("used_like_new", "used"),
        ("second hand", "used"),
        ("refurbished", "refurbished"),
        ("https://schema.org/RefurbishedCondition", "refurbished"),
        ("Seller refurbished", "refurbished"),
        ("Renewed", "refurbished"),
        ("unused", None),
        ("mint", None),
        ("", None),
    ],
)
def test_a_condition_means_the_same_in_a_feed_and_on_a_page(
    word: str, condition: Condition | None
) -> None:
    assert (read_condition(word), in_feed(word), on_page(word)) == (condition,) * 3


@pytest.mark.parametrize("value", [None, True, 1000, ["new"], {}, "new " * 99])
def test_anything_else_is_unknown(value: object) -> None:
    assert read_condition(value) is None
