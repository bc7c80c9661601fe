"""Words for a garment: what one would type to find it in a shop."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.categories import Category
from model.colours import Colour, main_colours

SECOND_COLOUR: Final = 0.3
"""A second colour with so much of the garment is said as well."""

_SHOP_WORDS: Final = {
    "short sleeve top": ("short sleeve top", "반팔 상의"),
    "long sleeve top": ("long sleeve top", "긴팔 상의"),
    "short sleeve outwear": ("short sleeve jacket", "반팔 자켓"),
    "long sleeve outwear": ("jacket", "자켓"),
    "vest": ("sleeveless top", "민소매 상의"),
    "sling": ("camisole top", "슬리브리스 탑"),
    "shorts": ("shorts", "반바지"),
    "trousers": ("trousers", "바지"),
    "skirt": ("skirt", "스커트"),
    "short sleeve dress": ("short sleeve dress", "반팔 원피스"),
    "long sleeve dress": ("long sleeve dress", "긴팔 원피스"),
    "vest dress": ("sleeveless dress", "민소매 원피스"),
    "sling dress": ("slip dress", "슬립 원피스"),
}
"""What shops call the categories, English and Korean: nobody looks for "outwear"."""


@dataclass(frozen=True, slots=True)
class Keywords:
    """What is said about a garment.

    Attributes:
        colours: Largest share first.
        words: English; its colours' names, then its category's.
    """

    colours: tuple[Colour, ...]
    words: tuple[str, ...]


def describe(rgba: NDArray[np.uint8], category: Category) -> Keywords:
    """Describe a cut-out garment, ``h x w x 4`` uint8 RGBA."""
    colours = main_colours(rgba)
    return Keywords(colours, (*(colour.name for colour in _said(colours)), category.name))


def search_text(colours: Sequence[Colour], category: Category, language: str) -> str:
    """Give what to type into a shop's search.

    Args:
        colours: Of the garment, largest share first.
        category: Of the garment.
        language: ``ko`` for Korean; English for any other.
    """
    korean = language == "ko"
    names = [colour.name_ko if korean else colour.name for colour in _said(colours)[:1]]
    return " ".join([*names, _SHOP_WORDS[category.name][korean]])


def _said(colours: Sequence[Colour]) -> list[Colour]:
    return [
        colour
        for place, colour in enumerate(colours)
        if place == 0 or (place == 1 and colour.share >= SECOND_COLOUR)
    ]
