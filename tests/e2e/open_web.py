"""The rest of the web on loopback: any https host, and a host of pictures that a server may ask.

Pages are files of a folder. Their pictures are `https://img.example/NAME`; what is served says
`http://127.0.0.1:PORT/NAME` instead, which browser and server both reach. Three hosts behave badly:
`hot200.example` shows a notice to whoever does not come from the page, `slow.example` answers
nobody in time, and `once.example` shows each picture once, and another one from then on.
"""

import select
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

SITE = "https://blog.example"
# What another folder lacks is served from here.
_OWN_PAGES = Path(__file__).parent / "any_page"
_KINDS = {
    ".html": "text/html; charset=utf-8",
    ".xhtml": "application/xhtml+xml",
    ".svg": "image/svg+xml",
    ".webm": "video/webm",
    ".gif": "image/gif",
}
_PLACES = {"img": "", "hot200": "/hot200", "slow": "/slow", "once": "/once"}


@dataclass
class OpenWeb:
    """Running hosts.

    Attributes:
        pages: Folder of the pages; those that it lacks are the repository's own.
        pictures: Files by name, on every host; `notice.jpg` is what a hotlink gets.
        port: Where on 127.0.0.1 every https host is.
        picture_port: Where the pictures are.
        asked: Addresses that came.
        waiting: How many are kept waiting now.
        shown_once: Pictures that were shown since the last page, where each is shown once.
    """

    pages: Path
    pictures: Mapping[str, bytes]
    port: int = 0
    picture_port: int = 0
    asked: list[str] = field(default_factory=list)
    waiting: int = 0
    shown_once: set[str] = field(default_factory=set)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def picture_host(self) -> str:
        """Return the address of the pictures' host, without a slash at the end."""
        return f"http://127.0.0.1:{self.picture_port}"

    def page(self, name: str) -> tuple[bytes, str] | None:
        """Return a page as it is served, and its kind."""
        names = (name, f"{Path(name).stem}.html")
        files = (folder / name for folder in (self.pages, _OWN_PAGES) for name in names)
        file = next((file for file in files if file.is_file()), None)
        if file is None:
            return None
        text = file.read_text(encoding="utf-8")
        for host, place in _PLACES.items():
            text = text.replace(f"https://{host}.example", self.picture_host + place)
        self.shown_once.clear()
        return text.encode(), _KINDS[file.suffix]


class _Handler(BaseHTTPRequestHandler):
    server: "_Server"
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        web = self.server.web
        path = urlsplit(self.path).path
        web.asked.append(f"{self.headers.get('Host', '')}{path}")
        name = path.rpartition("/")[2]
        if path.startswith("/slow/"):
            self._keep_waiting(web)
        if path.startswith("/once/"):
            name, asked = "0040.jpg" if name in web.shown_once else name, name
            web.shown_once.add(asked)
        is_hotlink = path.startswith("/hot200/") and "Referer" not in self.headers
        picture = web.pictures.get("notice.jpg" if is_hotlink else name)
        if picture is not None:
            self._give(picture, _KINDS.get(Path(name).suffix, "image/jpeg"))
            return
        page = web.page(name)
        if page is None:
            self._give(b"Not found", "text/plain", 404)
        else:
            self._give(*page)

    def _keep_waiting(self, web: "OpenWeb") -> None:
        """Answer nothing for half a minute, or until who asked gives up."""
        web.waiting += 1
        for _ in range(300):
            if web.over.wait(0.1):
                break
            readable, _, _ = select.select([self.connection], [], [], 0)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                break
        web.waiting -= 1

    def _give(self, body: bytes, kind: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        # The pictures' host is on http, where browsers would not say which page asks.
        self.send_header("Referrer-Policy", "unsafe-url")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Log nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, web: OpenWeb, tls: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.web = web
        if tls:
            self.socket = tls.wrap_socket(
                self.socket, server_side=True, do_handshake_on_connect=False
            )

    def handle_error(self, request: object, client_address: object) -> None:
        """Log nothing of connections that the browser dropped."""


@contextmanager
def running_open_web(
    pages: Path, pictures: Mapping[str, bytes], tls: ssl.SSLContext
) -> Iterator[OpenWeb]:
    """Serve both on free ports of loopback."""
    web = OpenWeb(pages, pictures)
    servers = [_Server(web, tls), _Server(web, None)]
    web.port, web.picture_port = (server.server_address[1] for server in servers)
    threads = [
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        for server in servers
    ]
    for thread in threads:
        thread.start()
    try:
        yield web
    finally:
        web.over.set()
        for server in servers:
            server.shutdown()
            server.server_close()
        for thread in threads:
            thread.join()
