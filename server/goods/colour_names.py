"""Colours by name: those that a shop's words name, those in a picture, and which are alike."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from model.colours import Colour
from server.goods.languages import languages

# The second colour of a garment counts as well from this share on.
SECOND_COLOUR: Final = 0.3

# Pairs that shops, light and cameras confuse. "Blue" may be any blue, but navy is never light
# blue.
_NEAR: Final = (
    "black charcoal", "charcoal grey", "grey light-grey", "white ivory", "ivory beige",
    "beige camel", "beige khaki", "camel brown", "brown dark-brown", "khaki olive", "olive green",
    "olive dark-green", "green dark-green", "green mint", "teal green", "teal blue", "navy blue",
    "light-blue blue", "denim-blue blue", "denim-blue light-blue", "purple lavender",
    "pink hot-pink", "pink coral", "coral red", "coral orange", "red burgundy", "yellow mustard",
)  # fmt: skip

# A colour of cloth rather than of dye: "black denim" is black.
_CLOTH: Final = "denim-blue"
_DARKER: Final = {"blue": "navy", "green": "dark-green", "brown": "dark-brown", "grey": "charcoal"}
_LIGHTER: Final = {"blue": "light-blue", "grey": "light-grey", "green": "mint", "brown": "camel"}
_WORD: Final = re.compile(r"[^\W\d_]+")


def _pairs() -> frozenset[tuple[str, str]]:
    pairs = [tuple(pair.split()) for pair in _NEAR]
    return frozenset((one, other) for a, b in pairs for one, other in ((a, b), (b, a)))


_NEAR_PAIRS: Final = _pairs()


@dataclass(frozen=True, slots=True)
class ColourWords:
    """Words for colours, casefolded; two of them are joined by a hyphen.

    Attributes:
        colours: The palette's name, with hyphens, that each word means.
        darker: Words that make the colour after them darker.
        lighter: Words that make it lighter.
    """

    colours: dict[str, str]
    darker: frozenset[str]
    lighter: frozenset[str]


@cache
def colour_words() -> ColourWords:
    """Gather the words of all languages; a word of two languages is read as in the first."""
    colours: dict[str, str] = {}
    darker: set[str] = set()
    lighter: set[str] = set()
    for language in languages().values():
        titles = language.titles
        for name, words in titles.colours.items():
            for word in words:
                colours.setdefault("-".join(word.casefold().split()), palette_name(name))
        darker.update(map(str.casefold, titles.darker))
        lighter.update(map(str.casefold, titles.lighter))
    return ColourWords(colours, frozenset(darker), frozenset(lighter))


def named_colours(text: str | None) -> tuple[str, ...]:
    """Return the colours that a shop's words name, in order, each once.

    Args:
        text: A title or a feed's colour, in any of the known languages.
    """
    known = colour_words()
    words = _WORD.findall((text or "").casefold())
    found: list[str] = []
    before = ""
    for place, word in enumerate(words):
        joined = f"{before}-{word}"
        following = f"{word}-{words[place + 1]}" if place + 1 < len(words) else ""
        name = known.colours.get(joined) or known.colours.get(word)
        if name is not None and following not in known.colours:
            if before in known.darker:
                name = _DARKER.get(name, name)
            elif before in known.lighter:
                name = _LIGHTER.get(name, name)
            found.append(name)
        before = word
    if set(found) - {_CLOTH}:
        found = [name for name in found if name != _CLOTH]
    return tuple(dict.fromkeys(found))


def main_colour_names(colours: Iterable[Colour]) -> tuple[str, ...]:
    """Return the names of a garment's main colours, largest share first."""
    return tuple(
        palette_name(colour.name)
        for place, colour in enumerate(colours)
        if place == 0 or (place == 1 and colour.share >= SECOND_COLOUR)
    )


def share_a_colour(some: Iterable[str], others: Iterable[str]) -> bool:
    """Return whether any name of the one is the same as, or close to, one of the other."""
    others = tuple(others)
    return any(one == other or (one, other) in _NEAR_PAIRS for one in some for other in others)


def palette_name(name: str) -> str:
    """Return a name of `model.colours`' palette as it is written here, with hyphens."""
    return name.replace(" ", "-")
