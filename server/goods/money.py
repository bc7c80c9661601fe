"""Exact money: minor units by ISO 4217, and prices as shops write them.

An amount is a decimal number in major units, kept as text ("49.00", "12900") so that
nothing rounds it. A price of a currency that is not in the list is unknown, not guessed.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from server.goods.numerals import WHOLE_IN_SHOPS, numbers_in, read_number, western

# Nothing that is worn costs more, in any currency; such a number is a mistake.
LARGEST = Decimal(10) ** 12

_WITHOUT_MINOR = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"
_TWO_DIGITS = (
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD"
    " CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD"
    " GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD"
    " MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP"
    " PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS"
    " TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG"
)
# Digits of the minor unit by currency code (ISO 4217, list one).
EXPONENTS: dict[str, int] = (
    dict.fromkeys(_WITHOUT_MINOR.split(), 0)
    | dict.fromkeys(_THREE_DIGITS.split(), 3)
    | dict.fromkeys(_TWO_DIGITS.split(), 2)
)

_CODE = re.compile(r"(?<![A-Za-z])([A-Za-z]{3})(?![A-Za-z])")
_NUMBER = re.compile(r"[0-9][0-9.,]{0,30}")
_PLAIN_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_LONGEST_PRICE = 64
# What stands for cents that there are none of: ``299,-``.
_NOTHING_MORE = re.compile(r"(?<=[0-9])[.,]?[-–—]{1,2}(?![^\s*])")
_MINUS = re.compile("[-\u2010-\u2015\u2212\uff0d]")


@dataclass(frozen=True, slots=True)
class Money:
    """``amount`` in major units as decimal text, 0 or more; ``currency`` an ISO 4217 code."""

    amount: str
    currency: str


def from_minor_units(amount: object, currency: object) -> Money | None:
    """Read what a protocol gives as an integer of minor units.

    12900 is 129.00 USD, but 12900 KRW: the currency has no smaller unit.

    Returns:
        The money, or None for anything but a whole number, 0 or more, of a known currency.
    """
    if not isinstance(currency, str) or isinstance(amount, bool):
        return None
    exponent = EXPONENTS.get(currency.upper())
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
    """Read what a service gives as a number, or as the text of one, beside a currency's code.

    12900 is 12900.00 USD and 12900 KRW; 49.99 is exactly that, not the binary number next to it.

    Returns:
        The money, or None for anything but a number, 0 or more, of a known currency.
    """
    if not isinstance(currency, str) or isinstance(amount, bool):
        return None
    code = currency.strip().upper()
    if code not in EXPONENTS:
        return None
    if isinstance(amount, str):
        return _from_number_text(amount.strip(), code)
    if isinstance(amount, float):
        # The shortest text that means the number is what was sent; sums leave a speck behind.
        return from_decimal(round(Decimal(repr(amount)), 6), code) if 0 <= amount < 1e12 else None
    return from_decimal(Decimal(amount), code) if isinstance(amount, int | Decimal) else None


def from_text(text: str) -> Money | None:
    """Read a price as feeds write it: "15.00 USD", "USD 1,299.00", "12900 KRW", "15,50 EUR".

    Returns:
        The money, or None where the number or the currency's code is missing or unknown.
    """
    if len(text) > _LONGEST_PRICE:
        return None
    text = _NOTHING_MORE.sub(" ", western(text))
    if _MINUS.search(text):
        return None
    codes = [code.upper() for code in _CODE.findall(text) if code.upper() in EXPONENTS]
    numbers = numbers_in(text)
    if len(codes) != 1 or len(numbers) != 1:
        return None
    return from_decimal(read_number(numbers[0], codes[0], EXPONENTS[codes[0]]), codes[0])


def from_decimal(amount: Decimal | None, currency: str) -> Money | None:
    """Give a number of major units the digits that its currency has, and no fewer."""
    exponent = EXPONENTS.get(currency)
    if exponent is None or amount is None or not amount.is_finite() or not 0 <= amount < LARGEST:
        return None
    whole = amount.quantize(Decimal(1).scaleb(-exponent))
    if whole == amount:  # "49" and "49.000" are "49.00"; "49.005" stays as it was said
        return Money(f"{whole.copy_abs():f}", currency)
    return Money(f"{amount:f}".rstrip("0"), currency)


def _from_number_text(text: str, currency: str) -> Money | None:
    """Read "49.00" as a program writes it, and "1,299.00" as people do."""
    if not _NUMBER.fullmatch(text):
        return None
    exponent = EXPONENTS[currency]
    # "1.500 KRW" is fifteen hundred: where nothing is divided, no separator is a point.
    divided = exponent > 0 and currency not in WHOLE_IN_SHOPS
    if _PLAIN_NUMBER.fullmatch(text) and (divided or "." not in text):
        return from_decimal(Decimal(text), currency)
    return from_decimal(read_number(text.rstrip(".,"), currency, exponent), currency)
