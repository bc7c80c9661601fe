"""The exact most similar products of some chunks, most of which need no exact look.

A bound on each cosine comes from eight bits a direction (`server.catalog.index.screening`), one on
the likeness of colours from a table (`model.colour_bound`). What they leave is compared exactly
(`server.catalog.index.bounded`), and so is everything where there is little.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from model.colour_bound import PACKED
from model.colours import Colour
from model.likeness import similarity
from server.catalog.index.bounded import best_by_bounds
from server.catalog.index.chunk import Chunk, unpadded
from server.catalog.index.facets import Fits
from server.catalog.index.hit import Hit
from server.catalog.index.query import Compared, Query, Rows
from server.catalog.index.screening import Floats
from server.catalog.index.threads import for_each

# Fewer products than this are compared at once, and so are fewer than so many for each wanted.
_FEW: Final = 2048
_FEW_EACH: Final = 4
_DECIMALS: Final = 6


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
    query = Query.of(vector, colours, limit)
    size = sum(len(chunk.ids) for chunk in chunks)
    rows = for_each(lambda chunk: _counting(chunk, fits), chunks, size)
    known = [
        (chunk, which) for chunk, which in zip(chunks, rows, strict=True)
        if len(chunk.ids) and (which is None or len(which))
    ]  # fmt: skip
    total = sum(len(chunk.ids) if which is None else len(which) for chunk, which in known)
    directions = {id(chunk.directions): chunk.directions for chunk, _ in known}
    screening = next(iter(directions.values()), None)
    if screening is None or len(directions) > 1 or total <= max(_FEW, _FEW_EACH * limit):
        return _best(query.compared([(chunk, _all_of(chunk, r)) for chunk, r in known]), limit)
    return _best(best_by_bounds(known, query, screening.bounds(vector), total), limit)


def _counting(chunk: Chunk, fits: Fits | None) -> Rows | None:
    """Return which rows count; None if all do."""
    if fits is None and chunk.alive.all():
        return None
    mask = chunk.alive if fits is None else chunk.alive & fits(chunk.facets)
    return np.flatnonzero(mask)


def _all_of(chunk: Chunk, rows: Rows | None) -> Rows:
    return np.arange(len(chunk.ids)) if rows is None else rows


def _best(parts: Sequence[Compared], limit: int) -> list[Hit]:
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
