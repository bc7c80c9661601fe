"""eBay's identity and Browse APIs on loopback, as strict as they are documented to be."""

import base64
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from PIL import Image

from tests.support.vendor_server import Reply, Request, VendorServer, vendor_server

ID, SECRET = "Some-App-PRD-1", "PRD-secret-9"
TOKEN = "/identity/v1/oauth2/token"
WORDS = "/buy/browse/v1/item_summary/search"
PICTURE = "/buy/browse/v1/item_summary/search_by_image"


def item(title: str = "Ribbed Jumper", number: int = 1, **more: Any) -> dict[str, Any]:
    """Make an item as the API documents it; ``more`` replaces parts of it."""
    return {
        "itemId": f"v1|{number}|0",
        "title": title,
        "leafCategoryIds": ["63866"],
        "categories": [
            {"categoryId": "63866", "categoryName": "Sweaters"},
            {"categoryId": "11450", "categoryName": "Clothing, Shoes & Accessories"},
        ],
        "image": {"imageUrl": f"https://i.ebayimg.com/{number}/s-l225.jpg"},
        "thumbnailImages": [{"imageUrl": f"https://i.ebayimg.com/{number}/s-l1600.jpg"}],
        "price": {"value": "19.00", "currency": "USD"},
        "marketingPrice": {
            "originalPrice": {"value": "29.00", "currency": "USD"},
            "discountPercentage": "34",
        },
        "itemHref": f"https://api.ebay.com/buy/browse/v1/item/v1%7C{number}%7C0",
        "itemWebUrl": f"https://www.ebay.com/itm/{number}?hash=item1",
        "condition": "New with tags",
        "conditionId": "1000",
        "seller": {"username": "northern_mill", "feedbackPercentage": "98.0"},
        "shippingOptions": [
            {"shippingCostType": "FIXED", "shippingCost": {"value": "5.50", "currency": "USD"}}
        ],
        "buyingOptions": ["FIXED_PRICE"],
        "itemLocation": {"country": "US"},
        **more,
    }


def errors(number: int, message: str) -> dict[str, Any]:
    """Make an error as eBay's newer APIs return it."""
    error = {"errorId": number, "domain": "API_BROWSE", "category": "REQUEST", "message": message}
    return {"errors": [error]}


@dataclass
class EbayServer:
    """A running server; what it holds may be changed at any time.

    Attributes:
        by_picture: What a search by picture finds; a `Reply` is given as it is.
        by_words: Likewise by words.
        lasts: ``expires_in`` of the tokens.
        valid: The tokens in force.
        before_token: Called before a token is given.
    """

    vendor: VendorServer
    by_picture: list[Any] | Reply = field(default_factory=list)
    by_words: list[Any] | Reply = field(default_factory=list)
    lasts: Any = 7200
    valid: set[str] = field(default_factory=set)
    given: int = 0
    before_token: Callable[[], None] = lambda: None

    def asked(self, path: str) -> list[Request]:
        """Return the requests for a path."""
        return [request for request in self.vendor.requests if request.path == path]


@contextmanager
def ebay_server() -> Iterator[EbayServer]:
    """Serve on a free port of 127.0.0.1."""
    with vendor_server() as vendor:
        server = EbayServer(vendor)
        vendor.answer = lambda request: _answer(server, request)
        yield server


def _answer(server: EbayServer, request: Request) -> Reply:
    if (request.method, request.path) == ("POST", TOKEN):
        return _token(server, request)
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    if token not in server.valid:
        return Reply(errors(1001, "Invalid access token"), 401)
    wrong = _wrong(request)
    if wrong:
        return Reply(errors(12000, wrong), 400)
    if (request.method, request.path) == ("GET", WORDS):
        if not request.query.get("q"):
            return Reply(errors(12001, "The call must have a valid 'q'."), 400)
        return _found(server.by_words)
    if (request.method, request.path) == ("POST", PICTURE):
        with Image.open(io.BytesIO(base64.b64decode(request.json["image"], validate=True))) as p:
            if p.format != "JPEG" or set(request.json) != {"image"}:
                return Reply(errors(12500, "The image data is empty or not valid."), 400)
        return _found(server.by_picture)
    return Reply(errors(1, "no such resource"), 404)


def _token(server: EbayServer, request: Request) -> Reply:
    server.before_token()
    basic = base64.b64encode(f"{ID}:{SECRET}".encode()).decode()
    if request.headers.get("authorization") != f"Basic {basic}":
        refusal = {"error": "invalid_client", "error_description": "client authentication failed"}
        return Reply(refusal, 401)
    scope = "https://api.ebay.com/oauth/api_scope"
    if request.form != {"grant_type": "client_credentials", "scope": scope}:
        return Reply({"error": "invalid_scope"}, 400)
    server.given += 1
    token = f"v^1.1#token-{server.given}=="
    server.valid.add(token)
    kind = "Application Access Token"
    return Reply({"access_token": token, "expires_in": server.lasts, "token_type": kind})


def _wrong(request: Request) -> str | None:
    site = request.headers.get("x-ebay-c-marketplace-id", "")
    if request.path == PICTURE and site not in {"EBAY_US", "EBAY_DE", "EBAY_GB", "EBAY_AU"}:
        return "Invalid marketplace"
    place = unquote(request.headers.get("x-ebay-c-enduserctx", ""))
    if not place.startswith("contextualLocation=country="):
        return "Invalid X-EBAY-C-ENDUSERCTX"
    if not 1 <= int(request.query["limit"]) <= 200 or request.query["category_ids"] != "11450":
        return "Invalid limit or category"
    return None


def _found(items: list[Any] | Reply) -> Reply:
    if isinstance(items, Reply):
        return items
    body: dict[str, Any] = {"href": "https://api.ebay.com/…", "total": len(items), "limit": 24}
    return Reply({**body, "offset": 0, **({"itemSummaries": items} if items else {})})
