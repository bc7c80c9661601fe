"""From the bytes of a picture to a look: the one way, for the server and the command line."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.garment import Garment
from model.picture import decode_picture
from server.looks.analysis import PatternNamer, describe_garments, look_id
from server.looks.look import Look
from server.storage.tables import now

# Longer pictures are scaled down to this first: the model sees less than half of it, and
# masks of 50 million pixels, one for each garment, would not fit into memory.
ANALYSED_SIDE = 2048


class GarmentFinder(Protocol):
    """The part of `model.segmenter.Segmenter` that a look needs."""

    @property
    def fingerprint(self) -> str:
        """Names the weights in force."""

    def segment(self, picture: NDArray[np.uint8], min_score: float | None = None) -> list[Garment]:
        """Find the garments, best score first."""


@dataclass(frozen=True, slots=True, eq=False)
class AnalysedPicture:
    """A look with what it was made from.

    Attributes:
        look: The look.
        picture: As it was analysed, ``H x W x 3`` uint8 RGB.
        garments: Those of the look in the same order, with their masks.
    """

    look: Look
    picture: NDArray[np.uint8]
    garments: list[Garment]


class LookPipeline:
    """Decodes, segments and describes pictures; safe to share between threads."""

    def __init__(
        self,
        segmenter: GarmentFinder,
        patterns: PatternNamer | None = None,
        *,
        min_score: float | None = None,
    ) -> None:
        """Take the models.

        Args:
            segmenter: Finds the garments.
            patterns: Names their patterns; without it no pattern is named.
            min_score: Garments below are left out; the weights' own threshold where None.
        """
        self._segmenter = segmenter
        self._patterns = patterns
        self._min_score = min_score

    def look_id(self, data: bytes) -> str:
        """Return the id that the look of a picture file has, without analysing it."""
        weights = self._segmenter.fingerprint
        if self._patterns is not None:
            weights += self._patterns.fingerprint
        return look_id(data, weights, self._min_score)

    def analyse(
        self, data: bytes, *, image_url: str | None = None, page_url: str | None = None
    ) -> AnalysedPicture:
        """Analyse a picture file.

        Args:
            data: The whole file.
            image_url: Where it was found, if anywhere.
            page_url: The page that shows it.

        Raises:
            PictureError: The file cannot be read (or one of its subclasses).
        """
        picture = decode_picture(data, max_side=ANALYSED_SIDE)
        garments = self._segmenter.segment(picture, min_score=self._min_score)
        look = Look(
            id=self.look_id(data),
            width=picture.shape[1],
            height=picture.shape[0],
            image_url=image_url,
            page_url=page_url,
            created_at=now(),
            garments=describe_garments(picture, garments, self._patterns),
        )
        return AnalysedPicture(look, picture, garments)
