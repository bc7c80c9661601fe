from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.goods.money import (
    EXPONENTS,
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


@given(st.decimals(0, 10**11, places=2), st.sampled_from(sorted(EXPONENTS)))
def test_nothing_is_rounded(amount: Decimal, currency: str) -> None:
    money = from_decimal(amount, currency)
    assert money is not None
    assert Decimal(money.amount) == amount
