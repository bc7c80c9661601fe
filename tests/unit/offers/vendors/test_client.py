import socket
import threading
import traceback
from collections.abc import Iterator

import pytest

from server.fetch.dial import Dial
from server.fetch.fetcher import Fetcher
from server.offers.errors import ProviderBusyError, ProviderError
from server.offers.vendors.breaker import COOL_DOWN, FAILURES
from server.offers.vendors.client import VendorClient, VendorPolicy
from tests.support.chosen_settings import settings_with
from tests.support.vendor_server import Reply, Request, VendorServer, vendor_server
from tests.support.vendors import vendor_client

SECRET = "secret-key-0123456789"
POLICY = VendorPolicy("vendor", "The vendor", most_bytes=1000)


@pytest.fixture
def server() -> Iterator[VendorServer]:
    with vendor_server() as running:
        running.say({"found": 1})
        yield running


@pytest.fixture
def client(server: VendorServer) -> VendorClient:
    return vendor_client(POLICY, server.http)


def test_an_answer_is_read(client: VendorClient, server: VendorServer) -> None:
    answer = client.get(
        server.url("/x"), params={"q": "a&b"}, secret_params={"key": SECRET}, seconds=5
    )
    assert (answer.status, answer.json()) == (200, {"found": 1})
    assert server.requests[0].query == {"q": "a&b", "key": SECRET}


@pytest.mark.parametrize("repeat", [False, True])
def test_only_what_is_safe_to_repeat_is_sent_again(
    client: VendorClient, server: VendorServer, repeat: bool
) -> None:
    server.say({}, 500)
    with pytest.raises(ProviderError, match="cannot be reached"):
        client.post(server.url("/x"), json={}, seconds=5, safe_to_repeat=repeat)
    assert len(server.requests) == (2 if repeat else 1)


def test_what_was_not_sent_is_safe_to_send_again(monkeypatch: pytest.MonkeyPatch) -> None:
    dialled = []
    truly = Dial.__call__

    def dial(self: Dial, host: str, port: int) -> socket.socket:
        dialled.append(port)
        return truly(self, host, port)

    monkeypatch.setattr(Dial, "__call__", dial)
    with vendor_server() as gone:
        client = vendor_client(POLICY, gone.http)
    with pytest.raises(ProviderError, match="cannot be reached"):
        client.post(gone.url("/x"), json={}, seconds=5)
    assert len(dialled) == 2


def test_a_second_attempt_may_succeed(client: VendorClient, server: VendorServer) -> None:
    server.answer = lambda _: Reply({"found": 2}, 500 if len(server.requests) == 1 else 200)
    assert client.get(server.url("/x"), seconds=5).json() == {"found": 2}


@pytest.mark.parametrize("status", [429, 503])
def test_a_vendor_that_asks_to_wait_is_left_alone(
    client: VendorClient, server: VendorServer, status: int
) -> None:
    server.say({}, status, retry_after="120")
    with pytest.raises(ProviderBusyError) as error:
        client.get(server.url("/x"), seconds=5)
    assert error.value.retry_after == 120
    server.say({})
    with pytest.raises(ProviderBusyError, match="asks to wait"):
        client.get(server.url("/x"), seconds=5)
    assert len(server.requests) == 1


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 500])
def test_a_key_in_the_address_appears_in_no_error_and_no_log(
    client: VendorClient,
    server: VendorServer,
    status: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    server.say({}, status, location="/elsewhere")
    with pytest.raises(ProviderError) as error:
        client.get(server.url("/x"), secret_params={"key": SECRET}, seconds=5)
    assert SECRET in server.requests[0].query["key"]
    assert SECRET not in caplog.text + "".join(traceback.format_exception(error.value))


def test_a_key_is_in_no_error_when_nothing_listens(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    with vendor_server() as gone:
        client = vendor_client(POLICY, gone.http)
    with pytest.raises(ProviderError, match="cannot be reached") as error:
        client.get(gone.url("/x"), secret_params={"key": SECRET}, seconds=5)
    assert error.value.__context__ is None
    assert SECRET not in caplog.text + error.value.hint


def test_a_status_that_the_provider_reads_itself_is_given(
    client: VendorClient, server: VendorServer
) -> None:
    server.say({"error": "no"}, 400)
    assert client.get(server.url("/x"), seconds=5, accept={400}).status == 400


def test_too_much_is_not_read(client: VendorClient, server: VendorServer) -> None:
    server.say(b"x" * 1001)
    with pytest.raises(ProviderError, match="too much"):
        client.get(server.url("/x"), seconds=5)


def fail(client: VendorClient, server: VendorServer, times: int = FAILURES) -> None:
    for _ in range(times):
        with pytest.raises(ProviderError, match="cannot be reached"):
            client.post(server.url("/x"), json={}, seconds=5)


def test_a_vendor_that_failed_several_times_is_not_asked_for_a_while(
    client: VendorClient, server: VendorServer
) -> None:
    server.say({}, 500)
    fail(client, server)
    server.say({"found": 1})
    with pytest.raises(ProviderBusyError, match="failed several times") as error:
        client.post(server.url("/x"), json={}, seconds=5)
    assert 0 < error.value.retry_after <= COOL_DOWN
    assert "seconds" in error.value.hint
    assert len(server.requests) == FAILURES


def test_a_vendor_where_nothing_listens_is_not_asked_for_a_while_either() -> None:
    with vendor_server() as gone:
        client = vendor_client(POLICY, gone.http)
    fail(client, gone)
    with pytest.raises(ProviderBusyError, match="failed several times"):
        client.post(gone.url("/x"), json={}, seconds=5)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_vendor_that_refuses_what_is_asked_is_asked_again(
    client: VendorClient, server: VendorServer, status: int
) -> None:
    server.say({}, status)
    for _ in range(2 * FAILURES):
        with pytest.raises(ProviderError, match="refused"):
            client.get(server.url("/x"), seconds=5)
    assert len(server.requests) == 2 * FAILURES


def test_an_address_that_the_operator_does_not_allow_does_not_count_against_the_vendor(
    server: VendorServer,
) -> None:
    client = VendorClient(Fetcher(settings_with()), POLICY)
    for _ in range(2 * FAILURES):
        with pytest.raises(ProviderError, match="cannot be reached"):
            client.get(server.url("/x"), seconds=5)


def test_one_that_failed_is_to_blame_though_time_ran_out_on_the_second_attempt(
    client: VendorClient, server: VendorServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.offers.vendors.breaker.FAILURES", 1)
    monkeypatch.setattr("server.offers.vendors.sending.FAIR_SECONDS", 60)
    released = threading.Event()

    def broken_then_late(_: Request) -> Reply:
        if len(server.requests) > 1:
            released.wait(20)
        return Reply({}, 500)

    server.answer = broken_then_late
    with pytest.raises(ProviderError, match="in time"):
        client.get(server.url("/x"), seconds=2)
    released.set()
    with pytest.raises(ProviderBusyError, match="failed several times"):
        client.get(server.url("/x"), seconds=5)


def test_too_little_time_does_not_count_against_the_vendor(
    client: VendorClient, server: VendorServer
) -> None:
    released = threading.Event()

    def late(_: Request) -> Reply:
        released.wait(20)
        return Reply({})

    server.answer = late
    for _ in range(2 * FAILURES):
        with pytest.raises(ProviderError, match="in time"):
            client.get(server.url("/x"), seconds=0.05)
    released.set()
