"""A server that speaks the HTTP contract, and misbehaves as a test wants."""

import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from PIL import Image

# Answers one request.
Answer = Callable[["Handler"], None]

LOOK_ID = "0123456789abcdef0123456789abcdef"
# Of the look of any offer's picture.
LIKED_ID = "fedcba9876543210fedcba9876543210"
# Width and height of the picture that the look is of.
SIZE = (600, 800)

GARMENTS: list[dict[str, Any]] = [
    {
        "number": 1,
        "category": "long sleeve top",
        "category_id": 2,
        "kind": "top",
        "score": 0.97,
        "box": [150, 120, 300, 280],
        "polygons": [[[150, 120], [450, 120], [450, 400], [150, 400]]],
        "colours": [
            {"name": "navy", "hex": "#1f2a44", "share": 0.7},
            {"name": "white", "hex": "#f4f4f4", "share": 0.2},
        ],
        "keywords": ["navy", "long sleeve top"],
        "search_text": {"en": "navy long sleeve top", "ko": "네이비 긴팔 상의"},
        "crop": f"/api/v1/looks/{LOOK_ID}/garments/1/crop.png",
    },
    {
        "number": 2,
        "category": "skirt",
        "category_id": 9,
        "kind": "bottom",
        "score": 0.9,
        "box": [180, 410, 240, 300],
        "polygons": [[[180, 410], [420, 410], [400, 710], [200, 710]]],
        "colours": [{"name": "red", "hex": "#b22222", "share": 0.9}],
        "keywords": ["red", "skirt"],
        "search_text": {"en": "red skirt", "ko": "레드 스커트"},
        "crop": f"/api/v1/looks/{LOOK_ID}/garments/2/crop.png",
    },
    {
        "number": 3,
        "category": "sling",
        "category_id": 6,
        "kind": "top",
        "score": 0.6,
        "box": [480, 100, 90, 200],
        "polygons": [[[480, 100], [570, 100], [570, 300], [480, 300]]],
        "colours": [],
        "keywords": ["sling"],
        "search_text": {"en": "sling top", "ko": "슬링 탑"},
        "crop": f"/api/v1/looks/{LOOK_ID}/garments/3/crop.png",
    },
]

# What it calls each request that goes wrong.
REQUEST_ID = "5f0c2a1b9d3e4c77"


def look(garments: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """Return a look as the API does."""
    return {
        "id": LOOK_ID,
        "width": SIZE[0],
        "height": SIZE[1],
        "image_url": None,
        "page_url": None,
        "created_at": "2026-01-01T00:00:00Z",
        "garments": GARMENTS if garments is None else garments,
    }


def offer(number: int, **changes: object) -> dict[str, Any]:
    """Return an offer as the API does; the lower its number, the better it is."""
    similarity = round(1 - number * 0.13, 2)
    return {
        "id": f"offer-{number}",
        "provider": "catalog",
        "type": "product",
        "title": f"Ribbed knit jumper in navy {number}",
        "link": f"https://shop.example/{number}",
        "shop": "Northern Mill",
        "price": "49.00",
        "currency": "USD",
        "list_price": None,
        "availability": "in_stock",
        "condition": None,
        "shipping": None,
        "gtin": None,
        "sellers": [],
        "picture": f"/api/v1/thumbnails?url=picture-{number}&signature=abc",
        "similarity": similarity,
        "score": similarity,
        "kind": "top",
        "partner": False,
        "why": [],
        **changes,
    }


def search_link(name: str, number: int) -> dict[str, Any]:
    """Return a link into a search engine as the API does."""
    changes = {
        "id": f"links-{number}", "provider": "links", "type": "search", "title": name,
        "link": f"https://search.example/{number}", "shop": name, "price": None, "currency": None,
        "availability": None, "picture": None, "similarity": None, "score": -1 - number / 1000,
    }  # fmt: skip
    return offer(number, **changes)


CATEGORIES = [
    {
        "name": "long sleeve top",
        "kind": "top",
        "words": {"en": "long sleeve top", "ko": "긴팔 상의"},
    },
    {"name": "skirt", "kind": "bottom", "words": {"en": "skirt", "ko": "스커트"}},
]

# What any text is understood as.
UNDERSTOOD = {
    "colour": ["blue"], "pattern": None, "sleeves": "long", "category": None, "word": ["linen"],
    "min_price": None, "max_price": "60", "currency": "USD",
}  # fmt: skip

PROVIDERS = [
    {
        "name": "catalog", "title": "Your catalogue", "enabled": True, "switch": None,
        "needs": ["vector"], "runs_early": True,
        "discloses": "Nothing: the products are on this machine.", "cost": "Nothing.",
    },
    {
        "name": "ucp", "title": "Shopify", "enabled": True, "switch": "WTB_UCP_ENABLED",
        "needs": ["crop", "words"], "runs_early": False,
        "discloses": "The cut-out garment and words.", "cost": "Nothing.",
    },
    {
        "name": "links", "title": "Search elsewhere", "enabled": True, "switch": None,
        "needs": ["words"], "runs_early": True,
        "discloses": "Nothing, until you open a link.", "cost": "Nothing.",
    },
    {
        "name": "indexes", "title": "Fashion indexes", "enabled": False, "available": False,
        "switch": "WTB_FASHION_INDEXES_ENABLED", "needs": ["words"], "runs_early": False,
        "discloses": "Words.", "cost": "Nothing.",
    },
    {
        "name": "lykdat", "title": "Lykdat", "enabled": False, "available": False, "switch": None,
        "needs": ["crop"], "keys": [{"name": "WTB_LYKDAT_KEY", "is_set": False, "is_fixed": False}],
        "runs_early": False, "discloses": "The cut-out garment.", "cost": "Fees.",
    },
]  # fmt: skip

TESTED = {
    "verdict": "answers", "offers": 7, "seconds": 0.4, "message": "", "code": "", "details": [],
    "change": "",
}  # fmt: skip


@dataclass
class Asked:
    """A request that came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class ContractServer:
    """A running server.

    Attributes:
        url: Without a slash at the end.
        asked: What came, oldest first.
        answers: What is answered instead, by ``(method, path)``.
        garments: Of the look.
        gate: Searches wait for it before their second line.
        lines: Of a search.
        preparing: How far the catalogue's pictures are prepared; None where they all are.
        pairing: What the person answers whoever asks to be allowed.
    """

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    garments: list[dict[str, Any]] | None = None
    gate: threading.Event = field(default_factory=threading.Event)
    lines: list[Any] = field(default_factory=list)
    preparing: dict[str, Any] | None = None
    pairing: str = "allowed"

    def reset(self) -> None:
        """Behave well again."""
        self.gate.set()
        self.gate = threading.Event()
        self.gate.set()
        # Another list: what was on its way belongs to the test before.
        self.asked = []
        self.answers.clear()
        self.garments = None
        self.pairing = "allowed"
        self.preparing = None
        self.lines = [
            {"event": "offers", "provider": "catalog", "offers": [offer(3), offer(1)]},
            {"event": "offers", "provider": "links", "offers": [
                search_link("Google Lens", 1), search_link("Google Shopping", 2)]},
            {"event": "offers", "provider": "ucp", "offers": [
                offer(2, provider="ucp", list_price="79.00", partner=True)]},
            {"event": "done", "order": ["offer-1", "offer-2", "offer-3", "links-1", "links-2"]},
        ]  # fmt: skip

    def change(self, path: str, wanted: dict[str, Any]) -> None:
        """Change the look's garments as a frame or a correction says."""
        garments = GARMENTS if self.garments is None else self.garments
        if "box" in wanted:
            x, y, width, height = wanted["box"]
            number = 1 + max((garment["number"] for garment in garments), default=3)
            ring = [[x, y], [x + width, y], [x + width, y + height], [x, y + height]]
            framed = {
                "number": number, "category": "other", "category_id": None, "kind": None,
                "box": wanted["box"], "polygons": [ring], "search_text": {}, "keywords": [],
                "colours": [], "crop": f"/api/v1/looks/{LOOK_ID}/garments/{number}/crop.png",
            }  # fmt: skip
            self.garments = [*garments, {**GARMENTS[0], **framed}]
            return
        number = int(path.rpartition("/")[2])
        self.garments = [garment for garment in garments if garment["number"] != number]
        if wanted.get("garment") is not False:
            known = next(garment for garment in GARMENTS if garment["number"] == number)
            category = wanted.get("category", known["category"])
            words = {"en": f"navy {category}"} if "category" in wanted else known["search_text"]
            changed = {**known, "category": category, "search_text": words}
            self.garments = sorted([*self.garments, changed], key=lambda each: each["number"])

    def of(self, method: str, path: str) -> list[Asked]:
        """Return the requests for a path."""
        return [r for r in self.asked if r.method == method and urlsplit(r.path).path == path]


class Handler(BaseHTTPRequestHandler):
    """Answers as the real server does, unless told otherwise.

    Attributes:
        heard: The request; others may come at the same time.
    """

    server: "_Server"
    heard: Asked

    def setup(self) -> None:
        """Note which test it is of."""
        self.asked = self.server.contract.asked
        super().setup()

    def answer(self) -> None:
        """Answer a request."""
        contract = self.server.contract
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.heard = Asked(self.command, self.path, headers, body)
        self.asked.append(self.heard)
        path = urlsplit(self.path).path
        # The browser goes away in the middle where a test closes the overlay.
        with suppress(BrokenPipeError, ConnectionResetError):
            chosen = contract.answers.get((self.command, path))
            if chosen:
                chosen(self)
            else:
                self._answer_well(path, contract)

    do_GET = do_POST = do_PATCH = do_OPTIONS = answer  # noqa: N815

    def _answer_well(self, path: str, contract: ContractServer) -> None:
        if self._answer_about_offers(path, contract):
            return
        if self.command in ("POST", "PATCH") and "/garments" in path:
            contract.change(path, self.heard.json)
            self.give_json(look(contract.garments), 201 if self.command == "POST" else 200)
        elif path == "/api/v1/categories":
            self.give_json({"categories": CATEGORIES})
        elif path == "/api/v1/looks":
            self.give_json(look(contract.garments), 201)
        elif path.endswith("/offers"):
            self._stream(contract)
        elif path.startswith("/api/v1/providers"):
            self._answer_about_providers(path)
        elif path == "/api/v1/clicks":
            self.give_json({"id": 1, "created_at": "2026-01-01T00:00:00Z"}, 201)
        elif "/pairing" in path:
            self._answer_pairing(path, contract)
        elif path == "/readyz":
            self.give_json({"status": "ready"})
        elif path.endswith("crop.png") or path == "/api/v1/thumbnails":
            query = parse_qs(urlsplit(self.path).query)
            self.give(picture(seed=len(str(query))), "image/jpeg")
        else:
            self.give_problem(404, "not-found")

    def _answer_about_offers(self, path: str, contract: ContractServer) -> bool:
        if path == "/api/v1/history/garments" or (
            self.command == "PATCH" and path.endswith("/saved")
        ):
            self.give(b"", "text/plain", 204)
        elif path.endswith("/saved"):
            self.give_json({"garments": [2], "offers": ["offer-2"]})
        elif self.command == "PATCH" and path.endswith("/offers"):
            self.give(b"", "text/plain", 204)
        elif path.endswith("/like"):
            self.give_json({"look": look(contract.garments) | {"id": LIKED_ID}, "garment": 2}, 201)
        elif path == "/api/v1/asked/colours":
            self.give_json({"colours": [{"name": "red", "hex": "#b22222"}]})
        elif path == "/api/v1/catalog/preparing":
            self.give_json({"preparing": contract.preparing})
        elif path == "/api/v1/asked":
            self.give_json(UNDERSTOOD)
        else:
            return False
        return True

    def _answer_about_providers(self, path: str) -> None:
        if path.endswith("/test"):
            self.give_json(TESTED)
        elif path.endswith("/keys"):
            self.give_json(PROVIDERS[-1])
        elif self.command == "PATCH":
            self.give_json(PROVIDERS[0])
        else:
            self.give_json({"providers": PROVIDERS})

    def _answer_pairing(self, path: str, contract: ContractServer) -> None:
        if path == "/api/v1/pairings":
            asked = {"id": LOOK_ID, "secret": "s3cret", "code": "ABC234", "seconds": 300}
            self.give_json(asked, 201)
        elif path.endswith("/token"):
            token = "token-of-this-browser" if contract.pairing == "allowed" else None
            self.give_json({"state": contract.pairing, "token": token})
        elif path == "/api/v1/pairings/check":
            self.give(b"", "text/plain", 204)
        else:
            self.give(b"<!doctype html><title>May it?</title>", "text/html")

    def _stream(self, contract: ContractServer) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.end_headers()
        for place, line in enumerate(contract.lines):
            if place == 1:
                contract.gate.wait(120)
            text = line if isinstance(line, str) else json.dumps(line)
            self.wfile.write(text.encode() + b"\n")
            self.wfile.flush()

    def give(self, body: bytes, media_type: str, status: int = 200) -> None:
        """Answer with a body."""
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def give_json(self, body: object, status: int = 200) -> None:
        """Answer with JSON."""
        self.give(json.dumps(body).encode(), "application/json", status)

    def give_problem(self, status: int, code: str, detail: str = "", hint: str = "") -> None:
        """Answer with a problem document."""
        problem = {
            "type": "about:blank",
            "title": code,
            "status": status,
            "detail": detail,
            "code": code,
            "hint": hint,
            "request_id": REQUEST_ID,
        }
        self.give(json.dumps(problem).encode(), "application/problem+json", status)

    def log_message(self, *args: object) -> None:
        """Log nothing."""


def problem(status: int, code: str, detail: str = "", hint: str = "") -> Answer:
    """Answer with a problem document."""
    return lambda handler: handler.give_problem(status, code, detail, hint)


def picture(size: tuple[int, int] = (60, 80), seed: int = 0) -> bytes:
    """Return a small JPEG in one colour."""
    out = io.BytesIO()
    Image.new("RGB", size, (40 + seed * 7 % 180, 70, 120)).save(out, "JPEG")
    return out.getvalue()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    contract: ContractServer

    def handle_error(self, request: object, client_address: object) -> None:
        """Log nothing of connections that the browser dropped."""


@contextmanager
def contract_server() -> Iterator[ContractServer]:
    """Serve on a free port of 127.0.0.1."""
    server = _Server(("127.0.0.1", 0), Handler)
    server.contract = ContractServer(f"http://127.0.0.1:{server.server_address[1]}")
    server.contract.reset()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.contract
    finally:
        server.contract.gate.set()
        server.shutdown()
        server.server_close()
        thread.join()
