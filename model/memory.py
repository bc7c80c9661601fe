"""Giving memory back to the system."""

import ctypes
from contextlib import suppress


def trim_memory() -> None:
    """Return to the system what the C library keeps for later, tens of megabytes and more."""
    with suppress(OSError, AttributeError):  # glibc alone has it
        ctypes.CDLL(None).malloc_trim(0)
