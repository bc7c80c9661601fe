"""The exact price that a short text is, as feeds and vendors write it, or nothing.

How a number is written is in `server.goods.numerals`, symbols are in `server.goods.currencies`,
as for the amounts on a page (`server.goods.amounts`).
"""

import re
import unicodedata
from functools import cache

from server.goods.currencies import MINOR_UNITS, SWEDISH_MARK, currency_of, possible_currencies
from server.goods.languages import languages
from server.goods.money import Money, from_decimal, from_major_units
from server.goods.numerals import (
    EUROS_AND_CENTS,
    EUROS_POINT_CENTS,
    NO_CENTS,
    SWEDISH_END,
    find_numbers,
    read_number,
    western,
)

_LONGEST_PRICE = 64
_EUROS_AND_CENTS = re.compile(rf"(?<![\d.,]){EUROS_AND_CENTS}")
_SWEDISH = re.compile(rf"\d{SWEDISH_END}")
_MINUS = re.compile("[-\u2010-\u2015\u2212\uff0d]")
_CENTLESS = re.compile(rf"(?<=[0-9]){NO_CENTS}(?![^\s*])")
_MARKS_BESIDE = r"[\s*+≈~.,:]"
_CODE = re.compile(r"(?<![^\W\d_])[A-Za-z]{3}(?![^\W\d_])")


def read_price(text: str, country: str | None = None, currency: str | None = None) -> Money | None:
    """Read a text that is one price: "15.00 USD", "$260*", "from 39,000원".

    Args:
        text: The price with its currency's symbol or code.
        country: Where the buyer is (ISO 3166), or the shop: decides what "$" means.
        currency: The buyer's or the shop's currency (ISO 4217); decides with the country.

    Returns:
        The money; None where the currency is not certain, there is more than one number, or
        other words change what it means ("/month").
    """
    if len(text) > _LONGEST_PRICE:
        return None
    text = _EUROS_AND_CENTS.sub(rf"{EUROS_POINT_CENTS}€", western(text))
    swedish = _SWEDISH.search(text) is not None
    text = _CENTLESS.sub(" ", text)
    numbers = find_numbers(text)
    if len(numbers) != 1 or _MINUS.search(text):
        return None
    number = numbers[0]
    beside = [_bare(text[: number.start()]), _bare(text[number.end() :])]
    code = _code_beside(beside, country, currency)
    if code is None and swedish and not any(beside):
        code = currency_of(SWEDISH_MARK, country, currency)
    return from_decimal(read_number(number[0], code), code) if code else None


def _bare(text: str) -> str:
    """Return the text beside a number, without spaces and words that change nothing."""
    leading, trailing = _beside()
    return trailing.sub("", leading.sub("", text))


@cache
def _beside() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what may be before and behind an amount that still is the price."""
    known = languages().values()
    words = "|".join(_word(word) for language in known for word in language.prices.beside)
    around = rf"(?:{_MARKS_BESIDE}|{words})*"
    return re.compile(rf"\A{around}", re.IGNORECASE), re.compile(rf"{around}\Z", re.IGNORECASE)


def _word(word: str) -> str:
    # Korean and Japanese write such a word directly behind the amount.
    is_attached = unicodedata.east_asian_width(word[0]) in {"W", "F"}
    return re.escape(word) if is_attached else rf"\b{re.escape(word)}\b"


def _code_beside(beside: list[str], country: str | None, currency: str | None) -> str | None:
    """Return the currency that is named before or behind an amount.

    A code goes before a symbol, which must not contradict it: "$70 AUD", "Rs. 1,499 INR".
    """
    written: list[str] = [match.upper() for text in beside for match in _CODE.findall(text)]
    codes = {code for code in written if code in MINOR_UNITS}
    if not codes:
        symbols = [text for text in beside if text]
        return currency_of(symbols[0], country, currency) if len(symbols) == 1 else None
    if len(codes) > 1:
        return None
    code = codes.pop()
    for text in beside:
        symbol = _bare(_CODE.sub(lambda m: "" if m[0].upper() == code else m[0], text))
        if symbol and code not in possible_currencies(symbol):
            return None
    return code


def read_shown(
    shown: object,
    country: str | None,
    currency: str | None,
    *,
    symbol: object = None,
    amount: object = None,
) -> Money | None:
    """Read a price that a vendor shows, as one text or as a symbol and a number apart.

    Args:
        shown: The price's text, if there is one.
        country: The buyer's country (ISO 3166).
        currency: The buyer's currency (ISO 4217).
        symbol: The price's symbol, where the vendor gives it apart.
        amount: Its number, where the vendor gives that apart.

    Returns:
        The money; None where the text means something else, or the currency is not certain.
    """
    code = currency_of(symbol, country, currency)
    if not isinstance(shown, str) or not shown.strip():
        return from_major_units(amount, code) if code else None
    money = read_price(shown, country, currency)
    if money is None and code is not None and len(shown) <= _LONGEST_PRICE:
        return from_major_units(western(shown).strip(" *+"), code)  # a number alone
    return money
