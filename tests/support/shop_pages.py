"""Shops' pages, as small as possible."""

import json
from typing import Any

from tests.support.http_server import Answer, reply


def product_page(name: str = "Ribbed Jumper", *, head: str = "", **more: Any) -> bytes:
    """Make the page of a product in stock for 49 dollars; ``more`` replaces its fields."""
    product = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": name,
        "image": "https://pictures.example/jumper.jpg",
        "sku": "J-1",
        "offers": {
            "@type": "Offer",
            "price": "49.00",
            "priceCurrency": "USD",
            "availability": "https://schema.org/InStock",
        },
        **more,
    }
    data = json.dumps(product)
    return (
        f"<!doctype html><html><head><title>{name} | Mill</title>{head}"
        f'<script type="application/ld+json">{data}</script></head>'
        f"<body><h1>{name}</h1></body></html>"
    ).encode()


def html(body: bytes, status: int = 200, **headers: str) -> Answer:
    """Answer with a page; ``retry_after`` becomes ``Retry-After``."""
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}
    return reply(body, status, {"Content-Type": "text/html; charset=utf-8", **named})
