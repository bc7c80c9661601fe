"""Cuts a page's tree down to the part that may be about its product.

Dropped are navigation, footers, lists of other products, reviews, windows that are not open,
what is hidden and what is empty; nothing that holds the main heading. Of what is left, only
the elements around the heading stay.
"""

import re

from lxml import etree

from server.shop_page.html_text import NOT_TEXT

HEADING_MARK = "data-main-heading"
"""The attribute that marks the main heading for Beautiful Soup."""
PRICE_ATTRIBUTES = (
    "data-price", "data-price-amount", "data-product-price", "data-final-price",
    "data-sale-price", "data-current-price", "data-item-price", "data-selling-price",
    "data-internet-price", "data-unit-price", "data-pricevalue",
)  # fmt: skip
"""Attributes that hold a price, as a script reads it."""
SKU_ATTRIBUTES = (
    "data-sku", "data-product-sku", "data-product_sku", "data-asin", "data-item-sku", "data-sku-id",
    "data-skuid", "data-item-number", "data-part-number", "data-variant-sku",
)  # fmt: skip
ID_ATTRIBUTES = (
    "data-product-id", "data-productid", "data-product_id", "data-pid", "data-item-id",
    "data-itemid", "data-product", "data-id-product", "data-product-code", "data-article",
)  # fmt: skip
"""Attributes that hold the shop's own id of a product."""

ELEMENTS_BEFORE, ELEMENTS_AFTER = 400, 800
"""How many elements around the heading go to Beautiful Soup, which takes time for each."""
FEWER = 2
"""The part (one in two) of them that is enough to check what markup says."""
_DROPPED_TAGS = frozenset({
    "script", "style", "nav", "footer", "iframe", "svg", "noscript", "template", "math", "object",
    "embed", "head", "link", "dialog", "map", "video", "audio", "canvas",
})  # fmt: skip
_TELLING_TAGS = frozenset({"input", "img", "button", "select", "option", "br", "a", "textarea"})
_TELLING_ATTRIBUTES = frozenset(
    (*PRICE_ATTRIBUTES, *SKU_ATTRIBUTES, *ID_ATTRIBUTES, "aria-label", HEADING_MARK)
)
_DROPPED_ROLES = frozenset({
    "navigation", "contentinfo", "dialog", "search", "menu", "menubar",
})  # fmt: skip
_OTHER_PRODUCTS = re.compile(
    r"(?:^|[\s_-])(?:related\w*|recommend\w*|recs|upsells?\w*|up-sells?|cross-?_?sells?\w*"
    r"|similar\w*"
    r"|also-?_?(?:like|bought|view|shop)\w*|you-?may\w*|recent(?:ly)?\w*|last-?seen|history"
    r"|best-?sell\w*|trending|complementary|accessor(?:y|ies)|alternativ\w*|sponsor\w*|ads?"
    r"|advert\w*"
    r"|product-?(?:carousel|slider|recs)|products-?(?:list|grid|carousel|slider)"
    r"|product-?(?:tiles?|cards?|miniatures?)(?=$|\s)"
    r"|frequently\w*|fbt|bought-?together|other-?products|mini-?cart\w*|minibasket|cart-?(?:drawer"
    r"|flyout"
    r"|sidebar|popup|modal|preview|dropdown|notification)|side-?cart|cart-side"
    r"|newsletter\w*|mega-?menu\w*"
    r"|cookie\w*|nav|navbar|navigation|main-?menu|reviews?|reviews?-\w+|comments?"
    r"|testimonials?"
    r"|customer-?reviews|faq|blog\w*|sticky-?(?:bar|atc|add)\w*|zoom|tooltip-?_?(?:content|text|inner|body|box)"
    r"|country-?select\w*|modal|popup|drawer|off-?canvas|lightbox|top-?bar"
    r"|(?:site|page|global|main|masthead)-?_?header)(?:$|[\s_-])"
    r"|(?:^|\s)(?:(?:site|page|global|main|shop|store|layout|app|l|c|o)[-_]{1,2})?footer(?:$|[\s_-])"
    r"|^\s*tooltip\s*$"
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HIDDEN_CLASS = re.compile(
    r"(?:^|\s)(?:hidden|hide|d-none|is-hidden|[a-z]{1,3}-hidden|aok-hidden|a-popover-preload"
    r"|ng-hide|displaynone|nodisplay|uk-hidden"
    r"|u-hidden)(?:$|\s)"
)


def prune(root: etree._Element, heading: etree._Element | None, *, to_check: bool) -> None:
    """Cut a body down to what may be about the product of its heading; the tree is changed.

    Args:
        root: The body.
        heading: Its main heading, around which nothing is cut.
        to_check: Leave only the nearest part, which is enough to hold markup against it.
    """
    _drop_foreign(root, heading)
    _drop_empty(root)
    _cut(root, heading, FEWER if to_check else 1)


def _drop_foreign(root: etree._Element, heading: etree._Element | None) -> None:
    kept = {heading, *(heading.iterancestors() if heading is not None else ())}
    foreign: dict[str, bool] = {}  # pages repeat their classes
    stack = list(root)
    while stack:
        element = stack.pop()
        attributes = element.attrib
        if HEADING_MARK in attributes:
            del attributes[HEADING_MARK]
        of_heading = element in kept or (heading is not None and element.getparent() is heading)
        if not of_heading and (
            element.tag in _DROPPED_TAGS
            or (
                (attributes or element.tag == "header")
                and _is_foreign(element, attributes, foreign)
            )
        ):
            _drop(element)
        elif len(element):
            stack.extend(element)


def _drop_empty(root: etree._Element) -> None:
    """Drop what shows nothing and tells nothing; some shops nest hundreds of empty widgets."""
    for element in reversed(list(root.iter())):
        if (
            len(element) == 0
            and element.tag not in _TELLING_TAGS
            and element is not root
            and not (element.text and element.text.strip())
            and not any(name in _TELLING_ATTRIBUTES for name in element.attrib)
        ):
            _drop(element)


def _is_foreign(element: etree._Element, attributes: etree._Attrib, known: dict[str, bool]) -> bool:
    if "hidden" in attributes or (
        "style" in attributes and _HIDDEN_STYLE.search((element.get("style") or "")[:300])
    ):
        return element.tag != "input"
    if "role" in attributes and (element.get("role") or "").lower() in _DROPPED_ROLES:
        return True
    if element.tag == "header" and element.find(".//ul") is not None:
        return True
    names = f"{element.get('class', '')} {element.get('id', '')}".lower()[:400]
    if names not in known:
        known[names] = bool(_HIDDEN_CLASS.search(names) or _OTHER_PRODUCTS.search(names))
    return known[names]


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = NOT_TEXT.sub("", (before.tail or "") + element.tail)
        else:
            parent.text = NOT_TEXT.sub("", (parent.text or "") + element.tail)
    parent.remove(element)


def _cut(root: etree._Element, heading: etree._Element | None, part: int) -> None:
    """Leave the elements around the heading in document order, or the first ones without it."""
    elements = list(root.iter())
    middle = elements.index(heading) if heading is not None and heading in elements else 0
    first = middle - ELEMENTS_BEFORE // part
    last = middle + ELEMENTS_AFTER // part
    if last < len(elements):
        _drop_siblings(elements[last], root, after=True)
    if first > 0:
        _drop_siblings(elements[first], root, after=False)


def _drop_siblings(element: etree._Element, root: etree._Element, *, after: bool) -> None:
    """Drop everything behind (or before) an element, whatever it is nested in."""
    for inner in (element, *element.iterancestors()):
        parent = inner.getparent()
        if inner is root or parent is None:
            return
        position = parent.index(inner)
        del parent[slice(position + 1, None) if after else slice(0, position)]
