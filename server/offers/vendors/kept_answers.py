"""Answers that are kept for as long as a vendor allows, in memory and within bounds.

What is on its way is not sent a second time either: who asks the same meanwhile is given the
first one's answer, or its failure. Requests are known by their digest only.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future

from server.offers.vendors.answer import Answer

MOST_ANSWERS = 128
MOST_BYTES = 16 * 2**20


class KeptAnswers:
    """The answers of one vendor; safe to share between threads.

    Args:
        seconds: For how long an answer is kept; 0 for not at all.
        clock: Seconds, monotonic.
    """

    def __init__(self, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, tuple[float, Answer]] = OrderedDict()
        self._bytes = 0
        self._asked: dict[bytes, Future[Answer]] = {}

    def answer(self, key: bytes, seconds: float, ask: Callable[[], Answer]) -> Answer:
        """Give the answer that is kept or on its way, else that of ``ask``.

        Args:
            key: What is asked.
            seconds: How long to wait for what is on its way.
            ask: Asks the vendor, within the same time.

        Raises:
            TimeoutError: What is on its way does not come in time.
            Exception: Whatever ``ask`` raised, also to those who waited for it.
        """
        with self._lock:
            kept = self._fresh(key)
            if kept is not None:
                return kept
            waited_for = self._asked.get(key)
            mine: Future[Answer] = Future()
            if waited_for is None:
                self._asked[key] = mine
        if waited_for is not None:
            return waited_for.result(seconds)
        try:
            answer = ask()
        except BaseException as error:
            self._end(key)
            mine.set_exception(error)
            raise
        self._end(key, answer)
        mine.set_result(answer)
        return answer

    def forget(self, key: bytes) -> None:
        """Keep the answer no longer, if it is kept."""
        with self._lock:
            self._drop(key)

    def _end(self, key: bytes, answer: Answer | None = None) -> None:
        """Wait no longer for an answer, and keep it where that is allowed."""
        with self._lock:
            del self._asked[key]
            if answer is None or self._seconds <= 0 or not 200 <= answer.status < 300:
                return
            self._drop(key)
            self._kept[key] = self._clock() + self._seconds, answer
            self._bytes += len(answer.data)
            while len(self._kept) > MOST_ANSWERS or self._bytes > MOST_BYTES:
                self._drop(next(iter(self._kept)))

    def _fresh(self, key: bytes) -> Answer | None:
        ends, answer = self._kept.get(key, (0.0, None))
        if answer is not None and self._clock() < ends:
            return answer
        self._drop(key)
        return None

    def _drop(self, key: bytes) -> None:
        _, answer = self._kept.pop(key, (0.0, None))
        if answer is not None:
            self._bytes -= len(answer.data)
