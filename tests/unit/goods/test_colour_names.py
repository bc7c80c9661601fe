import itertools

import numpy as np
import pytest

from model.colours import Colour, main_colours
from server.goods.colour_names import (
    _NEAR_PAIRS,
    colour_words,
    main_colour_names,
    named_colours,
    palette_name,
    share_a_colour,
)
from server.goods.languages import languages


def colours(*names: str, share: float = 0.5) -> tuple[Colour, ...]:
    return tuple(Colour(name, "#000000", share) for name in names)


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
        for form in {word} if isinstance(word, str) else set(word.values()):
            assert share_a_colour(named_colours(form), [palette_name(name)]), (name, form)


def test_the_words_for_darker_and_lighter_are_not_colours():
    known = colour_words()
    assert not (known.darker | known.lighter) & known.colours.keys()
    assert palette_name("light grey") == "light-grey"


def test_a_second_colour_counts_where_there_is_much_of_it():
    assert main_colour_names(colours("white", "light blue")) == ("white", "light-blue")
    assert main_colour_names(colours("white", "light blue", share=0.2)) == ("white",)


def test_every_colour_that_is_seen_has_words_and_every_word_leads_to_one_that_is():
    steps = (0, 45, 90, 140, 190, 250)
    patches = [
        np.full((8, 8, 4), (red, green, blue, 255), np.uint8)
        for red, green, blue in itertools.product(steps, repeat=3)
    ]
    seen = {name for patch in patches for name in main_colour_names(main_colours(patch))}
    assert seen >= {"black", "white", "red", "blue", "green"}
    named = set(colour_words().colours.values())
    assert seen <= named
    assert {name for pair in _NEAR_PAIRS for name in pair} <= named
