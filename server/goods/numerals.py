"""How numbers of money are written, and what their digits and separators mean.

``1.234`` is twelve hundred and some won, and one dinar and some fils: the currency decides.
price-parser reads the amounts; this module settles the cases in which it would have to guess.
"""

import re
import unicodedata
from decimal import Decimal

from price_parser import Price

from server.goods.currencies import WHOLE_IN_SHOPS, minor_units

# Spaces within and around an amount, for a character class.
SPACES = " \u00a0\u2007\u2009\u202f"
# Korean and Japanese numerals: ``5만9천``, ``1만2,000``, ``3.5万``.
MYRIADS = (
    r"\d{1,4}(?:\.\d)?[만万](?: ?\d[천千])?(?: ?\d(?:,?\d{3}|\d{1,2})?(?![\d,천千]))?|\d[천千]"
)
# A number as it stands in a text, in any script and with any separators.
_THOUSANDS = f".,'’٬，．{SPACES}"
_POINTS = ".,٫，．"
NUMBER = (
    rf"(?:{MYRIADS}|(?:\d{{1,3}}(?:,\d\d)+,\d{{3}}|\d{{1,3}}(?:[{_THOUSANDS}]\d{{3}})+(?!\d)"
    rf"|\d{{1,15}})(?:[{_POINTS}]\d{{1,6}}(?!\d))?)"
)
# What replaces the cents of a whole amount: ``299,-``, ``299:-``.
NO_CENTS = r"(?:[.,:]?[-–—]{1,2})"
# Of these, what stands for the krona in Sweden.
SWEDISH_END = "(?::[-–—])"
# ``12€50``, and the template of a match that writes it with a point.
EUROS_AND_CENTS = (
    rf"(?P<euros>\d{{1,5}})[{SPACES}]?€[{SPACES}]?(?P<cents>\d\d)(?![\d.,]|[{SPACES}]?€)"
)
EUROS_POINT_CENTS = r"\g<euros>.\g<cents>"

_MYRIADS = re.compile(MYRIADS)
_MYRIAD_PART = re.compile(r"([\d.,]+)([만万천千]?)")
_WORTH = {"만": 10_000, "万": 10_000, "천": 1_000, "千": 1_000, "": 1}
_WHOLE = re.compile(
    r"[0-9]{1,15}|[0-9]{1,3}([., '])[0-9]{3}(?:\1[0-9]{3})*|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}"
)
_GROUPED = re.compile(r"[1-9][0-9]{0,2}(?:[.,][0-9]{3})+")
_PART = re.compile(r"[0-9]{1,20}")
_FIND = re.compile(r"[0-9]+(?:[.,'][0-9]+|[ ][0-9]{3}(?![0-9]))*")
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]+)?")
# Separators as they are written anywhere; the direction marks beside Arabic are dropped.
_TO_ASCII = str.maketrans(
    {
        "٫": ".", "٬": ",", "，": ",", "．": ".", "’": "'", "ʼ": "'", "＇": "'",
        **dict.fromkeys(SPACES, " "),
        **dict.fromkeys("\u200e\u200f\u061c\u202a\u202b\u202c\u2066\u2067\u2068\u2069"),
    }
)  # fmt: skip


def western(text: str) -> str:
    """Return a text with the digits and separators of ASCII: ``١٢٣٫٥٠`` becomes ``123.50``.

    Amounts in Korean and Japanese numerals are written out: ``5만9천`` becomes ``59000``.
    """
    if text.isascii():
        return text
    text = text.translate(_TO_ASCII)
    text = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    return _MYRIADS.sub(_written_out, text)


def find_numbers(text: str) -> list[re.Match[str]]:
    """Find the numbers of a `western` text, each with its separators."""
    return list(_FIND.finditer(text))


def decimal_separator(number: str, currency: str | None) -> str | None:
    """Return what separates the minor units; None where every separator groups thousands.

    Args:
        number: ASCII digits and separators, with nothing around them.
        currency: Its ISO 4217 code, if it is known.
    """
    found = [character for character in number if character in ".,"]
    if not found or found.count(found[-1]) > 1:
        return None
    last = found[-1]
    whole, _, part = number.rpartition(last)
    if minor_units(currency) == 0 and _GROUPED.fullmatch(number):
        # Dong are not divided: whoever writes "52,990.000" mixes separators.
        return None
    # Neither "12.50" nor "1,234.500", "0.500" or "1234.500" can be grouped.
    if len(part) != 3 or not whole.isdecimal() or not whole.strip("0") or len(whole) > 3:
        return last
    return last if minor_units(currency) == 3 and currency not in WHOLE_IN_SHOPS else None


def read_number(number: str, currency: str | None) -> Decimal | None:
    """Read ``1.299,00``, ``1 299``, ``1'299.50`` or ``1,29,999``; None for anything else.

    Args:
        number: ASCII digits and separators, with nothing around them.
        currency: Its ISO 4217 code, if it is known.
    """
    separator = decimal_separator(number, currency)
    if separator is None and "," in number:
        number = number.replace(".", ",")
    whole, _, part = number.rpartition(separator) if separator else (number, "", "0")
    if not _WHOLE.fullmatch(whole) or not _PART.fullmatch(part):
        return None
    return Price.fromstring(number, decimal_separator=separator).amount


def read_plain_number(number: str, currency: str | None) -> Decimal | None:
    """Read a number as a program writes it ("1.500" dollars are 1.5), else as people do.

    "1.500" won are fifteen hundred: where nothing is divided, no point separates a fraction.
    """
    divided = minor_units(currency) > 0 and currency not in WHOLE_IN_SHOPS
    if _PLAIN.fullmatch(number) and (divided or "." not in number):
        return Decimal(number)
    return read_number(number, currency)


def _written_out(match: re.Match[str]) -> str:
    parts = _MYRIAD_PART.findall(match[0])
    total = sum(Decimal(digits.replace(",", "")) * _WORTH[unit] for digits, unit in parts)
    return f"{total.to_integral_value():f}" if total else match[0]
