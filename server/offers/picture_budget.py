"""How many offers' pictures one search looks at, shared fairly among its providers."""

import threading
from collections.abc import Collection
from typing import Final

MOST_PICTURES: Final = 24
"""Pictures that are downloaded and looked at for one search, over all its providers.

Those that an earlier search looked at cost nothing, and do not count."""


class PictureBudget:
    """The pictures of one search; safe to share between its providers' threads.

    Whoever answers first could take everything, and the slow ones would stand in the list
    unseen. So each provider has a fair share that the others leave alone until it has
    answered; what it does not need then is free for all.

    Args:
        providers: The names of those that may want pictures.
        pictures: How many there are in all.
    """

    def __init__(self, providers: Collection[str], pictures: int = MOST_PICTURES) -> None:
        self._lock = threading.Lock()
        self._left = pictures
        share = pictures // max(1, len(providers))
        self._kept = dict.fromkeys(providers, share)
        """What is still kept for each provider that may ask for it."""

    def take(self, provider: str, wanted: int) -> int:
        """Take up to ``wanted`` pictures, and give how many there were to take.

        Whoever got less may ask again later: others may have left some.
        """
        with self._lock:
            others = sum(kept for name, kept in self._kept.items() if name != provider)
            taken = max(0, min(wanted, self._left - others))
            self._left -= taken
            # Who got all that it wanted needs no more; who did not has used up its share.
            self._kept[provider] = 0
            return taken

    def done(self, provider: str) -> None:
        """Note that a provider wants no more pictures: it answered, failed, or never will."""
        with self._lock:
            self._kept[provider] = 0
