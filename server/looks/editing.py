"""Frames that people draw, and what they put right."""

import threading
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from model.categories import Category
from model.frames import SMALLEST_FRAME, Frame, Framed, look_into, two_in, united
from model.outlines import fill
from server.looks.analysis import PatternNamer, as_category, describe_one
from server.looks.corrections import CorrectionStore, Verdict
from server.looks.errors import (
    FrameError,
    GarmentNotFoundError,
    NotTwoError,
    TooManyCorrectionsError,
)
from server.looks.look import Look, LookGarment
from server.looks.pipeline import GarmentFinder
from server.looks.service import LookService
from server.looks.settling import is_same
from server.storage.personal import Personal

# Of one picture, counting what was put away again.
MOST_CORRECTIONS = 60

Picture = NDArray[np.uint8]


class LookEditor:
    """Changes looks as people say; safe to share between threads.

    Nothing is changed in place: a garment keeps its number and outline for good, and what is
    outlined anew gets a number of its own. So addresses of cut-outs never show another one.
    """

    def __init__(
        self,
        looks: LookService,
        database: Personal,
        segmenter: GarmentFinder,
        patterns: PatternNamer | None = None,
    ) -> None:
        self._looks = looks
        self._corrections = CorrectionStore(database)
        self._segmenter = segmenter
        self._patterns = patterns
        # Several frames may be searched at the same time; their numbers must differ.
        self._numbering = threading.Lock()

    def frame(self, look: Look, box: Frame) -> Look:
        """Add what is in a frame to a look; it becomes the last garment.

        Args:
            look: The look.
            box: ``(x, y, width, height)`` in pixels of the look; cut to the picture.

        Raises:
            FrameError: The frame is too small, or not in the picture.
            TooManyCorrectionsError: The picture has as many as are kept.
            QueueFullError: Too many pictures wait.
            LookNotFoundError: The look is no longer kept.
        """
        inside = _inside(look, box)
        return self._draw(look, lambda picture: [look_into(picture, inside, self._segmenter)])

    def recategorise(self, look: Look, number: int, category: Category | None) -> Look:
        """Say what a garment is; None is none of the categories.

        Raises:
            GarmentNotFoundError: The look has none with this number.
            TooManyCorrectionsError: The picture has as many as are kept.
        """
        garment = self._looks.garment(look, number)
        self._put(look, [(as_category(garment, category), Verdict.CATEGORY)])
        return self._looks.changed(look.id)

    def put_away(self, look: Look, number: int) -> Look:
        """Say that something is not a garment, or nothing to buy.

        Raises:
            GarmentNotFoundError: The look has none with this number.
            TooManyCorrectionsError: The picture has as many as are kept.
        """
        self._put(look, [(self._looks.garment(look, number), Verdict.NOT_A_GARMENT)])
        return self._looks.changed(look.id)

    def bring_back(self, look: Look, number: int) -> Look:
        """Undo a removal; a garment that was never removed is confirmed by it.

        Raises:
            GarmentNotFoundError: None with this number was put away, or is there.
        """
        said = {each.garment.number: each for each in self._corrections.of(look.picture_hash)}
        away = said.get(number)
        if away is None or away.verdict is Verdict.REPLACED:
            garment = self._looks.garment(look, number)
        else:
            garment = away.garment
        self._put(look, [(garment, Verdict.CATEGORY)])
        return self._looks.changed(look.id)

    def divide(self, look: Look, number: int) -> Look:
        """Replace a garment by the two that it is; they become the last ones.

        Raises:
            NotTwoError: They cannot be told apart.
            GarmentNotFoundError: The look has none with this number.
            TooManyCorrectionsError: The picture has as many as are kept.
            QueueFullError: Too many pictures wait.
        """
        garment = self._looks.garment(look, number)

        def two(picture: Picture) -> list[Framed]:
            found = two_in(picture, garment.box, self._segmenter)
            if len(found) < 2:
                raise NotTwoError
            return found

        return self._draw(look, two, instead_of=[garment])

    def unite(self, look: Look, number: int, other: int) -> Look:
        """Merge two garments into one, which gets the next number.

        It is of the category of the first of them.

        Raises:
            GarmentNotFoundError: The look has none with one of these numbers, or they are equal.
            TooManyCorrectionsError: The picture has as many as are kept.
            QueueFullError: Too many pictures wait.
        """
        parts = [self._looks.garment(look, number), self._looks.garment(look, other)]
        if number == other:
            raise GarmentNotFoundError(
                other, [each.number for each in look.garments if each.number != number]
            )

        def one(picture: Picture) -> list[Framed]:
            masks = [_mask(part, picture) for part in parts]
            return [united(masks, parts[0].category)]

        return self._draw(look, one, instead_of=parts)

    def _draw(
        self,
        look: Look,
        draw: Callable[[Picture], list[Framed]],
        instead_of: list[LookGarment] | None = None,
    ) -> Look:
        """Add what ``draw`` finds, in the queue of the model."""
        replaced = list(instead_of or [])

        def work() -> None:
            picture = self._looks.picture(look)
            drawn = draw(picture)
            with self._numbering:
                keep(picture, drawn)

        def keep(picture: Picture, drawn: list[Framed]) -> None:
            # What is drawn over a garment that is known takes its place.
            now = self._looks.get(look.id)
            for garment in now.garments:
                mask = _mask(garment, picture)
                if garment not in replaced and any(is_same(mask, each.mask) for each in drawn):
                    replaced.append(garment)
            first = self._corrections.next_number(look.picture_hash)
            described = [
                describe_one(picture, each, number, self._patterns)
                for number, each in enumerate(drawn, start=first)
            ]
            self._put(
                look,
                [
                    *((garment, Verdict.REPLACED) for garment in replaced),
                    *((garment, Verdict.DRAWN) for garment in described),
                ],
            )

        self._refuse_beyond_limit(look, 1)
        self._looks.in_turn(work)
        return self._looks.changed(look.id)

    def _put(self, look: Look, changes: list[tuple[LookGarment, Verdict]]) -> None:
        with self._looks.kept(look.id):
            known = {each.garment.number for each in self._corrections.of(look.picture_hash)}
            fresh = [garment for garment, _ in changes if garment.number not in known]
            self._refuse_beyond_limit(look, len(fresh))
            self._corrections.put(look.picture_hash, changes)

    def _refuse_beyond_limit(self, look: Look, more: int) -> None:
        if more and len(self._corrections.of(look.picture_hash)) + more > MOST_CORRECTIONS:
            raise TooManyCorrectionsError(MOST_CORRECTIONS)


def _inside(look: Look, box: Frame) -> Frame:
    x, y, width, height = box
    left, top = max(0.0, x), max(0.0, y)
    right, bottom = min(float(look.width), x + width), min(float(look.height), y + height)
    # A picture may be smaller than what is asked of a frame.
    least = min(SMALLEST_FRAME, look.width, look.height)
    if not (right - left >= least and bottom - top >= least):
        raise FrameError(least)
    return left, top, right - left, bottom - top


def _mask(garment: LookGarment, picture: Picture) -> NDArray[np.bool_]:
    return fill(list(garment.polygons), (picture.shape[0], picture.shape[1]))
