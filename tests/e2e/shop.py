"""A shop on loopback: a Merchant feed, the pictures it names, and the products' pages."""

import html
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from xml.etree import ElementTree

from PIL import Image, ImageDraw

from model.categories import Kind
from tests.support.http_server import Answer, LocalServer, local_server, reply

LUMA = "https://luma.example/"
_G = "{http://base.google.com/ns/1.0}"
# By the last part of ``product_type``; a hoodie with a zip is outwear, without one a top.
KINDS_OF_TYPE: dict[str, frozenset[Kind]] = {
    "Pants": frozenset({Kind.BOTTOM}),
    "Shorts": frozenset({Kind.BOTTOM}),
    "Skirts": frozenset({Kind.BOTTOM}),
    "Tanks": frozenset({Kind.TOP}),
    "Bras & Tanks": frozenset({Kind.TOP}),
    "Tees": frozenset({Kind.TOP}),
    "Jackets": frozenset({Kind.OUTWEAR}),
    "Hoodies & Sweatshirts": frozenset({Kind.TOP, Kind.OUTWEAR}),
    "Dresses": frozenset({Kind.DRESS}),
}
_COLOURS = {"Orange": "#e8642c", "Navy": "#25305c", "White": "#f1f1ef", "Black": "#1d1d1f"}
# Outlines on a square of 100: rough, but of the right parts and proportions.
_OUTLINES: dict[str, tuple[str, str]] = {
    "T-Shirt": ("Tees", "35 12 43 17 57 17 65 12 88 26 80 43 70 37 70 90 30 90 30 37 20 43 12 26"),
    "Jacket": (
        "Jackets",
        "36 8 50 14 64 8 82 18 90 80 77 83 72 44 72 94 28 94 28 44 23 83 10 80 18 18",
    ),
    "Trousers": ("Pants", "32 5 68 5 75 95 56 95 50 30 44 95 25 95"),
    "Skirt": ("Skirts", "36 15 64 15 80 85 20 85"),
    "Dress": ("Dresses", "40 5 46 12 54 12 60 5 66 26 62 42 82 95 18 95 38 42 34 26"),
}


@dataclass(frozen=True)
class Product:
    """A product as the shop sells it."""

    title: str
    price: Decimal
    currency: str
    link: str
    kinds: frozenset[Kind]


@dataclass
class Shop:
    """The running shop."""

    server: LocalServer
    # By link.
    products: dict[str, Product] = field(default_factory=dict)

    @property
    def feed_url(self) -> str:
        """The address of the feed."""
        return self.server.url("/feed.xml")


@contextmanager
def running_shop(data_dir: Path | None) -> Iterator[Shop]:
    """Serve Luma out of ``data_dir``, or, where that is None, garments that are drawn."""
    with local_server() as server:
        home = server.url("/")
        if data_dir is None:
            feed = _drawn_feed(server, home)
        else:
            folder = data_dir / "luma"
            feed = (folder / "feed.xml").read_text(encoding="utf-8").replace(LUMA, home)
            for path in (folder / "images").iterdir():
                server.routes[f"/images/{path.name}"] = _file(path)
        server.routes["/feed.xml"] = reply(
            feed.encode(), headers={"Content-Type": "application/rss+xml; charset=utf-8"}
        )
        shop = Shop(server)
        for item in ElementTree.fromstring(feed).iter("item"):
            product = _product(item)
            shop.products[product.link] = product
            server.routes[product.link.removeprefix(home[:-1])] = _page(product)
        yield shop


def _product(item: ElementTree.Element) -> Product:
    text = {name: item.findtext(_G + name) or "" for name in ("title", "price", "link")}
    product_type = (item.findtext(f"{_G}product_type") or "").rpartition(" > ")[2]
    price, currency = text["price"].split()
    kinds = KINDS_OF_TYPE[product_type]
    title = " ".join(html.unescape(text["title"]).split())  # as people read it
    return Product(title, Decimal(price), currency, text["link"], kinds)


def _page(product: Product) -> Answer:
    title = html.escape(product.title)
    body = f"<!doctype html><title>{title}</title><h1>{title}</h1><p>{product.price}</p>"
    return reply(body.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


def _file(path: Path) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        reply(path.read_bytes(), headers={"Content-Type": "image/jpeg"})(handler)

    return answer


def _drawn_feed(server: LocalServer, home: str) -> str:
    items = []
    for number, (name, (kind, outline)) in enumerate(_OUTLINES.items()):
        for shade, (colour, ink) in enumerate(_COLOURS.items()):
            key = re.sub(r"\W", "-", f"{name}-{colour}".lower())
            picture = reply(_draw(outline, ink), headers={"Content-Type": "image/jpeg"})
            server.routes[f"/images/{key}.jpg"] = picture
            items.append(
                f"<item><g:id>{key}</g:id><g:title>Plain {name} - {colour}</g:title>"
                f"<g:link>{home}p/{key}</g:link><g:image_link>{home}images/{key}.jpg</g:image_link>"
                f"<g:price>{19 + 10 * number + shade}.00 USD</g:price>"
                f"<g:availability>in_stock</g:availability><g:color>{colour}</g:color>"
                f"<g:product_type>Women &gt; Clothes &gt; {kind}</g:product_type></item>"
            )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel>'
        f"<title>Drawn</title><link>{home}</link><description>Drawn clothes</description>"
        f"{''.join(items)}</channel></rss>"
    )


def _draw(outline: str, ink: str) -> bytes:
    """Draw a garment on a light ground, with a darker outline so that white shows."""
    numbers = [int(number) * 6 for number in outline.split()]
    picture = Image.new("RGB", (600, 600), "#dfe3e6")
    corners = list(zip(numbers[::2], numbers[1::2], strict=True))
    ImageDraw.Draw(picture).polygon(corners, fill=ink, outline="#55585c", width=3)
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=92)
    return buffer.getvalue()
