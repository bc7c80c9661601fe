"""What the digits and separators of an amount mean, which its currency decides.

``1.234`` is twelve hundred and some won, and one dinar and some fils. price-parser reads the
amounts; what is added here is where it would have to guess.
"""

import re
import unicodedata
from decimal import Decimal

from price_parser import Price

# Currencies with minor units that shops leave out: ``34.000`` is thirty-four thousand.
WHOLE_IN_SHOPS = frozenset({"COP", "CRC", "HUF", "IDR", "IQD", "IRR", "KZT"})

_WHOLE = re.compile(
    r"[0-9]{1,15}|[0-9]{1,3}([., '])[0-9]{3}(?:\1[0-9]{3})*|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}"
)
_PART = re.compile(r"[0-9]{1,20}")
_FIND = re.compile(r"[0-9]+(?:[.,'][0-9]+|[ ][0-9]{3}(?![0-9]))*")
# Separators as they are written anywhere; signs of direction, as stand beside Arabic, go.
_SPOKEN = str.maketrans(
    {
        "٫": ".", "٬": ",", "，": ",", "．": ".", "’": "'", "ʼ": "'", "＇": "'",
        **dict.fromkeys("\u00a0\u2007\u2009\u202f", " "),
        **dict.fromkeys("\u200e\u200f\u061c\u202a\u202b\u202c\u2066\u2067\u2068\u2069"),
    }
)  # fmt: skip


def western(text: str) -> str:
    """Write a text's digits and separators with those of ASCII: ``١٢٣٫٥٠`` is ``123.50``."""
    if text.isascii():
        return text
    text = text.translate(_SPOKEN)
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def numbers_in(text: str) -> list[str]:
    """Find the numbers of a text, each with its separators; the text is `western`."""
    return _FIND.findall(text)


def decimal_separator(number: str, currency: str | None, minor_units: int) -> str | None:
    """Give what parts the minor units off; None where every separator parts thousands.

    Args:
        number: ASCII digits and separators, with nothing around them.
        currency: Its code, if it is known.
        minor_units: Digits that the currency has after the point.
    """
    found = [character for character in number if character in ".,"]
    if not found or found.count(found[-1]) > 1:
        return None
    last = found[-1]
    whole, _, part = number.partition(last) if len(found) == 1 else number.rpartition(last)
    if len(part) != 3 or not whole.isdecimal() or whole.strip("0") == "":
        return last  # neither "12.50" nor "1,234.500" nor "0.500" can be thousands
    return last if minor_units == 3 and currency not in WHOLE_IN_SHOPS else None


def read_number(number: str, currency: str | None, minor_units: int) -> Decimal | None:
    """Read ``1.299,00``, ``1 299``, ``1'299.50`` or ``1,29,999``; None for what is no number.

    Args:
        number: ASCII digits and separators, with nothing around them.
        currency: Its code, if it is known.
        minor_units: Digits that the currency has after the point.
    """
    separator = decimal_separator(number, currency, minor_units)
    whole, _, part = number.rpartition(separator) if separator else (number, "", "0")
    if not _WHOLE.fullmatch(whole) or not _PART.fullmatch(part):
        return None
    return Price.fromstring(number, decimal_separator=separator).amount
