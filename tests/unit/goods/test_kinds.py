import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.categories import Kind
from server.goods.kind_words import BY_PART, BY_WORD
from server.goods.kinds import kinds_of_product, kinds_of_title, kinds_of_type

TOP, OUTWEAR, BOTTOM, DRESS = ({kind} for kind in Kind)


@pytest.mark.parametrize(
    ("title", "kinds"),
    [
        ("Shirt Dress", DRESS),
        ("White Dress Shirt", TOP),
        ("Denim Skirts", BOTTOM),
        ("Belted Trench Coat with Hood", OUTWEAR),
        ("Short Sleeve Blouse", TOP),
        ("Running Short", BOTTOM),
        ("Nike - Training Tee", TOP),
        ("Paper Bag Waist Trousers", BOTTOM),
        ("Cap Sleeve Dress", DRESS),
        ("Boot-cut Jeans", BOTTOM),
        ("네이비 반팔 티셔츠", TOP),
        ("데님 롱원피스", DRESS),
        ("ロング ワンピース", DRESS),
        ("Zip Hoodie", TOP | OUTWEAR),
    ],
)
def test_a_title_says_the_kind(title: str, kinds: set[Kind]) -> None:
    assert kinds_of_title(title) == kinds


@pytest.mark.parametrize(
    "title",
    [
        "Black Leather Bag for Jacket",
        "Gold Watch",
        "High Top Sneakers",
        "가죽 자켓 가방",
        "Yoga Mat",
    ],
)
def test_what_is_worn_otherwise_is_no_garment(title: str) -> None:
    assert kinds_of_title(title) == frozenset()


def test_words_that_name_nothing_say_nothing() -> None:
    assert kinds_of_title("Aurora 21") is None
    assert kinds_of_type("Home > New arrivals") is None
    assert kinds_of_product("Aurora 21", [None, "Sale"]) is None


def test_the_most_special_part_of_a_category_counts() -> None:
    assert kinds_of_type("Women > Tops > Jackets") == OUTWEAR
    assert kinds_of_type("Women > Dresses & Skirts > New") == DRESS | BOTTOM


def test_the_category_goes_before_the_title_and_the_title_narrows_it() -> None:
    assert kinds_of_product("Aurora Skirt", ["Dresses & Skirts"]) == BOTTOM
    assert kinds_of_product("Denim Jacket Look", ["Accessories > Bags"]) == frozenset()
    assert kinds_of_product("Teton Tee", ["2271", "Tops"]) == TOP


def test_letters_that_only_look_like_ours_do_no_harm() -> None:
    # The long s and the Kelvin sign match "s" and "k" when case is ignored.
    assert kinds_of_title("Dreſs") == DRESS
    assert kinds_of_title("S\N{KELVIN SIGN}IRT") == BOTTOM


@given(st.text() | st.lists(st.sampled_from([*BY_WORD, *BY_PART, "s", " ", "ſ", "İ"])).map("".join))
def test_any_text_gets_an_answer(text: str) -> None:
    for kinds in (kinds_of_title(text), kinds_of_type(text)):
        assert kinds is None or kinds <= set(Kind)
