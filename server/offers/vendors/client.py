"""The only HTTP client for vendors, so that limits and secrecy hold for all of them.

An address may contain a vendor's key. No message, log line or chained exception made here
contains an address, and the HTTP library is prevented from logging them.
"""

import math
import random
import threading
import time
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, replace

from server.fetch.answer import Fetched
from server.fetch.fetcher import Fetcher
from server.offers.errors import (
    AsksToWaitError,
    KeyOrSearchRefusedError,
    LateError,
    LeftAloneError,
    ProviderError,
    RefusedError,
    UnreachableError,
)
from server.offers.sent import Outcome
from server.offers.vendors.answer_cache import AnswerCache
from server.offers.vendors.breaker import Breaker
from server.offers.vendors.quota import Quotas, QuotaUsedUpError
from server.offers.vendors.request import (
    Answer,
    Files,
    Params,
    Request,
    get_request,
    post_request,
)
from server.offers.vendors.retry_after import LONGEST_REST, retry_seconds
from server.offers.vendors.sending import Failure, send_once
from server.offers.vendors.witness import witness

_ATTEMPTS = 2
# Range of the random pause in seconds before a second attempt; it spreads retries out.
_PAUSE = (0.1, 0.4)
# With less time left than this, there is no second attempt.
_LEAST_SECONDS = 0.5


@dataclass(frozen=True)
class VendorPolicy:
    """How a vendor may be used.

    Attributes:
        name: The provider's name.
        title: Its name for the user.
        most_bytes: Larger answers are not read.
        cache_seconds: How long its terms allow an answer to be cached; 0 if they forbid it or
            do not say.
    """

    name: str
    title: str
    most_bytes: int = 4 * 2**20
    cache_seconds: float = 0.0


class VendorClient:
    """Sends requests to one vendor; safe to share between threads.

    Args:
        fetcher: Sends the requests, within the limits for all downloads.
        policy: How the vendor may be used.
        quotas: Counts the requests; they are not counted if it is None.
        sign: Returns the headers that sign a request, made anew for each attempt; None signs
            nothing.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        policy: VendorPolicy,
        quotas: Quotas | None = None,
        sign: Callable[[Request], Mapping[str, str]] | None = None,
    ) -> None:
        self.policy = policy
        self._fetcher = fetcher
        self._quotas = quotas
        self._sign = sign
        self._lock = threading.Lock()
        self._rests_until = 0.0
        self._breaker = Breaker()
        self._cache = AnswerCache(policy.cache_seconds)

    def get(
        self,
        url: str,
        *,
        params: Params | None = None,
        headers: Mapping[str, str] | None = None,
        seconds: float,
        secret_params: Mapping[str, str] | None = None,
        accept: Container[int] = (),
    ) -> Answer:
        """Send a GET request; retry it once if that may help and time is left.

        Raises:
            ProviderBusyError: The vendor asks or recently asked to wait, or it failed several
                times in a row, or the day's quota is used up.
            ProviderError: There is no answer for any other reason.
        """
        request = get_request(url, params, secret_params, headers)
        return self._answer(request, seconds, accept)

    def post(
        self,
        url: str,
        *,
        json: object | None = None,
        form: Mapping[str, str] | None = None,
        secret_form: Mapping[str, str] | None = None,
        files: Files | None = None,
        headers: Mapping[str, str] | None = None,
        params: Params | None = None,
        secret_params: Mapping[str, str] | None = None,
        seconds: float,
        safe_to_repeat: bool = False,
        accept: Container[int] = (),
    ) -> Answer:
        """Send a POST request with JSON, or with a form that may have files.

        Raises:
            ProviderBusyError: The vendor asks or recently asked to wait, or it failed several
                times in a row, or the day's quota is used up.
            ProviderError: There is no answer for any other reason.
        """
        request = post_request(
            url,
            params,
            secret_params,
            headers,
            json=json,
            form=form,
            secret_form=secret_form,
            files=files,
            repeatable=safe_to_repeat,
        )
        return self._answer(request, seconds, accept)

    def forget(self, answer: Answer) -> None:
        """Drop a cached answer that turned out to be an error."""
        self._cache.forget(answer.key)

    def rest(self, seconds: float) -> None:
        """Send the vendor nothing for some seconds, as its answer asked."""
        with self._lock:
            self._rests_until = time.monotonic() + min(seconds, LONGEST_REST)

    def _answer(self, request: Request, seconds: float, accept: Container[int]) -> Answer:
        try:
            return self._cache.answer(
                request.key, seconds, lambda left: self._ask(request, left, accept)
            )
        except TimeoutError:
            pass
        raise LateError(self.policy.title)

    def _ask(self, request: Request, seconds: float, accept: Container[int]) -> Answer:
        with self._lock:
            rest = self._rests_until - time.monotonic()
        if rest > 0:
            raise AsksToWaitError(self.policy.title, rest)
        wait = self._breaker.enter()
        if wait > 0:
            hint = f"It is tried again in {math.ceil(wait)} seconds."
            raise LeftAloneError(self.policy.title, wait, hint=hint)
        try:
            result = self._attempt(request, seconds)
        except BaseException:
            self._breaker.abandoned()
            raise
        if isinstance(result, Failure):
            self._breaker.failed() if result.theirs else self._breaker.abandoned()
            raise result.error
        if 200 <= result.status < 300 or result.status in accept:
            self._breaker.succeeded()
            return Answer(
                result.status,
                result.data,
                result.media_type,
                self.policy.title,
                request.key,
                result.retry_after,
            )
        # A vendor that refuses or asks to wait is up.
        alive = 400 <= result.status < 500 or _asks_to_wait(result)
        self._breaker.succeeded() if alive else self._breaker.failed()
        raise self._refused(result)

    def _attempt(self, request: Request, seconds: float) -> Fetched | Failure:
        deadline = time.monotonic() + seconds
        result = self._count_and_send(request, seconds)
        failed = False
        for _ in range(_ATTEMPTS - 1):
            left = deadline - time.monotonic()
            if left < _LEAST_SECONDS or not _worth_repeating(result, request):
                break
            failed = failed or not isinstance(result, Failure) or result.theirs
            time.sleep(random.uniform(*_PAUSE))  # noqa: S311 - spreads load, hides nothing
            try:
                result = self._count_and_send(request, max(0.01, deadline - time.monotonic()))
            except QuotaUsedUpError:
                break  # the first attempt's result is more informative
        if isinstance(result, Failure) and failed:
            # The second attempt may have had too little time, but the first one did fail.
            return replace(result, theirs=True)
        return result

    def _count_and_send(self, request: Request, seconds: float) -> Fetched | Failure:
        if self._quotas is None:
            return self._send(request, seconds)
        name = self.policy.name
        day = self._quotas.take(name, self.policy.title)
        result = self._send(request, seconds)
        if isinstance(result, Failure) and not result.sent:
            self._quotas.give_back(name, day)
        return result

    def _send(self, request: Request, seconds: float) -> Fetched | Failure:
        policy = self.policy
        if self._sign is not None:
            request = replace(request, headers={**request.headers, **self._sign(request)})
        receipt = witness()
        number = receipt.begin(policy.name, policy.title, request) if receipt else 0
        result = send_once(self._fetcher, request, policy.title, policy.most_bytes, seconds)
        if receipt and isinstance(result, Failure):
            receipt.settle(number, "failed" if result.sent else "not sent")
        elif receipt and isinstance(result, Fetched):
            outcome: Outcome = "answered" if 200 <= result.status < 300 else "refused"
            receipt.settle(number, outcome, result.status, len(result.data))
        return result

    def _refused(self, fetched: Fetched) -> ProviderError:
        title, status = self.policy.title, fetched.status
        if _asks_to_wait(fetched):
            rest = retry_seconds(fetched.retry_after)
            self.rest(rest)
            return AsksToWaitError(title, rest)
        if status in (401, 403):
            return KeyOrSearchRefusedError(title, status)
        if status >= 500 or status < 400:
            return UnreachableError(title, hint=f"It answered {status}.")
        return RefusedError(title, status)


def _asks_to_wait(fetched: Fetched) -> bool:
    return fetched.status == 429 or (fetched.status == 503 and fetched.retry_after is not None)


def _worth_repeating(result: Fetched | Failure, request: Request) -> bool:
    if isinstance(result, Failure):
        return result.again and (request.repeatable or not result.sent)
    return request.repeatable and result.status >= 500 and result.retry_after is None
