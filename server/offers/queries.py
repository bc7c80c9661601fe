"""The queries of a look's garments: crops and their vectors, made once for each look."""

import dataclasses
import threading
from concurrent.futures import Future

from model.crops import on_white
from model.embedder import Embedder
from model.picture import encode_jpeg, scaled_down
from server.goods.safe_text import public_address
from server.looks.look import Look
from server.looks.service import LookService
from server.offers.lru import LruCache
from server.offers.offer import GarmentQuery

# About 0.3 MB each.
LOOKS_KEPT = 64
# Longest side in pixels of a crop that is sent to providers.
SENT_SIDE = 640

Key = tuple[object, ...]


class Queries:
    """Makes the queries of a look's garments; safe to share between threads.

    A look's garments are embedded together; calls meanwhile wait for the result.
    """

    def __init__(self, looks: LookService, embedder: Embedder) -> None:
        self._looks = looks
        self._embedder = embedder
        self._lock = threading.Lock()
        self._kept: LruCache[Key, Future[tuple[GarmentQuery, ...]]] = LruCache(LOOKS_KEPT)

    def of(self, look: Look) -> tuple[GarmentQuery, ...]:
        """Return a query for each garment of a look, in order.

        Raises:
            LookNotFoundError: The look's picture is no longer kept.
        """
        # A garment whose category or outline was corrected is another query.
        key: Key = (look.id, *((g.category.id, g.box) for g in look.garments))
        with self._lock:
            known = self._kept.get(key)
            future = known if known is not None else Future[tuple[GarmentQuery, ...]]()
            if known is None:
                self._kept.put(key, future)
        if known is None:
            try:
                future.set_result(self._make(look))
            except BaseException as error:
                self._kept.forget(key)
                future.set_exception(error)
                raise
        return tuple(
            dataclasses.replace(query, picture_url=public_address(look.image_url))
            for query in future.result()
        )

    def _make(self, look: Look) -> tuple[GarmentQuery, ...]:
        crops = [on_white(self._looks.crop(look, g.number)) for g in look.garments]
        if not crops:
            return ()
        vectors = self._embedder.embed(crops)
        return tuple(
            GarmentQuery(
                look_id=look.id,
                number=garment.number,
                category=garment.category,
                search_text=garment.search_text,
                jpeg=encode_jpeg(scaled_down(crop, SENT_SIDE), quality=85),
                vector=vector,
                colours=garment.colours,
            )
            for garment, crop, vector in zip(look.garments, crops, vectors, strict=True)
        )
