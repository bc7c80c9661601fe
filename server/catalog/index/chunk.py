"""A part of the embedded index: the vectors of up to some ten thousand products of one kind."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.colour_bound import PACKED, Cells, cells_of
from model.colours import MOST_COLOURS
from model.likeness import BYTES_A_COLOUR, ColourSets, lab_of
from server.catalog.index.facets import Facets, Mask
from server.catalog.index.products import surplus
from server.catalog.index.screening import Codes, Directions, Floats, Surplus

# Rows of the first chunk and of the largest. Memory is taken from the system as it is filled.
SMALLEST: Final = 256
LARGEST: Final = 65536


@dataclass(slots=True, eq=False)
class Store:
    """Rows that are only ever appended, so that searches need no lock.

    Attributes:
        vectors: ``[capacity, D]`` float32.
        packed: Colours as they are stored, filled up, ``[capacity, PACKED]`` uint8.
        weights: Their weights, see `model.likeness.ColourSets`; a column in one piece.
        cells: Their cells, see `model.colour_bound`; a column in one piece.
        views: What the directions keep of each vector, see `Directions.views`; a column in one
            piece, without rows while there are no directions.
        over: Of the views, see `server.catalog.index.products.surplus`.
    """

    vectors: Floats
    packed: NDArray[np.uint8]
    weights: Floats
    cells: Cells
    views: Codes = field(default_factory=lambda: np.empty((0, 0), np.int8))
    over: Surplus = field(default_factory=lambda: np.empty(0, np.int32))

    @classmethod
    def empty(cls, capacity: int, dimensions: int) -> "Store":
        """Return a store without rows."""
        return cls(
            np.empty((capacity, dimensions), np.float32),
            np.empty((capacity, PACKED), np.uint8),
            np.empty((capacity, MOST_COLOURS), np.float32, "F"),
            np.empty((capacity, MOST_COLOURS), np.uint16, "F"),
        )

    def put(self, at: int, vectors: Floats, packed: Sequence[bytes]) -> None:
        """Append rows; an update that failed may have left others there."""
        end = at + len(vectors)
        self.vectors[at:end] = vectors
        self.weights[at:end] = ColourSets.of(packed).weights
        filled = b"".join(data[:PACKED].ljust(PACKED, b"\0") for data in packed)
        self.packed[at:end] = np.frombuffer(filled, np.uint8).reshape(-1, PACKED)
        self.cells[at:end] = cells_of(self.packed[at:end])

    def view_by(self, directions: Directions, start: int, end: int) -> None:
        """Compute what is kept of some rows."""
        if not len(self.views):
            self.views = np.empty((len(self.vectors), directions.width), np.int8, "F")
            self.over = np.empty(len(self.vectors), np.int32)
        for at in range(start, end, SMALLEST):
            to = min(end, at + SMALLEST)
            views = directions.views(self.vectors[at:to])
            self.views[at:to], self.over[at:to] = views, surplus(views)


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """A store as of one moment.

    Attributes:
        store: The vectors and colours; rows from ``len(ids)`` on are not of this moment.
        ids: Of the products, ``[N]`` int64.
        marks: What changes with a product's vector, ``[N]`` int64.
        facets: What filters look at, of ``N`` products.
        alive: False for what was removed or replaced, ``[N]``.
        directions: Those of the store's views; None if it has none yet.
        rows_file: Where all but facets and life is kept; None if that is nowhere.
        facets_file: Where these are kept as they are.
    """

    store: Store
    ids: NDArray[np.int64]
    marks: NDArray[np.int64]
    facets: Facets
    alive: Mask
    directions: Directions | None = None
    rows_file: str | None = None
    facets_file: str | None = None

    @classmethod
    def empty(cls, capacity: int, dimensions: int) -> "Chunk":
        """Return a chunk without products."""
        numbers = np.empty(0, np.int64)
        return cls(
            Store.empty(capacity, dimensions),
            numbers,
            numbers,
            Facets.of([]),
            np.empty(0, np.bool_),
        )

    @classmethod
    def gathered(cls, chunks: Sequence["Chunk"]) -> "Chunk":
        """Return one chunk with what is alive in some, which have the same directions."""
        rows = [np.flatnonzero(chunk.alive) for chunk in chunks]
        stores = [chunk.store for chunk in chunks]

        def all_of(arrays: Sequence[NDArray[Any]]) -> NDArray[Any]:
            return np.concatenate([each[which] for each, which in zip(arrays, rows, strict=True)])

        directions = chunks[0].directions
        store = Store(
            all_of([store.vectors for store in stores]),
            all_of([store.packed for store in stores]),
            np.asfortranarray(all_of([store.weights for store in stores])),
            np.asfortranarray(all_of([store.cells for store in stores])),
        )
        if directions is not None:
            store.views = np.asfortranarray(all_of([each.views for each in stores]))
            store.over = all_of([each.over for each in stores])
        return cls(
            store,
            all_of([chunk.ids for chunk in chunks]),
            all_of([chunk.marks for chunk in chunks]),
            Facets.joined([c.facets.taken(which) for c, which in zip(chunks, rows, strict=True)]),
            np.ones(len(store.vectors), np.bool_),
            directions,
        )

    @property
    def room(self) -> int:
        """How many rows can be appended."""
        return len(self.store.vectors) - len(self.ids)

    def appended(
        self,
        ids: Sequence[int],
        marks: Sequence[int],
        facets: Facets,
        vectors: Floats,
        packed: Sequence[bytes],
    ) -> "Chunk":
        """Return the chunk with more rows, no more than there is room for."""
        at = len(self.ids)
        self.store.put(at, vectors, packed)
        if self.directions is not None:
            self.store.view_by(self.directions, at, at + len(ids))
        return replace(
            self,
            ids=np.append(self.ids, np.asarray(ids, np.int64)),
            marks=np.append(self.marks, np.asarray(marks, np.int64)),
            facets=Facets.joined([self.facets, facets]),
            alive=np.append(self.alive, np.ones(len(ids), np.bool_)),
        )

    def viewed(self, directions: Directions) -> "Chunk":
        """Return the chunk with the views of all its rows."""
        self.store.view_by(directions, 0, len(self.ids))
        return replace(self, directions=directions)

    def own(self) -> "Chunk":
        """Return a chunk whose facets and life can be changed, while searches read the others."""
        return replace(self, facets=self.facets.copied(), alive=self.alive.copy(), facets_file=None)


def colour_sets(packed: NDArray[np.uint8], weights: Floats) -> ColourSets:
    """Return some rows' colours, ready to be compared."""
    rgb = packed.reshape(-1, BYTES_A_COLOUR)[:, :3]
    return ColourSets(lab_of(rgb).reshape(-1, MOST_COLOURS, 3), weights)


def unpadded(colours: bytes) -> bytes:
    """Return a product's colours as they are stored, without those that there are not."""
    # The last byte of a colour is its share, which is never 0.
    return colours.rstrip(b"\0")
