"""Words for a garment: what one would type to find it in a shop."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.categories import Category
from model.colours import Colour, main_colours
from model.patterns import OTHER

# A second colour with so much of the garment is said as well.
SECOND_COLOUR: Final = 0.3

# What shops call the categories, English and Korean: nobody looks for "outwear".
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


# What shops call the patterns, English and Korean. Nobody looks for "plain".
_PATTERN_WORDS: Final = {
    "striped": ("striped", "스트라이프"),
    "checked": ("checked", "체크"),
    "dotted": ("polka dot", "도트"),
    "floral": ("floral", "플라워"),
    "animal": ("animal print", "애니멀 프린트"),
    "graphic": ("graphic", "그래픽"),
}


@dataclass(frozen=True, slots=True)
class Keywords:
    """What is said about a garment.

    Attributes:
        colours: Largest share first.
        words: English; its colours' names, its pattern where one is known, then its
            category's.
        pattern: One of `model.patterns.PATTERNS`, or None.
    """

    colours: tuple[Colour, ...]
    words: tuple[str, ...]
    pattern: str | None = None


def describe(rgba: NDArray[np.uint8], category: Category, pattern: str | None = None) -> Keywords:
    """Describe a cut-out garment, ``h x w x 4`` uint8 RGBA, whose pattern may be known."""
    colours = main_colours(rgba)
    names = (colour.name for colour in _said(colours))
    patterns = (pattern,) if pattern is not None and pattern != OTHER else ()
    return Keywords(colours, (*names, *patterns, category.name), pattern)


def search_text(
    colours: Sequence[Colour], category: Category, language: str, pattern: str | None = None
) -> str:
    """Give what to type into a shop's search.

    Args:
        colours: Of the garment, largest share first.
        category: Of the garment.
        language: ``ko`` for Korean; English for any other.
        pattern: Of the garment, where it is known; plain cloth is not said.
    """
    korean = language == "ko"
    names = [colour.name_ko if korean else colour.name for colour in _said(colours)[:1]]
    if pattern in _PATTERN_WORDS:
        names.append(_PATTERN_WORDS[pattern][korean])
    return " ".join([*names, _SHOP_WORDS[category.name][korean]])


def _said(colours: Sequence[Colour]) -> list[Colour]:
    return [
        colour
        for place, colour in enumerate(colours)
        if place == 0 or (place == 1 and colour.share >= SECOND_COLOUR)
    ]
