"""The price that a reader of the page sees, by where it stands and what stands around it.

Every amount in the product's part of the page is a candidate. What it is called (class, id,
label), how near it stands to the main heading and the button to buy, and whether it is crossed
out, in a link to another product or said to be something else (shipping, a rate, the price
before) makes its score. Without a candidate that is clearly the price there is none.
"""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from server.shop_page.buy_area import BuyArea, Frame, Run
from server.shop_page.phrases import BEFORE_PRICE, BUY, FROM_PRICE, OTHER_AMOUNT
from server.shop_page.price_candidates import PRICE_WORDS, Candidate, find_candidates, near

CLEAR = 30
"""The least score of a price that is taken alone."""
SURE = 50
"""The least score of a price that is believed against markup with other evidence."""
CERTAIN = 75
"""The least score of a price that is believed against markup which the page does not show."""

_CURRENT_WORDS = re.compile(
    r"sale|special|final|discount-?_?price|price-?_?discount|current|\bnow|[-_]now|offer|actual"
    r"|selling|our-?_?price|deal|discounted"
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
    r"ship|deliver|versand|instal|month|affirm|klarna|afterpay|\bsav(?:e|ing)|[-_]sav"
    r"|discount-?_?(?:amount|percent|badge|label|value)|coupon|voucher|points?\b|reward"
    r"|unit-?price|price-?per|per-?unit|pricepu|cup-?price|grundpreis|excl(?:uding)?-?_?(?:tax|vat)"
    r"|ex-?vat|deposit|pfand|mini-?cart|cart-?total|subtotal|gift|warranty|protect|trade-?in"
    r"|bundle|filter|slider|facet|review|rating|financ|credit|\bsns|subscr|loyal|member"
    r"|\bused|[-_]used|other-?seller|threshold|badge|percent|[-_]tier|bulk|quantity|qty|addon"
    r"|add-on"
)
_LABEL_END = re.compile(r"[:：]$|\b(?:of|for|from|with|save|payments|ab|à|de|od|von|für)$")
_TITLE_TAGS = frozenset({"h2", "h3", "h4", "h5"})
_TITLE_WORDS = re.compile(r"title|name\b")
_NOT_A_TITLE = re.compile(
    r"brand|vendor|manufactur|author|categor|breadcrumb|seller|designer|by-?line"
)
_DASH = re.compile(r"\s*(?:-|–|—|~|to\b|bis\b|à\b|do\b|até\b|a\b)\s*")
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
    candidates = find_candidates(area, currency)
    others_from = _others_from(area)
    buy_orders = [b.order for b in area.buttons if not b.linked and BUY.search(b.text)]
    listed = area.in_lists([candidate.run.frame for candidate in candidates])
    for candidate, in_list in zip(candidates, listed, strict=True):
        candidate.score = _score(candidate, area, buy_orders, others_from)
        if in_list:
            candidate.score -= 60
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
    told = c.text or (label if _is_label(area, run, label) else "")
    if OTHER_AMOUNT.search(told) or OTHER_AMOUNT.match(c.after.lstrip(" .,(")):
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
        if not previous.frame.linked or not near(run.frame, previous.frame):
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
        if PRICE_WORDS.search(frame.words) and score < 30:
            score += 30 * weight
            if _CURRENT_WORDS.search(frame.words):
                score += 8
        elif distance < 2 and _CURRENT_WORDS.search(frame.words):
            score += 3
    if any(frame.tag == "ins" for frame in frames[:3]):
        score += 10
        c.before = False
    return score


def _is_label(area: BuyArea, run: Run, label: str) -> bool:
    """False for a text that only happens to stand before a price, such as "free delivery"."""
    if not label:
        return False
    tags = {frame.tag for frame in area.runs[run.order - 1].frame.lineage(2)}
    return bool(_LABEL_END.search(label)) or bool(tags & {"dt", "th", "label"})


def _label(area: BuyArea, run: Run) -> str:
    """The text right before a price in its row, such as ``List price:``."""
    if run.order == 0 or run.order > len(area.runs):
        return ""
    previous = area.runs[run.order - 1]
    if len(previous.text) > 40 or any(c.isdigit() for c in previous.text):
        return ""
    return previous.text.lower() if near(run.frame, previous.frame) else ""


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
