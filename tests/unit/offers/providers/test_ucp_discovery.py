"""A shop of any system says itself where its catalogue is, and how it is asked."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.config import Settings
from server.fetch.fetcher import Fetcher
from server.offers.errors import ProviderBusyError, ProviderError
from server.offers.offer import Offer, SearchContext
from server.offers.providers.from_settings import vendor_providers
from tests.support.certificates import Authority
from tests.support.garments import garment_query
from tests.support.http_server import LocalServer, local_server, reply
from tests.support.ucp_server import product

SEARCH = "dev.ucp.shopping.catalog.search"
COAT = product("Classic Trench")


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalServer]:
    """The server of shop.example, at its real address, which leads to this machine."""
    authority, truly = Authority(tmp_path), socket.getaddrinfo
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    with local_server(tls=authority.server_context("shop.example")) as running:

        def look_up(host: str, port: int, *args: Any, **kwargs: Any) -> Any:
            assert (host, port) == ("shop.example", 443), "words go to the shop only"
            return truly("127.0.0.1", running.port, *args, **kwargs)

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        yield running


@pytest.fixture
def asked() -> list[dict[str, Any]]:
    return []


@pytest.fixture
def serve(server: LocalServer, asked: list[dict[str, Any]]):
    """Answers a path with JSON, whatever is asked; the questions are kept."""

    def at(path: str, body: Any, status: int = 200, **headers: str) -> None:
        def answer(handler: Any) -> None:
            sent = handler.rfile.read(int(handler.headers.get("Content-Length", "0")))
            if sent:
                named = {name.lower(): value for name, value in handler.headers.items()}
                asked.append({"path": path, "headers": named, "body": json.loads(sent)})
            kind = {"Content-Type": "application/json", **headers}
            reply(json.dumps(body).encode(), status, kind)(handler)

        server.routes[path] = answer

    return at


@pytest.fixture
def search(server: LocalServer, settings: Settings):
    on = {"ucp_shops": ("shop.example",), "fetch_allow": ("shop.example",)}
    chosen = settings.model_copy(update=on)
    every = vendor_providers(chosen, Fetcher(chosen))
    [state] = [state for state in every if state.provider.name == "ucp-shop.example"]

    def run() -> list[Offer]:
        return list(state.provider.search(garment_query(), SearchContext("KR", "ko", "KRW")))

    return run


def profile(*bindings: tuple[str, str], **more: Any) -> dict[str, Any]:
    services = [{"version": "2026-08-25", "transport": t, "endpoint": e} for t, e in bindings]
    ucp = {"version": "2026-08-25", "services": {"dev.ucp.shopping": services}, **more}
    return {"ucp": {"payment_handlers": {}, **ucp}}


def rpc(*products: Any) -> dict[str, Any]:
    content = {"ucp": {"version": "2026-04-08"}, "products": list(products)}
    return {"jsonrpc": "2.0", "id": 1, "result": {"structuredContent": content}}


def titles(offers: list[Offer]) -> list[str]:
    return [offer.title for offer in offers]


def test_a_shop_that_speaks_rest_is_asked_so(serve, search, asked, settings: Settings) -> None:
    endpoint = "https://shop.example/wp-json/wc/ucp/v1"
    serve("/.well-known/ucp", profile(("rest", endpoint), capabilities={SEARCH: [{}]}))
    serve("/wp-json/wc/ucp/v1/catalog/search", {"ucp": {}, "products": [COAT]})
    assert titles(search()) == ["Classic Trench"]
    [question] = asked
    assert question["headers"]["ucp-agent"] == f'profile="{settings.ucp_profile}"'
    assert question["body"] == {
        "query": "네이비 긴팔 아우터",
        "context": {"address_country": "KR", "language": "ko", "currency": "KRW"},
        "pagination": {"limit": 24},
    }


def test_where_both_are_spoken_mcp_is_asked_at_the_address_named(serve, search, asked) -> None:
    serve(
        "/.well-known/ucp",
        profile(("rest", "https://shop.example/ucp/v1"), ("mcp", "https://shop.example/api/mcp")),
    )
    serve("/api/mcp", rpc(COAT))
    assert titles(search()) == ["Classic Trench"]
    assert asked[0]["body"]["params"]["name"] == "search_catalog"


def test_the_first_version_s_bindings_are_read(serve, search) -> None:
    service = {"version": "2026-01-11", "rest": {"endpoint": "https://shop.example/ucp/v1"}}
    ucp = {"version": "2026-01-11", "services": {"dev.ucp.shopping": service}}
    serve("/.well-known/ucp", {"ucp": ucp})
    serve("/ucp/v1/catalog/search", {"products": [COAT]})
    assert titles(search()) == ["Classic Trench"]


def test_the_profile_of_the_version_spoken_here_goes_before_a_newer_one(serve, search) -> None:
    older = profile(("mcp", "https://shop.example/old/mcp"))
    older["ucp"]["version"] = "2026-04-08"
    serve("/older", older)
    versions = {"2026-04-08": "https://shop.example/older"}
    newer = profile(("mcp", "https://shop.example/new/mcp"), supported_versions=versions)
    serve("/.well-known/ucp", newer)
    serve("/old/mcp", rpc(COAT))
    assert titles(search()) == ["Classic Trench"]


def test_a_shop_is_asked_where_its_catalogue_is_once(serve, search, server: LocalServer) -> None:
    serve("/.well-known/ucp", profile(("mcp", "https://shop.example/api/mcp")))
    serve("/api/mcp", rpc(COAT))
    search(), search()
    paths = [path for _, path, _ in server.requests]
    assert paths == ["/.well-known/ucp", "/api/mcp", "/api/mcp"]


@pytest.mark.parametrize(
    "body",
    [None, [], {}, {"ucp": []}, profile(), profile(("a2a", "https://shop.example/a")),
     profile(("mcp", "https://elsewhere.example/mcp")), profile(("mcp", "http://shop.example/m")),
     profile(("mcp", "javascript:alert(1)")), {"ucp": {"services": {"dev.ucp.shopping": 7}}}],
)  # fmt: skip
def test_one_that_does_not_say_so_of_itself_is_asked_where_shopify_s_are(
    serve, search, body: Any
) -> None:
    serve("/.well-known/ucp", body)
    serve("/api/ucp/mcp", rpc(COAT))
    assert titles(search()) == ["Classic Trench"]


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_one_that_answers_no_profile_is_asked_where_shopify_s_are(
    serve, search, status: int
) -> None:
    serve("/.well-known/ucp", {"ucp": {}}, status)
    serve("/api/ucp/mcp", rpc(COAT))
    assert titles(search()) == ["Classic Trench"]


def test_one_without_a_search_says_so(serve, search) -> None:
    serve(
        "/.well-known/ucp",
        profile(("mcp", "https://shop.example/m"), capabilities={"dev.ucp.shopping.checkout": []}),
    )
    with pytest.raises(ProviderError, match=r"shop\.example says that its catalogue cannot"):
        search()


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (401, {"code": "signature_missing", "content": "Sign it."}, "Sign it."),
        (200, {"ucp": {"status": "error"}, "messages": [{"type": "error", "content": "Away."}]},
         "Away."),
        (404, {"code": "x"}, "no reason given"),
    ],
)  # fmt: skip
def test_a_refusal_over_rest_says_why(serve, search, status: int, body: Any, reason: str) -> None:
    serve("/.well-known/ucp", profile(("rest", "https://shop.example/ucp/v1")))
    serve("/ucp/v1/catalog/search", body, status)
    with pytest.raises(ProviderError, match=f"refused the search: {reason}") as error:
        search()
    assert error.value.hint == ("Check WTB_UCP_PROFILE." if status == 401 else "")


def test_one_that_asks_to_wait_is_left_alone(serve, search, server: LocalServer) -> None:
    serve("/.well-known/ucp", {}, 429, **{"Retry-After": "60"})
    for _ in range(2):
        with pytest.raises(ProviderBusyError):
            search()
    assert len(server.requests) == 1
