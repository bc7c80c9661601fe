"""Waiting for conditions, never for a time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_PAUSE_SECONDS = 0.02


def wait_for(condition: Callable[[], T | None], what: str, seconds: float = 30.0) -> T:
    """Ask repeatedly until the answer is truthy, and return it.

    Raises:
        TimeoutError: Not within ``seconds``; the message says what was waited for.
    """
    until = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > until:
            raise TimeoutError(f"Waited {seconds:g} s in vain for {what}")
        time.sleep(_PAUSE_SECONDS)
