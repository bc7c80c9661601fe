"""Parse a page into a tree, once, with lxml, and read its head and its main heading."""

import re
from dataclasses import dataclass, field

from lxml import etree

from server.shop_page.document.heading import find_heading
from server.shop_page.document.identity import absolute
from server.shop_page.document.texts import element_text, shown_text

# The brace may be written as an entity.
_DATA_ATTRIBUTE = re.compile(rb"=[\s\"']*+[{&]")


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
        """The text of the main heading, without words that only screen readers say."""
        return shown_text(self.heading, 300) if self.heading is not None else None

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
    document.heading = _main_heading(document)
    return document


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


def _main_heading(document: Document) -> etree._Element | None:
    named = [document.title or ""]
    if found := document.meta("og:title", "twitter:title"):
        named.append(found[1])
    site = (document.meta("og:site_name") or ("", ""))[1]
    return find_heading(document.root, named, site, document.url)
