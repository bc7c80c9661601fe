"""Amounts in the product's part of a page, however many elements each is split into.

``<span>$</span><span>49</span><sup>98</sup>`` is one amount, as are ``49``, ``,``, ``98``, ``€``
and a number in a ``data-price`` attribute.
"""

import re
from decimal import Decimal

from server.goods.amounts import (
    NUMBER_ALONE,
    SYMBOL_BEHIND,
    find_money,
    leading_symbol,
    parse_number,
    symbol_alone,
)
from server.shop_page.document.buy_area import BuyArea, Frame, Run
from server.shop_page.visible.price_attributes import from_attributes
from server.shop_page.visible.price_candidate import Candidate
from server.shop_page.words.price_words import price_words

_MAX_CANDIDATES = 400
_CENTS_WORDS = re.compile(r"cent|mantissa|decimal|fraction|super|small|minor|sup|digit|float")
_CENTS = re.compile(r"[.,]?(\d\d)(?!\d)")
_SEPARATOR = re.compile(r"[.,]")
_LOOSE = re.compile(r"[^\d]{1,25}?(\d[\d.,  ']*[.,]\d\d)[^\d]{0,3}")
_MARKS = re.compile(r"[.,]?\s?[-–—]{1,2}|\.")
_WHOLE = frozenset({"html", "body", "main"})


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
                end = 0
                for money in moneys:
                    place = slice(money.start, money.end)
                    found.append(_candidate(run, money.amount, money.symbol, place))
                    found[-1].lead = text[end : money.start].lower()
                    end = money.end
            else:
                used = _bare_number(runs, i, None, currency, found)
        elif len(text) <= 6 and (sign := symbol_alone(text, currency)):
            used = 1 + _bare_number(runs, i + 1, sign, currency, found)
        used = max(used, 1)
        if found and found[-1].run.order >= i:
            found[-1].last = i + used - 1
        i += used
    found.extend(from_attributes(area, currency))
    return found


def _candidate(run: Run, amount: Decimal, symbol: str | None, place: slice) -> Candidate:
    """A candidate for the amount at ``place`` in the run's text."""
    text = run.text.lower()
    return Candidate(amount, symbol, run, text[: place.start], text[place.stop :])


def near(one: Frame, other: Frame) -> bool:
    """True for two texts of one small group of elements; the whole page is none."""
    if one.parent is other.parent:
        return True
    around = {id(frame) for frame in one.lineage(4) if frame.tag not in _WHOLE}
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
        if not symbol:
            _number_in_words(run, currency, found)
        return 1
    if symbol and not near(run.frame, runs[i - 1].frame):
        return 0
    amount = parse_number(match[1], currency)
    if amount is None:
        return 1
    amount, used, behind = _with_cents(runs, i, amount)
    symbol = symbol or behind
    whole = amount == amount.to_integral_value()
    if symbol and used == 1 and whole and _are_cents(runs, i, i + 1):
        amount, used = amount + Decimal(runs[i + 1].text) / 100, 2  # $ | 24 | 98
    elif symbol is None:
        amount, used, symbol = _with_symbol(runs, i, amount, used, currency)
    if symbol or _is_price_frame(run.frame, 3):
        found.append(_candidate(run, amount, symbol, slice(0, len(run.text))))
    return used


def _number_in_words(run: Run, currency: str | None, found: list[Candidate]) -> None:
    """``Price 24.95`` without a currency, in an element that is called a price."""
    loose = _LOOSE.fullmatch(run.text)
    if loose is None or not _is_price_frame(run.frame, 2):
        return
    amount = parse_number(loose[1], currency)
    if amount is not None:
        found.append(_candidate(run, amount, None, slice(loose.start(1), loose.end(1))))


def _with_symbol(
    runs: list[Run], i: int, amount: Decimal, used: int, currency: str | None
) -> tuple[Decimal, int, str | None]:
    """The currency that stands in the next text, and cents that are set behind it."""
    for _ in range(2):
        if i + used + 1 < len(runs) and _MARKS.fullmatch(runs[i + used].text):
            used += 1  # 149 | . | - | €
    if i + used >= len(runs) or not near(runs[i].frame, runs[i + used].frame):
        return amount, used, None
    text = runs[i + used].text
    symbol = symbol_alone(text, currency) if len(text) <= 6 else None
    if symbol is None:
        return amount, used, leading_symbol(text, currency)  # 49 | € incl. VAT
    used += 1
    if used == 2:  # 49 € 95
        amount, more, _ = _with_cents([runs[i], *runs[i + used : i + used + 2]], 0, amount)
        used += more - 1
        if more == 1 and _are_cents(runs, i, i + used):
            amount, used = amount + Decimal(runs[i + used].text) / 100, used + 1
    return amount, used, symbol


def _are_cents(runs: list[Run], i: int, j: int) -> bool:
    """True for two digits in an element beside the whole amount's."""
    if j >= len(runs) or re.fullmatch(r"\d\d", runs[j].text) is None:
        return False
    return runs[j].frame.parent is runs[i].frame.parent and runs[j].frame is not runs[i].frame


def _is_price_frame(frame: Frame, steps: int) -> bool:
    names = price_words().price_names
    return any(names.search(f.words) for f in frame.lineage(steps))
