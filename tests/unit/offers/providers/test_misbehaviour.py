"""Whatever a vendor's server does, its provider fails in plain words, in time, and keeps secrets.

The same for all vendors. What is a vendor's own, such as the shapes of its errors, is tested
beside it.
"""

import base64
import dataclasses
import gzip
import json
import re
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from server.config import Settings
from server.fetch.fetcher import Fetcher
from server.offers.offer import Offer, SearchContext
from server.offers.pages import PageReader
from server.offers.providers import (
    channel3,
    ebay,
    google_cse,
    google_vision,
    lens,
    lykdat,
    rakuten,
    searxng,
    ucp,
)
from server.offers.providers.lens_vendors import VendorName
from server.offers.providers.provider import Provider, ProviderBusyError, ProviderError
from tests.support.garments import garment_query
from tests.support.http_server import Answer, LocalServer
from tests.support.vendor_server import Reply, Request, VendorServer, vendor_server
from tests.support.vendors import vendor_client

SECRET = "s3cr3t-of-the-vendors-0123456789"
OTHER_SECRET = "an0ther-s3cret-9876543210"
TOKEN = "t0ken-that-ebay-gave-13579"
SECRETS = (
    SECRET,
    OTHER_SECRET,
    TOKEN,
    base64.b64encode(f"{OTHER_SECRET}:{SECRET}".encode()).decode(),
)
PROFILE = "https://profile.example/agent.json"
PICTURE = "https://pictures.example/look.jpg"
LONGEST = 30
"""Seconds after which a search has certainly not ended in time."""
SHORT = 0.3
MIB = 2**20
BOMB = gzip.compress(b" " * 16 * MIB)

Make = Callable[[LocalServer], Provider]
Prelude = Callable[[Request], Reply | None]


@dataclass(frozen=True)
class Vendor:
    """How a provider is made, and what is answered rightly before a server misbehaves."""

    make: Make
    prelude: Prelude = lambda request: None


def _ucp(policy: Any, **more: Any) -> Vendor:
    def make(server: LocalServer) -> Provider:
        catalogue = ucp.UcpCatalogue(server.url("/api/ucp/mcp"), PROFILE, **more)
        return ucp.UcpProvider(vendor_client(policy, server), catalogue, 24)

    return Vendor(make)


def _lens(name: VendorName) -> Vendor:
    def make(server: LocalServer) -> Provider:
        client = vendor_client(lens.POLICIES[name], server)
        return lens.LensProvider(
            client, vendor=name, key=SECRET, limit=24, endpoint=server.url("/lens")
        )

    return Vendor(make)


def _with_key(module: Any, kind: str) -> Vendor:
    def make(server: LocalServer) -> Provider:
        client = vendor_client(module.POLICY, server)
        made: Provider = getattr(module, kind)(
            client, key=SECRET, limit=24, endpoint=server.url("/search")
        )
        return made

    return Vendor(make)


def _ebay(server: LocalServer) -> Provider:
    client = vendor_client(ebay.POLICY, server)
    return ebay.EbayProvider(
        client, client_id=OTHER_SECRET, secret=SECRET, limit=24, endpoint=server.url("")
    )


def _ebay_token(request: Request) -> Reply | None:
    if "oauth2" not in request.path:
        return None
    return Reply({"access_token": TOKEN, "expires_in": 7200, "token_type": "Application"})


def _rakuten(server: LocalServer) -> Provider:
    client = vendor_client(rakuten.POLICY, server)
    site = "https://closet.example"
    return rakuten.RakutenProvider(
        client, application=OTHER_SECRET, key=SECRET, site=site, limit=24,
        endpoint=server.url("/search"),
    )  # fmt: skip


def _pages(server: LocalServer) -> PageReader:
    return PageReader(Fetcher(Settings(fetch_allow=(server.address,))))


def _searxng(server: LocalServer) -> Provider:
    client = vendor_client(searxng.POLICY, server)
    return searxng.SearxngProvider(client, url=server.url(""), pages=_pages(server), limit=24)


def _google_vision(server: LocalServer) -> Provider:
    client = vendor_client(google_vision.POLICY, server)
    return google_vision.GoogleVisionProvider(
        client, key=SECRET, pages=_pages(server), limit=24, endpoint=server.url("/annotate")
    )


def _google_cse(server: LocalServer) -> Provider:
    client = vendor_client(google_cse.POLICY, server)
    return google_cse.GoogleCseProvider(
        client, key=SECRET, engine="some-engine", pages=_pages(server), limit=24,
        endpoint=server.url("/customsearch"),
    )  # fmt: skip


VENDORS: Mapping[str, Vendor] = {
    "ucp": _ucp(ucp.POLICY),
    "ucp-shop.example": _ucp(ucp.shop_policy("shop.example"), by_picture=False, shop="Shop"),
    "channel3-ucp": _ucp(ucp.CHANNEL3_POLICY, by_picture=False),
    "serper": _lens("serper"),
    "serpapi": _lens("serpapi"),
    "searchapi": _lens("searchapi"),
    "ebay": Vendor(_ebay, _ebay_token),
    "ebay, asked for a token": Vendor(_ebay),
    "lykdat": _with_key(lykdat, "LykdatProvider"),
    "channel3": _with_key(channel3, "Channel3Provider"),
    "rakuten": Vendor(_rakuten),
    "searxng": Vendor(_searxng),
    "google_vision": Vendor(_google_vision),
    "google_cse": Vendor(_google_cse),
}


@pytest.fixture(params=VENDORS)
def vendor(request: pytest.FixtureRequest) -> Vendor:
    return VENDORS[request.param]


@pytest.fixture
def server() -> Iterator[VendorServer]:
    with vendor_server() as running:
        yield running


@pytest.fixture
def never() -> Iterator[threading.Event]:
    """An event that is set only when the test is over."""
    event = threading.Event()
    yield event
    event.set()


@pytest.fixture
def outcome_of(
    vendor: Vendor,
    server: VendorServer,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., "ProviderError | list[Offer]"]:
    """Searches while the server answers in some way, and judges what comes of it."""
    caplog.set_level("DEBUG")
    monkeypatch.setattr("server.offers.vendors.client._PAUSE", (0.0, 0.01))
    provider = vendor.make(server.http)
    query = dataclasses.replace(garment_query(), picture_url=PICTURE)

    def search(
        answer: Callable[[Request], Reply | Answer], seconds: float = 10.0
    ) -> ProviderError | list[Offer]:
        server.answer = lambda request: vendor.prelude(request) or answer(request)
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(provider.search, query, SearchContext(seconds=seconds))
            try:
                return asked.result(LONGEST)
            except ProviderError as error:
                _check_words(error, provider, caplog.text)
                return error

    return search


def _check_words(error: ProviderError, provider: Provider, log: str) -> None:
    said = f"{error} {error.hint}".strip()
    assert provider.title in str(error)
    assert re.fullmatch(r"[^<>{}\\\n]{10,300}", said), said
    assert not re.search(r"Error\b|Exception|Traceback|None|Errno|https?://", said), said
    everything = said + log + "".join(traceback.format_exception(error))
    assert not [secret for secret in SECRETS if secret in everything]


Outcome = Callable[..., "ProviderError | list[Offer]"]


def raw(answer: Answer) -> Callable[[Request], Answer]:
    return lambda _: answer


def begin(handler: BaseHTTPRequestHandler, **headers: str) -> None:
    handler.send_response(200)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in {"Content-Type": "application/json", **named}.items():
        handler.send_header(name, value)
    handler.end_headers()


@pytest.mark.parametrize("status", [429, 503])
def test_one_that_asks_to_wait_is_left_alone_for_as_long(
    outcome_of: Outcome, server: VendorServer, status: int
) -> None:
    def busy(_: Request) -> Reply:
        return Reply(b"Slow down", status, {"Retry-After": "120"})

    first = outcome_of(busy)
    assert isinstance(first, ProviderBusyError)
    assert 100 < first.retry_after <= 120
    sent = len(server.requests)
    assert isinstance(outcome_of(lambda _: Reply({})), ProviderBusyError)
    assert len(server.requests) == sent


@pytest.mark.parametrize("status", [500, 503])
def test_one_that_is_broken_cannot_be_reached(outcome_of: Outcome, status: int) -> None:
    failure = outcome_of(lambda _: Reply(b"<h1>Oops</h1>", status, {"Content-Type": "text/html"}))
    assert "cannot be reached" in str(failure)


def test_one_that_answers_too_late_is_not_waited_for(
    outcome_of: Outcome, never: threading.Event
) -> None:
    failure = outcome_of(raw(lambda _: never.wait() and None), SHORT)
    assert "in time" in str(failure)


def test_one_that_never_ends_is_not_waited_for(outcome_of: Outcome, never: threading.Event) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        begin(handler)
        while not never.wait(0.02):
            handler.wfile.write(b" ")

    assert "in time" in str(outcome_of(raw(drip), SHORT))


def test_one_that_answers_without_end_is_not_read(outcome_of: Outcome) -> None:
    def flood(handler: BaseHTTPRequestHandler) -> None:
        begin(handler)
        for _ in range(64):
            handler.wfile.write(b" " * MIB)

    assert "too much" in str(outcome_of(raw(flood)))


def test_one_that_announces_too_much_is_not_read(outcome_of: Outcome) -> None:
    failure = outcome_of(raw(lambda handler: begin(handler, Content_Length=str(10**12))))
    assert "too much" in str(failure)


def test_one_that_answers_little_that_becomes_much_is_not_read(outcome_of: Outcome) -> None:
    failure = outcome_of(lambda _: Reply(BOMB, 200, {"Content-Encoding": "gzip"}))
    assert "too much" in str(failure)


def test_one_that_breaks_off_cannot_be_reached(outcome_of: Outcome) -> None:
    body = b'{"results": [], "products": [], "organic": ['
    failure = outcome_of(lambda _: Reply(body, 200, {"Content-Length": "9000"}))
    assert "cannot be reached" in str(failure)


def test_one_that_closes_the_connection_cannot_be_reached(outcome_of: Outcome) -> None:
    failure = outcome_of(raw(lambda handler: handler.connection.close()))
    assert "cannot be reached" in str(failure)


def test_one_that_speaks_no_http_cannot_be_reached(outcome_of: Outcome) -> None:
    def greet(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b"220 mail.example ESMTP\r\n\r\n")

    assert "cannot be reached" in str(outcome_of(raw(greet)))


@pytest.mark.parametrize("status", [302, 307])
def test_one_that_leads_elsewhere_is_not_followed(
    outcome_of: Outcome, server: VendorServer, status: int
) -> None:
    location = server.url("/elsewhere?all=right")
    failure = outcome_of(lambda _: Reply(b"", status, {"Location": location}))
    assert "cannot be reached" in str(failure)
    assert "/elsewhere" not in {request.path for request in server.requests}


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>\xff</html>", b"{", b'{"a": 1} trailing', b"[" * 200_000, b"\x00" * 100],
    ids=["empty", "html", "cut", "trailing", "deep", "zeros"],
)
def test_one_that_answers_no_json_answers_nonsense(outcome_of: Outcome, body: bytes) -> None:
    assert "answered nonsense" in str(outcome_of(lambda _: Reply(body)))


SHAPES: tuple[Any, ...] = (
    None, True, 7, 1e400, "text", [], [[]], [None], {}, {"error": None}, {"error": []},
    *(
        {name: value}
        for name in ("products", "data", "result", "results", "organic", "visual_matches",
                     "itemSummaries", "Items", "items", "responses", "errors", "access_token")
        for value in (None, "text", {"a": 1}, [None, 7, "x", []])
    ),
)  # fmt: skip


def test_one_that_answers_json_of_another_shape_has_no_offers(outcome_of: Outcome) -> None:
    for shape in SHAPES:
        outcome = outcome_of(lambda _, shape=shape: Reply(shape))
        assert outcome == [] or isinstance(outcome, ProviderError)


@pytest.mark.parametrize("status", [200, 400, 401, 402, 403, 404, 422])
def test_one_that_repeats_what_it_was_sent_does_not_give_a_secret_away(
    outcome_of: Outcome, status: int
) -> None:
    def repeat(request: Request) -> Reply:
        sent = f"{request.path} {request.query} {request.headers} {request.body!r}"
        text = " ".join(["Not so:", *(secret for secret in SECRETS if secret in sent)])
        shapes = {
            "message": text, "detail": text, "error": {"message": text, "content": text},
            "errors": [{"message": text, "longMessage": text}], "error_description": text,
            "result": {"isError": True, "content": [{"type": "text", "text": text}]},
            "responses": [{"error": {"message": text}}],
        }  # fmt: skip
        return Reply(json.dumps(shapes).encode(), status)

    assert isinstance(outcome_of(repeat), ProviderError)
