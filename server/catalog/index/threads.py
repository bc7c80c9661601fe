"""Work on the chunks of the embedded index, shared by threads where there is much of it."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final, TypeVar

_Part = TypeVar("_Part")
_Result = TypeVar("_Result")
# More products than this are worth the threads that share them.
_MANY: Final = 200_000
_MOST_THREADS: Final = 4


def for_each(work: Callable[[_Part], _Result], parts: Sequence[_Part], total: int) -> list[_Result]:
    """Return the result for each part; threads share the work on many products.

    Args:
        work: Does most of it without Python's lock.
        parts: What to work on.
        total: How many products they have.
    """
    if total < _MANY or len(parts) < 2:
        return [work(part) for part in parts]
    return list(_threads().map(work, parts))


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1), "nearest")
