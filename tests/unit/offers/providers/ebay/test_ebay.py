import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import pytest

from server.goods.money import Money
from server.offers.errors import ProviderBusyError, ProviderError
from server.offers.offer import Offer, SearchContext
from server.offers.providers.ebay import EbayProvider
from server.offers.vendors.client import VendorClient
from tests.support.ebay_server import (
    ID,
    PICTURE,
    SECRET,
    TOKEN,
    WORDS,
    EbayServer,
    errors,
    item,
)
from tests.support.garments import garment_query
from tests.support.vendor_server import Reply

GERMANY = SearchContext("DE", "de", "EUR")
KOREA = SearchContext("KR", "ko", "KRW")


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
def test_a_wrong_key_is_reported_without_being_repeated(
    server: EbayServer, client: VendorClient, part: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    keys = {"client_id": ID, "secret": SECRET, part: "wrong-credential"}
    provider = EbayProvider(client, limit=4, endpoint=server.vendor.http.url(""), **keys)
    with pytest.raises(ProviderError, match="eBay refused the key") as error:
        provider.search(garment_query(), SearchContext())
    for secret in (ID, SECRET, "wrong-credential"):
        assert secret not in str(error.value) + error.value.hint + caplog.text


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (Reply(errors(12023, "The filter is not valid."), 400), "refused the search: The filter"),
        (Reply({"errors": []}, 400), "refused the search: no reason given"),
        (Reply(errors(13000, "There was a problem."), 200), "refused the search: There was"),
        (Reply({}), "answered nonsense"),
        (Reply([1]), "answered nonsense"),
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
