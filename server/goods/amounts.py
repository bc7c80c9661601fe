"""Amounts of money out of markup and out of text, exact and with all common separators.

The digits and separators are read by price-parser; what this module adds is which numbers in
a text are money, and the cases in which the currency decides what a separator means.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from price_parser import Price

from server.goods.currencies import CODES, LOCAL_SYMBOLS, minor_units, whole_amounts
from server.goods.numerals import decimal_separator

LARGEST = Decimal(10) ** 12
_LONGEST_TEXT = 200

_ENGLISH_WORDS = frozenset({
    "ALL", "TOP", "CUP", "PEN", "TRY", "GEL", "SOS", "MOP", "BAM", "LAK", "LEK", "MUR",
})  # fmt: skip
_SYMBOL = (
    r"(?:US|AU|CA|CDN|NZ|HK|NT|SG|MX|AR|CL) ?\$|[ACSR]\$|\$U?|€|£|¥|￥|円|元|₩|원|₽|₴|₺|₹|₨|₪|฿"
    r"|บาท|₫"
    r"|₱|₦|₸|₾|৳|(?:GH)?₵|₼|₲|₡|₮|֏|S/\.?|RD ?\$|د\.إ|ر\.س|руб\.?|грн\.?|лв\.?"
    r"|(?:zł|zl|Kč|KSh|Ksh|Php|[Kk]r|Ft|lei|TL|Rs|Rp|RM|S?Fr|VNĐ|đ|[Ee]uros?|р|"
    + "|".join(sorted(CODES - _ENGLISH_WORDS))
    + r")(?![^\W\d_])\.?"
)
_SPACE = " \u00a0\u2009\u202f"
NUMBER = (
    rf"(?:\d{{1,3}}(?:,\d\d)+,\d{{3}}|\d{{1,3}}(?:[.,'’{_SPACE}]\d{{3}})+(?!\d)|\d{{1,15}})"
    r"(?:[.,]\d{1,6}(?!\d))?"
)


@dataclass(frozen=True, slots=True)
class _Patterns:
    money: re.Pattern[str]
    alone: re.Pattern[str]


@lru_cache(maxsize=256)
def _patterns(currency: str | None) -> _Patterns:
    """What money looks like; ``R 1 299`` is money only where the rand is known to be used."""
    local = LOCAL_SYMBOLS.get(currency or "", ())
    symbol = _SYMBOL
    if local:
        symbol = rf"{_SYMBOL}|(?:{'|'.join(map(re.escape, local))})(?![^\W\d_])\.?"
    return _Patterns(
        re.compile(
            rf"(?<![^\W\d_])(?P<before>{symbol})[{_SPACE}]{{0,2}}(?P<a>{NUMBER})"
            rf"|(?<![\w.,])(?P<euros>\d{{1,5}})[{_SPACE}]?€[{_SPACE}]?(?P<cents>\d\d)(?![\d.,]"
            rf"|[{_SPACE}]?€)"
            rf"|(?<![\w.,])(?P<b>{NUMBER})(?:[.,]?[-–—]{{1,2}})?[{_SPACE}]{{0,2}}(?P<after>{symbol})"
        ),
        re.compile(rf"[{_SPACE}]*({symbol})[{_SPACE}]*"),
    )


def symbol_alone(text: str, currency: str | None) -> str | None:
    """The currency in a text that is nothing else."""
    match = _patterns(currency if currency in LOCAL_SYMBOLS else None).alone.fullmatch(
        text[:_LONGEST_TEXT]
    )
    return match[1] if match else None


SYMBOL_BEHIND = re.compile(rf"[{_SPACE}]*({_SYMBOL})[{_SPACE}*]*")
NUMBER_ALONE = re.compile(rf"[{_SPACE}]*({NUMBER})(?:[.,]?[-–—]{{1,2}})?[{_SPACE}]*")
_MARKUP_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[Ee][+-]?\d{1,2})?")
# Numbers whose separator cannot part thousands: ``0.396``, ``2.95000``.
_FRACTION = re.compile(r"0[.,]\d{1,6}|\d{1,9}[.,]\d{4,6}")
_CODE_AFTER = re.compile(rf"[{_SPACE}]?([A-Z]{{3}})\b")
_CODE_BEFORE = re.compile(rf"\b([A-Z]{{3}})[{_SPACE}]?\Z")
_RANGE = re.compile(r"\d\s*(?:-|–|—|~|to|bis)\s*\D{0,4}\d")


@dataclass(frozen=True, slots=True)
class Money:
    """An amount as it stands in a text."""

    amount: Decimal
    symbol: str | None
    start: int
    end: int


def sound(amount: Decimal | None) -> Decimal | None:
    """The amount if it can be a price: finite, from 0 to 10^12, at most six decimals."""
    if amount is None or not amount.is_finite():
        return None
    if not 0 <= amount < LARGEST or (amount and amount.adjusted() < -6):
        return None
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -6:
        amount = round(amount, 6)
    return amount


def parse_number(text: str, currency: str | None = None) -> Decimal | None:
    """``1.299,00``, ``1 299``, ``1'299.-`` as a number; the currency settles ``12.500``."""
    text = text.replace("’", "'")
    if _FRACTION.fullmatch(text):
        return sound(Decimal(text.replace(",", ".")))
    separator = None
    if minor_units(currency) == 3:
        separator = decimal_separator(text, currency, 3)
    return sound(Price.fromstring(text, decimal_separator=separator).amount)


def markup_amount(value: object, currency: str | None = None) -> Decimal | None:
    """The amount in a price field of JSON-LD, microdata or a meta tag.

    schema.org asks for a bare number with a point; what shops write is anything that a price
    looks like. A range gives its lowest. None where there is no number.
    """
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return sound(Decimal(value))
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        return None
    text = value.strip()
    if _MARKUP_NUMBER.fullmatch(text):
        whole, _, fraction = text.partition(".")
        if len(fraction) == 3 and len(whole) <= 3 and whole_amounts(currency):
            text = whole + fraction
        return sound(Decimal(text))
    found = [money.amount for money in find_money(text, currency)]
    if found:
        return min(found)
    if _RANGE.search(text):
        text = re.split(r"-|–|—|~|to|bis", text, maxsplit=1)[0]
    return parse_number(text, currency) if any(c.isdigit() for c in text) else None


def _unambiguous(text: str, match: re.Match[str]) -> str:
    """The symbol of an amount, or the code that stands beside a shared one: ``$70 AUD``."""
    symbol: str = match["before"] or match["after"]
    if symbol in ("$", "¥", "kr", "kr."):
        after = _CODE_AFTER.match(text, match.end())
        before = _CODE_BEFORE.search(text, 0, match.start())
        for found in (after, before):
            if found and found[1] in CODES:
                return found[1]
    return symbol


def leading_symbol(text: str, currency: str | None) -> str | None:
    """The currency that a text begins with: ``€ incl. VAT``."""
    match = _patterns(currency if currency in LOCAL_SYMBOLS else None).alone.match(text[:20])
    if match is None or not text[match.end() :] or text[match.end()].isdigit():
        return None
    return match[1]


def find_money(text: str, currency: str | None = None) -> list[Money]:
    """Every amount with a currency beside it, in order, in a text of at most 200 characters."""
    found = []
    for match in _patterns(currency if currency in LOCAL_SYMBOLS else None).money.finditer(
        text[:_LONGEST_TEXT]
    ):
        if match["euros"]:
            amount = parse_number(f"{match['euros']}.{match['cents']}")
            symbol: str | None = "€"
        else:
            symbol = _unambiguous(text, match)
            code = currency or (symbol if symbol in CODES else None)
            amount = parse_number(match["a"] or match["b"], code)
        if amount is not None:
            found.append(Money(amount, symbol, match.start(), match.end()))
    return found
