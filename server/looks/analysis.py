"""Descriptions of the garments that a segmenter found."""

import hashlib
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.crops import cut_out
from model.garment import Garment
from model.keywords import describe
from server.goods.search_text import search_texts
from server.looks.look import LookGarment


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


def describe_garments(
    picture: NDArray[np.uint8],
    garments: Sequence[Garment],
    patterns: PatternNamer | None = None,
) -> tuple[LookGarment, ...]:
    """Number garments and add colours, patterns and words.

    Args:
        picture: ``H x W x 3`` uint8 RGB.
        garments: Found in it, best score first.
        patterns: Names their patterns; without it they have none.
    """
    return tuple(
        _described(picture, garment, number, patterns)
        for number, garment in enumerate(garments, start=1)
    )


def _described(
    picture: NDArray[np.uint8], garment: Garment, number: int, patterns: PatternNamer | None
) -> LookGarment:
    category = garment.category
    crop = cut_out(picture, garment.mask, garment.box)
    keywords = describe(crop, category, patterns.name(crop) if patterns is not None else None)
    return LookGarment(
        number=number,
        category=category,
        score=garment.score,
        box=garment.box,
        polygons=tuple(garment.polygons),
        colours=keywords.colours,
        keywords=keywords.words,
        search_text=search_texts(keywords.colours, category, keywords.pattern),
        pattern=keywords.pattern,
    )
