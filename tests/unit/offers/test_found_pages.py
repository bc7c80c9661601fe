"""Pages that searches find become offers, and none costs more than itself."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from server.fetch.fetcher import Fetcher
from server.goods.money import Money
from server.offers import found_pages as pages
from server.offers.found_pages import MOST_PAGES, FoundPage, PageReader, sells_nothing
from server.offers.offer import Offer
from server.shop_page import read_page as reading
from tests.support.chosen_settings import settings_with
from tests.support.http_server import LocalServer, local_server, redirect, reply
from tests.support.shop_pages import html, product_page

# Seconds that no test needs.
LONG = 30.0


@pytest.fixture
def shop() -> Iterator[LocalServer]:
    with local_server() as running:
        yield running


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every host of ``.example``, and pinterest.com, is this machine."""
    truly = socket.getaddrinfo

    def answer(host, *args, **kwargs):
        here = str(host).endswith((".example", "pinterest.com"))
        return truly("127.0.0.1" if here else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", answer)


def read(
    shop: LocalServer, *paths: str, seconds: float = LONG, limit: int = 24, titles: bool = True
) -> list[Offer]:
    reader = PageReader(Fetcher(settings_with(fetch_allow=(shop.address,))))
    found = [FoundPage(shop.url(path), f"Found {path}" if titles else None) for path in paths]
    return reader.read(found, "web", until=time.monotonic() + seconds, limit=limit)


def test_the_page_of_a_product_is_an_offer_with_all_that_it_says(shop: LocalServer) -> None:
    offers = {
        "@type": "Offer",
        "priceCurrency": "USD",
        "price": "49.00",
        "availability": "https://schema.org/InStock",
        "itemCondition": "https://schema.org/NewCondition",
        "priceSpecification": {
            "@type": "UnitPriceSpecification",
            "priceType": "https://schema.org/ListPrice",
            "price": "69.00",
            "priceCurrency": "USD",
        },
    }
    shop.routes["/p/1"] = html(product_page(gtin13="4006381333931", offers=offers))
    [offer] = read(shop, "/p/1")
    assert offer == Offer(
        id=offer.id,
        provider="web",
        title="Ribbed Jumper",
        link=shop.url("/p/1"),
        shop="127.0.0.1",
        price=Money("49.00", "USD"),
        list_price=Money("69.00", "USD"),
        availability="in_stock",
        condition="new",
        gtin="4006381333931",
        picture_url="https://pictures.example/jumper.jpg",
    )


def test_a_shop_is_asked_for_the_page_and_learns_nothing_else(shop: LocalServer) -> None:
    shop.routes["/p/1"] = html(product_page())
    read(shop, "/p/1?variant=7")
    [(method, path, headers)] = shop.requests
    assert (method, path) == ("GET", "/p/1?variant=7")
    assert set(headers) == {"host", "user-agent", "accept", "accept-encoding", "connection"}


@pytest.mark.parametrize(
    ("offers", "more"),
    [
        ({}, {"sku": "J-1"}),
        ({}, {"sku": None, "gtin13": "4006381333931"}),
        ({"@type": "Offer", "availability": "https://schema.org/OutOfStock"}, {"sku": None}),
    ],
)
def test_a_product_without_a_price_is_an_offer_too(shop: LocalServer, offers, more) -> None:
    shop.routes["/p/1"] = html(product_page(offers=offers, **more))
    [offer] = read(shop, "/p/1")
    assert offer.price is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><title>Ten jumpers for autumn</title><h1>Ten jumpers</h1><p>We like them.</p>",
        b"<html><title>Just a moment...</title><body>Checking your browser</body></html>",
    ],
)
def test_what_sells_nothing_is_left_out(shop: LocalServer, body: bytes) -> None:
    shop.routes["/about"] = html(body)
    assert read(shop, "/about") == []


def test_what_is_not_a_page_is_not_read_as_one(shop: LocalServer) -> None:
    shop.routes["/p.pdf"] = reply(product_page(), headers={"Content-Type": "application/pdf"})
    shop.routes["/p"] = reply(product_page())
    assert [offer.link for offer in read(shop, "/p.pdf", "/p")] == [shop.url("/p")]


def test_offers_come_in_the_order_of_the_search(shop: LocalServer) -> None:
    others = threading.Semaphore(0)

    def slow(handler):
        others.acquire()
        html(product_page("First"))(handler)

    def quick(handler):
        html(product_page("Second"))(handler)
        others.release()

    shop.routes |= {"/1": slow, "/2": quick}
    assert [offer.title for offer in read(shop, "/1", "/2")] == ["First", "Second"]


def test_a_late_page_is_an_offer_without_a_price(shop: LocalServer) -> None:
    never = threading.Event()
    shop.routes |= {"/late": lambda handler: never.wait(), "/1": html(product_page())}
    found = read(shop, "/late", "/1", seconds=4.0)
    assert [(offer.title, offer.price) for offer in found] == [
        ("Found /late", None),
        ("Ribbed Jumper", Money("49.00", "USD")),
    ]
    never.set()


def test_a_page_that_is_still_being_parsed_is_not_waited_for(
    shop: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = threading.Event()

    def parse(*args, **kwargs):
        release.wait(LONG)
        return truly(*args, **kwargs)

    truly = reading.read_shop_page
    monkeypatch.setattr(reading, "read_shop_page", parse)
    shop.routes["/1"] = html(product_page())
    assert [offer.title for offer in read(shop, "/1", seconds=0.5)] == ["Found /1"]
    release.set()


def test_when_no_time_is_left_no_shop_is_asked(shop: LocalServer) -> None:
    shop.routes["/1"] = html(product_page())
    assert [offer.title for offer in read(shop, "/1", seconds=-1.0)] == ["Found /1"]
    assert shop.requests == []


def test_a_late_page_without_a_title_is_left_out(shop: LocalServer) -> None:
    assert read(shop, "/1", seconds=-1.0, titles=False) == []


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_left_out(shop: LocalServer, status: int) -> None:
    shop.routes["/1"] = html(product_page(), status)
    assert read(shop, "/1") == []


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_a_shop_that_answers_no_programs_is_an_offer_without_a_price(
    shop: LocalServer, status: int
) -> None:
    shop.routes["/1"] = html(product_page(), status)
    [offer] = read(shop, "/1")
    assert (offer.title, offer.link, offer.price) == ("Found /1", shop.url("/1"), None)


def test_a_host_that_cannot_be_reached_or_must_not_is_left_out(shop: LocalServer) -> None:
    reader = PageReader(Fetcher(settings_with(fetch_allow=(shop.address,))))
    with local_server() as private:
        private.routes["/"] = html(product_page())
        links = [private.url("/"), "http://169.254.169.254/latest", "http://nobody.invalid/"]
        found = [FoundPage(link, "Something") for link in links]
        assert reader.read(found, "web", until=time.monotonic() + LONG, limit=24) == []
        assert private.requests == []


@pytest.mark.parametrize(
    ("host", "canonical", "link"),
    [
        ("www.mill.example", "/p/1", "http://www.mill.example:{port}/p/1"),
        ("www.mill.example", "http://mill.example:{port}/p/1", "http://mill.example:{port}/p/1"),
        ("m.mill.example", "http://www.mill.example:{port}/1", "http://www.mill.example:{port}/1"),
        ("mill.example", "http://other.example:{port}/p/1", None),
        ("mill.example", "http://mill.example.evil.example:{port}/p/1", None),
        ("shop1.host.example", "http://shop2.host.example:{port}/p/1", None),
        ("mill.example", "http://mill.example/p/1", None),
        ("mill.example", "https://mill.example:{port}/p/1", None),
        ("mill.example", "http://me:secret@mill.example:{port}/p/1", None),
        ("mill.example", "javascript:alert(1)", None),
        ("mill.example", "http://[", None),
    ],
)
@pytest.mark.usefixtures("names")
def test_only_a_link_of_the_same_shop_takes_the_place_of_the_one_found(
    host: str, canonical: str, link: str | None
) -> None:
    with local_server(host=host) as shop:
        declared = canonical.format(port=shop.port)
        head = f'<link rel="canonical" href="{declared}">'
        shop.routes["/found"] = html(product_page(head=head))
        [offer] = read(shop, "/found?utm_source=search")
        wanted = (link or "http://{host}:{port}/found?utm_source=search").format(
            host=host, port=shop.port
        )
        assert offer.link == wanted
        assert offer.shop == wanted.split("/")[2].split(":")[0].removeprefix("www.")


def test_the_picture_of_the_search_replaces_a_missing_one_of_the_page(shop: LocalServer) -> None:
    shop.routes |= {"/1": html(product_page(image=None)), "/2": html(product_page())}
    reader = PageReader(Fetcher(settings_with(fetch_allow=(shop.address,))))
    small = "https://search.example/small.jpg"
    found = [FoundPage(shop.url(path), picture_url=small) for path in ("/1", "/2")]
    offers = reader.read(found, "web", until=time.monotonic() + LONG, limit=24)
    assert [offer.picture_url for offer in offers] == [small, "https://pictures.example/jumper.jpg"]


@pytest.mark.usefixtures("names")
def test_a_redirect_to_another_site_does_not_change_the_link(shop: LocalServer) -> None:
    with local_server(host="other.example") as other:
        other.routes["/p/1"] = html(product_page(head='<link rel="canonical" href="/p/1">'))
        shop.routes["/go"] = redirect(other.url("/p/1"))
        reader = PageReader(Fetcher(settings_with(fetch_allow=(shop.address, other.address))))
        found = [FoundPage(shop.url("/go"))]
        [offer] = reader.read(found, "web", until=time.monotonic() + LONG, limit=24)
        assert (offer.link, offer.shop) == (shop.url("/go"), "127.0.0.1")


def test_two_ways_to_a_product_are_one_offer(shop: LocalServer) -> None:
    page = html(product_page(head='<link rel="canonical" href="/p/1">'))
    shop.routes |= {"/sale/p/1": page, "/p/1": page}
    found = read(shop, "/sale/p/1", "/p/1", "/p/1?utm_source=x")
    assert [offer.link for offer in found] == [shop.url("/p/1")]
    assert len(shop.requests) == 2


def test_no_more_pages_are_read_and_offers_given_than_agreed(shop: LocalServer) -> None:
    paths = [f"/{number}" for number in range(MOST_PAGES + 5)]
    for path in paths:
        shop.routes[path] = html(product_page())
    assert len(read(shop, *paths)) == len(shop.requests) == MOST_PAGES
    assert len(read(shop, *paths, limit=3)) == 3


def test_no_more_pages_are_parsed_at_once_than_agreed(
    shop: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = threading.Condition()
    running = 0
    most = 0

    def parse(*args, **kwargs):
        nonlocal running, most
        with changed:
            running += 1
            most = max(most, running)
            changed.notify_all()
            changed.wait_for(lambda: running > pages.PARSED_AT_ONCE, timeout=0.2)
            running -= 1
        return truly(*args, **kwargs)

    truly = reading.read_shop_page
    monkeypatch.setattr(reading, "read_shop_page", parse)
    paths = [f"/{number}" for number in range(6)]
    shop.routes |= {path: html(product_page()) for path in paths}
    assert len(read(shop, *paths)) == 6
    assert 0 < most <= pages.PARSED_AT_ONCE


@pytest.mark.parametrize(
    "answer",
    [
        html(b"\xff\xfe\x00<" * 50_000),
        html(b"<div>" * 200_000),
        html(b'<script type="application/ld+json">' + b"[" * 500_000),
        reply(b"<html>", headers={"Content-Type": "text/html", "Content-Length": "9000"}),
        reply(b"no gzip", headers={"Content-Type": "text/html", "Content-Encoding": "gzip"}),
        redirect("file:///etc/passwd"),
        redirect("/hostile"),
        html(product_page(name="\u202e" * 9, offers={"price": "1e999"}, sku=None)),
    ],
    ids=range(8),
)
def test_a_hostile_page_costs_itself_and_nothing_else(shop: LocalServer, answer) -> None:
    shop.routes |= {"/hostile": answer, "/1": html(product_page())}
    assert [offer.title for offer in read(shop, "/hostile", "/1", titles=False)] == [
        "Ribbed Jumper"
    ]


def test_a_page_on_which_reading_fails_costs_itself_and_is_logged(
    shop: LocalServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def parse(data, url, **kwargs):
        if url.endswith("/bad"):
            raise RuntimeError("a mistake of ours")
        return truly(data, url, **kwargs)

    truly = reading.read_shop_page
    monkeypatch.setattr(reading, "read_shop_page", parse)
    shop.routes |= {"/bad": html(product_page()), "/1": html(product_page())}
    assert [offer.link for offer in read(shop, "/bad", "/1")] == [shop.url("/1")]
    assert "a mistake of ours" in caplog.text


@pytest.mark.usefixtures("names")
def test_sites_that_are_no_shops_are_not_asked() -> None:
    with local_server(host="www.pinterest.com") as site:
        site.routes["/pin/1"] = html(product_page())
        assert read(site, "/pin/1") == []
        assert site.requests == []


@pytest.mark.parametrize(
    ("link", "nothing"),
    [
        ("https://www.pinterest.co.kr/pin/1", True),
        ("https://kr.pinterest.com/pin/1", True),
        ("https://m.blog.naver.com/a", True),
        ("https://www.google.co.kr/search?q=coat", True),
        ("https://search.naver.com/x", True),
        ("https://www.shutterstock.com/image-photo/coat", True),
        ("https://x.com/a/status/1", True),
        ("https://en.wikipedia.org/wiki/Coat", True),
        ("https://smartstore.naver.com/mill/products/1", False),
        ("https://market.yandex.ru/product/1", False),
        ("https://fox.com/coat", False),
        ("https://pinterest.com.mill.example/1", False),
        ("https://mill.example/google.com", False),
        ("https://store.google.com/product/1", False),
        ("https://shopping.yahoo.co.jp/1", False),
    ],
)
def test_shops_are_distinguished_from_sites_that_sell_nothing(link: str, nothing: bool) -> None:
    assert sells_nothing(link) == nothing
