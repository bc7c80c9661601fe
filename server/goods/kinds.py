"""What a title or a shop's own category says about the kind of garment.

The answer is a set: one kind where the words are clear, several where they leave it open
(a hoodie is a top or, with a zip, outwear: the picture decides), none where they name
something that is no garment of the 13 categories (a bag, a shoe), and `None` where they
say nothing at all.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from model.categories import Kind
from server.goods.kind_words import Found, Kinds, KindWords, kind_words

_ARROWS = re.compile(r"[>»›]")
_SLASH = re.compile("/")
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class NoGarment:
    """Why a product is taken for no garment.

    Attributes:
        source: Where it says so.
        text: The whole category or title.
        because: What decided: a part of the category's path, or the title's word.
    """

    source: Literal["category", "title"]
    text: str
    because: str


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What a piece of text means: kinds, or clothes of any kind (None); and by which words."""

    kinds: Kinds | None
    because: str


def kinds_of_title(title: str, words: KindWords | None = None) -> Kinds | None:
    """Return the kinds that a title leaves possible (see the module).

    In a phrase the last word counts: a "shirt dress" is a dress, a "dress shirt" a shirt. It
    is the first in languages that put it there: "vestido camisero".
    """
    found = _of_title(title, words or kind_words())
    return found.kinds if found else None


def kinds_of_type(product_type: str, words: KindWords | None = None) -> Kinds | None:
    """Return the kinds that a shop's category leaves possible.

    Args:
        product_type: A path, "Women > Tops > Bras & Tanks": the most special part that says
            anything counts, and all that it names. "Clothing" ends the search, and leaves
            the kind to the title.
        words: The words to go by; those of the shipped languages where None.
    """
    found = _of_type(product_type, words or kind_words())
    return found.kinds if found else None


def kinds_of_product(title: str, types: Iterable[str | None]) -> Kinds | None:
    """Return the kinds that a product's words leave possible.

    A shop's category is a choice out of a list and goes before the title, which may say
    anything; the title narrows what the category leaves open.

    Args:
        title: The product's name.
        types: Its categories, the most trusted first.
    """
    by_title = kinds_of_title(title)
    by_type, _ = _first_of_types(types)
    if by_type is None or by_type.kinds is None:
        return by_title
    if by_title is not None and by_type.kinds & by_title:
        return by_type.kinds & by_title
    return by_type.kinds


def why_no_garment(title: str, types: Iterable[str | None]) -> NoGarment | None:
    """Return why `kinds_of_product` answers that a product is no garment, or None.

    Arguments as there.
    """
    by_type, product_type = _first_of_types(types)
    if by_type is not None and by_type.kinds is not None:
        return None if by_type.kinds else NoGarment("category", product_type, by_type.because)
    by_title = _of_title(title, kind_words())
    if by_title is None or by_title.kinds:
        return None
    return NoGarment("title", title, by_title.because)


def _first_of_types(types: Iterable[str | None]) -> tuple[_Meaning | None, str]:
    """Return what the first category that names kinds or no garment means, and the category."""
    for product_type in filter(None, types):
        found = _of_type_again(product_type)
        if found is not None and found.kinds is not None:
            return found, product_type
    return None, ""


@lru_cache(maxsize=1024)  # a shop has few categories and many products
def _of_type_again(product_type: str) -> _Meaning | None:
    return _of_type(product_type, kind_words())


def _of_title(title: str, words: KindWords) -> _Meaning | None:
    for clause in words.clauses(words.without_lookalikes(title[:_LONGEST].casefold())):
        noun = _noun(words.find(clause))
        if noun is not None:
            return _Meaning(noun.word.kinds, noun.text)
    return None


def _of_type(product_type: str, words: KindWords) -> _Meaning | None:
    path = _path(product_type[:_LONGEST])
    plain = [words.without_lookalikes(part.casefold()).strip() for part in path]
    if len(path) > 1 and plain[0] in words.front_page:
        del path[0], plain[0]
    if plain and plain[0] in words.roots:
        return _Meaning(frozenset(), path[0])
    for written, part in zip(reversed(path), reversed(plain), strict=True):
        found = _of_department(part, words)
        if found is not None:
            return _Meaning(found.kinds, written)
    # Only now: shirts may be sorted by "Music" or "Animals".
    for written, part in zip(reversed(path), reversed(plain), strict=True):
        if any(map(words.is_elsewhere, (part, *words.departments(part)))):
            return _Meaning(frozenset(), written)
    return None


def _path(product_type: str) -> list[str]:
    """Part a path at its arrows, or at slashes where it has none."""
    mark = _ARROWS if _ARROWS.search(product_type) else _SLASH
    return [" ".join(part.split()) for part in mark.split(product_type) if part.strip()]


def _of_department(name: str, words: KindWords) -> _Meaning | None:
    """Read one part of a path, which may name several departments.

    All garments that it names count; beside other departments, "Clothing" leaves the kind
    open: "Apparel & Accessories".
    """
    found = [
        meaning
        for department in words.departments(name)
        if (meaning := _of_one_department(department, words)) is not None
    ]
    garments = frozenset[Kind]().union(*(each.kinds for each in found if each.kinds))
    if garments:
        return _Meaning(garments, name)
    return next((each for each in found if each.kinds is None), found[0] if found else None)


def _of_one_department(name: str, words: KindWords) -> _Meaning | None:
    """Read "shirt dresses", "women's clothing" or "clothing accessories": the noun decides."""
    found = words.find(name)
    noun = _noun(found)
    clothing = words.clothing_at(name)
    if clothing is not None and (noun is None or noun.end < clothing) and not _leads(noun):
        return _Meaning(None, name)
    if noun is None:
        return None
    if not noun.word.kinds:
        return _Meaning(frozenset(), name)
    return _Meaning(frozenset[Kind]().union(*(each.word.kinds for each in found)), name)


def _noun(found: list[Found]) -> Found | None:
    """Return the word that says what a thing is: the last, or the first where languages do so."""
    if not found:
        return None
    return found[0] if all(each.word.noun_first for each in found) else found[-1]


def _leads(noun: Found | None) -> bool:
    """Return whether what follows a noun only describes it: "accesorios de moda"."""
    return noun is not None and noun.word.noun_first
