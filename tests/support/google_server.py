"""Google's Custom Search and Cloud Vision APIs on loopback, as strict as they are documented."""

import base64
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from tests.support.vendor_server import Reply, Request, VendorServer, vendor_server

KEY = "AIza-google-key-0123456789"
ENGINE = "a1b2c3d4e5f6g7h8i"
SEARCH = "/customsearch/v1"
ANNOTATE = "/v1/images:annotate"


def error(
    code: int, message: str, status: str = "", reason: str = "", **detail: Any
) -> dict[str, Any]:
    """Make an error as Google's APIs return it, in the newer and the older form at once."""
    info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "domain": "googleapis.com"}
    problem: dict[str, Any] = {"code": code, "message": message, "status": status}
    if reason:
        problem["errors"] = [{"message": message, "domain": "global", "reason": reason}]
        problem["details"] = [{**info, "reason": reason}]
    if detail:
        problem.setdefault("details", []).append(detail)
    return {"error": problem}


def picture_item(page: str, **more: Any) -> dict[str, Any]:
    """Make a result of a search for pictures; ``more`` replaces parts of it."""
    return {
        "kind": "customsearch#result",
        "title": "Ribbed Jumper - Mill",
        "htmlTitle": "Ribbed <b>Jumper</b> - Mill",
        "link": "https://cdn.mill.example/1.jpg",
        "displayLink": "mill.example",
        "snippet": "Ribbed Jumper",
        "mime": "image/jpeg",
        "fileFormat": "image/jpeg",
        "image": {
            "contextLink": page,
            "height": 1200,
            "width": 900,
            "byteSize": 99000,
            "thumbnailLink": "https://thumbnails.example/1.jpg",
            "thumbnailHeight": 150,
            "thumbnailWidth": 113,
        },
        **more,
    }


def page_item(page: str, **more: Any) -> dict[str, Any]:
    """Make a result of a search for pages."""
    return {
        "kind": "customsearch#result",
        "title": "Ribbed Jumper | Mill",
        "link": page,
        "displayLink": "mill.example",
        "snippet": "Ribbed Jumper",
        "pagemap": {"cse_image": [{"src": "https://cdn.mill.example/1.jpg"}]},
        **more,
    }


def matching_page(page: str, **more: Any) -> dict[str, Any]:
    """Make a page that shows a picture."""
    return {
        "url": page,
        "pageTitle": "<b>Ribbed</b> Jumper | Mill",
        "fullMatchingImages": [{"url": "https://cdn.mill.example/1.jpg"}],
        **more,
    }


@dataclass
class GoogleServer:
    """A running server; what it finds may be changed at any time.

    Attributes:
        pictures: What a search for pictures finds; a `Reply` is given as it is.
        pages: Likewise for pages.
        detection: What is found about a picture; likewise.
    """

    vendor: VendorServer
    pictures: list[Any] | Reply = field(default_factory=list)
    pages: list[Any] | Reply = field(default_factory=list)
    detection: dict[str, Any] | Reply = field(default_factory=dict)

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return self.vendor.url(path)


@contextmanager
def google_server() -> Iterator[GoogleServer]:
    """Serve on a free port of 127.0.0.1."""
    with vendor_server() as vendor:
        server = GoogleServer(vendor)
        vendor.answer = lambda request: _answer(server, request)
        yield server


def _answer(server: GoogleServer, request: Request) -> Reply:
    if request.query.get("key") != KEY:
        message = "API key not valid. Please pass a valid API key."
        return Reply(error(400, message, "INVALID_ARGUMENT", "API_KEY_INVALID"), 400)
    if (request.method, request.path) == ("GET", SEARCH):
        return _search(server, request.query)
    if (request.method, request.path) == ("POST", ANNOTATE):
        return _annotate(server, request)
    return Reply(b"<!DOCTYPE html><title>Error 404 (Not Found)!!1</title>", 404)


def _search(server: GoogleServer, query: dict[str, str]) -> Reply:
    invalid = error(400, "Request contains an invalid argument.", "INVALID_ARGUMENT", "badRequest")
    if query.get("cx") != ENGINE or not query.get("q"):
        return Reply(invalid, 400)
    if not 1 <= int(query.get("num", "10")) <= 10:
        return Reply(invalid, 400)
    if query.get("searchType") not in {None, "image"} or query.get("safe") not in {"active", "off"}:
        return Reply(invalid, 400)
    if len(query["gl"]) != 2 or not query["gl"].islower():
        return Reply(invalid, 400)
    items = server.pictures if "searchType" in query else server.pages
    if isinstance(items, Reply):
        return items
    return Reply(
        {
            "kind": "customsearch#search",
            "url": {"type": "application/json"},
            "queries": {"request": [{"totalResults": str(len(items)), "count": len(items)}]},
            "searchInformation": {"totalResults": str(len(items))},
            **({"items": items} if items else {}),
        }
    )


def _annotate(server: GoogleServer, request: Request) -> Reply:
    if set(request.json) != {"requests"} or len(request.json["requests"]) != 1:
        return Reply(error(400, "Invalid JSON payload received.", "INVALID_ARGUMENT"), 400)
    [asked] = request.json["requests"]
    [feature] = asked["features"]
    if feature["type"] != "WEB_DETECTION" or set(asked) != {"image", "features"}:
        return Reply(error(400, "Invalid value at 'requests[0]'", "INVALID_ARGUMENT"), 400)
    content = base64.b64decode(asked["image"]["content"], validate=True)
    try:
        with Image.open(io.BytesIO(content)) as picture:
            picture.verify()
    except OSError:
        return Reply({"responses": [{"error": {"code": 3, "message": "Bad image data."}}]})
    if isinstance(server.detection, Reply):
        return server.detection
    found = {"webDetection": server.detection} if server.detection else {}
    return Reply({"responses": [found]})
