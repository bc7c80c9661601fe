"""The queries of a look's garments: crops and their vectors, made once for each garment."""

import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from model.crops import on_white
from model.embedder import Embedder
from model.errors import WeightsError
from model.picture import encode_jpeg, scaled_down
from server.goods.safe_text import public_address
from server.hints import hint_of
from server.looks.look import Look, LookGarment
from server.looks.service import LookService
from server.metrics import Metrics
from server.offers.lru import LruCache
from server.offers.offer import GarmentQuery

# About 0.1 MB each.
GARMENTS_KEPT = 256
# Longest side in pixels of a crop that is sent to providers.
SENT_SIDE = 640


@dataclass(frozen=True, slots=True, eq=False)
class _View:
    """What a garment's cut-out gives: as it is sent, and its vector, or why it has none."""

    jpeg: bytes = field(repr=False)
    vector: NDArray[np.float32] | None
    no_vector: str


class Queries:
    """Makes the queries of a look's garments; safe to share between threads.

    Garments that are not known yet are embedded together; calls meanwhile wait for the result. A
    garment's number stands for its outline, so a corrected category makes another query of the
    same view.
    """

    def __init__(
        self, looks: LookService, embedder: Embedder, metrics: Metrics | None = None
    ) -> None:
        self._metrics = metrics or Metrics()
        self._looks = looks
        self._embedder = embedder
        self._lock = threading.Lock()
        self._kept: LruCache[tuple[str, int], Future[_View]] = LruCache(GARMENTS_KEPT)

    def looks_wait(self) -> bool:
        """Return whether pictures wait for the processor that making queries would take."""
        return self._looks.waiting > 0

    def of(self, look: Look) -> tuple[GarmentQuery, ...]:
        """Return a query for each garment of a look, in order.

        Raises:
            LookNotFoundError: The look's picture is no longer kept.
        """
        views: dict[int, Future[_View]] = {}
        missing: list[LookGarment] = []
        with self._lock:
            for garment in look.garments:
                key = (look.id, garment.number)
                known = self._kept.get(key)
                if known is None:
                    missing.append(garment)
                    known = Future()
                    self._kept.put(key, known)
                views[garment.number] = known
        if missing:
            self._make(look, missing, views)
        return tuple(
            GarmentQuery(
                look_id=look.id,
                number=garment.number,
                category=garment.category,
                search_text=garment.search_text,
                jpeg=view.jpeg,
                vector=view.vector,
                picture_url=public_address(look.image_url),
                colours=garment.colours,
                rivals=garment.rivals,
                no_vector=view.no_vector,
            )
            for garment in look.garments
            for view in [views[garment.number].result()]
        )

    def _make(
        self, look: Look, garments: Sequence[LookGarment], views: dict[int, Future[_View]]
    ) -> None:
        try:
            crops = [on_white(crop) for crop in self._looks.crops(look, garments)]
            vectors, fault = self._embed(crops)
        except BaseException as error:
            for garment in garments:
                self._kept.forget((look.id, garment.number))
                views[garment.number].set_exception(error)
            raise
        for garment, crop, vector in zip(garments, crops, vectors, strict=True):
            jpeg = encode_jpeg(scaled_down(crop, SENT_SIDE), quality=85)
            views[garment.number].set_result(_View(jpeg, vector, fault))

    def _embed(
        self, crops: Sequence[NDArray[np.uint8]]
    ) -> tuple[Sequence[NDArray[np.float32] | None], str]:
        """Return the crops' vectors, or none and why: search engines are linked to without them."""
        try:
            with self._metrics.stage("embed"):
                return list(self._embedder.embed(crops)), ""
        except WeightsError as error:
            return [None] * len(crops), f"{error} {hint_of(error)}".strip()
