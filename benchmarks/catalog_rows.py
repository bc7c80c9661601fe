"""The products that `benchmarks/catalog.py` searches, made part by part: in little memory.

A part is the same whenever it is made, so that filling goes on where it was interrupted.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, insert, select

from model.embedder import Embedder
from model.picture import decode_picture
from server.catalog.index.hit import fingerprint_suffix
from server.storage.database import Database
from server.storage.tables import ProductRow, ShopRow, now

Floats = NDArray[np.float32]
EMBEDDER = "0123456789abcdef"
LIMIT = 144
QUERIES = 40
_AT_ONCE = 1000
# The largest shop has 10,000 products.
_PARTS_A_SHOP = 10
_ROWS, _QUERIES = 1, 2


def real_vectors(images: Path, dimensions: int | None) -> Floats:
    """Embed the pictures of a folder; fewer dimensions than the embedder's are its first."""
    embedder = Embedder(threads=2)
    files = sorted(path for path in images.iterdir() if path.suffix in {".jpg", ".png", ".webp"})
    vectors = []
    for start in range(0, len(files), 8):
        some = files[start : start + 8]
        pictures = [decode_picture(path.read_bytes(), max_side=500) for path in some]
        vectors.append(embedder.embed(pictures))
    found = np.ascontiguousarray(np.concatenate(vectors)[:, :dimensions])
    unit: Floats = found / np.linalg.norm(found, axis=1, keepdims=True)
    return unit


def parts(real: Floats, count: int, seed: int) -> Iterator[Floats]:
    """Yield unit vectors that spread like the real ones, a part at a time."""
    for start in range(0, count, _AT_ONCE):
        random = np.random.default_rng((seed, start))
        some = min(_AT_ONCE, count - start)
        one, other, plus, minus = real[random.integers(0, len(real), (4, some))]
        share = random.uniform(0.5, 1, (some, 1)).astype(np.float32)
        mixed = share * one + (1 - share) * other + 0.3 * (plus - minus)
        yield mixed / np.linalg.norm(mixed, axis=1, keepdims=True)


def queries(real: Floats) -> Floats:
    """Return what is searched for."""
    return np.concatenate(list(parts(real, QUERIES, _QUERIES)))


def write_vectors(file: Path, real: Floats, count: int) -> None:
    """Write the vectors of all products into a file that is mapped into memory."""
    part = file.with_suffix(".part.npy")
    mapped = np.lib.format.open_memmap(part, "w+", np.float32, (count, real.shape[1]))
    for place, vectors in enumerate(parts(real, count, _ROWS)):
        mapped[place * _AT_ONCE : place * _AT_ONCE + len(vectors)] = vectors
    mapped.flush()
    part.rename(file)


def nearest_of_all(vectors: Floats, asked: Floats) -> NDArray[np.int64]:
    """Return the places of the truly most similar vectors, ``[queries, LIMIT]``."""
    cosines = np.concatenate(
        [vectors[start : start + 50_000] @ asked.T for start in range(0, len(vectors), 50_000)]
    )
    return np.argpartition(-cosines, LIMIT, axis=0)[:LIMIT].T


def fill(database: Database, real: Floats, count: int) -> int:
    """Write shops of so many products, of two kinds; return how many were missing."""
    with database.session() as session:
        there = session.scalar(select(func.count(ProductRow.id))) or 0
    for place, vectors in enumerate(parts(real, count, _ROWS)):
        if (place + 1) * _AT_ONCE <= there:
            continue
        random = np.random.default_rng((7, place))
        shop = place // _PARTS_A_SHOP + 1
        with database.session() as session:
            if session.get(ShopRow, shop) is None:
                at = now()
                session.add(ShopRow(id=shop, name="Mill", source=f"mill-{shop}", imported_at=at))
                session.flush()
            session.execute(insert(ProductRow), _rows(place, vectors, random))
    return count - there


def _rows(part: int, vectors: Floats, random: np.random.Generator) -> list[dict[str, object]]:
    return [
        {
            "id": part * _AT_ONCE + number + 1,
            "shop_id": part // _PARTS_A_SHOP + 1,
            "key": f"{part}-{number}",
            "title": "Product",
            "link": f"https://mill.example/{part}-{number}",
            "kind": "top" if number % 3 else "bottom",
            "price": f"{random.integers(5, 200)}.00",
            "currency": "USD",
            "availability": "in_stock" if number % 4 else "out_of_stock",
            "fingerprint": f"{part}-{number}{fingerprint_suffix(EMBEDDER)}",
            "vector": vector.astype("<f4").tobytes(),
            "colours": random.integers(0, 256, 8, np.uint8).tobytes(),
        }
        for number, vector in enumerate(vectors)
    ]
