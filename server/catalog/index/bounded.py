"""The products that can be among the most similar by their bounds, compared exactly.

A sample of the products says what similarity the last of those that are wanted will have, about
and rather less; whatever can be as similar is compared exactly. If that makes as many as are
wanted, no other can be among them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from server.catalog.index.chunk import Chunk
from server.catalog.index.facets import Mask
from server.catalog.index.query import Compared, Query, Rows
from server.catalog.index.screening import Bounds, Floats
from server.catalog.index.threads import for_each

# Products that are compared first, for each that is wanted, to know what is good.
_SEEDS: Final = 2
# So many products, or so large a part of them, say about what the last one wanted is like.
_SAMPLE: Final = 4096
_SAMPLED: Final = 1 / 64
# How many standard deviations the guess is on the safe side: too high a one costs a second look.
_SPREAD: Final = 2.0
# More than rounding can change a similarity.
_ROUNDING: Final = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class _Bounded:
    """Rows of one chunk that count, and the most that each one's cosine can be."""

    chunk: Chunk
    rows: Rows | None  # None is all
    most: Floats

    @classmethod
    def of(cls, chunk: Chunk, rows: Rows | None, bounds: Bounds) -> "_Bounded":
        # All at once takes less than picking bytes of some out of each column.
        most = bounds.of(chunk.store.views, chunk.store.over)
        return cls(chunk, rows, most[: len(chunk.ids)] if rows is None else most[rows])

    def possible(self, query: Query, places: Rows, least: float = -math.inf) -> "_Possible":
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


def best_by_bounds(
    parts: Sequence[tuple[Chunk, Rows | None]], query: Query, bounds: Bounds, total: int
) -> list[Compared]:
    """Return the rows that can be among the most similar, compared exactly.

    Args:
        parts: Chunks with the same directions, and the rows of each that count; None for all.
        query: What is searched for.
        bounds: Of its vector's cosines.
        total: How many rows count; more than are wanted.
    """
    bounded = for_each(lambda part: _Bounded.of(*part, bounds), parts, total)
    guess = _guessed(bounded, query, total)
    possible = _above(bounded, query, guess)
    if sum(len(each.rows) for each in possible) < query.limit:
        guess = -math.inf
        possible = _above(bounded, query, guess)
    # The best of them say for sure what the last of those that are wanted is worth at least.
    worth = _worth(_promising(possible, _SEEDS * query.limit), query)
    least = float(np.partition(worth, -query.limit)[-query.limit]) - _ROUNDING
    if least < guess:
        possible = _above(bounded, query, least)
    return _closer(possible, query, least)


def _guessed(parts: list[_Bounded], query: Query, total: int) -> float:
    """Guess, rather too low, what the last of the products that are wanted is worth."""
    step = max(1, int(total / max(_SAMPLE, total * _SAMPLED)))
    sample = [part.possible(query, np.arange(0, len(part.most), step)) for part in parts]
    expected = query.limit * sum(len(each.rows) for each in sample) / total
    place = math.ceil(expected + _SPREAD * math.sqrt(expected)) + 1
    worth = _worth(_promising(sample, _SEEDS * place), query)
    return float(np.partition(worth, -place)[-place]) if len(worth) >= place else -math.inf


def _promising(parts: list[_Possible], count: int) -> list[_Possible]:
    """Return those that look best by their bounds."""
    worth = np.concatenate([each.worth for each in parts])
    count = min(count, len(worth))
    taken = np.zeros(len(worth), np.bool_)
    taken[np.argpartition(worth, -count)[-count:]] = True
    ends = np.cumsum([len(each.rows) for each in parts])[:-1]
    return [part.kept(which) for part, which in zip(parts, np.split(taken, ends), strict=True)]


def _above(parts: list[_Bounded], query: Query, least: float) -> list[_Possible]:
    """Return the rows that can be worth so much."""
    cosine = query.least_cosine(least) - _ROUNDING
    total = sum(len(part.most) for part in parts)
    return for_each(
        lambda part: part.possible(query, np.flatnonzero(part.most >= cosine), least), parts, total
    )


def _closer(possible: list[_Possible], query: Query, least: float) -> list[Compared]:
    """Compare those exactly that can be worth so much: first their colours, which take less."""
    possible = [each.kept(each.worth >= least) for each in possible]
    alike = query.alike([(each.chunk, each.rows) for each in possible])
    found = []
    for each, colour in zip(possible, alike, strict=True):
        kept = query.worth(each.most, colour) >= least
        rows = each.rows[kept]
        found.append(Compared(each.chunk, rows, query.cosines(each.chunk, rows), colour[kept]))
    return found


def _worth(parts: list[_Possible], query: Query) -> Floats:
    found = query.compared([(each.chunk, each.rows) for each in parts])
    return np.concatenate([query.worth(each.cosines, each.alike) for each in found])
