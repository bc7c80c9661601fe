"""Names of products: whether two may mean one, and how one is shown."""

import re
import unicodedata
from functools import cache, lru_cache
from typing import Final

from server.goods.colour_names import named_colours
from server.goods.languages import languages
from server.goods.safe_text import clean_text

# Share of the words of both titles that must be in both.
SHARED: Final = 0.6
# A title of at least this many words that is wholly in another is that one shortened.
_LEAST_WORDS: Final = 3
_LONGEST_NAME: Final = 300
_LONGEST_BRAND: Final = 60
_WORD: Final = re.compile(r"[^\W_]+")
_SIZES: Final = frozenset(["xs", "s", "m", "l", "xl", "xxl", "xxxl"])


def branded_title(title: str, brand: str | None) -> str:
    """Return a title with the brand in front, unless the title names it already."""
    brand = clean_text(brand, _LONGEST_BRAND)
    if brand is None or brand.casefold() in title.casefold():
        return title
    return clean_text(f"{brand} {title}") or title


def words_of(name: str) -> list[str]:
    """Return the words and numbers of a name in order, without case and punctuation."""
    return _WORD.findall(name[:_LONGEST_NAME].casefold())


def same_name(one: str, other: str) -> bool:
    """Return whether two names on one page mean its product.

    They are equal, or one has the other's words in the same order, or most of them: page titles
    add the shop and the category; markup leaves out the brand or the colour.
    """
    a, b = words_of(one), words_of(other)
    if not a or not b:
        return False
    if a == b:
        return True
    shorter, longer = sorted((a, b), key=len)
    if len("".join(shorter)) < 4:
        return False
    if f" {' '.join(shorter)} " in f" {' '.join(longer)} ":
        return len(shorter) > 1 or len(longer) <= 6
    common = len(set(shorter) & set(longer))
    return len(shorter) >= 3 and common >= 0.75 * len(set(shorter))


def title_words(title: str) -> frozenset[str]:
    """Return the words of a title without case, accents, sizes and words that say nothing."""
    words = _WORD.findall(_plain(title).replace("'s ", " ").replace("’s ", " "))
    return frozenset(words) - _fillers()


@cache
def _fillers() -> frozenset[str]:
    """Gather the fillers of all languages, and sizes."""
    words = (word for language in languages().values() for word in language.titles.fillers)
    return frozenset(map(_plain, words)) | _SIZES


def _plain(text: str) -> str:
    """Return a text without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    # Recomposed, since Korean syllables come apart as well.
    return unicodedata.normalize("NFC", "".join(c for c in plain if not unicodedata.combining(c)))


def are_similar(one: str, other: str) -> bool:
    """Return whether two shops' titles may be of one product; symmetric.

    They share most of their words, or one is the other shortened. They name no different
    colours and no different numbers, which distinguish models ("501", "511").
    """
    here, colours, numbers = _parts(one)
    there, other_colours, other_numbers = _parts(other)
    both = here & there
    fewer = min(len(here), len(there))
    is_shortened = fewer >= _LEAST_WORDS and len(both) == fewer
    if not both or not (is_shortened or len(both) / len(here | there) >= SHARED):
        return False
    if colours and other_colours and colours != other_colours:
        return False
    return not (numbers and other_numbers) or numbers == other_numbers


@lru_cache(maxsize=1024)  # each of a search's titles is compared with all others
def _parts(title: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Return a title's words, the colours that it names, and its words with a digit."""
    words = title_words(title)
    numbers = frozenset(word for word in words if any(c.isdigit() for c in word))
    return words, frozenset(named_colours(title)), numbers
