"""Any other shop: the pages in its sitemap, each read for the product that it sells."""

import hashlib
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import BinaryIO
from urllib.parse import urlsplit

from server.catalog.sources.merchant_item import LONGEST_KEY, read_item
from server.catalog.sources.product import (
    BrokenItemError,
    PageFailureError,
    SourceError,
    SourceProduct,
    Unchanged,
)
from server.catalog.sources.rows import MAX_ITEMS
from server.catalog.sources.site import Site
from server.catalog.sources.sitemap import Listed, listed_pages, names_products
from server.catalog.sources.source import Form, Item
from server.fetch.errors import FetchError
from server.goods.money import amount_text
from server.shop_page.offer import ShopPage
from server.shop_page.read_page import read_shop_page

# Pages in a row that cannot be read before the shop is given up for now.
_FAILURES = 10
# A page of something else, by its address: not worth a request if others look like products.
_PRODUCT_PAGE = re.compile(
    r"/(?:products?|produkt(?:e|er)?|produits?|productos?|prodott[io]|produtos?|shop|item|items|"
    r"goods|artikel|article|p|pd|dp|buy)/[^/?#]|[-_/]p-?\d{3,}|\.html?$|/\d{5,}",
    re.IGNORECASE,
)
_OTHER_PAGE = re.compile(
    r"/(?:blogs?|news|pages?|collections?|categor(?:y|ies|ia)|c|tags?|authors?|stores?|help|faq|"
    r"policies|legal|about|careers?|press|magazine|journal|search|account|cart)(?:/[^?]*)?$",
    re.IGNORECASE,
)

# Returns the version of a page that was read before, by its product's key: None if it was not,
# "" if its version is unknown, `DONE` if this import has read it already.
KnownPage = Callable[[str], str | None]
DONE = "done"


class SitemapShop:
    """The products on the pages of a site's sitemap.

    Args:
        site: The shop's site.
        known: What is known of a page from before.
        sitemap: The address of its sitemap, if it was given.
        currency: The currency of prices that name none.
    """

    form = Form.SITEMAP

    def __init__(
        self,
        site: Site,
        known: KnownPage,
        sitemap: str | None = None,
        currency: str | None = None,
    ) -> None:
        self._site = site
        self._known = known
        self._sitemap = sitemap
        self._currency = currency
        self._total = 0
        self._read = 0
        self.title: str | None = None

    @property
    def part(self) -> float | None:
        """How much of it was read."""
        return self._read / self._total if self._total else None

    def __iter__(self) -> Iterator[Item]:
        """Read the pages one by one; those that did not change are not asked for."""
        with tempfile.TemporaryFile("w+b", prefix="where-to-buy-") as file:
            only_products = self._list(file)
            self.title = self._site.name
            failures = 0
            for page in _listed(file, only_products=only_products):
                item = self._item(page)
                self._read += 1
                failures = failures + 1 if isinstance(item, PageFailureError) else 0
                if failures >= _FAILURES:
                    raise SourceError(
                        f"{_FAILURES} pages of the shop in a row cannot be read. {item}",
                        hint="Try again later: what was read is kept, and is not asked for again.",
                    )
                yield item

    def _list(self, file: BinaryIO) -> bool:
        """Write the pages that may be read into a file; return whether some are of products."""
        counts = {True: 0, False: 0}
        for page in listed_pages(self._site, self._sitemap):
            if sum(counts.values()) >= MAX_ITEMS or not self._site.allows(page.url):
                continue
            path = urlsplit(page.url).path
            is_other = path in {"", "/"} or _OTHER_PAGE.search(path) is not None
            is_product = not is_other and (
                names_products(page.sitemap) or _PRODUCT_PAGE.search(path) is not None
            )
            if is_product or not is_other:
                counts[is_product] += 1
                line = f"{int(is_product)}\t{page.version}\t{page.url}\n"
                file.write(line.encode("utf-8", "replace"))
        self._total = counts[True] or counts[False]
        if not self._total:
            raise SourceError(
                "The site's sitemap lists no page that its robots.txt lets programs read.",
                hint="Ask the shop for its product feed, and give the feed's address.",
            )
        return counts[True] > 0

    def _item(self, page: Listed) -> Item:
        key = page_key(page.url)
        known = self._known(key)
        if known == DONE or (known and known == page.version):
            return Unchanged(key)
        try:
            fetched = self._site.page(page.url)
        except FetchError as error:
            if error.status in {404, 410}:
                return BrokenItemError(
                    f"{page.url} is in the sitemap, and not there.",
                    reason="a page that is not there",
                    example=page.url,
                )
            return PageFailureError(
                f"{page.url}: {error}", reason=str(error).rstrip("."), example=page.url, key=key
            )
        charset = f"; charset={fetched.charset}" if fetched.charset else ""
        shown = read_shop_page(fetched.data, fetched.url, content_type=fetched.media_type + charset)
        return self._product(key, page, fetched.url, shown)

    def _product(
        self, key: str, page: Listed, url: str, shown: ShopPage
    ) -> SourceProduct | BrokenItemError:
        if shown.price is None and shown.availability is None:
            return BrokenItemError(
                f"{page.url} sells no single product.",
                reason="a page that sells no single product",
                example=page.url,
            )
        price = before = ""
        if shown.price is not None:
            code = shown.currency or ""
            price = f"{amount_text(shown.price, shown.currency)} {code}".strip()
            if shown.list_price is not None:
                before = f"{amount_text(shown.list_price, shown.currency)} {code}".strip()
        link = shown.link if shown.link and self._site.owns(shown.link) else url
        fields: dict[str, Sequence[str]] = {
            "id": [key],
            "title": [shown.title or ""],
            "link": [link],
            "image_link": list(shown.pictures),
            "price": [before or price],
            "sale_price": [price if before else ""],
            "availability": [shown.availability or ""],
            "condition": [shown.condition or ""],
            "gtin": [shown.gtin or ""],
            "brand": [shown.brand or ""],
            "color": [shown.colour or ""],
            "size": list(shown.sizes),
        }
        try:
            product = read_item(fields, url, currency=self._currency)
        except BrokenItemError as error:
            return error
        return replace(product, page_version=page.version or None)


def page_key(url: str) -> str:
    """Return the key of the product on a page: its address without the host."""
    parts = urlsplit(url)
    key = parts.path + (f"?{parts.query}" if parts.query else "")
    if len(key) <= LONGEST_KEY:
        return key
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _listed(file: BinaryIO, *, only_products: bool) -> Iterator[Listed]:
    file.seek(0)
    for line in file:
        is_product, version, url = line.decode("utf-8").rstrip("\n").split("\t", 2)
        if is_product == "1" or not only_products:
            yield Listed(url, version, "")
