"""Comparing the pictures of offers from outside with the crop."""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.categories import Kind
from model.embedder import Embedder
from model.errors import WhereToBuyError
from model.picture import decode_picture, scaled_down
from model.product_picture import embed_product
from model.segmenter import Segmenter
from server.fetch.fetcher import Fetcher
from server.goods.kinds import kinds_of_product
from server.goods.thumbnail import make_thumbnail
from server.offers.bounded import Bounded
from server.offers.offer import GarmentQuery, Offer

MOST_PICTURES = 24
"""Pictures that are downloaded for one search of one provider."""
DOWNLOADS = 8
LOOKED_AT_ONCE = 2
"""Pictures on the networks at the same time: more would only wait for the processor."""
PICTURES_KEPT = 512
"""Of about 15 KB each."""
BATCH_SECONDS = 0.25
"""Offers are given as their pictures come, so often."""
_LOOKED_AT_SIDE = 1024
_MAX_PIXELS = 25_000_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class SeenPicture:
    """What looking at an offer's picture gave."""

    kind: Kind | None
    vector: NDArray[np.float32]
    thumbnail: bytes


class Comparer:
    """Downloads offers' pictures and compares them; safe to share between threads."""

    def __init__(self, fetcher: Fetcher, segmenter: Segmenter, embedder: Embedder) -> None:
        self._fetcher = fetcher
        self._segmenter = segmenter
        self._embedder = embedder
        self._pool = ThreadPoolExecutor(DOWNLOADS, thread_name_prefix="offer-picture")
        self._looking = threading.Semaphore(LOOKED_AT_ONCE)
        self._seen: Bounded[tuple[str, frozenset[Kind] | None], SeenPicture]
        self._seen = Bounded(PICTURES_KEPT)
        self._thumbnails: Bounded[str, bytes] = Bounded(PICTURES_KEPT)

    def compare(
        self, offers: Sequence[Offer], query: GarmentQuery, deadline: float
    ) -> Iterator[list[Offer]]:
        """Give the offers of the garment's kind, with their cosine, as they are known.

        The kind is what the words say, and where they say nothing, what is in the picture.
        An offer whose picture cannot be had is given without cosine if its words name the
        kind, and dropped if nothing does. Links into search engines are given as they are.

        Args:
            offers: As a provider found them.
            query: The garment.
            deadline: On the clock of `time.monotonic`; what is not compared then is given
                as it is.
        """
        waiting: dict[Future[SeenPicture], tuple[Offer, bool]] = {}
        uncompared: list[Offer] = []
        for offer in offers:
            if offer.type == "search":
                uncompared.append(offer)
                continue
            kinds = kinds_of_product(offer.title, offer.types)
            if kinds is not None and query.kind not in kinds:
                continue
            named = kinds is not None
            if offer.picture_url is None or len(waiting) >= MOST_PICTURES:
                if named:
                    uncompared.append(replace(offer, kind=query.kind))
                continue
            # The words allow the garment's kind: then that garment of the picture counts.
            wanted = frozenset({query.kind}) if named else None
            future = self._pool.submit(self._see, offer.picture_url, wanted, deadline)
            waiting[future] = (offer, named)
        if uncompared:
            yield uncompared
        while waiting and (left := deadline - time.monotonic()) > 0:
            done, _ = wait(waiting, timeout=min(left, BATCH_SECONDS))
            batch = [_compared(future, *waiting.pop(future), query) for future in done]
            if kept := [offer for offer in batch if offer is not None]:
                yield kept
        for future in waiting:
            future.cancel()
        if late := [replace(o, kind=query.kind) for o, named in waiting.values() if named]:
            yield late

    def thumbnail(self, url: str) -> bytes | None:
        """Give the thumbnail (JPEG) of a picture that was seen lately."""
        return self._thumbnails.get(url)

    def keep_thumbnail(self, url: str, data: bytes) -> None:
        """Keep a thumbnail for a while."""
        self._thumbnails.put(url, data)

    def close(self) -> None:
        """Begin nothing any more; what runs ends by its own time limit."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _see(self, url: str, kinds: frozenset[Kind] | None, deadline: float) -> SeenPicture:
        known = self._seen.get((url, kinds))
        if known is not None:
            return known
        seconds = max(0.01, deadline - time.monotonic())
        data = self._fetcher.picture(url, seconds=seconds).data
        with self._looking:
            picture = scaled_down(decode_picture(data, max_pixels=_MAX_PIXELS), _LOOKED_AT_SIDE)
            thumbnail = make_thumbnail(picture)
            self._thumbnails.put(url, thumbnail)
            view = embed_product(picture, self._segmenter, self._embedder, kinds)
        seen = SeenPicture(view.kind, view.vector, thumbnail)
        self._seen.put((url, kinds), seen)
        return seen


def _compared(
    future: Future[SeenPicture], offer: Offer, named: bool, query: GarmentQuery
) -> Offer | None:
    try:
        seen = future.result()
    except WhereToBuyError as error:
        _log.info("The picture of offer %s was not compared: %s", offer.id, error)
        return replace(offer, kind=query.kind) if named else None
    except Exception:  # noqa: BLE001 - logged; one picture costs one comparison
        _log.exception("The picture of offer %s was not compared", offer.id)
        return replace(offer, kind=query.kind) if named else None
    if not named and seen.kind != query.kind:
        return None
    return replace(offer, kind=query.kind, cosine=float(seen.vector @ query.vector))
