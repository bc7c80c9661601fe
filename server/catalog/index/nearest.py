"""The exact most similar products of some chunks, most of which need no exact look.

A bound on each cosine comes from eight bits a direction (`server.catalog.index.screening`), one on
the likeness of colours from a table (`model.colour_bound`). A sample of the products says what
similarity the last of those that are wanted will have, about and rather less; whatever can be as
similar is compared exactly. If that makes as many as are wanted, no other can be among them.
"""

import math
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from model.colour_bound import PACKED, looked_up, most_alike
from model.colours import Colour
from model.likeness import ColourSets, pack_colours, similarity
from server.catalog.index.chunk import Chunk, colour_sets, unpadded
from server.catalog.index.facets import Fits, Mask
from server.catalog.index.hit import Hit
from server.catalog.index.screening import Bounds, Floats

Rows = NDArray[np.int64]
_Part = TypeVar("_Part")
_Result = TypeVar("_Result")
# Fewer products than this are compared at once, and so are fewer than so many for each wanted.
_FEW: Final = 2048
_FEW_EACH: Final = 4
# Products that are compared first, for each that is wanted, to know what is good.
_SEEDS: Final = 2
# About so many products are looked at to guess what the last one wanted is like.
_SAMPLE: Final = 8192
# How many standard deviations the guess is on the safe side: too high a one costs a second look.
_SPREAD: Final = 2.0
# More products than this are worth the threads that share them.
_MANY: Final = 200_000
_MOST_THREADS: Final = 4
# More than rounding can change a similarity.
_ROUNDING: Final = 1e-6
_DECIMALS: Final = 6
_ROWS_AT_ONCE: Final = 1024
# Cosines among which the one is looked up that makes a similarity.
_COSINES: Final = np.linspace(0, 1, 4097, dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class _Query:
    """What is searched for.

    Attributes:
        vector: A unit vector, ``[D]``.
        garment: The colours of one garment, or of none.
        limit: How many products are wanted.
        cells: How alike each cell's colours are to the garment's at most; None without colours.
    """

    vector: Floats
    garment: ColourSets
    limit: int
    cells: Floats | None

    def worth(self, cosines: Floats, alike: Floats) -> Floats:
        """Return what products are ordered by.

        That is similarity. Where all are alike in colour only the cosine counts, and it counts
        where the similarity is 0 or 1 as well.
        """
        return cosines if self.cells is None else similarity(cosines, alike)

    def least_cosine(self, worth: float) -> float:
        """Return a cosine that a product needs at least to be worth so much."""
        if self.cells is None:
            return worth
        place = int(np.searchsorted(similarity(_COSINES, float(self.cells.max())), worth))
        return float(_COSINES[place - 1]) if place else -math.inf

    def alike(self, parts: Sequence[tuple[Chunk, Rows]]) -> list[Floats]:
        """Return how alike the colours of some rows are, as they are: all at once."""
        if self.cells is None:
            return [np.zeros(len(rows), np.float32) for _, rows in parts]
        alike = colour_sets(
            np.concatenate([chunk.store.packed[rows] for chunk, rows in parts]),
            np.concatenate([chunk.store.weights[rows] for chunk, rows in parts]),
        ).alike(self.garment)
        return np.split(alike, np.cumsum([len(rows) for _, rows in parts])[:-1])

    def most_alike(self, chunk: Chunk, rows: Rows) -> Floats:
        """Return how alike colours are at most."""
        if self.cells is None:
            return np.zeros(len(rows), np.float32)
        return looked_up(self.cells, chunk.store.cells, chunk.store.weights, rows)

    def cosines(self, chunk: Chunk, rows: Rows) -> Floats:
        """Return cosines as they are, without a copy of many vectors."""
        some = [rows[at : at + _ROWS_AT_ONCE] for at in range(0, len(rows), _ROWS_AT_ONCE)]
        found = [chunk.store.vectors[each] @ self.vector for each in some]
        return np.concatenate(found or [np.empty(0, np.float32)])


@dataclass(frozen=True, slots=True, eq=False)
class _Bounded:
    """Rows of one chunk that count, and the most that each one's cosine can be."""

    chunk: Chunk
    rows: Rows | None  # None is all
    most: Floats

    @classmethod
    def of(cls, chunk: Chunk, rows: Rows | None, bounds: Bounds) -> "_Bounded":
        views = chunk.store.views[: len(chunk.ids)]
        return cls(chunk, rows, bounds.of(views if rows is None else views[rows]))

    def possible(self, query: _Query, places: Rows, least: float = -math.inf) -> "_Possible":
        """Return the rows at some places of ``most`` that can be worth so much."""
        rows, most = places if self.rows is None else self.rows[places], self.most[places]
        found = _Possible(
            self.chunk, rows, most, query.worth(most, query.most_alike(self.chunk, rows))
        )
        return found if least == -math.inf else found.kept(found.worth >= least)


@dataclass(frozen=True, slots=True, eq=False)
class _Possible:
    """Rows of one chunk that may be among the most similar.

    Attributes:
        chunk: Where they are.
        rows: Their numbers.
        most: The most that each one's cosine can be.
        worth: The most that each can be worth.
    """

    chunk: Chunk
    rows: Rows
    most: Floats
    worth: Floats

    def kept(self, which: Mask) -> "_Possible":
        """Return some of them."""
        return _Possible(self.chunk, self.rows[which], self.most[which], self.worth[which])


@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """Rows of one chunk that are compared exactly.

    Attributes:
        chunk: Where they are.
        rows: Their numbers.
        cosines: With the query's vector.
        alike: Likeness of their colours to the query's.
    """

    chunk: Chunk
    rows: Rows
    cosines: Floats
    alike: Floats


def nearest(
    chunks: Sequence[Chunk],
    fits: Fits | None,
    vector: Floats,
    colours: Sequence[Colour],
    limit: int,
) -> list[Hit]:
    """Return the most similar products, best first.

    Args:
        chunks: Where to search.
        fits: Which of their products count; None for all.
        vector: A unit vector, float32 ``[D]``.
        colours: Colours of the garment that is searched for.
        limit: The most products to return, 1 or more.
    """
    garment = ColourSets.of([pack_colours(colours)])
    cells = most_alike(garment) if garment.weights.any() else None
    query = _Query(vector, garment, limit, cells)
    size = sum(len(chunk.ids) for chunk in chunks)
    rows = _each(lambda chunk: _counting(chunk, fits), chunks, size)
    known = [
        (chunk, which) for chunk, which in zip(chunks, rows, strict=True)
        if len(chunk.ids) and (which is None or len(which))
    ]  # fmt: skip
    total = sum(len(chunk.ids) if which is None else len(which) for chunk, which in known)
    directions = {id(chunk.directions): chunk.directions for chunk, _ in known}
    screening = next(iter(directions.values()), None)
    if screening is None or len(directions) > 1 or total <= max(_FEW, _FEW_EACH * limit):
        return _best(_compared([(chunk, _all_of(chunk, r)) for chunk, r in known], query), limit)
    bounds = screening.bounds(vector)
    bounded = _each(lambda part: _Bounded.of(*part, bounds), known, total)
    return _best(_screened(bounded, query, total), limit)


def _counting(chunk: Chunk, fits: Fits | None) -> Rows | None:
    """Return which rows count; None if all do."""
    if fits is None and chunk.alive.all():
        return None
    mask = chunk.alive if fits is None else chunk.alive & fits(chunk.facets)
    return np.flatnonzero(mask)


def _all_of(chunk: Chunk, rows: Rows | None) -> Rows:
    return np.arange(len(chunk.ids)) if rows is None else rows


def _screened(parts: list[_Bounded], query: _Query, total: int) -> list[_Found]:
    """Return the rows that can be among the most similar, compared exactly."""
    guess = _guessed(parts, query, total)
    possible = _above(parts, query, guess)
    if sum(len(each.rows) for each in possible) < query.limit:
        guess = -math.inf
        possible = _above(parts, query, guess)
    # The best of them say for sure what the last of those that are wanted is worth at least.
    promising = _promising(possible, _SEEDS * query.limit)
    worth = _worth(promising, query)
    least = float(np.partition(worth, -query.limit)[-query.limit]) - _ROUNDING
    if least < guess:
        possible = _above(parts, query, least)
    return _closer(possible, query, least)


def _guessed(parts: list[_Bounded], query: _Query, total: int) -> float:
    """Guess, rather too low, what the last of the products that are wanted is worth."""
    step = max(1, total // _SAMPLE)
    sample = [part.possible(query, np.arange(0, len(part.most), step)) for part in parts]
    expected = query.limit * sum(len(each.rows) for each in sample) / total
    place = math.ceil(expected + _SPREAD * math.sqrt(expected)) + 1
    promising = _promising(sample, _SEEDS * place)
    worth = _worth(promising, query)
    return float(np.partition(worth, -place)[-place]) if len(worth) >= place else -math.inf


def _promising(parts: list[_Possible], count: int) -> list[_Possible]:
    """Return those that look best by their bounds."""
    worth = np.concatenate([each.worth for each in parts])
    count = min(count, len(worth))
    taken = np.zeros(len(worth), np.bool_)
    taken[np.argpartition(worth, -count)[-count:]] = True
    ends = np.cumsum([len(each.rows) for each in parts])[:-1]
    return [part.kept(which) for part, which in zip(parts, np.split(taken, ends), strict=True)]


def _above(parts: list[_Bounded], query: _Query, least: float) -> list[_Possible]:
    """Return the rows that can be worth so much."""
    cosine = query.least_cosine(least) - _ROUNDING
    total = sum(len(part.most) for part in parts)
    return _each(
        lambda part: part.possible(query, np.flatnonzero(part.most >= cosine), least), parts, total
    )


def _closer(possible: list[_Possible], query: _Query, least: float) -> list[_Found]:
    """Compare those exactly that can be worth so much: first their colours, which take less."""
    possible = [each.kept(each.worth >= least) for each in possible]
    alike = query.alike([(each.chunk, each.rows) for each in possible])
    found = []
    for each, colour in zip(possible, alike, strict=True):
        kept = query.worth(each.most, colour) >= least
        rows = each.rows[kept]
        found.append(_Found(each.chunk, rows, query.cosines(each.chunk, rows), colour[kept]))
    return found


def _compared(parts: list[tuple[Chunk, Rows]], query: _Query) -> list[_Found]:
    return [
        _Found(chunk, rows, query.cosines(chunk, rows), alike)
        for (chunk, rows), alike in zip(parts, query.alike(parts) if parts else [], strict=True)
    ]


def _worth(parts: list[_Possible], query: _Query) -> Floats:
    found = _compared([(each.chunk, each.rows) for each in parts], query)
    return np.concatenate([query.worth(each.cosines, each.alike) for each in found])


def _best(parts: Sequence[_Found], limit: int) -> list[Hit]:
    """Return the most similar of what was compared."""
    parts = [part for part in parts if len(part.rows)]
    if not parts:
        return []
    cosines = np.concatenate([part.cosines for part in parts])
    alike = np.concatenate([part.alike for part in parts])
    ids = np.concatenate([part.chunk.ids[part.rows] for part in parts])
    # What differs by rounding alone is equal. Equals (one picture, several sizes) come in the order
    # of import; of those with no similarity at all, the one with the higher cosine comes first.
    similar, close = (np.round(each, _DECIMALS) for each in (similarity(cosines, alike), cosines))
    least = np.partition(similar, -limit)[-limit] if len(similar) > limit else similar.min()
    among = np.flatnonzero(similar >= least)
    best = among[np.lexsort((ids[among], -close[among], -similar[among]))[:limit]]
    vectors = np.empty((len(best), parts[0].chunk.store.vectors.shape[1]), np.float16)
    packed = np.empty((len(best), PACKED), np.uint8)
    starts = np.cumsum([0, *(len(part.rows) for part in parts)])
    for start, end, part in zip(starts, starts[1:], parts, strict=False):
        here = np.flatnonzero((best >= start) & (best < end))
        rows = part.rows[best[here] - start]
        vectors[here], packed[here] = part.chunk.store.vectors[rows], part.chunk.store.packed[rows]
    values = zip(ids[best].tolist(), cosines[best].tolist(), alike[best].tolist(), strict=True)
    return [
        Hit(*each, vector, unpadded(colours.tobytes()))
        for each, vector, colours in zip(values, vectors, packed, strict=True)
    ]


def _each(work: Callable[[_Part], _Result], parts: Sequence[_Part], total: int) -> list[_Result]:
    """Return the result for each part; threads share the work on many products.

    Args:
        work: Does most of it without Python's lock.
        parts: What to work on.
        total: How many products they have.
    """
    if total < _MANY or len(parts) < 2:
        return [work(part) for part in parts]
    return list(_threads().map(work, parts))


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(min(_MOST_THREADS, os.cpu_count() or 1), "nearest")
