import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.goods.money import EXPONENTS, Money
from server.offers.offer import SearchContext
from server.offers.providers.shown_price import currency_of, read_shown

US = SearchContext("US", "en", "USD")
KR = SearchContext("KR", "ko", "KRW")
CA = SearchContext("CA", "en", "CAD")
JP = SearchContext("JP", "ja", "JPY")
SE = SearchContext("SE", "sv", "SEK")
DK = SearchContext("DK", "da", "DKK")


@pytest.mark.parametrize(
    ("shown", "context", "money"),
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
    ],
)
def test_a_price_is_read_with_the_separators_of_its_currency(
    shown: str, context: SearchContext, money: Money
) -> None:
    assert read_shown(shown, context) == money


@pytest.mark.parametrize(
    ("shown", "context"),
    [
        ("$260*", KR),
        ("$260", SearchContext("CA", "en", "USD")),
        ("¥3,980", US),
        ("299 kr", US),
        ("260", US),
    ],
)
def test_a_symbol_of_several_currencies_is_not_guessed(shown: str, context: SearchContext) -> None:
    assert read_shown(shown, context) is None


@pytest.mark.parametrize(
    "shown",
    ["$10.00/mo", "$20 - $30", "$20–30", "$20,- 30", "−$5", "$1e400", "$NaN",
     "-$5", "5% off $20", "$20 off", "4 x $25", "$", "free", "", " ",
     "$" + "9" * 80, None, 12, ["$12"], True],
)  # fmt: skip
def test_what_is_not_simply_a_price_is_unknown(shown: object) -> None:
    assert read_shown(shown, US) is None


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
    assert read_shown(shown, US, symbol=symbol, amount=amount) == money


@given(
    st.one_of(st.none(), st.text(max_size=90), st.floats(), st.integers()),
    st.one_of(st.none(), st.text(max_size=6), st.integers(), st.sampled_from(["$", "kr", "¥"])),
    st.one_of(st.none(), st.floats(), st.integers(), st.text(max_size=30)),
    st.sampled_from([US, KR, CA, JP, SE]),
)
def test_anything_is_exact_money_or_unknown(
    shown: object, symbol: object, amount: object, context: SearchContext
) -> None:
    money = read_shown(shown, context, symbol=symbol, amount=amount)
    if money is not None:
        assert money.currency in EXPONENTS
        assert float(money.amount) >= 0


@given(st.text(max_size=12), st.sampled_from([US, KR, CA, JP, SE]))
def test_any_symbol_is_a_known_currency_or_none(symbol: str, context: SearchContext) -> None:
    assert currency_of(symbol, context) in {None, *EXPONENTS}
