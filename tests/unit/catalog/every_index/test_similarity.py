"""What every product index promises, whichever database it is in."""

import threading

import numpy as np
import pytest
from numpy.typing import NDArray

from model.categories import Kind
from model.colours import Colour
from model.likeness import pack_colours
from server.catalog.index.hit import ProductIndex
from server.catalog.store import CatalogStore
from server.storage.database import Database
from server.storage.tables import ProductRow, ShopRow, now
from tests.support.garments import unit
from tests.support.products import put_product, put_shop


def found(index: ProductIndex, vector: NDArray[np.float32], limit: int = 10) -> list[int]:
    return [hit.product_id for hit in index.search(vector, (), Kind.TOP, limit)]


def test_the_nearest_come_first_with_their_exact_cosine(
    index: ProductIndex, database: Database, shop: int
) -> None:
    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(200, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ids = [put_product(database, shop, str(i), v) for i, v in enumerate(vectors)]
    query = unit(1, 2, 3)
    hits = index.search(query, (), Kind.TOP, 7)
    expected = np.argsort(-(vectors @ query))[:7]
    assert [hit.product_id for hit in hits] == [ids[i] for i in expected]
    assert np.allclose([hit.cosine for hit in hits], np.sort(vectors @ query)[::-1][:7])


def test_of_equal_shapes_the_one_in_the_garment_s_colour_comes_first(
    index: ProductIndex, database: Database, shop: int
) -> None:
    navy, red = (Colour("x", code, 1.0) for code in ("#1f2a48", "#c8202e"))
    in_red = put_product(database, shop, "red", unit(1), colours=pack_colours([red]))
    unseen = put_product(database, shop, "unseen", unit(1, 0.02))
    in_navy = put_product(database, shop, "navy", unit(1, 0.1), colours=pack_colours([navy]))
    assert [hit.product_id for hit in index.search(unit(1), [navy], Kind.TOP, 1)] == [in_navy]
    assert [hit.product_id for hit in index.search(unit(1), [red], Kind.TOP, 1)] == [in_red]
    hits = index.search(unit(1), [navy], Kind.TOP, 9)
    assert {hit.product_id: round(hit.colour, 2) for hit in hits} == {
        in_navy: 1.0,
        in_red: 0.0,
        unseen: 0.0,
    }
    assert np.allclose(hits[0].vector, unit(1, 0.1), atol=1e-3)
    assert hits[0].colours == pack_colours([navy])


def test_products_without_colours_are_logged(
    index: ProductIndex, database: Database, shop: int, caplog: pytest.LogCaptureFixture
) -> None:
    put_product(database, shop, "seen", unit(1), colours=b"")
    found(index, unit(1))
    assert "colours" not in caplog.text
    put_product(database, shop, "unseen", unit(1))
    found(index, unit(1))
    assert "The colours of 1 products were never looked at" in caplog.text


def test_only_products_of_the_requested_kind_are_found(
    index: ProductIndex, database: Database, shop: int
) -> None:
    put_product(database, shop, "skirt", unit(1), kind="bottom")
    put_product(database, shop, "bag", unit(1), kind=None)
    put_product(database, shop, "unseen", None)
    top = put_product(database, shop, "top", unit(0, 1))
    assert found(index, unit(1)) == [top]
    assert index.search(unit(1), (), Kind.DRESS, 5) == []


def test_an_empty_catalogue_finds_nothing(index: ProductIndex) -> None:
    assert found(index, unit(1)) == []


def test_vectors_of_another_embedder_are_left_out(
    index: ProductIndex, database: Database, shop: int, caplog: pytest.LogCaptureFixture
) -> None:
    put_product(database, shop, "old", unit(1), embedder="fedcba9876543210")
    fresh = put_product(database, shop, "new", unit(0, 1))
    assert found(index, unit(1)) == [fresh]
    assert "1 products were embedded with other weights" in caplog.text


def test_a_vector_of_the_wrong_length_is_left_out(
    index: ProductIndex, database: Database, shop: int
) -> None:
    put_product(database, shop, "short", unit(1, dimensions=4))
    right = put_product(database, shop, "right", unit(1))
    assert found(index, unit(1)) == [right]


def test_imports_and_removals_by_other_processes_are_noticed(
    index: ProductIndex, database: Database
) -> None:
    assert found(index, unit(1)) == []
    other = Database(database.engine.url.render_as_string(hide_password=False))
    first = put_shop(other, "First")
    product = put_product(other, first, "1", unit(1))
    assert found(index, unit(1)) == [product]
    second = put_product(other, first, "2", unit(1, 1))
    assert found(index, unit(1)) == [product, second]
    CatalogStore(other).remove("First")
    assert found(index, unit(1)) == []
    other.dispose()


def test_threads_search_while_the_catalogue_grows(
    index: ProductIndex, database: Database, shop: int
) -> None:
    put_product(database, shop, "0", unit(1))
    stop = threading.Event()
    wrong: list[object] = []

    def search() -> None:
        while not stop.is_set():
            hits = found(index, unit(1), 1)
            if len(hits) != 1:
                wrong.append(hits)

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for i in range(1, 30):
        put_product(database, shop, str(i), unit(1, i))
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(found(index, unit(1), 50)) == 30


def test_a_product_with_a_new_picture_is_found_by_it_alone(
    index: ProductIndex, database: Database, shop: int
) -> None:
    product = put_product(database, shop, "1", unit(1))
    other = put_product(database, shop, "2", unit(1, 0.1), kind="bottom")
    found(index, unit(1))
    with database.session() as session:
        row, shop_row = session.get(ProductRow, product), session.get(ShopRow, shop)
        assert row is not None
        assert shop_row is not None
        row.vector, row.kind, row.fingerprint = (
            unit(0, 1).tobytes(),
            "bottom",
            f"new{row.fingerprint}",
        )
        shop_row.imported_at = now()
    assert found(index, unit(1)) == []
    hits = index.search(unit(0, 1), (), Kind.BOTTOM, 5)
    assert [hit.product_id for hit in hits] == [product, other]
    assert hits[0].cosine == pytest.approx(1)
