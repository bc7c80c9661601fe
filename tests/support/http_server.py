"""A small HTTP server on loopback whose answers a test chooses."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class LocalServer:
    """A running server.

    Attributes:
        host: The one in ``url``.
        port: A free one.
        routes: By path without query; what is not there is answered 404. May be changed
            while it runs.
        requests: What came: ``(method, path with query, headers)``; header names in lower case.
    """

    host: str
    port: int
    scheme: str
    routes: dict[str, Answer]
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """``host:port``, as ``WTB_FETCH_ALLOW`` takes it."""
        return f"{self.host}:{self.port}"

    def url(self, path: str = "/") -> str:
        """Return the address of a path."""
        return f"{self.scheme}://{self.address}{path}"


def reply(body: bytes = b"", status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    """Answer with a body and its length."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


def redirect(location: str, status: int = 302) -> Answer:
    """Answer with a redirect."""
    return reply(status=status, headers={"Location": location})


@contextmanager
def local_server(
    routes: dict[str, Answer] | None = None,
    *,
    host: str = "127.0.0.1",
    tls: ssl.SSLContext | None = None,
) -> Iterator[LocalServer]:
    """Serve on a free port of 127.0.0.1; ``host`` only appears in addresses."""
    local = LocalServer(host, 0, "https" if tls else "http", routes or {})

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            local.requests.append((self.command, self.path, headers))
            route = local.routes.get(self.path.partition("?")[0], reply(status=404))
            # The client may hang up in the middle, as many tests do.
            with suppress(BrokenPipeError, ConnectionResetError):
                route(self)

        do_GET = do_POST = answer  # noqa: N815

        def log_message(self, *args: object) -> None:
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    local.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.005,), daemon=True)
    thread.start()
    try:
        yield local
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
