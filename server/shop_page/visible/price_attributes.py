"""Find amounts in attributes: prices for scripts, form fields, labels for screen readers."""

import re
from decimal import Decimal

from bs4 import Tag

from server.goods.amounts import find_money, markup_amount
from server.shop_page.document.buy_area import BuyArea, Element, TextPiece
from server.shop_page.document.prune import PRICE_ATTRIBUTES
from server.shop_page.visible.price_candidates import PriceCandidate
from server.shop_page.words.price_words import price_words

_MAX = 50
_WITH_AMOUNTS = frozenset((*PRICE_ATTRIBUTES, "aria-label"))
_FRACTION = re.compile(r"\d[.,]\d")
_CONTROLS = frozenset({"button", "a", "input", "select", "option", "label", "form"})


def find_attribute_candidates(area: BuyArea, currency: str | None) -> list[PriceCandidate]:
    """Return a candidate for each amount, as if it were a text in its element; at most 50."""
    found: list[PriceCandidate] = []
    if not area.pieces:
        return found
    for tag, order in area.tags:
        if tag.name != "input" and _WITH_AMOUNTS.isdisjoint(tag.attrs):
            continue
        piece = area.pieces[min(order, len(area.pieces) - 1)]
        for name, amount in _amounts(tag, currency):
            found.append(_candidate(tag, name, amount, piece, order))
        if tag.name not in _CONTROLS and (label := tag.attrs.get("aria-label")):
            spoken = find_money(str(label), currency)
            if len(spoken) == 1 and len(label) <= 40:
                candidate = _candidate(tag, "", spoken[0].amount, piece, order)
                candidate.symbol = spoken[0].symbol
                candidate.text_before = str(label)[: spoken[0].start].lower()
                candidate.text_behind = str(label)[spoken[0].end :].lower()
                found.append(candidate)
        if len(found) >= _MAX:
            break
    return found[:_MAX]


def _amounts(tag: Tag, currency: str | None) -> list[tuple[str, Decimal]]:
    """Return the amounts with their names, but no whole numbers, which may be cents."""
    texts = [(name, tag.attrs.get(name)) for name in PRICE_ATTRIBUTES if name in tag.attrs]
    if tag.name == "input" and price_words().price_fields.fullmatch(
        str(tag.attrs.get("name", "")).lower()
    ):
        texts.append(("field-price", tag.attrs.get("value")))
    return [
        (name, amount)
        for name, text in texts
        if isinstance(text, str)
        and _FRACTION.search(text[:40])
        and (amount := markup_amount(text, currency))
    ]


def _candidate(
    tag: Tag, name: str, amount: Decimal, piece: TextPiece, order: int
) -> PriceCandidate:
    words = f"{name} {' '.join(tag.get_attribute_list('class'))}".strip()
    element = Element(tag.name, words[:300].lower(), piece.element.parent)
    element.linked, element.struck = piece.element.linked, piece.element.struck
    return PriceCandidate(amount, None, TextPiece("", element, order), "", "")
