"""What a title or a shop's own category says about the kind of what is for sale.

The answer is a set: one kind where the words are clear, several where they leave it open
(a hoodie is a top or, with a zip, outwear: the picture decides), none where they name
something of no category (a watch, a mug), and `None` where they say nothing at all.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from model.categories import WORN_BESIDE, Kind
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
    """What a piece of text means.

    Attributes:
        kinds: The kinds; None for clothes of any kind.
        because: By which words.
        accessories: Whether it may be any kind that is worn beside clothes, if the title says so.
    """

    kinds: Kinds | None
    because: str
    accessories: bool = False


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
    anything; the title narrows what the category leaves open. "Accessories" are belts and
    watches: there the title decides.

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
    if by_title is not None and _is_accessory(by_type, by_title):
        return by_title
    return by_type.kinds


@lru_cache(maxsize=4096)  # a product is found again and again
def categories_of_product(title: str, types: tuple[str | None, ...] = ()) -> frozenset[str] | None:
    """Return the names of the categories that a product's words leave possible.

    Only words that settle more than a kind count: "shorts" are no trousers, though both are
    bottoms. Here the title goes first, being more special than "Pants & Shorts" in a shop.

    Args:
        title: The product's name.
        types: Its categories, the most trusted first.

    Returns:
        None where the words do not say.
    """
    words = kind_words()
    plain = words.without_lookalikes(title[:_LONGEST].casefold())
    for clause in words.clauses(plain):
        noun = _noun(words.find(clause))
        if noun is not None:
            if noun.word.categories:
                return noun.word.categories
            break
    return next(filter(None, map(_categories_of_type, filter(None, types))), None)


def _categories_of_type(product_type: str) -> frozenset[str]:
    """Return the categories that the most special part of a path leaves possible."""
    words = kind_words()
    for part in reversed(_path(product_type[:_LONGEST])):
        names = words.departments(words.without_lookalikes(part.casefold()))
        nouns = [noun for name in names if (noun := _noun(words.find(name))) is not None]
        if nouns:
            # One that leaves the category open leaves all of them open.
            named = [noun.word.categories for noun in nouns]
            return frozenset[str]().union(*named) if all(named) else frozenset()
    return frozenset()


def why_no_garment(title: str, types: Iterable[str | None]) -> NoGarment | None:
    """Return why `kinds_of_product` answers that a product is no garment, or None.

    Arguments as there.
    """
    by_type, product_type = _first_of_types(types)
    by_title = _of_title(title, kind_words())
    if by_type is not None and by_type.kinds is not None:
        named = by_title is not None and _is_accessory(by_type, by_title.kinds)
        if by_type.kinds or named:
            return None
        return NoGarment("category", product_type, by_type.because)
    if by_title is None or by_title.kinds:
        return None
    return NoGarment("title", title, by_title.because)


def _is_accessory(by_type: _Meaning, by_title: Kinds | None) -> bool:
    """Return whether a title names what a category of accessories leaves to it."""
    return by_type.accessories and bool(by_title) and frozenset(by_title or ()) <= WORN_BESIDE


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
            return replace(found, because=written)
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

    All kinds that it names count; beside other departments, "Clothing" leaves the kind open:
    "Apparel & Accessories", "Clothing, Shoes & Jewelry".
    """
    found = [
        meaning
        for department in words.departments(name)
        if (meaning := _of_one_department(department, words)) is not None
    ]
    named = frozenset[Kind]().union(*(each.kinds for each in found if each.kinds))
    accessories = any(each.accessories for each in found)
    if named and not (named <= WORN_BESIDE and any(each.kinds is None for each in found)):
        return _Meaning(named, name, accessories)
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
        return _Meaning(frozenset(), name, words.is_of_accessories(name))
    return _Meaning(frozenset[Kind]().union(*(each.word.kinds for each in found)), name)


def _noun(found: list[Found]) -> Found | None:
    """Return the word that says what a thing is: the last, or the first where languages do so."""
    if not found:
        return None
    return found[0] if all(each.word.noun_first for each in found) else found[-1]


def _leads(noun: Found | None) -> bool:
    """Return whether what follows a noun only describes it: "accesorios de moda"."""
    return noun is not None and noun.word.noun_first
