"""Looks on request: each picture is analysed once, in turn, and kept."""

import dataclasses
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future

import numpy as np
from numpy.typing import NDArray

from model.crops import cut_out
from model.outlines import fill
from server.config import Settings
from server.looks.analysis import PatternNamer
from server.looks.errors import GarmentNotFoundError, LookNotFoundError, QueueFullError
from server.looks.look import Look, LookGarment
from server.looks.pipeline import GarmentFinder, LookPipeline
from server.looks.store import LookStore
from server.looks.work_queue import WorkQueue
from server.metrics import Metrics
from server.storage.database import Database

_log = logging.getLogger(__name__)


class LookService:
    """Makes, keeps and crops looks; safe to share between threads.

    The same bytes under the same weights are the same look: they are analysed once, even
    when several requests bring them at the same time. Different pictures wait in a queue
    of ``settings.queue_size``.
    """

    def __init__(
        self,
        database: Database,
        segmenter: GarmentFinder,
        settings: Settings,
        metrics: Metrics | None = None,
        patterns: PatternNamer | None = None,
    ) -> None:
        self._pipeline = LookPipeline(segmenter, patterns, min_score=settings.min_score)
        self._store = LookStore(database, kept=settings.looks_kept)
        self._queue: WorkQueue[Look] = WorkQueue(settings.queue_size)
        self._flights: dict[str, Future[Look]] = {}
        self._lock = threading.Lock()
        self._callbacks: list[Callable[[Look], None]] = []
        self._metrics = metrics or Metrics()
        self._metrics.pictures_waiting.set_function(lambda: self._queue.waiting)

    def on_created(self, callback: Callable[[Look], None]) -> None:
        """Call ``callback`` with each look that is asked for, new or known.

        It runs before the look is returned, so it should only start work; what it raises
        is logged and never costs anybody their look.
        """
        self._callbacks.append(callback)

    def create(
        self, data: bytes, image_url: str | None = None, page_url: str | None = None
    ) -> Look:
        """Return the look of a picture file.

        Args:
            data: The whole file.
            image_url: Where it was found, if anywhere.
            page_url: The page that shows it.

        Raises:
            PictureError: The file cannot be read (or one of its subclasses).
            QueueFullError: Too many pictures wait.
        """
        look_id = self._pipeline.look_id(data)
        look = self._store.find(look_id)
        if look is None:
            flight, mine = self._flight(look_id, data, image_url, page_url)
            look = flight.result()
            self._metrics.looks.labels("new" if mine else "known").inc()
        else:
            mine = True
            self._metrics.looks.labels("known").inc()
        look = self._seen(look, image_url, page_url)
        if mine:
            self._call_back(look)
        return look

    def get(self, look_id: str) -> Look:
        """Return a kept look.

        Raises:
            LookNotFoundError: No look with this id is kept.
        """
        look = self._store.find(look_id)
        if look is None:
            raise LookNotFoundError
        return look

    def newest(self, limit: int) -> list[Look]:
        """Return the kept looks, newest first, at most ``limit``."""
        return self._store.newest(limit)

    def clear(self) -> None:
        """Delete every kept look and its picture."""
        self._store.clear()

    def picture_file(self, look: Look) -> bytes:
        """Return the picture as it was analysed: a JPEG file without the photo's metadata.

        Raises:
            LookNotFoundError: The picture is no longer kept.
        """
        return self._store.picture_file(look.id)

    def garment(self, look: Look, number: int) -> LookGarment:
        """Return a garment of a look.

        Raises:
            GarmentNotFoundError: The look has none with this number.
        """
        garment = look.garment(number)
        if garment is None:
            raise GarmentNotFoundError(number, len(look.garments))
        return garment

    def crop(self, look: Look, number: int) -> NDArray[np.uint8]:
        """Cut a garment out: ``h x w x 4`` uint8 RGBA, transparent around it.

        Raises:
            GarmentNotFoundError: The look has none with this number.
            LookNotFoundError: The picture is no longer kept.
        """
        garment = self.garment(look, number)
        picture = self._store.picture(look.id)
        mask = fill(list(garment.polygons), (picture.shape[0], picture.shape[1]))
        return cut_out(picture, mask, garment.box)

    def close(self) -> None:
        """Turn away the pictures that wait."""
        self._queue.close()

    def _flight(
        self, look_id: str, data: bytes, image_url: str | None, page_url: str | None
    ) -> tuple[Future[Look], bool]:
        """Join the running analysis of this picture, or start one.

        Returns:
            The analysis, and whether this call started it.
        """
        with self._lock:
            flight = self._flights.get(look_id)
            if flight is not None:
                return flight, False
            try:
                flight = self._queue.submit(
                    lambda: self._analyse(look_id, data, image_url, page_url)
                )
            except QueueFullError:
                self._metrics.looks.labels("refused").inc()
                raise
            self._flights[look_id] = flight
        flight.add_done_callback(lambda _: self._landed(look_id))
        return flight, True

    def _landed(self, look_id: str) -> None:
        with self._lock:
            del self._flights[look_id]

    def _analyse(
        self, look_id: str, data: bytes, image_url: str | None, page_url: str | None
    ) -> Look:
        # Another flight may have landed since the store was searched.
        known = self._store.find(look_id)
        if known is not None:
            return known
        began = time.perf_counter()
        try:
            analysed = self._pipeline.analyse(data, image_url=image_url, page_url=page_url)
            self._store.add(analysed.look, analysed.picture)
        except Exception:
            self._metrics.looks.labels("failed").inc()
            raise
        self._metrics.analysis_seconds.observe(time.perf_counter() - began)
        return analysed.look

    def _seen(self, look: Look, image_url: str | None, page_url: str | None) -> Look:
        newest = dataclasses.replace(
            look, image_url=image_url or look.image_url, page_url=page_url or look.page_url
        )
        if newest != look:
            self._store.seen(look.id, image_url, page_url)
        return newest

    def _call_back(self, look: Look) -> None:
        for callback in self._callbacks:
            try:
                callback(look)
            except Exception:  # noqa: BLE001 - logged; the look is the user's
                _log.exception("A callback for a new look failed")
