"""Answers that are kept for as long as a vendor allows, in memory and within bounds.

What is on its way is not sent a second time either: who asks the same meanwhile is given the
first one's answer, or its failure - but for one that came of the first one's having less time.
Requests are known by their digest only.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from server.offers.vendors.answer import Answer

MOST_ANSWERS = 128
MOST_BYTES = 16 * 2**20
# Seconds; what fails so shortly before its time is up, or later, failed for want of time.
_AT_THE_END = 0.1


@dataclass(frozen=True, slots=True)
class _OnItsWay:
    answer: Future[Answer]
    # When the time is up of who asked.
    ends: float


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
        self._asked: dict[bytes, _OnItsWay] = {}

    def answer(self, key: bytes, seconds: float, ask: Callable[[float], Answer]) -> Answer:
        """Give the answer that is kept or on its way, else that of ``ask``.

        Args:
            key: What is asked.
            seconds: How long this may take, whoever asks.
            ask: Asks the vendor, within the seconds that it is given.

        Raises:
            TimeoutError: What is on its way does not come in time.
            Exception: Whatever ``ask`` raised, also to those who waited for it.
        """
        ends = self._clock() + seconds
        while True:
            with self._lock:
                kept = self._fresh(key)
                if kept is not None:
                    return kept
                waited_for = self._asked.get(key)
                if waited_for is None:
                    mine = _OnItsWay(Future(), ends)
                    self._asked[key] = mine
                    break
            left = ends - self._clock()
            try:
                return waited_for.answer.result(max(0.0, left))
            except Exception:
                # Any failure is shared, but for one that only the first one's time explains.
                now = self._clock()
                if now < waited_for.ends - _AT_THE_END or now >= ends - _AT_THE_END:
                    raise
        try:
            answer = ask(ends - self._clock())
        except BaseException as error:
            self._end(key)
            mine.answer.set_exception(error)
            raise
        self._end(key, answer)
        mine.answer.set_result(answer)
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
        """Give what is kept, and let go of all that may be no longer: the oldest come first."""
        now = self._clock()
        while self._kept and next(iter(self._kept.values()))[0] <= now:
            self._drop(next(iter(self._kept)))
        _, answer = self._kept.get(key, (0.0, None))
        return answer

    def _drop(self, key: bytes) -> None:
        _, answer = self._kept.pop(key, (0.0, None))
        if answer is not None:
            self._bytes -= len(answer.data)
