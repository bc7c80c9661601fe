"""A front of this process around any application, and connections that misbehave."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from server.front.front import Front
from tests.e2e.waiting import wait_for


@dataclass(frozen=True)
class RunningFront:
    """A front that serves.

    Attributes:
        port: Of 127.0.0.1.
        front: Ends with the context.
        thread: That it runs on.
    """

    port: int
    front: Front
    thread: threading.Thread

    @property
    def url(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def running_front(application: Callable[..., Any], *, threads: int = 4) -> Iterator[RunningFront]:
    """Serve an application on a free port."""
    listener = socket.create_server(("127.0.0.1", 0))
    front = Front(application, listener, threads=threads)
    thread = threading.Thread(target=front.run, daemon=True)
    thread.start()
    try:
        yield RunningFront(listener.getsockname()[1], front, thread)
    finally:
        front.stop()
        thread.join(30)
        assert not thread.is_alive()
        _close_late(front)


def _close_late(front: Front) -> None:
    """Close what a front leaves open for threads that were still at work when it ended."""
    server = front._server
    wait_for(lambda: not server.task_dispatcher.threads, "the front's threads to end", 60)
    server.trigger.close()


@contextmanager
def connections(port: int, number: int, say: bytes = b"") -> Iterator[list[socket.socket]]:
    """Open many connections that say something, or nothing, and then stay silent."""
    with ExitStack() as stack:
        opened = []
        for _ in range(number):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", port), 10))
            if say:
                connection.sendall(say)
            opened.append(connection)
        yield opened


def ask(port: int, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """Send bytes on a new connection, read to its end; return status, headers and body.

    Header names are in lower case.
    """
    with socket.create_connection(("127.0.0.1", port), 20) as connection:
        connection.sendall(request)
        return read(connection)


def read(connection: socket.socket) -> tuple[int, dict[str, str], bytes]:
    """Read an answer to the end of its connection; return as `ask` does."""
    data = b""
    while piece := connection.recv(65536):
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (x.partition(": ") for x in lines)}
    return int(first.split()[1]), headers, body


def is_closed(connection: socket.socket, seconds: float = 20) -> bool:
    """Wait for the other side to end a connection; return whether it does in time."""
    connection.settimeout(seconds)
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False
