"""The files in which the embedded index is kept, so that a start maps it instead of reading it.

They lie beside the database and hold nothing that is not in it: what is missing, of another
form or does not fit is made again. A file of chunks is never changed
(`server.catalog.index.chunk_files`). A list of the files that belong together takes the place of
the one before in one step, so that a program or a machine that stops at any moment leaves the old
ones or the new ones. Whoever has files mapped that are deleted since goes on with them.
"""

import base64
import json
import logging
import os
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from model.categories import Kind
from server.catalog.index.arrays import DamagedFileError
from server.catalog.index.chunk import Chunk
from server.catalog.index.chunk_files import ChunkFiles, names_of
from server.catalog.index.screening import Directions
from server.catalog.locks import ShopBusyError, ShopLocks
from server.catalog.version import Version

# Another number is another form.
_FORM: Final = 2
_LIST: Final = "index.json"

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What the files hold.

    Attributes:
        version: Of the shops, see `server.catalog.version.shops_version`.
        chunks: The chunks of each kind; all have the directions.
        directions: Of the views.
        codes: Values of the columns of facets, in the order of their numbers.
        name: Of the list of files; each has another.
    """

    version: Version
    chunks: Mapping[Kind, Sequence[Chunk]]
    directions: Directions
    codes: Mapping[str, Iterable[object]]
    name: str = ""


class IndexFiles:
    """The files of one embedder's index.

    Args:
        database: The file of the database beside which they lie.
        embedder: A name for the embedder.
        dimensions: Length of a vector.
    """

    def __init__(self, database: Path, embedder: str, dimensions: int) -> None:
        # So named, backups leave it out.
        self._folder = database.with_name(f"{database.name}-index") / embedder
        self._locks = ShopLocks(database.parent)
        self._dimensions = dimensions
        self._chunks = ChunkFiles(self._folder, dimensions)

    @contextmanager
    def hold(self) -> Iterator[bool]:
        """Keep other programs from writing; say whether that was possible."""
        with ExitStack() as held:
            try:
                held.enter_context(self._locks.hold(str(self._folder)))
            except (ShopBusyError, OSError):
                yield False
            else:
                yield True

    def name(self) -> str:
        """Return the name of the list of files; empty if there is none."""
        try:
            return str(self._list()["name"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    def read(self) -> Kept | None:
        """Map what is there; None if that is nothing, damaged, or of another form."""
        try:
            found = self._list()
            if (found["form"], found["dimensions"]) != (_FORM, self._dimensions):
                return None
            seen = np.frombuffer(base64.b64decode(found["directions"]), "<f4")
            seen = seen.reshape(self._dimensions + 2, -1)
            directions = Directions(np.ascontiguousarray(seen[:-2]), seen[-2], seen[-1])
            chunks: dict[Kind, list[Chunk]] = {}
            for each in found["chunks"]:
                chunk = self._chunks.mapped(each["rows"], each["facets"], each["count"], directions)
                chunks.setdefault(Kind(each["kind"]), []).append(chunk)
            version = tuple(
                (shop, datetime.fromisoformat(at), name, partner)
                for shop, at, name, partner in found["version"]
            )
            codes = {name: list(map(_thawed, each)) for name, each in found["codes"].items()}
            return Kept(version, chunks, directions, codes, found["name"])
        except FileNotFoundError:
            return None
        except (OSError, DamagedFileError, ValueError, KeyError, TypeError, AttributeError):
            _log.warning("The copy of the index is damaged and made again", exc_info=True)
            return None

    def sealed(self, chunk: Chunk) -> Chunk:
        """Return a chunk whose vectors are in a file; see `ChunkFiles.sealed`."""
        return self._chunks.sealed(chunk)

    def write(self, kept: Kept) -> Kept:
        """Keep an index, and return it as it is mapped from the files.

        Raises:
            OSError: There is no room, or the folder cannot be written; what was kept before
                still is.
        """
        chunks = {
            kind: [self._chunks.kept(chunk) for chunk in each] for kind, each in kept.chunks.items()
        }
        kept = replace(kept, chunks=chunks, name=uuid.uuid4().hex)
        seen = kept.directions
        written: dict[str, object] = {
            "form": _FORM,
            "name": kept.name,
            "dimensions": self._dimensions,
            "version": [
                [shop, at.isoformat() if isinstance(at, datetime) else at, name, partner]
                for shop, at, name, partner in kept.version
            ],
            "codes": {name: list(map(_frozen, each)) for name, each in kept.codes.items()},
            "directions": base64.b64encode(
                np.vstack([seen.axes, seen.low, seen.step]).astype("<f4").tobytes()
            ).decode(),
            "chunks": [
                {
                    "kind": kind.value,
                    "count": len(chunk.ids),
                    "rows": chunk.rows_file,
                    "facets": chunk.facets_file,
                }
                for kind, each in chunks.items()
                for chunk in each
            ],
        }
        part = self._folder / f"{kept.name}.part"
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(written, file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(self._folder / _LIST)
        self.tidy({name for each in chunks.values() for c in each for name in names_of(c)})
        return kept

    def tidy(self, used: Iterable[str] | None = None) -> None:
        """Delete files that belong to nothing: those of a write that was cut short, too.

        Args:
            used: The names of those that do; None to ask the list.
        """
        with suppress(OSError):
            names = set(self._listed() if used is None else used) | {_LIST}
            for path in self._folder.iterdir():
                if path.name not in names:
                    path.unlink(missing_ok=True)

    def others(self) -> dict[str, Path]:
        """Return the folders of other embedders, by their names."""
        try:
            found = [path for path in self._folder.parent.iterdir() if path.is_dir()]
        except OSError:
            return {}
        return {path.name: path for path in found if path.name != self._folder.name}

    def _list(self) -> Any:
        return json.loads((self._folder / _LIST).read_text(encoding="utf-8"))

    def _listed(self) -> set[str]:
        try:
            return {each[kind] for each in self._list()["chunks"] for kind in ("rows", "facets")}
        except (ValueError, KeyError, TypeError, FileNotFoundError):
            return set()


def _frozen(value: object) -> object:
    """Return a value of a facet as JSON has it."""
    return sorted(value) if isinstance(value, frozenset) else value


def _thawed(value: object) -> object:
    return frozenset(value) if isinstance(value, list) else value
