"""Choose the price that a reader of the page sees, by its place and surroundings.

Every amount in the product's part of the page is a candidate with a score (see
:mod:`server.shop_page.visible.price_scores`). If none is clearly the price, there is none.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from server.goods.amounts import find_money
from server.shop_page.document.buy_area import BuyArea
from server.shop_page.visible.price_attributes import find_attribute_candidates
from server.shop_page.visible.price_candidates import PriceCandidate, find_candidates, near
from server.shop_page.visible.price_scores import DOUBT, score_all
from server.shop_page.words.price_words import price_words

# The lowest score of a price that is taken without other evidence.
CLEAR = 30
# The lowest score of a price on a page that shows no other possible one.
ALONE = 15
# Of two amounts whose scores differ by less, neither is the price more than the other.
EVEN = 5

_WORD = re.compile(r"[^\W\d_]{2}")
# "54% off" beside two amounts, of which the lower is then 46 % of the higher.
_PERCENT = re.compile(r"(?<![\d.,])(\d{1,2})(?:[.,]\d{1,2})? ?[%٪％]")
_PERCENT_WITHIN = 4
# How many texts behind an amount may part it from the words "with tax".
_TAX_WITHIN = 4


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
    # Those that are shown as clearly as the best.
    as_clear: set[Decimal] = field(default_factory=set)
    # Every amount in the product's part of the page.
    anywhere: set[Decimal] = field(default_factory=set)
    # Those beside a currency's symbol.
    with_symbol: set[Decimal] = field(default_factory=set)
    # Those that are only shown as an instalment of a larger one.
    rates: set[Decimal] = field(default_factory=set)
    # Those that are only shown as a price for members of the shop's club.
    for_members: set[Decimal] = field(default_factory=set)
    symbols: list[str] = field(default_factory=list)


def read_prices(area: BuyArea, currency: str | None) -> VisiblePrices:
    """Find and score the amounts; a known ``currency`` settles what ``12.500`` means."""
    candidates = find_candidates(area, currency) + find_attribute_candidates(area, currency)
    score_all(candidates, area)
    prices = VisiblePrices()
    prices.rates = _only_rates(candidates)
    for candidate in candidates:
        if candidate.amount in prices.rates and not candidate.is_rate:
            # The same in an attribute, without the words.
            candidate.score -= DOUBT
    prices.symbols = [c.symbol for c in candidates if c.symbol]
    prices.anywhere = {c.amount for c in candidates}
    prices.with_symbol = {c.amount for c in candidates if c.symbol}
    prices.for_members = prices.with_symbol - {c.amount for c in candidates if not c.for_members}
    clear = [c for c in candidates if c.amount > 0 and c.score >= CLEAR]
    best, former = _choose(clear, area)
    best = best or _by_measure(candidates) or _only_one(candidates)
    prices.former = {c.amount for c in candidates if c.former}
    prices.struck = {c.amount for c in candidates if c.former and not c.only_called_former}
    prices.shown = {c.amount for c in candidates if not c.former and c.score >= 10}
    if best is not None:
        prices.best = _result(best, former, candidates, area)
        prices.as_clear = {
            c.amount for c in candidates if not c.former and c.score > best.score - EVEN
        }
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


def _only_rates(candidates: list[PriceCandidate]) -> set[Decimal]:
    """Return the amounts with a currency that are always "a month", where a price is shown too.

    That of a subscription may be the only one.
    """
    shown = [c for c in candidates if c.symbol]
    whole = {c.amount for c in shown if not c.is_rate}
    rates = {c.amount for c in shown if c.is_rate and c.amount > 0} - whole
    prices = {c.amount for c in shown if c.score >= CLEAR and not (c.is_rate or c.is_other)}
    return {rate for rate in rates if any(amount >= 2 * rate for amount in prices)}


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

    This is only likely, so markup is believed over it: neither is marked as ``former``, unless the
    per cent off that stand beside them are the difference of just these two.
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
    if _is_range(lower, higher, area):
        return best, None
    if _is_reduced(lower, higher, area):
        higher.former, higher.only_called_former = True, False
    elif lower.amount * 4 < higher.amount:
        return best, None
    return lower, higher


def _is_reduced(lower: PriceCandidate, higher: PriceCandidate, area: BuyArea) -> bool:
    """Return True if the page says beside two amounts by how much per cent they differ."""
    saved = 100 - 100 * lower.amount / higher.amount
    last = max(lower.last_order, higher.last_order)
    texts = [lower.text_behind, higher.text_behind]
    # "41", "%" and "off" may be three texts.
    texts += [" ".join(p.text for p in area.pieces[last + 1 : last + 1 + _PERCENT_WITHIN])]
    said = (int(match[1]) for text in texts for match in _PERCENT.finditer(text))
    return any(abs(each - saved) <= 1 for each in said)


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
        not best.is_other and _is_with_tax_words(best, area),
    )


def _is_with_tax_words(best: PriceCandidate, area: BuyArea) -> bool:
    """Return True if the texts around an amount, or the next few up to another, say "with tax"."""
    texts = [best.around]
    for piece in area.pieces[best.last_order + 1 : best.last_order + 1 + _TAX_WITHIN]:
        if find_money(piece.text):
            break
        texts.append(piece.text.lower()[:80])
    return any(price_words().with_tax.search(text) for text in texts)


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
