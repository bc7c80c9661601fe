"""Comparing the pictures of offers from outside with the crop."""

import logging
import threading
import time
from collections.abc import Container, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.categories import Kind
from model.colours import Colour
from model.embedder import Embedder
from model.errors import WhereToBuyError
from model.likeness import ColourSets, pack_colours
from model.picture import decode_picture
from model.side_by_side import MOST, Finder
from server.fetch.fetcher import Fetcher
from server.goods.kinds import kinds_of_product
from server.goods.thumbnail import make_thumbnail
from server.offers.bounded import Bounded
from server.offers.offer import GarmentQuery, Offer, Seen
from server.offers.order.same_colour import seen_colours
from server.offers.pictures.batches import Lookers
from server.offers.pictures.budget import PictureBudget

DOWNLOADS = 8
# For one download: the whole list is not kept waiting for one picture that only drips.
PICTURE_SECONDS = 4.0
# A large picture takes 75 MB while it is decoded.
DECODED_AT_ONCE = 2
# Of about 15 KB each.
PICTURES_KEPT = 512
# Offers are given as their pictures come, so often.
BATCH_SECONDS = 0.25
# Longest side in pixels at which a picture is looked at: the networks see less of it, and
# shops' usual JPEGs of 1,000 and more pixels are decoded at half their size or less.
LOOKED_AT_SIDE = 500
_MAX_PIXELS = 25_000_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class SeenPicture:
    """What looking at an offer's picture gave."""

    kind: Kind | None
    vector: NDArray[np.float32]
    colours: tuple[Colour, ...]


# A picture's address, and the kinds that the offer's words allow, which say what in the
# picture counts; None where they say nothing.
_Key = tuple[str, frozenset[Kind] | None]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """An offer, as its provider found it, whose picture may be looked at."""

    offer: Offer
    key: _Key


class Comparer:
    """Downloads offers' pictures and compares them; safe to share between threads."""

    def __init__(self, fetcher: Fetcher, segmenter: Finder, embedder: Embedder) -> None:
        self._fetcher = fetcher
        self._lookers = Lookers(segmenter, embedder)
        # Beside those that download, a thread waits for each picture that is looked at.
        self._pool = ThreadPoolExecutor(DOWNLOADS + MOST, thread_name_prefix="offer-picture")
        self._downloading = threading.Semaphore(DOWNLOADS)
        self._decoding = threading.Semaphore(DECODED_AT_ONCE)
        self._seen: Bounded[_Key, SeenPicture] = Bounded(PICTURES_KEPT)
        self._thumbnails: Bounded[str, bytes] = Bounded(PICTURES_KEPT)

    def compare(
        self,
        offers: Sequence[Offer],
        query: GarmentQuery,
        deadline: float,
        budget: PictureBudget,
    ) -> Iterator[list[Offer]]:
        """Give the offers of the garment's kind, with their cosine, as they are known.

        The kind is what the words say, and where they say nothing, what is in the picture.
        An offer whose picture cannot be had is given without cosine if its words name the
        kind, and dropped if nothing does. Links into search engines are given as they are.

        Args:
            offers: As one provider found them, what it takes for the best first.
            query: The garment.
            deadline: On the clock of `time.monotonic`; what is not compared then is given
                as it is.
            budget: Of the whole search; offers beyond it are given as they are.
        """
        unseen, without_picture = _candidates(offers, query)
        if without_picture:
            yield without_picture
        begun: dict[_Key, Future[SeenPicture]] = {}
        waiting: dict[Future[SeenPicture], list[_Candidate]] = {}
        while (left := deadline - time.monotonic()) > 0:
            # Asked again each time: other providers may have left some of their share.
            affordable, unseen = self._affordable(unseen, begun, budget)
            for candidate in affordable:
                if candidate.key not in begun:
                    begun[candidate.key] = self._begin(candidate.key, deadline)
                waiting.setdefault(begun[candidate.key], []).append(candidate)
            if waiting:
                done, _ = wait(waiting, timeout=min(left, BATCH_SECONDS))
                ready = [
                    (candidate, future) for future in done for candidate in waiting.pop(future)
                ]
                if kept := _compared(ready, query):
                    yield kept
            elif not unseen or not budget.may_give_more(unseen[0].offer.provider, deadline):
                break
        for future in waiting:
            future.cancel()
        late = [candidate for candidates in waiting.values() for candidate in candidates]
        if rest := [
            replace(candidate.offer, kind=query.kind)
            for candidate in (*late, *unseen)
            if candidate.key[1] is not None
        ]:
            yield rest

    def _affordable(
        self, unseen: Sequence[_Candidate], begun: Container[_Key], budget: PictureBudget
    ) -> tuple[list[_Candidate], list[_Candidate]]:
        """Tell what is known or within the budget from the rest, each in its order."""
        fresh = dict.fromkeys(
            c.key for c in unseen if c.key not in begun and self._seen.get(c.key) is None
        )
        taken = budget.take(unseen[0].offer.provider, len(fresh)) if fresh else 0
        beyond = set(list(fresh)[taken:])
        return (
            [candidate for candidate in unseen if candidate.key not in beyond],
            [candidate for candidate in unseen if candidate.key in beyond],
        )

    def thumbnail(self, url: str) -> bytes | None:
        """Give the thumbnail (JPEG) of a picture that was seen lately."""
        return self._thumbnails.get(url)

    def keep_thumbnail(self, url: str, data: bytes) -> None:
        """Keep a thumbnail for a while."""
        self._thumbnails.put(url, data)

    def close(self) -> None:
        """Begin nothing any more; what runs ends by its own time limit."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._lookers.close()

    def _begin(self, key: _Key, deadline: float) -> Future[SeenPicture]:
        known = self._seen.get(key)
        if known is None:
            return self._pool.submit(self._see, *key, deadline)
        future: Future[SeenPicture] = Future()
        future.set_result(known)
        return future

    def _see(self, url: str, kinds: frozenset[Kind] | None, deadline: float) -> SeenPicture:
        known = self._seen.get((url, kinds))
        if known is not None:
            return known
        view = self._lookers.look(lambda: self._load(url, deadline), kinds)
        seen = SeenPicture(view.kind, view.vector, view.colours)
        self._seen.put((url, kinds), seen)
        return seen

    def _load(self, url: str, deadline: float) -> NDArray[np.uint8]:
        with self._downloading:
            seconds = min(PICTURE_SECONDS, max(0.01, deadline - time.monotonic()))
            data = self._fetcher.picture(url, seconds=seconds).data
        with self._decoding:
            picture = decode_picture(data, max_pixels=_MAX_PIXELS, max_side=LOOKED_AT_SIDE)
            self._thumbnails.put(url, make_thumbnail(picture))
        return picture


def _candidates(
    offers: Sequence[Offer], query: GarmentQuery
) -> tuple[list[_Candidate], list[Offer]]:
    """Give those with a picture to look at, and those that are given without."""
    with_picture: list[_Candidate] = []
    without: list[Offer] = []
    for offer in offers:
        if offer.type == "search":
            without.append(offer)
            continue
        kinds = kinds_of_product(offer.title, offer.types)
        if kinds is not None and query.kind not in kinds:
            continue
        # The words allow the garment's kind: then that garment of the picture counts.
        wanted = frozenset({query.kind}) if kinds is not None else None
        if offer.picture_url is not None:
            with_picture.append(_Candidate(offer, (offer.picture_url, wanted)))
        elif wanted is not None:
            without.append(replace(offer, kind=query.kind))
    return with_picture, without


def _compared(
    ready: Sequence[tuple[_Candidate, Future[SeenPicture]]], query: GarmentQuery
) -> list[Offer]:
    """Give the offers of the garment's kind whose pictures were looked at, or cannot be."""
    offers: list[Offer] = []
    compared: list[tuple[Offer, SeenPicture]] = []
    for candidate, future in ready:
        named = candidate.key[1] is not None
        seen = _seen(candidate.offer, future)
        if seen is not None and (named or seen.kind == query.kind):
            compared.append((candidate.offer, seen))
        elif seen is None and named:
            offers.append(replace(candidate.offer, kind=query.kind))
    packed = [pack_colours(seen.colours) for _, seen in compared]
    alike = ColourSets.of(packed).likeness(query.colours)
    for (offer, seen), colours, likeness in zip(compared, packed, alike, strict=True):
        offers.append(
            replace(
                offer,
                kind=query.kind,
                cosine=float(seen.vector @ query.vector),
                seen=Seen(seen.vector.astype(np.float16), colours),
                colour_likeness=float(likeness),
                colours=offer.colours or seen_colours(seen.colours),
            )
        )
    return offers


def _seen(offer: Offer, future: Future[SeenPicture]) -> SeenPicture | None:
    try:
        return future.result()
    except WhereToBuyError as error:
        _log.info("The picture of offer %s was not compared: %s", offer.id, error)
    except Exception:  # noqa: BLE001 - logged; one picture costs one comparison
        _log.exception("The picture of offer %s was not compared", offer.id)
    return None
