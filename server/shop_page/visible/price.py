"""Choose the price that a reader of the page sees, by its place and surroundings.

Every amount in the product's part of the page is a candidate with a score (see
:mod:`server.shop_page.visible.price_scores`). If none is clearly the price, there is none.
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

# The lowest score of a price that is taken without other evidence.
CLEAR = 30
# The lowest score of a price on a page that shows no other possible one.
ALONE = 15
# The lowest score of a price that, with other evidence, is believed over markup.
SURE = 50
# The lowest score of a price that is believed over a price in markup that the page does not show.
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
    # Shown together with the words that it includes tax.
    with_tax: bool = False


@dataclass(slots=True)
class VisiblePrices:
    """The prices that the page shows; ``best`` is None if none is clearly the product's."""

    best: VisiblePrice | None = None
    # Amounts near the heading that are neither former prices nor something else.
    shown: set[Decimal] = field(default_factory=set)
    former: set[Decimal] = field(default_factory=set)
    # Those of ``former`` that are crossed out.
    struck: set[Decimal] = field(default_factory=set)
    # Every amount in the product's part of the page.
    anywhere: set[Decimal] = field(default_factory=set)
    symbols: list[str] = field(default_factory=list)


def read_prices(area: BuyArea, currency: str | None) -> VisiblePrices:
    """Find and score the amounts; a known ``currency`` settles what ``12.500`` means."""
    candidates = find_candidates(area, currency) + find_attribute_candidates(area, currency)
    score_all(candidates, area)
    prices = VisiblePrices()
    prices.symbols = [c.symbol for c in candidates if c.symbol]
    prices.anywhere = {c.amount for c in candidates}
    clear = [c for c in candidates if c.amount > 0 and c.score >= CLEAR]
    best, former = _choose(clear, area)
    best = best or _by_measure(candidates) or _only_one(candidates)
    prices.former = {c.amount for c in candidates if c.former}
    prices.struck = {c.amount for c in candidates if c.former and not c.only_called_former}
    prices.shown = {c.amount for c in candidates if not c.former and c.score >= 10}
    if best is not None:
        prices.best = _result(best, former, candidates, area)
    return prices


def _choose(
    clear: list[PriceCandidate], area: BuyArea
) -> tuple[PriceCandidate | None, PriceCandidate | None]:
    """Return the best candidate, and the former price beside it if only its place suggests one.

    A candidate that is only called a former price is the best if there is no other beside it.
    """
    current = [c for c in clear if not c.former]
    # Of a range, only the lower end.
    current = [
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
    """Return the price of a product that is only sold by weight or length: cheese, cloth."""
    sold = [c for c in candidates if c.per_measure and not c.former and c.amount > 0]
    best = max(sold, key=lambda c: c.score, default=None)
    return best if best is not None and best.score + DOUBT >= CLEAR else None


def _only_one(candidates: list[PriceCandidate]) -> PriceCandidate | None:
    """Return the only amount of a page, wherever it is."""
    possible = [
        c
        for c in candidates
        if c.amount > 0
        and c.symbol
        and c.score >= ALONE
        and not c.of_other
        and len(c.text_before) + len(c.text_behind) <= 20
    ]
    if len({c.amount for c in possible}) != 1 or any(c.former for c in possible):
        return None
    return possible[0]


def _lower_of_two(
    best: PriceCandidate, current: list[PriceCandidate], area: BuyArea
) -> tuple[PriceCandidate, PriceCandidate | None]:
    """Take the higher of two amounts side by side, without a word between, for the former price.

    This is only likely, so markup is believed over it: neither is marked as ``former``.
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
    first, second = _in_order(one, other)
    if not near(first.piece.element, second.piece.element):
        return False
    if first.piece is second.piece:
        between = [_text_between(first, second)]
    else:
        between = [first.text_behind, second.text_before]
        between += [piece.text for piece in area.pieces[first.last_order + 1 : second.piece.order]]
    if len(between) > 3 or any(_WORD.search(text) for text in between):
        return False
    return not _WORD.search(second.text_behind)


def _in_order(one: PriceCandidate, other: PriceCandidate) -> list[PriceCandidate]:
    return sorted((one, other), key=lambda c: (c.piece.order, len(c.text_before)))


def _text_between(first: PriceCandidate, second: PriceCandidate) -> str:
    """Return the text between two amounts in one piece."""
    text = first.piece.text
    return text[len(text) - len(first.text_behind) : len(second.text_before)]


def _result(
    best: PriceCandidate,
    former: PriceCandidate | None,
    candidates: list[PriceCandidate],
    area: BuyArea,
) -> VisiblePrice:
    amount = best.amount
    # A range: 10 - 20.
    for other in candidates:
        if (
            other is not best
            and not other.former
            and other.amount > 0
            and _is_range(best, other, area)
        ):
            amount = min(amount, other.amount)
    former_amounts = [
        c.amount
        for c in candidates
        if c.former and c.amount > amount and abs(c.piece.order - best.piece.order) <= 12
    ]
    if former is not None and former.amount > amount:
        former_amounts.append(former.amount)
    name = next(
        (f.names.split()[0] for f in best.piece.element.lineage(3) if f.names.strip()),
        best.piece.element.tag,
    )
    symbol = best.symbol or next(
        (c.symbol for c in candidates if c.symbol and c.amount == best.amount), None
    )
    return VisiblePrice(
        amount,
        symbol,
        min(former_amounts, default=None),
        best.score,
        f"text .{name}"[:60],
        not best.is_other and price_words().with_tax.search(best.around) is not None,
    )


def _is_range(one: PriceCandidate, other: PriceCandidate, area: BuyArea) -> bool:
    """Return True for the two ends of ``$10 - $20``, in one text or in three."""
    dash = price_words().dash
    first, second = _in_order(one, other)
    if first.piece is second.piece:
        return dash.fullmatch(_text_between(first, second).lower()) is not None
    gap = second.piece.order - first.last_order
    if gap == 2:
        return dash.fullmatch(area.pieces[first.last_order + 1].text.lower()) is not None
    return gap == 1 and dash.match(area.pieces[second.piece.order].text.lower()) is not None


def corrected_price(
    best: SourceFacts, ranked: list[SourceFacts], seen: VisiblePrices
) -> Decimal | None:
    """Return the price to use instead of the markup's if what the page shows supports it."""
    visible = seen.best
    price = best.price
    if visible is None or price is None or visible.amount == price:
        return None
    # The price in markup is crossed out right beside a lower one.
    is_struck = price in seen.struck and visible.list_price == price
    has_tax = visible.with_tax and _is_with_tax(visible.amount, price)
    if visible.score < (CLEAR if is_struck or has_tax else SURE):
        return None
    in_cents = best.where == "state" and visible.amount * 100 == price
    if in_cents or (best.where == "state" and price not in seen.anywhere and not best.addressed):
        # Scripts also hold cents, and prices before tax.
        return visible.amount
    if best.addressed:
        return None
    others = {f.price for f in ranked if f is not best and f.price is not None}
    former = price in seen.former and visible.amount < price
    stale = (
        visible.score >= CERTAIN
        and price not in seen.anywhere
        and _is_another_price(visible.amount, price)
    )
    # Among the markup's prices it belongs to another offer or variant of the product.
    takes_seen = visible.amount in best.prices or (
        price not in seen.shown and (former or visible.amount in others or stale)
    )
    return visible.amount if takes_seen or has_tax else None


def _is_with_tax(gross: Decimal, net: Decimal) -> bool:
    """Return True if one amount is the other with a tax of a whole or half per cent up to 27."""
    if net <= 0:
        return False
    rate = round((gross / net - 1) * 200) / Decimal(200)
    if not Decimal("0.04") <= rate <= Decimal("0.27"):
        return False
    return abs(net * (1 + rate) - gross) <= max(Decimal("0.02"), gross / 5_000)


def _is_another_price(seen: Decimal, marked: Decimal) -> bool:
    """Return False if one amount is only a misreading or a part of the other.

    Of ``49.99`` these are ``49``, ``4999`` and an instalment of a quarter.
    """
    if int(seen) == int(marked) or seen in (marked * 100, marked / 100):
        return False
    parts = marked / seen
    return parts < Decimal("1.8") or abs(parts - round(parts)) > Decimal("0.03")
