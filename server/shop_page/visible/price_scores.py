"""How likely each amount on a page is its product's price, in points.

An amount earns points by what the elements around it are called, by its currency and by
standing near the main heading and the button to buy; it loses them for being in a link, in a
list of other products, or said to be something else (shipping, a rate, a price per kilogram).
"""

import re
from bisect import bisect
from dataclasses import dataclass

from server.goods.amounts import find_money
from server.shop_page.document.buy_area import BuyArea, Frame, Run
from server.shop_page.visible.price_candidate import Candidate
from server.shop_page.visible.price_candidates import near
from server.shop_page.words.price_words import (
    CURRENT_NAMES,
    LABEL_NAMES,
    NOT_A_TITLE,
    TITLE_NAMES,
    TO_PAY_NAMES,
    price_words,
)
from server.shop_page.words.stock_words import stock_words

# What an amount loses for being said to be something else.
DOUBT = 40
_LINES = frozenset({"p", "li", "label", "dt", "dd", "td", "th", "span", "strong", "b"})
_NUMBER = re.compile(r"[\W\d]*")
_WORD = re.compile(r"[^\W\d_]{2,}")
_TITLE_TAGS = frozenset({"h2", "h3", "h4", "h5"})


@dataclass(frozen=True, slots=True)
class _Page:
    """What all amounts of a page are held against."""

    area: BuyArea
    buy_orders: list[int]
    # The order from which the page speaks of other products.
    others_from: int


def score_all(candidates: list[Candidate], area: BuyArea) -> None:
    """Give every candidate its ``score``, and mark those that are prices of before."""
    start = area.heading or 0
    other_products = price_words().other_products
    others_from = next(
        (
            run.order
            for run in area.runs
            if run.order > start and len(run.text) <= 60 and other_products.match(run.text.lower())
        ),
        len(area.runs) + 1,
    )
    buy = stock_words().buy
    buy_orders = [b.order for b in area.buttons if not b.linked and buy.search(b.text)]
    page = _Page(area, buy_orders, others_from)
    listed = area.in_lists([candidate.run.frame for candidate in candidates])
    for candidate, in_list in zip(candidates, listed, strict=True):
        candidate.score = _score(candidate, page) - (60 if in_list else 0)


def _score(c: Candidate, page: _Page) -> float:
    words = price_words()
    run = c.run
    label = (c.text if c.lead is None else c.lead) or _label(page.area, run)
    is_label = bool(c.text) or _is_label(page.area, run, label)
    behind = _behind(page.area, c, labelled=is_label)
    each = words.each.match(behind) is not None
    score = _name_score(c, list(run.frame.lineage(5)), each=each)
    if words.former.search(label):
        c.before = c.perhaps = True
    # de R$ 20 por R$ 15
    if c.symbol and words.former_with_symbol.fullmatch(f"{label.strip(' :')} {c.symbol.lower()}"):
        c.before = c.perhaps = True
    if run.frame.struck:
        c.before, c.perhaps = True, False
    told_before = bool(words.other_amount.search(c.text or (label if is_label else "")))
    told_behind = not each and bool(
        words.other_amount_behind.match(behind) or words.other_amount.match(c.after.lstrip(" .,("))
    )
    c.doubtful = told_before or told_behind
    c.by_measure = not told_before and words.measure_behind.match(behind) is not None
    if is_label and words.current.match(label):
        score += 4
    if c.doubtful:
        score -= DOUBT
    elif each:
        score -= 6
    if run.order >= page.others_from:
        score -= 60
    else:
        score -= _of_another(page.area, run)
    return score + _form_score(c) + _place_score(run, page)


def _form_score(c: Candidate) -> float:
    """Points for how the amount is written, and whether it stands alone."""
    score = 0.0
    if price_words().lowest_of_several.search(c.text):
        score -= 2
    if c.symbol:
        score += 12
    elif any(character.isalpha() for character in c.after):
        score -= 30  # 1,08 m²
    if c.amount != c.amount.to_integral_value():
        score += 4
    if len(c.text) + len(c.after) > 40:
        score -= 20
    elif len(c.text) + len(c.after) > 20:
        score -= 8
    if c.run.frame.linked:
        score -= 25
    if c.run.frame.chosen_from:
        score -= 15
    return score


def _of_another(area: BuyArea, run: Run) -> float:
    """What a price loses for standing right behind the title of another page, in one group.

    It is 60 where the link is marked up as a title, 55 where it only reads like one.
    """
    loss = 0.0
    for previous in area.runs[max(0, run.order - 6) : run.order]:
        if not previous.frame.linked or not near(run.frame, previous.frame):
            continue
        frames = list(previous.frame.lineage(3))
        if any(NOT_A_TITLE.search(frame.words) for frame in frames):
            continue
        if any(f.tag in _TITLE_TAGS or TITLE_NAMES.search(f.words) for f in frames):
            return 60
        if len(_WORD.findall(previous.text)) >= 3:
            loss = 55
    return loss


def _name_score(c: Candidate, frames: list[Frame], *, each: bool) -> float:
    words = price_words()
    score = 0.0
    for distance, frame in enumerate(frames):
        if not frame.words:
            continue
        weight = 1 - 0.15 * distance
        former = words.former_names.search(frame.words) and not TO_PAY_NAMES.search(frame.words)
        if former and distance < 2:
            c.before = c.perhaps = True
        of_a_unit = words.unit_names.search(frame.words) and not each
        if distance < 3 and (of_a_unit or words.other_names.search(frame.words)):
            score -= 30 * weight
        if words.price_names.search(frame.words) and score < 30:
            score += 30 * weight
            if CURRENT_NAMES.search(frame.words):
                score += 8
        elif distance < 2 and CURRENT_NAMES.search(frame.words):
            score += 3
    if any(frame.tag == "ins" for frame in frames[:3]):
        score += 10
        c.before = False
    return score


def _is_label(area: BuyArea, run: Run, label: str) -> bool:
    """False for a text that only happens to stand before a price, such as "free delivery"."""
    if not label:
        return False
    previous = area.runs[run.order - 1].frame
    frames = list(previous.lineage(2))
    if previous is run.frame.parent and previous.tag in _LINES:  # <p>Warranty <b>$30</b></p>
        return True
    if price_words().label_end.search(label) or {f.tag for f in frames} & {"dt", "th", "label"}:
        return True
    if any(LABEL_NAMES.search(frame.words) for frame in frames):
        return True
    own = next((f for f in run.frame.lineage(4) if f.tag == "td"), None)
    cell = next((f for f in frames if f.tag == "td"), None)
    return own is not None and cell is not None and own is not cell and own.parent is cell.parent


def _label(area: BuyArea, run: Run) -> str:
    """The text right before a price in its row, such as ``List price:``."""
    if run.order == 0 or run.order > len(area.runs):
        return ""
    previous = area.runs[run.order - 1]
    if len(previous.text) > 40 or find_money(previous.text) or _NUMBER.fullmatch(previous.text):
        return ""
    return previous.text.lower() if near(run.frame, previous.frame) else ""


def _behind(area: BuyArea, c: Candidate, *, labelled: bool) -> str:
    """The text behind an amount that speaks of it: ``/100 g``, ``per month``."""
    if c.after.strip() or c.last + 1 >= len(area.runs):
        return c.after
    following = area.runs[c.last + 1]
    text = following.text.lower()
    if len(text) > 40 or text.endswith(":") or not near(c.run.frame, following.frame):
        return ""
    if find_money(following.text) or (labelled and text[0] not in "(/"):
        return ""
    return text


def _place_score(run: Run, page: _Page) -> float:
    score = 0.0
    heading = page.area.heading
    if heading is not None:
        distance = run.order - heading
        score += max(0.0, 25 - distance / 4) if distance >= 0 else max(-10.0, 10 + distance / 2)
    if page.buy_orders:
        score += max(0.0, 12 - _distance(run.order, page.buy_orders) / 4)
    return score


def _distance(order: int, orders: list[int]) -> int:
    """How far the nearest of the orders is, which stand in their own order."""
    at = bisect(orders, order)
    return min(abs(order - near_by) for near_by in orders[max(0, at - 1) : at + 1])
