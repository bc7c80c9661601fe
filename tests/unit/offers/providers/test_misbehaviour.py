"""Whatever a vendor's server does, its provider fails in plain words, in time, and keeps secrets.

The same for all vendors. What is a vendor's own, such as the shapes of its errors, is tested
beside it.
"""

import dataclasses
import gzip
import json
import re
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from server.offers.errors import ProviderBusyError, ProviderError
from server.offers.offer import Offer, SearchContext
from server.offers.provider import Provider
from tests.support.every_vendor import SECRETS, VENDORS, Vendor
from tests.support.garments import garment_query
from tests.support.http_server import Answer
from tests.support.vendor_server import Reply, Request, VendorServer, vendor_server

PICTURE = "https://pictures.example/look.jpg"
# Seconds after which a search has certainly not ended in time.
LONGEST = 30
SHORT = 0.3
MIB = 2**20
BOMB = gzip.compress(b" " * 16 * MIB)


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
    shown = f"{error} {error.hint}".strip()
    assert provider.title in str(error)
    assert re.fullmatch(r"[^<>{}\\\n]{10,300}", shown), shown
    assert not re.search(r"Error\b|Exception|Traceback|None|Errno|https?://", shown), shown
    everything = shown + log + "".join(traceback.format_exception(error))
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
