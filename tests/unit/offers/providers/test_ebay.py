import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import pytest

from server.goods.money import Money
from server.offers.offer import Offer, SearchContext
from server.offers.providers.ebay import POLICY, EbayProvider
from server.offers.providers.ebay_items import read_items
from server.offers.providers.ebay_token import EbayToken
from server.offers.providers.provider import ProviderBusyError, ProviderError
from server.offers.vendors.client import VendorClient
from tests.support.ebay_server import (
    ID,
    PICTURE,
    SECRET,
    TOKEN,
    WORDS,
    EbayServer,
    ebay_server,
    errors,
    item,
)
from tests.support.garments import garment_query
from tests.support.vendor_server import Reply
from tests.support.vendors import vendor_client

GERMANY = SearchContext("DE", "de", "EUR")
KOREA = SearchContext("KR", "ko", "KRW")


@pytest.fixture
def server() -> Iterator[EbayServer]:
    with ebay_server() as running:
        running.by_picture = [item("By picture", 1)]
        running.by_words = [item("By words", 2)]
        yield running


@pytest.fixture
def client(server: EbayServer) -> VendorClient:
    return vendor_client(POLICY, server.vendor.http)


@pytest.fixture
def provider(server: EbayServer, client: VendorClient) -> EbayProvider:
    return EbayProvider(
        client, client_id=ID, secret=SECRET, limit=24, endpoint=server.vendor.http.url("")
    )


def titles(offers: list[Offer]) -> list[str]:
    return [offer.title for offer in offers]


def test_an_item_becomes_an_offer(provider: EbayProvider, server: EbayServer) -> None:
    server.by_picture = [item()]
    [offer] = provider.search(garment_query(), SearchContext())
    assert offer == Offer(
        id=offer.id,
        provider="ebay",
        title="Ribbed Jumper",
        link="https://www.ebay.com/itm/1?hash=item1",
        shop="eBay: northern_mill",
        price=Money("19.00", "USD"),
        list_price=Money("29.00", "USD"),
        availability="in_stock",
        picture_url="https://i.ebayimg.com/1/s-l225.jpg",
        types=("Sweaters",),
        condition="new",
        shipping=Money("5.50", "USD"),
    )


def test_what_is_sent_is_the_crop_the_words_and_the_country(
    provider: EbayProvider, server: EbayServer
) -> None:
    server.by_picture = []
    query = garment_query(image_url="https://private.example/album/me.jpg")
    provider.search(query, SearchContext("GB", "en", "GBP"))
    [picture], [words] = server.asked(PICTURE), server.asked(WORDS)
    parts = {
        "category_ids": "11450",
        "filter": "buyingOptions:{FIXED_PRICE},deliveryCountry:GB",
        "limit": "24",
    }
    assert picture.query == parts
    assert words.query == {"q": "navy long sleeve outwear", **parts}
    for request in (picture, words):
        assert request.headers["x-ebay-c-marketplace-id"] == "EBAY_GB"
        context = unquote(request.headers["x-ebay-c-enduserctx"])
        assert context == "contextualLocation=country=GB"
    assert "private.example" not in repr(server.vendor.requests)


def test_words_are_asked_only_where_the_picture_found_nothing(
    provider: EbayProvider, server: EbayServer
) -> None:
    assert titles(provider.search(garment_query(), SearchContext())) == ["By picture"]
    assert server.asked(WORDS) == []
    server.by_picture = []
    assert titles(provider.search(garment_query(), SearchContext())) == ["By words"]


@pytest.mark.parametrize("status", [400, 404, 500])
def test_words_are_asked_where_the_picture_fails(
    provider: EbayProvider, server: EbayServer, status: int
) -> None:
    server.by_picture = Reply(errors(12500, "The image is not valid."), status)
    assert titles(provider.search(garment_query(), SearchContext())) == ["By words"]


def test_an_application_without_the_search_by_picture_asks_for_it_once(
    provider: EbayProvider, server: EbayServer
) -> None:
    server.by_picture = Reply(errors(1100, "Insufficient permissions."), 403)
    for _ in range(3):
        assert titles(provider.search(garment_query(), SearchContext())) == ["By words"]
    assert len(server.asked(PICTURE)) == 1


def test_a_picture_that_is_refused_is_no_reason_not_to_send_the_next(
    provider: EbayProvider, server: EbayServer
) -> None:
    server.by_picture = Reply(errors(12500, "The image is not valid."), 400)
    for _ in range(3):
        provider.search(garment_query(), SearchContext())
    assert len(server.asked(PICTURE)) == 3


@pytest.mark.parametrize(
    ("country", "site", "by_picture"),
    [("US", "EBAY_US", True), ("DE", "EBAY_DE", True), ("FR", "EBAY_FR", False),
     ("CA", "EBAY_CA", False), ("KR", "EBAY_US", True), ("JP", "EBAY_US", True)],
)  # fmt: skip
def test_the_site_is_that_of_the_user_s_country(
    provider: EbayProvider, server: EbayServer, country: str, site: str, by_picture: bool
) -> None:
    found = titles(provider.search(garment_query(), SearchContext(country)))
    assert found == ["By picture" if by_picture else "By words"]
    [request] = server.asked(PICTURE) + server.asked(WORDS)
    assert request.headers["x-ebay-c-marketplace-id"] == site
    assert f"deliveryCountry:{country}" in request.query["filter"]


def test_nothing_found_is_an_answer(provider: EbayProvider, server: EbayServer) -> None:
    server.by_picture = server.by_words = []
    assert provider.search(garment_query(), SearchContext()) == []


def test_as_many_as_wanted(server: EbayServer, client: VendorClient) -> None:
    server.by_picture = [item(f"Jumper {n}", n) for n in range(9)]
    endpoint = server.vendor.http.url("")
    provider = EbayProvider(client, client_id=ID, secret=SECRET, limit=4, endpoint=endpoint)
    assert len(provider.search(garment_query(), SearchContext())) == 4


# The token


def test_one_token_serves_all_threads(provider: EbayProvider, server: EbayServer) -> None:
    waiting = threading.Barrier(6, timeout=20)
    found: list[list[str]] = []

    def search() -> None:
        waiting.wait()
        found.append(titles(provider.search(garment_query(), SearchContext())))

    threads = [threading.Thread(target=search) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [["By picture"]] * 6
    assert len(server.asked(TOKEN)) == 1


def test_a_token_that_is_refused_is_replaced_once(
    provider: EbayProvider, server: EbayServer
) -> None:
    provider.search(garment_query(), SearchContext())
    server.valid.clear()
    assert titles(provider.search(garment_query(), SearchContext())) == ["By picture"]
    assert len(server.asked(TOKEN)) == 2


def test_refusing_every_token_is_a_failure_and_no_loop(
    provider: EbayProvider, server: EbayServer
) -> None:
    server.by_words = Reply(errors(1001, "Invalid access token"), 401)
    with pytest.raises(ProviderError, match="eBay refused the key"):
        provider.search(garment_query(), SearchContext("FR"))
    assert len(server.asked(TOKEN)) == len(server.asked(WORDS)) == 2


@pytest.mark.parametrize("part", ["client_id", "secret"])
def test_a_wrong_key_is_told_without_being_repeated(
    server: EbayServer, client: VendorClient, part: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    keys = {"client_id": ID, "secret": SECRET, part: "wrong-credential"}
    provider = EbayProvider(client, limit=4, endpoint=server.vendor.http.url(""), **keys)
    with pytest.raises(ProviderError, match="eBay refused the key") as error:
        provider.search(garment_query(), SearchContext())
    for secret in (ID, SECRET, "wrong-credential"):
        assert secret not in str(error.value) + error.value.hint + caplog.text


def test_a_token_is_kept_until_a_minute_before_its_end(
    server: EbayServer, client: VendorClient
) -> None:
    now = 1000.0
    token = EbayToken(client, server.vendor.url(TOKEN), ID, SECRET, "eBay", clock=lambda: now)
    first = token.get(5)
    now += 7200 - 61
    assert token.get(5) == first
    now += 2
    second = token.get(5)
    assert second != first
    assert len(server.asked(TOKEN)) == 2


def test_a_token_that_was_replaced_already_is_not_thrown_away(
    server: EbayServer, client: VendorClient
) -> None:
    token = EbayToken(client, server.vendor.url(TOKEN), ID, SECRET, "eBay")
    old = token.get(5)
    token.forget(old)
    new = token.get(5)
    token.forget(old)
    assert token.get(5) == new
    assert len(server.asked(TOKEN)) == 2


@pytest.mark.parametrize("lasts", [None, "soon", -5, True, float("nan"), 10**30, [1]])
def test_a_token_of_unknown_length_is_used_for_a_while(
    server: EbayServer, client: VendorClient, lasts: Any
) -> None:
    server.lasts = lasts
    now = 1000.0
    token = EbayToken(client, server.vendor.url(TOKEN), ID, SECRET, "eBay", clock=lambda: now)
    first = token.get(5)
    now += 0.5
    assert token.get(5) == first
    now += 25 * 3600
    assert token.get(5) != first


@pytest.mark.parametrize(
    "said", [{}, {"access_token": 3}, {"access_token": ""}, {"access_token": "a\r\nb: c"}, [], 7]
)
def test_what_is_no_token_is_nonsense(server: EbayServer, client: VendorClient, said: Any) -> None:
    server.vendor.say(said)
    token = EbayToken(client, server.vendor.url(TOKEN), ID, SECRET, "eBay")
    with pytest.raises(ProviderError, match="answered nonsense"):
        token.get(5)


def test_who_waits_for_another_thread_s_token_waits_no_longer_than_allowed(
    server: EbayServer, client: VendorClient
) -> None:
    asked, released = threading.Event(), threading.Event()

    def hold() -> None:
        asked.set()
        released.wait(20)

    server.before_token = hold
    token = EbayToken(client, server.vendor.url(TOKEN), ID, SECRET, "eBay")
    first = threading.Thread(target=lambda: token.get(15))
    first.start()
    assert asked.wait(10)
    with pytest.raises(ProviderError, match="did not answer in time"):
        token.get(0.05)
    released.set()
    first.join()


# What is read


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
    assert titles(offers) == ["Bare", "Ribbed Jumper"]
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


# How it fails


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (Reply(errors(12023, "The filter is not valid."), 400), "refused the search: The filter"),
        (Reply({"errors": []}, 400), "refused the search: no reason given"),
        (Reply(errors(13000, "There was a problem."), 200), "refused the search: There was"),
        (Reply({}), "answered nonsense"),
        (Reply([1]), "answered nonsense"),
        (Reply(b"<html>"), "answered nonsense"),
    ],
)
def test_a_failure_says_why(
    provider: EbayProvider, server: EbayServer, reply: Reply, message: str
) -> None:
    server.by_words = reply
    with pytest.raises(ProviderError, match=message):
        provider.search(garment_query(), SearchContext("FR"))


def test_being_asked_to_wait_ends_the_search(provider: EbayProvider, server: EbayServer) -> None:
    server.by_picture = Reply(errors(2001, "Too many requests."), 429, {"Retry-After": "30"})
    with pytest.raises(ProviderBusyError):
        provider.search(garment_query(), SearchContext())
    assert server.asked(WORDS) == []


def test_a_slow_search_by_picture_leaves_time_for_the_words(
    provider: EbayProvider, server: EbayServer
) -> None:
    released = threading.Event()
    answer: Callable[..., Reply] = server.vendor.answer

    def slow(request: Any) -> Reply:
        if request.path == PICTURE:
            released.wait(20)
        return answer(request)

    server.vendor.answer = slow
    try:
        found = titles(provider.search(garment_query(), SearchContext(seconds=3.0)))
    finally:
        released.set()
    assert found == ["By words"]
