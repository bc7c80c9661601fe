"""Web sites on loopback, under any https name, whose pages the tests write."""

import io
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
from PIL import Image
from skimage import data

PHOTO = "https://scontent.cdninstagram.com/v/photo.jpg"


def photo_bytes(size: tuple[int, int] = (600, 800)) -> bytes:
    """Return a JPEG of a person, ``width x height``."""
    out = io.BytesIO()
    person = np.asarray(data.astronaut())  # type: ignore[no-untyped-call]
    with Image.fromarray(person) as whole:
        part = whole.crop((64, 0, 448, 512)).resize(size)
    part.save(out, "JPEG", quality=90)
    return out.getvalue()


@dataclass
class Sites:
    """Running sites.

    Attributes:
        pages: HTML by address.
        headers: Of pages, by address.
        pictures: By path, on every host.
        picture_headers: Of all pictures.
        asked: Addresses that came, oldest first.
    """

    port: int = 0
    pages: dict[str, str] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    picture_headers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def reset(self) -> None:
        """Forget the pages."""
        self.pages.clear()
        self.headers.clear()
        self.picture_headers.clear()
        # Another list: what is on its way belongs to the test before.
        self.asked = []


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"

    def setup(self) -> None:
        self.asked = self.server.sites.asked
        super().setup()

    def do_GET(self) -> None:
        sites = self.server.sites
        url = f"https://{self.headers.get('Host', '')}{self.path}"
        self.asked.append(url)
        path = self.path.partition("?")[0]
        if url in sites.pages:
            body = sites.pages[url].encode()
            self._give(body, "text/html; charset=utf-8", sites.headers.get(url, {}))
        elif path.endswith(".jpg"):
            self._give(sites.pictures.get(path, sites.pictures[""]), "image/jpeg",
                       sites.picture_headers)  # fmt: skip
        else:
            self._give(b"Not found", "text/plain", {}, 404)

    def _give(self, body: bytes, kind: str, headers: dict[str, str], status: int = 200) -> None:
        self.send_response(status)
        own = {"Content-Type": kind, "Content-Length": str(len(body))}
        for name, value in {**own, **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Log nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    sites: Sites

    def handle_error(self, request: object, client_address: object) -> None:
        """Log nothing of connections that the browser dropped."""


@contextmanager
def running_sites(tls: ssl.SSLContext) -> Iterator[Sites]:
    """Serve on a free port of 127.0.0.1."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.sites = Sites(server.server_address[1], pictures={"": photo_bytes()})
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.sites
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
