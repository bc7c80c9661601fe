"""Descriptions of the garments that a segmenter found."""

import dataclasses
import hashlib
import itertools
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.categories import Category
from model.colours import Colour
from model.crops import cut_out
from model.frames import Framed
from model.garment import Garment
from model.keywords import describe
from server.goods.search_text import search_texts
from server.looks.look import LookGarment

# Garments that are described at once: naming a pattern takes one processor.
_AT_ONCE = 2


class PatternNamer(Protocol):
    """The part of `model.patterns.Patterns` that is needed here."""

    @property
    def fingerprint(self) -> str:
        """Identify the weights in use."""

    def name(self, crop: NDArray[np.uint8]) -> str | None:
        """Name the pattern of an RGBA crop, or None if unsure."""


def look_id(data: bytes, fingerprint: str, min_score: float | None) -> str:
    """Return a look's id: 32 hexadecimal digits, equal for equal bytes, weights and threshold."""
    digest = hashlib.sha256(data)
    digest.update(f"|{fingerprint}|{min_score}".encode())
    return digest.hexdigest()[:32]


def picture_hash(data: bytes) -> str:
    """Return the SHA-256 of a picture's file in hexadecimal; it does not depend on the weights."""
    return hashlib.sha256(data).hexdigest()


def describe_garments(
    picture: NDArray[np.uint8],
    garments: Sequence[Garment],
    patterns: PatternNamer | None = None,
    first: int = 1,
) -> tuple[LookGarment, ...]:
    """Describe garments: add numbers, colours, patterns and words.

    Args:
        picture: ``H x W x 3`` uint8 RGB.
        garments: Found in it, best score first.
        patterns: Names their patterns; without it they have none.
        first: The number of the first one.
    """
    if not garments:
        return ()
    describe = partial(describe_one, picture, patterns=patterns)
    with ThreadPoolExecutor(min(_AT_ONCE, len(garments))) as pool:
        return tuple(pool.map(describe, garments, itertools.count(first)))


def describe_one(
    picture: NDArray[np.uint8],
    garment: Garment | Framed,
    number: int,
    patterns: PatternNamer | None = None,
) -> LookGarment:
    """Describe one garment, or what a person framed; arguments as for `describe_garments`."""
    crop = cut_out(picture, garment.mask, garment.box)
    # The names of patterns were learnt from cloth; a striped shoe is not known well enough.
    cloth = garment.category is None or garment.category.is_garment
    pattern = patterns.name(crop) if patterns is not None and cloth else None
    keywords = describe(crop, garment.category, pattern)
    return LookGarment(
        number=number,
        category=garment.category,
        score=garment.score,
        box=garment.box,
        polygons=tuple(garment.polygons),
        colours=keywords.colours,
        keywords=keywords.words,
        search_text=_search_texts(keywords.colours, garment.category, keywords.pattern),
        pattern=keywords.pattern,
        # A person who framed it saw what it is.
        rivals=garment.rivals if isinstance(garment, Garment) else (),
    )


def as_category(garment: LookGarment, category: Category | None) -> LookGarment:
    """Return a garment as one of another category: its words change, its outline does not."""
    name = garment.category_name
    words = tuple(word for word in garment.keywords if word != name)
    return dataclasses.replace(
        garment,
        category=category,
        rivals=(),
        keywords=(*words, category.name) if category else words,
        search_text=_search_texts(garment.colours, category, garment.pattern),
    )


def _search_texts(
    colours: Sequence[Colour], category: Category | None, pattern: str | None
) -> dict[str, str]:
    # A colour without a noun finds anything.
    return search_texts(colours, category, pattern) if category is not None else {}
