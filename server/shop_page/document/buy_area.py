"""The part of a page where the product is sold, as a soup, and its texts with their surroundings.

The whole page would be slow in Beautiful Soup, and most of it is about something else. So the
tree loses what certainly is not the product's own (navigation, footer, related products,
reviews, what is hidden), never anything around the main heading; the rest goes to Beautiful
Soup, whose texts are then read in their order.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from lxml import etree

from server.shop_page.document.links import Links
from server.shop_page.document.prune import HEADING_MARK, prune
from server.shop_page.document.tree import Document
from server.shop_page.words.stock_words import stock_words

_MAX_MARKUP = 400_000
_BETWEEN_TAGS = re.compile(r">\s+<")

_LIST_TAGS = frozenset({"li", "div", "article", "a", "td", "section"})
# Names that only lay out a page; elements are not alike for having them (or none).
_LAYOUT = re.compile(
    r"(?:\s*(?:row|cols?|col-[\w-]+|container[\w-]*|form-group|clearfix|inner|wrapper|flex[\w-]*"
    r"|d-[\w-]+|[mp][tblrxy]?-\d))*"
)
_STRUCK_STYLE = re.compile(r"line-through", re.IGNORECASE)
_BUTTON_WORDS = re.compile(
    r"btn|button|add-?_?to-?_?(?:cart|bag|basket)|addtocart|buy-?now|buynow|cart-?add"
)
_NAME_ATTRIBUTES = (
    "class", "id", "itemprop", "name", "data-testid", "data-test", "data-test-id", "data-qa",
    "data-hook", "data-automation", "data-automation-id", "data-tl-id", "data-role", "data-locator",
)  # fmt: skip


@dataclass(slots=True, eq=False)
class Frame:
    """An element around a text."""

    tag: str
    # Its class, id, itemprop and test names, lower case.
    words: str
    parent: "Frame | None"
    struck: bool = False
    # Inside a link to another page.
    linked: bool = False
    # Inside an option of a select or of a list of sizes and colours.
    chosen_from: bool = False
    button: "Button | None" = None
    # There is a picture or a link to another page in it.
    shows: bool = False

    def lineage(self, steps: int) -> Iterator["Frame"]:
        """The frame and those around it, nearest first."""
        frame: Frame | None = self
        for _ in range(steps):
            if frame is None:
                return
            yield frame
            frame = frame.parent


@dataclass(slots=True)
class Run:
    """A text between two tags."""

    text: str
    frame: Frame
    order: int


@dataclass(slots=True)
class Button:
    """Something to press: its texts, its names (class, id, ``name``) and whether it is enabled."""

    order: int
    text: str
    names: str
    frame: Frame
    disabled: bool
    linked: bool
    # It is one by its class alone; it is none if there is a real one in it.
    by_name: bool = False


@dataclass(slots=True)
class BuyArea:
    """The texts and buttons of the product's part of the page, in order."""

    soup: BeautifulSoup
    runs: list[Run] = field(default_factory=list)
    buttons: list[Button] = field(default_factory=list)
    # The ``order`` of the first text of the main heading.
    heading: int | None = None
    # There is something to choose (a size, a colour) before buying.
    choices: bool = False
    # There is a field for how many to buy.
    quantity: bool = False
    # Every element with the order of the next text after its start.
    tags: list[tuple[Tag, int]] = field(default_factory=list)

    def in_lists(self, frames: list[Frame]) -> list[bool]:
        """Which of the frames stand in one of many like elements: in a list of products.

        Elements are alike when tag and names are; those around the main heading do not count.
        Three make a list where each shows a picture or links to another page; without, as the
        rows of a table or the choices of a size, only eight do.
        """
        holders: dict[tuple[str, str], set[int]] = defaultdict(set)
        showing: dict[tuple[str, str], set[int]] = defaultdict(set)
        for frame in frames:
            for around in frame.lineage(6):
                if around.tag in _LIST_TAGS and not _LAYOUT.fullmatch(around.words):
                    holders[around.tag, around.words].add(id(around))
                    if around.shows:
                        showing[around.tag, around.words].add(id(around))
        many = {key for key, held in showing.items() if len(held) >= 3}
        many |= {key for key, held in holders.items() if len(held) >= 8}
        kept: set[int] = set()
        if self.heading is not None and self.heading < len(self.runs):
            kept = set(map(id, self.runs[self.heading].frame.lineage(60)))
        return [
            any((f.tag, f.words) in many and id(f) not in kept for f in frame.lineage(6))
            for frame in frames
        ]


def find_buy_area(document: Document, *, to_check: bool = False) -> BuyArea:
    """Cut the tree down (it is changed) and read what is left with Beautiful Soup.

    Args:
        document: The page.
        to_check: The markup says everything; the nearest part is only to hold against it.
    """
    body = document.root.find("body")
    root = body if body is not None else document.root
    prune(root, document.heading, to_check=to_check)
    if document.heading is not None:
        document.heading.set(HEADING_MARK, "1")
    markup = etree.tostring(root, encoding="unicode", method="html", with_tail=False)
    markup = _BETWEEN_TAGS.sub("><", markup)  # else each is a text for Beautiful Soup to keep
    area = BuyArea(BeautifulSoup(markup[:_MAX_MARKUP], "lxml", multi_valued_attributes=None))
    _read(area, document)
    return area


def _read(area: BuyArea, document: Document) -> None:
    links = Links(document.url, document.base)
    frames: dict[int, Frame] = {}
    order = 0
    for node in area.soup.descendants:
        if isinstance(node, Tag):
            parent = frames.get(id(node.parent))
            frame = _frame(node, parent, links)
            frames[id(node)] = frame
            area.tags.append((node, order))
            if node.name == "img" or (node.name == "a" and frame.linked):
                for around in frame.lineage(8):
                    around.shows = True
            if frame.button is None or (parent is not None and frame.button is parent.button):
                _add_button(area, node, frame, order)
            if node.name == "select" or (node.name == "input" and node.get("type") == "radio"):
                area.choices = True
            if node.name == "input" and stock_words().quantity_names.search(frame.words):
                area.quantity = True
            if node.has_attr(HEADING_MARK) and area.heading is None:
                area.heading = order
        elif type(node) is NavigableString:
            text = " ".join(node.split())
            if text:
                text_frame = frames.get(id(node.parent))
                if text_frame is None or text_frame.tag == "option":
                    continue
                area.runs.append(Run(text[:200], text_frame, order))
                if text_frame.button is not None and len(text_frame.button.text) < 200:
                    text_frame.button.text = f"{text_frame.button.text} {text.lower()}".strip()
                order += 1


def _frame(tag: Tag, parent: Frame | None, links: Links) -> Frame:
    names = ""
    if tag.attrs:
        names = " ".join([_attribute(tag, name) for name in _NAME_ATTRIBUTES if name in tag.attrs])
    frame = Frame(tag.name, names.lower()[:300], parent)
    if parent is not None:
        frame.struck, frame.linked = parent.struck, parent.linked
        frame.chosen_from, frame.button = parent.chosen_from, parent.button
    if tag.name in ("del", "s", "strike") or (
        "style" in tag.attrs and _STRUCK_STYLE.search(_attribute(tag, "style")[:300])
    ):
        frame.struck = True
    elif tag.name == "ins":
        frame.struck = False
    elif tag.name in ("option", "select", "label"):
        frame.chosen_from = True
    elif tag.name == "a":
        frame.linked = links.lead_away(_attribute(tag, "href"))
    return frame


def _attribute(tag: Tag, name: str) -> str:
    value = tag.get(name)
    if value is None:
        return ""
    return value if isinstance(value, str) else " ".join(value)


def _is_button(tag: Tag, frame: Frame) -> bool:
    if tag.name == "input":
        return _attribute(tag, "type").lower() in ("submit", "button", "image")
    if tag.name == "button" or _attribute(tag, "role").lower() == "button":
        return True
    if tag.name == "a" and stock_words().cart_link.search(_attribute(tag, "href")[:300].lower()):
        return True
    return tag.name in ("a", "div", "span") and bool(_BUTTON_WORDS.search(frame.words))


def _add_button(area: BuyArea, tag: Tag, frame: Frame, order: int) -> None:
    if not _is_button(tag, frame):
        return
    spoken = [
        _attribute(tag, name) for name in ("value", "aria-label", "title", "alt", "data-text")
    ]
    if tag.name == "button":
        spoken = spoken[1:]
    called = " ".join(_attribute(tag, name)[:150] for name in ("src", "onclick", "href"))
    names = f"{frame.words} {called}".lower()
    disabled = (
        tag.has_attr("disabled")
        or _attribute(tag, "aria-disabled").lower() == "true"
        or re.search(r"(?:^|[\s_-])disabled(?:$|\s)", frame.words) is not None
    )
    text = " ".join(" ".join(part for part in spoken if part).lower().split())[:200]
    real = tag.name in ("button", "input") or _attribute(tag, "role").lower() == "button"
    around = frame.button
    if around is not None and around.by_name and real and around in area.buttons:
        area.buttons.remove(around)
    button = Button(order, text, names[:400], frame, disabled, frame.linked, not real)
    frame.button = button
    area.buttons.append(button)
