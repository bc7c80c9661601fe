"""Whether two titles may be of one product."""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from server.goods.colour_names import named_colours

# Of all words of both titles, that stand in both.
SHARED: Final = 0.6
# A title of so many words that stands whole in the other is the other, said shortly.
_LEAST_WORDS: Final = 3
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
    here, colours, numbers = _said(one)
    there, other_colours, other_numbers = _said(other)
    both = here & there
    fewer = min(len(here), len(there))
    is_said_shortly = fewer >= _LEAST_WORDS and len(both) == fewer
    if not both or not (is_said_shortly or len(both) / len(here | there) >= SHARED):
        return False
    if colours and other_colours and colours != other_colours:
        return False
    return not (numbers and other_numbers) or numbers == other_numbers


@lru_cache(maxsize=1024)  # each of a search's titles is held against all others
def _said(title: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Give a title's words, the colours that they name, and those with a number."""
    words = title_words(title)
    numbers = frozenset(word for word in words if any(c.isdigit() for c in word))
    return words, frozenset(named_colours(title)), numbers
