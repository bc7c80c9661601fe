"""A photo network on loopback: its site, and the CDN that its photos are on.

Both behave as Instagram's do where that matters to an extension. The site is a React
application under a strict policy. The CDN signs its addresses: whoever changes one letter of
the query gets 403, an address expires, and other sites may not embed the answer
(``Cross-Origin-Resource-Policy: same-origin``; the site itself asks with CORS).
"""

import hashlib
import hmac
import io
import json
import secrets
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template

from PIL import Image

SITE = "www.instagram.com"
CDN = "scontent.cdninstagram.com"
# Sizes that the CDN has beside the photo as it was posted.
SMALLER_WIDTHS = (320, 480)
_SITE_FOLDER = Path(__file__).parent / "site"
_POLICY = Template(
    "default-src 'none'; script-src 'nonce-$nonce' 'strict-dynamic'; style-src 'self'; "
    f"img-src https://{CDN}; connect-src 'self'; font-src 'self'; frame-src 'none'; "
    "child-src 'none'; worker-src 'none'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)


@dataclass(frozen=True)
class Post:
    """A photo that somebody posted."""

    code: str
    # JPEG, as it was posted.
    photo: bytes

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the photo."""
        with Image.open(io.BytesIO(self.photo)) as picture:
            return picture.size


@dataclass(frozen=True)
class Request:
    """What a server was asked, and answered."""

    host: str
    path: str
    headers: dict[str, str]
    status: int


@dataclass
class PhotoNetwork:
    """The running site and CDN.

    Attributes:
        seconds_valid: How long the addresses of posts that are added from now on are good.
        site_port, cdn_port: Where on 127.0.0.1 the two host names have to be mapped to.
        requests: What came, in the order of the answers.
    """

    posts: dict[str, Post] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    seconds_valid: int = 86_400
    site_port: int = 0
    cdn_port: int = 0
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    _photos: dict[str, bytes] = field(default_factory=dict)
    _signed: dict[str, list[tuple[str, int]]] = field(default_factory=dict)

    def add(self, post: Post) -> None:
        """Publish a post: the site has its page, the CDN its photo in several sizes."""
        width, height = post.size
        candidates = []
        for target in sorted({*(w for w in SMALLER_WIDTHS if w < width), width}):
            size = (target, round(height * target / width))
            data = post.photo if target == width else _smaller(post.photo, size)
            path = f"/v/t51.29350-15/{int.from_bytes(hashlib.sha1(data).digest()[:7])}_n.jpg"
            self._photos[path] = data
            candidates.append((self._sign(path, size), target))
        self.posts[post.code] = post
        self._signed[post.code] = candidates

    def page_url(self, code: str) -> str:
        """Return the address of a post's page."""
        return f"https://{SITE}/p/{code}/"

    def largest(self, code: str) -> str:
        """Return the signed address of a post's photo as it was posted."""
        return self._signed[code][-1][0]

    def asked(self, url: str) -> list[Request]:
        """Return the requests for exactly this address of the CDN."""
        path = url.removeprefix(f"https://{CDN}")
        return [r for r in self.requests if r.host == CDN and r.path == path]

    def _sign(self, path: str, size: tuple[int, int]) -> str:
        query = (
            f"stp=dst-jpg_e35_p{size[0]}x{size[1]}&_nc_ht={CDN}&_nc_cat=108&ccb=7-5&_nc_sid=18de74"
        )
        query += f"&oe={int(time.time()) + self.seconds_valid:X}"
        return f"https://{CDN}{path}?{query}&oh=00_{self._signature(f'{path}?{query}')}"

    def _signature(self, signed: str) -> str:
        return hmac.new(self._key, signed.encode(), hashlib.sha256).hexdigest()[:40]

    def answer_cdn(self, handler: BaseHTTPRequestHandler) -> HTTPStatus:
        """Serve a photo to whoever has an unchanged, unexpired address."""
        signed, _, signature = handler.path.rpartition("&oh=00_")
        path, _, query = signed.partition("?")
        if not hmac.compare_digest(signature.encode(), self._signature(signed).encode()):
            return _send(handler, HTTPStatus.FORBIDDEN, b"URL signature mismatch", "text/plain")
        if int(query.rpartition("&oe=")[2], 16) < time.time():
            return _send(handler, HTTPStatus.FORBIDDEN, b"URL signature expired", "text/plain")
        headers = {
            "Cache-Control": "max-age=1209600, no-transform",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Access-Control-Allow-Origin": f"https://{SITE}",
            "Vary": "Origin",
            "X-Content-Type-Options": "nosniff",
        }
        return _send(handler, HTTPStatus.OK, self._photos[path], "image/jpeg", headers)

    def answer_site(self, handler: BaseHTTPRequestHandler) -> HTTPStatus:
        """Serve the application and what it asks for."""
        parts = [part for part in handler.path.partition("?")[0].split("/") if part]
        match parts:
            case ["p", code] if code in self.posts:
                return self._send_page(handler)
            case ["api", "v1", "media", code, "info"] if code in self.posts:
                body = json.dumps(self._info(code)).encode()
                return _send(handler, HTTPStatus.OK, body, "application/json")
            case ["static", ("app.js" | "app.css") as name]:
                kind = "text/javascript" if name.endswith("js") else "text/css"
                body = (_SITE_FOLDER / name).read_bytes()
                return _send(handler, HTTPStatus.OK, body, f"{kind}; charset=utf-8")
            case _:
                return _send(handler, HTTPStatus.NOT_FOUND, b"Not found", "text/plain")

    def _send_page(self, handler: BaseHTTPRequestHandler) -> HTTPStatus:
        nonce = secrets.token_urlsafe(16)
        template = Template((_SITE_FOLDER / "index.html").read_text(encoding="utf-8"))
        headers = {
            "Content-Security-Policy": _POLICY.substitute(nonce=nonce),
            "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
            "Strict-Transport-Security": "max-age=31536000",
            "X-Frame-Options": "DENY",
        }
        body = template.substitute(nonce=nonce).encode()
        return _send(handler, HTTPStatus.OK, body, "text/html; charset=utf-8", headers)

    def _info(self, code: str) -> dict[str, object]:
        width, height = self.posts[code].size
        return {
            "author": "somebody",
            "taken": "3 days ago",
            "comments": [{"author": "friend", "text": "Where did you get this?"}],
            "photo": {
                "alt": "Photo by somebody",
                "width": width,
                "height": height,
                "candidates": [{"url": url, "width": w} for url, w in self._signed[code]],
            },
        }


@contextmanager
def running_network(tls: ssl.SSLContext) -> Iterator[PhotoNetwork]:
    """Serve the site and the CDN on two free ports of loopback."""
    network = PhotoNetwork()
    with (
        _tls_server(SITE, network.answer_site, network.requests, tls) as site_port,
        _tls_server(CDN, network.answer_cdn, network.requests, tls) as cdn_port,
    ):
        network.site_port, network.cdn_port = site_port, cdn_port
        yield network


class _TlsServer(ThreadingHTTPServer):
    """Shakes hands on each connection's own thread: browsers open some that stay silent."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, handler: type[BaseHTTPRequestHandler], tls: ssl.SSLContext) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.socket = tls.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def handle_error(self, request: object, client_address: object) -> None:
        """Log nothing of connections that the browser dropped."""


@contextmanager
def _tls_server(
    host: str,
    answer: Callable[[BaseHTTPRequestHandler], HTTPStatus],
    log: list[Request],
    tls: ssl.SSLContext,
) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status = answer(self)
            headers = {name.lower(): value for name, value in self.headers.items()}
            log.append(Request(host, self.path, headers, status))

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Log nothing."""

    server = _TlsServer(Handler, tls)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _send(
    handler: BaseHTTPRequestHandler,
    status: HTTPStatus,
    body: bytes,
    media_type: str,
    headers: dict[str, str] | None = None,
) -> HTTPStatus:
    handler.send_response(status)
    handler.send_header("Content-Type", media_type)
    handler.send_header("Content-Length", str(len(body)))
    for name, value in (headers or {}).items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(body)
    return status


def _smaller(photo: bytes, size: tuple[int, int]) -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(photo)) as picture:
        picture.convert("RGB").resize(size, Image.Resampling.LANCZOS).save(out, "JPEG", quality=85)
    return out.getvalue()
