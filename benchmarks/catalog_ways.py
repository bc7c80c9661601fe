"""The ways to search that `benchmarks/catalog.py` measures, each in a process of its own."""

import gc
import importlib
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.catalog_rows import EMBEDDER, LIMIT, Floats, fill, queries
from model.categories import Kind
from model.colours import Colour
from server.catalog.index.embedded import EmbeddedIndex
from server.goods.wanted import PriceRange, Wanted
from server.storage.database import Database
from server.storage.tables import ProductRow, ShopRow, now
from tests.support.postgres import running_postgres

Search = Callable[[Floats], list[int]]
_COLOURS = [Colour("navy", "#1f2a48", 0.7), Colour("white", "#f4f4f2", 0.3)]
_CHEAP = Wanted(
    prices=(PriceRange("USD", 20, 40),), availability=frozenset({"in_stock"}), partner=False
)
_VARIANTS: dict[str, tuple[list[Colour], Kind | None, Wanted]] = {
    "any kind": (_COLOURS, None, Wanted()),
    "one kind": (_COLOURS, Kind.TOP, Wanted()),
    "one kind, filters": (_COLOURS, Kind.TOP, _CHEAP),
    "any kind, no colours": ([], None, Wanted()),
}


@dataclass(frozen=True)
class Measured:
    """One way to search.

    Attributes:
        name: What it is.
        filled: Seconds until the first search answers.
        megabytes: What that takes of this process's own memory, or of a database.
        peak: The most that the process took meanwhile, in megabytes; 0 where it is another one.
            Of the own index's next start: the size of the files, of which the system keeps in
            memory what it has room for.
        p50: Milliseconds of a search; of the processor `cpu`, which other work disturbs less.
        p99: Likewise.
        cpu: Likewise.
        recall: The share of the truly most similar that is found; None where it is not known.
    """

    name: str
    filled: float
    megabytes: float
    peak: float
    p50: float
    p99: float
    cpu: float
    recall: float | None = None


@dataclass(frozen=True)
class Bench:
    """What lies in the folder of one size.

    Attributes:
        folder: With ``catalogue.sqlite3``, ``vectors.npy``, ``true.npy`` and what was found.
        real: Vectors of real photos.
        count: How many products there are.
    """

    folder: Path
    real: Floats
    count: int

    @property
    def vectors(self) -> Floats:
        """All vectors, mapped into memory."""
        mapped: Floats = np.load(self.folder / "vectors.npy", mmap_mode="r")
        return mapped

    def recall(self, search: Search) -> float:
        """Return the share of the truly most similar vectors that are found."""
        true = np.load(self.folder / "true.npy")
        asked = queries(self.real)
        shares = [len(set(search(q)) & set(t.tolist())) for q, t in zip(asked, true, strict=True)]
        return float(np.mean(shares)) / LIMIT


def own_index(bench: Bench) -> Iterator[Measured]:
    """Measure the product's own index, and what a change of one product costs."""
    database = Database(f"sqlite:///{bench.folder / 'catalogue.sqlite3'}")
    index = EmbeddedIndex(database, EMBEDDER, bench.real.shape[1])
    asked = queries(bench.real)
    before, began = _megabytes(), time.perf_counter()
    index.search(asked[0], _COLOURS, None, LIMIT)
    filled, took, peak = time.perf_counter() - began, _megabytes() - before, _peak()
    found: dict[str, list[list[int]]] = {}
    for variant, given in _VARIANTS.items():

        def search(query: Floats, given: Any = given) -> list[int]:
            colours, kind, wanted = given
            hits = index.search(query, colours, kind, LIMIT, wanted)
            return [hit.product_id for hit in hits]

        found[variant] = [search(query) for query in asked]
        measured = timed(f"own index, {variant}", search, asked, (filled, took, peak))
        if not given[0]:

            def places(query: Floats, search: Any = search) -> list[int]:
                return [product - 1 for product in search(query)]

            recall = bench.recall(places)
            measured = replace(measured, recall=recall)
        yield measured
    # A start, as the next one is: what was made lies in files that are mapped.
    before, began = _megabytes(), time.perf_counter()
    EmbeddedIndex(database, EMBEDDER, bench.real.shape[1]).search(asked[0], _COLOURS, None, LIMIT)
    again, files = time.perf_counter() - began, _size_of_files(database)
    yield Measured("own index, next start", again, _megabytes() - before, files, 0, 0, 0)
    # It is exact, so that the other index is measured against it.
    (bench.folder / "found.json").write_text(json.dumps(found))
    began, worked = time.perf_counter(), time.process_time()
    with database.session() as session:
        product, shop = session.get_one(ProductRow, 1), session.get_one(ShopRow, 1)
        product.fingerprint, shop.imported_at = f"new{product.fingerprint}", now()
    index.search(asked[0], _COLOURS, None, LIMIT)
    changed, cpu = time.perf_counter() - began, time.process_time() - worked
    name = "own index, first search after a change"
    yield Measured(name, 0, 0, 0, 1000 * changed, 1000 * changed, 1000 * cpu)


def _size_of_files(database: Database) -> float:
    assert database.file is not None
    folder = database.file.with_name(f"{database.file.name}-index")
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20


def pgvector_index(bench: Bench) -> Iterator[Measured]:
    """Measure the index in PostgreSQL against the own one, which is exact."""
    from server.catalog.index.pgvector import PgvectorIndex  # noqa: PLC0415 - an extra's

    exact = json.loads((bench.folder / "found.json").read_text())
    with running_postgres(bench.folder.parent / "postgres") as server:
        database = Database(server.kept(f"catalogue_{bench.count}"))
        fill(database, bench.real, bench.count)
        index = PgvectorIndex(database, EMBEDDER, bench.real.shape[1])
        asked = queries(bench.real)
        began = time.perf_counter()
        index.search(asked[0], _COLOURS, None, LIMIT)
        copied = time.perf_counter() - began
        index.build()
        built = time.perf_counter() - began
        with database.engine.connect() as connection:
            size = connection.exec_driver_sql(
                "SELECT sum(pg_total_relation_size(oid)) FROM pg_class "
                "WHERE starts_with(relname, 'product_index_') AND relkind = 'r'"
            ).scalar()
        for variant, given in _VARIANTS.items():

            def search(query: Floats, given: Any = given) -> list[int]:
                colours, kind, wanted = given
                hits = index.search(query, colours, kind, LIMIT, wanted)
                return [hit.product_id for hit in hits]

            measured = timed(
                f"pgvector, {variant}", search, asked, (built, float(size or 0) / 2**20, 0)
            )
            shares = [
                len(set(true) & set(search(query))) / max(1, len(true))
                for query, true in zip(asked, exact[variant], strict=True)
            ]
            yield replace(measured, recall=float(np.mean(shares)))
        yield Measured("pgvector, copied without HNSW", copied, 0, 0, 0, 0, 0)
        database.dispose()


def _matrix(kind: type[np.float32 | np.float16]) -> Callable[[Floats], Search]:
    def build(vectors: Floats) -> Search:
        matrix: NDArray[Any] = vectors.astype(kind)

        def search(query: Floats) -> list[int]:
            cosines = matrix @ query.astype(kind)
            best = np.argpartition(cosines, -LIMIT)[-LIMIT:]
            return [int(i) for i in best[np.argsort(-cosines[best])]]

        return search

    return build


def _faiss_flat(vectors: Floats) -> Search:
    index = importlib.import_module("faiss").IndexFlatIP(vectors.shape[1])
    for some in _some(vectors):
        index.add(some)
    return lambda query: [int(i) for i in index.search(query[None], LIMIT)[1][0]]


def _faiss_8_bits(vectors: Floats) -> Search:
    faiss = importlib.import_module("faiss")
    quantizer = faiss.ScalarQuantizer.QT_8bit
    index = faiss.IndexScalarQuantizer(vectors.shape[1], quantizer, faiss.METRIC_INNER_PRODUCT)
    index.train(np.array(vectors[:5000]))
    for some in _some(vectors):
        index.add(some)
    return lambda query: [int(i) for i in index.search(query[None], LIMIT)[1][0]]


def _usearch(vectors: Floats) -> Search:
    index = importlib.import_module("usearch.index").Index(
        ndim=vectors.shape[1], metric="cos", dtype="i8", expansion_search=2 * LIMIT
    )
    at = 0
    for some in _some(vectors):
        index.add(np.arange(at, at + len(some)), some)
        at += len(some)
    return lambda query: [int(i) for i in index.search(query, LIMIT).keys]


def _hnswlib(vectors: Floats) -> Search:
    index = importlib.import_module("hnswlib").Index(space="ip", dim=vectors.shape[1])
    index.init_index(max_elements=len(vectors), M=16, ef_construction=100)
    for some in _some(vectors):
        index.add_items(some)
    index.set_ef(2 * LIMIT)
    return lambda query: [int(i) for i in index.knn_query(query[None], LIMIT)[0][0]]


def _some(vectors: Floats) -> Iterator[Floats]:
    for start in range(0, len(vectors), 20_000):
        yield np.array(vectors[start : start + 20_000])


_LIBRARIES: dict[str, Callable[[Floats], Search]] = {
    "numpy float32": _matrix(np.float32),
    "numpy float16": _matrix(np.float16),
    "FAISS IndexFlatIP": _faiss_flat,
    "FAISS 8 bits": _faiss_8_bits,
    "usearch HNSW, 8 bits": _usearch,
    "hnswlib": _hnswlib,
}
# Every way, in the order of the table; those after the first need what that found.
WAYS = ("own index", "pgvector", *_LIBRARIES)


def measure(way: str, bench: Bench) -> list[dict[str, object]]:
    """Measure one way; nothing is returned of a library that is not installed."""
    if way == "own index":
        return [asdict(each) for each in own_index(bench)]
    if way == "pgvector":
        return [asdict(each) for each in pgvector_index(bench)]
    vectors = bench.vectors
    before, began = _megabytes(), time.perf_counter()
    try:
        search = _LIBRARIES[way](vectors)
    except ImportError:
        return []
    filled, took, peak = time.perf_counter() - began, _megabytes() - before, _peak()
    measured = timed(way, search, queries(bench.real), (filled, took, peak))
    return [asdict(replace(measured, recall=bench.recall(search)))]


def timed(name: str, search: Search, asked: Floats, filled: tuple[float, float, float]) -> Measured:
    """Search by each query, after one that does not count."""
    gc.collect()
    search(asked[0])
    seconds, processor = [], []
    for query in asked:
        began, worked = time.perf_counter(), time.process_time()
        search(query)
        seconds.append(time.perf_counter() - began)
        processor.append(time.process_time() - worked)
    p50, p99 = (float(each) for each in np.percentile(seconds, [50, 99]) * 1000)
    return Measured(name, *filled, p50, p99, float(np.median(processor)) * 1000)


def _megabytes() -> float:
    """Return the memory that is this process's own: without files that are mapped."""
    return _status("RssAnon")


def _peak() -> float:
    """Return the most memory that this process has taken, mapped files included."""
    return _status("VmHWM")


def _status(name: str) -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = next(line for line in status.splitlines() if line.startswith(name))
    return int(found.split()[1]) / 1024
