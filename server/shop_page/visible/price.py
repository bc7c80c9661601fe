"""The price that a reader of the page sees, by where it stands and what stands around it.

Every amount in the product's part of the page is a candidate with a score (see
:mod:`server.shop_page.visible.price_scores`). Without a candidate that is clearly the price
there is none.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from server.shop_page.document.buy_area import BuyArea
from server.shop_page.offer import SourceFacts
from server.shop_page.visible.price_attributes import find_attribute_candidates
from server.shop_page.visible.price_candidates import PriceCandidate, find_candidates, near
from server.shop_page.visible.price_scores import DOUBT, score_all
from server.shop_page.words.price_words import price_words

# The least score of a price that is taken alone.
CLEAR = 30
# The least score of a price where the page shows no other amount that can be one.
ALONE = 15
# The least score of a price that is believed against markup with other evidence.
SURE = 50
# The least score of a price that is believed against markup which the page does not show.
CERTAIN = 75

_WORD = re.compile(r"[^\W\d_]{2}")


@dataclass(slots=True)
class VisiblePrice:
    """The price that the page shows."""

    amount: Decimal
    symbol: str | None
    list_price: Decimal | None
    score: float
    where: str


@dataclass(slots=True)
class VisiblePrices:
    """What the page shows of prices; ``best`` is None where none is clearly the product's."""

    best: VisiblePrice | None = None
    # Amounts near the heading that are not prices of before or of something else.
    shown: set[Decimal] = field(default_factory=set)
    former: set[Decimal] = field(default_factory=set)
    # Every amount in the product's part of the page.
    anywhere: set[Decimal] = field(default_factory=set)
    symbols: list[str] = field(default_factory=list)


def read_prices(area: BuyArea, currency: str | None) -> VisiblePrices:
    """Find and weigh the amounts; ``currency`` settles what ``12.500`` means where known."""
    candidates = find_candidates(area, currency) + find_attribute_candidates(area, currency)
    score_all(candidates, area)
    view = VisiblePrices()
    view.symbols = [c.symbol for c in candidates if c.symbol]
    view.anywhere = {c.amount for c in candidates}
    clear = [c for c in candidates if c.amount > 0 and c.score >= CLEAR]
    best, former = _choose(clear, area)
    best = best or _by_measure(candidates) or _only_one(candidates)
    view.former = {c.amount for c in candidates if c.former}
    view.shown = {c.amount for c in candidates if not c.former and c.score >= 10}
    if best is not None:
        view.best = _result(best, former, candidates, area)
    return view


def _choose(
    clear: list[PriceCandidate], area: BuyArea
) -> tuple[PriceCandidate | None, PriceCandidate | None]:
    """The best of the candidates, and the former price beside it if only its place tells so.

    One that is only called a former price is the best if no other is beside it.
    """
    current = [c for c in clear if not c.former]
    current = [  # of a range its lower end
        c
        for c in current
        if not any(o.amount < c.amount and _is_range(o, c, area) for o in current)
    ]
    called_former = [c for c in clear if c.former and c.only_called_former]
    best = max(current, key=lambda c: c.score, default=None)
    former = max(called_former, key=lambda c: c.score, default=None)
    if best is None:
        return former, None
    if former is not None and former.score > best.score + 25:
        if best.is_other or not near(best.piece.element, former.piece.element):
            former.former = False
            return former, None
        return best, None
    return _lower_of_two(best, current, area)


def _by_measure(candidates: list[PriceCandidate]) -> PriceCandidate | None:
    """The price of what is sold by weight or length alone, cheese or cloth."""
    sold = [c for c in candidates if c.per_measure and not c.former and c.amount > 0]
    best = max(sold, key=lambda c: c.score, default=None)
    return best if best is not None and best.score + DOUBT >= CLEAR else None


def _only_one(candidates: list[PriceCandidate]) -> PriceCandidate | None:
    """The single amount of a page that shows no other, wherever it stands."""
    possible = [
        c
        for c in candidates
        if c.amount > 0
        and c.symbol
        and c.score >= ALONE
        and len(c.text_before) + len(c.text_behind) <= 20
    ]
    if len({c.amount for c in possible}) != 1 or any(c.former for c in possible):
        return None
    return possible[0]


def _lower_of_two(
    best: PriceCandidate, current: list[PriceCandidate], area: BuyArea
) -> tuple[PriceCandidate, PriceCandidate | None]:
    """Of two amounts side by side without a word between them, the higher is the former price.

    That is no more than likely, so it is not held against markup: neither is ``before``.
    """
    beside = [
        c
        for c in current
        if c is not best
        and c.amount != best.amount
        and c.symbol == best.symbol
        and c.score >= best.score - 20
        and _side_by_side(c, best, area)
    ]
    if len(beside) != 1:
        return best, None
    lower, higher = sorted((best, beside[0]), key=lambda c: c.amount)
    if lower.amount * 4 < higher.amount or _is_range(lower, higher, area):
        return best, None
    return lower, higher


def _side_by_side(one: PriceCandidate, other: PriceCandidate, area: BuyArea) -> bool:
    first, second = sorted((one, other), key=lambda c: (c.piece.order, len(c.text_before)))
    if not near(first.piece.element, second.piece.element):
        return False
    if first.piece is second.piece:
        between = [
            first.piece.text[
                len(first.piece.text) - len(first.text_behind) : len(second.text_before)
            ]
        ]
    else:
        between = [first.text_behind, second.text_before]
        between += [piece.text for piece in area.pieces[first.last_order + 1 : second.piece.order]]
    if len(between) > 3 or any(_WORD.search(text) for text in between):
        return False
    return not _WORD.search(second.text_behind)


def _result(
    best: PriceCandidate,
    former: PriceCandidate | None,
    candidates: list[PriceCandidate],
    area: BuyArea,
) -> VisiblePrice:
    amount = best.amount
    for other in candidates:  # a range: 10 - 20
        if (
            other is not best
            and not other.former
            and other.amount > 0
            and _is_range(best, other, area)
        ):
            amount = min(amount, other.amount)
    befores = [
        c.amount
        for c in candidates
        if c.former and c.amount > amount and abs(c.piece.order - best.piece.order) <= 12
    ]
    if former is not None and former.amount > amount:
        befores.append(former.amount)
    name = next(
        (f.names.split()[0] for f in best.piece.element.lineage(3) if f.names.strip()),
        best.piece.element.tag,
    )
    symbol = best.symbol or next(
        (c.symbol for c in candidates if c.symbol and c.amount == best.amount), None
    )
    return VisiblePrice(
        amount, symbol, min(befores, default=None), best.score, f"text .{name}"[:60]
    )


def _is_range(one: PriceCandidate, other: PriceCandidate, area: BuyArea) -> bool:
    """True for the two ends of ``$10 - $20``, in one text or in three."""
    dash = price_words().dash
    first, second = sorted((one, other), key=lambda c: (c.piece.order, len(c.text_before)))
    if first.piece is second.piece:
        between = first.piece.text[
            len(first.piece.text) - len(first.text_behind) : len(second.text_before)
        ]
        return dash.fullmatch(between.lower()) is not None
    gap = second.piece.order - first.last_order
    if gap == 2:
        return dash.fullmatch(area.pieces[first.last_order + 1].text.lower()) is not None
    return gap == 1 and dash.match(area.pieces[second.piece.order].text.lower()) is not None


def corrected_price(
    best: SourceFacts, ranked: list[SourceFacts], seen: VisiblePrices
) -> Decimal | None:
    """The price to take in place of the markup's, where what the page shows speaks for it."""
    visible = seen.best
    price = best.price
    if visible is None or price is None or visible.amount == price or visible.score < SURE:
        return None
    in_cents = best.where == "state" and visible.amount * 100 == price
    if in_cents or (best.where == "state" and price not in seen.anywhere and not best.addressed):
        return visible.amount  # scripts also hold prices before tax
    if best.addressed:
        return None
    others = {f.price for f in ranked if f is not best and f.price is not None}
    former = price in seen.former and visible.amount < price
    stale = (
        visible.score >= CERTAIN
        and price not in seen.anywhere
        and _is_another_price(visible.amount, price)
    )
    takes_seen = visible.amount in best.prices or (  # another offer or variant of the product
        price not in seen.shown and (former or visible.amount in others or stale)
    )
    return visible.amount if takes_seen else None


def _is_another_price(seen: Decimal, marked: Decimal) -> bool:
    """False where the one amount is only the other read wrongly or in parts.

    ``49`` of ``49.99``; ``4999``; a rate of a quarter.
    """
    if int(seen) == int(marked) or seen in (marked * 100, marked / 100):
        return False
    parts = marked / seen
    return parts < Decimal("1.8") or abs(parts - round(parts)) > Decimal("0.03")
