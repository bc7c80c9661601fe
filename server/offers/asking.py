"""A garment's query, changed by what a person asked for in words."""

from dataclasses import replace

from model.colours import Colour
from model.palette import SHADES
from server.goods.asked import Asked
from server.goods.languages import languages
from server.goods.search_text import search_text
from server.offers.offer import GarmentQuery


def as_asked(query: GarmentQuery, asked: Asked, pattern: str | None) -> GarmentQuery:
    """Return a query for what was asked for, like the garment in everything else.

    Args:
        query: Of the garment as it is.
        asked: What is wanted of it; nothing changes nothing.
        pattern: The garment's own.
    """
    if not asked:
        return query
    categories = asked.categories_of(query.categories)
    category = categories[0] if categories else None
    colours = tuple(_colour(name) for name in asked.colours) or query.colours
    # Whoever has no filter for brands finds them by words.
    words = " ".join((*asked.words, *asked.brands[:1]))
    texts = {}
    if category is not None:
        pattern = asked.pattern or pattern
        texts = {
            tag: f"{search_text(language, colours, category, pattern)} {words}".strip()
            for tag, language in languages().items()
        }
    return replace(
        query,
        category=category,
        rivals=categories[1:],
        colours=colours,
        search_text=texts,
        asked=asked,
    )


def _colour(name: str) -> Colour:
    shades = SHADES[name]
    # The shade in the middle of a palette's colour looks most like what its name says.
    return Colour(name, shades[len(shades) // 2], 1.0)
