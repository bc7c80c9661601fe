"""A queue that never grows: a fixed number of jobs may wait, one more is refused."""

import math
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

from server.looks.errors import QueueFullError, StoppedError

Result = TypeVar("Result")


class WorkQueue(Generic[Result]):
    """Runs jobs in order on its own threads."""

    def __init__(self, size: int, *, workers: int = 1, name: str = "analysis") -> None:
        """Start the threads.

        Args:
            size: Jobs that may wait, not counting those that run.
            workers: Jobs that run at once.
            name: Prefix of the threads' names.
        """
        self._jobs: queue.Queue[tuple[Callable[[], Result], Future[Result]] | None]
        self._jobs = queue.Queue(maxsize=size)
        self._lock = threading.Lock()
        self._closed = False
        self._mean_seconds = 0.5
        self._threads = [
            threading.Thread(target=self._work, name=f"{name}-{number}", daemon=True)
            for number in range(1, workers + 1)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def waiting(self) -> int:
        """Number of jobs that are waiting."""
        return self._jobs.qsize()

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
            try:
                self._jobs.put_nowait((job, future))
            except queue.Full:
                seconds = self._mean_seconds * (self._jobs.maxsize + 1) / len(self._threads)
                raise QueueFullError(max(1, math.ceil(seconds))) from None
        return future

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
            began = time.monotonic()
            try:
                result = job()
            except BaseException as error:  # noqa: BLE001 - handed to the future
                future.set_exception(error)
            else:
                future.set_result(result)
            self._mean_seconds += 0.2 * (time.monotonic() - began - self._mean_seconds)
