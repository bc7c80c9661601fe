"""Hosts of pictures that do not answer, which are not asked again during an import.

A feed names hundreds of pictures on one host. If it is down, each request would wait for its
time limit.
"""

import threading

from server.fetch.errors import FetchError, FetchTooLargeError, NotAPictureError

# Pictures in a row that a host fails to answer for before it is given up.
FAILURES_IN_A_ROW = 5
_OF_THE_PICTURE = (FetchTooLargeError, NotAPictureError)


class DeadHosts:
    """Counts each host's failures in a row; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures: dict[str, int] = {}

    def is_dead(self, host: str) -> bool:
        """Return whether a host failed too often to be asked again."""
        with self._lock:
            return self._failures.get(host, 0) >= FAILURES_IN_A_ROW

    def note(self, host: str, *, failed: bool) -> None:
        """Note how a request ended; a host that is given up stays so."""
        with self._lock:
            failures = self._failures.get(host, 0)
            if failed:
                self._failures[host] = failures + 1
            elif failures < FAILURES_IN_A_ROW:
                self._failures.pop(host, None)


def is_host_failure(error: FetchError) -> bool:
    """Return whether a failed download says something of the host, not only of one picture.

    That is: no connection, a bad certificate, a time limit, a refusal of all programs or of too
    many requests, and a fault of the server.
    """
    if error.status is not None:
        return error.status in {401, 403, 429} or error.status >= 500
    return not isinstance(error, _OF_THE_PICTURE)
