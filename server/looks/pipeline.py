"""From the bytes of a picture to a look: the one way, for the server and the command line."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Semaphore
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from model.garment import Garment
from model.graph import at_work
from model.picture import decode_picture
from server.looks.analysis import PatternNamer, describe_garments, look_id, picture_hash
from server.looks.look import Look
from server.metrics import Metrics

# Longer pictures are scaled down to this first: the model sees less than half of it, and
# masks of 50 million pixels, one for each garment, would not fit into memory.
ANALYSED_SIDE = 2048

# While two pictures are in the network, another can be described, pasted and outlined; Python does
# that for one at a time. With two at once a fifth of two processors has nothing to do.
ANALYSED_AT_ONCE = 3


class GarmentFinder(Protocol):
    """The part of `model.segmenter.Segmenter` that a look needs."""

    @property
    def fingerprint(self) -> str:
        """Names the weights in force."""

    def segment(self, picture: NDArray[np.uint8], min_score: float | None = None) -> list[Garment]:
        """Find the garments, best score first."""


class Reviser(Protocol):
    """The part of `model.second_look.SecondLook` that a look needs."""

    @property
    def fingerprint(self) -> str:
        """Names the layers in force."""

    def revised(self, picture: NDArray[np.uint8], finds: Sequence[Garment]) -> list[Garment]:
        """Return what a picture shows by the finds on it and by a second look."""


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


class PictureDecoder(Protocol):
    """`model.picture.decode_picture`, or the same in a child process."""

    def __call__(self, data: bytes, *, max_side: int | None = None) -> NDArray[np.uint8]:
        """Decode a picture file, scaled down to ``max_side``."""


class LookPipeline:
    """Decodes, segments and describes pictures; safe to share between threads."""

    def __init__(
        self,
        segmenter: GarmentFinder,
        patterns: PatternNamer | None = None,
        *,
        second_look: Reviser | None = None,
        min_score: float | None = None,
        decode: PictureDecoder = decode_picture,
        metrics: Metrics | None = None,
    ) -> None:
        """Take the models.

        Args:
            segmenter: Finds the garments.
            patterns: Names their patterns; without it no pattern is named.
            second_look: Drops what is no garment, and names a product shown alone; without it every
                find is shown as it is.
            min_score: Garments below are left out; the weights' own threshold where None.
            decode: Decodes a picture file.
            metrics: Where each step is measured.
        """
        self._metrics = metrics or Metrics()
        self._segmenter = segmenter
        self._patterns = patterns
        self._second_look = second_look
        self._min_score = min_score
        self._decode = decode
        self._analysing = Semaphore(ANALYSED_AT_ONCE)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for the models, and keep others waiting while the block runs."""
        with self._analysing, at_work():
            yield

    def look_id(self, data: bytes) -> str:
        """Return the id that the look of a picture file has, without analysing it."""
        weights = self._segmenter.fingerprint
        if self._patterns is not None:
            weights += self._patterns.fingerprint
        if self._second_look is not None:
            weights += self._second_look.fingerprint
        return look_id(data, weights, self._min_score)

    def analyse(
        self,
        data: bytes,
        *,
        image_url: str | None = None,
        page_url: str | None = None,
        check: Callable[[], None] = lambda: None,
    ) -> AnalysedPicture:
        """Analyse a picture file.

        Args:
            data: The whole file.
            image_url: Where it was found, if anywhere.
            page_url: The page that shows it.
            check: Called before each step; what it raises ends the analysis.

        Raises:
            PictureError: The file cannot be read (or one of its subclasses).
        """
        check()
        stage = self._metrics.stage
        with stage("decode"):
            picture = self._decode(data, max_side=ANALYSED_SIDE)
        with self.turn():
            check()
            with stage("segment"):
                garments = self._segmenter.segment(picture, min_score=self._min_score)
            if self._second_look is not None:
                with stage("verify"):
                    garments = self._second_look.revised(picture, garments)
            with stage("describe"):
                described = describe_garments(picture, garments, self._patterns)
        look = Look(
            id=self.look_id(data),
            width=picture.shape[1],
            height=picture.shape[0],
            image_url=image_url,
            page_url=page_url,
            created_at=datetime.now(UTC),
            garments=described,
            picture_hash=picture_hash(data),
        )
        return AnalysedPicture(look, picture, garments)
