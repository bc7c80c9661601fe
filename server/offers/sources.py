"""The providers as they are now: keys that are entered in the web app change them at once."""

import threading
from collections.abc import Callable, Mapping

from server.config import Settings
from server.offers.provider import ProviderState
from server.offers.search import OfferSearch
from server.offers.stored_keys import FixedKeyError, StoredKeys, can_be_stored, is_fixed


class Sources:
    """All providers; safe to share between threads.

    Args:
        search: Asks those that are enabled.
        states: Every provider, in the order of asking.
        settings: As they are where the server runs.
        keys: Those that were entered.
        build: Makes every provider anew, by both.
    """

    def __init__(
        self,
        search: OfferSearch,
        states: tuple[ProviderState, ...],
        settings: Settings,
        keys: StoredKeys,
        build: Callable[[], tuple[ProviderState, ...]],
    ) -> None:
        self.states = states
        self.keys = keys
        self._settings = settings
        self._search = search
        self._build = build
        self._lock = threading.Lock()

    def is_fixed(self, setting: str) -> bool:
        """Return whether a key is set where the server runs."""
        return is_fixed(self._settings, setting)

    def enter(self, provider: str, keys: Mapping[str, str | None]) -> ProviderState:
        """Store or forget keys of a provider, and return it as it is then.

        Raises:
            FixedKeyError: One is set where the server runs, or is none of its keys.
            KeyNotKeptError: They cannot be kept.
        """
        with self._lock:
            state = next(each for each in self.states if each.provider.name == provider)
            own = {name for name, _ in state.keys if can_be_stored(name)}
            for name in keys:
                if name not in own or self.is_fixed(name):
                    raise FixedKeyError(name)
            self.keys.change(keys)
            made = next(each for each in self._build() if each.provider.name == provider)
            # The others keep what they remember of their vendors.
            self.states = tuple(made if each is state else each for each in self.states)
            self._search.use([each.provider for each in self.states if each.enabled])
            return made
