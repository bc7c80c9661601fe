"""A circuit breaker: a vendor that failed several times in a row is left alone for a while.

Without one, every search waits its whole time for a vendor that is down. The libraries for
this wrap the guarded call and hold a lock during the trial request, so that all other searches
would wait for it; here a search that may not send a request learns so at once.
"""

import threading
import time
from collections.abc import Callable

# Failures in a row that open the circuit.
FAILURES = 3
# Seconds until the first trial request; doubled after each trial that fails.
COOL_DOWN = 30.0
LONGEST_COOL_DOWN = 480.0


class Breaker:
    """Starts closed; safe to share between threads.

    Each `enter` that returns 0 must be followed by one of `succeeded`, `failed` and `abandoned`.

    Args:
        clock: Returns seconds, monotonic.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._cool_down = COOL_DOWN
        self._open_until = 0.0
        self._trial_runs = False

    def enter(self) -> float:
        """Return 0 if the vendor may be asked now, or else the seconds to wait.

        Once the cool-down is over, one trial request is let through; the others wait for its
        outcome.
        """
        with self._lock:
            if self._failures < FAILURES:
                return 0.0
            left = self._open_until - self._clock()
            if left > 0:
                return left
            if self._trial_runs:
                return COOL_DOWN
            self._trial_runs = True
            return 0.0

    def succeeded(self) -> None:
        """Close the circuit: the vendor answered."""
        with self._lock:
            self._failures = 0
            self._cool_down = COOL_DOWN
            self._trial_runs = False

    def failed(self) -> None:
        """Count a failure of the vendor; open the circuit if it was one too many."""
        with self._lock:
            self._failures += 1
            if self._failures < FAILURES:
                return
            if self._trial_runs:
                self._cool_down = min(2 * self._cool_down, LONGEST_COOL_DOWN)
            self._trial_runs = False
            self._open_until = self._clock() + self._cool_down

    def abandoned(self) -> None:
        """Count nothing: the outcome says nothing about the vendor."""
        with self._lock:
            self._trial_runs = False
