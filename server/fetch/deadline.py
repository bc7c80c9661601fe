"""A time limit for a whole download.

A socket's timeout limits a single wait: a server that sends one byte every few seconds keeps
a reader busy for ever. Here, when time is up, the connection is shut down whatever it is
waiting for: a handshake, headers or the body.
"""

import os
import socket
import threading
import time
from types import TracebackType

from server.fetch.errors import FetchTimeoutError


class Deadline:
    """A context manager; connections given to `watch` are shut down when time is up."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds
        self._lock = threading.Lock()
        self._watched: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._timer.name = "fetch-deadline"

    def __enter__(self) -> "Deadline":
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        with self._lock:
            for duplicate in self._watched:
                duplicate.close()
            self._watched.clear()

    @property
    def passed(self) -> bool:
        """Whether time is up."""
        return time.monotonic() >= self._end

    def remaining(self) -> float:
        """Return the seconds left, more than 0.

        Raises:
            FetchTimeoutError: Time is up.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise self.error()
        return left

    def error(self) -> FetchTimeoutError:
        """Return the error for a download that took too long."""
        return FetchTimeoutError(
            f"The site did not answer in full within {self.seconds:g} seconds.",
            hint="Try again, or upload the picture instead of its address.",
        )

    def watch(self, connection: socket.socket) -> None:
        """Shut this connection down when time is up.

        A duplicate is kept: TLS takes the original socket's descriptor away.
        """
        duplicate = socket.socket(fileno=os.dup(connection.fileno()))
        with self._lock:
            self._watched.append(duplicate)
        if self.passed:
            self._cut()

    def _cut(self) -> None:
        with self._lock:
            for duplicate in self._watched:
                try:
                    duplicate.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # closed already
