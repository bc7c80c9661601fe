"""Amounts of money in text and in markup."""

from decimal import Decimal

import pytest

from server.goods.amounts import find_money, markup_amount
from server.goods.money import amount_text


@pytest.mark.parametrize(
    ("text", "amount", "symbol"),
    [
        ("1.299,00 €", "1299.00", "€"),
        ("$1,299.00", "1299.00", "$"),
        ("1 299,00 kr", "1299.00", "kr"),
        ("1\u00a0299,00\u00a0kr", "1299.00", "kr"),
        ("₩59,000", "59000", "₩"),
        ("59,000원", "59000", "원"),
        ("¥5,980", "5980", "¥"),
        ("5,980円", "5980", "円"),
        ("CHF 1'299.-", "1299", "CHF"),
        ("CHF 1’299.–", "1299", "CHF"),
        ("R$ 1.299,90", "1299.90", "R$"),
        ("35€99", "35.99", "€"),
        ("€ 49,-", "49", "€"),
        ("1.299 €", "1299", "€"),
        ("12 345,00 Kč", "12345.00", "Kč"),
        ("Rs. 1,29,999.00", "129999.00", "Rs."),
        ("US$12.5", "12.5", "US$"),
        ("$70 AUD", "70", "AUD"),
        ("AUD $70", "70", "AUD"),
        ("12.500 KWD", "12.500", "KWD"),
        ("KWD 1,234.500", "1234.500", "KWD"),
        ("1 234,500 TND", "1234.500", "TND"),
        ("25,000 IQD", "25000", "IQD"),
        ("٢٤٩٫٥٠ ر.س", "249.50", "ر.س"),
        ("١٬٢٤٩٫٥٠ د.إ", "1249.50", "د.إ"),
        ("299:-", "299", ":-"),
        ("1 299:-", "1299", ":-"),
        ("299:- kr", "299", "kr"),
        ("299,- kr", "299", "kr"),
        ("￦59,000", "59000", "￦"),
        ("5만9천원", "59000", "원"),
        ("5만 9천 원", "59000", "원"),
        ("5만원", "50000", "원"),
        ("3.5만원", "35000", "원"),
        ("12만9,000원", "129000", "원"),
        ("9천원", "9000", "원"),
        ("1万2千円", "12000", "円"),
        ("RMB 299", "299", "RMB"),
        ("129,90 Lei", "129.90", "Lei"),
        ('249.90 ש"ח', "249.90", 'ש"ח'),
        ("249.90 ש״ח", "249.90", "ש״ח"),
        ("49 euros", "49", "euros"),
        ("Rs 1,499 PKR", "1499", "PKR"),
        ("24,500.000 ₫", "24500000", "₫"),
        ("24.500,000 ₫", "24500000", "₫"),
    ],
)
def test_an_amount_is_read_with_the_separators_of_its_locale(
    text: str, amount: str, symbol: str
) -> None:
    (money,) = find_money(text)
    assert (money.amount, money.symbol) == (Decimal(amount), symbol)


@pytest.mark.parametrize(
    "text",
    [
        "2 x 500 ml",
        "Model 4711",
        "ALL 50",
        "R 50",
        "3천 명",
        "50% off",
        "TOP 100",
        "",
    ],
)
def test_a_number_without_a_currency_is_no_money(text: str) -> None:
    assert find_money(text) == []


def test_prices_side_by_side_are_two() -> None:
    assert [money.amount for money in find_money("99 € 79 €")] == [99, 79]


@pytest.mark.parametrize(
    ("value", "currency", "amount"),
    [
        (49, "USD", "49"),
        (Decimal("49.90"), "USD", "49.90"),
        ("1299.0000", "USD", "1299.0000"),
        ("$1,299.00", "USD", "1299.00"),
        ("1.299,00", "EUR", "1299.00"),
        ("34.000", "EUR", "34.000"),
        ("34.000", "IDR", "34000"),
        ("25.000", "IQD", "25000"),
        ("1,234.500", "KWD", "1234.500"),
        ("10.00 - 20.00", "USD", "10.00"),
        ("1.2e3", "USD", "1200"),
        ("٢٤٩٫٥٠", "SAR", "249.50"),
        ("1,234.500", "USD", "1234.500"),
        ("12345.678", "EUR", "12345.678"),
        ("5만9천원", "KRW", "59000"),
        ("24,500.000", "VND", "24500000"),
        ("1,234.500", "JPY", "1234500"),
    ],
)
def test_a_price_field_is_read_as_it_is_meant(value: object, currency: str, amount: str) -> None:
    assert markup_amount(value, currency) == Decimal(amount)


@pytest.mark.parametrize(
    "value",
    [None, True, "", "Call us", -5, "9" * 300, Decimal("1e999999"), Decimal("NaN"), 10**15, [], {}],
)
def test_what_cannot_be_a_price_is_none(value: object) -> None:
    assert markup_amount(value) is None


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("49", "USD", "49.00"),
        ("59000", "KRW", "59000"),
        ("1299.0000", "USD", "1299.00"),
        ("12.5", "KWD", "12.500"),
        ("49.995", "EUR", "49.995"),
        ("1E+3", "JPY", "1000"),
        ("7", None, "7.00"),
    ],
)
def test_an_amount_is_written_in_minor_units_and_never_rounded(
    amount: str, currency: str | None, text: str
) -> None:
    assert amount_text(Decimal(amount), currency) == text
