"""Exact money, with the minor units of ISO 4217.

An amount is a decimal number in major units, kept as text ("49.00", "12900") so that
nothing rounds it. An amount in an unknown currency is no money: nothing is guessed.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from server.goods.currencies import MINOR_UNITS, minor_units
from server.goods.numerals import read_plain_number

# Nothing to wear costs more in any currency; a larger number is a mistake.
LARGEST = Decimal(10) ** 12

_NUMBER = re.compile(r"[0-9][0-9.,]{0,30}")


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount of a currency.

    Attributes:
        amount: Major units as decimal text, 0 or more, with the currency's digits: "49.00".
        currency: Its ISO 4217 code.
    """

    amount: str
    currency: str


def from_minor_units(amount: object, currency: object) -> Money | None:
    """Read an integer of minor units, as protocols send it.

    12900 is 129.00 USD, but 12900 KRW: the currency has no smaller unit.

    Returns:
        The money, or None for anything but a whole number, 0 or more, of a known currency.
    """
    if not isinstance(currency, str) or isinstance(amount, bool):
        return None
    exponent = MINOR_UNITS.get(currency.upper())
    if exponent is None or not isinstance(amount, int | float):
        return None
    if isinstance(amount, float):
        if not amount.is_integer():
            return None
        amount = int(amount)
    if not 0 <= amount < LARGEST * 10**exponent:
        return None
    return Money(f"{Decimal(amount).scaleb(-exponent):f}", currency.upper())


def from_major_units(amount: object, currency: object) -> Money | None:
    """Read a number of major units, or the text of one, as services send it beside a code.

    12900 is 12900.00 USD and 12900 KRW; 49.99 is exactly that, not the binary number next to it.

    Returns:
        The money, or None for anything but a number, 0 or more, of a known currency.
    """
    if not isinstance(currency, str) or isinstance(amount, bool):
        return None
    code = currency.strip().upper()
    if code not in MINOR_UNITS:
        return None
    if isinstance(amount, str):
        text = amount.strip()
        if not _NUMBER.fullmatch(text):
            return None
        return from_decimal(read_plain_number(text.rstrip(".,"), code), code)
    if isinstance(amount, float):
        # The shortest text of a float is what was sent; sums leave a speck behind.
        return from_decimal(round(Decimal(repr(amount)), 6), code) if 0 <= amount < 1e12 else None
    return from_decimal(Decimal(amount), code) if isinstance(amount, int | Decimal) else None


def from_decimal(amount: Decimal | None, currency: str | None) -> Money | None:
    """Return money with the digits of its currency, and more where the amount has more.

    Returns:
        The money, or None where amount or currency is missing or unknown, or the amount is
        negative or too large.
    """
    if currency is None or currency not in MINOR_UNITS or amount is None:
        return None
    if not amount.is_finite() or not 0 <= amount < LARGEST:
        return None
    return Money(amount_text(amount, currency), currency)


def price_of(money: Money | None) -> Money | None:
    """Return money as a price: 0 is what is written where the price is not known."""
    return money if money is not None and Decimal(money.amount) > 0 else None


def list_price_of(before: Money | None, price: Money | None) -> Money | None:
    """Return the price before a reduction, if there was one: the same currency, and more."""
    if before is None or price is None or before.currency != price.currency:
        return None
    return before if Decimal(before.amount) > Decimal(price.amount) else None


def amount_text(amount: Decimal, currency: str | None) -> str:
    """Write an amount in minor units: 49 dollars as ``49.00``, 59,000 won as ``59000``.

    Nothing is rounded: ``49.005`` stays as it is.
    """
    plain = f"{amount.copy_abs():f}"
    whole, _, fraction = plain.partition(".")
    fraction = fraction.rstrip("0").ljust(minor_units(currency), "0")
    return f"{whole}.{fraction}" if fraction else whole
