"""Segmenting and embedding offers' pictures in batches, side by side."""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from model.categories import Kind
from model.embedder import Embedder
from model.product_picture import ProductView, embed_products
from model.side_by_side import MOST, Finder

# Garments that are cut out and embedded at the same time, each on one thread.
EMBEDDED_AT_ONCE: Final = 2
# Pictures that are worth starting with: a third one saves little compared to the second.
PAIR: Final = 2
# How long to wait for a second picture to batch with, while pictures are being loaded.
GATHER_SECONDS: Final = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    """A loaded picture, and the kinds that its offer's words allow; None: they do not say."""

    picture: NDArray[np.uint8]
    kinds: frozenset[Kind] | None
    view: Future[ProductView] = field(default_factory=Future)


class PictureBatcher:
    """Segments and embeds pictures on one worker thread; safe to share between threads.

    One batch is segmented at a time: it uses all threads of the segmenter, and a second one
    would compete for them. Pictures that arrive meanwhile form the next batch: side by side, a
    picture takes about half of the time that it takes alone.
    """

    def __init__(self, segmenter: Finder, embedder: Embedder) -> None:
        self._segmenter = segmenter
        self._embedder = embedder
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="offer-batch")
        self._pool = ThreadPoolExecutor(EMBEDDED_AT_ONCE, thread_name_prefix="offer-view")
        self._changed = threading.Condition()
        self._waiting: deque[_Job] = deque()
        # Pictures that are being loaded.
        self._loading = 0

    def view(
        self, load: Callable[[], NDArray[np.uint8]], kinds: frozenset[Kind] | None
    ) -> ProductView:
        """Load a picture on this thread, and return what it shows once its batch is done.

        Args:
            load: Returns the picture, ``H x W x 3`` uint8 RGB.
            kinds: The kinds that the offer's words allow; None if they do not say.

        Raises:
            Exception: Whatever ``load`` or the networks raised.
        """
        job = self._loaded(load, kinds)
        # One run for each picture; those whose picture went with an earlier batch find nothing.
        self._worker.submit(self._run_batch)
        return job.view.result()

    def close(self) -> None:
        """Start nothing new; pictures that still wait fail."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        # Its runs are not cancelled: each fails for want of the pool, and its callers go on.
        self._worker.shutdown(wait=False)

    def _loaded(self, load: Callable[[], NDArray[np.uint8]], kinds: frozenset[Kind] | None) -> _Job:
        with self._changed:
            self._loading += 1
        job: _Job | None = None
        try:
            job = _Job(load(), kinds)
        finally:
            with self._changed:
                self._loading -= 1
                if job is not None:
                    self._waiting.append(job)
                self._changed.notify_all()
        return job

    def _run_batch(self) -> None:
        batch = self._next_batch()
        if not batch:
            return
        try:
            views = embed_products(
                [job.picture for job in batch],
                self._segmenter,
                self._embedder,
                [job.kinds for job in batch],
                self._pool,
            )
            for job, view in zip(batch, views, strict=True):
                job.view.set_result(view)
        except Exception as error:  # noqa: BLE001 - raised again in each waiting thread
            for job in batch:
                job.view.set_exception(error)

    def _next_batch(self) -> list[_Job]:
        """Take the pictures that wait, and give a lone one a moment to become a pair."""
        with self._changed:
            if not self._waiting:
                return []
            self._changed.wait_for(
                lambda: self._loading == 0 or len(self._waiting) >= PAIR, timeout=GATHER_SECONDS
            )
            return [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
