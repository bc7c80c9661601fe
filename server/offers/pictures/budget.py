"""How many offers' pictures one search looks at, shared fairly among its providers."""

import threading
import time
from collections.abc import Callable, Collection
from typing import Final

# Pictures that are downloaded and looked at for one search, over all its providers.
#
# Those that an earlier search looked at cost nothing, and do not count.
MOST_PICTURES: Final = 24


# Seconds without an answer after which a provider is late.
LATE_AFTER: Final = 1.0
# The part of its share that is then still kept for it is one of so many.
LATE_KEEPS: Final = 3


class PictureBudget:
    """The pictures of one search; safe to share between its providers' threads.

    Whoever answers first could take everything, and the slow ones would stand in the list
    unseen. So each provider has a fair share that the others leave alone until it has
    answered; what it does not need then is free for all.

    Of who is late, only a third of the share is kept: the others' pictures are looked at while
    everybody waits, and once the late one answers the list is soon whole.

    Args:
        providers: The names of those that may want pictures.
        pictures: How many there are in all.
        clock: Seconds, rising.
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
        # What is still kept for each provider that may ask for it.
        self._kept = dict.fromkeys(providers, share)

    def take(self, provider: str, wanted: int) -> int:
        """Take up to ``wanted`` pictures, and give how many there were to take.

        Whoever got less may ask again later: others may have left some.
        """
        with self._changed:
            taken = max(0, min(wanted, self._free(provider)))
            self._left -= taken
            # Who got all that it wanted needs no more; who did not has used up its share.
            self._kept[provider] = 0
            self._changed.notify_all()
            return taken

    def may_give_more(self, provider: str, deadline: float) -> bool:
        """Wait until there are pictures to take; False where that is not to be expected.

        Others may answer and need less than their share, or be late.

        Args:
            provider: Who would take them.
            deadline: On the clock; not waited for longer.
        """
        until = min(deadline, self._late_at)
        with self._changed:
            while self._free(provider) <= 0:
                left = until - self._clock()
                if left <= 0 or not any(self._kept.values()):
                    return False
                self._changed.wait(left)
            return True

    def done(self, provider: str) -> None:
        """Note that a provider wants no more pictures: it answered, failed, or never will."""
        with self._changed:
            self._kept[provider] = 0
            self._changed.notify_all()

    def _free(self, provider: str) -> int:
        """Give how many a provider may take now."""
        late = self._clock() >= self._late_at
        return self._left - sum(
            kept // LATE_KEEPS if late else kept
            for name, kept in self._kept.items()
            if name != provider
        )
