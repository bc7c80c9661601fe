"""Which currencies there are, and which of them a symbol means."""

from decimal import Decimal

import pytest

from server.catalog.sources.merchant_item import read_item
from server.goods.amounts import find_money, markup_amount
from server.goods.currencies import (
    MINOR_UNITS,
    currency_of,
    currency_of_country,
    iso_code,
    minor_units,
    place_of,
)
from server.goods.exchange import read_given
from server.goods.money import Money, from_decimal, from_major_units
from server.goods.price_text import read_price
from server.shop_page.read_page import read_shop_page


@pytest.mark.parametrize(
    ("symbol", "url", "language", "named", "code"),
    [
        ("$", "https://shop.com/p", "en", (), "USD"),
        ("$", "https://shop.com/p", None, (), "USD"),
        ("$", "https://shop.com.au/p", "en", (), "AUD"),
        ("$", "https://shop.ca/p", "fr", (), "CAD"),
        ("$", "https://shop.com/p", "en-NZ", (), "NZD"),
        ("$", "https://shop.com/p", "en", ("CAD",), "CAD"),
        ("$", "https://shop.com/p", "en", ("EUR",), "USD"),
        ("$", "https://shop.com/p", "es", (), None),
        ("kr", "https://shop.se/p", None, (), "SEK"),
        ("kr.", "https://shop.com/p", "da", (), "DKK"),
        ("kr", "https://shop.com/p", "en", (), None),
        ("¥", "https://shop.com/p", "zh-CN", (), "CNY"),
        ("￥", "https://shop.com/p", "ja", (), "JPY"),
        ("Rs.", "https://shop.pk/p", "en", (), "PKR"),
        ("元", "https://shop.tw/p", "zh", (), "TWD"),
        ("€", "https://shop.io/p", "de", (), "EUR"),
        ("CA$", "https://shop.com/p", "en", (), "CAD"),
        ("PLN", "https://shop.com/p", "en", (), "PLN"),
        ("?", "https://shop.com/p", "en", (), None),
        ("$", "http://[", "en", (), "USD"),
    ],
)
def test_a_symbol_is_resolved_by_where_the_page_sells(
    symbol: str, url: str, language: str | None, named: tuple[str, ...], code: str | None
) -> None:
    assert place_of(url, language, frozenset(named)).currency(symbol) == code


@pytest.mark.parametrize(
    ("value", "code"),
    [("usd", "USD"), (" EUR ", "EUR"), ("€", "EUR"), ("XYZ", None), ("$", None), (840, None)],
)
def test_only_known_codes_are_taken_from_markup(value: object, code: str | None) -> None:
    assert iso_code(value) == code


@pytest.mark.parametrize("code", sorted(MINOR_UNITS))
def test_every_currency_is_known_on_pages_in_feeds_to_vendors_and_in_rates(code: str) -> None:
    money = from_decimal(Decimal(120), code)
    assert money is not None
    assert minor_units(code) == len(money.amount.partition(".")[2])
    assert iso_code(code.lower()) == place_of("https://shop.com/", "en", frozenset()).currency(code)
    assert currency_of(code, "US", "USD") == code
    assert read_price(f"120 {code}") == from_major_units(120, code) == money
    assert markup_amount(f"120 {code}", code) == 120
    assert code in read_given(f"{code}=2,{'EUR' if code != 'EUR' else 'USD'}=1").units
    fields = {"id": ["1"], "title": ["Tee"], "link": ["https://shop.com/1"]}
    assert read_item(fields | {"price": [f"120 {code}"]}, None).price == money


@pytest.mark.parametrize("code", ["XCG", "VED", "UYI", "HRK", "BGN"])
def test_an_amount_in_any_currency_s_code_is_found_in_a_text(code: str) -> None:
    [found] = find_money(f"now {code} 120.00")
    assert (found.amount, found.symbol) == (120, code)


@pytest.mark.parametrize(
    ("symbol", "country", "currency", "code"),
    [
        ("$", "US", "USD", "USD"),
        ("$", "JM", "JMD", "JMD"),
        ("$", "US", "BSD", None),
        ("$", "CA", None, "CAD"),
        ("$", None, None, None),
        ("kr.", "DK", "DKK", "DKK"),
        ("R", "ZA", "ZAR", "ZAR"),
        ("R", "US", "USD", None),
        ("KM", "ba", "EUR", "BAM"),
        ("Lei", "US", "USD", "RON"),
        ("RMB", "US", "USD", "CNY"),
        ("", "US", "USD", None),
        (None, "US", "USD", None),
        (":-", "US", "USD", "SEK"),
    ],
)
def test_a_symbol_beside_a_price_alone_means_what_it_means_to_the_buyer(
    symbol: object, country: str | None, currency: str | None, code: str | None
) -> None:
    assert currency_of(symbol, country, currency) == code


@pytest.mark.parametrize("code", ["XCG", "VED", "UYI"])
def test_a_page_s_price_has_its_currency(code: str) -> None:
    html = (
        f'<h1>Tee</h1><meta property="product:price:currency" content="{code}">'
        '<meta property="product:price:amount" content="120.00">'
    )
    page = read_shop_page(html, "https://shop.com/p/tee")
    assert (page.price, page.currency) == (120, code)


def test_a_former_currency_is_read() -> None:
    assert read_price("120,00 HRK") == Money("120.00", "HRK")
    assert read_price("19,99 лв") == Money("19.99", "BGN")


@pytest.mark.parametrize("country", ["BG", "HR"])
def test_a_country_has_the_currency_that_it_changed_to(country: str) -> None:
    assert currency_of_country(country) == "EUR"
    assert place_of(f"https://shop.{country.lower()}/p", None, frozenset()).own == "EUR"
