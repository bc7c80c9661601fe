"""Recognise the texts on a product's page that belong to other products."""

import re

from server.shop_page.document.buy_area import Button, BuyArea, Element, TextPiece
from server.shop_page.visible.price_candidates import near
from server.shop_page.words.price_words import NOT_A_TITLE, TITLE_NAMES, price_words
from server.shop_page.words.stock_words import stock_words

_WORD = re.compile(r"[^\W\d_]{2,}")
_TITLE_TAGS = frozenset({"h2", "h3", "h4", "h5"})
# Elements around everything. That the heading is in one of them too means nothing.
_WHOLE = frozenset({"html", "body", "main"})
# How far up the group of an amount or button reaches.
_STEPS = 12


def others_from(area: BuyArea) -> int:
    """Return the ``order`` of the first heading above other products, else beyond the last text."""
    start = area.heading or 0
    pattern = price_words().other_products
    return next(
        (
            piece.order
            for piece in area.pieces
            if piece.order > start
            and len(piece.text) <= 60
            and pattern.match(piece.text.lower())
            # "More from this brand" beside the product is no heading.
            and (not piece.element.linked or is_title(piece))
        ),
        len(area.pieces) + 1,
    )


def is_title(piece: TextPiece) -> bool:
    """Return True for a text that is marked up as a title."""
    elements = piece.element.lineage(3)
    return any(f.tag in _TITLE_TAGS or TITLE_NAMES.search(f.names) for f in elements)


def is_not_a_title(piece: TextPiece) -> bool:
    """Return True for a text that is marked up as a brand, a category and the like."""
    return any(NOT_A_TITLE.search(element.names) for element in piece.element.lineage(3))


def is_beside_heading(area: BuyArea, link: Element, own: TextPiece, buy_orders: list[int]) -> bool:
    """Return True for a link that stands beside the main heading, not above another product.

    The smallest group with the link and an amount then contains the heading as well: links to
    reviews, to a size guide, to the brand. A whole page in one group says less, so there the
    amount has to come before the first button to buy, too.

    Args:
        area: The product's part of the page.
        link: The element with the link.
        own: The text with the amount.
        buy_orders: Where the buttons to buy are, sorted.
    """
    heading = area.heading_element
    if heading is None or area.heading is None:
        return False
    around_link = {id(element) for element in link.lineage(_STEPS)}
    if id(heading) in around_link:
        return True
    group = next((f for f in own.element.lineage(_STEPS) if id(f) in around_link), None)
    if (
        group is None
        or not any(element is group for element in heading.lineage(_STEPS))
        or any(area.heading <= order <= own.order for order in area.linked_pictures)
    ):
        return False
    if group.tag not in _WHOLE:
        return True
    out_of_stock = stock_words().out_of_stock
    if any(out_of_stock.search(p.text.lower()) for p in area.pieces[area.heading : own.order]):
        return False
    first_buy = next((order for order in buy_orders if order >= area.heading), None)
    return first_buy is not None and area.heading < own.order <= first_buy


def is_of_other_product(area: BuyArea, button: Button) -> bool:
    """Return True for a button in a small group that begins with the title of another page."""
    return other_title(area, button, least=2) is not None


def other_title(area: BuyArea, button: Button, *, least: int) -> TextPiece | None:
    """Return the nearest text before a button, in a small group with it, that titles another page.

    Args:
        area: The product's part of the page.
        button: The button.
        least: How many words the title has to have.
    """
    piece = TextPiece("", button.element, button.order)
    for before in reversed(area.pieces[max(0, button.order - 8) : button.order]):
        if (
            before.element.linked
            and before.element.button is not button
            and near(button.element, before.element)
            and len(_WORD.findall(before.text)) >= least
            and not is_beside_heading(area, before.element, piece, [button.order])
        ):
            return before
    return None
