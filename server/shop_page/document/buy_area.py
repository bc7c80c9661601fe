"""The part of a page where the product is sold: its texts in order, with the elements around them.

Beautiful Soup would be slow on the whole page, and most of a page is about something else. So
everything that certainly is not about the product (navigation, footer, related products,
reviews, hidden parts) is cut from the tree first, but never anything around the main heading.
The rest goes to Beautiful Soup, whose texts are then read in order.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from lxml import etree

from server.shop_page.document.identity import LinkTargets
from server.shop_page.document.prune import HEADING_MARK, prune
from server.shop_page.document.texts import element_text
from server.shop_page.document.tree import Document
from server.shop_page.words.stock_words import stock_words

_MAX_MARKUP = 400_000
# A page of so many elements is not read as a whole.
_LONG = 800
_MAX_BUTTONS = 2_000
_BETWEEN_TAGS = re.compile(r">\s+<")

_LIST_TAGS = frozenset({"li", "div", "article", "a", "td", "section"})
# How far around an element the items of a list are looked for.
_LIST_STEPS = 8
# Names that only serve layout; two elements are not alike for sharing them (or for having none).
_LAYOUT = re.compile(
    r"(?:\s*(?:row|cols?|col-[\w-]+|container[\w-]*|form-group|clearfix|inner|wrapper|flex[\w-]*"
    r"|d-[\w-]+|[mp][tblrxy]?-\d))*"
)
_STRUCK_STYLE = re.compile(r"line-through", re.IGNORECASE)
_BUTTON_WORDS = re.compile(
    r"(?:btn|button|add-?_?to-?_?(?:cart|bag|basket)|addtocart|buy-?now|buynow|cart-?add)"
    # What is around a button is none.
    r"(?![\w-]{0,20}(?:wrap|contain|holder|section|block|area|panel|box))"
)
# Magento's button, which scripts enable when they are loaded; of what is sold out it shows none.
_ENABLED_LATER = re.compile(r"product-addtocart-button")
_NAME_ATTRIBUTES = (
    "class", "id", "itemprop", "name", "data-testid", "data-test", "data-test-id", "data-qa",
    "data-hook", "data-automation", "data-automation-id", "data-tl-id", "data-role", "data-locator",
)  # fmt: skip


@dataclass(slots=True, eq=False)
class Element:
    """An element around a text."""

    tag: str
    # Its class, id, itemprop and test names, in lower case.
    names: str
    parent: "Element | None"
    struck: bool = False
    # Inside a link to another page.
    linked: bool = False
    # Inside an option of a select, or of a list of sizes or colours.
    chosen_from: bool = False
    button: "Button | None" = None
    # Contains a picture or a link to another page.
    shows: bool = False

    def lineage(self, steps: int) -> Iterator["Element"]:
        """Yield the element and those around it, nearest first, at most ``steps`` of them."""
        element: Element | None = self
        for _ in range(steps):
            if element is None:
                return
            yield element
            element = element.parent


@dataclass(slots=True)
class TextPiece:
    """A text between two tags."""

    text: str
    element: Element
    order: int


@dataclass(slots=True)
class Button:
    """Something to press: its texts, its names (class, id, ``name``) and its state."""

    order: int
    text: str
    names: str
    element: Element
    disabled: bool
    linked: bool
    # Only its class suggests a button; it does not count if it contains a real one.
    by_name: bool = False


@dataclass(slots=True)
class BuyArea:
    """The texts and buttons of the product's part of the page, in order."""

    soup: BeautifulSoup
    pieces: list[TextPiece] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    # The ``order`` of the first text of the main heading.
    heading: int | None = None
    heading_element: Element | None = None
    # Something (a size, a colour) has to be chosen before buying.
    choices: bool = False
    # The ``order`` of each picture in a link to another page.
    linked_pictures: list[int] = field(default_factory=list)
    # There is a field for the quantity.
    quantity: bool = False
    # Every element, with the ``order`` of the first text after its start.
    tags: list[tuple[Tag, int]] = field(default_factory=list)

    def in_lists(self, elements: list[Element]) -> list[bool]:
        """Return for each element whether it is in a list of products: one of many like elements.

        Elements are alike if their tag and names are; those around the main heading do not
        count. Three make a list if each shows a picture or links to another page. Otherwise it
        takes eight, so that rows of a table and sizes to choose from are not taken for products.
        """
        holders: dict[tuple[str, str], set[int]] = defaultdict(set)
        showing: dict[tuple[str, str], set[int]] = defaultdict(set)
        for element in elements:
            for around in element.lineage(_LIST_STEPS):
                if (alike := _alike(around)) is not None:
                    holders[alike].add(id(around))
                    if around.shows:
                        showing[alike].add(id(around))
        many = {key for key, held in showing.items() if len(held) >= 3}
        many |= {key for key, held in holders.items() if len(held) >= 8}
        kept: set[int] = set()
        if self.heading is not None and self.heading < len(self.pieces):
            kept = set(map(id, self.pieces[self.heading].element.lineage(60)))
        return [
            any(_alike(f) in many and id(f) not in kept for f in element.lineage(_LIST_STEPS))
            for element in elements
        ]


def _alike(element: Element) -> tuple[str, str] | None:
    """Return what elements of one list have in common; None for what forms no list.

    That is tag and names, or of items without a name the list that they are in.
    """
    if element.tag not in _LIST_TAGS:
        return None
    if not _LAYOUT.fullmatch(element.names):
        return element.tag, element.names
    if element.tag == "li" and element.shows and element.parent is not None:
        return element.tag, f"of {id(element.parent)}"
    return None


def find_buy_area(document: Document, *, only_nearest: bool = False) -> BuyArea:
    """Cut the tree down and read what is left with Beautiful Soup. Changes the tree.

    Args:
        document: The page.
        only_nearest: Read only the nearest part. It is enough to check markup that is complete.
    """
    body = document.root.find("body")
    root = body if body is not None else document.root
    centre = document.heading
    if centre is None and sum(1 for _ in islice(root.iter(), _LONG)) == _LONG:
        # Without a heading, long menus would be all that is left.
        centre = _buy_button(root)
    prune(root, centre, only_nearest=only_nearest)
    if document.heading is not None:
        document.heading.set(HEADING_MARK, "1")
    markup = etree.tostring(root, encoding="unicode", method="html", with_tail=False)
    # Beautiful Soup would keep each gap between tags as a text.
    markup = _BETWEEN_TAGS.sub("><", markup)
    area = BuyArea(BeautifulSoup(markup[:_MAX_MARKUP], "lxml", multi_valued_attributes=None))
    _read(area, document)
    return area


def _buy_button(root: etree._Element) -> etree._Element | None:
    """Return the first button whose text puts something into the cart."""
    words = stock_words()
    for element in islice(root.iter("button", "input"), _MAX_BUTTONS):
        text = element.get("value") if element.tag == "input" else element_text(element, 60)
        if text and len(text) <= 40 and words.buy_alone.fullmatch(text.lower()):
            return element
    return None


def _read(area: BuyArea, document: Document) -> None:
    # Of a page without an address, links still lead to other pages.
    links = LinkTargets(document.url, document.base or "http://page.invalid/")
    elements: dict[int, Element] = {}
    order = 0
    for node in area.soup.descendants:
        if isinstance(node, Tag):
            parent = elements.get(id(node.parent))
            element = _element(node, parent, links)
            elements[id(node)] = element
            area.tags.append((node, order))
            _note_showing(area, node, element, order)
            if element.button is None or (parent is not None and element.button is parent.button):
                _add_button(area, node, element, order)
            if node.name == "select" or (node.name == "input" and node.get("type") == "radio"):
                area.choices = True
            if node.name == "input" and stock_words().quantity_names.search(element.names):
                area.quantity = True
            if node.has_attr(HEADING_MARK) and area.heading is None:
                area.heading = order
                area.heading_element = element
        elif type(node) is NavigableString:
            text = " ".join(node.split())
            if text:
                text_element = elements.get(id(node.parent))
                if text_element is None or text_element.tag == "option":
                    continue
                area.pieces.append(TextPiece(text[:200], text_element, order))
                if text_element.button is not None and len(text_element.button.text) < 200:
                    text_element.button.text = f"{text_element.button.text} {text.lower()}".strip()
                order += 1


def _note_showing(area: BuyArea, tag: Tag, element: Element, order: int) -> None:
    """Note pictures and links on the elements around them."""
    if tag.name == "img" or (tag.name == "a" and element.linked):
        for around in element.lineage(8):
            around.shows = True
        if tag.name == "img" and element.linked:
            area.linked_pictures.append(order)


def _element(tag: Tag, parent: Element | None, links: LinkTargets) -> Element:
    names = ""
    if tag.attrs:
        names = " ".join([_attribute(tag, name) for name in _NAME_ATTRIBUTES if name in tag.attrs])
    element = Element(tag.name, names.lower()[:300], parent)
    if parent is not None:
        element.struck, element.linked = parent.struck, parent.linked
        element.chosen_from, element.button = parent.chosen_from, parent.button
    if tag.name in ("del", "s", "strike") or (
        "style" in tag.attrs and _STRUCK_STYLE.search(_attribute(tag, "style")[:300])
    ):
        element.struck = True
    elif tag.name == "ins":
        element.struck = False
    elif tag.name in ("option", "select", "label"):
        element.chosen_from = True
    elif tag.name == "a":
        element.linked = links.leads_away(_attribute(tag, "href"))
    return element


def _attribute(tag: Tag, name: str) -> str:
    value = tag.get(name)
    if value is None:
        return ""
    return value if isinstance(value, str) else " ".join(value)


def _is_button(tag: Tag, element: Element) -> bool:
    if tag.name == "input":
        return _attribute(tag, "type").lower() in ("submit", "button", "image")
    if tag.name == "button" or _attribute(tag, "role").lower() == "button":
        return True
    if tag.name == "a" and stock_words().cart_link.search(_attribute(tag, "href")[:300].lower()):
        return True
    return tag.name in ("a", "div", "span") and bool(_BUTTON_WORDS.search(element.names))


def _add_button(area: BuyArea, tag: Tag, element: Element, order: int) -> None:
    if not _is_button(tag, element):
        return
    labels = [
        _attribute(tag, name) for name in ("value", "aria-label", "title", "alt", "data-text")
    ]
    if tag.name == "button":
        labels = labels[1:]
    addresses = " ".join(_attribute(tag, name)[:150] for name in ("src", "onclick", "href"))
    names = f"{element.names} {addresses}".lower()
    disabled = (
        (tag.has_attr("disabled") and not _ENABLED_LATER.search(element.names))
        or _attribute(tag, "aria-disabled").lower() == "true"
        or re.search(r"(?:^|[\s_-])disabled(?:$|\s)", element.names) is not None
    )
    text = " ".join(" ".join(part for part in labels if part).lower().split())[:200]
    real = tag.name in ("button", "input") or _attribute(tag, "role").lower() == "button"
    around = element.button
    if around is not None and around.by_name and real and around in area.buttons:
        area.buttons.remove(around)
    button = Button(order, text, names[:400], element, disabled, element.linked, not real)
    element.button = button
    area.buttons.append(button)
