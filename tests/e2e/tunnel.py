"""A proxy that leads every https host to one port of loopback.

Firefox has no switch that maps host names to ports, but it uses a proxy.
"""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_PIECE = 65_536


@contextmanager
def running_tunnel(port: int) -> Iterator[int]:
    """Run a proxy in front of a port; return the port that it listens on."""

    class Handler(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            with socket.create_connection(("127.0.0.1", port)) as inner:
                self.send_response_only(200)
                self.end_headers()
                back = threading.Thread(target=_pass_on, args=(inner, self.connection), daemon=True)
                back.start()
                _pass_on(self.connection, inner)
                back.join()
            self.close_connection = True

        def log_message(self, *args: object) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    """Pass on what comes, until one side ends it."""
    with contextlib.suppress(OSError):
        while piece := source.recv(_PIECE):
            target.sendall(piece)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)
