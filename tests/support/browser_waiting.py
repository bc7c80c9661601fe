"""Waiting in a browser for conditions, never for a time."""

import time
from collections.abc import Callable
from typing import TypeVar

from playwright.sync_api import Page

T = TypeVar("T")

# How long anything may take on a machine that has much other work.
SECONDS = 45.0
_PAUSE_MS = 30


def wait_on(page: Page, condition: Callable[[], T | None], what: str) -> T:
    """Ask repeatedly until the answer is truthy, and return it.

    The page's own events are dealt with meanwhile: requests that are answered by the test, say.

    Raises:
        AssertionError: Not within `SECONDS`; the message says what was waited for.
    """
    until = time.monotonic() + SECONDS
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > until:
            raise AssertionError(f"Waited {SECONDS:g} s in vain for {what}")
        page.wait_for_timeout(_PAUSE_MS)
