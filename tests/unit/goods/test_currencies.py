"""Which currency a symbol on a page means."""

import pytest

from server.goods.currencies import iso_code, place_of


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
