"""Bring the embedded index up to date with the shops that changed."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select

from model.categories import Kind
from server.catalog.index.chunk import LARGEST, SMALLEST, Chunk
from server.catalog.index.facets import FacetReader, Facets
from server.catalog.index.files import IndexFiles
from server.catalog.index.screening import SAMPLE, Directions
from server.catalog.index.values import COLUMNS, digest, usable
from server.storage.database import Database
from server.storage.tables import ProductRow

# Rows in one statement, and rows whose vectors are read before they are added.
_AT_ONCE: Final = 500
_KINDS: Final = {kind.value: kind for kind in Kind}
_log = logging.getLogger(__name__)

# A product that is new, or has another vector: its mark, its kind and its facets.
_Fresh = tuple[int, Kind, tuple[Any, ...]]


class Update:
    """Changes to chunks, which leave those alone that searches are reading.

    Args:
        database: Where the products are.
        suffix: Of the embedder (`server.catalog.index.hit.fingerprint_suffix`).
        dimensions: Length of a vector.
        facets: Reads facets.
        chunks: Of each kind, as they are.
        directions: Of the chunks' views, if they have any.
        files: Where vectors go that need not stay in memory; None if nowhere.
    """

    def __init__(
        self,
        database: Database,
        suffix: str,
        dimensions: int,
        *,
        facets: FacetReader,
        chunks: Mapping[Kind, Sequence[Chunk]],
        directions: Directions | None,
        files: IndexFiles | None,
    ) -> None:
        self._database = database
        self._usable = usable(list(_KINDS), dimensions, suffix)
        self._dimensions = dimensions
        self._facets = facets
        self.chunks = {kind: list(each) for kind, each in chunks.items()}
        self.directions = directions
        self._files = files

    def look(self, screened_from: int) -> None:
        """Choose directions by a sample, if there are so many products."""
        if self.directions is not None:
            return
        with self._database.session(read_only=True) as session:
            count = session.scalar(select(func.count()).where(*self._usable)) or 0
            if count < screened_from:
                return
            ids = session.scalars(select(ProductRow.id).where(*self._usable)).all()
            some = [ids[at] for at in range(0, len(ids), max(1, len(ids) // SAMPLE))]
            vectors = [
                np.frombuffer(data, "<f4")
                for part in parts(some, _AT_ONCE)
                for data in session.scalars(
                    select(ProductRow.vector).where(ProductRow.id.in_(part), *self._usable)
                )
                if data is not None
            ]
        if vectors:
            directions = Directions.of(np.stack(vectors))
            self.directions = directions
            for each in self.chunks.values():
                each[:] = [chunk.viewed(directions) for chunk in each]

    def without(self, shops: Sequence[int]) -> None:
        """Take away what is of some shops."""
        for each in self.chunks.values():
            for at, chunk in enumerate(each):
                gone = np.isin(chunk.facets.columns["shop"], shops) & chunk.alive
                if gone.any():
                    own = chunk.own()
                    own.alive[gone] = False
                    each[at] = own

    def shop(self, shop: int, name: str) -> None:
        """Take what changed in a shop."""
        known = self._known(shop)
        fresh: dict[int, _Fresh] = {}
        stay: dict[tuple[Kind, int], list[tuple[int, tuple[Any, ...]]]] = {}
        dead: dict[tuple[Kind, int], list[int]] = {}
        for row in self._rows(shop):
            kind, mark = _KINDS[row.kind], digest(row.fingerprint, row.kind, row.colours)
            facets = self._facets.read(row, name)
            before = known.pop(row.id, None)
            if before is not None and before[0] == mark:
                stay.setdefault(before[1], []).append((before[2], facets))
                continue
            if before is not None:
                dead.setdefault(before[1], []).append(before[2])
            fresh[row.id] = mark, kind, facets
        for _, place, row_number in known.values():
            dead.setdefault(place, []).append(row_number)
        for place in stay.keys() | dead.keys():
            self._change(place, stay.get(place, []), dead.get(place, []))
        self._add(shop, fresh)

    def _known(self, shop: int) -> dict[int, tuple[int, tuple[Kind, int], int]]:
        """Return a shop's products by id: the mark, the chunk and the row."""
        known: dict[int, tuple[int, tuple[Kind, int], int]] = {}
        for kind, each in self.chunks.items():
            for at, chunk in enumerate(each):
                of_shop = chunk.alive & (chunk.facets.columns["shop"] == shop)
                rows: NDArray[np.int64] = np.flatnonzero(of_shop)
                for product, mark, row in zip(
                    chunk.ids[rows].tolist(), chunk.marks[rows].tolist(), rows.tolist(), strict=True
                ):
                    known[product] = mark, (kind, at), row
        return known

    def _change(
        self, place: tuple[Kind, int], stay: list[tuple[int, tuple[Any, ...]]], dead: list[int]
    ) -> None:
        """Change facets and life in one chunk."""
        kind, at = place
        chunk = self.chunks[kind][at]
        rows = np.array([row for row, _ in stay], np.int64)
        now = Facets.of([facets for _, facets in stay])
        changed = np.flatnonzero(chunk.facets.taken(rows).differ(now))
        if len(changed) or dead:
            own = chunk.own()
            own.facets.put(rows[changed], now.taken(changed))
            own.alive[dead] = False
            self.chunks[kind][at] = own

    def _add(self, shop: int, fresh: dict[int, _Fresh]) -> None:
        left = dict.fromkeys(Kind, 0)
        for _, kind, _ in fresh.values():
            left[kind] += 1
        for rows in parts(self._vectors(shop, fresh), _AT_ONCE):
            for kind in {fresh[row.id][1] for row in rows}:
                of_kind = [row for row in rows if fresh[row.id][1] == kind]
                self._append(kind, of_kind, fresh, left[kind])
                left[kind] -= len(of_kind)

    def _append(self, kind: Kind, rows: list[Any], fresh: dict[int, _Fresh], expected: int) -> None:
        chunks = self.chunks.setdefault(kind, [])
        while rows:
            if not chunks or not chunks[-1].room:
                if chunks:
                    chunks[-1] = self._sealed(chunks[-1])
                capacity = max(SMALLEST, expected, 2 * len(chunks[-1].ids) if chunks else 0)
                empty = Chunk.empty(min(LARGEST, capacity), self._dimensions)
                chunks.append(replace(empty, directions=self.directions))
            now, rows = rows[: chunks[-1].room], rows[chunks[-1].room :]
            ids = [row.id for row in now]
            chunks[-1] = chunks[-1].appended(
                ids,
                [fresh[product][0] for product in ids],
                Facets.of([fresh[product][2] for product in ids]),
                np.frombuffer(b"".join(row.vector for row in now), "<f4").reshape(len(now), -1),
                [row.colours or b"" for row in now],
            )

    def _sealed(self, chunk: Chunk) -> Chunk:
        """Give back the memory of a large chunk's vectors, if there is a file for them."""
        if self._files is None or len(chunk.ids) < LARGEST:
            return chunk
        try:
            return self._files.sealed(chunk)
        except OSError as error:
            _log.warning("The index stays in memory alone: %s", error)
            self._files = None
            return chunk

    def _rows(self, shop: int) -> Iterator[Any]:
        """Yield a shop's products without their vectors, in the order of import."""
        with self._database.session(read_only=True) as session:
            yield from session.execute(
                select(*COLUMNS)
                .where(ProductRow.shop_id == shop, *self._usable)
                .order_by(ProductRow.id)
                .execution_options(yield_per=_AT_ONCE)
            )

    def _vectors(self, shop: int, wanted: dict[int, Any]) -> Iterator[Any]:
        """Yield vectors and colours of some of a shop's products, in the order of import."""
        columns = (ProductRow.id, ProductRow.vector, ProductRow.colours)
        with self._database.session(read_only=True) as session:
            for ids in parts(wanted, _AT_ONCE):
                # In the order of the row ids, which is that of the file.
                yield from session.execute(
                    select(*columns)
                    .where(ProductRow.shop_id == shop, ProductRow.id.in_(ids), *self._usable)
                    .order_by(ProductRow.id)
                )


def tidied(chunks: Iterable[Chunk], *, joined: bool) -> list[Chunk]:
    """Return chunks without those that are dead, and without dead rows that are more than others.

    Args:
        chunks: Of one kind.
        joined: Whether small ones become one with the one before: each file costs a search
            a little, and each import makes one.
    """
    found: list[Chunk] = []
    for chunk in chunks:
        alive = int(np.count_nonzero(chunk.alive))
        if not alive:
            continue
        found.append(Chunk.gathered([chunk]) if 2 * alive < len(chunk.ids) else chunk)
        while joined and len(found) > 1 and _belong(*found[-2:]):
            found[-2:] = [Chunk.gathered(found[-2:])]
    return found


def _belong(one: Chunk, next_: Chunk) -> bool:
    # So that a row is copied a few times only, however many imports there are.
    size, added = len(one.ids), len(next_.ids)
    return size <= 2 * added and size + added <= LARGEST


def parts(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Yield items, some at a time."""
    iterator = iter(items)
    while part := list(islice(iterator, size)):
        yield part
