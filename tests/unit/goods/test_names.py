import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.goods.languages import languages
from server.goods.names import are_similar, branded_title, same_name, title_words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wool Coat in Navy", "NAVY wool coat - Size M"),
        ("Teton Pullover Hoodie", "The Teton Pullover Hoodie for Men by Luma"),
        ("Levi's 501 Jeans", "LEVI’S Jeans 501"),
        ("Robe d'été à fleurs", "Robe d’ete fleurs à"),
        ("네이비 울 코트", "울 코트 네이비 신상"),
    ],
)
def test_one_product_in_two_wordings_is_similar(one: str, other: str) -> None:
    assert are_similar(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wool Coat", "Wool Skirt"),
        ("Levi's 501 Jeans", "Levi's 511 Jeans"),
        ("Wool Coat Navy Long Lined", "Wool Coat Red Long Lined"),
        ("Coat", "Navy Wool Coat with Belt"),
        ("", "Coat"),
        ("!!!", "!!!"),
    ],
)
def test_other_products_are_not(one: str, other: str) -> None:
    assert not are_similar(one, other)


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_similar_is_mutual_and_takes_any_text(one: str, other: str) -> None:
    assert are_similar(one, other) == are_similar(other, one)
    if title_words(one):
        assert are_similar(one, one)


@pytest.mark.parametrize(
    ("title", "brand", "shown"),
    [
        ("Ribbed Tee", "Mill", "Mill Ribbed Tee"),
        ("MILL Ribbed Tee", "Mill", "MILL Ribbed Tee"),
        ("Ribbed Tee", None, "Ribbed Tee"),
        ("Ribbed Tee", " <b> </b>", "Ribbed Tee"),
    ],
)
def test_a_brand_is_shown_once_in_front_of_the_title(
    title: str, brand: str | None, shown: str
) -> None:
    assert branded_title(title, brand) == shown


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Linen Shirt", "LINEN SHIRT", True),
        ("Linen Shirt", "Linen Shirt | Shirts | Shop", True),
        ("Mill Linen Shirt, navy", "Linen Shirt with collar by Mill, navy", True),
        ("Linen Shirt", "Wool Coat", False),
        ("Tee", "Tee and Trousers in one set for six", False),
        ("", "Tee", False),
    ],
)
def test_two_names_on_one_page_may_mean_its_product(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same
    assert same_name(other, one) is same


def test_words_that_say_nothing_do_not_count_in_any_language() -> None:
    for language in languages().values():
        for word in language.titles.fillers:
            assert title_words(f"Coat {word} belt") == {"coat", "belt"}, (language.tag, word)
