"""What the embedded index does beyond what every index promises."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import insert

from model.categories import Kind
from model.colours import Colour
from server.catalog.index import nearest
from server.catalog.index.embedded import EmbeddedIndex
from server.catalog.index.hit import Hit, fingerprint_suffix
from server.catalog.index.query import Compared
from server.catalog.index.updating import Update
from server.catalog.store import remove_products
from server.storage.database import Database
from server.storage.tables import ProductRow, ShopRow, now
from tests.support.garments import unit
from tests.support.products import EMBEDDER, put_product, put_shop


@pytest.fixture
def index(database: Database) -> EmbeddedIndex:
    return EmbeddedIndex(database, EMBEDDER, 8)


@pytest.fixture
def shop(database: Database) -> int:
    return put_shop(database)


def found(index: EmbeddedIndex, vector: NDArray[np.float32], limit: int = 10) -> list[int]:
    return [hit.product_id for hit in index.search(vector, (), Kind.TOP, limit)]


def test_an_unchanged_catalogue_is_not_read_again(
    index: EmbeddedIndex, database: Database, shop: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_product(database, shop, "1", unit(1))
    found(index, unit(1))
    monkeypatch.setattr(EmbeddedIndex, "_updated", lambda *_: pytest.fail("read again"))
    found(index, unit(1))


def many(database: Database, shop: int, count: int, **columns: object) -> NDArray[np.float32]:
    """Add products whose vectors differ mostly in a few directions, as real ones do."""
    rng = np.random.default_rng(3)
    spread = np.linspace(1, 0, 40) ** 3
    vectors = (rng.normal(size=(count, 40)) * spread + 0.4 * spread).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    with database.session() as session:
        session.execute(
            insert(ProductRow),
            [
                {
                    "shop_id": shop,
                    "key": f"many-{i}",
                    "title": f"Product {i}",
                    "link": "https://shop.example/",
                    "kind": "top",
                    "fingerprint": f"{i}{fingerprint_suffix(EMBEDDER)}",
                    "vector": vector.tobytes(),
                    "colours": bytes([*rng.integers(0, 256, 3, np.uint8), 255]),
                    **columns,
                }
                for i, vector in enumerate(vectors)
            ],
        )
        row = session.get(ShopRow, shop)
        assert row is not None
        row.imported_at = now()
    return vectors


def test_a_search_that_looks_at_a_bound_first_finds_the_same(database: Database, shop: int) -> None:
    vectors = many(database, shop, 6000)
    navy = [Colour("x", "#1f2a48", 1.0)]
    screened = EmbeddedIndex(database, EMBEDDER, 40, screened_from=1)
    plain = EmbeddedIndex(database, EMBEDDER, 40, screened_from=10**9)
    for query in vectors[::1500]:
        for limit in (1, 24, 144):
            hits = screened.search(query, navy, Kind.TOP, limit)
            expected = plain.search(query, navy, Kind.TOP, limit)
            assert [hit.product_id for hit in hits] == [hit.product_id for hit in expected]


def test_a_bound_spares_most_exact_comparisons(
    database: Database, shop: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors = many(database, shop, 6000)
    index = EmbeddedIndex(database, EMBEDDER, 40, screened_from=1)
    compared: list[int] = []
    best = nearest._best

    def counted(parts: list[Compared], *rest: Any) -> list[Hit]:
        compared.append(sum(len(part.rows) for part in parts))
        return best(parts, *rest)

    monkeypatch.setattr(nearest, "_best", counted)
    index.search(vectors[7], [Colour("x", "#1f2a48", 1.0)], Kind.TOP, 24)
    assert 24 <= compared[0] < 1500


def test_an_import_reads_the_vectors_of_what_is_new_alone(
    index: EmbeddedIndex, database: Database, shop: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = put_product(database, shop, "1", unit(1))
    assert found(index, unit(1)) == [first]
    read: list[int] = []
    vectors = Update._vectors

    def noted(self: Update, shop: int, wanted: dict[int, Any]) -> Iterator[Any]:
        read.extend(wanted)
        return vectors(self, shop, wanted)

    monkeypatch.setattr(Update, "_vectors", noted)
    second = put_product(database, shop, "2", unit(1, 1))
    assert found(index, unit(1)) == [first, second]
    assert read == [second]


def test_products_that_go_leave_no_memory_behind(
    index: EmbeddedIndex, database: Database, shop: int
) -> None:
    ids = [put_product(database, shop, str(i), unit(1, i)) for i in range(9)]
    found(index, unit(1))
    with database.session() as session:
        remove_products(session, ids[:6])
        row = session.get(ShopRow, shop)
        assert row is not None
        row.imported_at = now()
    assert sorted(found(index, unit(1))) == ids[6:]
    assert index._state is not None
    assert [len(chunk.ids) for chunk in index._state.chunks[Kind.TOP]] == [3]
