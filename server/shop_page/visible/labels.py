"""Read what the product's part of the page shows under a label or keeps in an attribute."""

import re
from itertools import islice

from bs4 import Tag

from server.goods.amounts import find_money
from server.goods.gtin import read_gtin
from server.shop_page.document.buy_area import BuyArea, TextPiece
from server.shop_page.document.tree import Document
from server.shop_page.offer import SourceFacts
from server.shop_page.visible.pictures import read_pictures
from server.shop_page.visible.price_candidates import near
from server.shop_page.visible.sku import read_sku
from server.shop_page.words.label_words import label_words
from server.shop_page.words.stock_words import stock_words

_MAX_SIZES = 60
# How many lists of sizes are read: if nested, each contains all that come after it.
_MAX_SELECTS = 12
# Names about the size of letters and pictures: ``a-size-base``, ``size-full``, ``font-size-2``.
_TYPE_SIZES = re.compile(
    r"(?<![\w-])(?:(?:a|font|text|img|image|icon|btn|button|attachment)-size[\w-]*"
    r"|size-(?:base|full|large|medium|small|mini|thumbnail|auto|\d+))(?![\w-])"
)


def read_labels(area: BuyArea, document: Document) -> SourceFacts:
    """Read the SKU, GTIN, colour, sizes and pictures that the page shows beside the product."""
    facts = SourceFacts("text")
    facts.sku = read_sku(area)
    _read_texts(area, facts)
    facts.sizes = _sizes(area)
    facts.pictures = read_pictures(area, document)
    return facts


def _read_texts(area: BuyArea, facts: SourceFacts) -> None:
    words = label_words()
    for i, piece in enumerate(area.pieces):
        text = piece.text
        if len(text) > 120:
            continue
        following = area.pieces[i + 1].text if i + 1 < len(area.pieces) else ""
        if facts.gtin is None and (match := words.barcode.search(text)):
            rest = text[match.end() :] or following
            facts.gtin = read_gtin(rest.split(" ")[0] if rest else None)
        if facts.colour is None and (match := words.colour.match(text)):
            value = match["value"].strip()
            if not value and following and near(piece.element, area.pieces[i + 1].element):
                value = following.strip() if _is_value(area.pieces[i + 1]) else ""
            if 2 < len(value) <= 40 and not any(c in value for c in "{}<>"):
                facts.colour = value


def _is_value(piece: TextPiece) -> bool:
    """Return False for the next label, a button, a number of things or an invitation to choose."""
    text = piece.text.lower()
    words = stock_words()
    return not (
        text.endswith((":", "：", "?", "…", "..."))
        or text[0].isdigit()
        or piece.element.button is not None
        or piece.element.tag in ("label", "dt", "th")
        or words.buy.search(text)
        or re.match(rf"{words.choose_pattern}\b", text)
        or find_money(piece.text)
    )


def _sizes(area: BuyArea) -> tuple[str, ...]:
    words = label_words()
    found: dict[str, None] = {}
    named = (tag for tag, _ in area.tags if tag.name == "select" and _is_named_size(tag))
    for select in islice(named, _MAX_SELECTS):
        if _is_quantity(select):
            continue
        for option in select.find_all("option", limit=_MAX_SIZES):
            text = re.split(r"\s[-–(|:]\s?", _start_of_text(option))[0].strip()
            if text and option.get("value") != "" and words.size.fullmatch(text):
                found[text] = None
    if not found:
        for piece in area.pieces:
            if len(piece.text) > 12 or piece.element.linked or not words.size.fullmatch(piece.text):
                continue
            if _is_of_quantity(piece) or _is_in_chart(piece):
                continue
            names = (_TYPE_SIZES.sub(" ", element.names) for element in piece.element.lineage(5))
            if any(words.size_names.search(each) for each in names):
                found[piece.text] = None
    return () if _is_count(list(found)) else tuple(found)[:_MAX_SIZES]


def _is_quantity(select: Tag) -> bool:
    names = " ".join(_words(select, "name", "id", "class", "aria-label")).lower()
    return stock_words().quantity_names.search(names) is not None


def _is_of_quantity(piece: TextPiece) -> bool:
    """Return True beside a field for how many to buy, which may be in an element about sizes."""
    names = stock_words().quantity_names
    return any(names.search(element.names) for element in piece.element.lineage(3))


def _is_in_chart(piece: TextPiece) -> bool:
    """Return True in a cell of a table, which says what sizes mean, unless it can be pressed."""
    around = list(piece.element.lineage(5))
    pressed = piece.element.button is not None or any(f.tag in ("label", "a") for f in around)
    return not pressed and any(f.tag in ("td", "th") for f in around)


def _is_count(sizes: list[str]) -> bool:
    """Return True for 1, 2, 3, 4, 5, which is how many to buy."""
    return len(sizes) >= 5 and sizes == [str(number + 1) for number in range(len(sizes))]


def _is_named_size(select: Tag) -> bool:
    names = _words(select, "name", "id", "class", "aria-label", "title", "data-option-name")
    return label_words().size_names.search(" ".join(names)) is not None


def _start_of_text(option: Tag) -> str:
    """Return the first 60 characters; an unclosed option contains all that come after it."""
    return " ".join(islice(option.stripped_strings, 60))[:60]


def _text(tag: Tag, name: str) -> str:
    value = tag.get(name)
    return value if isinstance(value, str) else ""


def _words(tag: Tag, *names: str) -> list[str]:
    return [" ".join(tag.get_attribute_list(name)) for name in names if tag.get(name)]
