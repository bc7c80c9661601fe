import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.goods.currencies import MINOR_UNITS
from server.goods.money import (
    LARGEST,
    Money,
    from_decimal,
    from_major_units,
    from_minor_units,
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
def test_an_invalid_amount_is_unknown(amount: object, currency: object) -> None:
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


@given(st.integers(0, 10**13), st.sampled_from(sorted(MINOR_UNITS)))
def test_a_number_of_json_means_what_it_shows(minor: int, currency: str) -> None:
    exact = from_minor_units(minor, currency)
    if exact is not None and Decimal(exact.amount) < LARGEST:
        assert from_major_units(json.loads(exact.amount), currency) == exact


@given(st.decimals(0, 10**11, places=2), st.sampled_from(sorted(MINOR_UNITS)))
def test_nothing_is_rounded(amount: Decimal, currency: str) -> None:
    money = from_decimal(amount, currency)
    assert money is not None
    assert Decimal(money.amount) == amount
