"""What a title or a shop's own category says about the kind of garment.

The answer is a set: one kind where the words are clear, several where they leave it open
(a hoodie is a top or, with a zip, outwear: the picture decides), none where they name
something that is no garment of the 13 categories (a bag, a shoe), and `None` where they
say nothing at all.
"""

import re
from collections.abc import Iterable

from model.categories import Kind
from server.goods.kind_words import BY_PART, BY_WORD, Kinds

# What looks like a word of the table and is none here; put out of sight before the search.
_MISLEADING = re.compile(
    r"\b(?:short|long|half|cap|bell|puff|rolled|roll)[ -]?sleeved?s?\b"
    r"|\bpaper[ -]?bag\b|\bhigh[ -]?tops?\b"
    r"|\btie[ -]?(?:dyed?|front|waist|neck|back)\b|\bring[ -]?spun\b"
    r"|\b(?:boot|short|long)[ -]?(?:cut|leg|fit|length)\b",
)
# A name says what a thing is before it says what it comes with.
_CLAUSE = re.compile(r"\s[-–—|/·]\s|[,;:()\[\]|]|\b(?:with|for|in|from|by|mit|avec|con)\b")
_PATH = re.compile(r"[>/»›]")
_LONGEST = 500
# Texts are casefolded before they are searched: re.IGNORECASE would also match letters, such
# as the long s, that no look-up in the table finds again.

_WORD = re.compile(
    r"(?<!\w)(?:"
    + "|".join(re.escape(word) for word in sorted(BY_WORD, key=len, reverse=True))
    + r")(?:e?s)?(?!\w)",
)
_PART = re.compile("|".join(sorted(map(re.escape, BY_PART), key=len, reverse=True)))


def kinds_of_title(title: str) -> Kinds | None:
    """Say which kinds a title leaves possible (see the module).

    In a phrase the last word counts: a "shirt dress" is a dress, a "dress shirt" a shirt.
    """
    for clause in _CLAUSE.split(_MISLEADING.sub(" ", title[:_LONGEST].casefold())):
        found = _found(clause)
        if found:
            return found[-1]
    return None


def kinds_of_type(product_type: str) -> Kinds | None:
    """Say which kinds a shop's category leaves possible.

    ``product_type`` is a path, "Women > Tops > Bras & Tanks": the most special part that
    says anything counts, and all that it names.
    """
    for part in reversed(_PATH.split(_MISLEADING.sub(" ", product_type[:_LONGEST].casefold()))):
        found = _found(part)
        if found:
            return frozenset[Kind]().union(*found)
    return None


def kinds_of_product(title: str, types: Iterable[str | None]) -> Kinds | None:
    """Say which kinds a product's words leave possible.

    A shop's category is a choice out of a list and goes before the title, which may say
    anything; the title narrows what the category leaves open.

    Args:
        title: The product's name.
        types: Its categories, the most trusted first.
    """
    by_title = kinds_of_title(title)
    for product_type in types:
        by_type = kinds_of_type(product_type) if product_type else None
        if by_type is None:
            continue
        if by_title is not None and by_type & by_title:
            return by_type & by_title
        return by_type
    return by_title


def _found(text: str) -> list[Kinds]:
    """Give what every word found in a piece of text stands for, in the order of their ends."""
    found = [(match.end(), _kinds_of_word(match.group())) for match in _WORD.finditer(text)]
    found += [(match.end(), BY_PART[match.group()]) for match in _PART.finditer(text)]
    return [kinds for _, kinds in sorted(found, key=lambda item: item[0])]


def _kinds_of_word(word: str) -> Kinds:
    for singular in (word, word.removesuffix("s"), word.removesuffix("es")):
        if singular in BY_WORD:
            return BY_WORD[singular]
    raise AssertionError(f"the pattern matched {word!r}, which is not in the table")
