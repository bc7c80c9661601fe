"""A server on loopback that speaks the catalogue search of the Universal Commerce Protocol.

It checks requests as strictly as the protocol's own servers are documented to, and answers
with products, or in one of the ways in which such a server fails.
"""

import base64
import io
import json
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Literal

from PIL import Image

from tests.support.http_server import LocalServer, local_server, reply

Mode = Literal[
    "success",
    "event-stream",
    "text",
    "empty",
    "discovery-error",
    "tool-error",
    "status-error",
    "rate-limit-http",
    "rate-limit-rpc",
    "malformed",
]
PATH = "/api/ucp/mcp"


def product(
    title: str,
    *,
    number: int = 1,
    amount: object = 12900,
    currency: object = "USD",
    picture: str | None = None,
    link: str | None = None,
    **more: Any,
) -> dict[str, Any]:
    """Make a product as the protocol documents it; ``more`` replaces parts of it."""
    media = [{"type": "image", "url": picture, "alt_text": title}] if picture else []
    price = {"amount": amount, "currency": currency}
    return {
        "id": f"gid://shopify/p/{number}",
        "title": title,
        "description": {"plain": "A thing to wear."},
        "price_range": {"min": price, "max": price},
        "rating": {"value": 4.6, "scale_min": 1, "scale_max": 5, "count": 12},
        "options": [{"name": "Size", "values": [{"label": "S"}, {"label": "M"}]}],
        "metadata": {"top_features": "line\nline", "unique_selling_points": ["light"]},
        "media": media,
        "variants": [
            {
                "id": f"gid://shopify/ProductVariant/{number}",
                "title": f"{title} / S",
                "description": {"plain": "A thing to wear."},
                "url": link or f"https://shop.example/products/{number}?variant={number}&_gsid=Q",
                "price": price,
                "list_price": {"amount": 15900, "currency": currency},
                "availability": {"available": True},
                "options": [{"name": "Size", "label": "S"}],
                "media": media,
                "seller": {
                    "id": "gid://shopify/Shop/9",
                    "name": "Shop Example",
                    "url": "https://shop.example",
                    "domain": "shop-example.myshopify.com",
                },
                "checkout_url": f"https://shop.example/cart/{number}:1?_gsid=Q",
                "condition": ["new"],
            }
        ],
        **more,
    }


@dataclass
class UcpServer:
    """A running server; ``mode``, ``products`` and ``delay`` may be changed at any time.

    Attributes:
        url: The endpoint.
        address: ``host:port``, as ``WTB_FETCH_ALLOW`` takes it.
        requests: The ``arguments`` of every search that came.
        delay: Seconds before it answers; setting ``released`` ends the wait.
        extended: Whether it is Shopify's catalogue of all merchants, which knows pictures and
            filters of its own; others refuse what is not in the protocol itself.
        wants_profile: Whether it refuses who shows no agent profile.
        search: Returns the products for a search (its ``catalog``); None returns all.
    """

    url: str
    address: str
    http: LocalServer
    products: Sequence[Any] = ()
    mode: Mode = "success"
    delay: float = 0.0
    extended: bool = True
    wants_profile: bool = True
    search: Callable[[dict[str, Any]], Sequence[Any]] | None = None
    requests: list[dict[str, Any]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)


@contextmanager
def ucp_server(
    products: Sequence[Any] = (),
    mode: Mode = "success",
    delay: float = 0.0,
    *,
    tls: ssl.SSLContext | None = None,
) -> Iterator[UcpServer]:
    """Serve on a free port of 127.0.0.1, with TLS if a context is given."""
    with local_server(tls=tls) as http:
        server = UcpServer(http.url(PATH), http.address, http, products, mode, delay)
        http.routes[PATH] = lambda handler: _answer(server, handler)
        try:
            yield server
        finally:
            server.released.set()


def _answer(server: UcpServer, handler: BaseHTTPRequestHandler) -> None:
    body = handler.rfile.read(int(handler.headers["Content-Length"]))
    message = json.loads(body)
    refusal = _refusal(server, handler, message)
    arguments = message["params"]["arguments"]
    server.requests.append(arguments)
    if server.delay:
        server.released.wait(server.delay)
    if refusal:
        _send(handler, _tool_error(refusal))
        return
    limit = min(50, arguments["catalog"].get("pagination", {}).get("limit", 10))
    found = server.search(arguments["catalog"]) if server.search else server.products
    _MODES[server.mode](handler, list(found)[:limit])


def _refusal(
    server: UcpServer, handler: BaseHTTPRequestHandler, message: dict[str, Any]
) -> str | None:
    """Check a request; return why it is refused, or None."""
    if handler.headers.get("Content-Type") != "application/json":
        return "Content-Type must be application/json"
    if "text/event-stream" not in handler.headers.get("Accept", ""):
        return "Accept must name application/json and text/event-stream"
    if message["jsonrpc"] != "2.0" or message["method"] != "tools/call":
        return "Invalid Request"
    if message["params"]["name"] != "search_catalog":
        return "Unknown tool"
    arguments = message["params"]["arguments"]
    agent = (arguments.get("meta") or {}).get("ucp-agent", {})
    if server.wants_profile and not agent.get("profile", "").startswith("https://"):
        return "Invalid arguments: no agent profile"
    catalog = arguments["catalog"]
    if not server.extended and set(catalog) > {"query", "context", "pagination"}:
        return "Invalid arguments: unknown fields in `/catalog`"
    if not catalog.get("query"):
        return "A query is required"
    like = catalog.get("like", [])
    if not isinstance(like, list):
        return "Invalid arguments: value at `/catalog/like` is not an array"
    for item in like:
        image = item["image"]
        with Image.open(io.BytesIO(base64.b64decode(image["data"], validate=True))) as picture:
            if image["content_type"] != "image/jpeg" or picture.format != "JPEG":
                return "Invalid arguments: not a JPEG"
    if not isinstance(catalog.get("filters", {}).get("ships_to", {}), dict):
        return "Invalid arguments: value at `/catalog/filters/ships_to` is not an object"
    return None


def _result(products: list[Any], **more: Any) -> dict[str, Any]:
    content = {
        "ucp": {"version": "2026-04-08", "capabilities": {}, "status": "success"},
        "products": products,
        "messages": [],
        "pagination": {"has_next_page": False, "total_count": len(products)},
        **more,
    }
    return {"jsonrpc": "2.0", "id": 1, "result": {"structuredContent": content}}


def _tool_error(text: str) -> dict[str, Any]:
    content = [{"type": "text", "text": text}]
    return {"jsonrpc": "2.0", "id": 1, "result": {"isError": True, "content": content}}


def _rpc_error(code: int, message: str, data: Any) -> dict[str, Any]:
    error = {"code": code, "message": message, "data": data}
    return {"jsonrpc": "2.0", "id": 1, "error": error}


def _send(
    handler: BaseHTTPRequestHandler,
    message: Any,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> None:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    reply(body, status, {"Content-Type": "application/json", **(headers or {})})(handler)


def _event_stream(handler: BaseHTTPRequestHandler, products: list[Any]) -> None:
    note = {"jsonrpc": "2.0", "method": "notifications/progress", "params": {}}
    lines = json.dumps(_result(products), indent=1).splitlines()
    data = "\n".join(f"data: {line}" for line in lines)
    body = f": hello\n\nevent: message\ndata: {json.dumps(note)}\n\nevent: message\n{data}\n\n"
    _send(handler, body.encode(), headers={"Content-Type": "text/event-stream; charset=utf-8"})


def _text(handler: BaseHTTPRequestHandler, products: list[Any]) -> None:
    content = _result(products)["result"]["structuredContent"]
    result = {"content": [{"type": "text", "text": json.dumps(content)}]}
    _send(handler, {"jsonrpc": "2.0", "id": 1, "result": result})


def _status_error(handler: BaseHTTPRequestHandler, products: list[Any]) -> None:
    content = {
        "ucp": {"version": "2026-04-08", "status": "error"},
        "messages": [{"type": "error", "code": "internal", "content": "The index is away."}],
    }
    _send(handler, {"jsonrpc": "2.0", "id": 1, "result": {"structuredContent": content}})


def _discovery_error(handler: BaseHTTPRequestHandler, products: list[Any]) -> None:
    data = {"code": "invalid_profile_url", "content": "The profile cannot be read."}
    _send(handler, _rpc_error(-32001, "UCP discovery failed", data), 422)


def _rate_limit_http(handler: BaseHTTPRequestHandler, products: list[Any]) -> None:
    _send(handler, b"slow down", 429, {"Retry-After": "120"})


_MODES: dict[Mode, Any] = {
    "success": lambda handler, products: _send(handler, _result(products)),
    "event-stream": _event_stream,
    "text": _text,
    "empty": lambda handler, _: _send(handler, _result([])),
    "discovery-error": _discovery_error,
    "tool-error": lambda handler, _: _send(
        handler, _tool_error("Invalid arguments: value at `/catalog/like` is not an array")
    ),
    "status-error": _status_error,
    "rate-limit-http": _rate_limit_http,
    "rate-limit-rpc": lambda handler, _: _send(
        handler, _rpc_error(-32600, "Invalid Request", "Rate limit exceeded")
    ),
    "malformed": lambda handler, _: _send(handler, b"<html>\xff not JSON"),
}
