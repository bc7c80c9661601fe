"""One connection: requests are read as they arrive, and handed over when they are complete."""

import socket
import time
from contextlib import suppress
from typing import Any, Protocol

from flask import Response
from waitress.adjustments import Adjustments
from waitress.channel import ClientDisconnected, HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import Error

from server.api.access import add_headers
from server.api.access_log import log_refusal
from server.api.problems import http_problem, problem_of
from server.front import limits
from server.looks.errors import StoppedError

_VERSIONS = ("1.0", "1.1")
_RETRY_SECONDS = 5
# A pause in the middle of a request that a server about to stop waits for.
_SPEAKING_SECONDS = 0.5
# After so many further bytes of a body it is checked whether there is room for more.
_CHECK_BYTES = 2**20


class LineTooLongError(Error):  # type: ignore[misc]  # untyped
    """The address is longer than any that the API knows."""

    code = 414


class LengthRequiredError(Error):  # type: ignore[misc]  # untyped
    """The body comes without its length.

    Browsers and proxies know it beforehand. In pieces of one byte a body costs a second of the loop
    for each MiB, and where two lengths are given a proxy may believe the other one.
    """

    code = 411


class VersionError(Error):  # type: ignore[misc]  # untyped
    """The request calls itself one of another HTTP than 1.0 and 1.1."""

    code = 505


class NoRoomError(Error):  # type: ignore[misc]  # untyped
    """Too many bodies are in memory."""

    code = 503


class StoppingError(Error):  # type: ignore[misc]  # untyped
    """The answer is not ready, and the server waits no longer."""

    code = 503


class Crowd(Protocol):
    """What a connection needs to know of all the others."""

    is_stopping: bool

    def note_opened(self, channel: "Channel") -> None:
        """Count a connection."""

    def note_closed(self, channel: "Channel") -> None:
        """Count a connection no longer."""

    def has_room_for(self, channel: "Channel") -> bool:
        """Return whether a body may go on arriving."""


class Request(HTTPRequestParser):  # type: ignore[misc]  # untyped
    """A request that is arriving."""

    error: Error | None
    chunked: bool

    def __init__(self, adj: Adjustments, channel: "Channel") -> None:
        super().__init__(adj)
        self.began = time.monotonic()
        self._channel = channel
        self._checked_bytes = 0

    def received(self, data: bytes) -> int:
        """Take the next bytes; returns how many belong to this request."""
        if not self.header_plus and not self.headers_finished:
            # Empty lines before a request; taken for one each, they cost the loop 2 s for a MiB.
            rest = data.lstrip(b"\r\n")
            if len(rest) < len(data):
                return len(data) - len(rest) + (self.received(rest) if rest else 0)
        if self._is_line_too_long(data):
            self._refuse(LineTooLongError(""))
            return len(data)
        consumed: int = super().received(data)
        if self.error is None and self.body_bytes_received > self._checked_bytes + _CHECK_BYTES:
            self._checked_bytes = self.body_bytes_received
            if not self._channel.server.has_room_for(self._channel):
                self._refuse(NoRoomError(""))
        return consumed

    def parse_header(self, header_plus: bytes) -> None:
        """Read the first line and the headers.

        Raises:
            ParsingError: They are no HTTP.
        """
        try:
            super().parse_header(header_plus)
        except ValueError as error:
            raise ParsingError("Content-Length is invalid") from error
        if self.version not in _VERSIONS:
            self._refuse_body(VersionError(""))
        elif self.chunked or "TRANSFER_ENCODING" in self.headers:
            self._refuse_body(LengthRequiredError(""))

    def _refuse_body(self, error: Error) -> None:
        """Refuse a request by its headers: nothing of what follows them is read."""
        self.chunked, self.body_rcv, self.content_length = False, None, 0
        self.error = error

    def _is_line_too_long(self, data: bytes) -> bool:
        most = limits.LINE_BYTES
        if self.headers_finished or len(self.header_plus) + len(data) <= most:
            return False
        start = (self.header_plus[:most] + data[:most]).lstrip()[:most]
        return len(start) == most and b"\r\n" not in start

    def _refuse(self, error: Error) -> None:
        if not self.headers_finished:
            self.parse_header(b"GET / HTTP/1.0\r\n")
        self.error = error
        self.completed = True

    def is_late(self, now: float) -> bool:
        """Return whether it has been arriving for too long."""
        most = limits.REQUEST_SECONDS if self.headers_finished else limits.HEAD_SECONDS
        return now - self.began > most


class Refusal(ErrorTask):  # type: ignore[misc]  # untyped
    """The answer to a request that the application never sees, as the application writes it."""

    def execute(self) -> None:
        """Write a problem document, and let the connection end after it."""
        answer = log_refusal(lambda: add_headers(_problem_of(self.request.error)))
        body = answer.get_data()
        self.status = answer.status
        self.response_headers.extend(answer.headers.items())
        self.set_close_on_finish()
        self.content_length = len(body)
        self.channel.is_refused = True
        self.write(body)


def _problem_of(error: Error) -> Response:
    if isinstance(error, StoppingError):
        return problem_of(StoppedError())
    status = error.code
    headers = {"Retry-After": str(_RETRY_SECONDS)} if status == NoRoomError.code else None
    return http_problem(status, headers=headers)


class Answer(WSGITask):  # type: ignore[misc]  # untyped
    """The application's answer."""

    def start(self) -> None:
        """Tell the client that the connection ends if the server does."""
        super().start()
        self.channel.answer = self
        if self.channel.server.is_stopping:
            self.set_close_on_finish()

    def write(self, data: bytes) -> None:
        """Hand over a part of the answer.

        Raises:
            ClientDisconnected: The server has answered already.
        """
        if self.channel.is_given_up:
            raise ClientDisconnected
        super().write(data)


class Channel(HTTPChannel):  # type: ignore[misc]  # untyped
    """A connection, within its limits."""

    task_class = Answer
    error_task_class = Refusal
    server: Crowd
    close_when_flushed: bool
    requests: list[HTTPRequestParser]

    def __init__(  # its arguments are Waitress's
        self,
        server: Crowd,
        sock: socket.socket,
        addr: Any,
        adj: Adjustments,
        map: Any = None,  # noqa: A002
    ) -> None:
        self.is_refused = False
        self.is_given_up = False
        # The one that was begun last.
        self.answer: Answer | None = None
        self._lingers_until: float | None = None
        self.parser_class = lambda adj: Request(adj, self)
        super().__init__(server, sock, addr, adj, map=map)
        self._opened_at = self.last_activity
        self.client = str(addr[0])
        server.note_opened(self)

    @property
    def last_activity(self) -> float:
        """When it last sent or took something, by a clock that nobody sets."""
        return self._last_activity

    @last_activity.setter
    def last_activity(self, time_of_day: float) -> None:
        del time_of_day  # Waitress's own
        self._last_activity = time.monotonic()

    def del_channel(self, map: Any = None) -> None:  # noqa: A002 - Waitress's name
        """Forget the connection; the second time nothing happens."""
        is_open = self._fileno is not None
        super().del_channel(map)
        if is_open:
            self.server.note_closed(self)

    @property
    def is_served(self) -> bool:
        """Whether a request of its is complete and not yet answered."""
        return bool(self.requests)

    @property
    def body_bytes(self) -> int:
        """Bytes of bodies that it holds in memory."""
        arriving = [self.request] if self.request is not None else []
        return sum(request.body_bytes_received for request in [*self.requests, *arriving])

    def readable(self) -> bool:
        """Return whether anything is read; what follows a refusal is read and dropped."""
        return self._lingers_until is not None or bool(super().readable())

    def handle_read(self) -> None:
        """Read what has arrived."""
        if self._lingers_until is None:
            super().handle_read()
        else:
            with suppress(OSError):
                self.recv(self.adj.recv_bytes)

    def handle_write(self) -> None:
        """Send what is waiting; after a refusal end only this side of the connection."""
        if self.is_refused and self.close_when_flushed and not self.will_close:
            self._flush_exception(self._flush_some)
            if self.total_outbufs_len == 0 and not self.will_close and self.connected:
                self.close_when_flushed = False
                self._lingers_until = time.monotonic() + limits.LINGER_SECONDS
                with suppress(OSError):
                    self.socket.shutdown(socket.SHUT_WR)
            if not self.will_close:
                return
        super().handle_write()

    def service(self) -> None:
        """Answer a request, unless it was given up before its turn came."""
        if self.requests:
            super().service()

    def give_up(self) -> bool:
        """Refuse what was asked if no answer has begun; what comes of it later is dropped.

        Called on the loop's thread. Returns whether there was something to refuse.
        """
        with self.requests_lock:
            request = self.requests[0] if self.requests else None
        answer = self.answer
        if request is None or (answer and answer.request is request and answer.wrote_header):
            return False
        self.is_given_up = True
        refused = Request(self.adj, self)
        refused.version, refused.error = request.version, StoppingError("")
        Refusal(self, refused).service()
        with self.requests_lock:
            self.close_when_flushed = True
            self.requests = []
        return True

    def is_late(self, now: float) -> bool:
        """Return whether the connection has used up its time."""
        idle = now - self.last_activity
        request = self.request
        if self._lingers_until is not None:
            return now > self._lingers_until
        if self.total_outbufs_len:
            return bool(idle > limits.IDLE_SECONDS)  # it does not take what it asked for
        if self.is_served:
            return False
        if request is not None:
            return bool(idle > limits.IDLE_SECONDS or request.is_late(now))
        has_asked = self.answer is not None
        return bool(idle > (limits.KEPT_SECONDS if has_asked else limits.IDLE_SECONDS))

    def is_busy(self, now: float) -> bool:
        """Return whether something would be lost if the server ended now."""
        if not self.connected:
            return False
        # Whoever connected or sent something just now may not have finished speaking.
        has_begun = self.request is not None or self.last_activity == self._opened_at
        is_arriving = has_begun and now - self.last_activity < _SPEAKING_SECONDS
        return bool(self.is_served or self.total_outbufs_len or is_arriving)
