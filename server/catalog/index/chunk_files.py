"""The files of the embedded index's chunks: one with their rows, one with what filters look at.

Each is written whole, under a name that no file had, and is never changed.
"""

import shutil
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from model.colour_bound import PACKED
from model.colours import MOST_COLOURS
from server.catalog.index.arrays import Column, map_arrays, write_arrays
from server.catalog.index.chunk import Chunk, Store
from server.catalog.index.facets import COLUMNS, Facets
from server.catalog.index.screening import Directions

# What stays free on the disk: this is only a copy.
_LEFT_FREE: Final = 256 * 2**20
_FACETS: Final = (
    *(Column(name, kind) for name, kind in COLUMNS.items()),
    Column("alive", np.dtype(np.bool_)),
)


class ChunkFiles:
    """Writes chunks into a folder, and maps them from there.

    Args:
        folder: The folder, which is made when it is needed.
        dimensions: Length of a vector.
    """

    def __init__(self, folder: Path, dimensions: int) -> None:
        self._folder = folder
        self._dimensions = dimensions

    def sealed(self, chunk: Chunk) -> Chunk:
        """Return a chunk whose vectors are in a file and not in memory.

        Raises:
            OSError: There is no room, or the folder cannot be written.
        """
        if chunk.rows_file is not None or chunk.directions is None:
            return chunk
        count, width = len(chunk.ids), chunk.directions.width
        columns = self._rows(width)
        self._check_room(count * sum(column.row_bytes for column in columns))
        name = f"{uuid.uuid4().hex}.rows"
        store = chunk.store
        values: list[NDArray[Any]] = [chunk.ids, chunk.marks, store.packed, store.weights]
        values += [store.cells, store.over, store.views, store.vectors]
        arrays = [each[:count] for each in values]
        for folder in (self._folder.parent, self._folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_arrays(self._folder / name, columns, arrays)
        return self._with_rows(replace(chunk, rows_file=name), width)

    def kept(self, chunk: Chunk) -> Chunk:
        """Return a chunk of which everything is in files.

        Raises:
            OSError: There is no room, or the folder cannot be written.
        """
        chunk = self.sealed(chunk)
        if chunk.facets_file is not None:
            return chunk
        name, count = f"{uuid.uuid4().hex}.facets", len(chunk.ids)
        self._check_room(count * sum(column.row_bytes for column in _FACETS))
        arrays = [chunk.facets.columns[column.name] for column in _FACETS[:-1]]
        write_arrays(self._folder / name, _FACETS, [*arrays, chunk.alive])
        found = map_arrays(self._folder / name, _FACETS, count)
        alive = found.pop("alive")
        return replace(chunk, facets=Facets(found), alive=alive, facets_file=name)

    def mapped(self, rows: str, facets: str, count: int, directions: Directions) -> Chunk:
        """Return a chunk as it is in its files.

        Args:
            rows: The name of the file with its rows.
            facets: The name of the other.
            count: How many rows there are.
            directions: Of its views.

        Raises:
            DamagedFileError: They are not as they were written.
            OSError: They cannot be read.
            ValueError: They are not in this folder.
        """
        found = map_arrays(self._folder / _plain(facets), _FACETS, count)
        alive = found.pop("alive")
        ids = np.empty(count, np.int64)
        chunk = Chunk(
            Store.empty(0, 0), ids, ids, Facets(found), alive, directions, _plain(rows), facets
        )
        return self._with_rows(chunk, directions.width)

    def _rows(self, width: int) -> tuple[Column, ...]:
        """Return what a file of rows holds; what most of it is comes last, and is not summed."""
        return (
            Column("ids", np.dtype("<i8")),
            Column("marks", np.dtype("<i8")),
            Column("packed", np.dtype("u1"), PACKED),
            Column("weights", np.dtype("<f4"), MOST_COLOURS, by_column=True),
            Column("cells", np.dtype("<u2"), MOST_COLOURS, by_column=True),
            Column("over", np.dtype("<i4")),
            Column("views", np.dtype("i1"), width, summed=False, by_column=True),
            Column("vectors", np.dtype("<f4"), self._dimensions, summed=False),
        )

    def _with_rows(self, chunk: Chunk, width: int) -> Chunk:
        assert chunk.rows_file is not None  # noqa: S101 - a caller's mistake
        path = self._folder / chunk.rows_file
        found = map_arrays(path, self._rows(width), len(chunk.ids))
        ids, marks = found.pop("ids"), found.pop("marks")
        return replace(chunk, store=Store(**found), ids=ids, marks=marks)

    def _check_room(self, size: int) -> None:
        place = next(path for path in (self._folder, *self._folder.parents) if path.exists())
        if shutil.disk_usage(place).free - size < _LEFT_FREE:
            raise OSError(f"{size / 1e6:,.0f} MB more would fill the disk")


def names_of(chunk: Chunk) -> Iterator[str]:
    """Yield the names of a chunk's files."""
    yield from filter(None, (chunk.rows_file, chunk.facets_file))


def _plain(name: str) -> str:
    """Return a file's name, which is one in this folder."""
    if Path(name).name != name:
        raise ValueError(name)
    return name
