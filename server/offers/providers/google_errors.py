"""The errors of Google's APIs (https://google.aip.dev/193).

Newer APIs name the reason under ``details``, older ones under ``errors``; answers may carry
both. Each request of a batch has an error of its own, inside an answer with status 200.
"""

import math
import re
from collections.abc import Iterator
from typing import Any

from server.offers.errors import (
    AsksToWaitError,
    KeyOrSearchRefusedError,
    ProviderBusyError,
    ProviderError,
    SearchesUsedUpError,
)
from server.offers.providers.answers import elements, mapping, refusal
from server.offers.vendors.client import VendorClient
from server.offers.vendors.request import Answer
from server.offers.vendors.retry_after import LONGEST_REST, retry_seconds

# Statuses whose body gives the reason.
REFUSALS = frozenset({400, 403, 429})
# How long to wait when a day's quota is used up. The day begins at another hour for each API,
# and a refused search costs nothing.
USED_UP_SECONDS = 900.0
_USED_UP = 429
# Reasons, and their number in `google.rpc.Code`.
_BUSY = frozenset({
    "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED", "rateLimitExceeded", "userRateLimitExceeded",
    "quotaExceeded", "dailyLimitExceeded", 8,
})  # fmt: skip
# The characters of a message that are searched.
_LONGEST = 1000
_OF_THE_DAY = re.compile(r"\bper day\b|\bdaily\b", re.IGNORECASE)
_SECONDS = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)s")
_HINTS = {
    "API_KEY_INVALID": "Check the key in the settings.",
    "keyInvalid": "Check the key in the settings.",
    "SERVICE_DISABLED": "Switch the API on in the Google Cloud project that the key is of.",
    "accessNotConfigured": "Switch the API on in the Google Cloud project that the key is of.",
    "BILLING_DISABLED": "The Google Cloud project that the key is of needs a billing account.",
    "API_KEY_SERVICE_BLOCKED": "Allow the key to be used for this API.",
    "API_KEY_HTTP_REFERRER_BLOCKED": "Allow the key to be used without a referrer.",
    "API_KEY_IP_ADDRESS_BLOCKED": "Allow the key to be used from this server's address.",
}


def refused(client: VendorClient, answer: Answer, key: str) -> ProviderError:
    """Build the error for an answer whose status is one of `REFUSALS`.

    Args:
        client: Pauses calls for as long as the answer asks.
        answer: The answer.
        key: A secret that no message may repeat.
    """
    title = client.policy.title
    try:
        message = answer.json()
    except ProviderError:  # a proxy's page
        message = None
    error = mapping(mapping(message).get("error"))
    if not error and answer.status != _USED_UP:
        return KeyOrSearchRefusedError(title, answer.status)
    return error_of(client, {"code": answer.status, **error}, key, answer.retry_after)


def error_of(
    client: VendorClient, error: dict[str, Any], key: str, retry_after: str | None = None
) -> ProviderError:
    """Build the error for a ``google.rpc.Status``; arguments as for `refused`.

    ``retry_after`` is the header of that name, used where the error itself names no time.
    """
    reasons = set(_reasons(error))
    message = error.get("message")
    text = message if isinstance(message, str) else ""
    if error.get("code") == _USED_UP or reasons & _BUSY:
        used_up = "dailyLimitExceeded" in reasons or _OF_THE_DAY.search(text[:_LONGEST])
        return _busy(client, error, retry_after, of_the_day=bool(used_up))
    failure = refusal(client.policy.title, text, key)
    failure.hint = next((hint for reason, hint in _HINTS.items() if reason in reasons), "")
    return failure


def _busy(
    client: VendorClient, error: dict[str, Any], retry_after: str | None, *, of_the_day: bool
) -> ProviderBusyError:
    title = client.policy.title
    if of_the_day:
        client.rest(USED_UP_SECONDS)
        return SearchesUsedUpError(title, USED_UP_SECONDS)
    delays = (_seconds(mapping(detail).get("retryDelay")) for detail in _details(error))
    named = next((seconds for seconds in delays if seconds is not None), None)
    rest = retry_seconds(retry_after) if named is None else named
    client.rest(rest)
    return AsksToWaitError(title, rest)


def _reasons(error: dict[str, Any]) -> Iterator[str | int]:
    parts = (*elements(error.get("errors")), *_details(error))
    given = (error.get("status"), error.get("code"), *(mapping(p).get("reason") for p in parts))
    return (reason for reason in given if isinstance(reason, str | int))


def _details(error: dict[str, Any]) -> list[Any]:
    return elements(error.get("details"))


def _seconds(duration: object) -> float | None:
    """Read a ``google.protobuf.Duration`` such as "45s"."""
    match = _SECONDS.fullmatch(duration) if isinstance(duration, str) else None
    return min(math.ceil(float(match[1])), LONGEST_REST) if match else None
