"""What is read of a product of the Universal Commerce Protocol."""

import json
from typing import Any

import pytest

from server.goods.money import Money
from server.offers.errors import ProviderError
from server.offers.offer import Offer
from server.offers.providers.ucp_answer import read_answer
from server.offers.providers.ucp_products import read_product
from tests.support.ucp_server import product


def usd(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": "USD"}


def variant(amount: int, *, available: bool | None = True, **more: Any) -> dict[str, Any]:
    return {
        "url": f"https://shop.example/p/{amount}",
        "price": usd(amount),
        "availability": {} if available is None else {"available": available},
        **more,
    }


def read(*variants: dict[str, Any], **more: Any) -> Offer:
    whole = product("Linen shirt", **{"variants": list(variants), **more})
    offer = read_product(whole, "ucp", None)
    assert offer is not None
    return offer


def test_the_cheapest_variant_in_stock_stands_for_one_that_is_sold_out() -> None:
    offer = read(
        variant(12900, available=False), variant(9900), variant(7900), variant(100, available=False)
    )
    assert (offer.price, offer.availability) == (Money("79.00", "USD"), "in_stock")
    assert offer.link.endswith("/7900")


@pytest.mark.parametrize("available", [True, None])
def test_the_variant_that_was_found_is_shown_unless_it_is_sold_out(available: bool | None) -> None:
    assert read(variant(12900, available=available), variant(9900)).price == Money("129.00", "USD")


def test_a_product_that_is_sold_out_whole_is_shown_as_such() -> None:
    offer = read(variant(12900, available=False), variant(9900, available=False))
    assert (offer.price, offer.availability) == (Money("129.00", "USD"), "out_of_stock")


@pytest.mark.parametrize(("price", "before"), [(8000, "100.00"), (12000, "150.00"), (9000, None)])
def test_a_range_of_earlier_prices_counts_at_the_ends_of_the_range(
    price: int, before: str | None
) -> None:
    ranges = {
        "price_range": {"min": usd(8000), "max": usd(12000)},
        "list_price_range": {"min": usd(10000), "max": usd(15000)},
    }
    offer = read(variant(price), **ranges)
    assert offer.list_price == (Money(before, "USD") if before else None)


@pytest.mark.parametrize(
    ("unit", "known"),
    [({"unit": "MTR", "scale": 2}, False), ({"unit": "KGM"}, False), ({"unit": "C62"}, True),
     ({"unit": "PR"}, True), ({}, True), ({"unit": ["MTR"]}, False)],
)  # fmt: skip
def test_a_price_by_the_metre_is_no_price_of_a_garment(unit: dict[str, Any], known: bool) -> None:
    offer = read(variant(12900, quantity_unit=unit, list_price=usd(15000)))
    assert (offer.price is not None, offer.list_price is not None) == (known, known)


@pytest.mark.parametrize(
    ("given", "condition"),
    [(["used"], "used"), ("used", "used"), (["new"], "new"), (["refurbished"], "refurbished"),
     (["new", "used"], None), ([], None), (None, None), ({"a": 1}, None)],
)  # fmt: skip
def test_a_used_thing_is_said_to_be_used(given: object, condition: str | None) -> None:
    assert read(variant(12900, condition=given)).condition == condition


def test_a_page_of_the_product_serves_variants_without_one() -> None:
    bare = {key: value for key, value in variant(12900).items() if key != "url"}
    assert read(bare, url="https://shop.example/shirt").link == "https://shop.example/shirt"
    offer = read({**bare, "checkout_url": "https://shop.example/cart/1:1"})
    assert offer.link == "https://shop.example/cart/1:1"
    assert offer.price == Money("129.00", "USD")


def test_a_barcode_is_kept_if_its_check_digit_is_right() -> None:
    codes = [{"type": "ISBN", "value": "9780306406157"}, {"type": "EAN", "value": "4006381333931"}]
    assert read(variant(1, barcodes=codes)).gtin == "4006381333931"
    assert read(variant(1, barcodes=[{"type": "EAN", "value": "4006381333932"}])).gtin is None


@pytest.mark.parametrize(
    "value",
    ["187", "aa-8-1", "AA-8-1", "google_product_category:187", "shopify:aa-1-4", "gpc_187",
     "gid://shopify/TaxonomyCategory/aa-1-4", "https://shop.example/c/shirts", "id:2271"],
)  # fmt: skip
def test_the_id_of_a_category_is_no_word(value: str) -> None:
    assert read(variant(1), categories=[{"value": value}]).types == ()


@pytest.mark.parametrize(
    "value",
    ["Apparel & Accessories > Clothing > Shirts & Tops", "Dresses", "google:Apparel & Accessories",
     "Spring 26 > Shirts", "여성 > 상의"],
)  # fmt: skip
def test_a_category_in_words_is_kept(value: str) -> None:
    offer = read(variant(1, categories=[{"value": value, "taxonomy": "merchant"}]))
    assert offer.types == (value.removeprefix("google:"),)


@pytest.mark.parametrize("of_type", ["error", "warning"])
def test_a_failed_tool_says_why_in_its_messages(of_type: str) -> None:
    messages = [{"type": of_type, "content": "Too many filters."}]
    content = [{"type": "text", "text": "{}"}]
    result = {"isError": True, "content": content, "structuredContent": {"messages": messages}}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "result": result})
    with pytest.raises(ProviderError, match=r"refused the search: Too many filters\."):
        read_answer(body.encode(), "application/json", "ucp", "The catalogue")
