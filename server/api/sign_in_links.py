"""Links that sign a browser in once: for a phone, on which nobody wants to type a token.

They are kept in memory: a server that starts again has none.
"""

import secrets
import threading
import time

from server.config import Settings
from server.lan import origin_for_others

# The application keeps its `SignInLinks` under this name.
LINKS_KEY = "where-to-buy-sign-in-links"
SECONDS = 600.0
# The oldest goes for a new one.
MOST_OPEN = 5


class SignInLinks:
    """The links that are open; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # When each ends (`time.monotonic`), by its secret, the oldest first.
        self._ends: dict[str, float] = {}

    def make(self) -> str:
        """Make a link, and return its secret."""
        secret = secrets.token_urlsafe(24)
        with self._lock:
            kept = list(self._open().items())[1 - MOST_OPEN :]
            self._ends = dict(kept) | {secret: time.monotonic() + SECONDS}
        return secret

    def use(self, secret: str) -> bool:
        """Return whether a secret is that of an open link, and end the link."""
        with self._lock:
            self._ends = self._open()
            # A dictionary compares by hash first: what is timed says nothing of other secrets.
            return self._ends.pop(secret, None) is not None

    def _open(self) -> dict[str, float]:
        now = time.monotonic()
        return {secret: end for secret, end in self._ends.items() if end > now}


def link_address(settings: Settings, links: SignInLinks, origin: str) -> str | None:
    """Make a link, and return its address for others on the network.

    Args:
        settings: The server's.
        links: Gets the new one.
        origin: Under which the server was called.

    Returns:
        None where there is no access token, or no way to the server from elsewhere.
    """
    base = origin_for_others(settings.host, origin)
    if settings.access_token is None or base is None:
        return None
    # What stands after # is sent to nobody, and is in no log.
    return f"{base}/enter#{links.make()}"
