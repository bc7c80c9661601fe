"""Search for the most similar products in PostgreSQL, by its extension pgvector.

The rows of the index are made of those of `products`, in the same database, and noticed by the
shops' times of import. Vectors have half precision there; what is found is compared again with
the whole ones. Few products are all compared. Of many, an HNSW index for each kind names
candidates, and goes on naming some until enough of them are wanted: filters lose nothing.
"""

import logging
import threading
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from sqlalchemy import ColumnElement, func, literal, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from model.categories import Kind
from model.colours import Colour
from model.likeness import ColourSets, pack_colours, similarity
from server.catalog.index.errors import IndexUnavailableError
from server.catalog.index.hit import (
    Hit,
    Vectors,
    fingerprint_suffix,
    log_unfindable,
)
from server.catalog.index.pgvector_table import IndexTable, marks
from server.catalog.index.values import COLUMNS, usable
from server.catalog.version import shops_version
from server.goods.wanted import ANYTHING, Wanted
from server.storage.database import Database
from server.storage.tables import ProductRow

# Up to so many products are compared without any index: some hundredths of a second.
EXACT_UP_TO: Final = 10_000
# Candidates for each product wanted: their colours, unknown to the index, decide which are best.
_CANDIDATES: Final = 6
_LEAST_CANDIDATES: Final = 500
# Products that are compared with their whole vectors, for each that is wanted.
_EXACTLY: Final = 1.25
# The most products that one search looks at in the index for those that are wanted.
_MOST_LOOKED_AT: Final = 400_000
_MOST_EF: Final = 1000
_AT_ONCE: Final = 500
# The first version whose searches go on until enough of what they find is wanted.
_LEAST_VERSION: Final = (0, 8)
# Arbitrary numbers for the advisory locks under which the index is changed, and HNSW is built.
_CHANGING, _BUILDING = 7_231_905_119, 7_231_905_120
# The most memory that building takes, in kilobytes.
_MOST_MEMORY: Final = 2 * 2**20
_KINDS: Final = [kind.value for kind in Kind]
_log = logging.getLogger(__name__)


class PgvectorIndex:
    """Finds products of a kind by similarity; safe to share between threads and processes.

    Args:
        database: Where the products are: PostgreSQL with pgvector 0.8 or later.
        embedder: Fingerprint of the embedder; vectors of another one are left out.
        dimensions: Length of a vector.
        exact_up_to: Up to so many products are all compared.
    """

    def __init__(
        self, database: Database, embedder: str, dimensions: int, exact_up_to: int = EXACT_UP_TO
    ) -> None:
        self._database = database
        self._suffix = fingerprint_suffix(embedder)
        self._dimensions = dimensions
        self._exact_up_to = exact_up_to
        self._table = IndexTable(self._suffix, dimensions)
        self._lock = threading.Lock()
        self._version: tuple[tuple[object, ...], ...] | None = None
        self._counts: dict[str, int] = {}
        self._indexed: frozenset[str] = frozenset()
        self._building = threading.Lock()
        self._builder: threading.Thread | None = None

    def version(self) -> tuple[tuple[object, ...], ...]:
        """Return a value that changes with every import and removal."""
        return shops_version(self._database)

    def search(
        self,
        vector: Vectors,
        colours: Sequence[Colour],
        kind: Kind | None,
        limit: int,
        wanted: Wanted = ANYTHING,
    ) -> list[Hit]:
        """Return the most similar products; see `server.catalog.index.hit.ProductIndex`."""
        self._bring_up_to_date()
        garment = ColourSets.of([pack_colours(colours)])
        with self._database.session(read_only=True) as session:
            found: list[tuple[int, float, bytes]] = []
            for each in [kind.value] if kind else list(self._counts):
                found += self._candidates(session, vector, each, limit, wanted)
            if not found:
                return []
            ids, distances, packed = zip(*found, strict=True)
            alike = ColourSets.of(packed).alike(garment)
            cosines = 1 - np.array(distances, np.float32)
            best = np.lexsort((ids, -cosines, -similarity(cosines, alike)))
            best = best[: round(limit * _EXACTLY) + 1]
            close = {ids[i]: (packed[i], alike[i]) for i in best}
            return _compared(session, vector, close)[:limit]

    def build(self) -> None:
        """Build the HNSW indexes that are missing, unless another process is doing it."""
        with self._building:
            self._build()

    def _build(self) -> None:
        engine = self._database.engine.execution_options(isolation_level="AUTOCOMMIT")
        table = self._table.name
        with engine.connect() as connection:
            lock = {"lock": _BUILDING}
            # Not to be waited for: building waits for every statement that began before it.
            if not connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), lock):
                return
            try:
                there = self._valid_indexes(connection)
                for kind, count in self._counts.items():
                    if count <= self._exact_up_to or kind in there:
                        continue
                    _log.info("Building the index of %d products (%s)", count, kind)
                    memory = min(_MOST_MEMORY, 65536 + count * self._dimensions * 3 // 1024)
                    name = self._table.hnsw(kind)
                    of_kind = f"USING hnsw (vector halfvec_cosine_ops) WHERE kind = '{kind}'"
                    for statement in (
                        f"SET maintenance_work_mem = '{memory}kB'",
                        # What a build that was killed left behind.
                        f"DROP INDEX IF EXISTS {name}",
                        f"CREATE INDEX CONCURRENTLY {name} ON {table} {of_kind}",
                        "RESET maintenance_work_mem",
                    ):
                        connection.exec_driver_sql(statement)
                self._indexed = self._valid_indexes(connection)
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:lock)"), lock)

    def _candidates(
        self, session: Session, vector: Vectors, kind: str, limit: int, wanted: Wanted
    ) -> list[tuple[int, float, bytes]]:
        """Return products that may be the most similar: ids, cosine distances and colours."""
        rows = self._table.rows
        here: ColumnElement[bool] = (rows.c.kind == literal(kind, literal_execute=True)) & (
            self._table.fits(wanted)
        )
        distance = rows.c.vector.cosine_distance(vector)
        statement = select(rows.c.product_id, distance.label("distance"), rows.c.colours)
        statement = statement.where(here)
        if kind in self._indexed and not self._are_few(session, kind, here, wanted):
            most = max(_LEAST_CANDIDATES, _CANDIDATES * limit)
            for name, value in (
                ("hnsw.ef_search", min(most, _MOST_EF)),
                ("hnsw.iterative_scan", "relaxed_order"),
                ("hnsw.max_scan_tuples", _MOST_LOOKED_AT),
                ("hnsw.scan_mem_multiplier", 8),
                # Read the index, which is in order already.
                ("enable_sort", "off"),
            ):
                session.execute(text(f"SET LOCAL {name} = {value}"))
            statement = statement.order_by(distance).limit(most)
        return [tuple(row) for row in session.execute(statement)]

    def _are_few(
        self, session: Session, kind: str, here: ColumnElement[bool], wanted: Wanted
    ) -> bool:
        """Return whether what is wanted of a kind is little enough to compare all of it."""
        most = self._exact_up_to
        if self._counts.get(kind, 0) <= most:
            return True
        if not wanted:
            return False
        some = select(literal(1)).select_from(self._table.rows).where(here).limit(most + 1)
        count = session.scalar(select(func.count()).select_from(some.subquery())) or 0
        return count <= most

    def _bring_up_to_date(self) -> None:
        version = self.version()
        if version == self._version:
            return
        if not self._lock.acquire(blocking=self._version is None):
            return
        try:
            if version != self._version and self._update(version):
                self._version = version
            if any(
                count > self._exact_up_to and kind not in self._indexed
                for kind, count in self._counts.items()
            ) and not (self._builder and self._builder.is_alive()):
                self._builder = threading.Thread(target=self._try_to_build, daemon=True)
                self._builder.start()
        finally:
            self._lock.release()

    def _try_to_build(self) -> None:
        try:
            self.build()
        except DBAPIError:
            _log.exception("The index of the catalogue could not be built; all is compared")

    def _update(self, version: tuple[tuple[object, ...], ...]) -> bool:
        """Write what changed in the shops; return False if another process is doing it."""
        with self._database.session() as session:
            if self._version is None:
                self._prepare(session)
            lock = "pg_advisory_xact_lock" if self._version is None else "pg_try_advisory_xact_lock"
            got = session.scalar(text(f"SELECT {lock}(:lock)"), {"lock": _CHANGING})
            if got is False:
                return False
            shops = self._table.shops
            known = {row.shop_id: (row.imported_at, row.name) for row in session.execute(
                select(shops))}  # fmt: skip
            changed = False
            for row in version:
                shop, imported_at, name = int(str(row[0])), row[1], str(row[2])
                if known.get(shop) == (imported_at, name):
                    continue
                changed = True
                self._update_shop(session, shop, name)
                now = {"imported_at": imported_at, "name": name}
                session.execute(
                    insert(shops)
                    .values(shop_id=shop, **now)
                    .on_conflict_do_update(index_elements=["shop_id"], set_=now)
                )
            kind = self._table.rows.c.kind
            counts = session.execute(select(kind, func.count()).group_by(kind))
            self._counts = {row[0]: row[1] for row in counts}
            self._indexed = self._valid_indexes(session)
        if changed:
            log_unfindable(self._database, self._dimensions, self._suffix)
        return True

    def _prepare(self, session: Session) -> None:
        """Make the tables, where they are missing.

        Raises:
            IndexUnavailableError: PostgreSQL has no pgvector, or an old one.
        """
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _CHANGING})
        offered = session.scalar(
            text("SELECT default_version FROM pg_available_extensions WHERE name = 'vector'")
        )
        if offered is None:
            raise IndexUnavailableError(
                "PostgreSQL has no pgvector.",
                hint="Install it for this server (https://github.com/pgvector/pgvector).",
            )
        session.execute(text("CREATE EXTENSION IF NOT EXISTS vector"))
        has = session.scalar(text("SELECT extversion FROM pg_extension WHERE extname = 'vector'"))
        if tuple(int(part) for part in str(has).split(".")[:2]) < _LEAST_VERSION:
            raise IndexUnavailableError(
                f"pgvector {has} is too old.",
                hint="Install 0.8 or later, and run ALTER EXTENSION vector UPDATE.",
            )
        self._table.metadata.create_all(session.connection(), [self._table.rows, self._table.shops])
        # Beside the rows, not in a table of its own: comparing all reads every vector.
        session.execute(
            text(f"ALTER TABLE {self._table.name} ALTER COLUMN vector SET STORAGE PLAIN")
        )

    def _update_shop(self, session: Session, shop: int, name: str) -> None:
        rows = self._table.rows
        columns = (rows.c.product_id, rows.c.picture_mark, rows.c.values_mark)
        known = {
            row.product_id: (row.picture_mark, row.values_mark)
            for row in session.execute(select(*columns).where(rows.c.shop_id == shop))
        }
        fresh: dict[int, tuple[Any, str, int, int]] = {}
        changed = []
        gone = set(known)
        wanted = select(*COLUMNS).where(
            ProductRow.shop_id == shop, *usable(_KINDS, self._dimensions, self._suffix)
        )
        for row in session.execute(wanted.order_by(ProductRow.id)):
            picture, values = marks(row, name)
            before = known.get(row.id)
            if before is not None and before[0] == picture:
                gone.discard(row.id)
                if before[1] != values:
                    changed.append((row, name, picture, values))
            else:
                fresh[row.id] = row, name, picture, values
        removed = sorted(gone)
        for start in range(0, len(removed), _AT_ONCE):
            self._table.remove(session, removed[start : start + _AT_ONCE])
        self._table.change(session, changed)
        self._table.add(session, fresh, _AT_ONCE)

    def _valid_indexes(self, session: Any) -> frozenset[str]:
        """Return the kinds whose HNSW index can be used."""
        names = {self._table.hnsw(kind): kind for kind in _KINDS}
        found = session.execute(
            text(
                "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
                "WHERE i.indisvalid AND i.indrelid = to_regclass(:name)"
            ),
            {"name": self._table.name},
        )
        return frozenset(names[row[0]] for row in found if row[0] in names)


def _compared(
    session: Session, vector: Vectors, close: dict[int, tuple[bytes, float]]
) -> list[Hit]:
    """Compare products with their whole vectors, and return them best first."""
    columns = (ProductRow.id, ProductRow.vector)
    read = session.execute(select(*columns).where(ProductRow.id.in_(list(close))))
    rows = [row for row in read if row.vector and len(row.vector) == vector.nbytes]
    if not rows:
        return []
    ids = [row.id for row in rows]
    vectors = np.frombuffer(b"".join(row.vector for row in rows), "<f4").reshape(len(rows), -1)
    cosines = np.asarray(vectors @ vector, np.float32)
    alike = np.array([close[product][1] for product in ids], np.float32)
    order = np.lexsort((ids, -cosines, -similarity(cosines, alike)))
    return [
        Hit(
            ids[i],
            float(cosines[i]),
            float(alike[i]),
            vectors[i].astype(np.float16),
            close[ids[i]][0],
        )
        for i in order
    ]
