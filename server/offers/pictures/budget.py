"""How many pictures one search may compare, shared fairly among its providers."""

import threading
import time
from collections.abc import Callable, Collection
from typing import Final

# Pictures that one search downloads and compares, over all its providers.
#
# Those that an earlier search compared cost nothing and do not count.
MOST_PICTURES: Final = 24

# Seconds without an answer after which a provider is late.
LATE_AFTER: Final = 1.0
# A late provider keeps its share divided by this.
LATE_DIVISOR: Final = 3


class PictureBudget:
    """The pictures of one search; safe to share between its providers' threads.

    Otherwise the first provider to answer could take everything, and the offers of slow ones
    would not be compared. So each provider has a fair share that is reserved until it has
    answered; what it does not need then is free for all.

    For a late provider, only a third of its share stays reserved: the others' pictures are
    compared in the meantime, and once the late one answers the list is soon complete.

    Args:
        providers: The names of those that may need pictures.
        pictures: How many there are in all.
        clock: Returns seconds, monotonic.
    """

    def __init__(
        self,
        providers: Collection[str],
        pictures: int = MOST_PICTURES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._late_at = clock() + LATE_AFTER
        self._changed = threading.Condition()
        self._left = pictures
        share = pictures // max(1, len(providers))
        # What is still reserved for each provider that may need it.
        self._reserved = dict.fromkeys(providers, share)

    def take(self, provider: str, wanted: int) -> int:
        """Take up to ``wanted`` pictures, and return how many were available.

        A provider that got fewer may ask again later: others may have left some.
        """
        with self._changed:
            taken = max(0, min(wanted, self._free(provider)))
            self._left -= taken
            # It either got all it wanted and needs no more, or it has used up its share.
            self._reserved[provider] = 0
            self._changed.notify_all()
            return taken

    def may_give_more(self, provider: str, deadline: float) -> bool:
        """Wait until pictures become available; return False if none can be expected.

        Others may answer and need less than their share, or be late.

        Args:
            provider: The one that would take them.
            deadline: When to stop waiting, on the clock.
        """
        until = min(deadline, self._late_at)
        with self._changed:
            while self._free(provider) <= 0:
                left = until - self._clock()
                if left <= 0 or not any(self._reserved.values()):
                    return False
                self._changed.wait(left)
            return True

    def done(self, provider: str) -> None:
        """Release the share of a provider that answered, failed or is not asked."""
        with self._changed:
            self._reserved[provider] = 0
            self._changed.notify_all()

    def _free(self, provider: str) -> int:
        """Return how many a provider may take now."""
        late = self._clock() >= self._late_at
        return self._left - sum(
            share // LATE_DIVISOR if late else share
            for name, share in self._reserved.items()
            if name != provider
        )
