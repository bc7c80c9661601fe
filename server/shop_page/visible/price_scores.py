"""Score how likely each amount on a page is the price of its product.

An amount earns points for what the elements around it are called, for its currency, and for
being near the main heading and the buy button. It loses points for being in a link, in a list
of other products, or called something else (shipping, an instalment, a price per kilogram).
"""

import re
from bisect import bisect
from collections import Counter
from dataclasses import dataclass

from server.goods.amounts import find_money
from server.goods.kind_words import Kinds
from server.goods.kinds import kinds_of_title
from server.shop_page.document.buy_area import BuyArea, Element, TextPiece
from server.shop_page.visible.other_products import (
    is_beside_heading,
    is_not_a_title,
    is_title,
    others_from,
)
from server.shop_page.visible.price_candidates import PriceCandidate, near
from server.shop_page.words.price_words import (
    CURRENT_NAMES,
    LABEL_NAMES,
    MEMBER_NAMES,
    OTHER_PRICE_NAMES,
    TO_PAY_NAMES,
    price_words,
)
from server.shop_page.words.stock_words import stock_words

# What an amount loses for being called something else.
DOUBT = 40
# What it loses for being one of a list of products; with the best of names it is not clear then.
_IN_LIST = 75
_LINES = frozenset({"p", "li", "label", "dt", "dd", "td", "th", "span", "strong", "b"})
_TABLES = frozenset({"table", "ul", "ol", "dl"})
_QUANTITIES = re.compile(r"\d{1,5} ?(?:[-–—] ?\d{1,5}|\+)|[≥>] ?\d{1,5}")
_NUMBER = re.compile(r"[\W\d]*")
_WORD = re.compile(r"[^\W\d_]{2,}")


_HEADING_PIECES = 6
# How many texts above an amount the words over it may be.
_OTHERS_WITHIN = 4


@dataclass(frozen=True, slots=True)
class _Page:
    """What the amounts of a page are scored by."""

    area: BuyArea
    buy_orders: list[int]
    # The ``order`` from which the page is about other products.
    others_from: int
    # What the heading may be; empty where it does not say, or names no garment.
    kinds: Kinds


def score_all(candidates: list[PriceCandidate], area: BuyArea) -> None:
    """Set the ``score`` of every candidate, and mark the former prices."""
    buy = stock_words().buy
    buy_orders = [b.order for b in area.buttons if not b.linked and buy.search(b.text)]
    page = _Page(area, buy_orders, others_from(area), kinds_of_title(_heading(area)) or frozenset())
    listed = area.in_lists([candidate.piece.element for candidate in candidates])
    for candidate, in_list in zip(candidates, listed, strict=True):
        candidate.score = _score(candidate, page) - (_IN_LIST if in_list else 0)
        candidate.of_other = candidate.of_other or in_list
    for candidate in _of_larger_quantities(candidates, area):
        candidate.score -= DOUBT
        candidate.is_other = True


def _of_larger_quantities(candidates: list[PriceCandidate], area: BuyArea) -> list[PriceCandidate]:
    """Return all but the first amount of each table with steps of quantity: 1 - 9, 10 - 49."""
    steps: Counter[int] = Counter()
    for piece in area.pieces:
        if len(piece.text) <= 14 and _QUANTITIES.fullmatch(piece.text):
            steps.update(id(f) for f in piece.element.lineage(6) if f.tag in _TABLES)
    tables = {table for table, count in steps.items() if count >= 2}
    if not tables:
        return []
    found: list[PriceCandidate] = []
    begun: set[int] = set()
    for candidate in candidates:
        around = {id(f) for f in candidate.piece.element.lineage(6)} & tables
        if around & begun:
            found.append(candidate)
        begun |= around
    return found


def _score(c: PriceCandidate, page: _Page) -> float:
    words = price_words()
    piece = c.piece
    label = (c.text_before if c.since_last is None else c.since_last) or _label(page.area, piece)
    is_label = bool(c.text_before) or _is_label(page.area, piece, label)
    behind = _behind(page.area, c, labelled=is_label)
    each = words.each.match(behind) is not None
    score = _name_score(c, list(piece.element.lineage(5)), each=each)
    if words.former.search(label):
        c.former = c.only_called_former = True
    # de R$ 20 por R$ 15
    if c.symbol and words.former_with_symbol.fullmatch(f"{label.strip(' :')} {c.symbol.lower()}"):
        c.former = c.only_called_former = True
    if piece.element.struck:
        c.former, c.only_called_former = True, False
    other_before = bool(words.other_amount.search(c.text_before or (label if is_label else "")))
    other_behind = not each and bool(
        words.other_amount_behind.match(behind)
        or words.other_amount.match(c.text_behind.lstrip(" .,("))
    )
    c.is_other = other_before or other_behind
    c.for_members = any(MEMBER_NAMES.search(f.names) for f in piece.element.lineage(3))
    c.is_rate = words.rate_behind.match(behind) is not None
    if not (is_label or c.is_other):
        c.is_other = _is_without_tax(page.area, c)
    c.is_other = c.is_other or _names_another_thing(label if is_label else _run_on(c, page), page)
    c.around = f"{label}\n{behind}"
    if words.from_tier.search(f"{label} ") and (each or words.each_thing.match(behind)):
        # As low as 2.50 each, for many.
        c.is_other = True
    c.per_measure = not other_before and words.measure_behind.match(behind) is not None
    if is_label and words.current.match(label):
        # <dt>Price</dt> says as much as a class.
        score += 4 if score >= 20 or c.is_other else 32
    if c.is_other:
        score -= DOUBT
    elif each:
        score -= 6
    if piece.order >= page.others_from or _is_under_others(page.area, piece):
        score -= 60
    else:
        loss = _loss_behind_other_title(page, piece)
        c.of_other = loss > 0
        score -= loss
    return score + _form_score(c) + _place_score(piece, page)


def _is_under_others(area: BuyArea, piece: TextPiece) -> bool:
    """Return True above the heading, right behind words for what others sell."""
    if area.heading is None or piece.order >= area.heading:
        return False
    others = price_words().other_products
    before = area.pieces[max(0, piece.order - _OTHERS_WITHIN) : piece.order]
    return any(len(p.text) <= 60 and others.match(p.text.lower()) for p in before)


def _heading(area: BuyArea) -> str:
    """Return the text of the main heading."""
    if area.heading is None or area.heading_element is None:
        return ""
    pieces = area.pieces[area.heading : area.heading + _HEADING_PIECES]
    own = [p.text for p in pieces if area.heading_element in p.element.lineage(_HEADING_PIECES)]
    return " ".join(own)


def _run_on(c: PriceCandidate, page: _Page) -> str:
    """Return the text before an amount that only a tag around one of the two parts from it."""
    if c.piece.order == 0:
        return ""
    before = page.area.pieces[c.piece.order - 1]
    is_one = before.element in c.piece.element.lineage(2) or c.piece.element in (
        before.element.lineage(2)
    )
    return before.text if is_one else ""


def _names_another_thing(label: str, page: _Page) -> bool:
    """Return whether the words before an amount name goods that the heading cannot mean.

    "Compare: Silk cap £20.00" on a shirt's page is a cap's price. Where the heading does not say
    what it sells, nobody can tell.
    """
    if not page.kinds:
        return False
    named = kinds_of_title(label)
    return named is not None and page.kinds.isdisjoint(named)


def _form_score(c: PriceCandidate) -> float:
    """Score how the amount is written, and whether it is a text of its own."""
    score = 0.0
    if price_words().lowest_of_several.search(c.text_before):
        score -= 2
    if c.symbol:
        score += 12
    elif any(character.isalpha() for character in c.text_behind):
        # 1,08 m²
        score -= 30
    if c.amount != c.amount.to_integral_value():
        score += 4
    if len(c.text_before) + len(c.text_behind) > 40:
        score -= 20
    elif len(c.text_before) + len(c.text_behind) > 20:
        score -= 8
    if c.piece.element.linked:
        score -= 25
    if c.piece.element.chosen_from:
        score -= 15
    return score


def _loss_behind_other_title(page: _Page, piece: TextPiece) -> float:
    """Return what a price loses for being right behind the title of another page, in one group.

    It is 60 if the link is marked up as a title, 55 if it only reads like one.
    """
    loss = 0.0
    for previous in page.area.pieces[max(0, piece.order - 6) : piece.order]:
        if not previous.element.linked or not near(piece.element, previous.element):
            continue
        if is_not_a_title(previous):
            continue
        if is_title(previous):
            return 60
        if len(_WORD.findall(previous.text)) >= 3 and not is_beside_heading(
            page.area, previous.element, piece, page.buy_orders
        ):
            loss = 55
    return loss


def _name_score(c: PriceCandidate, elements: list[Element], *, each: bool) -> float:
    words = price_words()
    score = 0.0
    for distance, element in enumerate(elements):
        if not element.names:
            continue
        weight = 1 - 0.15 * distance
        former = words.former_names.search(element.names) and not TO_PAY_NAMES.search(element.names)
        if former and distance < 2:
            c.former = c.only_called_former = True
        of_a_unit = words.unit_names.search(element.names) and not each
        other = words.other_names.search(element.names)
        if distance < 3 and (of_a_unit or other):
            score -= 30 * weight
        # The price of shipping is no price.
        if distance < 2 and other and OTHER_PRICE_NAMES.search(element.names):
            score -= 45
        if words.price_names.search(element.names) and score < 30:
            score += 30 * weight
            if CURRENT_NAMES.search(element.names):
                score += 8
        elif distance < 2 and CURRENT_NAMES.search(element.names):
            score += 3
    if any(element.tag == "ins" for element in elements[:3]):
        score += 10
        c.former = False
    return score


def _is_without_tax(area: BuyArea, c: PriceCandidate) -> bool:
    """Return True for a price with "without tax" right before it in its own group."""
    if c.text_before or c.piece.order == 0 or c.piece.order > len(area.pieces):
        return False
    previous = area.pieces[c.piece.order - 1]
    group = c.piece.element.parent
    if len(previous.text) > 40 or group is None or group.tag in ("body", "main"):
        return False
    if not any(element is group for element in previous.element.lineage(3)):
        return False
    if find_money(previous.text) or not price_words().net.search(previous.text.lower()):
        return False
    # Where the words come behind the amounts, these belong to the one before.
    before = area.pieces[previous.order - 1] if previous.order else None
    return before is None or not (
        any(element is group for element in before.element.lineage(3)) and find_money(before.text)
    )


def _is_label(area: BuyArea, piece: TextPiece, label: str) -> bool:
    """Return False for a text that only happens to precede a price, such as "free delivery"."""
    if not label:
        return False
    previous = area.pieces[piece.order - 1].element
    elements = list(previous.lineage(2))
    # <p>Warranty <b>$30</b></p>
    if previous is piece.element.parent and previous.tag in _LINES:
        return True
    if price_words().label_end.search(label) or {f.tag for f in elements} & {"dt", "th", "label"}:
        return True
    if any(LABEL_NAMES.search(element.names) for element in elements):
        return True
    own = next((f for f in piece.element.lineage(4) if f.tag == "td"), None)
    cell = next((f for f in elements if f.tag == "td"), None)
    return own is not None and cell is not None and own is not cell and own.parent is cell.parent


def _label(area: BuyArea, piece: TextPiece) -> str:
    """Return the text right before a price in its row, such as ``List price:``."""
    if piece.order == 0 or piece.order > len(area.pieces):
        return ""
    previous = area.pieces[piece.order - 1]
    if len(previous.text) > 40 or find_money(previous.text) or _NUMBER.fullmatch(previous.text):
        return ""
    return previous.text.lower() if near(piece.element, previous.element) else ""


def _behind(area: BuyArea, c: PriceCandidate, *, labelled: bool) -> str:
    """Return the text behind an amount that belongs to it: ``/100 g``, ``per month``."""
    if c.text_behind.strip() or c.last_order + 1 >= len(area.pieces):
        return c.text_behind
    following = area.pieces[c.last_order + 1]
    text = following.text.lower()
    if len(text) > 40 or text.endswith(":") or not near(c.piece.element, following.element):
        return ""
    if find_money(following.text) or (labelled and text[0] not in "(/"):
        return ""
    return text


def _place_score(piece: TextPiece, page: _Page) -> float:
    score = 0.0
    heading = page.area.heading
    if heading is not None:
        distance = piece.order - heading
        score += max(0.0, 25 - distance / 4) if distance >= 0 else max(-10.0, 10 + distance / 2)
    if page.buy_orders:
        score += max(0.0, 12 - _distance(piece.order, page.buy_orders) / 4)
    return score


def _distance(order: int, orders: list[int]) -> int:
    """Return the distance to the nearest of the orders, which are sorted."""
    at = bisect(orders, order)
    return min(abs(order - near_by) for near_by in orders[max(0, at - 1) : at + 1])
