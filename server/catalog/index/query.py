"""What the embedded index searches for, and how it is compared with products."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from model.colour_bound import looked_up, most_alike
from model.colours import Colour
from model.likeness import ColourSets, pack_colours, similarity
from server.catalog.index.chunk import Chunk, colour_sets
from server.catalog.index.screening import Floats

Rows = NDArray[np.int64]
_ROWS_AT_ONCE: Final = 1024
# Cosines among which the one is looked up that makes a similarity.
_COSINES: Final = np.linspace(0, 1, 4097, dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """Rows of one chunk that were compared exactly.

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


@dataclass(frozen=True, slots=True, eq=False)
class Query:
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

    @classmethod
    def of(cls, vector: Floats, colours: Sequence[Colour], limit: int) -> Self:
        """Return the query for a vector and colours, of which there may be none."""
        garment, cells = _prepared(pack_colours(colours))
        return cls(vector, garment, limit, cells)

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

    def compared(self, parts: Sequence[tuple[Chunk, Rows]]) -> list[Compared]:
        """Return some rows compared exactly."""
        return [
            Compared(chunk, rows, self.cosines(chunk, rows), alike)
            for (chunk, rows), alike in zip(parts, self.alike(parts) if parts else [], strict=True)
        ]


# One garment is searched for several times: in its kind, beyond it, and with each filter.
@lru_cache(maxsize=32)
def _prepared(packed: bytes) -> tuple[ColourSets, Floats | None]:
    """Return a garment's colours, and how alike each cell's are to them at most."""
    garment = ColourSets.of([packed])
    return garment, most_alike(garment) if garment.weights.any() else None
