"""Each vendor over HTTP: what is whole of its answer is an offer, what is not costs itself only."""

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from server.offers.offer import SearchContext
from tests.support.ebay_server import item
from tests.support.every_vendor import VENDORS
from tests.support.garments import garment_query
from tests.support.google_server import matching_page, picture_item
from tests.support.searxng_server import picture_result
from tests.support.ucp_server import product
from tests.support.vendor_server import Reply, Request, VendorServer, vendor_server

PICTURE = "https://pictures.example/look.jpg"
LINK = "https://mill.example/1"
PAGE = b"""<title>Jumper</title><script type="application/ld+json">{"@type": "Product",
"name": "Jumper", "sku": "1", "offers": {"price": "49.00", "priceCurrency": "USD"}}</script>"""
BROKEN: tuple[Any, ...] = (None, 7, "x", [], {}, {"title": "No link"}, {"url": "javascript:x()"})
MATCH = {"title": "Jumper", "link": LINK, "source": "Mill", "thumbnail": "https://mill.example/p"}
PRODUCT = {
    "id": "1", "name": "Jumper", "title": "Jumper", "url": LINK, "price": "49.00",
    "currency": "USD",
    "offers": [{"url": LINK, "domain": "mill.example", "price": {"price": 49, "currency": "USD"}}],
}  # fmt: skip
ITEM = {"itemName": "Jumper", "itemCode": "mill:1", "itemPrice": 3980, "itemUrl": LINK}

Wrap = Callable[[list[Any]], Any]


def _ucp(products: list[Any]) -> Any:
    content = {"ucp": {"version": "2026-04-08", "status": "success"}, "products": products}
    return {"jsonrpc": "2.0", "id": 1, "result": {"structuredContent": content}}


def _vision(pages: list[Any]) -> Any:
    return {"responses": [{"webDetection": {"pagesWithMatchingImages": pages}}]}


def _groups(products: list[Any]) -> Any:
    return {"data": {"result_groups": [None, {"similar_products": products}, {}]}}


def _keyed(name: str, **more: Any) -> Wrap:
    return lambda found: {name: found, **more}


WRAPS: Mapping[str, Wrap] = {
    "ucp": _ucp,
    "ucp-shop.example": _ucp,
    "channel3-ucp": _ucp,
    "vistoya": _ucp,
    "polopan": _ucp,
    "serper": _keyed("organic", searchParameters={}),
    "serpapi": _keyed("visual_matches", search_metadata={}),
    "searchapi": _keyed("visual_matches", search_metadata={}),
    "ebay": _keyed("itemSummaries", total=8),
    "lykdat": _groups,
    "channel3": _keyed("products"),
    "rakuten": _keyed("Items", count=8),
    "searxng": _keyed("results", query="x"),
    "google_vision": _vision,
    "google_cse": _keyed("items", kind="customsearch#search"),
}


def _whole(name: str, page: str) -> Any:
    """Return one thing that a vendor found; ``page`` is where it is sold."""
    kinds: Mapping[str, Any] = {
        "ebay": item("Jumper"),
        "lykdat": PRODUCT,
        "channel3": PRODUCT,
        "vistoya": {"title": "Jumper", "url": page},
        "polopan": {"title": "Jumper", "url": page},
        "rakuten": ITEM,
        "searxng": picture_result(page),
        "google_vision": matching_page(page),
        "google_cse": picture_item(page),
    }
    if "ucp" in name:
        return product("Jumper", link=LINK)
    return kinds.get(name, MATCH)


@pytest.fixture
def server() -> Iterator[VendorServer]:
    with vendor_server() as running:
        yield running


def search(name: str, server: VendorServer, found: list[Any]) -> list[str]:
    """Return the titles of what a provider makes of an answer."""
    vendor = VENDORS[name]

    def answer(request: Request) -> Reply:
        if request.path == "/page":
            return Reply(PAGE, headers={"Content-Type": "text/html"})
        return vendor.prelude(request) or Reply(WRAPS[name](found))

    server.answer = answer
    query = dataclasses.replace(garment_query(), picture_url=PICTURE)
    offers = vendor.make(server.http).search(query, SearchContext(seconds=20))
    return [offer.title for offer in offers]


def test_every_vendor_is_here() -> None:
    assert WRAPS.keys() == VENDORS.keys() - {"ebay, asked for a token"}


@pytest.mark.parametrize("name", WRAPS)
def test_what_is_whole_of_an_answer_is_an_offer(name: str, server: VendorServer) -> None:
    found = [*BROKEN, _whole(name, server.url("/page")), *BROKEN]
    assert search(name, server, found) == ["Jumper"]


@pytest.mark.parametrize("name", WRAPS)
def test_an_answer_with_nothing_in_it_is_one(name: str, server: VendorServer) -> None:
    assert search(name, server, []) == []
