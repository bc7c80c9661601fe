"""A shop on loopback: the published one if its photos are here, else one of drawings."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import numpy as np
import skimage.data
from PIL import Image

from model.categories import Kind
from model.picture import encode_jpeg
from server.looks.look import Look, LookGarment
from tests.support.feeds import feed, item
from tests.support.http_server import Answer, LocalServer, local_server, reply

PUBLISHED_AT = "https://luma.example"
DRAWINGS = 120
NAMES = {Kind.TOP: "Shirt", Kind.OUTWEAR: "Jacket", Kind.BOTTOM: "Skirt", Kind.DRESS: "Dress"}


@dataclass(frozen=True)
class PictureShop:
    """A running shop.

    Attributes:
        feed_url: Its Google Merchant feed.
        address: ``host:port``, as ``WTB_FETCH_ALLOW`` takes it.
        query: A photo (file) with a garment to search for.
        products: Titles and picture addresses of some products, by kind.
        min_score: Least score at which the garment in the photo is found; None for the
            weights' own.
    """

    feed_url: str
    address: str
    query: bytes
    products: dict[Kind, list[tuple[str, str]]]
    min_score: float | None

    def pictures(self, kind: Kind, count: int) -> list[tuple[str, str]]:
        """Return titles and picture addresses of ``count`` products of a kind."""
        return [self.products[kind][n % len(self.products[kind])] for n in range(count)]

    def garment(self, look: Look) -> LookGarment:
        """Choose the largest garment of a kind that the shop sells."""
        fitting = [garment for garment in look.garments if garment.kind in self.products]
        if not fitting:
            raise RuntimeError("no garment was found in the photo to look for")
        return max(fitting, key=lambda garment: garment.box[2] * garment.box[3])


@contextmanager
def shop_of_pictures(folder: Path, data: Path | None) -> Iterator[PictureShop]:
    """Serve the shop; ``folder`` is for its files."""
    with local_server() as web:
        yield _luma(web, data / "luma") if data else _drawn(web, folder)


def _luma(web: LocalServer, folder: Path) -> PictureShop:
    text = (folder / "feed.xml").read_text(encoding="utf-8")
    web.routes["/feed.xml"] = reply(text.replace(PUBLISHED_AT, web.url().rstrip("/")).encode())
    for path in (folder / "images").iterdir():
        web.routes[f"/images/{path.name}"] = _file(path)
    products = json.loads((folder / "products.json").read_text(encoding="utf-8"))
    tees = [p for p in products if p["category"].endswith("Tees")]
    other_views = [i for p in tees for i in p["images"] if "_main" not in i]
    return PictureShop(
        feed_url=web.url("/feed.xml"),
        address=web.address,
        query=(folder / "images" / other_views[0]).read_bytes(),
        products={Kind.TOP: [(p["title"], web.url(f"/images/{p['images'][0]}")) for p in tees]},
        min_score=None,
    )


def _drawn(web: LocalServer, folder: Path) -> PictureShop:
    rng = np.random.default_rng(7)
    items: list[str] = []
    products: dict[Kind, list[tuple[str, str]]] = {kind: [] for kind in NAMES}
    for number in range(DRAWINGS):
        rgb = np.full((600, 450, 3), 255, np.uint8)
        rgb[120:480, 110:340] = rng.integers(0, 255, 3)
        path = folder / f"{number}.jpg"
        Image.fromarray(rgb).save(path)
        web.routes[f"/{number}.jpg"] = _file(path)
        kind = list(NAMES)[number % len(NAMES)]
        title = f"{NAMES[kind]} {number}"
        items.append(item(str(number), title, web.url(f"/{number}.jpg")))
        products[kind].append((title, web.url(f"/{number}.jpg")))
    web.routes["/feed.xml"] = reply(feed(*items).encode())
    untyped: Any = skimage.data
    query = encode_jpeg(np.asarray(untyped.astronaut(), np.uint8))
    # The model is made for whole people and less sure of the astronaut's suit.
    return PictureShop(web.url("/feed.xml"), web.address, query, products, min_score=0.2)


def _file(path: Path) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        reply(path.read_bytes())(handler)

    return answer
