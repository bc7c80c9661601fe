"""A catalogue of many shops on loopback, with real products in the protocol's own shape.

Its products are those of the folder of real photos: a sample shop's, with their titles, categories,
prices and pictures, and photos of dresses and skirts, which that shop does not sell, with made-up
titles and prices. They are spread over several shops. As real catalogues do, it ranks by words and
by nothing else, always finds something, and returns things of other kinds too; some of what it
finds has no price or is sold out.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from model.categories import Kind
from tests.support.http_server import Answer, local_server, reply
from tests.support.ucp_server import UcpServer, product, ucp_server

SHOPS = ("Mill", "Harbour", "North & Co", "Atelier Sud", "Second Street")
# What a category may hold; a hoodie with a zip is outwear.
KINDS: dict[str, set[Kind]] = {
    "Pants": {Kind.BOTTOM},
    "Shorts": {Kind.BOTTOM},
    "Skirts": {Kind.BOTTOM},
    "Jackets": {Kind.OUTWEAR},
    "Tees": {Kind.TOP},
    "Tanks": {Kind.TOP},
    "Bras & Tanks": {Kind.TOP},
    "Hoodies & Sweatshirts": {Kind.TOP, Kind.OUTWEAR},
    "Dresses": {Kind.DRESS},
}
# One of so many products has no price, and one is sold out.
NO_PRICE, SOLD_OUT = 12, 9
# Of so many results one is something else.
STRAY = 5
# What shops call what the words of a search say; a catalogue's search knows them as well.
_MEANT = {
    "trousers": "pants",
    "sleeveless": "tanks",
    "camisole": "tanks",
    "top": "tees",
    "dress": "dresses",
    "skirt": "skirts",
    "jacket": "jackets",
}


@dataclass(frozen=True)
class RecordedProduct:
    """A product, and what is true of it."""

    id: str
    title: str
    category: str
    price: float
    picture: Path

    @property
    def kinds(self) -> set[Kind]:
        """The kinds that it may be."""
        return KINDS[self.category.rpartition(" > ")[2]]

    @property
    def number(self) -> int:
        """A number that is always the same for it."""
        return int(hashlib.sha256(self.id.encode()).hexdigest()[:12], 16)

    @property
    def shop(self) -> str:
        """The shop that sells it."""
        return SHOPS[self.number % len(SHOPS)]


@dataclass(frozen=True)
class RecordedCatalogue:
    """A running catalogue; ``allow`` is for ``WTB_FETCH_ALLOW``."""

    server: UcpServer
    products: dict[str, RecordedProduct]
    allow: tuple[str, ...]

    def product(self, link: str) -> RecordedProduct:
        """Return the product that an offer's link leads to."""
        return self.products[link.rpartition("/")[2]]


def recorded_products(data: Path) -> list[RecordedProduct]:
    """Read the products from the folder of real photos."""
    luma = data / "luma"
    listed = json.loads((luma / "products.json").read_text(encoding="utf-8"))
    found = [
        RecordedProduct(
            p["id"],
            f"{p['title']} {p['color']}",
            f"Apparel & Accessories > Clothing > {p['category']}",
            p["price"],
            luma / "images" / p["images"][0],
        )
        for p in listed
    ]
    single = data / "single"
    for entry in json.loads((single / "index.json").read_text(encoding="utf-8")):
        if entry["label"] in ("Dress", "Skirt"):
            [picture] = (single / "images").glob(f"{entry['image']}.*")
            plural = {"Dress": "Dresses", "Skirt": "Skirts"}[entry["label"]]
            one = RecordedProduct(
                entry["image"],
                f"{SHOPS[len(found) % len(SHOPS)]} {entry['label'].lower()}",
                f"Apparel & Accessories > Clothing > Women > {plural}",
                20 + len(found) % 90,
                picture,
            )
            found.append(one)
    return found


@contextmanager
def recorded_catalogue(data: Path, delay: float = 0.0) -> Iterator[RecordedCatalogue]:
    """Serve the catalogue and its pictures; it answers after ``delay`` seconds."""
    products = recorded_products(data)
    with local_server() as web, ucp_server(delay=delay) as server:
        made = {}
        for each in products:
            path = f"/pictures/{each.id}{each.picture.suffix}"
            web.routes[path] = _file(each.picture)
            made[each.id] = _made(each, web.url(path))
        server.search = lambda catalog: [made[each.id] for each in _found(products, catalog)]
        allow = (web.address, server.address)
        yield RecordedCatalogue(server, {each.id: each for each in products}, allow)


def _made(each: RecordedProduct, picture: str) -> dict[str, Any]:
    made = product(
        each.title,
        number=each.number,
        amount=round(each.price * 100),
        picture=picture,
        link=f"https://shop-{each.number % len(SHOPS)}.example/p/{each.id}",
        categories=[{"value": each.category, "taxonomy": "merchant"}, {"value": "aa-1-13"}],
    )
    [variant] = made["variants"]
    variant["seller"] = {"name": each.shop}
    variant["availability"] = {"available": each.number % SOLD_OUT != 0}
    if each.number % NO_PRICE == 0:
        del variant["price"], made["price_range"]
    return made


def _found(products: list[RecordedProduct], catalog: dict[str, Any]) -> list[RecordedProduct]:
    """Rank by the words that title and category share with the search."""
    words = set(catalog["query"].lower().split())
    words |= {_MEANT[word] for word in words & set(_MEANT)}

    def rank(each: RecordedProduct) -> tuple[int, int]:
        named = f"{each.title} {each.category}".lower().replace("&", " ").split()
        return -len(words & set(named)), each.number

    ranked = sorted(products, key=rank)
    strays = sorted(products, key=lambda each: (each.number * 31) % 9973)
    return [strays[n] if n % STRAY == STRAY - 1 else each for n, each in enumerate(ranked[:50])]


def _file(path: Path) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        reply(path.read_bytes())(handler)

    return answer
