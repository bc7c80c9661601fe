"""A SearXNG instance on loopback, as strict as its search API is documented to be."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.support.vendor_server import Reply, Request, VendorServer, vendor_server

_CATEGORIES = {"general", "images", "shopping", "videos", "news"}


def picture_result(url: str, **more: Any) -> dict[str, Any]:
    """Make a result of an engine for pictures; ``more`` replaces parts of it."""
    return {
        "url": url,
        "title": "Navy jumper - Mill",
        "content": "",
        "img_src": "https://mill.example/full.jpg",
        "thumbnail_src": "https://engine.example/small.jpg",
        "source": "mill.example",
        "resolution": "800 x 600",
        "template": "images.html",
        "engine": "bing images",
        "engines": ["bing images"],
        "positions": [1],
        "score": 1.0,
        "category": "images",
        "parsed_url": ["https", "mill.example", "/p/1", "", "", ""],
        **more,
    }


def page_result(url: str, **more: Any) -> dict[str, Any]:
    """Make a result of an engine for pages."""
    return {
        "url": url,
        "title": "Jumpers | Mill",
        "content": "All jumpers",
        "thumbnail": "",
        "template": "default.html",
        "engine": "duckduckgo",
        "engines": ["duckduckgo"],
        "score": 0.5,
        "category": "general",
        **more,
    }


def product_result(url: str, **more: Any) -> dict[str, Any]:
    """Make a result of an engine for shops."""
    return {
        "url": url,
        "title": "Ribbed Jumper navy",
        "content": "",
        "price": "$49.00",
        "shipping": "Free shipping",
        "source_country": "from United States",
        "thumbnail": "https://engine.example/product.jpg",
        "template": "products.html",
        "engine": "ebay",
        "engines": ["ebay"],
        "score": 0.2,
        "category": "shopping",
        **more,
    }


@dataclass
class SearxngServer:
    """A running instance; what it finds may be changed at any time.

    Attributes:
        results: What every search finds.
        silent: Engines that did not answer, each with a reason.
        formats: What its settings.yml lists under ``search.formats``.
        base: The path that it is served under.
    """

    vendor: VendorServer
    results: list[Any] = field(default_factory=list)
    silent: list[list[str]] = field(default_factory=list)
    formats: tuple[str, ...] = ("html", "json")
    base: str = ""

    @property
    def url(self) -> str:
        """The address of its start page."""
        return self.vendor.url(self.base)


@contextmanager
def searxng_server() -> Iterator[SearxngServer]:
    """Serve on a free port of 127.0.0.1."""
    with vendor_server() as vendor:
        server = SearxngServer(vendor)
        vendor.answer = lambda request: _answer(server, request)
        yield server


def _answer(server: SearxngServer, request: Request) -> Reply:
    page = {"Content-Type": "text/html; charset=utf-8"}
    if (request.method, request.path) != ("GET", f"{server.base}/search"):
        return Reply(b"<!doctype html><title>404</title>", 404, page)
    query = request.query
    if query.get("format") not in server.formats:
        return Reply(b"<!doctype html><title>403 Forbidden</title>", 403, page)
    if not query.get("q"):
        return Reply({"error": "No query"}, 400)
    if not re.fullmatch(r"[a-z]{2,3}(-[a-zA-Z]{2})?", query.get("language", "")):
        return Reply({"error": "Invalid value for parameter language"}, 400)
    if query.get("safesearch") not in {"0", "1", "2"}:
        return Reply({"error": "Invalid value for parameter safesearch"}, 400)
    if not set(query.get("categories", "").split(",")) <= _CATEGORIES:
        return Reply({"error": "Unknown category"}, 400)
    return Reply(
        {
            "query": query["q"],
            "number_of_results": 0,
            "results": server.results,
            "answers": [],
            "corrections": [],
            "infoboxes": [],
            "suggestions": [],
            "unresponsive_engines": server.silent,
        }
    )
