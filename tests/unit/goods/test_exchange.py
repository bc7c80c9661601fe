import datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.goods.currencies import MINOR_UNITS
from server.goods.exchange import Rates, RatesError, read_ecb, read_given
from server.goods.money import LARGEST, Money, from_decimal
from tests.support.ecb_file import ecb_file

CURRENCIES = ["EUR", "USD", "KRW", "JPY", "KWD"]
units = st.fixed_dictionaries(
    {code: st.decimals("0.0001", "100000", places=4) for code in CURRENCIES}
)
amounts = st.decimals(0, 10**7, places=3)


def money(amount: Decimal, currency: str) -> Money:
    given_money = from_decimal(amount, currency)
    assert given_money is not None
    return given_money


def test_a_price_is_converted_to_minor_units_and_says_by_which_rate():
    rates = read_given("EUR=1,USD=1.08,KRW=1500")
    converted = rates.convert(Money("49.00", "USD"), "KRW")
    assert converted is not None
    assert converted.price == Money("68056", "KRW")  # 49 / 1.08 * 1500 = 68055.6
    assert converted.rate == "1388.888889"
    assert (converted.source, converted.as_of) == ("given", None)
    back = rates.convert(Money("65000", "KRW"), "USD")
    assert back is not None
    assert (back.price, back.rate) == (Money("46.80", "USD"), "0.00072")
    dinar = read_given("KWD=1, EUR=3").convert(Money("10.00", "EUR"), "KWD")
    assert dinar is not None
    assert dinar.price == Money("3.333", "KWD")


def test_half_a_unit_is_rounded_up():
    rates = read_given("USD=1,KRW=1.5")
    converted = rates.convert(Money("1.00", "USD"), "KRW")
    assert converted is not None
    assert converted.price.amount == "2"


def test_nothing_is_converted_without_both_rates_or_into_itself():
    rates = read_given("EUR=1,USD=1.08")
    assert rates.convert(Money("5.00", "USD"), "USD") is None
    assert rates.convert(Money("5.00", "USD"), "KRW") is None
    assert rates.convert(Money("5", "KRW"), "USD") is None


def test_no_amount_beyond_what_anything_costs_comes_out():
    rates = read_given("USD=1,IRR=999999999999")
    assert rates.convert(Money("2.00", "USD"), "IRR") is None


@settings(deadline=None)
@given(units, amounts, st.sampled_from(CURRENCIES), st.sampled_from(CURRENCIES))
def test_it_is_exact_to_half_a_minor_unit(worth, amount, ours, theirs):
    rates = Rates(worth, "given")
    price = money(amount, ours)
    converted = rates.convert(price, theirs)
    if converted is None:
        exact = Fraction(amount) * Fraction(worth[theirs]) / Fraction(worth[ours])
        assert ours == theirs or exact >= LARGEST - 1
        return
    exact = Fraction(Decimal(price.amount)) * Fraction(worth[theirs]) / Fraction(worth[ours])
    half = Fraction(1, 2 * 10 ** MINOR_UNITS[theirs])
    assert abs(Fraction(Decimal(converted.price.amount)) - exact) <= half
    digits = converted.price.amount.partition(".")[2]
    assert len(digits) == MINOR_UNITS[theirs]
    assert "e" not in (converted.price.amount + converted.rate).lower()


@settings(deadline=None)
@given(units, amounts, amounts)
def test_what_costs_more_never_becomes_cheaper(worth, one, other):
    rates = Rates(worth, "given")
    cheap = rates.convert(money(min(one, other), "USD"), "KWD")
    dear = rates.convert(money(max(one, other), "USD"), "KWD")
    if cheap is not None and dear is not None:
        assert Decimal(cheap.price.amount) <= Decimal(dear.price.amount)


@pytest.mark.parametrize(
    "text",
    ["EUR", "EUR=1", "EUR=1,USD", "EUR=1,USD=0", "EUR=1,USD=-2", "EUR=1,USD=1e3", "EUR=1,USD=nan",
     "EUR=1,ABC=2", "EUR=1,EUR=2,USD=3", "EUR=1;USD=2", "EUR=1,USD=1,08"],
)  # fmt: skip
def test_rates_that_cannot_be_read_are_refused_with_an_example(text):
    with pytest.raises(RatesError) as caught:
        read_given(text)
    assert "KRW=1500" in str(caught.value.hint)


def test_spaces_and_small_letters_do_not_matter():
    assert read_given(" eur = 1 , usd=1.08, ").units == {"EUR": Decimal(1), "USD": Decimal("1.08")}


def test_the_banks_file_is_read():
    rates = read_ecb(ecb_file("2026-11-24", USD="1.0825", KRW="1501.23", XYZ="5"))
    assert rates.as_of == datetime.date(2026, 11, 24)
    assert rates.source == "ecb"
    assert rates.units == {"EUR": 1, "USD": Decimal("1.0825"), "KRW": Decimal("1501.23")}


def test_of_several_days_the_newest_counts():
    one = ecb_file("2026-11-20", USD="1.5").decode()
    cube = '<Cube time="2026-11-24"><Cube currency="USD" rate="1.2"/></Cube><Cube time="2026-11-20'
    both = one.replace('<Cube time="2026-11-20', cube)
    rates = read_ecb(both.encode())
    assert (rates.as_of, rates.units["USD"]) == (datetime.date(2026, 11, 24), Decimal("1.2"))


BOMB = """<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<x><Cube time="2026-11-24"><Cube currency="USD" rate="1.2">&b;</Cube></Cube></x>"""


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html>Not found</html>",
        BOMB.encode(),
        ecb_file("2026-11-24"),
        ecb_file("2026-13-44", USD="1.2"),
        ecb_file("yesterday", USD="1.2"),
        ecb_file("2026-11-24", USD="-1"),
        ecb_file("2026-11-24", USD="0"),
        ecb_file("2026-11-24", USD="1.2")[:-40],
        b'<?xml version="1.0" encoding="nonsense"?><x/>',
        b"\xff\xfe\x00",
    ],
)
def test_what_is_not_that_file_is_refused(data):
    with pytest.raises(RatesError, match="not the European Central Bank's file"):
        read_ecb(data)


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_do_more_than_be_refused(data):
    with pytest.raises(RatesError):
        read_ecb(data)
