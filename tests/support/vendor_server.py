"""A vendor's API on loopback: checks requests as documented, and answers as a test says."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.support.http_server import Answer, LocalServer, local_server, reply


@dataclass(frozen=True)
class Request:
    """A request; header names are in lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, which must be JSON and declared so."""
        assert self.headers["content-type"].startswith("application/json")
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        """The body, which must be a form and declared so."""
        assert self.headers["content-type"] == "application/x-www-form-urlencoded"
        return dict(parse_qsl(self.body.decode(), strict_parsing=True))

    @property
    def parts(self) -> dict[str, tuple[str | None, str, bytes]]:
        """The multipart body: file name (None for a field), media type and bytes by name."""
        head = f"Content-Type: {self.headers['content-type']}\r\n\r\n".encode()
        message = BytesParser(policy=HTTP).parsebytes(head + self.body)
        found = {}
        for part in message.iter_parts():
            data = part.get_payload(decode=True)
            assert isinstance(data, bytes)
            name = part.get_param("name", header="content-disposition")
            found[str(name)] = (part.get_filename(), part.get_content_type(), data)
        return found


@dataclass(frozen=True)
class Reply:
    """An answer: bytes are sent as they are, anything else as JSON."""

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


# Returns a reply, or something that answers in a way that is not one.
Answering = Callable[[Request], Reply | Answer]


@dataclass
class VendorServer:
    """A running server.

    Attributes:
        http: The server below, for its address.
        answer: Answers every request; may be changed while it runs.
        requests: What came, oldest first.
    """

    http: LocalServer
    answer: Answering = lambda request: Reply({}, 404)
    requests: list[Request] = field(default_factory=list)

    def url(self, path: str = "") -> str:
        """Return the address of a path."""
        return self.http.url(path)

    def say(self, body: Any, status: int = 200, **headers: str) -> None:
        """Answer every request alike; ``retry_after`` becomes ``Retry-After``."""
        named = {name.replace("_", "-").title(): value for name, value in headers.items()}
        self.answer = lambda request: Reply(body, status, named)


class _Routes(dict[str, Any]):
    """Answers on every path."""

    def __init__(self, answer: Callable[[BaseHTTPRequestHandler], None]) -> None:
        super().__init__()
        self._answer = answer

    def get(self, key: str, default: Any = None) -> Any:
        return self._answer


@contextmanager
def vendor_server() -> Iterator[VendorServer]:
    """Serve on a free port of 127.0.0.1."""
    with local_server() as http:
        server = VendorServer(http)

        def answer(handler: BaseHTTPRequestHandler) -> None:
            parts = urlsplit(handler.path)
            request = Request(
                method=handler.command,
                path=parts.path,
                query=dict(parse_qsl(parts.query, keep_blank_values=True)),
                headers={name.lower(): value for name, value in handler.headers.items()},
                body=handler.rfile.read(int(handler.headers.get("Content-Length", "0"))),
            )
            server.requests.append(request)
            sent = server.answer(request)
            if not isinstance(sent, Reply):
                sent(handler)
                return
            body = sent.body if isinstance(sent.body, bytes) else json.dumps(sent.body).encode()
            headers = {"Content-Type": "application/json", **sent.headers}
            reply(body, sent.status, headers)(handler)

        http.routes = _Routes(answer)
        yield server
