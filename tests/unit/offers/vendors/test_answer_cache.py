import gc
import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from server.offers.errors import ProviderError
from server.offers.vendors import answer_cache
from server.offers.vendors.answer_cache import MOST_ANSWERS, MOST_BYTES, AnswerCache
from server.offers.vendors.client import VendorClient, VendorPolicy
from server.offers.vendors.request import Answer
from tests.support.vendor_server import Reply, Request, VendorServer, vendor_server
from tests.support.vendors import vendor_client

SECONDS = 100.0
POLICY = VendorPolicy("vendor", "The vendor", cache_seconds=SECONDS)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def kept(clock: Clock) -> AnswerCache:
    return AnswerCache(SECONDS, clock=clock)


def ask_of(kept: AnswerCache, size: int = 1, status: int = 200) -> Callable[[bytes], bool]:
    """Make a function that asks, and returns whether the vendor was asked."""

    def asked(key: bytes) -> bool:
        calls = []
        kept.answer(key, 5, lambda _: (calls.append(1), Answer(status, b"x" * size, ""))[1])
        return bool(calls)

    return asked


def test_an_answer_is_kept_for_as_long_as_the_vendor_allows(
    kept: AnswerCache, clock: Clock
) -> None:
    asked = ask_of(kept)
    assert asked(b"key")
    clock.now += SECONDS - 1
    assert not asked(b"key")
    clock.now += 1
    assert asked(b"key")


def test_an_outdated_answer_is_dropped_even_if_it_is_not_asked_for_again(
    kept: AnswerCache, clock: Clock
) -> None:
    answer = kept.answer(b"key", 5, lambda _: Answer(200, b"x", ""))
    lives = weakref.ref(answer)
    del answer
    clock.now += SECONDS
    ask_of(kept)(b"other")
    gc.collect()
    assert lives() is None


def test_nothing_is_kept_where_the_vendor_does_not_allow_it(clock: Clock) -> None:
    asked = ask_of(AnswerCache(0, clock=clock))
    assert asked(b"key")
    assert asked(b"key")


@pytest.mark.parametrize("status", [199, 304, 400, 404, 500])
def test_only_what_succeeded_is_kept(kept: AnswerCache, status: int) -> None:
    asked = ask_of(kept, status=status)
    assert asked(b"key")
    assert asked(b"key")


def test_what_was_forgotten_is_asked_again(kept: AnswerCache) -> None:
    asked = ask_of(kept)
    asked(b"key")
    kept.forget(b"key")
    kept.forget(b"other")
    assert asked(b"key")


def test_no_more_answers_are_kept_than_a_number(kept: AnswerCache) -> None:
    asked = ask_of(kept)
    keys = [bytes([number]) for number in range(MOST_ANSWERS + 1)]
    for key in keys:
        asked(key)
    assert not any(asked(key) for key in keys[1:])
    assert asked(keys[0])


def test_no_more_bytes_are_kept_than_a_number(kept: AnswerCache) -> None:
    asked = ask_of(kept, size=MOST_BYTES // 2)
    asked(b"1")
    asked(b"2")
    assert not asked(b"1")
    asked(b"3")
    assert not asked(b"2")
    assert asked(b"1")


def test_bytes_of_what_ended_make_room(kept: AnswerCache, clock: Clock) -> None:
    asked = ask_of(kept, size=MOST_BYTES // 2)
    for _ in range(5):
        assert asked(b"key")
        clock.now += SECONDS
    assert asked(b"1")
    assert not asked(b"1")


def test_an_answer_that_is_larger_than_all_room_is_not_kept(kept: AnswerCache) -> None:
    asked = ask_of(kept, size=MOST_BYTES + 1)
    assert asked(b"key")
    assert asked(b"key")


def test_a_failure_is_not_kept(kept: AnswerCache) -> None:
    def fail(_: float) -> Answer:
        raise ProviderError("no")

    with pytest.raises(ProviderError):
        kept.answer(b"key", 5, fail)
    assert ask_of(kept)(b"key")


@pytest.fixture
def server() -> Iterator[VendorServer]:
    with vendor_server() as running:
        running.answer = lambda _: Reply({"number": len(running.requests)})
        yield running


@pytest.fixture
def client(server: VendorServer) -> VendorClient:
    return vendor_client(POLICY, server.http)


def test_the_same_search_is_sent_once(client: VendorClient, server: VendorServer) -> None:
    first, second = (
        client.get(server.url("/x"), params={"q": "coat"}, seconds=5) for _ in range(2)
    )
    assert first.json() == second.json() == {"number": 1}
    assert len(server.requests) == 1


ASKED = {"params": {"q": "coat"}, "headers": {"X-Country": "KR"}}


@pytest.mark.parametrize(
    "other",
    [
        {"params": {"q": "hat"}},
        {"params": {"q": "coat", "page": 2}},
        {"headers": {"X-Country": "US"}},
        {"headers": {}},
        {"json": {}},
        {"form": {"q": "coat"}},
        {"files": {"image": ("garment.jpg", b"1", "image/jpeg")}},
    ],
)
def test_what_differs_in_anything_is_another_search(
    client: VendorClient, server: VendorServer, other: dict[str, object]
) -> None:
    client.post(server.url("/x"), seconds=5, **ASKED)  # type: ignore[arg-type]
    client.post(server.url("/x"), seconds=5, **(ASKED | other))  # type: ignore[arg-type]
    assert len(server.requests) == 2


def test_other_bytes_of_a_picture_are_another_search(
    client: VendorClient, server: VendorServer
) -> None:
    for data in (b"1", b"2", b"1"):
        files = {"image": ("garment.jpg", data, "image/jpeg")}
        client.post(server.url("/x"), files=files, seconds=5)
    assert len(server.requests) == 2


def test_secrets_are_no_part_of_a_search(client: VendorClient, server: VendorServer) -> None:
    for key in ("one", "two"):
        client.post(
            server.url("/x"),
            form={"q": "coat"},
            secret_form={"api_key": key},
            secret_params={"key": key},
            headers={"Authorization": key, "X-API-Key": key},
            seconds=5,
        )
    assert len(server.requests) == 1
    assert server.requests[0].form == {"q": "coat", "api_key": "one"}


def test_what_the_provider_forgets_is_asked_again(
    client: VendorClient, server: VendorServer
) -> None:
    client.forget(client.get(server.url("/x"), seconds=5))
    assert client.get(server.url("/x"), seconds=5).json() == {"number": 2}


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> threading.Semaphore:
    """Released once for each caller that waits for another one's answer."""
    released = threading.Semaphore(0)

    class Told(answer_cache.Future):  # type: ignore[type-arg]
        def result(self, timeout: float | None = None) -> Answer:
            released.release()
            answer: Answer = super().result(timeout)
            return answer

    monkeypatch.setattr(answer_cache, "Future", Told)
    return released


@pytest.mark.parametrize("cache_seconds", [0, SECONDS])
def test_the_same_search_at_the_same_time_is_sent_once(
    server: VendorServer, cache_seconds: float, waiting: threading.Semaphore
) -> None:
    def answer(_: Request) -> Reply:
        for _ in range(3):
            assert waiting.acquire(timeout=20)
        return Reply({"number": len(server.requests)})

    server.answer = answer
    client = vendor_client(
        VendorPolicy("vendor", "The vendor", cache_seconds=cache_seconds), server.http
    )
    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(lambda _: client.get(server.url("/x"), seconds=30).json(), range(4))
        assert list(answers) == [{"number": 1}] * 4


def test_a_caller_waiting_for_the_same_request_shares_its_failure(
    kept: AnswerCache, waiting: threading.Semaphore
) -> None:
    begun = threading.Event()

    def fail(_: float) -> Answer:
        begun.set()
        assert waiting.acquire(timeout=20)
        raise ProviderError("no")

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(kept.answer, b"key", 20, fail)
        assert begun.wait(20)
        with pytest.raises(ProviderError, match="no"):
            kept.answer(b"key", 20, lambda _: pytest.fail("was asked twice"))
        with pytest.raises(ProviderError, match="no"):
            first.result()


def test_a_caller_waiting_for_the_same_request_waits_no_longer_than_its_own_time(
    kept: AnswerCache, waiting: threading.Semaphore
) -> None:
    begun, ended = threading.Event(), threading.Event()

    def late(_: float) -> Answer:
        begun.set()
        ended.wait(20)
        return Answer(200, b"", "")

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(kept.answer, b"key", 20, late)
        assert begun.wait(20)
        with pytest.raises(TimeoutError):
            kept.answer(b"key", 0.01, lambda _: pytest.fail("was asked twice"))
        ended.set()
        assert first.result().status == 200


def test_a_caller_with_more_time_asks_again_once_the_first_one_ran_out_of_time(
    kept: AnswerCache, clock: Clock, waiting: threading.Semaphore
) -> None:
    begun = threading.Event()
    given = []

    def out_of_time(_: float) -> Answer:
        begun.set()
        assert waiting.acquire(timeout=20)
        clock.now += 6
        raise ProviderError("did not answer in time")

    def in_time(seconds: float) -> Answer:
        given.append(seconds)
        return Answer(200, b"", "")

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(kept.answer, b"key", 6, out_of_time)
        assert begun.wait(20)
        assert kept.answer(b"key", 8, in_time).status == 200
        assert given == [2]
        with pytest.raises(ProviderError):
            first.result()
