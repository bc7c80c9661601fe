"""Looks on request: made, found again, cropped and deleted."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from model.crops import cut_out
from model.decoding.pool import shared_pool
from model.outlines import fill
from model.picture import decode_picture
from server.config import Settings
from server.looks.analysis import PatternNamer
from server.looks.corrections import CorrectionStore
from server.looks.errors import (
    GarmentNotFoundError,
    LookNotFoundError,
    StuckError,
)
from server.looks.keeping import LookKeeper
from server.looks.look import Look, LookGarment
from server.looks.making import LookMaker
from server.looks.pipeline import (
    GarmentFinder,
    LookPipeline,
    Reviser,
)
from server.looks.store import LookStore
from server.metrics import Metrics
from server.storage.personal import Personal
from server.storage.waiting import FILE as WAITING_FILE
from server.storage.waiting import WaitingDeletions

# Far more than any picture takes on a slow machine.
_STUCK_SECONDS = 60.0

_log = logging.getLogger(__name__)

Done = TypeVar("Done")


class LookService:
    """Makes, keeps and crops looks; safe to share between threads.

    The same bytes under the same weights are the same look: they are analysed once, even
    when several requests bring them at the same time. Different pictures wait in a queue
    of ``settings.queue_size``.
    """

    def __init__(
        self,
        database: Personal,
        segmenter: GarmentFinder,
        settings: Settings,
        metrics: Metrics | None = None,
        patterns: PatternNamer | None = None,
        *,
        second_look: Reviser | None = None,
        later: WaitingDeletions | None = None,
    ) -> None:
        metrics = metrics or Metrics()
        pipeline = LookPipeline(
            segmenter,
            patterns,
            second_look=second_look,
            min_score=settings.min_score,
            decode=shared_pool().decode,
            metrics=metrics,
        )
        self._keeper = LookKeeper(
            LookStore(database, kept=settings.looks_kept),
            later or WaitingDeletions(settings.state_dir / WAITING_FILE),
        )
        self._maker = LookMaker(
            pipeline, self._keeper, CorrectionStore(database), settings.queue_size, metrics
        )
        self._forgetting = threading.Lock()
        self._callbacks: list[Callable[[Look], None]] = []
        metrics.pictures_waiting.set_function(lambda: self._maker.waiting)
        metrics.looks_unwritten.set_function(lambda: self._keeper.waiting)

    @property
    def waiting(self) -> int:
        """Number of pictures that wait for their analysis."""
        return self._maker.waiting

    def on_created(self, callback: Callable[[Look], None]) -> None:
        """Call ``callback`` with each look that is asked for, new or known.

        It runs before the look is returned, so it should only start work; what it raises
        is logged and never costs anybody their look.
        """
        self._callbacks.append(callback)

    def create(
        self,
        data: bytes,
        image_url: str | None = None,
        page_url: str | None = None,
        *,
        is_gone: Callable[[], bool] = lambda: False,
    ) -> Look:
        """Return the look of a picture file.

        Args:
            data: The whole file.
            image_url: Where it was found, if anywhere.
            page_url: The page that shows it.
            is_gone: Tells whether whoever asked has gone. Once all who asked for a picture
                have, the analysis ends before its next step.

        Raises:
            PictureError: The file cannot be read (or one of its subclasses).
            QueueFullError: Too many pictures wait.
            ClientGoneError: Nobody waits for it any more.
        """
        look, mine = self._maker.make(data, image_url, page_url, is_gone)
        look = self._keeper.seen(look, image_url, page_url)
        if mine:
            self._call_back(look)
        return look

    def get(self, look_id: str) -> Look:
        """Return a kept look.

        Raises:
            LookNotFoundError: No look with this id is kept.
        """
        look = self._keeper.find(look_id)
        if look is None:
            raise LookNotFoundError
        return look

    def newest(self, limit: int) -> list[Look]:
        """Return the kept looks in which there was something, newest first, at most ``limit``."""
        return self._keeper.newest(limit)

    def drop_empty(self) -> int:
        """Delete the looks in which there was nothing, unless they are new; return how many.

        Raises:
            DatabaseError: The database cannot be written.
        """
        # Not while a frame is drawn into one of them.
        with self._forgetting:
            return self._keeper.drop_empty()

    def clear(self) -> bool:
        """Delete every kept look and its picture.

        Returns:
            Whether they are deleted; False if they are hidden until the database can be written.
        """
        with self._forgetting:
            return self._keeper.clear()

    def delete(self, look_id: str) -> bool:
        """Delete a look and its picture; returns as `clear`.

        Raises:
            LookNotFoundError: No look with this id is kept.
        """
        with self.kept(look_id):
            return self._keeper.delete(look_id)

    @contextmanager
    def kept(self, look_id: str) -> Iterator[Look]:
        """Keep a look from being deleted while something is written about it.

        What is written just after the look is gone would come back with the same picture.

        Raises:
            LookNotFoundError: No look with this id is kept.
        """
        with self._forgetting:
            yield self.get(look_id)

    def in_turn(self, job: Callable[[], Done]) -> Done:
        """Do something with the models, in the queue in which pictures wait, and return its result.

        Raises:
            QueueFullError: Too many pictures wait.
        """
        return self._maker.in_turn(job)

    def changed(self, look_id: str) -> Look:
        """Return a look after it was corrected, as if it had just been made.

        Raises:
            LookNotFoundError: It is no longer kept.
        """
        look = self.get(look_id)
        self._call_back(look)
        return look

    def picture(self, look: Look) -> NDArray[np.uint8]:
        """Return the picture as it was analysed, ``H x W x 3`` uint8 RGB.

        Raises:
            LookNotFoundError: It is no longer kept.
        """
        return decode_picture(self.picture_file(look))

    def picture_file(self, look: Look) -> bytes:
        """Return the picture as it was analysed: a JPEG file without the photo's metadata.

        Raises:
            LookNotFoundError: The picture is no longer kept.
        """
        return self._keeper.picture_file(look.id)

    def garment(self, look: Look, number: int) -> LookGarment:
        """Return a garment of a look.

        Raises:
            GarmentNotFoundError: The look has none with this number.
        """
        garment = look.garment(number)
        if garment is None:
            raise GarmentNotFoundError(number, [each.number for each in look.garments])
        return garment

    def crop(self, look: Look, number: int) -> NDArray[np.uint8]:
        """Cut a garment out: ``h x w x 4`` uint8 RGBA, transparent around it.

        Raises:
            GarmentNotFoundError: The look has none with this number.
            LookNotFoundError: The picture is no longer kept.
        """
        garment = self.garment(look, number)
        return _cut_out(self.picture(look), garment)

    def crops(self, look: Look, garments: Sequence[LookGarment]) -> list[NDArray[np.uint8]]:
        """Cut several garments out, in order, as `crop` does one.

        Raises:
            LookNotFoundError: The picture is no longer kept.
        """
        if not garments:
            return []
        picture = self.picture(look)
        return [_cut_out(picture, garment) for garment in garments]

    def check(self) -> None:
        """Check that pictures are analysed in reasonable time, and can be kept.

        Raises:
            StuckError: One has been analysed for far too long.
            DatabaseError: The last look could not be kept.
        """
        seconds = self._maker.longest_running
        if seconds > _STUCK_SECONDS:
            raise StuckError(seconds)
        if self._keeper.fault is not None:
            raise self._keeper.fault

    def stop_waiting(self) -> None:
        """Turn away the pictures that wait; those that are being analysed are kept."""
        self._maker.close()

    def close(self) -> None:
        """Turn away the pictures that wait, and write what is not in the database yet."""
        self._maker.close()
        self._keeper.close()

    def _call_back(self, look: Look) -> None:
        for callback in self._callbacks:
            try:
                callback(look)
            except Exception:  # noqa: BLE001 - logged; the look is the user's
                _log.exception("A callback for a new look failed")


def _cut_out(picture: NDArray[np.uint8], garment: LookGarment) -> NDArray[np.uint8]:
    mask = fill(list(garment.polygons), (picture.shape[0], picture.shape[1]))
    return cut_out(picture, mask, garment.box)
