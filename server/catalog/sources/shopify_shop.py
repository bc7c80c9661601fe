"""A Shopify shop: every product as JSON, a page of 250 at a time, without its currency.

``/products.json`` and ``/meta.json`` are not documented, and every shop has them unless its owner
takes them away.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from server.catalog.sources.export_rows import COLOUR_NAMES, SIZE_NAMES, gender_of_tags
from server.catalog.sources.json_values import dicts, text
from server.catalog.sources.product import BrokenItemError, Row, SourceError
from server.catalog.sources.rows import read_rows
from server.catalog.sources.site import NotThereError, Site
from server.catalog.sources.source import Form, Item
from server.fetch.errors import FetchError
from server.goods.currencies import MINOR_UNITS
from server.goods.safe_text import clean_text

_PAGE = 250
# Shopify answers no more pages than this.
_MOST_PAGES = 2000
_ACTIVE = re.compile(r"Shopify\.currency\s*=\s*\{[^{}]{0,200}?\"active\"\s*:\s*\"([A-Z]{3})\"")
_META = ("og:price:currency", "product:price:currency", "currency")
_NO_OPTION = "Default Title"


class ShopifyShop:
    """The products of a Shopify shop, a row for each variant.

    Args:
        site: The shop's site.
        currency: The currency of its prices, if that is known.
        collection: The path of one collection (``/collections/sale``); empty for everything.
    """

    form = Form.SHOPIFY

    def __init__(self, site: Site, currency: str | None = None, collection: str = "") -> None:
        self._site = site
        self._currency = currency
        self._collection = collection
        self._total = 0
        self._products = 0
        self.title: str | None = None

    @property
    def part(self) -> float | None:
        """How much of it was read."""
        return min(1.0, self._products / self._total) if self._total else None

    @classmethod
    def is_at(cls, site: Site, collection: str = "") -> bool:
        """Return whether a site answers as a Shopify shop."""
        try:
            return bool(_products(site, collection, page=1, limit=1))
        except NotThereError:
            return False

    def __iter__(self) -> Iterator[Item]:
        """Read the pages one by one."""
        meta = self._meta()
        self.title = clean_text(meta.get("name")) or self._site.name
        count = meta.get("published_products_count")
        self._total = count if isinstance(count, int) and not self._collection else 0
        currency = self._currency or self._find_currency(meta)
        return read_rows(self._rows(), f"{self._site.origin}/", currency)

    def _rows(self) -> Iterator[Row | BrokenItemError]:
        before: list[object] = []
        for page in range(1, _MOST_PAGES + 1):
            try:
                products = _products(self._site, self._collection, page=page, limit=_PAGE)
            except (NotThereError, FetchError) as error:
                raise SourceError(
                    f"Page {page} of the shop's products cannot be read. {error}", hint=error.hint
                ) from error
            ids = [product.get("id") for product in products]
            # A server that does not know pages answers the first one for ever.
            if not products or ids == before:
                return
            before = ids
            for product in products:
                yield from variant_rows(product)
                self._products += 1

    def _meta(self) -> Mapping[str, Any]:
        try:
            found, _ = self._site.json(self._site.url("/meta.json"))
        except (NotThereError, FetchError):
            return {}
        return found if isinstance(found, dict) else {}

    def _find_currency(self, meta: Mapping[str, Any]) -> str | None:
        """Return the currency that the shop says it sells in, wherever it says so."""
        if (code := _code(meta.get("currency"))) is not None:
            return code
        try:
            cart, _ = self._site.json(self._site.url("/cart.js"))
        except (NotThereError, FetchError):
            cart = None
        if isinstance(cart, dict) and (code := _code(cart.get("currency"))) is not None:
            return code
        active = _ACTIVE.search(self._site.home_text)
        if active is not None:
            return _code(active[1])
        home = self._site.home
        named = home.meta(*_META) if home is not None else None
        return _code(named[1]) if named else None


def variant_rows(product: Mapping[str, Any]) -> Iterator[Row | BrokenItemError]:
    """Yield a row in Google's names for each variant of a product of ``/products.json``."""
    handle, title = product.get("handle"), clean_text(product.get("title"))
    variants = dicts(product.get("variants"))
    if not isinstance(handle, str) or not handle or not variants:
        yield BrokenItemError(
            "A product of the shop has no address or no variant.",
            reason="no address or no variant",
            example=f"“{title or handle or product.get('id')}”",
        )
        return
    options = [str(option.get("name") or "").casefold() for option in dicts(product.get("options"))]
    if not options and isinstance(product.get("options"), list):
        options = [str(name).casefold() for name in product["options"]]
    images = dicts(product.get("images"))
    for variant in variants:
        yield Row(_fields(product, variant, options, images))


def _fields(
    product: Mapping[str, Any],
    variant: Mapping[str, Any],
    options: Sequence[str],
    images: Sequence[Mapping[str, Any]],
) -> dict[str, list[str]]:
    values = [text(variant.get(f"option{number}")) for number in (1, 2, 3)]
    named = [
        (name, value)
        for name, value in zip(options, values, strict=False)
        if value and value != _NO_OPTION
    ]
    number, before = text(variant.get("id")), text(variant.get("compare_at_price"))
    price = text(variant.get("price"))
    link = f"/products/{quote(str(product['handle']))}"
    available = variant.get("available")
    gender = gender_of_tags(product.get("tags"))
    return {
        "id": [number or "/".join([str(product["handle"]), *(value for _, value in named)])],
        "item_group_id": [text(product.get("id")) or str(product["handle"])],
        "title": [text(product.get("title"))],
        "link": [f"{link}?variant={number}" if number else link],
        "image_link": _pictures(variant, images),
        "price": [before or price],
        "sale_price": [price if before else ""],
        "availability": ["" if available is None else str(bool(available)).lower()],
        "gtin": [text(variant.get("barcode"))],
        "brand": [text(product.get("vendor"))],
        "color": [value for name, value in named if name in COLOUR_NAMES],
        "size": [value for name, value in named if name in SIZE_NAMES],
        "gender": [gender] if gender else [],
        "product_type": [text(product.get("product_type"))],
    }


def _pictures(variant: Mapping[str, Any], images: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the addresses of the pictures, the variant's own first."""
    own = variant.get("featured_image")
    first = [own.get("src")] if isinstance(own, dict) else []
    number = variant.get("id")
    first += [
        image.get("src")
        for image in images
        if isinstance(image.get("variant_ids"), list) and number in image["variant_ids"]
    ]
    every = [*first, *(image.get("src") for image in images)]
    return [source for source in every if isinstance(source, str) and source]


def _products(site: Site, collection: str, *, page: int, limit: int) -> list[dict[str, Any]]:
    url = site.url(f"{collection}/products.json?limit={limit}&page={page}")
    if not site.allows(url):
        raise NotThereError(f"The site's robots.txt forbids programs to read {url}.")
    found, _ = site.json(url)
    if not isinstance(found, dict) or not isinstance(found.get("products"), list):
        raise NotThereError(f"{url} has no list of products.")
    return dicts(found["products"])


def _code(value: object) -> str | None:
    code = value.strip().upper() if isinstance(value, str) else ""
    return code if code in MINOR_UNITS else None
