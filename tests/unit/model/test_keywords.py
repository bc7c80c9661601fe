"""Colours are named as shops name them, and keywords follow them."""

import numpy as np
import pytest

from model.categories import category_by_name
from model.colours import colour_name, main_colours
from model.keywords import describe
from model.palette import SHADES

TOP = category_by_name("long sleeve top")


def cloth(*rgb: tuple[int, int, int], size: int = 120, folds: float = 0.12) -> np.ndarray:
    """An opaque crop in vertical bands of these colours, lit unevenly, on transparent."""
    crop = np.zeros((size, size, 4), np.uint8)
    edges = np.linspace(10, size - 10, len(rgb) + 1).astype(int)
    light = 1 + folds * np.sin(np.arange(size) / 7)
    for colour, left, right in zip(rgb, edges, edges[1:], strict=False):
        lit = np.clip(np.array(colour) * light[:, None], 0, 255)
        crop[10:-10, left:right, :3] = lit[10:-10, None]
        crop[10:-10, left:right, 3] = 255
    return crop


@pytest.mark.parametrize(
    ("rgb", "names"),
    [
        ((15, 15, 16), {"black"}),
        ((245, 245, 245), {"white"}),
        ((125, 125, 127), {"grey"}),
        ((28, 38, 66), {"navy"}),
        ((40, 110, 195), {"blue"}),
        ((195, 32, 45), {"red"}),
        ((105, 26, 42), {"burgundy"}),
        ((60, 150, 70), {"green"}),
        ((30, 72, 44), {"dark green"}),
        ((240, 210, 60), {"yellow"}),
        ((230, 118, 42), {"orange"}),
        ((240, 180, 195), {"pink"}),
        ((106, 58, 140), {"purple"}),
        ((100, 64, 38), {"brown"}),
        ((208, 190, 158), {"beige"}),
        ((170, 200, 230), {"light blue"}),
        ((16, 16, 160), {"blue"}),
        ((30, 33, 50), {"navy"}),
        ((40, 40, 44), {"black"}),
        ((60, 60, 64), {"charcoal"}),
        ((44, 34, 30), {"dark brown"}),
        ((176, 82, 44), {"orange"}),
    ],
)
def test_cloth_gets_the_name_of_its_colour(rgb: tuple[int, int, int], names: set[str]) -> None:
    colours = main_colours(cloth(rgb))
    assert colours[0].name in names
    assert colours[0].share > 0.5


def test_two_colours_are_two_with_their_shares() -> None:
    colours = main_colours(cloth((195, 32, 45), (195, 32, 45), (15, 15, 16), folds=0))
    assert [colour.name for colour in colours] == ["red", "black"]
    assert colours[0].share == pytest.approx(2 / 3, abs=0.05)


def test_folds_and_shade_of_one_dye_are_one_colour() -> None:
    assert [colour.name for colour in main_colours(cloth((170, 132, 80), folds=0.35))] == ["camel"]
    assert [colour.name for colour in main_colours(cloth((50, 110, 170), folds=0.4))] == ["blue"]


def test_the_lit_cloth_names_a_pale_garment_and_not_its_shade() -> None:
    partly_in_shade = cloth((240, 240, 240), (240, 240, 240), (180, 180, 186), folds=0)
    assert main_colours(partly_in_shade)[0].name == "white"


def test_stripes_of_two_dyes_stay_two_colours() -> None:
    bands = [(240, 240, 240), (24, 24, 28)] * 8
    names = [colour.name for colour in main_colours(cloth(*bands, size=200, folds=0.05))]
    assert sorted(names) == ["black", "white"]


def test_every_name_of_the_palette_names_its_own_shades() -> None:
    for name, codes in SHADES.items():
        for code in codes:
            assert colour_name(np.array(list(bytes.fromhex(code[1:])), np.uint8)) == name


def test_shares_fall_and_add_up_to_one_at_most() -> None:
    noise = np.random.default_rng(3).integers(0, 255, (90, 90, 4), np.uint8)
    noise[..., 3] = 255
    shares = [colour.share for colour in main_colours(noise)]
    assert shares == sorted(shares, reverse=True)
    assert 0 < sum(shares) <= 1 + 1e-6


def test_what_gets_in_at_the_edge_does_not_count() -> None:
    crop = cloth((40, 110, 195))
    crop[10:14, :, :3] = crop[-14:-10, :, :3] = (225, 180, 150)  # skin
    crop[:, 10:14, :3] = crop[:, -14:-10, :3] = (225, 180, 150)
    assert [colour.name for colour in main_colours(crop)] == ["blue"]


def test_what_is_transparent_does_not_count() -> None:
    crop = cloth((195, 32, 45))
    crop[crop[..., 3] == 0] = (0, 255, 0, 0)
    assert [colour.name for colour in main_colours(crop)] == ["red"]


def test_a_strap_too_thin_to_lose_its_edge_has_a_colour() -> None:
    crop = np.zeros((50, 50, 4), np.uint8)
    crop[:, 24:26] = (195, 32, 45, 255)
    assert main_colours(crop)[0].name == "red"


def test_nothing_has_no_colour_but_words() -> None:
    empty = np.zeros((10, 10, 4), np.uint8)
    assert main_colours(empty) == ()
    assert describe(empty, TOP).words == ("long sleeve top",)


def test_words_are_colours_then_the_category() -> None:
    keywords = describe(cloth((28, 38, 66)), TOP)
    assert keywords.words == ("navy", "long sleeve top")


def test_a_pattern_comes_between_colour_and_category() -> None:
    keywords = describe(cloth((28, 38, 66)), TOP, "striped")
    assert keywords.words == ("navy", "striped", "long sleeve top")
    assert keywords.pattern == "striped"


def test_plain_cloth_is_a_keyword() -> None:
    keywords = describe(cloth((28, 38, 66)), TOP, "solid")
    assert keywords.words == ("navy", "solid", "long sleeve top")


def test_a_pattern_that_has_no_word_is_not_used() -> None:
    assert describe(cloth((28, 38, 66)), TOP, "other").words == ("navy", "long sleeve top")


def test_a_second_colour_is_named_where_it_is_large() -> None:
    words = describe(cloth((195, 32, 45), (15, 15, 16), folds=0), TOP).words
    assert set(words[:2]) == {"red", "black"}
