import base64
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from model.categories import Kind
from server.goods.money import Money
from server.offers.errors import ProviderBusyError, ProviderError
from server.offers.found_pages import FoundPage, PageReader
from server.offers.offer import Offer, SearchContext
from server.offers.providers.google_vision import (
    POLICY,
    GoogleVisionProvider,
    WebDetection,
    read_detection,
)
from tests.support.garments import garment_query
from tests.support.google_server import (
    ANNOTATE,
    KEY,
    GoogleServer,
    error,
    matching_page,
)
from tests.support.http_server import LocalServer
from tests.support.vendor_server import Reply
from tests.support.vendors import vendor_client

KOREA = SearchContext("KR", "ko", "KRW")


def provider_of(server: GoogleServer, pages: PageReader, **more: Any) -> GoogleVisionProvider:
    values = {"key": KEY, "limit": 24, "endpoint": server.url(ANNOTATE), **more}
    return GoogleVisionProvider(vendor_client(POLICY, server.vendor.http), pages=pages, **values)


@pytest.fixture
def provider(server: GoogleServer, pages: PageReader) -> GoogleVisionProvider:
    return provider_of(server, pages)


def test_the_page_that_shows_the_garment_is_read(
    provider: GoogleVisionProvider, server: GoogleServer, shop: LocalServer
) -> None:
    pages = [matching_page(shop.url("/p/1")), matching_page("https://www.pinterest.com/pin/1")]
    similar = [{"url": "https://cdn.other.example/2.jpg"}]
    server.detection = {"pagesWithMatchingImages": pages, "visuallySimilarImages": similar}
    [offer] = provider.search(garment_query(), SearchContext())
    assert offer == Offer(
        id=offer.id,
        provider="google_vision",
        title="Ribbed Jumper",
        link=shop.url("/p/1"),
        shop="127.0.0.1",
        price=Money("49.00", "USD"),
        availability="in_stock",
        picture_url="https://pictures.example/jumper.jpg",
    )


def test_a_page_that_cannot_be_read_keeps_google_s_title_without_its_tags(
    provider: GoogleVisionProvider, server: GoogleServer, shop: LocalServer
) -> None:
    server.detection = {"pagesWithMatchingImages": [matching_page(shop.url("/busy"))]}
    [offer] = provider.search(garment_query(), SearchContext())
    assert (offer.title, offer.price) == ("Ribbed Jumper | Mill", None)
    assert offer.picture_url == "https://cdn.mill.example/1.jpg"


def test_the_best_guess_is_a_link_into_a_search_and_no_product(
    provider: GoogleVisionProvider, server: GoogleServer
) -> None:
    server.detection = {"bestGuessLabels": [{"label": "navy <i>jumper</i> & co"}, {"label": "b"}]}
    [link] = provider.search(garment_query(), KOREA)
    assert (link.type, link.title, link.kind) == (
        "search",
        "Google Shopping: navy jumper & co",
        Kind.OUTWEAR,
    )
    parts = urlsplit(link.link)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://www.google.com/search"
    assert parse_qs(parts.query) == {
        "udm": ["28"],
        "q": ["navy jumper & co"],
        "hl": ["ko"],
        "gl": ["kr"],
    }


def test_what_is_sent_is_the_crop_and_nothing_else(
    provider: GoogleVisionProvider, server: GoogleServer
) -> None:
    query = garment_query(image_url="https://private.example/album/me.jpg")
    provider.search(query, KOREA)
    [request] = server.vendor.requests
    assert request.query == {"key": KEY}
    content = base64.b64encode(query.jpeg).decode()
    features = [{"type": "WEB_DETECTION", "maxResults": 20}]
    assert request.json == {"requests": [{"image": {"content": content}, "features": features}]}
    assert not {"cookie", "referer", "authorization"} & set(request.headers)
    assert provider.needs == ("crop",)


def test_nothing_found_is_an_answer(provider: GoogleVisionProvider) -> None:
    assert provider.search(garment_query(), SearchContext()) == []


@pytest.mark.parametrize(
    ("payload", "status", "message"),
    [
        ({"responses": [{"error": {"code": 3, "message": "Bad image data."}}]}, 200, "Bad image"),
        ({"responses": [{"error": {"code": 7, "message": f"{KEY}?"}}]}, 200, r"search: …\?"),
        (error(403, "Requires billing.", "", "BILLING_DISABLED"), 403, "Requires billing"),
        ({}, 401, "refused the key"),
        ({"responses": []}, 200, "answered nonsense"),
        ({"responses": [None]}, 200, "answered nonsense"),
        ({"responses": {"0": {}}}, 200, "answered nonsense"),
        ({}, 200, "answered nonsense"),
        (b"{", 200, "answered nonsense"),
        ({}, 500, "cannot be reached"),
    ],
)
def test_a_failure_says_why_and_never_the_key(
    provider: GoogleVisionProvider,
    server: GoogleServer,
    payload: Any,
    status: int,
    message: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    server.detection = Reply(payload, status)
    with pytest.raises(ProviderError, match=message) as raised:
        provider.search(garment_query(), SearchContext())
    assert KEY not in str(raised.value) + raised.value.hint + caplog.text
    assert raised.value.__cause__ is None


def test_a_search_that_may_be_charged_is_sent_once(
    provider: GoogleVisionProvider, server: GoogleServer
) -> None:
    server.detection = Reply({}, 500)
    with pytest.raises(ProviderError):
        provider.search(garment_query(), SearchContext())
    assert len(server.vendor.requests) == 1


def test_a_wrong_key_is_reported(server: GoogleServer, pages: PageReader) -> None:
    provider = provider_of(server, pages, key="wrong-key")
    with pytest.raises(ProviderError, match="API key not valid"):
        provider.search(garment_query(), SearchContext())


@pytest.mark.parametrize(
    "reply",
    [
        Reply({"responses": [{"error": {"code": 8, "message": "Quota exceeded."}}]}),
        Reply(error(429, "Quota exceeded.", "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED"), 429),
    ],
    ids=["inside", "outside"],
)
def test_an_api_that_asks_to_wait_is_left_alone(
    provider: GoogleVisionProvider, server: GoogleServer, reply: Reply
) -> None:
    server.detection = reply
    for _ in range(2):
        with pytest.raises(ProviderBusyError):
            provider.search(garment_query(), SearchContext())
    assert len(server.vendor.requests) == 1


def test_the_time_that_the_api_names_is_kept(
    provider: GoogleVisionProvider, server: GoogleServer
) -> None:
    server.detection = Reply(error(429, "Slow down."), 429, {"Retry-After": "120"})
    with pytest.raises(ProviderBusyError) as raised:
        provider.search(garment_query(), SearchContext())
    assert raised.value.retry_after == 120


def test_pages_that_miss_parts_cost_themselves_only(server: GoogleServer) -> None:
    pages = [
        None, 7, {}, [], matching_page("file:///etc/passwd"),
        {"url": "https://mill.example/1"},
        matching_page("https://mill.example/2", pageTitle=3, fullMatchingImages="x",
                      partialMatchingImages=[{"url": "ftp://x/"}, {"url": "https://p.example/2"}]),
    ]  # fmt: skip
    web = {"pagesWithMatchingImages": pages, "bestGuessLabels": [{"label": 3}, "x"]}
    message = {"responses": [{"webDetection": web}]}
    client = vendor_client(POLICY, server.vendor.http)
    assert read_detection(client, message, KEY) == WebDetection(
        [
            FoundPage("https://mill.example/1"),
            FoundPage("https://mill.example/2", None, "https://p.example/2"),
        ],
        None,
    )
