"""The web server: one loop for all connections, and threads for complete requests alone.

A thread of the application is taken when the last byte of a request has arrived, and is free
again when its answer is in memory. Whoever sends slowly, reads slowly or says nothing costs a
socket.
"""

import logging
import math
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from server.front import limits
from server.front.channel import Channel
from server.listen_rules import is_loopback

# Seconds that running requests get when the server is to stop; process managers wait 10.
STOP_SECONDS = 8.0
# Seconds in which those that were given up then take their refusals.
_REFUSING_SECONDS = 1.0
_BACKLOG = 1024
_LOOP_SECONDS = 1.0
_MAINTENANCE_SECONDS = 1.0
# An answer as large as any of ours is kept in memory for a client that reads slowly.
_ANSWER_BYTES = 32 * 2**20
# Seconds without a byte after which a body gives way to others.
_STALLED_SECONDS = 2.0

_log = logging.getLogger(__name__)


class Front:
    """Serves an application on a socket that listens."""

    def __init__(
        self,
        application: Callable[..., Iterable[bytes]],
        listener: socket.socket,
        *,
        threads: int,
        on_stop: Callable[[], None] | None = None,
        trusted_proxy: str | None = None,
        trusted_hops: int = 1,
    ) -> None:
        """Prepare to serve; nothing is accepted before `run`.

        Args:
            application: WSGI application. ``waitress.client_disconnected`` in its environment is
                a function that says whether the client has gone.
            listener: Bound and listening.
            threads: Requests that are served at once.
            on_stop: Called on a thread of its own when the server begins to stop.
            trusted_proxy: Address that speaks for the clients behind it, by its headers.
            trusted_hops: Proxies behind each other, of which the last one connects.
        """
        adj = Adjustments(
            sockets=[listener],
            backlog=_BACKLOG,
            ident=None,
            threads=threads,
            asyncore_use_poll=True,
            # Read on while a request is served: only so a client that goes away is noticed.
            channel_request_lookahead=1,
            max_request_header_size=limits.HEAD_BYTES,
            max_request_body_size=limits.BODY_BYTES,
            inbuf_overflow=limits.BODY_BYTES,
            outbuf_overflow=_ANSWER_BYTES,
            outbuf_high_watermark=_ANSWER_BYTES,
            recv_bytes=2**16,
            # The server's own rules take the place of this one, see `Server.handle_accept`.
            connection_limit=2**31,
            log_socket_errors=False,
            clear_untrusted_proxy_headers=trusted_proxy is not None,
            **_believing(trusted_proxy, trusted_hops),
        )
        # It warns of each request that waits for a thread.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        dispatcher = ThreadedTaskDispatcher()
        dispatcher.set_thread_count(threads)
        self._server = Server(
            _with_scheme(application),
            {},
            _sock=listener,
            dispatcher=dispatcher,
            adj=adj,
            sockinfo=(listener.family, listener.type, listener.proto, listener.getsockname()),
            bind_socket=False,
        )
        self._on_stop = on_stop
        self._stop = threading.Event()

    def run(self) -> None:
        """Serve until `stop` is called, and then until what runs is answered, or refused."""
        while not self._stop.is_set():
            self._server.step(_LOOP_SECONDS)
        if self._on_stop is not None:
            threading.Thread(target=self._on_stop, name="stop", daemon=True).start()
        self._server.stop_accepting()
        end = time.monotonic() + STOP_SECONDS
        while self._server.is_busy() and time.monotonic() < end:
            self._server.step(0.05)
        self._server.give_up()
        end = time.monotonic() + _REFUSING_SECONDS
        while self._server.is_busy() and time.monotonic() < end:
            self._server.step(0.05)
        self._server.end()

    def stop(self) -> None:
        """Let `run` end; may be called from a signal handler or any thread."""
        if not self._stop.is_set():
            self._stop.set()
            self._server.pull_trigger()


class Server(TcpWSGIServer):  # type: ignore[misc]  # untyped
    """Waitress with limits a client, and an orderly end."""

    channel_class = Channel
    # Waitress would call `maintenance` by the time of day, which can be set back; `step` does.
    next_channel_cleanup = math.inf

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._maintained_at = 0.0
        self.is_stopping = False
        self._given_up = 0
        self._most = limits.most_connections()
        self._most_of_client = max(
            8, self._most * limits.CONNECTIONS_OF_CLIENT // limits.CONNECTIONS
        )
        self._by_client: Counter[str] = Counter()
        self._ending: set[Channel] = set()
        super().__init__(*args, **kwargs)

    def step(self, seconds: float) -> None:
        """Handle what is due on any connection, after waiting at most this many seconds."""
        wasyncore.loop(timeout=seconds, use_poll=True, map=self._map, count=1)
        now = time.monotonic()
        if now - self._maintained_at >= _MAINTENANCE_SECONDS:
            self._maintained_at = now
            self.maintenance(now)
        # Only here, where the loop is not about to read from or write to one of them.
        for channel in self._ending:
            channel.handle_close()
        self._ending.clear()

    def note_opened(self, channel: Channel) -> None:
        """Count a connection."""
        self._by_client[channel.client] += 1

    def note_closed(self, channel: Channel) -> None:
        """Count a connection no longer."""
        self._by_client[channel.client] -= 1
        if self._by_client[channel.client] <= 0:
            del self._by_client[channel.client]

    def handle_accept(self) -> None:
        """Accept a connection; at a limit, close the one that has been idle longest."""
        super().handle_accept()
        if not self._by_client:
            return
        client, count = self._by_client.most_common(1)[0]
        if self._by_client.total() > self._most or count > self._most_of_client:
            self._make_room(client)

    def _make_room(self, client: str) -> None:
        """Close the connection of a client that would be missed least."""
        idle = [
            channel
            for channel in self.active_channels.values()
            if channel.client == client and not channel.is_served and channel not in self._ending
        ]
        if idle:
            self._ending.add(min(idle, key=_last_active))

    def has_room_for(self, channel: Channel) -> bool:
        """Return whether a body may go on arriving; ones that have stalled make room for it."""
        now = time.monotonic()
        held = {other: other.body_bytes for other in list(self.active_channels.values())}
        total = sum(held.values())
        stalled = [
            other
            for other in held
            if other is not channel
            and held[other]
            and not other.is_served
            and now - other.last_activity > _STALLED_SECONDS
        ]
        while total > limits.BODIES_BYTES and stalled:
            victim = min(stalled, key=_last_active)
            stalled.remove(victim)
            self._ending.add(victim)
            total -= held[victim]
        return bool(total <= limits.BODIES_BYTES)

    def maintenance(self, now: float) -> None:
        """Close what has used up its time; called once a second."""
        self._ending.update(
            channel for channel in self.active_channels.values() if channel.is_late(now)
        )

    def stop_accepting(self) -> None:
        """Take what has connected already, and then no more."""
        self.is_stopping = True
        waiting = -1
        while waiting != len(self.active_channels):
            waiting = len(self.active_channels)
            self.handle_accept()
        wasyncore.dispatcher.close(self)

    def is_busy(self) -> bool:
        """Return whether a request is arriving, being served or being answered."""
        now = time.monotonic()
        return any(channel.is_busy(now) for channel in list(self.active_channels.values()))

    def give_up(self) -> None:
        """Refuse every request that is not being answered yet."""
        self._given_up = sum(channel.give_up() for channel in list(self.active_channels.values()))

    def end(self) -> None:
        """Close every connection and end the threads."""
        late = self._given_up + sum(each.is_served for each in list(self.active_channels.values()))
        if late:
            _log.warning("%d requests took longer than the server waits when it stops", late)
        # Threads with nothing to do end at once.
        self.task_dispatcher.shutdown(timeout=0.5 if late else 5)
        for channel in list(self.active_channels.values()):
            channel.handle_close()
        if not self.task_dispatcher.threads:  # each of them may use it
            self.trigger.close()


def _last_active(channel: Channel) -> float:
    """Return when a connection last sent or took something.

    That it is in the middle of a request counts for nothing: whoever opens thousands has sent half
    a request on each, and a new client has sent nothing that was read yet.
    """
    return float(channel.last_activity)


def _believing(proxy: str | None, hops: int) -> dict[str, Any]:
    """Return Waitress's settings for a proxy in front; the Host header is passed on by itself."""
    if proxy is None:
        return {}
    return {
        "trusted_proxy": proxy,
        "trusted_proxy_count": hops,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
    }


def _with_scheme(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Believe a proxy on this machine when it says that it was called by https."""

    def wrapped(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        forwarded = environ.get("HTTP_X_FORWARDED_PROTO")
        if forwarded == "https" and is_loopback(environ["REMOTE_ADDR"]):
            environ["wsgi.url_scheme"] = "https"
        return application(environ, start_response)

    return wrapped
