from typing import Any

import pytest

from server.goods.money import Money
from server.offers.errors import ProviderBusyError, ProviderError
from server.offers.found_pages import FoundPage, PageReader
from server.offers.offer import Offer, SearchContext
from server.offers.providers.google_cse import POLICY, GoogleCseProvider, read_results
from tests.support.garments import garment_query
from tests.support.google_server import (
    ENGINE,
    KEY,
    SEARCH,
    GoogleServer,
    error,
    page_item,
    picture_item,
)
from tests.support.http_server import LocalServer
from tests.support.vendor_server import Reply
from tests.support.vendors import vendor_client

KOREA = SearchContext("KR", "ko", "KRW")


def provider_of(server: GoogleServer, pages: PageReader, **more: Any) -> GoogleCseProvider:
    values = {"key": KEY, "engine": ENGINE, "limit": 24, "endpoint": server.url(SEARCH), **more}
    return GoogleCseProvider(vendor_client(POLICY, server.vendor.http), pages=pages, **values)


@pytest.fixture
def provider(server: GoogleServer, pages: PageReader) -> GoogleCseProvider:
    return provider_of(server, pages)


def test_the_page_that_shows_a_picture_is_read(
    provider: GoogleCseProvider, server: GoogleServer, shop: LocalServer
) -> None:
    server.pictures = [picture_item(shop.url("/p/1"))]
    [offer] = provider.search(garment_query(), SearchContext())
    assert offer == Offer(
        id=offer.id,
        provider="google_cse",
        title="Ribbed Jumper",
        link=shop.url("/p/1"),
        shop="127.0.0.1",
        price=Money("49.00", "USD"),
        availability="in_stock",
        picture_url="https://pictures.example/jumper.jpg",
    )
    assert len(server.vendor.requests) == 1


@pytest.mark.parametrize("pictures", [[], [picture_item("https://www.pinterest.com/pin/1")]])
def test_pages_are_searched_where_pictures_find_nothing(
    provider: GoogleCseProvider, server: GoogleServer, shop: LocalServer, pictures: list[Any]
) -> None:
    server.pictures, server.pages = pictures, [page_item(shop.url("/p/1"))]
    [offer] = provider.search(garment_query(), SearchContext())
    assert (offer.link, offer.price) == (shop.url("/p/1"), Money("49.00", "USD"))
    assert [request.query.get("searchType") for request in server.vendor.requests] == [
        "image",
        None,
    ]


def test_what_is_sent_is_words_language_and_country(
    provider: GoogleCseProvider, server: GoogleServer
) -> None:
    provider.search(garment_query(image_url="https://private.example/me.jpg"), KOREA)
    sent = {
        "cx": ENGINE, "q": "네이비 긴팔 아우터", "num": "10", "hl": "ko", "gl": "kr",
        "safe": "active", "key": KEY,
    }  # fmt: skip
    pictures, pages = server.vendor.requests
    assert pictures.query == {**sent, "searchType": "image"}
    assert pages.query == sent
    assert not {"cookie", "referer", "authorization"} & set(pictures.headers)
    assert provider.needs == ("words",)


def test_nothing_found_is_an_answer(provider: GoogleCseProvider) -> None:
    assert provider.search(garment_query(), SearchContext()) == []


def test_no_more_offers_are_given_than_wanted(
    server: GoogleServer, shop: LocalServer, pages: PageReader
) -> None:
    server.pictures = [picture_item(shop.url(path)) for path in ("/p/1", "/p/1", "/p/2")]
    assert len(provider_of(server, pages).search(garment_query(), SearchContext())) == 2
    assert len(provider_of(server, pages, limit=1).search(garment_query(), SearchContext())) == 1


@pytest.mark.parametrize(
    ("content", "status", "message"),
    [
        (error(403, "No.", "PERMISSION_DENIED", "forbidden"), 403, "refused the search: No."),
        (error(400, f"Bad key {KEY}", "INVALID_ARGUMENT"), 400, "refused the search: Bad key …"),
        ({}, 401, "refused the key"),
        (b"<html>", 200, "answered nonsense"),
        ({}, 200, "answered nonsense"),
        ([], 200, "answered nonsense"),
        ({"items": {}}, 200, "answered nonsense"),
        (error(503, "The service is currently unavailable."), 503, "cannot be reached"),
    ],
)
def test_a_failure_says_why_and_never_the_key(
    provider: GoogleCseProvider,
    server: GoogleServer,
    content: Any,
    status: int,
    message: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    server.pictures = Reply(content, status)
    with pytest.raises(ProviderError, match=message) as raised:
        provider.search(garment_query(), SearchContext())
    assert KEY not in str(raised.value) + raised.value.hint + caplog.text
    assert raised.value.__cause__ is None


def test_a_wrong_key_is_reported(server: GoogleServer, pages: PageReader) -> None:
    provider = provider_of(server, pages, key="wrong-key")
    with pytest.raises(ProviderError, match="API key not valid") as raised:
        provider.search(garment_query(), SearchContext())
    assert "Check the key" in raised.value.hint
    assert "wrong-key" not in str(raised.value)


def test_a_project_that_came_too_late_is_reported(
    provider: GoogleCseProvider, server: GoogleServer
) -> None:
    message = "This project does not have the access to Custom Search JSON API."
    server.pictures = Reply(error(403, message, "PERMISSION_DENIED", "forbidden"), 403)
    with pytest.raises(ProviderError) as raised:
        provider.search(garment_query(), SearchContext())
    assert "closed this API to new customers" in raised.value.hint


def test_when_the_day_s_searches_are_used_up_none_is_sent(
    provider: GoogleCseProvider, server: GoogleServer
) -> None:
    message = "Quota exceeded for quota metric 'Queries' and limit 'Queries per day' of service …"
    content = error(429, message, "RESOURCE_EXHAUSTED", "rateLimitExceeded")
    server.pictures = Reply(content, 429)
    with pytest.raises(ProviderBusyError, match="the searches of the day are used up"):
        provider.search(garment_query(), SearchContext())
    with pytest.raises(ProviderBusyError):
        provider.search(garment_query(), SearchContext())
    assert len(server.vendor.requests) == 1


def test_items_that_miss_parts_cost_themselves_only() -> None:
    items = [
        None, 7, {}, {"image": []},
        picture_item("javascript:alert(1)"),
        picture_item("https://www.instagram.com/p/1"),
        {**picture_item("https://mill.example/1"), "image": {}},
        picture_item("https://mill.example/2", title="<b>Navy</b>\u202e jumper", pagemap=[3]),
        {"image": {"contextLink": "https://mill.example/3"}, "link": "data:image/png;base64,AA=="},
    ]  # fmt: skip
    found = read_results({"items": items}, pictures=True)
    assert found == [
        FoundPage("https://mill.example/2", "Navy jumper", "https://thumbnails.example/1.jpg"),
        FoundPage("https://mill.example/3"),
    ]


@pytest.mark.parametrize(
    ("pagemap", "picture"),
    [
        ({"cse_image": [{"src": "https://a.example/1.jpg"}]}, "https://a.example/1.jpg"),
        (
            {
                "cse_image": [{"src": "https://a.example/1.jpg"}],
                "cse_thumbnail": [{"src": "https://t.example/1.jpg", "width": "225"}],
            },
            "https://t.example/1.jpg",
        ),
        ({"cse_image": [{"src": "x-raw-image:///1"}]}, None),
        ({"cse_image": {"src": 1}}, None),
        (None, None),
    ],
)
def test_a_page_brings_its_picture(pagemap: Any, picture: str | None) -> None:
    item = page_item("https://mill.example/1", pagemap=pagemap)
    [page] = read_results({"items": [item]}, pictures=False)
    assert page.picture_url == picture
