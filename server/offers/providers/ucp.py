"""Catalogues that speak UCP; first of all Shopify's, of all its merchants, without a key."""

import json
import threading
import time
from typing import ClassVar

from server.fetch.errors import FetchError, FetchTimeoutError, FetchTooLargeError
from server.fetch.fetcher import Fetched, Fetcher
from server.offers.offer import GarmentQuery, Offer, SearchContext
from server.offers.providers.provider import Cost, Leaves, ProviderBusyError, ProviderError
from server.offers.providers.ucp_protocol import RETRY_AFTER, build_request, read_answer

ANSWER_BYTES = 4 * 2**20
_LONGEST_REST = 900.0
_HEADERS = {
    "Content-Type": "application/json",
    "Accept": "application/json, text/event-stream",
}


class UcpProvider:
    """Sends the crop and its words to one UCP endpoint.

    Never before the user chose the garment: what is in a picture that somebody merely
    analysed stays on this machine.

    Args:
        fetcher: Sends, under the limits for all downloads.
        endpoint: Where to; chosen by the operator.
        profile: Address of the agent profile to show.
        limit: Offers to ask for.
        name: The provider's name.
        title: Its name for the user.
    """

    needs: ClassVar[tuple[str, ...]] = ("crop", "words")
    leaves: ClassVar[Leaves] = Leaves(
        en="The cut-out garment, words such as “navy long sleeve top”, and your country,"
        " language and currency go to catalog.shopify.com, once you chose the garment.",
        ko="옷을 선택하면 잘라낸 옷 이미지와 “네이비 긴팔 상의” 같은 검색어, 그리고 국가, 언어,"
        " 통화가 catalog.shopify.com으로 전송됩니다.",
    )
    cost: ClassVar[Cost] = Cost(en="Nothing.", ko="무료.")
    runs_early: ClassVar[bool] = False
    compares: ClassVar[bool] = True

    def __init__(
        self,
        fetcher: Fetcher,
        endpoint: str,
        profile: str,
        limit: int,
        *,
        name: str = "ucp",
        title: str = "Shopify's catalogue",
    ) -> None:
        self.name = name
        self.title = title
        self._fetcher = fetcher
        self._endpoint = endpoint
        self._profile = profile
        self._limit = limit
        self._lock = threading.Lock()
        self._rests_until = 0.0

    def search(self, query: GarmentQuery, context: SearchContext) -> list[Offer]:
        """Ask the endpoint.

        Raises:
            ProviderBusyError: It asked to wait, now or a short while ago.
            ProviderError: It refused, did not answer in time, or answered nonsense.
        """
        if (rest := self._rest()) > 0:
            raise ProviderBusyError(f"{self.title} asks to wait before the next search.", rest)
        body = json.dumps(build_request(query, context, self._profile, self._limit)).encode()
        try:
            answer = self._fetcher.post(
                self._endpoint, body, _HEADERS, ANSWER_BYTES, seconds=context.seconds
            )
        except FetchTimeoutError as error:
            raise ProviderError(f"{self.title} did not answer in time.") from error
        except FetchTooLargeError as error:
            raise ProviderError(f"{self.title} answered too much to be read.") from error
        except FetchError as error:
            raise ProviderError(f"{self.title} cannot be reached.", hint=str(error)) from error
        try:
            return self._read(answer)
        except ProviderBusyError as error:
            with self._lock:
                self._rests_until = time.monotonic() + error.retry_after
            raise

    def _read(self, answer: Fetched) -> list[Offer]:
        if answer.status == 429:
            raise ProviderBusyError(
                f"{self.title} asks to wait before the next search.",
                _seconds(answer.retry_after),
            )
        return read_answer(answer.data, answer.media_type, self.name, self.title)

    def version(self) -> object:
        """Give the same at all times: answers are not kept."""
        return None

    def _rest(self) -> float:
        with self._lock:
            return self._rests_until - time.monotonic()


def _seconds(retry_after: str | None) -> float:
    """Read ``Retry-After`` in its form of seconds; the form of a date is not used for 429s."""
    if retry_after is None or not (retry_after.isascii() and retry_after.isdigit()):
        return RETRY_AFTER
    return min(float(retry_after[:6]), _LONGEST_REST)
