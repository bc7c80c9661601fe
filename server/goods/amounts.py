"""Amounts of money in a page's text and markup, exact and with all common separators.

How a number is written is in `server.goods.numerals`, symbols are in `server.goods.currencies`;
what this module adds is which numbers in a text are money.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from server.goods.currencies import (
    ABBREVIATIONS,
    LOCAL_SYMBOLS,
    MINOR_UNITS,
    SHARED,
    SIGNS,
    SWEDISH_MARK,
    iso_code,
)
from server.goods.money import LARGEST
from server.goods.numerals import (
    EUROS_AND_CENTS,
    EUROS_POINT_CENTS,
    NO_CENTS,
    NUMBER,
    SPACES,
    SWEDISH_END,
    find_numbers,
    read_number,
    read_plain_number,
    western,
)

_LONGEST_TEXT = 200

# Codes that are words as well; on a page they mean money only in markup.
_ENGLISH_WORDS = frozenset({
    "ALL", "TOP", "CUP", "PEN", "TRY", "GEL", "SOS", "MOP", "BAM", "LAK", "LEK", "MUR",
})  # fmt: skip
_NO_LETTER = r"(?![^\W\d_])"


def _alternatives() -> str:
    """Write the symbols of all currencies as a pattern, the longest first."""
    signs = sorted({*SIGNS, *(s for s in SHARED if not s[-1].isalpha() or s == "元")}, key=len)
    letters = {*ABBREVIATIONS, *(s for s in SHARED if s[-1].isalpha() and s != "元")}
    letters |= MINOR_UNITS.keys() - _ENGLISH_WORDS
    words = "|".join(map(re.escape, sorted(letters, key=len, reverse=True)))
    return rf"{'|'.join(map(_sign, reversed(signs)))}|(?:{words}){_NO_LETTER}\.?"


def _sign(sign: str) -> str:
    if len(sign) > 2 and sign.endswith("$"):
        return rf"{sign[:-1]} ?\$"
    shortened = sign == "S/" or (sign.isalpha() and sign.lower() != sign.upper())
    return re.escape(sign) + (r"\.?" if shortened else "")


_SYMBOL = _alternatives()


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount of money in a text, from ``start`` to ``end``.

    Attributes:
        amount: The number.
        symbol: The currency's symbol or code as it is written.
    """

    amount: Decimal
    symbol: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Patterns:
    money: re.Pattern[str]
    alone: re.Pattern[str]


@lru_cache(maxsize=256)
def _patterns(currency: str | None) -> _Patterns:
    """Return what money looks like; ``R 1 299`` is money only where the rand is used."""
    local = LOCAL_SYMBOLS.get(currency or "", ())
    symbol = _SYMBOL
    if local:
        symbol = rf"{_SYMBOL}|(?:{'|'.join(map(re.escape, local))}){_NO_LETTER}\.?"
    return _Patterns(
        re.compile(
            rf"(?<![^\W\d_])(?P<before>{symbol})[{SPACES}]{{0,2}}(?P<a>{NUMBER})"
            rf"|(?<![\w.,]){EUROS_AND_CENTS}"
            rf"|(?<![\w.,])(?P<b>{NUMBER})"
            rf"(?:{NO_CENTS}?[{SPACES}]{{0,2}}(?P<after>{symbol})|(?P<mark>{SWEDISH_END}))"
        ),
        re.compile(rf"[{SPACES}]*({symbol})[{SPACES}]*"),
    )


def _patterns_for(currency: str | None) -> _Patterns:
    return _patterns(currency if currency in LOCAL_SYMBOLS else None)


SYMBOL_BEHIND = re.compile(rf"[{SPACES}]*({_SYMBOL})[{SPACES}*]*")
NUMBER_ALONE = re.compile(rf"[{SPACES}]*({NUMBER}){NO_CENTS}?[{SPACES}]*")
_MARKUP_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[Ee][+-]?\d{1,2})?")
_CODE_AFTER = re.compile(rf"[{SPACES}]?([A-Z]{{3}})\b")
_CODE_BEFORE = re.compile(rf"\b([A-Z]{{3}})[{SPACES}]?\Z")
_RANGE = re.compile(r"\d\s*(?:-|–|—|~|to|bis)\s*\D{0,4}\d")


def find_money(text: str, currency: str | None = None) -> list[Amount]:
    """Find every amount with a currency beside it, in order.

    Args:
        text: Its first 200 characters are searched.
        currency: The page's currency, if known: it settles what ``12.500`` means, and which
            letters are a symbol.
    """
    found = []
    for match in _patterns_for(currency).money.finditer(text[:_LONGEST_TEXT]):
        if match["euros"]:
            amount = parse_number(match.expand(EUROS_POINT_CENTS))
            symbol: str | None = "€"
        else:
            symbol = SWEDISH_MARK if match["mark"] else _unambiguous(text, match)
            code = currency or iso_code(symbol)
            amount = parse_number(match["a"] or match["b"], code)
        if amount is not None:
            found.append(Amount(amount, symbol, match.start(), match.end()))
    return found


def symbol_alone(text: str, currency: str | None) -> str | None:
    """Return the currency's symbol in a text that is nothing else."""
    match = _patterns_for(currency).alone.fullmatch(text[:_LONGEST_TEXT])
    return match[1] if match else None


def leading_symbol(text: str, currency: str | None) -> str | None:
    """Return the currency's symbol that a text begins with: ``€ incl. VAT``."""
    match = _patterns_for(currency).alone.match(text[:20])
    if match is None or not text[match.end() :] or text[match.end()].isdigit():
        return None
    return match[1]


def _unambiguous(text: str, match: re.Match[str]) -> str:
    """Return an amount's symbol, or the code beside a shared one: ``$70 AUD``."""
    symbol: str = match["before"] or match["after"]
    if symbol.rstrip(".") in SHARED:
        after = _CODE_AFTER.match(text, match.end())
        before = _CODE_BEFORE.search(text, 0, match.start())
        for found in (after, before):
            if found and found[1] in MINOR_UNITS:
                return found[1]
    return symbol


def parse_number(text: str, currency: str | None = None) -> Decimal | None:
    """Read ``1.299,00``, ``1 299`` or ``1'299.-`` as a number, the first if there are several.

    Args:
        text: A number with its separators, in any script's digits.
        currency: Its ISO 4217 code, if known: it settles what ``12.500`` means.
    """
    numbers = find_numbers(western(text))
    return _usable(read_number(numbers[0][0], currency)) if numbers else None


def _usable(amount: Decimal | None) -> Decimal | None:
    """Return the amount if it can be a price: from 0 to 10^12, rounded to six decimals."""
    if amount is None or not amount.is_finite():
        return None
    if not 0 <= amount < LARGEST or (amount and amount.adjusted() < -6):
        return None
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -6:
        amount = round(amount, 6)
    return amount


def markup_amount(value: object, currency: str | None = None) -> Decimal | None:
    """Read the price field of JSON-LD, microdata or a meta tag.

    schema.org asks for a bare number with a point; shops write anything that a price looks
    like.

    Returns:
        The amount, the lowest of a range; None where there is no number.
    """
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return _usable(Decimal(value))
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        return None
    text = western(value).strip()
    if _MARKUP_NUMBER.fullmatch(text):
        return _usable(Decimal(text) if "e" in text.lower() else read_plain_number(text, currency))
    found = [each.amount for each in find_money(text, currency)]
    if found:
        return min(found)
    if _RANGE.search(text):
        text = re.split(r"-|–|—|~|to|bis", text, maxsplit=1)[0]
    return parse_number(text, currency)
