"""Find the main heading of a page: the element that names the product."""

import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlsplit

from lxml import etree

from server.goods.amounts import find_money
from server.goods.names import same_name, words_of
from server.shop_page.document.texts import element_text, words
from server.shop_page.words.price_words import price_words

_NOT_HEADING = ("logo", "site-header", "page-header", "navbar", "site-title", "header-brand")
_MAX_TITLE_ELEMENTS = 5_000
_BOLD = ("h2", "h3", "h4", "strong", "b", "font")
# So many are looked at for a name above the price.
_MAX_BOLD = 200
# How many elements behind it the price may be.
_NEAR = 12
_TITLE_TAGS = ("h2", "h3", "h4", "div", "span", "p", "strong", "b", "td", "font")
# How many words, in how many characters at least, are no coincidence.
_WORDS_OF_BEGINNING, _LEAST_BEGINNING = 4, 16
_FRONT_PAGE = re.compile(r"\s*(?:https?://[^/?#\s]+)?/?(?:index\.\w{3,5})?\s*(?<=\S)")
_SEPARATOR = re.compile(r"\s[-–—|:·]\s|\s*\|\s*")
_TITLE_CLASSES = (
    "product-title", "product_title", "product-name", "product_name", "producttitle",
    "productname", "product__title", "product__name", "pdp-title", "item-title", "item_name",
    "itemtitle", "goods_name", "product-single__title", "product-detail-name", "prod-name",
    "sku-name", "goods-name", "goods-title", "itemtit", "prod-title", "prod_title", "pdp-name",
    "product-heading", "product-headline", "item-name", "itemname", "page-title",
    "product__heading", "pname", "prodname", "p-name", "product-nm",
)  # fmt: skip


def find_heading(
    root: etree._Element, named: list[str], site: str, url: str
) -> etree._Element | None:
    """Return the h1 that names the product, else the element marked up as the product's title.

    An h1 can be the shop's name or a banner too: if it has nothing of the page's title, an
    element that repeats the title is preferred.

    Args:
        root: The page.
        named: Its title, which may be empty, and og:title if it has one.
        site: The shop's name, if a meta tag has it.
        url: The page's address.
    """
    headings = [
        (heading, text)
        for heading in list(root.iter("h1"))[:20]
        if (text := element_text(heading, 300))
    ]
    best, best_score = None, 0
    is_named = False
    for heading, text in headings:
        around = " ".join(words(e, "class", "id") for e in _lineage(heading, 3))
        score = 1 if heading.get("itemprop") == "name" else 0
        of_shop = _is_of_shop(heading, text, named)
        names_page = not of_shop and any(same_name(text, name) for name in named)
        if names_page or (not of_shop and _begins_alike(text, named)):
            score += 2
        if not (of_shop or any(word in around for word in _NOT_HEADING)) and (
            text.casefold() != site.casefold()
        ):
            score += 2
        if len(headings) > 1 and _is_likely_of_shop(text, named, url):
            score -= 1
        if score > best_score:
            best, best_score = heading, score
            is_named = names_page or _has_title(text, named)
    if best is not None and best_score >= 2 and is_named:
        return best
    if best_score < 2:
        return _title_element(root, named)
    other = _exact_title(root, named)
    return other if other is not None else best


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


def _begins_alike(text: str, named: list[str]) -> bool:
    """Return True for a text that begins with the same few words as a title."""
    own = words_of(text)[:_WORDS_OF_BEGINNING]
    return len(own) == _WORDS_OF_BEGINNING and any(
        words_of(name)[:_WORDS_OF_BEGINNING] == own for name in named
    )


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


def _exact_title(root: etree._Element, named: list[str]) -> etree._Element | None:
    """Return the element, in no link, with a title's name or tag and all of the product's name.

    With a title's class, the beginning of the page's title is enough: "Name: Shop: Author".
    """
    starts = _starts(named)
    for element in islice(root.iter(*_TITLE_TAGS), _MAX_TITLE_ELEMENTS):
        marked = _is_marked(element)
        if not marked and element.tag not in ("h2", "h3", "h4"):
            continue
        own = words_of(element_text(element, 300) or "")
        begins = marked and len(own) > 2 and any(s[: len(own)] == own for s in starts)
        if (own in starts or begins) and not _in_link_or_menu(element):
            return element
    return None


def _title_element(root: etree._Element, named: list[str]) -> etree._Element | None:
    """Return the element with a title's class and the page's name, else one with either.

    Args:
        root: The page.
        named: Its title and og:title.
    """
    matching: list[etree._Element] = []
    marked_up: list[etree._Element] = []
    repeating: list[etree._Element] = []
    # The first without a title's class that has all of the product's name.
    whole: etree._Element | None = None
    starts = _starts(named)
    for element in islice(root.iter(*_TITLE_TAGS), _MAX_TITLE_ELEMENTS):
        marked = _is_marked(element)
        if not marked and not repeating and _repeats(element.text, starts):
            repeating.append(element)
        if not marked and element.tag not in ("h2", "h3", "h4", "strong", "b"):
            continue
        text = element_text(element, 300)
        if not text or len(text) < 3:
            continue
        if any(same_name(text, name) for name in named):
            is_whole = words_of(text) in starts
            if marked and (is_whole or whole is None):
                return element
            matching.append(element)
            whole = element if is_whole and whole is None else whole
        elif marked:
            marked_up.append(element)
    for found in ([whole] if whole is not None else [], matching, repeating):
        if found:
            return found[0]
    if len(marked_up) == 1:
        return marked_up[0]
    if marked_up:
        return None
    beginning = _beginning(root, words_of(named[0]))
    return _above_price(root) if beginning is None else beginning


def _beginning(root: etree._Element, title: list[str]) -> etree._Element | None:
    """Return the element that begins with as many words as the title, which goes on differently."""
    for element in islice(root.iter(*_TITLE_TAGS), _MAX_TITLE_ELEMENTS):
        text = element.text
        own = words_of(text[:200]) if text and len(text) > _LEAST_BEGINNING else []
        if (
            len(title) > _WORDS_OF_BEGINNING <= len(own)
            and own[:_WORDS_OF_BEGINNING] == title[:_WORDS_OF_BEGINNING]
            and not _in_link_or_menu(element)
        ):
            return element
    return None


def _above_price(root: etree._Element) -> etree._Element | None:
    """Return the bold text right above "Price: £60", where old pages have the name."""
    for element in islice(root.iter(*_BOLD), _MAX_BOLD):
        text = element_text(element, 120)
        if not text or len(words_of(text)) < 2 or _in_link_or_menu(element):
            continue
        following = _text_behind(element)
        moneys = find_money(following)
        if moneys and price_words().current.match(following[: moneys[0].start]):
            return element
    return None


def _text_behind(element: etree._Element) -> str:
    """Return the first text behind an element, in lower case; the empty string if none is near."""
    node: etree._Element | None = element
    for _ in range(_NEAR):
        if node is None:
            break
        texts = [node.tail or ""]
        following = node.getnext()
        if following is not None and isinstance(following.tag, str):
            inside = islice(following.itertext(with_tail=False), _NEAR)
            texts += [text for text in inside if isinstance(text, str)]
        if found := next((own for text in texts if (own := text[:400].split())), None):
            return " ".join(found)[:60].lower()
        node = following if following is not None else node.getparent()
    return ""


def _starts(named: list[str]) -> list[list[str]]:
    """Return the words of what the page's titles begin with, up to the shop's name."""
    return [own for name in named if len(own := words_of(_SEPARATOR.split(name)[0])) > 1]


def _is_marked(element: etree._Element) -> bool:
    """Return True for an element that its names or microdata call a title."""
    around = words(element, "class", "id", "data-hook")
    return element.get("itemprop") == "name" or any(word in around for word in _TITLE_CLASSES)


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
