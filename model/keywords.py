"""The keywords of a garment: its colours, its pattern and its category."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.categories import Category
from model.colours import Colour, main_colours
from model.pattern_names import OTHER

# The smallest share of a garment that makes its second colour a keyword.
SECOND_COLOUR: Final = 0.3


@dataclass(frozen=True, slots=True)
class Keywords:
    """What describes a garment.

    Attributes:
        colours: Largest share first.
        words: The names of its colours, its pattern where known, then its category.
        pattern: One of `model.patterns.PATTERNS`, or None.
    """

    colours: tuple[Colour, ...]
    words: tuple[str, ...]
    pattern: str | None = None


def describe(
    rgba: NDArray[np.uint8], category: Category | None, pattern: str | None = None
) -> Keywords:
    """Describe a cut-out garment.

    Args:
        rgba: ``h x w x 4`` uint8, transparent around the garment.
        category: Of the garment; None for anything else.
        pattern: One of `model.patterns.PATTERNS`, or None where unknown; "other" is no keyword.
    """
    colours = main_colours(rgba)
    names = (colour.name for colour in _worth_naming(colours))
    patterns = (pattern,) if pattern is not None and pattern != OTHER else ()
    nouns = (category.name,) if category is not None else ()
    return Keywords(colours, (*names, *patterns, *nouns), pattern)


def _worth_naming(colours: Sequence[Colour]) -> list[Colour]:
    return [
        colour
        for place, colour in enumerate(colours)
        if place == 0 or (place == 1 and colour.share >= SECOND_COLOUR)
    ]
