"""A WooCommerce shop, through the Store API that its own pages use.

https://developer.woocommerce.com/docs/apis/store-api/resources-endpoints/products/
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from server.catalog.sources.export_rows import COLOUR_NAMES, SIZE_NAMES
from server.catalog.sources.json_values import dicts, text
from server.catalog.sources.product import BrokenItemError, Row, SourceError
from server.catalog.sources.rows import read_rows
from server.catalog.sources.site import NotThereError, Site
from server.catalog.sources.source import Form, Item
from server.fetch.errors import FetchError
from server.goods.money import amount_text
from server.goods.safe_text import clean_text

# Where the API is: today's address, the older one, and that of a site without rewritten addresses.
PATHS = (
    "/wp-json/wc/store/v1/products?",
    "/wp-json/wc/store/products?",
    "/?rest_route=/wc/store/v1/products&",
)
_PAGE = 100
_MOST_PAGES = 5000
_GTINS = ("global_unique_id", "gtin", "ean", "barcode")


class WooCommerceShop:
    """The products of a WooCommerce shop.

    Args:
        site: The shop's site.
        path: Where its Store API is, with the start of a query.
    """

    form = Form.WOOCOMMERCE

    def __init__(self, site: Site, path: str) -> None:
        self._site = site
        self._path = path
        self._total = 0
        self._read = 0
        self.title: str | None = None

    @property
    def part(self) -> float | None:
        """How much of it was read."""
        return min(1.0, self._read / self._total) if self._total else None

    @classmethod
    def find(cls, site: Site) -> "WooCommerceShop | None":
        """Return the shop at a site; None if it has no Store API."""
        for path in PATHS:
            try:
                found, _ = site.json(site.url(f"{path}per_page=1"))
            except NotThereError:
                continue
            if isinstance(found, list) and all(
                isinstance(each, dict) and "prices" in each for each in found
            ):
                return cls(site, path)
        return None

    def __iter__(self) -> Iterator[Item]:
        """Read the pages one by one."""
        self.title = self._site.name
        return read_rows(self._rows(), f"{self._site.origin}/", None)

    def _rows(self) -> Iterator[Row | BrokenItemError]:
        before: list[object] = []
        for page in range(1, _MOST_PAGES + 1):
            # By id: what is added while the pages are read comes last.
            query = f"per_page={_PAGE}&page={page}&orderby=id&order=asc"
            url = self._site.url(self._path + query)
            if not self._site.allows(url):
                raise SourceError(f"The site's robots.txt forbids programs to read {url}.")
            try:
                found, answer = self._site.json(url)
            except (NotThereError, FetchError) as error:
                raise SourceError(
                    f"Page {page} of the shop's products cannot be read. {error}", hint=error.hint
                ) from error
            products = [p for p in found if isinstance(p, dict)] if isinstance(found, list) else []
            total = answer.headers.get("x-wp-total", "")
            self._total = int(total) if total.isdecimal() else 0
            ids = [product.get("id") for product in products]
            if not products or ids == before:
                return
            before = ids
            for product in products:
                yield Row(product_fields(product))
                self._read += 1
            pages = answer.headers.get("x-wp-totalpages", "")
            if pages.isdecimal() and page >= int(pages):
                return


def product_fields(product: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return a product of the Store API in Google's names."""
    given = product.get("prices")
    prices: Mapping[str, Any] = given if isinstance(given, dict) else {}
    span = prices.get("price_range")
    # Of several variants, the cheapest: that is what the shop's own pages begin with.
    lowest = span.get("min_amount") if isinstance(span, dict) else prices.get("price")
    price = _money(lowest, prices)
    full = "" if isinstance(span, dict) else _money(prices.get("regular_price"), prices)
    attributes = _attributes(product)
    images = [image.get("src") for image in dicts(product.get("images"))]
    return {
        "id": [str(product.get("id") or "")],
        "title": [text(product.get("name"))],
        "link": [text(product.get("permalink"))],
        "image_link": [source for source in images if isinstance(source, str)],
        "price": [full or price],
        "sale_price": [price if full and price != full else ""],
        "availability": [_availability(product)],
        "gtin": [text(product.get(name)) for name in _GTINS],
        "brand": [
            *(text(brand.get("name")) for brand in dicts(product.get("brands"))),
            *attributes.get("brand", ())[:1],
        ],
        "color": _one([value for name in COLOUR_NAMES for value in attributes.get(name, ())]),
        "size": [value for name in SIZE_NAMES for value in attributes.get(name, ())],
        "gender": _one(attributes.get("gender", [])),
        "product_type": [
            name
            for category in dicts(product.get("categories"))
            if (name := clean_text(category.get("name")))
        ],
    }


def _one(values: list[str]) -> list[str]:
    """Return the values if there is just one: which of several the picture shows is not known."""
    return values if len(values) == 1 else []


def _money(amount: object, prices: Mapping[str, Any]) -> str:
    """Write an amount of minor units in major ones, with its currency; empty if there is none."""
    digits, code = prices.get("currency_minor_unit"), prices.get("currency_code")
    if not isinstance(amount, str | int) or isinstance(amount, bool) or not isinstance(code, str):
        return ""
    if not isinstance(digits, int) or not 0 <= digits <= 6:
        digits = 2
    try:
        number = Decimal(str(amount).strip()).scaleb(-digits)
    except InvalidOperation:
        return str(amount)
    return f"{amount_text(number, code)} {code}" if number.is_finite() and number >= 0 else ""


def _availability(product: Mapping[str, Any]) -> str:
    if product.get("is_on_backorder") is True:
        return "backorder"
    in_stock, on_sale = product.get("is_in_stock"), product.get("is_purchasable", True)
    if not isinstance(in_stock, bool):
        return ""
    return "in_stock" if in_stock and on_sale else "out_of_stock"


def _attributes(product: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the terms of each attribute, by its name in lower case."""
    found: dict[str, list[str]] = {}
    for attribute in dicts(product.get("attributes")):
        terms = [text(term.get("name")) for term in dicts(attribute.get("terms"))]
        name = text(attribute.get("name")).casefold().removeprefix("pa_")
        found.setdefault(name, []).extend(term for term in terms if term)
    return found
