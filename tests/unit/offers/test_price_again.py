from datetime import UTC, datetime

import pytest

from server.goods.money import Money
from server.offers.offer import Offer, Seller
from server.offers.price_again import PriceThen, compare_prices

LINK = "https://shop.example/tee?id=1"
GTIN = "4006381333931"


def then(**changes: object) -> PriceThen:
    values: dict[str, object] = {
        "offer_id": "ucp-1", "title": "Tee", "link": LINK, "shop": "Shop",
        "price": Money("20.00", "EUR"), "gtin": None, "picture": None,
        "at": datetime(2026, 11, 1, tzinfo=UTC), "is_saved": False,
    }  # fmt: skip
    return PriceThen(**(values | changes))  # type: ignore[arg-type]


def offer(
    number: str = "ucp-1", link: str = LINK, price: str | None = "15.00", **more: object
) -> Offer:
    money = Money(price, "EUR") if price else None
    return Offer(number, "ucp", "Tee", link, price=money, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("price", "change"),
    [
        ("15.00", "lower"),
        ("20.00", "same"),
        ("20.0", "same"),
        ("20.01", "higher"),
        (None, "unknown"),
    ],
)
def test_the_same_offer_is_compared_by_its_price(price: str | None, change: str) -> None:
    [again] = compare_prices([then()], [offer(price=price)])
    assert again.change == change
    assert again.now is not None
    assert not again.now.elsewhere


@pytest.mark.parametrize(
    ("before", "found"),
    [
        ({}, offer(link="https://shop.example/moved")),
        ({}, offer("other-2", link=f"{LINK}&utm_source=x")),
        ({"gtin": GTIN}, offer("other-2", link="https://shop.example/x", gtin=GTIN, shop="SHOP")),
    ],
    ids=["its id", "its address", "its number at its shop"],
)
def test_an_offer_is_found_again_by(before: dict[str, object], found: Offer) -> None:
    unlike = offer(
        "unlike", "https://shop.example/2", price="1.00", gtin="0012345678905", shop="Shop"
    )
    [again] = compare_prices([then(**before)], [unlike, found])
    assert again.now is not None
    assert again.now.offer_id == found.id
    assert again.change == "lower"


def test_an_offer_that_became_one_of_several_sellers_is_found() -> None:
    seller = Seller("ucp-1", "ucp", LINK, "Shop", Money("18.00", "EUR"))
    joined = offer("other-1", "https://other.example/1", shop="Other", sellers=(seller,))
    [again] = compare_prices([then()], [joined])
    assert again.now is not None
    assert (again.now.shop, again.now.price) == ("Shop", Money("18.00", "EUR"))


def test_where_only_others_have_the_same_product_the_cheapest_is_named_as_such() -> None:
    found = [
        offer("a-1", "https://a.example/1", "19.00", gtin=GTIN, shop="A"),
        offer("b-1", "https://b.example/1", "9.50", gtin=GTIN, shop="B"),
        offer("c-1", "https://c.example/1", None, gtin=GTIN, shop="C"),
    ]
    [again] = compare_prices([then(gtin=GTIN)], found)
    assert again.now is not None
    assert (again.now.shop, again.now.elsewhere, again.change) == ("B", True, "lower")


def test_prices_that_cannot_be_compared_are_shown_without_a_verdict() -> None:
    dollars = Offer("ucp-1", "ucp", "Tee", LINK, price=Money("1.00", "USD"))
    [again] = compare_prices([then()], [dollars])
    assert (again.change, again.now and again.now.price) == ("unknown", Money("1.00", "USD"))
    [again] = compare_prices([then(price=None)], [offer()])
    assert again.change == "unknown"


def test_what_is_not_found_says_so_and_links_into_search_engines_are_no_offers() -> None:
    link = Offer("ucp-1", "links", "Lens", LINK, type="search")
    [again] = compare_prices([then()], [link])
    assert (again.now, again.change) == (None, "not found")


def test_of_several_notes_of_one_offer_the_first_counts() -> None:
    notes = [
        then(price=Money("30.00", "EUR")),
        then(),
        then(offer_id="ucp-2", link="https://x.example/"),
    ]
    changes = [
        (each.then.price, each.change) for each in compare_prices(notes, [offer(price="25.00")])
    ]
    assert changes == [(Money("30.00", "EUR"), "lower"), (Money("20.00", "EUR"), "not found")]
