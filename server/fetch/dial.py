"""Connecting to a host that a stranger named: resolve once, check, connect to that address.

The check is made where the connection is opened, so that no redirect, no second resolution
of the name (DNS rebinding) and no difference between URL parsers can bypass it. The Host
header, the TLS server name and the certificate check use the name.
"""

import socket
import threading
import time
from functools import partial
from ipaddress import ip_address
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from server.fetch.addresses import DEFAULT_PORTS, AllowList, is_public
from server.fetch.deadline import Deadline
from server.fetch.errors import (
    AddressNotAllowedError,
    FetchConnectError,
    FetchError,
    FetchTimeoutError,
)


class Dial:
    """Opens connections for one download.

    Args:
        allow: Hosts that may be connected to although they are not public.
        deadline: The deadline of the whole download.
        seconds: Time limit for opening a connection, including the name's resolution but
            not TLS; None for the deadline alone.
    """

    def __init__(self, allow: AllowList, deadline: Deadline, seconds: float | None = None) -> None:
        self._allow = allow
        self._deadline = deadline
        self._seconds = seconds

    def __call__(self, host: str, port: int) -> socket.socket:
        """Connect to ``host``.

        Raises:
            AddressNotAllowedError: The port or an address is not allowed. One private
                address among several is enough: a name that has both is an attack.
            FetchTimeoutError: The time for the whole download is up.
            FetchConnectError: There is no such name, nothing listens there, or no
                connection was made in time.
        """
        try:
            return self._connection(host, port)
        except FetchTimeoutError as error:
            error.sent = False
            raise

    def _connection(self, host: str, port: int) -> socket.socket:
        ends = None if self._seconds is None else time.monotonic() + self._seconds
        permitted = self._allow.permits(host, port)
        if not permitted and port not in DEFAULT_PORTS:
            raise AddressNotAllowedError(
                f"Port {port} is not downloaded from; only 80 and 443 are.",
                hint=f"To allow it, add {_named(host)}:{port} to WTB_FETCH_ALLOW.",
            )
        addresses = self._resolve(host, port, ends)
        if not permitted and not all(is_public(ip_address(a[1][0])) for a in addresses):
            raise AddressNotAllowedError(
                f"{_named(host)} is not a host on the public internet.",
                hint=f"To allow it, add {_named(host)}:{port} to WTB_FETCH_ALLOW.",
            )
        for left, (family, address) in zip(range(len(addresses), 0, -1), addresses, strict=True):
            connection = socket.socket(family, socket.SOCK_STREAM)
            try:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                # An address that does not answer must leave time for the next ones.
                connection.settimeout(self._remaining(host, ends, share=left))
                connection.connect(address)
                connection.settimeout(self._deadline.remaining())
                self._deadline.watch(connection)
            except OSError:
                connection.close()
                continue
            except FetchError:
                connection.close()
                raise
            return connection
        self._deadline.remaining()
        raise _not_connected(host)

    def _remaining(self, host: str, ends: float | None, *, share: int = 1) -> float:
        """Return the seconds left for one of ``share`` attempts to connect, more than 0.

        Raises:
            FetchTimeoutError: The time for the whole download is up.
            FetchConnectError: The time for connecting is up.
        """
        whole = self._deadline.remaining()
        if ends is None:
            return whole
        left = ends - time.monotonic()
        if left <= 0:
            raise _not_connected(host)
        return min(whole, left / share)

    def _resolve(self, host: str, port: int, ends: float | None) -> list[tuple[int, Any]]:
        """Ask the system's resolver, which has no time limit, on a thread that can be abandoned."""
        answers: list[tuple[int, Any]] = []

        def ask() -> None:
            try:
                found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            except (OSError, UnicodeError):
                return  # no such name: no answers
            answers.extend((family, address) for family, _, _, _, address in found)

        thread = threading.Thread(target=ask, name="fetch-resolve", daemon=True)
        thread.start()
        thread.join(self._remaining(host, ends))
        self._deadline.remaining()
        if thread.is_alive():
            raise FetchConnectError(f"{_named(host)} was not found in time.", hint="Try again.")
        if not answers:
            raise FetchConnectError(f"There is no host {_named(host)}.", hint="Check the address.")
        return answers


class GuardedAdapter(HTTPAdapter):
    """An adapter of `requests` whose every connection is made by a `Dial`."""

    def __init__(self, dial: Dial) -> None:
        self._dial = dial
        super().__init__(pool_connections=1, pool_maxsize=1)

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any
    ) -> None:
        """Create pools whose connections are dialled."""
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


def _not_connected(host: str) -> FetchConnectError:
    return FetchConnectError(f"{_named(host)} cannot be connected to.", hint="Check the address.")


def _named(host: str) -> str:
    """Return the host in a form fit for a message: printable and short."""
    shown = host.encode("ascii", "backslashreplace").decode()[:100]
    shown = "".join(c if c.isprintable() else "?" for c in shown)
    return f"[{shown}]" if ":" in shown else shown
