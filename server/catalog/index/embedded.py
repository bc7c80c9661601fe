"""Exact search for the most similar products, in files that are mapped into memory."""

import logging
import re
import shutil
import threading
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select

from model.categories import Kind
from model.colours import Colour
from server.catalog.index.chunk import Chunk
from server.catalog.index.facets import FacetReader
from server.catalog.index.files import IndexFiles, Kept
from server.catalog.index.hit import (
    Hit,
    Vectors,
    fingerprint_suffix,
    log_unfindable,
)
from server.catalog.index.nearest import nearest
from server.catalog.index.screening import SAMPLE, Directions
from server.catalog.index.updating import Update, tidied
from server.catalog.version import Version, shops_version
from server.goods.wanted import ANYTHING, Wanted
from server.storage.database import Database
from server.storage.tables import ProductRow

_NAME: Final = re.compile(r"[0-9a-z]{1,16}")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """The index as of one moment; each change makes another, most of which is shared."""

    version: Version = ()
    chunks: Mapping[Kind, Sequence[Chunk]] = field(default_factory=dict)
    directions: Directions | None = None
    facets: FacetReader = field(default_factory=FacetReader)
    # Of the list of files that it is in; empty if it is in none.
    kept: str = ""


class EmbeddedIndex:
    """Finds products of a kind by similarity; safe to share between threads.

    Each search compares the shops' times of import, one row a shop, with those that it knows.
    Of a shop that changed, the products are read without their vectors, and the vectors of
    those that are new or have another picture: one thread does that while the others go on
    with what they have. From some thousand products on, what came of it is kept beside a SQLite
    database (`server.catalog.index.files`), from where the next start maps it.

    Args:
        database: Where the products are.
        embedder: Fingerprint of the embedder; vectors of another one are left out, since a
            cosine between the two means nothing.
        dimensions: Length of a vector.
        screened_from: The number of products from which searches look at a bound first.
    """

    def __init__(
        self, database: Database, embedder: str, dimensions: int, screened_from: int = SAMPLE
    ) -> None:
        self._database = database
        self._suffix = fingerprint_suffix(embedder)
        self._dimensions = dimensions
        self._screened_from = screened_from
        self._lock = threading.Lock()
        self._state: _State | None = None
        name = self._suffix.removeprefix(":")
        file = database.file if _NAME.fullmatch(name) else None
        self._files = IndexFiles(file, name, dimensions) if file is not None else None

    def search(
        self,
        vector: Vectors,
        colours: Sequence[Colour],
        kind: Kind | None,
        limit: int,
        wanted: Wanted = ANYTHING,
    ) -> list[Hit]:
        """Return the most similar products; see `server.catalog.index.hit.ProductIndex`."""
        state = self._current()
        kinds = state.chunks if kind is None else [kind]
        chunks = [chunk for each in kinds for chunk in state.chunks.get(each, ())]
        fits = state.facets.fits(wanted, _partners(state.version)) if wanted else None
        return nearest(chunks, fits, vector, colours, limit)

    def version(self) -> Version:
        """Return a value that changes with every import and removal."""
        return shops_version(self._database)

    def _current(self) -> _State:
        version = self.version()
        state = self._state
        if state is not None and version == state.version:
            return state
        if self._lock.acquire(blocking=state is None):
            try:
                if self._state is None:
                    self._state = self._read()
                if self._state is None or version != self._state.version:
                    self._state = self._updated(self._state or _State(), version)
                return self._state
            finally:
                self._lock.release()
        return state or _State()

    def _read(self) -> _State | None:
        kept = self._files.read() if self._files is not None else None
        if kept is None:
            return None
        facets = FacetReader(kept.codes)
        return _State(kept.version, kept.chunks, kept.directions, facets, kept.name)

    def _updated(self, state: _State, version: Version) -> _State:
        """Return the index with what changed in the shops since its version."""
        with self._files.hold() if self._files is not None else nullcontext(False) as ours:
            if ours and self._files is not None and self._files.name() not in ("", state.kept):
                # Another program was quicker; its files may be all that is left.
                state = self._read() or state
            found = self._changed(state, version, self._files if ours else None)
        log_unfindable(self._database, self._dimensions, self._suffix)
        return found

    def _changed(self, state: _State, version: Version, files: IndexFiles | None) -> _State:
        new = {row[0]: row for row in version}
        old = {row[0]: row for row in state.version}
        update = Update(
            self._database,
            self._suffix,
            self._dimensions,
            facets=state.facets,
            chunks=state.chunks,
            directions=state.directions,
            files=files,
        )
        update.look(self._screened_from)
        update.without([int(str(shop)) for shop in old if shop not in new])
        for shop, row in new.items():
            if old.get(shop) != row:
                update.shop(int(str(shop)), str(row[2]))
        keep = files is not None and update.directions is not None
        chunks = {kind: tidied(each, joined=keep) for kind, each in update.chunks.items()}
        found = _State(version, chunks, update.directions, state.facets)
        return self._kept(found, files) if keep and files is not None else found

    def _kept(self, state: _State, files: IndexFiles) -> _State:
        """Return an index that is in files; as it is if that cannot be."""
        assert state.directions is not None  # noqa: S101 - checked by the caller
        codes = {name: each.values() for name, each in state.facets.codes.items()}
        try:
            kept = files.write(Kept(state.version, state.chunks, state.directions, codes))
            self._forget_others(files)
        except OSError as error:
            _log.warning("The index is not kept, and is made again at the next start: %s", error)
            files.tidy()
            return state
        return _State(state.version, kept.chunks, state.directions, state.facets, kept.name)

    def _forget_others(self, files: IndexFiles) -> None:
        """Delete the files of embedders that made none of the vectors that there are."""
        for name, folder in files.others().items():
            with self._database.session(read_only=True) as session:
                used = select(ProductRow.id).where(
                    ProductRow.vector.is_not(None), ProductRow.fingerprint.endswith(f":{name}")
                )
                if session.scalar(used.limit(1)) is None:
                    shutil.rmtree(folder, ignore_errors=True)


def _partners(version: Version) -> frozenset[int]:
    return frozenset(int(str(row[0])) for row in version if row[-1])
