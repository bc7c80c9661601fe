"""A shop that speaks UCP comes into the catalogue whole, over MCP and over REST."""

import json
import socket
from typing import Any

import pytest

from server.catalog.sources.product import SourceError, SourceProduct
from server.fetch.fetcher import Fetcher
from server.goods.money import Money
from server.offers.providers.ucp_shop import UcpShop, ucp_finder
from tests.support.certificates import Authority
from tests.support.http_server import local_server, reply
from tests.support.ucp_server import product

SERVICE = "dev.ucp.shopping"
SEARCH = "dev.ucp.shopping.catalog.search"


@pytest.fixture
def shop(tmp_path, monkeypatch):
    authority, truly = Authority(tmp_path), socket.getaddrinfo
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    monkeypatch.setattr(UcpShop, "sleep", staticmethod(lambda seconds: None))
    with local_server(tls=authority.server_context("shop.example")) as running:

        def look_up(host: str, port: int, *args: Any, **kwargs: Any) -> Any:
            return truly("127.0.0.1", running.port, *args, **kwargs)

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        yield running


@pytest.fixture
def find(shop, settings):
    chosen = settings.model_copy(update={"fetch_allow": ("shop.example",)})
    return ucp_finder(chosen, Fetcher(chosen))


def serve(shop, transport: str, products: list[Any], *, browses: bool = True, size: int = 2):
    """Serve a catalogue in pages; without ``browses`` it wants a query."""
    asked: list[dict[str, Any]] = []
    binding = {"transport": transport, "endpoint": "https://shop.example/ucp"}
    profile = {"ucp": {"version": "2026-04-08", "services": {SERVICE: [binding]},
                       "capabilities": {SEARCH: [{}]}}}  # fmt: skip
    shop.routes["/.well-known/ucp"] = reply(json.dumps(profile).encode())

    def answer(handler) -> None:
        sent = json.loads(handler.rfile.read(int(handler.headers["Content-Length"])))
        search = sent["params"]["arguments"]["catalog"] if transport == "mcp" else sent
        asked.append(search)
        start = int(search["pagination"].get("cursor", "0"))
        words = search.get("query")
        fits = [p for p in products if words is None or words in p["title"].lower()]
        content: dict[str, Any] = {"ucp": {"status": "success"}, "products": fits[start:][:size]}
        if words is None and not browses:
            del content["products"]
            content["messages"] = [{"type": "error", "content": "A query is required"}]
        more = start + size < len(fits)
        content["pagination"] = {"has_next_page": more, "total_count": len(fits)}
        if more:
            content["pagination"]["cursor"] = str(start + size)
        body = content
        if transport == "mcp":
            body = {"jsonrpc": "2.0", "id": 1, "result": {"structuredContent": content}}
        reply(json.dumps(body).encode(), headers={"Content-Type": "application/json"})(handler)

    shop.routes["/ucp" if transport == "mcp" else "/ucp/catalog/search"] = answer
    return asked


@pytest.mark.parametrize("transport", ["mcp", "rest"])
def test_every_page_is_read(shop, find, transport) -> None:
    asked = serve(shop, transport, [product(f"Coat {n}", number=n) for n in range(5)])
    source = find("shop.example")
    items = list(source)
    assert [item.title for item in items] == [f"Coat {n}" for n in range(5)]
    assert len(asked) == 3
    first = items[0]
    assert isinstance(first, SourceProduct)
    assert (first.price, first.list_price) == (Money("129.00", "USD"), Money("159.00", "USD"))
    assert (first.size, first.availability) == ("S", "in_stock")
    assert source.part == 1.0


def test_a_shop_that_wants_words_is_asked_for_each_garment(shop, find) -> None:
    products = [product("Long skirt", number=1), product("Blue shorts", number=2),
                product("Skirt and belt", number=3)]  # fmt: skip
    asked = serve(shop, "mcp", products, browses=False)
    titles = [item.title for item in find("shop.example")]
    assert sorted(titles) == ["Blue shorts", "Long skirt", "Skirt and belt"]
    assert {"skirt", "shorts", "belt"} <= {search.get("query") for search in asked}


def test_a_shop_without_a_profile_speaks_no_ucp(shop, find) -> None:
    assert find("shop.example") is None


def test_a_shop_that_stops_answering_breaks_off(shop, find) -> None:
    serve(shop, "mcp", [product(f"Coat {n}", number=n) for n in range(5)])
    items = iter(find("shop.example"))
    next(items)
    shop.routes["/ucp"] = reply(status=500)
    with pytest.raises(SourceError, match="stopped answering"):
        list(items)
