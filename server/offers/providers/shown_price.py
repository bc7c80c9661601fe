"""Prices as a page shows them, "$260*" or "39,000원", made exact where that is certain.

A symbol that several currencies share means the one of them that whoever searches has: the
vendor was told the country, and answers as pages look there. Where that leaves two, or none,
the price is unknown.
"""

import re

from server.goods.amounts import find_money
from server.goods.currencies import iso_code
from server.goods.money import EXPONENTS, Money, from_decimal, from_major_units
from server.goods.numerals import numbers_in, read_number, western
from server.offers.offer import SearchContext

_LONGEST = 64
# Symbols that mean one currency here and another there.
_SHARED = {
    "$": "USD CAD AUD NZD SGD HKD TWD MXN ARS CLP COP UYU DOP FJD JMD BSD BBD BZD TTD XCD NAD",
    "¥": "JPY CNY",
    "元": "CNY TWD HKD",
    "kr": "SEK NOK DKK ISK",
    "rs": "INR PKR LKR NPR MUR",
}
# Countries whose own currency has such a symbol.
_OF_COUNTRY = {
    "US": "USD", "CA": "CAD", "AU": "AUD", "NZ": "NZD", "SG": "SGD", "HK": "HKD", "TW": "TWD",
    "MX": "MXN", "AR": "ARS", "CL": "CLP", "CO": "COP", "UY": "UYU", "JP": "JPY", "CN": "CNY",
    "SE": "SEK", "NO": "NOK", "DK": "DKK", "IS": "ISK", "IN": "INR", "PK": "PKR", "LK": "LKR",
    "NP": "NPR", "MU": "MUR", "PR": "USD", "EC": "USD",
}  # fmt: skip
_SAME = {"￥": "¥", "₨": "rs"}
# What may stand beside an amount that still is the price: not "/month", "-", "off".
_AROUND = re.compile(
    r"(?:[\s*+≈~.,:]|\b(?:from|now|sale|only|ab)\b|부터|から|より)*", re.IGNORECASE
)
_NO_CENTS = re.compile(r"\A[.,][-–—]{1,2}(?!\S)")


def currency_of(symbol: object, context: SearchContext) -> str | None:
    """Give the ISO 4217 code that a symbol or code means for whoever searches, if it is one."""
    if not isinstance(symbol, str) or len(symbol) > _LONGEST:
        return None
    key = "".join(symbol.split()).rstrip(".")
    code = iso_code(key)
    if code is not None:
        return code if code in EXPONENTS else None
    key = _SAME.get(key, key.lower())
    theirs = {context.currency.upper(), _OF_COUNTRY.get(context.country.upper())}
    meant = theirs & set(_SHARED.get(key, "").split())
    return meant.pop() if len(meant) == 1 else None


def read_shown(
    shown: object, context: SearchContext, *, symbol: object = None, amount: object = None
) -> Money | None:
    """Read a price that is shown.

    Args:
        shown: The price's text, if there is one.
        context: For whom is searched.
        symbol: Its symbol, where the vendor parted it off.
        amount: Its number likewise.

    Returns:
        The money; None where the text has another meaning, or the currency is not certain.
    """
    if isinstance(shown, str) and shown.strip():
        if len(shown) > _LONGEST:
            return None
        text = western(shown)
        return _one(text, context) or _number(text, symbol, context)
    currency = currency_of(symbol, context)
    return from_major_units(amount, currency) if currency else None


def _one(text: str, context: SearchContext) -> Money | None:
    """Read a text with exactly one amount and its symbol, and nothing that changes its meaning."""
    found = find_money(text)
    if len(found) != 1 or found[0].symbol is None:
        return None
    money, symbol = found[0], found[0].symbol
    before, after = (
        beside.replace(symbol, " ") for beside in (text[: money.start], text[money.end :])
    )
    if not _AROUND.fullmatch(before) or not _AROUND.fullmatch(_NO_CENTS.sub(" ", after)):
        return None
    currency = currency_of(money.symbol, context)
    if currency is None:
        return None
    # Once more with the currency, which says what a separator is.
    numbers = numbers_in(text[money.start : money.end].replace(symbol, " "))
    if len(numbers) == 1:
        return from_decimal(read_number(numbers[0], currency, EXPONENTS[currency]), currency)
    return from_decimal(money.amount, currency)  # "20€50"


def _number(text: str, symbol: object, context: SearchContext) -> Money | None:
    """Read a text that is only a number, whose symbol stands elsewhere."""
    currency = currency_of(symbol, context)
    return from_major_units(text.strip(" *+"), currency) if currency else None
