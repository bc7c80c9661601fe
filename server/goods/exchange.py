"""Amounts in another currency, by the user's own rates or the European Central Bank's.

Nothing here guesses: a currency without a rate is not converted, and every converted amount
comes with its rate and the day of the rate.
"""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Literal
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from model.errors import WhereToBuyError
from server.goods.currencies import MINOR_UNITS
from server.goods.money import LARGEST, Money

Source = Literal["given", "ecb"]

# Significant digits of a rate as it is shown; amounts are computed from the exact one.
RATE_DIGITS = 10
_RATE = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,12})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class RatesError(WhereToBuyError):
    """Exchange rates that cannot be used."""

    code = "bad-rates"


@dataclass(frozen=True, slots=True)
class Converted:
    """A price in a currency other than the shop's.

    Attributes:
        price: Rounded to the currency's minor unit.
        rate: Units of the price's currency for one of the shop's, as decimal text.
        as_of: The day of the rate; None for the user's own.
        source: Where the rate is from.
    """

    price: Money
    rate: str
    as_of: datetime.date | None
    source: Source


@dataclass(frozen=True, slots=True)
class Rates:
    """Exchange rates.

    Attributes:
        units: By currency, how many units have the same value, exactly.
        source: Where they are from.
        as_of: Their day; None for the user's own.
    """

    units: Mapping[str, Decimal]
    source: Source
    as_of: datetime.date | None = None

    def convert(self, money: Money, currency: str) -> Converted | None:
        """Convert money to a currency, rounding half up to its minor unit.

        Returns:
            The converted money; None if it is in that currency already, or a rate is missing.
        """
        if money.currency == currency:
            return None
        ours, theirs = self.units.get(money.currency), self.units.get(currency)
        exponent = MINOR_UNITS.get(currency)
        if ours is None or theirs is None or exponent is None:
            return None
        rate = Fraction(theirs) / Fraction(ours)
        minor = _half_up(Fraction(Decimal(money.amount)) * rate * 10**exponent)
        amount = Decimal(minor).scaleb(-exponent, Context(prec=60))
        if amount >= LARGEST:
            return None
        context = Context(prec=RATE_DIGITS, rounding=ROUND_HALF_UP)
        shown = context.divide(Decimal(rate.numerator), Decimal(rate.denominator))
        return Converted(
            Money(f"{amount:f}", currency), f"{_plain(shown):f}", self.as_of, self.source
        )


def read_given(text: str) -> Rates:
    """Read rates as a person writes them: ``EUR=1,USD=1.08,KRW=1500``.

    These amounts all have the same value; which currency is 1 does not matter.

    Raises:
        RatesError: An entry is not a currency with a positive number, a currency is there
            twice, or there are fewer than two.
    """
    units: dict[str, Decimal] = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        code, _, number = (part.strip() for part in entry.partition("="))
        code = code.upper()
        if code not in MINOR_UNITS or code in units or not _RATE.fullmatch(number):
            raise _unusable(f"“{entry[:40]}” is no exchange rate")
        units[code] = Decimal(number)
        if units[code] == 0:
            raise _unusable(f"“{entry[:40]}” is no exchange rate")
    if len(units) < 2:
        raise _unusable("Exchange rates of two currencies at least are needed")
    return Rates(units, "given")


def read_ecb(data: bytes) -> Rates:
    """Read the European Central Bank's daily file of euro reference rates (eurofxref).

    Its ``Cube`` elements nest: one with a ``time`` holds one each with ``currency`` and
    ``rate``. Of several days, the newest counts.

    Raises:
        RatesError: It is another file, or has no usable rate.
    """
    try:
        root = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise _no_ecb_file() from error
    days = [cube for cube in root.iter() if _DAY.fullmatch(cube.get("time", ""))]
    newest = max(days, key=lambda cube: cube.get("time", ""), default=None)
    if newest is None:
        raise _no_ecb_file()
    try:
        as_of = datetime.date.fromisoformat(newest.get("time", ""))
    except ValueError as error:
        raise _no_ecb_file() from error
    units = {"EUR": Decimal(1)}
    for cube in newest:
        code, number = cube.get("currency", ""), cube.get("rate", "")
        if code in MINOR_UNITS and code != "EUR" and _RATE.fullmatch(number) and Decimal(number):
            units[code] = Decimal(number)
    if len(units) == 1:
        raise _no_ecb_file()
    return Rates(units, "ecb", as_of)


def _half_up(value: Fraction) -> int:
    return (2 * value.numerator + value.denominator) // (2 * value.denominator)


def _plain(number: Decimal) -> Decimal:
    """Drop trailing zeros after the point: 1.50 becomes 1.5, and 1500 stays 1500."""
    whole = number.to_integral_value()
    return whole if whole == number else number.normalize()


def _unusable(what: str) -> RatesError:
    return RatesError(f"{what}.", hint="Write them like this: EUR=1,USD=1.08,KRW=1500")


def _no_ecb_file() -> RatesError:
    return RatesError(
        "This is not the European Central Bank's file of exchange rates.",
        hint="It is at https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml",
    )
