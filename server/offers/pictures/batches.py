"""Looking at offers' pictures: several side by side, one row after another."""

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
# Pictures that are worth beginning with: each more saves little beside what the second saves.
PAIR: Final = 2
# So long is waited for a pair while pictures are being loaded.
GATHERED_SECONDS: Final = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting:
    """A picture, and the kinds that its offer's words allow; None: they say nothing."""

    picture: NDArray[np.uint8]
    kinds: frozenset[Kind] | None
    view: Future[ProductView] = field(default_factory=Future)


class Lookers:
    """Looks at pictures, on the threads of those who want it; safe to share between them.

    One row is segmented at a time: it uses all threads of the segmenter, and two would wait for
    each other's. Whoever comes meanwhile waits, and is then looked at together with others that
    wait: side by side, a picture takes about half of the time that it takes alone.
    """

    def __init__(self, segmenter: Finder, embedder: Embedder) -> None:
        self._segmenter = segmenter
        self._embedder = embedder
        self._pool = ThreadPoolExecutor(EMBEDDED_AT_ONCE, thread_name_prefix="offer-view")
        self._changed = threading.Condition()
        self._waiting: deque[_Waiting] = deque()
        # Pictures that are being loaded.
        self._coming = 0
        # Somebody gathers a row or looks at it.
        self._busy = False

    def look(
        self, load: Callable[[], NDArray[np.uint8]], kinds: frozenset[Kind] | None
    ) -> ProductView:
        """Load a picture and look at it; what either raises is raised here.

        Args:
            load: Gives the picture, ``H x W x 3`` uint8 RGB.
            kinds: What the offer's words say that it may be; None where they say nothing.
        """
        mine = self._loaded(load, kinds)
        while (row := self._row_with(mine)) is not None:
            try:
                self._look_at(row)
            finally:
                with self._changed:
                    self._busy = False
                    self._changed.notify_all()
        return mine.view.result()

    def close(self) -> None:
        """Begin nothing any more."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _loaded(
        self, load: Callable[[], NDArray[np.uint8]], kinds: frozenset[Kind] | None
    ) -> _Waiting:
        with self._changed:
            self._coming += 1
        mine: _Waiting | None = None
        try:
            mine = _Waiting(load(), kinds)
        finally:
            with self._changed:
                self._coming -= 1
                if mine is not None:
                    self._waiting.append(mine)
                self._changed.notify_all()
        return mine

    def _row_with(self, mine: _Waiting) -> list[_Waiting] | None:
        """Become the looker, and take what is to be looked at; None once ``mine`` was taken."""
        with self._changed:
            self._changed.wait_for(lambda: mine not in self._waiting or not self._busy)
            if mine not in self._waiting:
                return None
            self._busy = True  # from here on nobody else takes anything
            self._changed.wait_for(
                lambda: self._coming == 0 or len(self._waiting) >= PAIR, timeout=GATHERED_SECONDS
            )
            return [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]

    def _look_at(self, row: list[_Waiting]) -> None:
        """Give each of a row its view, or why there is none."""
        try:
            views = embed_products(
                [each.picture for each in row],
                self._segmenter,
                self._embedder,
                [each.kinds for each in row],
                self._pool,
            )
            for each, view in zip(row, views, strict=True):
                each.view.set_result(view)
        except Exception as error:  # noqa: BLE001 - raised again in who waits for each
            for each in row:
                each.view.set_exception(error)
