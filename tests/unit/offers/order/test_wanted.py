"""The user's filters as sources take them leave out nothing that the exact filter keeps."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from server.goods.exchange import read_given
from server.goods.money import Money
from server.goods.wanted import ANYTHING, PriceRange
from server.offers.offer import Offer
from server.offers.order.choice import Choice
from server.offers.order.wanted import wanted_by

RATES = read_given("EUR=1,USD=1.25,KRW=1500,BHD=0.4")


def test_no_choice_wants_anything() -> None:
    assert wanted_by(Choice("USD", rates=RATES)) == ANYTHING
    assert not wanted_by(Choice("USD", sort="price", prefer=frozenset({"mill"})))


def test_conditions_and_blocked_shops_are_passed_on() -> None:
    new = wanted_by(Choice("USD", condition="new", block=frozenset({"mill"})))
    assert (new.conditions, new.blocked) == ({"new", None}, {"mill"})
    assert wanted_by(Choice("USD", condition="used")).conditions == {"used", "refurbished"}


def test_without_rates_only_prices_in_the_user_s_currency_are_in_range() -> None:
    assert wanted_by(Choice("USD", Decimal(5))).prices == (PriceRange("USD", 5.0),)


@given(
    st.decimals("0.01", "5000", places=2),
    st.sampled_from(["EUR", "USD", "KRW", "BHD", "GBP"]),
    st.decimals("0.01", "3000", places=2),
    st.booleans(),
)
def test_a_price_that_the_choice_keeps_is_in_range(
    amount: Decimal, currency: str, bound: Decimal, least: bool
) -> None:
    choice = Choice("USD", **{"min_price" if least else "max_price": bound}, rates=RATES)  # type: ignore[arg-type]
    offer = Offer("1", "catalog", "Tee", "https://x.example/", price=Money(str(amount), currency))
    fits = [
        (each.low is None or float(amount) >= each.low * (1 - 1e-9))
        and (each.high is None or float(amount) <= each.high * (1 + 1e-9))
        for each in wanted_by(choice).prices
        if each.currency == currency
    ]
    if choice.reason_against(offer) is None:
        assert fits == [True]
