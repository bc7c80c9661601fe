"""The price that a reader of the page sees, by where it stands and what stands around it.

Every amount in the product's part of the page is a candidate. What it is called (class, id,
label), how near it stands to the main heading and the button to buy, and whether it is crossed
out, in a link to another product or said to be something else (shipping, a rate, the price
before) makes its score. Without a candidate that is clearly the price there is none.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from server.shop_page.amounts import (
    NUMBER_ALONE,
    SYMBOL_ALONE,
    find_money,
    markup_amount,
    parse_number,
)
from server.shop_page.buy_area import PRICE_ATTRIBUTES, BuyArea, Frame, Run
from server.shop_page.phrases import BEFORE_PRICE, BUY, FROM_PRICE, OTHER_AMOUNT

CLEAR = 30
"""The least score of a price that is taken alone."""
SURE = 50
"""The least score of a price that is believed against markup with other evidence."""
CERTAIN = 75
"""The least score of a price that is believed against markup which the page does not show."""

_MAX_CANDIDATES = 400
_PRICE_WORDS = re.compile(
    r"price|preis|prix|precio|preco|preço|prezzo|\bpris|cena\b|cena-|prijs|hinta|fiyat|kaina"
    r"|a-offscreen"
    r"|amount|money|\bcost|prc\b"
)
_CURRENT_WORDS = re.compile(
    r"sale|special|final|current|\bnow|[-_]now|offer|actual|selling|our-?_?price|deal|discounted"
    r"|reduced"
    r"|priceblock|pricetopay|price-?to-?pay|display-?price|main|hero|pdp|product-?_?price|detail"
    r"|buybox"
    r"|priceinside|prcisum|price_inside|brand-?price"
)
_BEFORE_WORDS = re.compile(
    r"\bold|[-_]old|\bwas\b|[-_]was|was[-_]|list-?_?price|rrp|msrp|uvp|strike|stroke|crossed"
    r"|compare|original"
    r"|before|previous|retail|regular-|[-_]regular|full-?price|a-text-price|basis-?price"
    r"|line-?through"
    r"|undiscount|normal-?price|instead|ex-price|high-?price|price-?prev|\bstd|standard-price"
)
_TO_PAY = re.compile(r"price-?_?to-?_?pay|current|\bnow\b|[-_]now|final|(?<!on-)sale(?!s)|special")
_OTHER_WORDS = re.compile(
    r"ship|deliver|versand|instal|month|affirm|klarna|afterpay|\bsav(?:e|ing)|[-_]sav|discount-"
    r"|[-_]discount"
    r"|coupon|voucher|points?\b|reward|unit-?price|price-?per|per-?unit|pricepu|cup-?price"
    r"|grundpreis|base-?price|[-_]tax|\bvat|deposit|pfand"
    r"|mini-?cart|cart-?total|subtotal|gift|warranty|protect|trade-?in|bundle|filter|slider|facet"
    r"|review|rating"
    r"|financ|credit|\bsns|subscr|loyal|member|used|other-?seller|threshold|badge|percent|tier"
    r"|bulk|quantity"
    r"|qty|addon|add-on"
)
_ROW = frozenset({
    "tr", "li", "dl", "p", "td", "dd", "div", "span", "section",
})  # fmt: skip
_TITLE_TAGS = frozenset({"h2", "h3", "h4", "h5"})
_TITLE_WORDS = re.compile(r"title|name\b")
_NOT_A_TITLE = re.compile(
    r"brand|vendor|manufactur|author|categor|breadcrumb|seller|designer|by-?line"
)
_CENTS_WORDS = re.compile(r"cent|mantissa|decimal|fraction|super|small|minor|sup|digit|float")
_CENTS = re.compile(r"[.,]?(\d\d)")
_DASH = re.compile(r"\s*(?:-|–|—|~|to\b|bis\b|à\b|do\b|até\b|a\b)\s*")
_SEPARATOR = re.compile(r"[.,]")
_OTHERS_FOLLOW = re.compile(
    r"(?:you (?:may|might) (?:also )?(?:like|love|need)|related (?:products|items)"
    r"|similar (?:products|items)"
    r"|customers (?:also|who)|(?:recently|also) viewed|frequently bought|people also|recommended"
    r"|more from"
    r"|complete the look|goes (?:well )?with|pairs? well|best ?sellers|sponsored|compare with"
    r"|other products"
    r"|ähnliche (?:produkte|artikel)|kunden (?:kauften|haben)|das könnte|zuletzt"
    r"|passend(?:es)? zubehör|wird oft"
    r"|spesso comprati|i clienti|prodotti sponsor|produits (?:fréquemment|sponsor)|gesponserte"
    r"|vous aimerez|produits (?:similaires|associés)|les clients|productos relacionados|también te"
    r"|prodotti correlati"
    r"|potrebbe|produtos relacionados|quem (?:viu|comprou)|podobne|polecane|klienci|relaterade"
    r"|관련 ?상품|함께|関連商品|おすすめ"
    r"|この商品を|相关|猜你喜欢|也喜欢)"
)


@dataclass(slots=True)
class Candidate:
    """An amount on the page."""

    amount: Decimal
    symbol: str | None
    run: Run
    text: str
    """The text before it in its own run, lower case."""
    after: str
    score: float = 0.0
    before: bool = False
    """Crossed out, or said to be a former or recommended price."""
    perhaps: bool = False
    """``before`` by its class or label alone: a "regular price" without another is the price."""


@dataclass(slots=True)
class VisiblePrice:
    """The price that the page shows."""

    amount: Decimal
    symbol: str | None
    list_price: Decimal | None
    score: float
    where: str


@dataclass(slots=True)
class PriceView:
    """What the page shows of prices; ``best`` is None where none is clearly the product's."""

    best: VisiblePrice | None = None
    shown: set[Decimal] = field(default_factory=set)
    """Amounts near the heading that are not prices of before or of something else."""
    before: set[Decimal] = field(default_factory=set)
    anywhere: set[Decimal] = field(default_factory=set)
    """Every amount in the product's part of the page."""
    symbols: list[str] = field(default_factory=list)


def view_prices(area: BuyArea, currency: str | None) -> PriceView:
    """Find and weigh the amounts; ``currency`` settles what ``12.500`` means where known."""
    candidates = _candidates(area, currency)
    others_from = _others_from(area)
    buy_orders = [b.order for b in area.buttons if not b.linked and BUY.search(b.text)]
    listed = area.in_lists([candidate.run.frame for candidate in candidates])
    for candidate, in_list in zip(candidates, listed, strict=True):
        candidate.score = _score(candidate, area, buy_orders, others_from)
        if in_list:
            candidate.score -= 25
    view = PriceView()
    view.symbols = [c.symbol for c in candidates if c.symbol]
    view.anywhere = {c.amount for c in candidates}
    view.before = {c.amount for c in candidates if c.before}
    view.shown = {c.amount for c in candidates if not c.before and c.score >= 10}
    clear = [c for c in candidates if c.amount > 0 and c.score >= CLEAR]
    eligible = [c for c in clear if not c.before] or [c for c in clear if c.perhaps]
    if eligible:
        view.best = _result(max(eligible, key=lambda c: c.score), candidates, area)
    return view


def _candidates(area: BuyArea, currency: str | None) -> list[Candidate]:
    found: list[Candidate] = []
    runs = area.runs
    i = 0
    while i < len(runs) and len(found) < _MAX_CANDIDATES:
        run = runs[i]
        text = run.text
        used = 1
        if any(c.isdigit() for c in text):
            moneys = find_money(text, currency)
            if len(moneys) == 1 and moneys[0].end == len(text):
                amount, used = _with_cents(runs, i, moneys[0].amount)
                found.append(
                    _candidate(run, amount, moneys[0].symbol, slice(moneys[0].start, len(text)))
                )
            elif moneys:
                found.extend(
                    _candidate(run, m.amount, m.symbol, slice(m.start, m.end)) for m in moneys
                )
            else:
                used = _bare_number(runs, i, None, currency, found)
        elif len(text) <= 6 and (match := SYMBOL_ALONE.fullmatch(text)):
            used = 1 + _bare_number(runs, i + 1, match[1], currency, found)
        i += max(used, 1)
    found.extend(_from_attributes(area, currency))
    return found


def _candidate(run: Run, amount: Decimal, symbol: str | None, place: slice) -> Candidate:
    """A candidate for the amount at ``place`` in the run's text."""
    text = run.text.lower()
    return Candidate(amount, symbol, run, text[: place.start], text[place.stop :])


def _near(one: Frame, other: Frame) -> bool:
    """True for two texts of one small group of elements."""
    around = set(map(id, one.lineage(4)))
    return any(id(frame) in around for frame in other.lineage(4))


def _with_cents(runs: list[Run], i: int, amount: Decimal) -> tuple[Decimal, int]:
    """``$49`` with ``98`` set small beside it is 49.98."""
    if amount != amount.to_integral_value() or i + 1 >= len(runs):
        return amount, 1
    following = runs[i + 1]
    if _SEPARATOR.fullmatch(following.text) and i + 2 < len(runs):
        last = runs[i + 2]
        if re.fullmatch(r"\d\d", last.text) and _near(runs[i].frame, last.frame):
            return amount + Decimal(last.text) / 100, 3
    match = _CENTS.fullmatch(following.text)
    if match is None or not _near(runs[i].frame, following.frame):
        return amount, 1
    set_small = following.frame.tag in ("sup", "small") or _CENTS_WORDS.search(
        following.frame.words
    )
    if following.text[0] in ".," or set_small:
        return amount + Decimal(match[1]) / 100, 2
    return amount, 1


def _bare_number(
    runs: list[Run], i: int, symbol: str | None, currency: str | None, found: list[Candidate]
) -> int:
    """A number alone in its text, with its currency in a text beside it or a telling class."""
    if i >= len(runs):
        return 0
    run = runs[i]
    match = NUMBER_ALONE.fullmatch(run.text)
    if match is None:
        loose = re.fullmatch(r"[^\d]{1,25}?(\d[\d.,  ']*\d|\d)[^\d]{0,3}", run.text)
        if (
            loose
            and not symbol
            and _is_price_frame(run.frame, 2)
            and re.search(r"[.,]\d\d$", loose[1])
        ):
            amount = parse_number(loose[1], currency)
            if amount is not None:
                found.append(_candidate(run, amount, None, slice(loose.start(1), len(run.text))))
        return 1
    if symbol and not _near(run.frame, runs[i - 1].frame):
        return 0
    amount = parse_number(match[1], currency)
    if amount is None:
        return 1
    amount, used = _with_cents(runs, i, amount)
    if symbol and used == 1 and amount == amount.to_integral_value() and i + 1 < len(runs):
        # $ | 24 | 98: three elements side by side, whatever they are called
        cents = runs[i + 1]
        if re.fullmatch(r"\d\d", cents.text) and cents.frame.parent is run.frame.parent:
            amount, used = amount + Decimal(cents.text) / 100, 2
    if symbol is None and i + used < len(runs):
        after = SYMBOL_ALONE.fullmatch(runs[i + used].text)
        if after and len(runs[i + used].text) <= 6 and _near(run.frame, runs[i + used].frame):
            symbol = after[1]
            used += 1
            if used == 2:  # 49 € 95
                amount, more = _with_cents([run, *runs[i + used : i + used + 2]], 0, amount)
                used += more - 1
    if symbol or _is_price_frame(run.frame, 3):
        found.append(_candidate(run, amount, symbol, slice(0, len(run.text))))
    return used


def _is_price_frame(frame: Frame, steps: int) -> bool:
    return any(_PRICE_WORDS.search(f.words) for f in frame.lineage(steps))


def _from_attributes(area: BuyArea, currency: str | None) -> list[Candidate]:
    found: list[Candidate] = []
    for tag, order in area.tags:
        for name in PRICE_ATTRIBUTES:
            value = tag.attrs.get(name)
            if not isinstance(value, str) or not re.search(r"\d[.,]\d", value[:40]):
                continue  # whole numbers may be cents
            amount = markup_amount(value, currency)
            run = _run_at(area, order)
            if amount and run is not None:
                frame = Frame(
                    tag.name,
                    f"{name} {' '.join(tag.get_attribute_list('class'))}"[:300],
                    run.frame.parent,
                )
                frame.linked, frame.struck = run.frame.linked, run.frame.struck
                found.append(Candidate(amount, None, Run("", frame, order), "", ""))
    return found[:50]


def _run_at(area: BuyArea, order: int) -> Run | None:
    return area.runs[min(order, len(area.runs) - 1)] if area.runs else None


def _others_from(area: BuyArea) -> int:
    """The order from which the page speaks of other products."""
    start = area.heading or 0
    for run in area.runs:
        if run.order > start and len(run.text) <= 60 and _OTHERS_FOLLOW.match(run.text.lower()):
            return run.order
    return len(area.runs) + 1


def _score(c: Candidate, area: BuyArea, buy_orders: list[int], others_from: int) -> float:
    run = c.run
    frames = list(run.frame.lineage(5))
    score = _name_score(c, frames)
    label = c.text or _label(area, run)
    if BEFORE_PRICE.search(label) or (c.text and BEFORE_PRICE.search(label[-40:])):
        c.before = c.perhaps = True
    if run.frame.struck:
        c.before, c.perhaps = True, False
    if OTHER_AMOUNT.search(label) or OTHER_AMOUNT.match(c.after.lstrip(" .,(")):
        score -= 40
    if FROM_PRICE.search(c.text):
        score -= 2
    if c.symbol:
        score += 12
    if c.amount != c.amount.to_integral_value():
        score += 4
    if len(c.text) + len(c.after) > 40:
        score -= 20
    elif len(c.text) + len(c.after) > 20:
        score -= 8
    if run.frame.linked:
        score -= 25
    if run.frame.chosen_from:
        score -= 15
    if run.order >= others_from or _is_of_another(area, run):
        score -= 60
    return score + _place_score(run, area, buy_orders)


def _is_of_another(area: BuyArea, run: Run) -> bool:
    """True right after a title that links to another page, in the same small group."""
    for previous in area.runs[max(0, run.order - 6) : run.order]:
        if not previous.frame.linked or not _near(run.frame, previous.frame):
            continue
        frames = list(previous.frame.lineage(3))
        if any(_NOT_A_TITLE.search(frame.words) for frame in frames):
            continue
        if any(f.tag in _TITLE_TAGS or _TITLE_WORDS.search(f.words) for f in frames):
            return True
    return False


def _name_score(c: Candidate, frames: list[Frame]) -> float:
    score = 0.0
    for distance, frame in enumerate(frames):
        if not frame.words:
            continue
        weight = 1 - 0.15 * distance
        former = _BEFORE_WORDS.search(frame.words) and not _TO_PAY.search(frame.words)
        if former and distance < 2:
            c.before = c.perhaps = True
        if _OTHER_WORDS.search(frame.words) and distance < 3:
            score -= 30 * weight
        if _PRICE_WORDS.search(frame.words) and score < 30:
            score += 30 * weight
            if _CURRENT_WORDS.search(frame.words):
                score += 8
        elif distance < 2 and _CURRENT_WORDS.search(frame.words):
            score += 3
    if any(frame.tag == "ins" for frame in frames[:3]):
        score += 10
        c.before = False
    return score


def _label(area: BuyArea, run: Run) -> str:
    """The text right before a price in its row, such as ``List price:``."""
    if run.order == 0 or run.order > len(area.runs):
        return ""
    previous = area.runs[run.order - 1]
    if len(previous.text) > 40 or any(c.isdigit() for c in previous.text):
        return ""
    return previous.text.lower() if _near(run.frame, previous.frame) else ""


def _place_score(run: Run, area: BuyArea, buy_orders: list[int]) -> float:
    score = 0.0
    if area.heading is not None:
        distance = run.order - area.heading
        score += max(0.0, 25 - distance / 4) if distance >= 0 else max(-10.0, 10 + distance / 2)
    if buy_orders:
        score += max(0.0, 12 - min(abs(run.order - order) for order in buy_orders) / 4)
    return score


def _result(best: Candidate, candidates: list[Candidate], area: BuyArea) -> VisiblePrice:
    amount = best.amount
    for other in candidates:  # a range: 10 - 20
        if (
            other is not best
            and not other.before
            and other.amount > 0
            and _is_range(best, other, area)
        ):
            amount = min(amount, other.amount)
    befores = [
        c.amount
        for c in candidates
        if c.before and c.amount > amount and abs(c.run.order - best.run.order) <= 12
    ]
    name = next(
        (f.words.split()[0] for f in best.run.frame.lineage(3) if f.words), best.run.frame.tag
    )
    symbol = best.symbol or next(
        (c.symbol for c in candidates if c.symbol and c.amount == best.amount), None
    )
    return VisiblePrice(
        amount, symbol, min(befores, default=None), best.score, f"text .{name}"[:60]
    )


def _is_range(one: Candidate, other: Candidate, area: BuyArea) -> bool:
    """True for the two ends of ``$10 - $20``, in one text or in three."""
    if one.run is other.run:
        ends = sorted((one, other), key=lambda c: len(c.text))
        between = one.run.text[len(ends[0].run.text) - len(ends[0].after) : len(ends[1].text)]
        return _DASH.fullmatch(between.lower()) is not None
    first, last = sorted((one.run.order, other.run.order))
    if last - first == 2:
        return _DASH.fullmatch(area.runs[first + 1].text.lower()) is not None
    return last - first == 1 and _DASH.match(area.runs[last].text.lower()) is not None
