"""By which address others in the network reach this server."""

import socket
from urllib.parse import urlsplit

from server.listen_rules import is_loopback

_EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared, not bound


def is_everywhere(host: str) -> bool:
    """Return whether who listens on ``host`` listens on all addresses of the machine."""
    return host in _EVERYWHERE


def lan_address() -> str | None:
    """Return this machine's address in its network; None where it is in none.

    Nothing is sent: the system only says from which of its addresses it would be.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # of an example network, which nobody has
        except OSError:
            return None
        address: str = probe.getsockname()[0]
    return None if address.startswith(("127.", "0.")) else address


def origin_for_others(host: str, origin: str) -> str | None:
    """Return the origin under which others reach a server.

    Args:
        host: What it listens on.
        origin: Under which it was called, such as ``http://127.0.0.1:8000``. One that is not of
            this machine alone is returned as it is: a proxy may stand before the server.

    Returns:
        None where nobody else reaches it.
    """
    called = urlsplit(origin)
    if not is_loopback(called.hostname or ""):
        return origin
    own = lan_address() if is_everywhere(host) else host
    if own is None or is_loopback(own):
        return None
    name = f"[{own}]" if ":" in own else own
    return f"http://{name}:{called.port or 80}"
