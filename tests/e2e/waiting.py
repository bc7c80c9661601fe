"""Waiting for conditions, never for a time."""

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

_PAUSE_SECONDS = 0.02
# Twice the same in a row may be before something sets off, or between two of its frames.
_REST_SECONDS = 0.1
# How often a person presses before they give up.
_PRESSES = 4


def wait_for(condition: Callable[[], T | None], what: str, seconds: float = 45.0) -> T:
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


def press_until(
    press: Callable[[], None],
    condition: Callable[[], object],
    what: str,
    seconds: float = 10.0,
) -> None:
    """Press, and press again as people do where a press did nothing.

    A page that is only just in front may lose one to the browser's window. Only for what does no
    harm when it is heard twice.

    Args:
        press: What they do.
        condition: What must come of it.
        what: The same in words.
        seconds: How long they wait before they press again.

    Raises:
        TimeoutError: Nothing came of it.
    """
    for _ in range(_PRESSES):
        press()
        if happens(condition, seconds):
            return
    raise TimeoutError(f"Pressed {_PRESSES} times in vain for {what}")


def happens(condition: Callable[[], object], seconds: float) -> bool:
    """Return whether something comes true within so many seconds."""
    try:
        wait_for(condition, "it", seconds)
    except TimeoutError:
        return False
    return True


def at_rest(place: Callable[[], T | None], what: str) -> T:
    """Return a place once it has stayed for a moment: what is pressed must not be on its way.

    Raises:
        TimeoutError: It is not there, or moves on and on.
    """
    last: T | None = None
    since = time.monotonic()

    def now() -> T | None:
        nonlocal last, since
        before, last = last, place()
        if last is None or last != before:
            since = time.monotonic()
            return None
        return last if time.monotonic() - since >= _REST_SECONDS else None

    return wait_for(now, f"{what} at rest")
