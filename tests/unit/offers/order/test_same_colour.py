import itertools

import numpy as np
import pytest

from model.colours import Colour, main_colours
from server.goods.colour_names import _NEAR_PAIRS, colour_words, main_colour_names
from server.offers.order.ranking import is_same_colour
from tests.support.providers import top


def colours(*names: str, share: float = 0.5) -> tuple[Colour, ...]:
    return tuple(Colour(name, "#000000", share) for name in names)


@pytest.mark.parametrize(
    ("garment", "title", "same"),
    [
        ("navy", "Navy tee", True),
        ("navy", "Blue tee", True),
        ("navy", "Light blue tee", False),
        ("navy", "Black tee", False),
        ("light grey", "Gray tee", True),
        ("olive", "Khaki parka", True),
        ("red", "Burgundy dress", True),
        ("red", "Pink dress", False),
        ("black", "Charcoal tee", True),
        ("navy", "Tee", None),
    ],
)
def test_what_counts_as_the_same(garment, title, same):
    assert is_same_colour(top(1, "one", title=title).offer, colours(garment)) is same


def test_a_second_colour_counts_where_there_is_much_of_it():
    assert main_colour_names(colours("white", "light blue")) == ("white", "light-blue")
    assert main_colour_names(colours("white", "light blue", share=0.2)) == ("white",)


def test_an_unknown_colour_is_neither_the_same_nor_another():
    assert is_same_colour(top(1, "one", title="Navy tee").offer, ()) is None
    link = top(1, "links", title="Navy", type="search").offer
    assert is_same_colour(link, colours("navy")) is None


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
