"""Parse a page into a tree, once, with lxml, and read its head and its main heading."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree

from server.goods.names import same_name, words_of
from server.shop_page.document.identity import absolute

_NOT_HEADING = ("logo", "site-header", "page-header", "navbar", "site-title", "header-brand")
_MAX_TITLE_ELEMENTS = 5_000
_FRONT_PAGE = re.compile(r"\s*(?:https?://[^/?#\s]+)?/?(?:index\.\w{3,5})?\s*(?<=\S)")
_SEPARATOR = re.compile(r"\s[-–—|:·]\s|\s*\|\s*")
# The brace may be written as an entity.
_DATA_ATTRIBUTE = re.compile(rb"=[\s\"']*+[{&]")
_TITLE_CLASSES = (
    "product-title", "product_title", "product-name", "product_name", "producttitle",
    "productname", "product__title", "product__name", "pdp-title", "item-title", "item_name",
    "itemtitle", "goods_name", "product-single__title", "product-detail-name", "prod-name",
    "sku-name", "goods-name", "goods-title", "itemtit", "prod-title", "prod_title", "pdp-name",
    "product-heading", "product-headline", "item-name", "itemname", "page-title",
    "product__heading", "pname", "prodname", "p-name", "product-nm",
)  # fmt: skip


@dataclass(slots=True)
class Document:
    """A parsed page."""

    root: etree._Element
    url: str
    # The address that relative addresses on the page refer to.
    base: str
    # The contents of meta tags by their ``property``, ``name`` or ``itemprop``, in lower case.
    metas: dict[str, list[str]] = field(default_factory=dict)
    # It may contain microdata or RDFa.
    has_items: bool = False
    # It may contain attributes whose values begin like JSON objects.
    has_data: bool = False
    title: str | None = None
    language: str | None = None
    canonical: str | None = None
    heading: etree._Element | None = None

    @property
    def heading_text(self) -> str | None:
        """The text of the main heading."""
        return element_text(self.heading, 300) if self.heading is not None else None

    def meta(self, *names: str) -> tuple[str, str] | None:
        """Return name and content of the first of the named meta tags that has content."""
        for name in names:
            for content in self.metas.get(name, ()):
                if content:
                    return name, content
        return None


def parse(markup: str, url: str) -> Document:
    """Parse stripped markup. There always is a tree, even if an empty one."""
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, recover=True, huge_tree=True
    )
    data = markup.encode("utf-8", "replace")
    root: etree._Element | None = None
    if data.strip():
        try:
            root = etree.fromstring(data, parser)
        except etree.LxmlError:
            root = None
    if root is None:
        root = etree.Element("html")
    document = Document(root, url, url)
    lower = data.lower()
    document.has_items = any(word in lower for word in (b"itemprop", b"itemtype", b"typeof="))
    document.has_data = _DATA_ATTRIBUTE.search(data) is not None
    _read_head(document)
    document.heading = _find_heading(document)
    return document


def words(element: etree._Element, *names: str) -> str:
    """Return the values of the named attributes in lower case, separated by spaces."""
    values = [value for name in names if (value := element.get(name))]
    return " ".join(values).lower()[:400]


def element_text(element: etree._Element, limit: int = 500) -> str | None:
    """Return the element's text with single spaces, at most ``limit`` characters; None if empty."""
    parts: list[str] = []
    size = 0
    for text in element.itertext():
        parts.append(str(text))
        size += len(text)
        if size > 4 * limit:
            break
    return " ".join("".join(parts).split())[:limit].strip() or None


def _read_head(document: Document) -> None:
    root = document.root
    document.language = root.get("lang") or root.get("xml:lang")
    base = root.find(".//base")
    if base is not None and (address := absolute(base.get("href"), document.url)):
        document.base = address
    title = root.find(".//head/title")
    if title is None:
        title = root.find(".//title")
    document.title = element_text(title, 300) if title is not None else None
    for meta in list(root.iter("meta"))[:1_000]:
        content = (meta.get("content") or meta.get("value") or "").strip()[:2_000]
        for attribute in ("property", "name", "itemprop"):
            if name := meta.get(attribute):
                document.metas.setdefault(name.strip().lower(), []).append(content)
    for link in list(root.iter("link"))[:1_000]:
        if "canonical" in (link.get("rel") or "").lower().split() and not document.canonical:
            document.canonical = absolute(link.get("href"), document.base)


def _find_heading(document: Document) -> etree._Element | None:
    """Return the h1 that names the product, else the element marked up as the product's title.

    An h1 can be the shop's name or a banner too: if it has nothing of the page's title, an
    element that repeats the title is preferred.
    """
    named = [document.title or ""]
    if found := document.meta("og:title", "twitter:title"):
        named.append(found[1])
    headings = [
        (heading, text)
        for heading in list(document.root.iter("h1"))[:20]
        if (text := element_text(heading, 300))
    ]
    site = (document.meta("og:site_name") or ("", ""))[1].casefold()
    best, best_score = None, 0
    is_named = False
    for heading, text in headings:
        around = " ".join(words(e, "class", "id") for e in _lineage(heading, 3))
        score = 1 if heading.get("itemprop") == "name" else 0
        of_shop = _is_of_shop(heading, text, named)
        names_page = not of_shop and any(same_name(text, name) for name in named)
        if names_page:
            score += 2
        if not (of_shop or any(word in around for word in _NOT_HEADING)) and (
            text.casefold() != site
        ):
            score += 2
        if len(headings) > 1 and _is_likely_of_shop(text, named, document.url):
            score -= 1
        if score > best_score:
            best, best_score = heading, score
            is_named = names_page or _has_title(text, named)
    if best is not None and best_score >= 2 and is_named:
        return best
    other = _title_element(document.root, named, exact=best_score >= 2)
    return other if other is not None or best_score < 2 else best


def _is_of_shop(heading: etree._Element, text: str, named: list[str]) -> bool:
    """Return True for an h1 with the shop's name: it links to the front page, or ends the title.

    The title is then that of a product with the shop's name behind it, and og:title has only
    the product's.
    """
    links = [*heading.iter("a"), *heading.iterancestors("a")]
    if any(_FRONT_PAGE.fullmatch(link.get("href") or "") for link in links):
        return True
    own = words_of(text)
    parts = [words_of(part) for part in _SEPARATOR.split(named[0])]
    product = words_of(named[1]) if len(named) > 1 else []
    return bool(product) and len(parts) > 1 and own in parts and product in parts and own != product


def _has_title(text: str, named: list[str]) -> bool:
    """Return True for a heading with every word of the product's name in the title, and more."""
    product = words_of(_SEPARATOR.split(named[-1])[0])
    return len(product) > 1 and set(product) <= set(words_of(text))


def _is_likely_of_shop(text: str, named: list[str], url: str) -> bool:
    """Return True for the end of the title, or the name in the address: of two h1, the shop's."""
    own = words_of(text)
    parts = [words_of(part) for part in _SEPARATOR.split(named[0])]
    try:
        host = re.sub(r"[^\w]", "", urlsplit(url).hostname or "")
    except ValueError:
        host = ""
    joined = "".join(own)
    ends = len(named) < 2 and len(parts) > 1 and own == parts[-1] and own != parts[0]
    return ends or (len(joined) > 4 and joined in host)


def _lineage(element: etree._Element, steps: int) -> Iterator[etree._Element]:
    current: etree._Element | None = element
    for _ in range(steps):
        if current is None:
            return
        yield current
        current = current.getparent()


def _title_element(
    root: etree._Element, named: list[str], *, exact: bool = False
) -> etree._Element | None:
    """Return the element with a title's class and the page's name, else one with either.

    Args:
        root: The page.
        named: Its title and og:title.
        exact: Return only an element that has all of the product's name, and no link around.
    """
    matching: list[etree._Element] = []
    marked_up: list[etree._Element] = []
    repeating: list[etree._Element] = []
    starts = [own for name in named if len(own := words_of(_SEPARATOR.split(name)[0])) > 1]
    candidates = root.iter("h2", "h3", "h4", "div", "span", "p", "strong", "b", "td", "font")
    for element in islice(candidates, _MAX_TITLE_ELEMENTS):
        around = words(element, "class", "id", "data-hook")
        marked = element.get("itemprop") == "name" or any(w in around for w in _TITLE_CLASSES)
        if not marked and not repeating and _repeats(element.text, starts):
            repeating.append(element)
        if not marked and (matching or element.tag not in ("h2", "h3", "h4", "strong", "b")):
            continue
        text = element_text(element, 300)
        if not text or len(text) < 3:
            continue
        if exact:
            of_title = marked or element.tag in ("h2", "h3", "h4")
            if of_title and words_of(text) in starts and not _in_link_or_menu(element):
                return element
        elif any(same_name(text, name) for name in named):
            if marked:
                return element
            matching.append(element)
        elif marked:
            marked_up.append(element)
    if exact:
        return None
    for found in (matching, repeating):
        if found:
            return found[0]
    return marked_up[0] if len(marked_up) == 1 else None


def _in_link_or_menu(element: etree._Element) -> bool:
    """Return True inside a link, or in a breadcrumb, which names the product too."""
    return any(
        around.tag in ("a", "nav", "li", "footer") or "breadcrumb" in words(around, "class", "id")
        for around in _lineage(element, 5)
    )


def _repeats(text: str | None, starts: list[list[str]]) -> bool:
    """Return True for a text that begins like the page's title, or is all of it."""
    if not text or not 5 < len(text.strip()) < 200 or not starts:
        return False
    own = words_of(text)
    return any(own == start or (len(start) > 2 and own[: len(start)] == start) for start in starts)
