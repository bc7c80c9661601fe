"""Whether two titles may be of one product."""

import re
import unicodedata
from typing import Final

from server.offers.same_colour import said_colours

SHARED: Final = 0.6
"""Of all words of both titles, that stand in both."""
_LEAST_WORDS: Final = 3
"""A title of so many words that stands whole in the other is the other, said shortly."""
_WORD: Final = re.compile(r"[^\W_]+")
_NOTHING_SAID: Final = frozenset(
    {"a", "an", "and", "by", "de", "for", "from", "in", "la", "le", "mit", "of", "on", "the"}
    | {"und", "von", "with", "new", "sale", "신상", "세일"}
)
_SIZES: Final = frozenset(["xs", "s", "m", "l", "xl", "xxl", "xxxl", "size", "사이즈"])


def title_words(title: str) -> frozenset[str]:
    """Give what a title says: its words without case, accents, articles and sizes."""
    plain = unicodedata.normalize("NFKD", title.casefold())
    # Recomposed, since Korean syllables come apart as well.
    plain = unicodedata.normalize("NFC", "".join(c for c in plain if not unicodedata.combining(c)))
    words = _WORD.findall(plain.replace("'s ", " ").replace("’s ", " "))
    return frozenset(words) - _NOTHING_SAID - _SIZES


def are_similar(one: str, other: str) -> bool:
    """Say whether two titles may be of one product; mutual.

    They share most of their words, or one is the other said shortly; and they name no
    different colours and no different numbers, which tell models apart ("501", "511").
    """
    here, there = title_words(one), title_words(other)
    both = here & there
    fewer = min(len(here), len(there))
    is_said_shortly = fewer >= _LEAST_WORDS and len(both) == fewer
    if not both or not (is_said_shortly or len(both) / len(here | there) >= SHARED):
        return False
    colours, other_colours = set(said_colours(one)), set(said_colours(other))
    if colours and other_colours and colours != other_colours:
        return False
    numbers, other_numbers = (
        {word for word in words if any(c.isdigit() for c in word)} for words in (here, there)
    )
    return not (numbers and other_numbers) or numbers == other_numbers
