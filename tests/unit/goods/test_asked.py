from decimal import Decimal

import pytest

from model.categories import category_by_name
from server.goods.asked import NOTHING, Asked
from server.goods.asked_words import patterns_in, sleeves_in, understand


def read(text: str, tag: str = "en", country: str = "US", currency: str = "USD"):
    return understand(text, tag, country, currency)


@pytest.mark.parametrize(
    ("text", "tag", "asked"),
    [
        ("blue", "en", Asked(colours=("blue",))),
        ("the same in dark blue, please", "en", Asked(colours=("navy",))),
        ("Black or white", "en", Asked(colours=("black", "white"), words=("or",))),
        ("long sleeves", "en", Asked(sleeves="long")),
        ("Long-Sleeved", "en", Asked(sleeves="long")),
        ("striped", "en", Asked(pattern="striped")),
        ("skirt", "en", Asked(category="skirt")),
        ("Levi's linen", "en", Asked(words=("levi's", "linen"))),
        ("H&M", "en", Asked(words=("h&m",))),
        ("501 jeans", "en", Asked(words=("501", "jeans"))),
        ("blaue, langarm", "de", Asked(colours=("blue",), sleeves="long")),
        ("gestreiftes Leinen", "de", Asked(pattern="striped", words=("leinen",))),
        ("rojo de manga larga", "es", Asked(colours=("red",), sleeves="long")),
        ("noir à manches courtes", "fr", Asked(colours=("black",), sleeves="short")),
        ("파란색 긴팔", "ko", Asked(colours=("blue",), sleeves="long")),
        ("長袖の青", "ja", Asked(colours=("blue",), sleeves="long")),
        ("blue", "ko", Asked(colours=("blue",))),
        ("  ", "en", NOTHING),
        ("†" * 500, "en", NOTHING),
    ],
)
def test_words_are_understood_by_the_languages_files(text, tag, asked):
    understood = read(text, tag)
    assert understood.asked == asked
    assert understood.currency is None


@pytest.mark.parametrize(
    ("text", "tag", "low", "high", "currency"),
    [
        ("under 50 euros", "en", None, "50", "EUR"),
        ("under 50", "en", None, "50", "USD"),
        ("$40", "en", None, "40", "USD"),
        ("over 20 under $40", "en", "20", "40", "USD"),
        ("max. 30 GBP", "en", None, "30", "GBP"),
        ("unter 1.299,50 €", "de", None, "1299.50", "EUR"),
        ("ab 20 bis 40 Euro", "de", "20", "40", "EUR"),
        ("hasta 30 euros", "es", None, "30", "EUR"),
        ("5만원 이하", "ko", None, "50000", "KRW"),
        ("39,000원 이상", "ko", "39000", None, "KRW"),
        ("5000円以下", "ja", None, "5000", "JPY"),
    ],
)
def test_prices_are_understood(text, tag, low, high, currency):
    understood = read(text, tag)
    assert understood.asked == NOTHING
    prices = [None if each is None else Decimal(each) for each in (low, high)]
    assert [understood.min_price, understood.max_price] == prices
    assert understood.currency == currency


def test_a_number_alone_is_no_price():
    assert read("501").max_price is None


def test_sleeves_choose_the_category_of_the_kind():
    top, vest, skirt = map(category_by_name, ("short sleeve top", "vest", "skirt"))
    long = Asked(sleeves="long")
    assert long.categories_of([top]) == (category_by_name("long sleeve top"),)
    assert long.categories_of([skirt, top, vest]) == (skirt, category_by_name("long sleeve top"))
    assert long.categories_of([]) == ()
    assert Asked(category="skirt").categories_of([top, vest]) == (skirt,)


def test_titles_name_patterns_and_sleeves_in_any_language():
    assert patterns_in("Gestreift, rayas") == {"striped"}
    assert sleeves_in("Short-Sleeve Shirt") == {"short"}
    assert sleeves_in("Chemise") == frozenset()
