"""Comparing offers' pictures with the garment."""

import logging
import threading
import time
from collections.abc import Container, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.categories import Kind
from model.decoding.pool import shared_pool
from model.embedder import Embedder
from model.errors import WhereToBuyError
from model.likeness import ColourSets, pack_colours
from model.product_picture import ProductView
from model.side_by_side import MOST, Finder
from server.fetch.fetcher import Fetcher
from server.goods.colour_names import main_colour_names
from server.goods.kinds import kinds_of_product
from server.goods.links import host_of
from server.goods.thumbnail import make_thumbnail
from server.offers.lru import LruCache
from server.offers.offer import ComparedOffer, GarmentQuery, Offer, PictureMatch
from server.offers.pictures.batches import PictureBatcher
from server.offers.pictures.budget import PictureBudget

DOWNLOADS = 8
# For one download: one slow picture must not hold up the whole list.
PICTURE_SECONDS = 4.0
# About 15 KB each.
PICTURES_KEPT = 512
# How often offers are passed on while pictures arrive.
BATCH_SECONDS = 0.25
# Longest side in pixels of a decoded picture: the networks use less, and the usual shop JPEGs
# of 1,000 and more pixels are decoded at half their size or less.
DECODED_SIDE = 500
_MAX_PIXELS = 25_000_000
_log = logging.getLogger(__name__)


# A picture's address, and the kinds that the offer's words allow, which decide what in the
# picture counts; None if they do not say.
_Key = tuple[str, frozenset[Kind] | None]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An offer whose picture may be compared."""

    offer: Offer
    key: _Key


class Comparer:
    """Downloads offers' pictures and compares them; safe to share between threads."""

    def __init__(self, fetcher: Fetcher, segmenter: Finder, embedder: Embedder) -> None:
        self._fetcher = fetcher
        self._batcher = PictureBatcher(segmenter, embedder)
        # Besides those that download, a thread waits for each picture in a batch.
        self._pool = ThreadPoolExecutor(DOWNLOADS + MOST, thread_name_prefix="offer-picture")
        self._downloading = threading.Semaphore(DOWNLOADS)
        self._views: LruCache[_Key, ProductView] = LruCache(PICTURES_KEPT)
        self._thumbnails: LruCache[str, bytes] = LruCache(PICTURES_KEPT)

    def compare(
        self,
        offers: Sequence[Offer],
        query: GarmentQuery,
        deadline: float,
        budget: PictureBudget,
    ) -> Iterator[list[ComparedOffer]]:
        """Yield the offers of the garment's kind in batches, as their pictures are compared.

        The kind is what the words say or, if they do not say, what the picture shows. An offer
        whose picture cannot be downloaded has no match if its words name the kind, and is
        dropped if they do not; without a vector of the garment's that is so of all. Links into
        search engines pass unchanged, without a match.

        Args:
            offers: As one provider found them, the best first in its opinion.
            query: The garment.
            deadline: On the clock of `time.monotonic`; offers not compared by then have no
                match.
            budget: Of the whole search; offers beyond it have no match.
        """
        pending, without_picture = _candidates(offers, query)
        if without_picture:
            yield without_picture
        if query.vector is None:
            if named := _unmatched(pending, query):
                yield named
            return
        started: dict[_Key, Future[ProductView]] = {}
        waiting: dict[Future[ProductView], list[_Candidate]] = {}
        while (left := deadline - time.monotonic()) > 0:
            # Ask again each time: other providers may have left some of their share.
            affordable, pending = self._affordable(pending, started, budget)
            for candidate in affordable:
                if candidate.key not in started:
                    started[candidate.key] = self._start(candidate.key, deadline)
                waiting.setdefault(started[candidate.key], []).append(candidate)
            if waiting:
                done, _ = wait(waiting, timeout=min(left, BATCH_SECONDS))
                ready = [
                    (candidate, future) for future in done for candidate in waiting.pop(future)
                ]
                if kept := _compared(ready, query, query.vector):
                    yield kept
            elif not pending or not budget.may_give_more(pending[0].offer.provider, deadline):
                break
        for future in waiting:
            future.cancel()
        late = [candidate for candidates in waiting.values() for candidate in candidates]
        if rest := _unmatched((*late, *pending), query):
            yield rest

    def _affordable(
        self, pending: Sequence[_Candidate], started: Container[_Key], budget: PictureBudget
    ) -> tuple[list[_Candidate], list[_Candidate]]:
        """Split candidates into those known or within the budget and the rest, in order."""
        fresh = dict.fromkeys(
            c.key for c in pending if c.key not in started and self._views.get(c.key) is None
        )
        taken = budget.take(pending[0].offer.provider, len(fresh)) if fresh else 0
        beyond = set(list(fresh)[taken:])
        return (
            [candidate for candidate in pending if candidate.key not in beyond],
            [candidate for candidate in pending if candidate.key in beyond],
        )

    def thumbnail(self, url: str) -> bytes | None:
        """Return the thumbnail (JPEG) of a picture that was compared recently."""
        return self._thumbnails.get(url)

    def keep_thumbnail(self, url: str, data: bytes) -> None:
        """Cache a thumbnail."""
        self._thumbnails.put(url, data)

    def close(self) -> None:
        """Start nothing new; running downloads end by their own time limit."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._batcher.close()

    def _start(self, key: _Key, deadline: float) -> Future[ProductView]:
        known = self._views.get(key)
        if known is None:
            return self._pool.submit(self._view, *key, deadline)
        future: Future[ProductView] = Future()
        future.set_result(known)
        return future

    def _view(self, url: str, kinds: frozenset[Kind] | None, deadline: float) -> ProductView:
        known = self._views.get((url, kinds))
        if known is not None:
            return known
        view = self._batcher.view(lambda: self._load(url, deadline), kinds)
        self._views.put((url, kinds), view)
        return view

    def _load(self, url: str, deadline: float) -> NDArray[np.uint8]:
        with self._downloading:
            seconds = min(PICTURE_SECONDS, max(0.01, deadline - time.monotonic()))
            data = self._fetcher.picture(url, seconds=seconds).data
        # The pool limits how many are decoded at once, in all and for one shop.
        picture = shared_pool().decode(
            data, max_pixels=_MAX_PIXELS, max_side=DECODED_SIDE, source=host_of(url)
        )
        self._thumbnails.put(url, make_thumbnail(picture))
        return picture


def _candidates(
    offers: Sequence[Offer], query: GarmentQuery
) -> tuple[list[_Candidate], list[ComparedOffer]]:
    """Return the offers with a picture to compare, and those that stay without a match."""
    with_picture: list[_Candidate] = []
    without: list[ComparedOffer] = []
    for offer in offers:
        if offer.type == "search":
            without.append(ComparedOffer(offer))
            continue
        kinds = kinds_of_product(offer.title, offer.types)
        wanted: frozenset[Kind] | None = None
        # What is of no kind is compared with whatever a picture shows.
        if kinds is not None and query.kind is not None:
            if query.kind not in kinds:
                continue
            # If the words allow the garment's kind, that of this kind in the picture counts.
            wanted = frozenset({query.kind})
        if offer.picture_url is not None:
            with_picture.append(_Candidate(offer, (offer.picture_url, wanted)))
        elif wanted is not None:
            without.append(_without_match(offer, query))
    return with_picture, without


def _compared(
    ready: Sequence[tuple[_Candidate, Future[ProductView]]],
    query: GarmentQuery,
    vector: NDArray[np.float32],
) -> list[ComparedOffer]:
    """Compare the offers whose pictures were viewed, or could not be; drop other kinds."""
    found: list[ComparedOffer] = []
    viewed: list[tuple[Offer, ProductView]] = []
    for candidate, future in ready:
        named = candidate.key[1] is not None
        view = _view_of(candidate.offer, future)
        if view is not None and (named or query.kind in (None, view.kind)):
            viewed.append((candidate.offer, view))
        elif view is None and named:
            found.append(_without_match(candidate.offer, query))
    packed = [pack_colours(view.colours) for _, view in viewed]
    likenesses = ColourSets.of(packed).likeness(query.colours)
    for (offer, view), colours, likeness in zip(viewed, packed, likenesses, strict=True):
        match = PictureMatch(
            cosine=float(view.vector @ vector),
            colour_likeness=float(likeness),
            vector=view.vector.astype(np.float16),
            colours=colours,
        )
        names = offer.colours or main_colour_names(view.colours)
        found.append(ComparedOffer(replace(offer, kind=query.kind, colours=names), match))
    return found


def _unmatched(candidates: Sequence[_Candidate], query: GarmentQuery) -> list[ComparedOffer]:
    """Return the offers whose words name the garment's kind, without a match."""
    return [_without_match(each.offer, query) for each in candidates if each.key[1] is not None]


def _without_match(offer: Offer, query: GarmentQuery) -> ComparedOffer:
    return ComparedOffer(replace(offer, kind=query.kind))


def _view_of(offer: Offer, future: Future[ProductView]) -> ProductView | None:
    try:
        return future.result()
    except WhereToBuyError as error:
        _log.info("The picture of offer %s was not compared: %s", offer.id, error)
    except Exception:  # noqa: BLE001 - logged; one picture costs one comparison
        _log.exception("The picture of offer %s was not compared", offer.id)
    return None
