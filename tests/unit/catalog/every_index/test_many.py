"""Many products, where an index looks at a part of them only."""

import time

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import insert, text

from model.categories import Kind
from model.colours import Colour
from server.catalog.index.embedded import EmbeddedIndex
from server.catalog.index.hit import ProductIndex, fingerprint_suffix
from server.catalog.index.pgvector import PgvectorIndex
from server.goods.wanted import PriceRange, Wanted
from server.storage.database import Database
from server.storage.tables import ProductRow, ShopRow, now
from tests.support.products import EMBEDDER, put_shop
from tests.unit.catalog.every_index.conftest import NewDatabase

DIMENSIONS = 16
MANY = 2000


@pytest.fixture(scope="module")
def database(shared_databases: NewDatabase) -> Database:
    return shared_databases()


@pytest.fixture(scope="module")
def vectors(database: Database) -> NDArray[np.float32]:
    """Of many products, whose prices are 1 to 100; one of a hundred is Acme's."""
    rng = np.random.default_rng(3)
    made = np.abs(rng.normal(size=(MANY, DIMENSIONS))).astype(np.float32)
    made /= np.linalg.norm(made, axis=1, keepdims=True)
    shop = put_shop(database)
    rows = [
        {
            "shop_id": shop,
            "key": str(i),
            "title": f"Product {i}",
            "link": "https://shop.example/",
            "kind": "top",
            "price": f"{i % 100 + 1}.00",
            "currency": "USD",
            "brand": "Acme" if i % 100 == 7 else "Other",
            "fingerprint": f"{i}{fingerprint_suffix(EMBEDDER)}",
            "vector": vector.tobytes(),
            "colours": bytes([*rng.integers(0, 256, 3, np.uint8), 255]),
        }
        for i, vector in enumerate(made)
    ]
    with database.session() as session:
        session.execute(insert(ProductRow), rows)
        row = session.get(ShopRow, shop)
        assert row is not None
        row.imported_at = now()
    return made


@pytest.fixture(scope="module")
def index(database: Database, vectors: NDArray[np.float32]) -> ProductIndex:
    """An index that compares few of them exactly."""
    if database.file is not None:
        return EmbeddedIndex(database, EMBEDDER, DIMENSIONS, screened_from=1)
    found = PgvectorIndex(database, EMBEDDER, DIMENSIONS, exact_up_to=50)
    found.search(vectors[0], (), Kind.TOP, 1)
    found.build()
    return found


@pytest.fixture(scope="module")
def exact(database: Database) -> ProductIndex:
    """An index that compares all of them exactly."""
    if database.file is None:
        return PgvectorIndex(database, EMBEDDER, DIMENSIONS)
    return EmbeddedIndex(database, EMBEDDER, DIMENSIONS, screened_from=10**9)


# The first test: the searches of the others would be counted too.
def test_the_database_searches_by_its_own_index(
    index: ProductIndex, database: Database, vectors: NDArray[np.float32]
) -> None:
    if database.file is not None:
        return
    assert isinstance(index, PgvectorIndex)
    used = text(
        "SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname LIKE 'product_index_%_top'"
    )
    index.search(vectors[0], (), Kind.TOP, 20)
    database.dispose()
    # A connection that ends reports what it did, a little later.
    until = time.monotonic() + 60
    scans = 0
    while not scans and time.monotonic() < until:
        with database.engine.connect() as connection:
            scans = connection.scalar(used) or 0
    assert scans


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted(prices=(PriceRange("USD", 20, 40),)),
        # More than are compared exactly, and one in 25 of what an index looks at.
        Wanted(prices=(PriceRange("USD", 30, 33),)),
        Wanted(brands=frozenset({"acme"})),
    ],
)
@pytest.mark.parametrize("colours", [[], [Colour("navy", "#1f2a48", 1.0)]])
def test_what_is_found_is_what_comparing_all_would_find(
    index: ProductIndex,
    exact: ProductIndex,
    vectors: NDArray[np.float32],
    wanted: Wanted,
    colours: list[Colour],
) -> None:
    shares = []
    for query in vectors[::200]:
        found = {hit.product_id for hit in index.search(query, colours, Kind.TOP, 20, wanted)}
        best = {hit.product_id for hit in exact.search(query, colours, Kind.TOP, 20, wanted)}
        assert len(best) == 20
        shares.append(len(found & best) / 20)
    assert np.mean(shares) >= 0.98
