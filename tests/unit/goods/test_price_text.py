"""The exact price that a text is: in feeds, and as vendors show it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.goods.currencies import MINOR_UNITS, currency_of
from server.goods.languages import languages
from server.goods.money import Money, from_minor_units
from server.goods.price_text import read_price, read_shown

# Country and currency.
Buyer = tuple[str, str]
US = ("US", "USD")
KR = ("KR", "KRW")
CA = ("CA", "CAD")
JP = ("JP", "JPY")
SE = ("SE", "SEK")
DK = ("DK", "DKK")


@pytest.mark.parametrize(
    ("shown", "buyer", "money"),
    [
        ("$260*", US, Money("260.00", "USD")),
        ("$1,299.00", US, Money("1299.00", "USD")),
        ("$70 AUD", US, Money("70.00", "AUD")),
        ("US$40", KR, Money("40.00", "USD")),
        ("$260*", CA, Money("260.00", "CAD")),
        ("₩39,000", US, Money("39000", "KRW")),
        ("39,000원", KR, Money("39000", "KRW")),
        ("₩1.500", KR, Money("1500", "KRW")),
        ("¥3,980", JP, Money("3980", "JPY")),
        ("1.299,00 €", US, Money("1299.00", "EUR")),
        ("€49,95*", US, Money("49.95", "EUR")),
        ("1 299 kr", SE, Money("1299.00", "SEK")),
        ("R$ 199,90", US, Money("199.90", "BRL")),
        ("12.500 KWD", US, Money("12.500", "KWD")),
        ("from $20", US, Money("20.00", "USD")),
        ("KWD 1,234.500", US, Money("1234.500", "KWD")),
        ("25,000 IQD", US, Money("25000.000", "IQD")),
        ("¥1,980.00", JP, Money("1980", "JPY")),
        ("₹1,23,456", US, Money("123456.00", "INR")),
        ("Rp 150.000", US, Money("150000.00", "IDR")),
        ("CHF 1’234.50", US, Money("1234.50", "CHF")),
        ("zł 1 299,00", US, Money("1299.00", "PLN")),
        ("1\u00a0234,56\u00a0kr", SE, Money("1234.56", "SEK")),
        ("kr. 299,-", DK, Money("299.00", "DKK")),
        ("20€50", US, Money("20.50", "EUR")),
        ("\u200f١٢٣٫٥٠\u00a0د.إ.\u200f", US, Money("123.50", "AED")),
        ("３，９８０円", US, Money("3980", "JPY")),
        ("￦59,000", US, Money("59000", "KRW")),
        ("5만9천원", US, Money("59000", "KRW")),
        ("299:-", SE, Money("299.00", "SEK")),
        ("299:- kr", SE, Money("299.00", "SEK")),
        ("RMB 299", US, Money("299.00", "CNY")),
        ("129,90 Lei", US, Money("129.90", "RON")),
        ('249.90 ש"ח', US, Money("249.90", "ILS")),
        ("R 1 299", ("ZA", "ZAR"), Money("1299.00", "ZAR")),
        ("AUD $70", US, Money("70.00", "AUD")),
        ("$120.50 XCG", US, None),
    ],
)
def test_a_price_is_read_with_the_separators_of_its_currency(
    shown: str, buyer: Buyer, money: Money | None
) -> None:
    assert read_shown(shown, *buyer) == money


@pytest.mark.parametrize(
    ("shown", "buyer"),
    [
        ("$260*", KR),
        ("$260", ("CA", "USD")),
        ("¥3,980", US),
        ("299 kr", US),
        ("260", US),
    ],
)
def test_a_symbol_of_several_currencies_is_not_guessed(shown: str, buyer: Buyer) -> None:
    assert read_shown(shown, *buyer) is None


@pytest.mark.parametrize(
    "shown",
    ["$10.00/mo", "$20 - $30", "$20–30", "$20,- 30", "−$5", "$1e400", "$NaN",
     "-$5", "5% off $20", "$20 off", "4 x $25", "$", "free", "", " ",
     "$" + "9" * 80, None, 12, ["$12"], True],
)  # fmt: skip
def test_what_is_not_simply_a_price_is_unknown(shown: object) -> None:
    assert read_shown(shown, *US) is None


@pytest.mark.parametrize(
    ("shown", "symbol", "amount", "money"),
    [
        (None, "$", 34.0, Money("34.00", "USD")),
        ("", "€", 49.99, Money("49.99", "EUR")),
        ("34.50", "$", None, Money("34.50", "USD")),
        (None, "US$", "12", Money("12.00", "USD")),
        (None, "USD", 12, Money("12.00", "USD")),
        (None, None, 34.0, None),
        (None, "kr", 34.0, None),
        (None, "$", -1, None),
        (None, "$", float("nan"), None),
        (None, ["$"], 34.0, None),
    ],
)
def test_a_symbol_and_a_number_that_were_parted_belong_together(
    shown: object, symbol: object, amount: object, money: Money | None
) -> None:
    assert read_shown(shown, *US, symbol=symbol, amount=amount) == money


@given(
    st.one_of(st.none(), st.text(max_size=90), st.floats(), st.integers()),
    st.one_of(st.none(), st.text(max_size=6), st.integers(), st.sampled_from(["$", "kr", "¥"])),
    st.one_of(st.none(), st.floats(), st.integers(), st.text(max_size=30)),
    st.sampled_from([US, KR, CA, JP, SE]),
)
def test_anything_is_exact_money_or_unknown(
    shown: object, symbol: object, amount: object, buyer: Buyer
) -> None:
    money = read_shown(shown, *buyer, symbol=symbol, amount=amount)
    if money is not None:
        assert money.currency in MINOR_UNITS
        assert float(money.amount) >= 0


@given(st.text(max_size=12), st.sampled_from([US, KR, CA, JP, SE]))
def test_any_symbol_is_a_known_currency_or_none(symbol: str, buyer: Buyer) -> None:
    assert currency_of(symbol, *buyer) in {None, *MINOR_UNITS}


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
        ("€ 49,90", Money("49.90", "EUR")),
        ("49.9USD", Money("49.90", "USD")),
        ("15.00 usd", Money("15.00", "USD")),
        ("1.299,00 TRY", Money("1299.00", "TRY")),
        ("12,5 KWD", Money("12.500", "KWD")),
        ("٤٩٫٥٠ SAR", Money("49.50", "SAR")),
        ("$49.00", None),
        ("£49.00 USD", None),
        ("49.00 USD/month", None),
        ("", None),
        ("9" * 60 + " USD", None),
    ],
)
def test_a_feed_s_price_is_read_exactly(text: str, money: Money | None) -> None:
    assert read_price(text) == money


@given(st.text(max_size=80))
def test_any_text_is_a_price_or_none(text: str) -> None:
    money = read_price(text)
    assert money is None or Decimal(money.amount) >= 0


@given(
    st.integers(0, 10**11),
    st.sampled_from(sorted(MINOR_UNITS.keys() - {"IQD"})),  # whose thousandths nobody writes
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
    assert read_price(f"{thousands}{separators[1] if point else ''}{part} {currency}") == exact


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("Only from 39 EUR", Money("39.00", "EUR")),
        ("ab 39 €", Money("39.00", "EUR")),
        ("39,000원부터", Money("39000", "KRW")),
        ("39,000円から", Money("39000", "JPY")),
        ("39,000円より", Money("39000", "JPY")),
    ],
)
def test_words_of_the_languages_may_be_beside_a_price(text: str, price: Money) -> None:
    assert read_price(text) == price


def test_every_word_beside_a_price_leaves_it_a_price() -> None:
    words = [word for language in languages().values() for word in language.prices.beside]
    assert {"from", "ab"} <= set(words)
    for word in words:
        assert read_price(f"{word} 39 EUR") == read_price(f"39 EUR {word}") == Money("39.00", "EUR")
