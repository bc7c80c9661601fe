from collections.abc import Iterator
from typing import Any

import pytest

from server.fetch.fetcher import Fetcher
from server.goods.money import Money
from server.offers.errors import ProviderError
from server.offers.found_pages import PageReader
from server.offers.offer import Offer, SearchContext
from server.offers.providers.searxng import POLICY, SearxngProvider, own_fetcher, read_results
from server.offers.vendors.client import VendorClient
from tests.support.chosen_settings import settings_with
from tests.support.garments import garment_query
from tests.support.http_server import LocalServer, local_server
from tests.support.searxng_server import (
    SearxngServer,
    page_result,
    picture_result,
    product_result,
    searxng_server,
)
from tests.support.shop_pages import html, product_page

KOREA = SearchContext("KR", "ko", "KRW")


@pytest.fixture
def server() -> Iterator[SearxngServer]:
    with searxng_server() as running:
        yield running


@pytest.fixture
def shop() -> Iterator[LocalServer]:
    with local_server({"/p/1": html(product_page())}) as running:
        yield running


def provider_of(server: SearxngServer, shop: LocalServer, limit: int = 24) -> SearxngProvider:
    settings = settings_with(fetch_allow=(shop.address,))
    client = VendorClient(own_fetcher(settings, server.url), POLICY)
    pages = PageReader(Fetcher(settings))
    return SearxngProvider(client, url=server.url, pages=pages, limit=limit)


@pytest.fixture
def provider(server: SearxngServer, shop: LocalServer) -> SearxngProvider:
    return provider_of(server, shop)


def test_the_page_that_shows_a_picture_is_read(
    provider: SearxngProvider, server: SearxngServer, shop: LocalServer
) -> None:
    server.results = [picture_result(shop.url("/p/1"))]
    [offer] = provider.search(garment_query(), SearchContext())
    assert offer == Offer(
        id=offer.id,
        provider="searxng",
        title="Ribbed Jumper",
        link=shop.url("/p/1"),
        shop="127.0.0.1",
        price=Money("49.00", "USD"),
        availability="in_stock",
        picture_url="https://pictures.example/jumper.jpg",
    )


def test_a_product_whose_price_is_given_is_used_directly(
    provider: SearxngProvider, server: SearxngServer, shop: LocalServer
) -> None:
    server.results = [product_result(shop.url("/p/1"))]
    [offer] = provider.search(garment_query(), SearchContext())
    assert offer == Offer(
        id=offer.id,
        provider="searxng",
        title="Ribbed Jumper navy",
        link=shop.url("/p/1"),
        shop="127.0.0.1",
        price=Money("49.00", "USD"),
        picture_url="https://engine.example/product.jpg",
    )
    assert shop.requests == []


def test_a_product_whose_price_is_not_certain_is_read(
    provider: SearxngProvider, server: SearxngServer, shop: LocalServer
) -> None:
    server.results = [product_result(shop.url("/p/1"), price="$10.00 to $20.00")]
    [offer] = provider.search(garment_query(), SearchContext())
    assert (offer.title, offer.price) == ("Ribbed Jumper", Money("49.00", "USD"))


@pytest.mark.parametrize(
    ("shown", "price"),
    [
        ("$49.00", Money("49.00", "USD")),
        ("US $49.00", Money("49.00", "USD")),
        ("EUR 49,00", Money("49.00", "EUR")),
        ("Bestes Angebot: 1.049,00€", Money("1049.00", "EUR")),
        ("39,000원", Money("39000", "KRW")),
        ("Save: 5€", None),
        ("$0.00", None),
        ("49", None),
        ("", None),
        (49.0, None),
        (None, None),
        (["$49.00"], None),
    ],
)
def test_prices_are_exact_or_unknown(shown: object, price: Money | None) -> None:
    message = {"results": [product_result("https://mill.example/1", price=shown)]}
    results = read_results(message, SearchContext())
    assert [offer.price for offer in results.offers] == ([price] if price else [])
    assert len(results.pages) == (0 if price else 1)


def test_what_is_sent_is_words_language_and_country(
    provider: SearxngProvider, server: SearxngServer
) -> None:
    provider.search(garment_query(image_url="https://private.example/me.jpg"), KOREA)
    [request] = server.vendor.requests
    assert (request.method, request.path, request.body) == ("GET", "/search", b"")
    assert request.query == {
        "q": "네이비 긴팔 아우터",
        "categories": "images,general,shopping",
        "language": "ko-KR",
        "safesearch": "1",
        "format": "json",
    }
    assert not {"cookie", "referer", "authorization"} & set(request.headers)
    assert provider.needs == ("words",)


def test_pages_with_pictures_are_read_before_others(server: SearxngServer) -> None:
    results = [page_result("https://a.example/1"), picture_result("https://b.example/1")]
    found = read_results({"results": results}, SearchContext())
    assert [page.link for page in found.pages] == ["https://b.example/1", "https://a.example/1"]


@pytest.mark.parametrize(
    ("more", "picture"),
    [
        ({}, "https://engine.example/small.jpg"),
        ({"thumbnail_src": "//engine.example/s.jpg"}, "https://engine.example/s.jpg"),
        ({"thumbnail_src": "data:image/png;base64,AA=="}, "https://mill.example/full.jpg"),
        ({"thumbnail_src": None, "img_src": "file:///etc/passwd"}, None),
        ({"thumbnail_src": ["x"], "img_src": 7}, None),
    ],
)
def test_pictures_have_safe_addresses(more: dict[str, Any], picture: str | None) -> None:
    message = {"results": [picture_result("https://mill.example/1", **more)]}
    [page] = read_results(message, SearchContext()).pages
    assert page.picture_url == picture


def test_an_instance_may_be_anywhere_but_its_results_may_not(
    server: SearxngServer, shop: LocalServer
) -> None:
    with local_server({"/admin": html(product_page())}) as private:
        server.results = [
            picture_result(server.vendor.url("/p/1")),
            picture_result(private.url("/admin")),
            picture_result(shop.url("/p/1")),
        ]
        found = provider_of(server, shop).search(garment_query(), SearchContext())
        assert [offer.link for offer in found] == [shop.url("/p/1")]
        assert private.requests == []
    assert [request.path for request in server.vendor.requests] == ["/search"]


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://searx.home:8080/searx", ("searx.home", 8080)),
        ("http://searx.home", ("searx.home", 80)),
        ("https://SEARX.home/", ("searx.home", 443)),
        ("http://[::1]:8080", ("::1", 8080)),
    ],
)
def test_only_the_instance_s_own_host_and_port_are_allowed(url: str, allowed: Any) -> None:
    fetcher = own_fetcher(settings_with(fetch_allow=("nas.home:9000",)), url)
    assert fetcher._allow.entries == {("nas.home", 9000), allowed}


def test_an_instance_under_a_path_is_found(server: SearxngServer, shop: LocalServer) -> None:
    server.base = "/searx"
    server.results = [product_result("https://mill.example/1")]
    client = VendorClient(own_fetcher(settings_with(), server.url), POLICY)
    provider = SearxngProvider(
        client, url=server.url + "/", pages=PageReader(Fetcher(settings_with())), limit=24
    )
    assert len(provider.search(garment_query(), SearchContext())) == 1


def test_no_more_offers_are_given_than_wanted_and_each_once(
    server: SearxngServer, shop: LocalServer
) -> None:
    products = [product_result(f"https://mill.example/{n}") for n in (1, 1, 2, 3)]
    server.results = [*products, picture_result(shop.url("/p/1"))]
    found = provider_of(server, shop).search(garment_query(), SearchContext())
    assert [offer.link[-4:] for offer in found] == ["le/1", "le/2", "le/3", "/p/1"]
    shop.requests.clear()
    assert len(provider_of(server, shop, limit=2).search(garment_query(), SearchContext())) == 2
    assert shop.requests == []


def test_nothing_found_is_an_answer(provider: SearxngProvider) -> None:
    assert provider.search(garment_query(), SearchContext()) == []


def test_engines_that_do_not_answer_are_named(
    provider: SearxngProvider, server: SearxngServer
) -> None:
    server.silent = [["google", "CAPTCHA"], ["bing images", "timeout"]]
    with pytest.raises(ProviderError, match=r"no answer from google \(CAPTCHA\), bing images \(ti"):
        provider.search(garment_query(), SearchContext())
    server.results = [product_result("https://mill.example/1")]
    assert len(provider.search(garment_query(), SearchContext())) == 1


def test_an_instance_that_gives_no_json_is_reported_with_the_setting(
    provider: SearxngProvider, server: SearxngServer
) -> None:
    server.formats = ("html",)
    with pytest.raises(ProviderError, match=r"is json under search\.formats in its settings\.yml"):
        provider.search(garment_query(), SearchContext())


@pytest.mark.parametrize(
    ("content", "status", "message"),
    [
        (b"<html>", 404, "There is no SearXNG at the address"),
        ({"error": "Invalid value for parameter language"}, 400, "refused the search: Invalid"),
        ({"error": {"a": 1}}, 400, "no reason given"),
        (b"<html>", 400, "answered nonsense"),
        ({}, 200, "answered nonsense"),
        ([], 200, "answered nonsense"),
        ({"results": {}}, 200, "answered nonsense"),
    ],
    ids=range(7),
)
def test_a_failure_says_why(
    provider: SearxngProvider, server: SearxngServer, content: Any, status: int, message: str
) -> None:
    server.vendor.say(content, status)
    with pytest.raises(ProviderError, match=message):
        provider.search(garment_query(), SearchContext())


def test_results_that_miss_parts_cost_themselves_only() -> None:
    results = [
        None, 7, "x", [], {},
        {"url": "javascript:alert(1)", "title": "x"},
        picture_result("https://www.pinterest.com/pin/1"),
        product_result("https://mill.example/untitled", title=None),
        {"url": "https://mill.example/1"},
        picture_result("https://mill.example/2", title="<b>Navy</b> &amp; white\u202e jumper"),
    ]  # fmt: skip
    found = read_results({"results": results}, SearchContext())
    assert found.offers == []
    assert [(page.link[-1], page.title) for page in found.pages] == [
        ("d", None), ("2", "Navy & white jumper"), ("1", None),
    ]  # fmt: skip
