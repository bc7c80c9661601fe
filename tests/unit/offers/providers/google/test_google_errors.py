import dataclasses
import json

import pytest

from server.fetch.fetcher import Fetcher
from server.offers.errors import ProviderBusyError
from server.offers.providers.google_errors import USED_UP_SECONDS, refused
from server.offers.vendors.client import VendorClient, VendorPolicy
from server.offers.vendors.request import Answer
from server.offers.vendors.retry_after import LONGEST_REST, REST_SECONDS
from tests.support.chosen_settings import settings_with
from tests.support.google_server import KEY, error

RETRY = "type.googleapis.com/google.rpc.RetryInfo"
PER_DAY = "Quota exceeded for quota metric 'Queries' and limit 'Queries per day' of service …"
PER_MINUTE = "Quota exceeded for quota metric 'Requests' and limit 'Requests per minute' of …"


@pytest.fixture
def client() -> VendorClient:
    return VendorClient(Fetcher(settings_with()), VendorPolicy(name="google", title="Google"))


def answer(status: int, content: object) -> Answer:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Answer(status, data, "application/json", "Google")


@pytest.mark.parametrize(
    ("status", "content", "message", "hint"),
    [
        (
            400,
            error(400, f"API key not valid: {KEY}.", "INVALID_ARGUMENT", "API_KEY_INVALID"),
            "Google refused the search: API key not valid: ….",
            "Check the key",
        ),
        (
            403,
            error(403, "The API is not in use.", "PERMISSION_DENIED", "SERVICE_DISABLED"),
            "Google refused the search: The API is not in use.",
            "Switch the API on",
        ),
        (
            403,
            error(403, "It requires billing.", "PERMISSION_DENIED", "BILLING_DISABLED"),
            "Google refused the search: It requires billing.",
            "billing account",
        ),
        (403, error(403, "No.", "PERMISSION_DENIED"), "Google refused the search: No.", ""),
        (400, {"error": {"code": 400}}, "Google refused the search: no reason given", ""),
        (403, {"error": "no"}, "Google refused the key or the search (403).", ""),
        (403, b"<html>", "Google refused the key or the search (403).", ""),
        (400, [], "Google refused the key or the search (400).", ""),
        (400, {"error": {"details": 3, "errors": [7, {"reason": []}]}}, "no reason given", ""),
    ],
)  # fmt: skip
def test_a_refusal_says_why_and_what_to_do(
    client: VendorClient, status: int, content: object, message: str, hint: str
) -> None:
    failure = refused(client, answer(status, content), KEY)
    assert not isinstance(failure, ProviderBusyError)
    assert message in str(failure)
    assert hint in failure.hint


@pytest.mark.parametrize(
    ("status", "content", "message", "seconds"),
    [
        (
            429,
            error(429, PER_DAY, "RESOURCE_EXHAUSTED", "rateLimitExceeded"),
            "Google: the searches of the day are used up.",
            USED_UP_SECONDS,
        ),
        (403, error(403, "Daily Limit", "", "dailyLimitExceeded"), "used up", USED_UP_SECONDS),
        (403, error(403, "Rate Limit", "", "userRateLimitExceeded"), "asks to wait", REST_SECONDS),
        (429, error(429, PER_MINUTE, "RESOURCE_EXHAUSTED"), "asks to wait", REST_SECONDS),
        (
            429,
            error(429, PER_MINUTE, **{"@type": RETRY, "retryDelay": "22.5s"}),
            "asks to wait",
            23,
        ),
        (429, error(429, "", **{"@type": RETRY, "retryDelay": "999999s"}), "wait", LONGEST_REST),
        (429, error(429, "", **{"@type": RETRY, "retryDelay": 7}), "wait", REST_SECONDS),
        (429, {}, "asks to wait", REST_SECONDS),
        (429, b"<html>", "asks to wait", REST_SECONDS),
    ],
)  # fmt: skip
def test_an_api_that_asks_to_wait_is_left_alone(
    client: VendorClient, status: int, content: object, message: str, seconds: float
) -> None:
    failure = refused(client, answer(status, content), KEY)
    assert isinstance(failure, ProviderBusyError)
    assert message in str(failure)
    assert failure.retry_after == seconds
    with pytest.raises(ProviderBusyError):
        client.get("http://google.example/", seconds=1)


@pytest.mark.parametrize(
    ("content", "seconds"),
    [
        (error(429, PER_MINUTE), 7),
        (b"<html>", 7),
        (error(429, PER_MINUTE, **{"@type": RETRY, "retryDelay": "22s"}), 22),
        (error(429, PER_DAY), USED_UP_SECONDS),
    ],
)
def test_the_header_counts_where_the_error_names_no_time(
    client: VendorClient, content: object, seconds: float
) -> None:
    limited = dataclasses.replace(answer(429, content), retry_after="7")
    failure = refused(client, limited, KEY)
    assert isinstance(failure, ProviderBusyError)
    assert failure.retry_after == seconds
