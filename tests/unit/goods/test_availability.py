"""One table of availability words, for feeds, shop pages and vendors."""

import json

import pytest

from server.catalog.sources.merchant_item import read_item
from server.goods import availability
from server.goods.availability import Availability, best_availability, read_availability
from server.shop_page.read_page import read_shop_page

# https://schema.org/ItemAvailability
SCHEMA_ORG: dict[str, Availability] = {
    "BackOrder": "preorder",
    "Discontinued": "out_of_stock",
    "InStock": "in_stock",
    "InStoreOnly": "in_stock",
    "LimitedAvailability": "in_stock",
    "MadeToOrder": "preorder",
    "OnlineOnly": "in_stock",
    "OutOfStock": "out_of_stock",
    "PreOrder": "preorder",
    "PreSale": "preorder",
    "Reserved": "out_of_stock",
    "SoldOut": "out_of_stock",
}
# https://support.google.com/merchants/answer/6324448
FEED: dict[str, Availability] = {
    "in_stock": "in_stock",
    "in stock": "in_stock",
    "out_of_stock": "out_of_stock",
    "out of stock": "out_of_stock",
    "preorder": "preorder",
    "backorder": "preorder",
}
SPELLINGS = ("{}", "https://schema.org/{}", "http://schema.org/{}/", "schema:{}", " {} ")


def in_feed(word: str) -> Availability | None:
    fields = {"id": ["1"], "title": ["Tee"], "link": ["https://shop.example/1"]}
    return read_item(fields | {"availability": [word]}, None).availability


def on_page(word: str) -> Availability | None:
    offer = {"@type": "Offer", "price": "15.00", "priceCurrency": "USD", "availability": word}
    product = {"@context": "https://schema.org", "@type": "Product", "name": "Tee", "offers": offer}
    html = f'<h1>Tee</h1><script type="application/ld+json">{json.dumps(product)}</script>'
    return read_shop_page(html, "https://shop.example/p/tee").availability


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize(("word", "meaning"), (SCHEMA_ORG | FEED).items())
def test_a_word_means_the_same_in_a_feed_and_on_a_page(
    word: str, meaning: Availability, spelling: str
) -> None:
    written = spelling.format(word)
    assert (in_feed(written), on_page(written)) == (meaning, meaning)


@pytest.mark.parametrize("word", sorted(availability._WORDS))
def test_every_word_of_the_table_is_read_alike_in_a_feed_and_on_a_page(word: str) -> None:
    assert in_feed(word) == on_page(word) == read_availability(word) is not None


@pytest.mark.parametrize("value", ["", "perhaps", "in", None, 7, 1.5, ["InStock"], "in stock" * 99])
def test_anything_else_is_unknown(value: object) -> None:
    assert read_availability(value) is None


def test_a_truth_value_says_whether_it_is_in_stock() -> None:
    assert read_availability(value=True) == "in_stock"
    assert read_availability(value=False) == "out_of_stock"


def test_one_size_that_is_sold_out_does_not_sell_out_the_product() -> None:
    assert best_availability(["out_of_stock", None, "in_stock"]) == "in_stock"
    assert best_availability(["out_of_stock", "preorder"]) == "preorder"
    assert best_availability([None]) is None
