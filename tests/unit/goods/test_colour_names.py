import pytest

from model.colours import Colour
from server.goods.colour_names import colour_words, named_colours, palette_name
from server.goods.languages import languages
from server.offers.order.ranking import is_same_colour
from tests.support.providers import top


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Slim Shirt, navy", ("navy",)),
        ("Black/White striped tee", ("black", "white")),
        ("Dark Blue Jeans", ("navy",)),
        ("Light-Blue Oxford", ("light-blue",)),
        ("Off-White knit", ("ivory",)),
        ("네이비 긴팔 상의", ("navy",)),
        ("라이트 그레이 후드", ("light-grey",)),
        ("Schwarzes T-Shirt, schwarz", ("black",)),
        ("camiseta azul marino", ("navy",)),
        ("Vestido Negro", ("black",)),
        ("ネイビー 長袖 トップス", ("navy",)),
        ("Black denim jacket", ("black",)),
        ("Denim jacket", ("denim-blue",)),
        ("Jumper", ()),
        ("Blackberry Street hoodie", ()),
        ("", ()),
        (None, ()),
    ],
)
def test_the_colours_that_a_shop_names(text, names):
    assert named_colours(text) == names


def test_no_word_is_a_different_colour_in_another_language():
    meant: dict[str, set[str]] = {}
    for language in languages().values():
        for name, words in language.titles.colours.items():
            for word in words:
                meant.setdefault(word.casefold(), set()).add(name)
    assert {word: names for word, names in meant.items() if len(names) > 1} == {}


@pytest.mark.parametrize("tag", languages())
def test_what_a_search_asks_for_is_recognised_in_titles(tag):
    for name, word in languages()[tag].search.colours.items():
        garment = (Colour(name, "#000000", 1.0),)
        for form in {word} if isinstance(word, str) else set(word.values()):
            assert is_same_colour(top(1, "one", title=form).offer, garment), (name, form)


def test_the_words_for_darker_and_lighter_are_not_colours():
    known = colour_words()
    assert not (known.darker | known.lighter) & known.colours.keys()
    assert palette_name("light grey") == "light-grey"
