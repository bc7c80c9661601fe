"""Products whose vectors another embedder made, searched with that embedder.

After a change of weights the products' vectors are made again one by one
(`server.catalog.reembedding`); until then the old ones answer, as long as the old weights are
there.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select

from model.categories import Kind
from model.colours import Colour
from model.embedder import Embedder
from server.catalog.index.hit import Hit, ProductIndex, fingerprint_suffix
from server.catalog.version import shops_version
from server.goods.wanted import Wanted
from server.storage.database import Database
from server.storage.tables import ProductRow

Vector = NDArray[np.float32]
# Makes the vector of what is searched for, with an embedder.
EmbedBy = Callable[[Embedder], Vector]
# Returns the embedder whose fingerprint begins so, from whatever weights there are; None if none.
FindEmbedder = Callable[[str], Embedder | None]
_DIGITS = len(fingerprint_suffix("0" * 64)) - 1


@dataclass(frozen=True, slots=True)
class _Old:
    embedder: Embedder
    index: ProductIndex


class OldVectors:
    """Searches the vectors of other embedders; safe to share between threads.

    Args:
        database: Where the products are.
        embedder: The embedder in force.
        find: Finds other embedders.
        index: Makes the index over the vectors of an embedder.
    """

    def __init__(
        self,
        database: Database,
        embedder: Embedder,
        find: FindEmbedder,
        index: Callable[[Embedder], ProductIndex],
    ) -> None:
        self._database = database
        self._embedder = embedder
        self._find = find
        self._index = index
        self._lock = threading.Lock()
        self._version: object = None
        self._names: frozenset[str] = frozenset()
        self._known: dict[str, _Old | None] = {}

    def search(
        self,
        embed_by: EmbedBy,
        colours: Sequence[Colour],
        kind: Kind | None,
        limit: int,
        wanted: Wanted,
    ) -> list[Hit]:
        """Return the most similar products whose vectors are old, best first.

        Their hits have a vector of zeros: nothing else can be compared with it.
        """
        found: list[Hit] = []
        nothing = np.zeros(self._embedder.dimensions, np.float16)
        for old in self._all():
            vector = embed_by(old.embedder)
            hits = old.index.search(vector, colours, kind, limit, wanted)
            found += [replace(hit, vector=nothing) for hit in hits]
        return sorted(found, key=lambda hit: -hit.similarity)[:limit]

    def has(self, name: str) -> bool:
        """Return whether the embedder is there whose fingerprint begins so."""
        with self._lock:
            return self._learn(name) is not None

    def _learn(self, name: str) -> _Old | None:
        if name not in self._known:
            embedder = self._find(name)
            self._known[name] = _Old(embedder, self._index(embedder)) if embedder else None
        return self._known[name]

    def _all(self) -> Iterator[_Old]:
        version = shops_version(self._database)
        with self._lock:
            if version != self._version:
                self._names, self._version = self._stale(), version
            for name in sorted(self._names):
                self._learn(name)
            # The memory of those that are done is given back.
            self._known = {name: self._known[name] for name in self._names}
            found = list(self._known.values())
        return filter(None, found)

    def _stale(self) -> frozenset[str]:
        print_ = ProductRow.fingerprint
        name = func.substr(print_, func.length(print_) - (_DIGITS - 1))
        suffix = fingerprint_suffix(self._embedder.fingerprint)
        stale = ProductRow.vector.is_not(None), print_.endswith(suffix).is_(False)
        with self._database.session(read_only=True) as session:
            return frozenset(session.scalars(select(name).where(*stale).distinct()))
