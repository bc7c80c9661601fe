"""Sends one request to a vendor, and says of a failure whether it counts and may be retried."""

import logging
from dataclasses import dataclass

from server.fetch.answer import Fetched
from server.fetch.errors import (
    AddressNotAllowedError,
    FetchConnectError,
    FetchError,
    FetchTimeoutError,
    FetchTooLargeError,
)
from server.fetch.fetcher import Fetcher
from server.offers.errors import (
    AnswerTooLargeError,
    LateError,
    ProviderError,
    UnreachableError,
)
from server.offers.vendors.request import Request

# Connect timeout; shorter than the time allowed for an answer.
CONNECT_SECONDS = 2.0
# A timeout shorter than this does not count against the vendor.
FAIR_SECONDS = 1.0

# urllib3 logs whole addresses, keys included, at DEBUG and in one of its warnings.
logging.getLogger("urllib3.connectionpool").addFilter(lambda _: False)


@dataclass(frozen=True)
class Failure:
    """Why there is no answer, and whether that counts against the vendor."""

    error: ProviderError
    theirs: bool = True
    # Whether a second attempt may succeed.
    again: bool = True
    # Whether the request may have reached the vendor.
    sent: bool = True


def send_once(
    fetcher: Fetcher, request: Request, title: str, most_bytes: int, seconds: float
) -> Fetched | Failure:
    """Send a request. A failure is returned, not raised: its causes contain the address.

    Args:
        fetcher: Sends it, within the limits for all downloads.
        request: The request.
        title: The vendor's name for the user.
        most_bytes: A larger answer is a failure.
        seconds: The time allowed for everything.
    """
    headers = {"Accept": "application/json", **request.headers}
    try:
        return fetcher.exchange(
            request.method,
            request.url,
            request.body,
            headers,
            most_bytes,
            seconds=seconds,
            connect_seconds=CONNECT_SECONDS,
        )
    except FetchTimeoutError as late:
        return Failure(LateError(title), theirs=seconds >= FAIR_SECONDS, sent=late.sent)
    except FetchTooLargeError:
        return Failure(AnswerTooLargeError(title), again=False)
    except AddressNotAllowedError as refused:
        error = UnreachableError(title, hint=f"{refused} {refused.hint}".strip())
        return Failure(error, theirs=False, again=False, sent=False)
    except FetchConnectError as failed:
        error = UnreachableError(title, hint=str(failed))
        return Failure(error, sent=False)
    except FetchError as failed:
        return Failure(UnreachableError(title, hint=str(failed)))
