"""How often one address may do something within a time.

Flask-Limiter does not see requests for addresses that do not exist, at which an access token can
be guessed as well as at any other.
"""

import threading
import time
from collections import OrderedDict
from ipaddress import IPv6Address, ip_address

_ADDRESSES_KEPT = 4096


class RateLimit:
    """Counts what each address does in the current window; safe to share between threads."""

    def __init__(self, most: int, seconds: float) -> None:
        """Allow ``most`` in each window of ``seconds``."""
        self._most = most
        self._seconds = seconds
        self._lock = threading.Lock()
        # By address: when its window began, and how much was counted in it.
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def seconds_left(self, address: str) -> float:
        """Return for how many seconds an address has to wait; 0 if it may go on."""
        began, count = self._windows.get(_network(address), (0.0, 0))
        if count < self._most:
            return 0.0
        return max(0.0, began + self._seconds - time.monotonic())

    def count(self, address: str) -> None:
        """Count something that an address does."""
        key, now = _network(address), time.monotonic()
        with self._lock:
            began, count = self._windows.pop(key, (now, 0))
            if now - began > self._seconds:
                began, count = now, 0
            self._windows[key] = (began, count + 1)
            if len(self._windows) > _ADDRESSES_KEPT:
                self._windows.popitem(last=False)


def _network(address: str) -> str:
    """Return the client that an address counts for: with IPv6, its whole /64 network."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None:
            return str(ip.ipv4_mapped)
        return str(IPv6Address(int(ip) >> 64 << 64))
    return str(ip)
