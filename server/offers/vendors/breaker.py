"""A circuit breaker: who failed several times in a row is left alone for a while.

Without one, every search waits its whole time for a vendor that is down. The libraries for
this take the call to guard into their own hands, and hold a lock over the trial for which
all other searches would wait; here a search that may not ask is told so at once.
"""

import threading
import time
from collections.abc import Callable

# In a row, after which the circuit opens.
FAILURES = 3
# Seconds until the first trial; doubled after each trial that fails.
COOL_DOWN = 30.0
LONGEST_COOL_DOWN = 480.0


class Breaker:
    """Closed at first; safe to share between threads.

    Each `enter` that gives 0 must be followed by one of `succeeded`, `failed` and `abandoned`.

    Args:
        clock: Seconds, monotonic.
    """

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._cool_down = COOL_DOWN
        self._open_until = 0.0
        self._trial_runs = False

    def enter(self) -> float:
        """Give 0 where the vendor may be asked, else the seconds after which to come back.

        Of those who come when the cool-down is over, one is let through; the others wait for
        what becomes of it.
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
        """Close the circuit: the vendor answers."""
        with self._lock:
            self._failures = 0
            self._cool_down = COOL_DOWN
            self._trial_runs = False

    def failed(self) -> None:
        """Count a failure of the vendor's own; open the circuit where it is one too many."""
        with self._lock:
            self._failures += 1
            if self._failures < FAILURES:
                return
            if self._trial_runs:
                self._cool_down = min(2 * self._cool_down, LONGEST_COOL_DOWN)
            self._trial_runs = False
            self._open_until = self._clock() + self._cool_down

    def abandoned(self) -> None:
        """Count nothing: what happened says nothing about the vendor."""
        with self._lock:
            self._trial_runs = False
