import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.goods.money import (
    EXPONENTS,
    LARGEST,
    Money,
    from_decimal,
    from_major_units,
    from_minor_units,
    from_text,
)


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (12900, "USD", "129.00"),
        (12900, "KRW", "12900"),
        (12900, "JPY", "12900"),
        (12900, "KWD", "12.900"),
        (5, "EUR", "0.05"),
        (0, "EUR", "0.00"),
        (12900.0, "usd", "129.00"),
    ],
)
def test_minor_units_have_the_currency_s_own_number_of_digits(
    amount: object, currency: str, text: str
) -> None:
    assert from_minor_units(amount, currency) == Money(text, currency.upper())


@pytest.mark.parametrize(
    ("amount", "currency"),
    [(True, "USD"), ("129", "USD"), (-1, "USD"), (1.5, "USD"), (1, "XXX"), (1, None), (None, "USD"),
     (float("nan"), "USD"), (float("inf"), "USD"), (10**30, "USD")],
)  # fmt: skip
def test_an_amount_that_is_none_is_unknown(amount: object, currency: object) -> None:
    assert from_minor_units(amount, currency) is None


@pytest.mark.parametrize(
    ("amount", "currency", "money"),
    [
        (12900, "USD", Money("12900.00", "USD")),
        (12900, "KRW", Money("12900", "KRW")),
        (49.99, "usd", Money("49.99", "USD")),
        (49.99 + 1e-12, "USD", Money("49.99", "USD")),
        (3980.0, "JPY", Money("3980", "JPY")),
        (Decimal("49.990"), "USD", Money("49.99", "USD")),
        ("49.00", "USD", Money("49.00", "USD")),
        ("1,299.00", "USD", Money("1299.00", "USD")),
        ("1.500", "USD", Money("1.50", "USD")),
        ("1.500", "KRW", Money("1500", "KRW")),
        ("12.500", "KWD", Money("12.500", "KWD")),
        ("1,234.567", "KWD", Money("1234.567", "KWD")),
        ("1,299.00", "JPY", Money("1299", "JPY")),
        ("150.000", "IDR", Money("150000.00", "IDR")),
        ("12.", "USD", Money("12.00", "USD")),
        (19.99, "USD", Money("19.99", "USD")),
        (19.999, "USD", Money("19.999", "USD")),
        (1.5, "KRW", Money("1.5", "KRW")),
        (-0.0, "USD", Money("0.00", "USD")),
        (Decimal("-0"), "USD", Money("0.00", "USD")),
        *((amount, "USD", None) for amount in ("1.2.3", "1..2", "1e3", "NaN", "٣", "1_000")),
        *((amount, "USD", None) for amount in (True, None, [], "", "x", "-3", -3, 1e300, 10**400)),
        *((amount, "USD", None) for amount in (float("nan"), float("inf"), Decimal("sNaN"))),
        (12, "XXX", None),
        (12, None, None),
    ],
)
def test_major_units_are_read_exactly(
    amount: object, currency: object, money: Money | None
) -> None:
    assert from_major_units(amount, currency) == money


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("15.00 USD", Money("15.00", "USD")),
        ("15 USD", Money("15.00", "USD")),
        ("USD 1,299.00", Money("1299.00", "USD")),
        ("1.299,50 EUR", Money("1299.50", "EUR")),
        ("15,50 EUR", Money("15.50", "EUR")),
        ("12900 KRW", Money("12900", "KRW")),
        ("12.900 KRW", Money("12900", "KRW")),
        ("1,299,000 KRW", Money("1299000", "KRW")),
        ("1.234 KWD", Money("1.234", "KWD")),
        ("0.500 KWD", Money("0.500", "KWD")),
        ("1,234.500 KWD", Money("1234.500", "KWD")),
        ("129,000 TND", Money("129.000", "TND")),
        ("25,000 IQD", Money("25000.000", "IQD")),
        ("1,980.00 JPY", Money("1980", "JPY")),
        ("1.980,00 JPY", Money("1980", "JPY")),
        ("1.500,5 KRW", Money("1500.5", "KRW")),
        ("1,23,456 INR", Money("123456.00", "INR")),
        ("Rs. 1,23,456.50 INR", Money("123456.50", "INR")),
        ("Rp 150.000 IDR", Money("150000.00", "IDR")),
        ("39.000 VND", Money("39000", "VND")),
        ("1.299 EUR", Money("1299.00", "EUR")),
        ("0.999 EUR", Money("0.999", "EUR")),
        ("CHF 1'234.50", Money("1234.50", "CHF")),
        ("CHF 1’234.50", Money("1234.50", "CHF")),
        ("1 234,56 SEK", Money("1234.56", "SEK")),
        ("1\u202f234,56 SEK", Money("1234.56", "SEK")),
        ("299,- DKK", Money("299.00", "DKK")),
        ("CHF 1’299.–", Money("1299.00", "CHF")),
        ("\u200f١٬٢٣٤٫٥٠\u00a0AED", Money("1234.50", "AED")),
        ("۱۲۳٬۰۰۰ IRR", Money("123000.00", "IRR")),
        ("１，９８０ JPY", Money("1980", "JPY")),
        ("from $20 USD", Money("20.00", "USD")),
        ("$20 - $30 USD", None),
        ("20–30 USD", None),
        ("20 to 30 USD", None),
        ("20 30 USD", None),
        ("2 x 20 USD", None),
        ("−15.00 USD", None),
        ("–15.00 USD", None),
        ("1e3 USD", None),
        ("1e400 USD", None),
        ("NaN USD", None),
        ("Infinity USD", None),
        ("1.2.3 USD", None),
        ("1.234.56 USD", None),
        ("1" + "0" * 30 + " USD", None),
        ("15.00", None),
        ("15.00 ABC", None),
        ("-15.00 USD", None),
        ("free USD", None),
        ("15.00 USD 12.00 EUR", None),
        ("", None),
        ("9" * 60 + " USD", None),
    ],
)
def test_a_feed_s_price_is_read_exactly(text: str, money: Money | None) -> None:
    assert from_text(text) == money


@given(st.text(max_size=80))
def test_any_text_is_a_price_or_none(text: str) -> None:
    money = from_text(text)
    assert money is None or Decimal(money.amount) >= 0


@given(
    st.integers(0, 10**11),
    st.sampled_from(sorted(EXPONENTS.keys() - {"IQD"})),  # whose thousandths nobody writes
    st.sampled_from([",.", ".,", " ,", "\u00a0,", "\u202f,", "'.", "’.", "٬٫"]),
    st.booleans(),
)
def test_every_way_to_write_an_amount_is_read_exactly(
    minor: int, currency: str, separators: str, grouped: bool
) -> None:
    exact = from_minor_units(minor, currency)
    assert exact is not None
    whole, point, part = exact.amount.partition(".")
    thousands = f"{int(whole):,}".replace(",", separators[0]) if grouped else whole
    assert from_text(f"{thousands}{separators[1] if point else ''}{part} {currency}") == exact


@given(st.integers(0, 10**13), st.sampled_from(sorted(EXPONENTS)))
def test_a_number_of_json_means_what_it_shows(minor: int, currency: str) -> None:
    exact = from_minor_units(minor, currency)
    if exact is not None and Decimal(exact.amount) < LARGEST:
        assert from_major_units(json.loads(exact.amount), currency) == exact


@given(st.decimals(0, 10**11, places=2), st.sampled_from(sorted(EXPONENTS)))
def test_nothing_is_rounded(amount: Decimal, currency: str) -> None:
    money = from_decimal(amount, currency)
    assert money is not None
    assert Decimal(money.amount) == amount
