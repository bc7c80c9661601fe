"""A shop on loopback: the published one where its photos are here, else one of drawings."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import numpy as np
from PIL import Image
from skimage.data import astronaut

from model.categories import Kind
from model.picture import encode_jpeg
from server.looks.look import Look
from tests.support.feeds import feed, item
from tests.support.http_server import Answer, LocalServer, local_server, reply

SAID_TO_BE_AT = "https://luma.example"
DRAWINGS = 60


@dataclass(frozen=True)
class PictureShop:
    """A running shop.

    Attributes:
        feed_url: Its Google Merchant feed.
        address: ``host:port``, as ``WTB_FETCH_ALLOW`` takes it.
        query: A photo (file) with a garment of ``kind`` to look for.
        kind: The kind of what ``tops`` are.
        tops: Titles and picture addresses of products of the kind.
    """

    feed_url: str
    address: str
    query: bytes
    kind: Kind
    tops: list[tuple[str, str]]

    def pictures(self, count: int) -> list[tuple[str, str]]:
        """Give so many titles and picture addresses."""
        return [self.tops[number % len(self.tops)] for number in range(count)]

    def garment(self, look: Look) -> int:
        """Choose the largest garment of the kind, else the first; give its number."""
        fitting = [g for g in look.garments if g.kind is self.kind] or list(look.garments)
        if not fitting:
            raise RuntimeError("no garment was found in the photo to look for")
        return max(fitting, key=lambda g: g.box[2] * g.box[3]).number


@contextmanager
def shop_of_pictures(folder: Path, data: Path | None) -> Iterator[PictureShop]:
    """Serve it; ``folder`` is a place for files."""
    with local_server() as web:
        yield _luma(web, data / "luma") if data else _drawn(web, folder)


def _luma(web: LocalServer, folder: Path) -> PictureShop:
    text = (folder / "feed.xml").read_text(encoding="utf-8")
    web.routes["/feed.xml"] = reply(text.replace(SAID_TO_BE_AT, web.url().rstrip("/")).encode())
    for path in (folder / "images").iterdir():
        web.routes[f"/images/{path.name}"] = _file(path)
    products = json.loads((folder / "products.json").read_text(encoding="utf-8"))
    tees = [p for p in products if p["category"].endswith("Tees")]
    other_views = [i for p in tees for i in p["images"] if "_main" not in i]
    return PictureShop(
        feed_url=web.url("/feed.xml"),
        address=web.address,
        query=(folder / "images" / other_views[0]).read_bytes(),
        kind=Kind.TOP,
        tops=[(p["title"], web.url(f"/images/{p['images'][0]}")) for p in tees],
    )


def _drawn(web: LocalServer, folder: Path) -> PictureShop:
    rng = np.random.default_rng(7)
    items, tops = [], []
    for number in range(DRAWINGS):
        rgb = np.full((600, 450, 3), 255, np.uint8)
        rgb[120:480, 110:340] = rng.integers(0, 255, 3)
        path = folder / f"{number}.jpg"
        Image.fromarray(rgb).save(path)
        web.routes[f"/{number}.jpg"] = _file(path)
        title = f"Jacket {number}"
        items.append(item(str(number), title, web.url(f"/{number}.jpg")))
        tops.append((title, web.url(f"/{number}.jpg")))
    web.routes["/feed.xml"] = reply(feed(*items).encode())
    query = encode_jpeg(np.asarray(astronaut(), np.uint8))
    return PictureShop(web.url("/feed.xml"), web.address, query, Kind.OUTWEAR, tops)


def _file(path: Path) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        reply(path.read_bytes())(handler)

    return answer
