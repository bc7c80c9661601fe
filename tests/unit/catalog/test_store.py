import pytest

from server.catalog.store import (
    CatalogStore,
    UnknownShopError,
    put_thumbnail,
    remove_thumbnails,
)
from server.goods.money import Money
from server.storage.database import Database
from server.storage.tables import ShopRow
from tests.support.garments import unit
from tests.support.products import put_product, put_shop


@pytest.fixture
def store(database: Database) -> CatalogStore:
    return CatalogStore(database)


def keep_thumbnail(database: Database, url: str) -> None:
    with database.session() as session:
        put_thumbnail(session, url, url.encode())


def test_a_shop_summary_counts_its_products(store: CatalogStore, database: Database) -> None:
    shop = put_shop(database, "Corner", partner=True)
    put_product(database, shop, "1", unit(1))
    put_product(database, shop, "2", None, kind=None)
    put_shop(database, "Empty")
    corner, empty = store.shops()
    assert (corner.name, corner.partner, corner.products, corner.searchable) == (
        "Corner",
        True,
        2,
        1,
    )
    assert (empty.products, empty.searchable) == (0, 0)


def test_products_are_returned_in_the_requested_order_without_missing_ones(
    store: CatalogStore, database: Database
) -> None:
    shop = put_shop(database, partner=True)
    first = put_product(database, shop, "1", None, price="12900", currency="KRW")
    second = put_product(database, shop, "2", None, price=None, currency=None, kind=None)
    found = store.products([second, 999, first])
    assert [product.id for product in found] == [second, first]
    assert found[0].price is None
    assert found[0].kind is None
    assert found[1].price == Money("12900", "KRW")
    assert (found[1].shop, found[1].partner) == ("Corner", True)


def test_more_products_than_fit_in_one_statement_are_read(
    store: CatalogStore, database: Database
) -> None:
    shop = put_shop(database)
    product = put_product(database, shop, "1", None)
    assert [p.id for p in store.products([*range(1000, 4000), product])] == [product]


@pytest.mark.parametrize("name", ["First", "https://First.example/feed", "1"])
def test_removing_a_shop_removes_its_products_and_pictures(
    store: CatalogStore, database: Database, name: str
) -> None:
    first, second = put_shop(database, "First"), put_shop(database, "Second")
    put_product(database, first, "1", None, picture_url="https://i.example/1.jpg")
    put_product(database, first, "2", None, picture_url="https://i.example/both.jpg")
    kept = put_product(database, second, "1", None, picture_url="https://i.example/both.jpg")
    for url in ("https://i.example/1.jpg", "https://i.example/both.jpg"):
        keep_thumbnail(database, url)
    assert store.remove(name).products == 2
    assert [shop.name for shop in store.shops()] == ["Second"]
    assert [product.id for product in store.products([1, 2, 3])] == [kept]
    assert store.thumbnail("https://i.example/1.jpg") is None
    assert store.thumbnail("https://i.example/both.jpg") is not None


def test_an_unknown_or_ambiguous_name_removes_nothing(
    store: CatalogStore, database: Database
) -> None:
    put_shop(database, "Twin")
    with database.session() as session:
        session.add(ShopRow(name="Twin", source="https://other.example/feed"))
    with pytest.raises(UnknownShopError, match="2 shops"):
        store.remove("Twin")
    with pytest.raises(UnknownShopError, match="No shop"):
        store.remove("Nobody")
    assert len(store.shops()) == 2


def test_thumbnails_are_replaced_and_removed(store: CatalogStore, database: Database) -> None:
    url = "https://i.example/1.jpg"
    keep_thumbnail(database, url)
    with database.session() as session:
        put_thumbnail(session, url, b"newer")
    assert store.thumbnail(url) == b"newer"
    with database.session() as session:
        remove_thumbnails(session, [url, None])
    assert store.thumbnail(url) is None
