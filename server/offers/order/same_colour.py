"""Whether an offer has the colour of the garment that is searched for.

The shop's own words count, in the title or beside it; without them, the colours of the
offer's picture do. Without either the answer is unknown.
"""

from collections.abc import Iterable
from typing import Final

from model.colours import Colour
from server.goods.colour_words import hyphenated, said_colours
from server.offers.offer import Offer

# The smallest share of a garment that makes its second colour count as well.
SECOND_COLOUR: Final = 0.3

# Pairs that shops, light and cameras confuse. "Blue" may be any blue, but navy
# is never light blue.
_NEAR: Final = (
    "black charcoal", "charcoal grey", "grey light-grey", "white ivory", "ivory beige",
    "beige camel", "beige khaki", "camel brown", "brown dark-brown", "khaki olive", "olive green",
    "olive dark-green", "green dark-green", "green mint", "teal green", "teal blue", "navy blue",
    "light-blue blue", "denim-blue blue", "denim-blue light-blue", "purple lavender",
    "pink hot-pink", "pink coral", "coral red", "coral orange", "red burgundy", "yellow mustard",
)  # fmt: skip


def _pairs() -> frozenset[tuple[str, str]]:
    pairs = [tuple(pair.split()) for pair in _NEAR]
    return frozenset((one, other) for a, b in pairs for one, other in ((a, b), (b, a)))


_NEAR_PAIRS: Final = _pairs()


def seen_colours(colours: Iterable[Colour]) -> tuple[str, ...]:
    """Return the names of the colours that matter in a garment, largest share first."""
    return tuple(
        hyphenated(colour.name)
        for place, colour in enumerate(colours)
        if place == 0 or (place == 1 and colour.share >= SECOND_COLOUR)
    )


def is_same_colour(offer: Offer, garment: Iterable[Colour]) -> bool | None:
    """Return whether an offer has the garment's colour.

    Returns:
        None where that is unknown: the garment shows no colour, or the offer names none.
    """
    wanted = seen_colours(garment)
    offered = said_colours(offer.title) or tuple(map(hyphenated, offer.colours))
    if not wanted or not offered or offer.type == "search":
        return None
    return any(one == other or (one, other) in _NEAR_PAIRS for one in wanted for other in offered)
