from typing import Any

import pytest

from server.goods.money import Money
from server.offers.offer import Offer
from server.offers.providers.ebay_items import read_items
from tests.support.ebay_server import (
    item,
)


def read(*items: Any) -> list[Offer]:
    return read_items({"total": 1, "itemSummaries": list(items)}, "ebay", "eBay", 24)


@pytest.mark.parametrize(
    ("given", "condition"),
    [
        ({"conditionId": "1000"}, "new"),
        ({"conditionId": "1500"}, "new"),
        ({"conditionId": "2000"}, "refurbished"),
        ({"conditionId": "2500"}, "refurbished"),
        ({"conditionId": "2750"}, "used"),
        ({"conditionId": "2990"}, "used"),
        ({"conditionId": "3000", "condition": "Neu"}, "used"),
        ({"conditionId": "7000"}, "used"),
        ({"conditionId": 3000}, "used"),
        ({"conditionId": "9999", "condition": "Pre-owned"}, "used"),
        ({"conditionId": None, "condition": "New with tags"}, "new"),
        ({"conditionId": "٣٠٠٠", "condition": "gebraucht"}, None),
        ({"conditionId": "9" * 5000, "condition": ["New"]}, None),
    ],
)
def test_the_condition_is_that_of_its_number(given: dict[str, Any], condition: str | None) -> None:
    [offer] = read(item(**given))
    assert offer.condition == condition


def cost(value: Any, currency: Any = "USD", **more: Any) -> dict[str, Any]:
    return {"shippingCost": {"value": value, "currency": currency, **more}}


@pytest.mark.parametrize(
    ("options", "shipping"),
    [
        ([cost("0.00")], Money("0.00", "USD")),
        ([cost("9.90"), cost("4.5")], Money("4.50", "USD")),
        ([cost("9.90", "EUR"), cost("12")], Money("12.00", "USD")),
        ([cost("9.90", "EUR")], None),
        ([{"shippingCostType": "CALCULATED"}], None),
        ([cost("-1"), cost(None), 7, {}], None),
        ([], None),
        ("free", None),
    ],
)
def test_shipping_is_the_least_that_is_known(options: Any, shipping: Money | None) -> None:
    [offer] = read(item(shippingOptions=options))
    assert offer.shipping == shipping


def test_a_converted_price_is_undone() -> None:
    price = {
        "value": "0.75", "currency": "USD",
        "convertedFromValue": "0.99", "convertedFromCurrency": "CAD",
    }  # fmt: skip
    [offer] = read(item(price=price, shippingOptions=[]))
    assert offer.price == Money("0.99", "CAD")
    assert offer.list_price is None  # in another currency


@pytest.mark.parametrize(
    ("price", "money"),
    [
        ({"value": "39000", "currency": "KRW"}, Money("39000", "KRW")),
        ({"value": "19.5", "currency": "GBP"}, Money("19.50", "GBP")),
        ({"value": 19.99, "currency": "EUR"}, Money("19.99", "EUR")),
        ({"value": "0.00", "currency": "USD"}, None),
        ({"value": "19.00", "currency": "XYZ"}, None),
        ({"value": "19.00"}, None),
        ("19.00", None),
        (None, None),
    ],
)
def test_prices_are_exact_or_unknown(price: Any, money: Money | None) -> None:
    [offer] = read(item(price=price))
    assert offer.price == money


def test_items_that_miss_parts_cost_themselves_only() -> None:
    bare = {"title": "Bare", "itemWebUrl": "https://www.ebay.com/itm/7"}
    offers = read(
        None, "x", {}, item("", 2), item("Script", 3, itemWebUrl="javascript:alert(1)"),
        item("Credentials", 4, itemWebUrl="https://ebay.com@evil.example/"), bare, bare, item(),
    )  # fmt: skip
    assert [offer.title for offer in offers] == ["Bare", "Ribbed Jumper"]
    assert offers[0].price is offers[0].condition is offers[0].shipping is None
    assert offers[0].shop == "eBay"
    assert offers[0].types == ()


def test_the_category_above_all_clothes_says_nothing_about_one() -> None:
    above = {"categoryId": "11450", "categoryName": "Clothing, Shoes & Accessories"}
    leaf = {"categoryId": "63862", "categoryName": "Coats, Jackets & Vests"}
    [offer] = read(item(leafCategoryIds=["63862"], categories=[above, leaf]))
    assert offer.types == ("Coats, Jackets & Vests",)
    [offer] = read(item(leafCategoryIds=None, categories=[leaf, above]))
    assert offer.types == ("Coats, Jackets & Vests",)
