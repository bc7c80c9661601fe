"""Sitemaps: the addresses of a site's pages, as the site lists them (https://www.sitemaps.org)."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from lxml import etree

from server.catalog.sources.feed_bytes import FeedBytes
from server.catalog.sources.product import SourceError
from server.catalog.sources.site import Site
from server.fetch.errors import FetchError
from server.goods.safe_text import safe_link

# Where a sitemap is if robots.txt names none.
USUAL = ("/sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml", "/sitemap-index.xml")
# The format's own limit is 50 MB and 50,000 addresses.
_MOST_BYTES = 64 * 2**20
_MOST_FILES = 500
_DEEPEST = 3
_LONGEST_VERSION = 64


@dataclass(frozen=True, slots=True)
class Listed:
    """A page in a sitemap.

    Attributes:
        url: Its address.
        version: When it last changed, as the site writes it; empty if it does not say.
        sitemap: The address of the sitemap that lists it.
    """

    url: str
    version: str
    sitemap: str


def is_sitemap(start: str) -> bool:
    """Return whether a file that begins so is a sitemap."""
    return "<urlset" in start[:4000] or "<sitemapindex" in start[:4000]


def listed_pages(site: Site, first: str | None = None) -> Iterator[Listed]:
    """Yield the pages in a site's sitemaps; only the site's own addresses.

    If some sitemaps of an index are of products by their names, only these are read.

    Args:
        site: The site.
        first: The address of its sitemap; by default those that its robots.txt names, or the
            usual one.

    Raises:
        SourceError: There is no sitemap that can be read.
    """
    waiting = [(url, 1) for url in ([first] if first else list(site.rules.sitemaps))]
    guessed = not waiting
    if guessed:
        waiting = [(site.url(path), 1) for path in USUAL]
    read: set[str] = set()
    faults: list[str] = []
    found = False
    while waiting and len(read) < _MOST_FILES:
        url, depth = waiting.pop(0)
        if url in read or not site.owns(url) or not site.allows(url):
            continue
        read.add(url)
        try:
            with tempfile.TemporaryFile(prefix="where-to-buy-") as file:
                site.download(url, file, _MOST_BYTES)
                file.seek(0)
                children: list[str] = []
                for name, where, version in _entries(file):
                    if name == "sitemap" and depth < _DEEPEST:
                        children.append(where)
                    elif name == "url" and site.owns(where):
                        found = True
                        yield Listed(where, version[:_LONGEST_VERSION], url)
        except (FetchError, SourceError) as error:
            faults.append(f"{url}: {error}")
            continue
        products = [child for child in children if names_products(child)]
        waiting[:0] = [(child, depth + 1) for child in products or children]
        if guessed:
            # The others would be the same one by another name.
            waiting = [each for each in waiting if each[1] > 1]
    if not found:
        raise SourceError(
            "The site has no sitemap that can be read"
            + (f" ({faults[0]})" if faults else "")
            + ".",
            hint="Ask the shop for its product feed, and give the feed's address.",
        )


def names_products(url: str) -> bool:
    """Return whether an address is of products by its own words."""
    plain = url.casefold()
    return any(word in plain for word in _PRODUCT_WORDS)


_PRODUCT_WORDS = ("product", "produkt", "produit", "producto", "prodotti", "prodotto", "produto",
                  "tuote", "artikel", "-item", "/item", "/goods", "pdp", "/sku")  # fmt: skip


def _entries(file: BinaryIO) -> Iterator[tuple[str, str, str]]:
    """Yield each entry: ``url`` or ``sitemap``, its address, when it changed."""
    source = FeedBytes(file, _MOST_BYTES * 4)
    # Recovers from the faults that hand-made sitemaps have; loads nothing, resolves nothing.
    parser = etree.XMLPullParser(
        events=("end",), resolve_entities=False, no_network=True, recover=True, huge_tree=False
    )
    try:
        while piece := source.read():
            parser.feed(piece)
            yield from _finished(parser)
        parser.close()
    except etree.XMLSyntaxError as error:
        raise SourceError(f"The sitemap is not well-formed: {error}.") from error
    yield from _finished(parser)


def _finished(parser: "etree.XMLPullParser") -> Iterator[tuple[str, str, str]]:
    for _, found in parser.read_events():
        element = cast("etree._Element", found)
        name = _name(element)
        if name not in {"url", "sitemap"}:
            continue
        values = {_name(child): (child.text or "").strip() for child in element}
        link = safe_link(values.get("loc"))
        if link is not None:
            yield name, link, values.get("lastmod", "")
        # Finished entries would stay in memory to the end.
        element.clear()
        parent = element.getparent()
        while parent is not None and (before := element.getprevious()) is not None:
            parent.remove(before)


def _name(element: "etree._Element") -> str:
    """Return an element's name without its namespace; empty for a comment."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""
