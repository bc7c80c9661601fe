"""Shops are recognised by what they answer, and all of their products come in."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from server.catalog.catalog import Catalog, Progress
from server.catalog.report import BrokenOffError
from server.catalog.sources import shopify_shop
from server.catalog.sources.product import SourceError
from server.catalog.sources.site import Site
from server.fetch.fetcher import Fetcher
from server.goods.money import Money
from server.storage.tables import ProductRow
from tests.support.http_server import LocalServer, local_server, reply
from tests.support.shop_servers import (
    PICTURE,
    json_reply,
    product_page,
    shopify,
    sitemap,
    sitemap_index,
    woocommerce,
    woocommerce_product,
)


@pytest.fixture
def shop() -> Iterator[LocalServer]:
    with local_server() as server:
        server.routes["/files/1.png"] = reply(PICTURE)
        yield server


@pytest.fixture
def catalog(database, settings, segmenter, embedder, shop, waits) -> Catalog:
    allowed = settings.model_copy(update={"fetch_allow": (shop.address,)})
    return Catalog(database, Fetcher(allowed), segmenter, embedder)


@pytest.fixture
def waits(monkeypatch) -> list[float]:
    """The pauses between requests, which are not waited for."""
    asked: list[float] = []
    monkeypatch.setattr(Site, "sleep", staticmethod(asked.append))
    return asked


@pytest.fixture
def rows(database):
    def read() -> dict[str, ProductRow]:
        with database.session(read_only=True) as session:
            return {row.key: row for row in session.scalars(select(ProductRow))}

    return read


def product_of(catalog: Catalog, row: ProductRow):
    [product] = catalog.store.products([row.id])
    return product


def asked_for(shop: LocalServer, part: str) -> list[str]:
    return [path for _, path, _ in shop.requests if part in path]


def test_a_shopify_shop_is_read_page_by_page_with_the_currency_of_its_cart(
    catalog, shop, rows, monkeypatch
) -> None:
    monkeypatch.setattr(shopify_shop, "_PAGE", 4)
    shopify(shop, 9)
    progress: list[Progress] = []
    report = catalog.add(shop.url("/"), on_progress=progress.append)
    assert (report.shop, report.added, report.broken) == ("Corner & Co", 18, 0)
    assert [shop_.form for shop_ in catalog.store.shops()] == ["shopify"]
    first, second = (product_of(catalog, rows()[key]) for key in ("10", "11"))
    assert (first.title, first.brand, first.colour, first.size) == (
        "Navy Tee 1", "Corner", "Navy", "S",
    )  # fmt: skip
    assert (first.price, first.list_price) == (Money("19.90", "GBP"), Money("29.90", "GBP"))
    assert (second.price, second.list_price) == (Money("19.90", "GBP"), None)
    assert (first.availability, second.availability) == ("in_stock", "out_of_stock")
    assert (first.gender, first.group_key) == ("female", "1")
    assert first.link == shop.url("/products/navy-tee-1?variant=10")
    assert second.picture_url == shop.url("/files/1.png?v=2")
    assert second.pictures == (shop.url("/files/1.png?v=1"),)
    # The last of them is empty.
    pages = asked_for(shop, "products.json?limit=4")
    assert pages == [f"/products.json?limit=4&page={page}" for page in (1, 2, 3, 4)]


def test_a_bare_domain_in_capitals_is_a_shop(catalog, shop) -> None:
    shopify(shop, 1)
    assert catalog.add(shop.url("").upper().replace("HTTP", "http")).added == 2
    assert [one.source for one in catalog.store.shops()] == [shop.url("/")]
    assert "/products.json?limit=250&page=1" in asked_for(shop, "products.json")


def test_what_a_shopify_shop_says_of_itself_names_it_and_gives_its_currency(
    catalog, shop, rows
) -> None:
    meta = {"name": "Corner", "currency": "SEK", "published_products_count": 4}
    shopify(shop, 4, **{"/meta.json": json_reply(meta)})
    progress: list[Progress] = []
    report = catalog.add(shop.url("/"), on_progress=progress.append)
    assert report.shop == "Corner"
    assert {row.currency for row in rows().values()} == {"SEK"}
    assert progress[-1].part == 1.0


@pytest.mark.parametrize(
    "home",
    [
        b'<script>Shopify.currency = {"active":"NZD","rate":"1.0"};</script>',
        b'<meta property="og:price:currency" content="NZD">',
    ],
)
def test_the_front_page_gives_the_currency_where_the_cart_does_not(
    catalog, shop, rows, home
) -> None:
    shopify(shop, 1, **{"/cart.js": reply(status=404), "/": reply(home)})
    catalog.add(shop.url("/"))
    assert {row.currency for row in rows().values()} == {"NZD"}


def test_a_collection_of_a_shopify_shop_is_a_shop_of_its_own(catalog, shop) -> None:
    shopify(shop, 2)
    shop.routes["/collections/sale/products.json"] = shop.routes["/products.json"]
    assert catalog.add(shop.url("/collections/sale")).added == 4
    assert [one.source for one in catalog.store.shops()] == [shop.url("/collections/sale")]


def test_the_front_page_of_a_shop_may_have_any_address(catalog, shop) -> None:
    shopify(shop, 1, **{"/en/women": reply(b"<!doctype html><html><body>Hello</body></html>")})
    assert catalog.add(shop.url("/en/women")).added == 2
    assert [one.source for one in catalog.store.shops()] == [shop.url("/")]


def test_a_shop_that_answers_every_page_with_the_first_one_ends(catalog, shop) -> None:
    shopify(shop, 2)
    first = shop.routes["/products.json"]

    def always_first(handler) -> None:
        handler.path = "/products.json?limit=2&page=1"
        first(handler)

    shop.routes["/products.json"] = always_first
    assert catalog.add(shop.url("/")).added == 4


def test_a_woocommerce_shop_is_read_in_minor_units(catalog, shop, rows) -> None:
    yen = {"price": "4900", "regular_price": "4900", "sale_price": "4900", "price_range": None,
           "currency_code": "JPY", "currency_minor_unit": 0}  # fmt: skip
    span = {"price": "3500", "regular_price": "3500", "sale_price": "3500",
            "price_range": {"min_amount": "3500", "max_amount": "5500"},
            "currency_code": "EUR", "currency_minor_unit": 2}  # fmt: skip
    products = [
        woocommerce_product(1, shop),
        woocommerce_product(2, shop, prices=yen, is_in_stock=False),
        woocommerce_product(3, shop, prices=span, is_on_backorder=True),
        *(woocommerce_product(number, shop, name="Mug", categories=[]) for number in range(4, 103)),
    ]
    woocommerce(shop, products)
    report = catalog.add(shop.url("/"))
    assert (report.added, report.broken, report.unread) == (102, 0, {})
    coat, in_yen, several = (product_of(catalog, rows()[key]) for key in ("1", "2", "3"))
    assert (coat.title, coat.brand, coat.colour, coat.size) == (
        "Wool Coat – 1", "Norden", "Camel", "S, M",
    )  # fmt: skip
    assert (coat.price, coat.list_price) == (Money("129.00", "EUR"), Money("159.00", "EUR"))
    assert (in_yen.price, in_yen.availability) == (Money("4900", "JPY"), "out_of_stock")
    assert (several.price, several.availability) == (Money("35.00", "EUR"), "preorder")
    assert coat.pictures == ()
    assert in_yen.pictures == (shop.url("/files/1.png"),)


def test_any_other_shop_is_read_by_its_sitemap_slowly_and_by_its_rules(
    catalog, shop, rows, waits
) -> None:
    shop.routes |= {
        "/robots.txt": reply(
            b"User-agent: *\nDisallow: /products/secret*\nCrawl-delay: 7\n"
            b"Sitemap: " + shop.url("/maps/index.xml").encode()
        ),
        "/maps/index.xml": sitemap_index(shop, ["/maps/pages.xml", "/maps/products.xml"]),
        "/maps/pages.xml": sitemap(shop, {"/about-us": ""}),
        "/maps/products.xml": sitemap(
            shop, {"/products/tee": "2026-01-01", "/products/secret-tee": "", "/products/gone": ""}
        ),
        "/products/tee": product_page(shop, "Navy Tee"),
        "/": reply(b'<meta property="og:site_name" content="Norden">'),
    }
    report = catalog.add(shop.url("/"))
    assert (report.shop, report.added, report.broken) == ("Norden", 1, 1)
    assert list(report.faults) == ["a page that is not there"]
    tee = product_of(catalog, rows()["/products/tee"])
    assert (tee.price, tee.availability) == (Money("49.00", "EUR"), "in_stock")
    assert (tee.brand, tee.colour, tee.picture_url) == ("Norden", "Navy", shop.url("/files/1.png"))
    assert not asked_for(shop, "secret")
    assert not asked_for(shop, "about-us")
    agents = {headers["user-agent"].partition("/")[0] for _, _, headers in shop.requests}
    assert agents == {"where-to-buy"}
    assert any(6 < wait <= 7 for wait in waits)


def test_without_a_wish_of_the_shop_there_is_a_second_between_pages(catalog, shop, waits) -> None:
    shop.routes |= {
        "/sitemap.xml": sitemap(shop, {"/p/tee": "", "/p/coat": "", "/blog/news": ""}),
        "/p/tee": product_page(shop, "Navy Tee"),
        "/p/coat": product_page(shop, "Coat"),
    }
    assert catalog.add(shop.url("/")).added == 2
    assert not asked_for(shop, "/blog/")
    assert len([wait for wait in waits if 0 < wait <= 1]) >= 3


def test_a_shop_that_forbids_programs_is_not_read(catalog, shop) -> None:
    shopify(shop, 1, **{"/robots.txt": reply(b"User-agent: where-to-buy\nDisallow: /")})
    with pytest.raises(SourceError) as refused:
        catalog.add(shop.url("/"))
    assert "sitemap" in str(refused.value)
    assert not asked_for(shop, "products.json")
    assert catalog.store.shops() == []


def test_a_page_that_did_not_change_is_not_asked_for_again(catalog, shop) -> None:
    listed = {"/p/tee": "2026-01-01", "/p/coat": "2026-01-01", "/p/old": ""}
    shop.routes |= {
        "/sitemap.xml": sitemap(shop, listed),
        "/p/tee": product_page(shop, "Navy Tee"),
        "/p/coat": product_page(shop, "Coat"),
        "/p/old": product_page(shop, "Skirt"),
    }
    catalog.add(shop.url("/"))
    [known] = catalog.store.shops()
    shop.requests.clear()
    shop.routes["/sitemap.xml"] = sitemap(shop, {"/p/tee": "2026-02-02", "/p/coat": "2026-01-01"})
    shop.routes["/p/tee"] = product_page(shop, "Navy Tee", "39.00")
    report = catalog.refresh(known.id)
    assert (report.updated, report.unchanged, report.removed) == (1, 1, 1)
    assert asked_for(shop, "/p/") == ["/p/tee"]


def test_a_shop_that_stops_answering_is_gone_on_with_where_it_stopped(catalog, shop) -> None:
    paths = {f"/p/tee-{number}": "" for number in range(30)}
    shop.routes |= {"/sitemap.xml": sitemap(shop, paths)}
    shop.routes |= {path: product_page(shop, f"Tee {path[-2:]}") for path in list(paths)[:12]}
    for path in list(paths)[12:]:
        shop.routes[path] = reply(status=500)
    with pytest.raises(BrokenOffError) as stopped:
        catalog.add(shop.url("/"))
    assert stopped.value.report.added == 12
    [known] = catalog.store.shops()
    assert (known.products, known.unfinished) == (12, True)
    shop.requests.clear()
    for path in list(paths)[12:]:
        shop.routes[path] = product_page(shop, f"Tee {path[-2:]}")
    report = catalog.refresh(known.id)
    assert (report.added, report.unchanged, report.removed) == (18, 12, 0)
    assert len(asked_for(shop, "/p/")) == 18
    [known] = catalog.store.shops()
    assert (known.products, known.unfinished) == (30, False)


def test_a_site_that_is_no_shop_is_refused_in_words(catalog, shop) -> None:
    shop.routes["/"] = reply(b"<!doctype html><html><body>Hello</body></html>")
    with pytest.raises(SourceError) as refused:
        catalog.add(shop.url("/"))
    assert "no sitemap" in str(refused.value)
    assert "product feed" in refused.value.hint
    assert catalog.store.shops() == []


def test_a_shop_that_cannot_be_reached_says_so(catalog, shop) -> None:
    address = shop.url("/")
    shop.routes["/products.json"] = reply(status=500)
    with pytest.raises(SourceError) as refused:
        catalog.add(address)
    assert "cannot be read" in str(refused.value)
