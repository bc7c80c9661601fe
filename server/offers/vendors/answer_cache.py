"""A bounded in-memory cache of answers, for as long as a vendor allows.

A request that is already on its way is not sent a second time: callers who ask the same
meanwhile share its answer or its failure, unless it failed only because the first caller had
less time. Requests are known by their digests only.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass

from server.offers.vendors.request import Answer

MOST_ANSWERS = 128
MOST_BYTES = 16 * 2**20
# Seconds; a request that fails this shortly before its deadline, or later, ran out of time.
_AT_THE_END = 0.1


@dataclass(frozen=True, slots=True)
class _InFlight:
    answer: Future[Answer]
    # The deadline of the caller who sent it.
    ends: float


class AnswerCache:
    """The cached answers of one vendor; safe to share between threads.

    Args:
        seconds: How long an answer is kept; 0 for not at all.
        clock: Returns seconds, monotonic.
    """

    def __init__(self, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[bytes, tuple[float, Answer]] = OrderedDict()
        self._bytes = 0
        self._in_flight: dict[bytes, _InFlight] = {}

    def answer(self, key: bytes, seconds: float, ask: Callable[[float], Answer]) -> Answer:
        """Return the answer that is cached or on its way, or else that of ``ask``.

        Args:
            key: The request's digest.
            seconds: The most time this call may take.
            ask: Asks the vendor within the seconds that it is given.

        Raises:
            TimeoutError: The answer on its way does not arrive in time.
            Exception: Whatever ``ask`` raised, also for callers who waited for it.
        """
        ends = self._clock() + seconds
        while True:
            with self._lock:
                kept = self._fresh(key)
                if kept is not None:
                    return kept
                in_flight = self._in_flight.get(key)
                if in_flight is None:
                    mine = _InFlight(Future(), ends)
                    self._in_flight[key] = mine
                    break
            left = ends - self._clock()
            try:
                return in_flight.answer.result(max(0.0, left))
            except Exception:
                # Share any failure, except one that only the first caller's deadline explains.
                now = self._clock()
                if now < in_flight.ends - _AT_THE_END or now >= ends - _AT_THE_END:
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
        """Remove an answer if it is cached."""
        with self._lock:
            self._drop(key)

    def _end(self, key: bytes, answer: Answer | None = None) -> None:
        """Mark a request as no longer on its way, and cache its answer if that is allowed."""
        with self._lock:
            del self._in_flight[key]
            if answer is None or self._seconds <= 0 or not 200 <= answer.status < 300:
                return
            self._drop(key)
            self._kept[key] = self._clock() + self._seconds, answer
            self._bytes += len(answer.data)
            while len(self._kept) > MOST_ANSWERS or self._bytes > MOST_BYTES:
                self._drop(next(iter(self._kept)))

    def _fresh(self, key: bytes) -> Answer | None:
        """Return the cached answer, and drop all that are too old: the oldest come first."""
        now = self._clock()
        while self._kept and next(iter(self._kept.values()))[0] <= now:
            self._drop(next(iter(self._kept)))
        _, answer = self._kept.get(key, (0.0, None))
        return answer

    def _drop(self, key: bytes) -> None:
        _, answer = self._kept.pop(key, (0.0, None))
        if answer is not None:
            self._bytes -= len(answer.data)
