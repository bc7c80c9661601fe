"""The colours that a shop's words name, in any of the known languages."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from server.goods.languages import languages

# A colour of cloth rather than of dye: "black denim" is black.
_CLOTH: Final = "denim-blue"
_DARKER: Final = {"blue": "navy", "green": "dark-green", "brown": "dark-brown", "grey": "charcoal"}
_LIGHTER: Final = {"blue": "light-blue", "grey": "light-grey", "green": "mint", "brown": "camel"}
_WORD: Final = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class ColourWords:
    """Words for colours, casefolded; two of them are joined by a hyphen.

    Attributes:
        colours: The palette's name, with hyphens, that each word stands for.
        darker: Words that make the colour after them darker.
        lighter: Likewise lighter.
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
                colours.setdefault("-".join(word.casefold().split()), hyphenated(name))
        darker.update(map(str.casefold, titles.darker))
        lighter.update(map(str.casefold, titles.lighter))
    return ColourWords(colours, frozenset(darker), frozenset(lighter))


def said_colours(text: str | None) -> tuple[str, ...]:
    """Return the colours that a shop's words name, in their order, each once.

    Args:
        text: A title, or what a feed gives as the colour, in any of the known languages.
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


def hyphenated(name: str) -> str:
    """Return a palette's name as offers carry it: "light-grey"."""
    return name.replace(" ", "-")
