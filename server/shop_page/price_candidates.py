"""Amounts in the product's part of a page, however many elements each is split into.

``<span>$</span><span>49</span><sup>98</sup>`` is one amount, as are ``49``, ``,``, ``98``, ``€``
and a number in a ``data-price`` attribute.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from server.shop_page.amounts import (
    NUMBER_ALONE,
    SYMBOL_BEHIND,
    find_money,
    markup_amount,
    parse_number,
    symbol_alone,
)
from server.shop_page.buy_area import BuyArea, Frame, Run
from server.shop_page.pruning import PRICE_ATTRIBUTES

_MAX_CANDIDATES = 400
PRICE_WORDS = re.compile(
    r"price|preis|prix|precio|preco|preço|prezzo|\bpris|cena\b|cena-|prijs|hinta|fiyat|kaina"
    r"|a-offscreen"
    r"|amount|money|\bcost|prc\b"
)
_CENTS_WORDS = re.compile(r"cent|mantissa|decimal|fraction|super|small|minor|sup|digit|float")
_CENTS = re.compile(r"[.,]?(\d\d)(?!\d)")
_SEPARATOR = re.compile(r"[.,]")


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
    doubtful: bool = False
    """Said to be something else than the price."""
    by_measure: bool = False
    """``doubtful`` only for being a price by weight, volume or length."""
    last: int = 0
    """The ``order`` of the last text that the amount is put together from."""

    def __post_init__(self) -> None:
        self.last = max(self.last, self.run.order)


def find_candidates(area: BuyArea, currency: str | None) -> list[Candidate]:
    """Every amount in the area, put together from the elements that shops split it into."""
    found: list[Candidate] = []
    runs = area.runs
    i = 0
    while i < len(runs) and len(found) < _MAX_CANDIDATES:
        run = runs[i]
        text = run.text
        used = 1
        if any(c.isdigit() for c in text):
            moneys = find_money(text, currency)
            if len(moneys) == 1 and moneys[0].end == len(text.rstrip(".,")):
                amount, used, _ = _with_cents(runs, i, moneys[0].amount)
                found.append(
                    _candidate(run, amount, moneys[0].symbol, slice(moneys[0].start, len(text)))
                )
            elif moneys:
                found.extend(
                    _candidate(run, m.amount, m.symbol, slice(m.start, m.end)) for m in moneys
                )
            else:
                used = _bare_number(runs, i, None, currency, found)
        elif len(text) <= 6 and (sign := symbol_alone(text, currency)):
            used = 1 + _bare_number(runs, i + 1, sign, currency, found)
        used = max(used, 1)
        if found and found[-1].run.order >= i:
            found[-1].last = i + used - 1
        i += used
    found.extend(_from_attributes(area, currency))
    return found


def _candidate(run: Run, amount: Decimal, symbol: str | None, place: slice) -> Candidate:
    """A candidate for the amount at ``place`` in the run's text."""
    text = run.text.lower()
    return Candidate(amount, symbol, run, text[: place.start], text[place.stop :])


def near(one: Frame, other: Frame) -> bool:
    """True for two texts of one small group of elements."""
    around = set(map(id, one.lineage(4)))
    return any(id(frame) in around for frame in other.lineage(4))


def _with_cents(runs: list[Run], i: int, amount: Decimal) -> tuple[Decimal, int, str | None]:
    """``$49`` with ``98`` set small beside it is 49.98; so is ``49`` with ``,98 €``.

    Returns the amount, how many texts it took, and the currency in the last of them.
    """
    if amount != amount.to_integral_value() or i + 1 >= len(runs):
        return amount, 1, None
    following = runs[i + 1]
    separated = runs[i].text.endswith((".", ","))
    if _SEPARATOR.fullmatch(following.text) and i + 2 < len(runs):
        last = runs[i + 2]
        if re.fullmatch(r"\d\d", last.text) and near(runs[i].frame, last.frame):
            return amount + Decimal(last.text) / 100, 3, None
    match = _CENTS.match(following.text)
    if match is None or not near(runs[i].frame, following.frame):
        return amount, 1, None
    symbol = SYMBOL_BEHIND.fullmatch(following.text, match.end())
    if match.end() < len(following.text) and symbol is None:
        return amount, 1, None
    set_small = following.frame.tag in ("sup", "small") or _CENTS_WORDS.search(
        following.frame.words
    )
    if separated or following.text[0] in ".," or set_small:
        return amount + Decimal(match[1]) / 100, 2, symbol[1] if symbol else None
    return amount, 1, None


def _bare_number(
    runs: list[Run], i: int, symbol: str | None, currency: str | None, found: list[Candidate]
) -> int:
    """A number alone in its text, with its currency in a text beside it or a telling class."""
    if i >= len(runs):
        return 0
    run = runs[i]
    match = NUMBER_ALONE.fullmatch(run.text.rstrip(".,"))
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
                found.append(_candidate(run, amount, None, slice(loose.start(1), loose.end(1))))
        return 1
    if symbol and not near(run.frame, runs[i - 1].frame):
        return 0
    amount = parse_number(match[1], currency)
    if amount is None:
        return 1
    amount, used, behind = _with_cents(runs, i, amount)
    symbol = symbol or behind
    if symbol and used == 1 and amount == amount.to_integral_value() and i + 1 < len(runs):
        # $ | 24 | 98: three elements side by side, whatever they are called
        cents = runs[i + 1]
        if re.fullmatch(r"\d\d", cents.text) and cents.frame.parent is run.frame.parent:
            amount, used = amount + Decimal(cents.text) / 100, 2
    if symbol is None and i + used < len(runs):
        text = runs[i + used].text
        after = symbol_alone(text, currency) if len(text) <= 6 else None
        if after and near(run.frame, runs[i + used].frame):
            symbol = after
            used += 1
            if used == 2:  # 49 € 95
                amount, more, _ = _with_cents([run, *runs[i + used : i + used + 2]], 0, amount)
                used += more - 1
    if symbol or _is_price_frame(run.frame, 3):
        found.append(_candidate(run, amount, symbol, slice(0, len(run.text))))
    return used


def _is_price_frame(frame: Frame, steps: int) -> bool:
    return any(PRICE_WORDS.search(f.words) for f in frame.lineage(steps))


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
