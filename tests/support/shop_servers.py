"""Shops on loopback that answer as Shopify, as WooCommerce, and as a site with a sitemap."""

import json
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.http_server import Answer, LocalServer, reply
from tests.support.pictures import outfit, picture_file

JSON = {"Content-Type": "application/json"}
PICTURE = picture_file(outfit(width=200, height=400))


def json_reply(body: Any, **headers: str) -> Answer:
    return reply(json.dumps(body).encode(), headers={**JSON, **headers})


def pages(items: Sequence[Any], size: str, wrap: str | None = None, most: int = 250) -> Answer:
    """Answer a page of some items; ``size`` is the parameter that says how many a page has."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked = parse_qs(urlsplit(handler.path).query)
        each = min(int(asked.get(size, ["30"])[0]), most)
        start = (int(asked.get("page", ["1"])[0]) - 1) * each
        part = list(items[start : start + each])
        totals = {"X-WP-Total": str(len(items)), "X-WP-TotalPages": str(-(-len(items) // each))}
        json_reply({wrap: part} if wrap else part, **totals)(handler)

    return answer


def shopify_product(number: int, server: LocalServer, **more: Any) -> dict[str, Any]:
    """A product of ``/products.json``, with two sizes, the first of them reduced."""
    picture = server.url(f"/files/{number}.png")
    variants = [
        {
            "id": number * 10 + place,
            "title": size,
            "option1": size,
            "option2": "Navy",
            "option3": None,
            "sku": f"TEE-{number}-{size}",
            "featured_image": None,
            "available": place == 0,
            "price": "19.90",
            "compare_at_price": "29.90" if place == 0 else None,
            "product_id": number,
        }
        for place, size in enumerate(("S", "M"))
    ]
    return {
        "id": number,
        "title": f"Navy Tee {number}",
        "handle": f"navy-tee-{number}",
        "body_html": "<p>Soft.</p>",
        "vendor": "Corner",
        "product_type": "T-Shirts",
        "tags": ["Summer", "gender:women"],
        "variants": variants,
        "images": [
            {"id": 1, "src": f"{picture}?v=1", "variant_ids": []},
            {"id": 2, "src": f"{picture}?v=2", "variant_ids": [number * 10 + 1]},
        ],
        "options": [
            {"name": "Size", "position": 1, "values": ["S", "M"]},
            {"name": "Color", "position": 2, "values": ["Navy"]},
        ],
        **more,
    }


def shopify(server: LocalServer, count: int, **routes: Answer) -> None:
    """Make a server a Shopify shop of so many products."""
    # Mugs are no garments: their pictures are not looked at.
    products = [
        shopify_product(number, server, **({"title": f"Mug {number}"} if number > 3 else {}))
        for number in range(1, count + 1)
    ]
    server.routes |= {
        "/products.json": pages(products, "limit", "products"),
        "/cart.js": json_reply({"token": "x", "items": [], "currency": "GBP"}),
        "/": reply(b'<meta property="og:site_name" content="Corner &amp; Co">'),
        **{f"/files/{number}.png": reply(PICTURE) for number in range(1, 4)},
        **routes,
    }


def woocommerce_product(number: int, server: LocalServer, **more: Any) -> dict[str, Any]:
    """A product of the Store API, as its documentation has it."""
    return {
        "id": number,
        "name": f"Wool Coat &#8211; {number}",
        "slug": f"wool-coat-{number}",
        "type": "variable",
        "permalink": server.url(f"/product/wool-coat-{number}/"),
        "sku": f"coat-{number}",
        "on_sale": True,
        "prices": {
            "price": "12900",
            "regular_price": "15900",
            "sale_price": "12900",
            "price_range": None,
            "currency_code": "EUR",
            "currency_symbol": "€",
            "currency_minor_unit": 2,
        },
        "images": [
            {"id": 5, "src": server.url(f"/files/{number}.png"), "thumbnail": "", "alt": ""},
            {"id": 6, "src": server.url("/files/1.png"), "thumbnail": "", "alt": ""},
        ],
        "categories": [{"id": 1, "name": "Women&#8217;s Coats", "slug": "coats"}],
        "brands": [{"id": 3, "name": "Norden", "slug": "norden"}],
        "attributes": [
            {"id": 1, "name": "Size", "taxonomy": "pa_size", "has_variations": True,
             "terms": [{"id": 1, "name": "S"}, {"id": 2, "name": "M"}]},
            {"id": 2, "name": "Color", "taxonomy": "pa_color", "has_variations": False,
             "terms": [{"id": 3, "name": "Camel"}]},
        ],
        "is_purchasable": True,
        "is_in_stock": True,
        **more,
    }  # fmt: skip


def woocommerce(server: LocalServer, products: Sequence[Mapping[str, Any]]) -> None:
    """Make a server a WooCommerce shop."""
    server.routes |= {
        "/wp-json/wc/store/v1/products": pages(products, "per_page", most=100),
        "/": reply(b"<title>Norden</title>"),
        **{f"/files/{product['id']}.png": reply(PICTURE) for product in products},
    }


def product_page(server: LocalServer, title: str, price: str = "49.00", **more: Any) -> Answer:
    """A page that sells one product, as JSON-LD says it."""
    product = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": title,
        "image": [server.url("/files/1.png")],
        "brand": {"@type": "Brand", "name": "Norden"},
        "color": "Navy",
        "offers": {
            "@type": "Offer",
            "price": price,
            "priceCurrency": "EUR",
            "availability": "https://schema.org/InStock",
        },
        **more,
    }
    html = (
        f"<!doctype html><html><head><title>{title}</title>"
        f'<script type="application/ld+json">{json.dumps(product)}</script></head>'
        f"<body><h1>{title}</h1><button>Add to cart</button></body></html>"
    )
    return reply(html.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


def sitemap(server: LocalServer, paths: Mapping[str, str]) -> Answer:
    """A sitemap of some paths, each with the time of its last change."""
    entries = "".join(
        f"<url><loc>{server.url(path)}</loc>{f'<lastmod>{when}</lastmod>' if when else ''}</url>"
        for path, when in paths.items()
    )
    head = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return reply(f'<?xml version="1.0"?>{head}{entries}</urlset>'.encode())


def sitemap_index(server: LocalServer, paths: Sequence[str]) -> Answer:
    """A sitemap of sitemaps."""
    entries = "".join(f"<sitemap><loc>{server.url(path)}</loc></sitemap>" for path in paths)
    head = '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return reply(f'<?xml version="1.0"?>{head}{entries}</sitemapindex>'.encode())
