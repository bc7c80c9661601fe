"""A queue that never grows: a fixed number of jobs may wait, one more is refused."""

import math
import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from functools import partial
from typing import Generic, TypeVar

from server.looks.errors import QueueFullError, StoppedError

Result = TypeVar("Result")

# Seconds; clients told to wait longer give up, and the queue would run empty.
LONGEST_TURN = 30


class WorkQueue(Generic[Result]):
    """Runs jobs in order on its own threads."""

    def __init__(
        self, size: int, *, workers: int = 1, preparing: int = 0, name: str = "analysis"
    ) -> None:
        """Start the threads.

        Args:
            size: Jobs that may wait, not counting those that run.
            workers: Jobs that run at once.
            preparing: Further threads, for jobs that begin with something that needs no turn of
                its own. Their jobs still count as waiting.
            name: Prefix of the threads' names.
        """
        self._jobs: queue.Queue[tuple[Callable[[], Result], Future[Result]] | None]
        self._jobs = queue.Queue()
        self._size = size
        self._workers = workers
        self._unfinished = 0
        # When those that were refused will come back, on the clock of `time.monotonic`.
        self._returning: deque[float] = deque()
        self._lock = threading.Lock()
        self._closed = False
        self._mean_seconds = 0.5
        # When the job of each thread began, by the thread's name.
        self._running: dict[str, float] = {}
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True)
            for number in range(1, workers + preparing + 1)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def waiting(self) -> int:
        """Number of jobs that are waiting."""
        return max(0, self._unfinished - self._workers)

    @property
    def longest_running(self) -> float:
        """Seconds since the oldest job that runs began; 0 if none runs."""
        began = min(list(self._running.values()), default=None)
        return 0.0 if began is None else time.monotonic() - began

    def submit(self, job: Callable[[], Result]) -> Future[Result]:
        """Queue a job; the future gets its result or error.

        Raises:
            QueueFullError: The queue is full; ``retry_after`` estimates when it will not be.
            StoppedError: The queue was closed.
        """
        future: Future[Result] = Future()
        with self._lock:
            if self._closed:
                raise StoppedError
            if self._unfinished >= self._size + self._workers:
                raise QueueFullError(self._turn())
            self._unfinished += 1
            # The log lines of a job name the request that it is for.
            self._jobs.put((partial(copy_context().run, job), future))
        return future

    def _turn(self) -> int:
        """Return in how many seconds a job that is refused now would get its turn.

        Those that were refused before it come back first. If all were told the same, they
        would come back together, and most be refused again, which takes time as well.
        """
        now = time.monotonic()
        while self._returning and self._returning[0] <= now:
            self._returning.popleft()
        before = self._size + len(self._returning)
        seconds = self._mean_seconds * (before + 1) / len(self._threads)
        seconds = min(LONGEST_TURN, max(1, math.ceil(seconds)))
        # Times only grow, but for the mean, which may sink; then one is forgotten a bit later.
        self._returning.append(now + seconds)
        return seconds

    def close(self) -> None:
        """Refuse the jobs that wait, and end the threads after the jobs that run."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        while True:
            try:
                entry = self._jobs.get_nowait()
            except queue.Empty:
                break
            if entry is not None:
                entry[1].set_exception(StoppedError())
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while (entry := self._jobs.get()) is not None:
            job, future = entry
            began = self._running[threading.current_thread().name] = time.monotonic()
            try:
                result = job()
            except BaseException as error:  # noqa: BLE001 - handed to the future
                self._finish()
                future.set_exception(error)
            else:
                self._finish()
                future.set_result(result)
            finally:
                del self._running[threading.current_thread().name]
            self._mean_seconds += 0.2 * (time.monotonic() - began - self._mean_seconds)

    def _finish(self) -> None:
        with self._lock:
            self._unfinished -= 1
