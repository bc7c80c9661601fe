"""Connecting to a host that a stranger named: resolve once, judge, connect to just that.

The check sits where the connection is made, so that no redirect, no second look at the
name (DNS rebinding) and no difference between two URL parsers can pass it by. The Host
header, the TLS server name and the certificate's check keep the name.
"""

import socket
import threading
from functools import partial
from ipaddress import ip_address
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from server.fetch.addresses import DEFAULT_PORTS, AllowList, is_public
from server.fetch.deadline import Deadline
from server.fetch.errors import AddressNotAllowedError, FetchError


class Dial:
    """Opens connections for one download."""

    def __init__(self, allow: AllowList, deadline: Deadline) -> None:
        self._allow = allow
        self._deadline = deadline

    def __call__(self, host: str, port: int) -> socket.socket:
        """Connect to ``host``.

        Raises:
            AddressNotAllowedError: A port or an address that is not downloaded from. One
                address that is not public among several is enough: whose name answers
                both is playing for the other.
            FetchTimeoutError: Time is up.
            FetchError: No such name, or nothing listens there.
        """
        permitted = self._allow.permits(host, port)
        if not permitted and port not in DEFAULT_PORTS:
            raise AddressNotAllowedError(
                f"Port {port} is not downloaded from; only 80 and 443 are.",
                hint=f"To allow it, add {_named(host)}:{port} to WTB_FETCH_ALLOW.",
            )
        addresses = self._resolve(host, port)
        if not permitted and not all(is_public(ip_address(a[1][0])) for a in addresses):
            raise AddressNotAllowedError(
                f"{_named(host)} is not a host on the public internet.",
                hint=f"To allow it, add {_named(host)}:{port} to WTB_FETCH_ALLOW.",
            )
        for family, address in addresses:
            connection = socket.socket(family, socket.SOCK_STREAM)
            try:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                connection.settimeout(self._deadline.remaining())
                connection.connect(address)
                self._deadline.watch(connection)
            except OSError:
                connection.close()
                continue
            except FetchError:
                connection.close()
                raise
            return connection
        self._deadline.remaining()
        raise FetchError(f"{_named(host)} cannot be connected to.", hint="Check the address.")

    def _resolve(self, host: str, port: int) -> list[tuple[int, Any]]:
        """Ask the system's resolver, which knows no time limit, from a thread that may be left."""
        answers: list[tuple[int, Any]] = []

        def ask() -> None:
            try:
                found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            except (OSError, UnicodeError):
                return  # no such name: no answers
            answers.extend((family, address) for family, _, _, _, address in found)

        thread = threading.Thread(target=ask, name="fetch-resolve", daemon=True)
        thread.start()
        thread.join(self._deadline.remaining())
        self._deadline.remaining()
        if not answers:
            raise FetchError(f"There is no host {_named(host)}.", hint="Check the address.")
        return answers


class GuardedAdapter(HTTPAdapter):
    """An adapter of `requests` whose every connection is made by a `Dial`."""

    def __init__(self, dial: Dial) -> None:
        self._dial = dial
        super().__init__(pool_connections=1, pool_maxsize=1)

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any
    ) -> None:
        """Make the pools that dial."""
        self.poolmanager = _Pools(
            self._dial, num_pools=connections, maxsize=maxsize, block=block, **pool_kwargs
        )


class _Pools(PoolManager):
    def __init__(self, dial: Dial, **kwargs: Any) -> None:
        self._dial = dial
        super().__init__(**kwargs)

    def _new_pool(
        self, scheme: str, host: str, port: int, request_context: dict[str, Any] | None = None
    ) -> HTTPConnectionPool:
        pool = super()._new_pool(scheme, host, port, request_context)
        secure = isinstance(pool, HTTPSConnectionPool)
        kind = _SecureConnection if secure else _PlainConnection
        pool.ConnectionCls = partial(kind, self._dial)  # type: ignore[assignment]
        return pool


class _PlainConnection(HTTPConnection):
    def __init__(self, dial: Dial, *args: Any, **kwargs: Any) -> None:
        self._dial = dial
        super().__init__(*args, **kwargs)

    def _new_conn(self) -> socket.socket:
        return self._dial(self.host, self.port or 80)


class _SecureConnection(HTTPSConnection):
    def __init__(self, dial: Dial, *args: Any, **kwargs: Any) -> None:
        self._dial = dial
        super().__init__(*args, **kwargs)

    def _new_conn(self) -> socket.socket:
        return self._dial(self.host, self.port or 443)


def _named(host: str) -> str:
    """Give the host fit for a message: no control characters, not endless."""
    shown = host.encode("ascii", "backslashreplace").decode()[:100]
    shown = "".join(c if c.isprintable() else "?" for c in shown)
    return f"[{shown}]" if ":" in shown else shown
