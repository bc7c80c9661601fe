"""What every product index promises of filters."""

from dataclasses import dataclass

import pytest

from model.categories import Kind
from server.catalog.index.hit import ProductIndex
from server.goods.wanted import PriceRange, Wanted
from server.storage.database import Database
from tests.support.garments import unit
from tests.support.products import change_product, put_product, put_shop, rename_shop
from tests.unit.catalog.every_index.conftest import NewDatabase, index_in


@dataclass
class Filled:
    """An index of a few products, and their ids by key."""

    index: ProductIndex
    ids: dict[str, int]

    def keys(self, wanted: Wanted, kind: Kind | None = None, limit: int = 99) -> set[str]:
        hits = self.index.search(unit(1), (), kind, limit, wanted)
        by_id = {product: key for key, product in self.ids.items()}
        return {by_id[hit.product_id] for hit in hits}


def _fill(database: Database) -> Filled:
    corner = put_shop(database, "Corner")
    mill = put_shop(database, "Mill", partner=True)
    products: list[tuple[str, int, dict[str, object]]] = [
        ("tee", corner, {"price": "15.00", "brand": "Acme", "size": "S, M, XL"}),
        ("coat", corner, {"price": "90.00", "kind": "outwear", "availability": "out_of_stock"}),
        ("won", mill, {"price": "24000", "currency": "KRW", "brand": "ACME", "size": "xl"}),
        ("used", mill, {"price": "5.00", "condition": "used", "link": "https://www.old.example/"}),
        ("free", mill, {"price": None, "currency": None, "availability": None}),
    ]
    ids = {
        key: put_product(database, shop, key, unit(1, number / 10), **columns)  # type: ignore[arg-type]
        for number, (key, shop, columns) in enumerate(products)
    }
    return Filled(index_in(database), ids)


@pytest.fixture(scope="module")
def filled(shared_databases: NewDatabase) -> Filled:
    return _fill(shared_databases())


@pytest.fixture
def changing(database: Database) -> Filled:
    """The same, for a test that changes products."""
    return _fill(database)


@pytest.fixture(scope="module")
def described(shared_databases: NewDatabase) -> Filled:
    """Products whose titles, genders and sales say something."""
    database = shared_databases()
    corner = put_shop(database, "Corner")
    products: list[tuple[str, dict[str, object]]] = [
        ("skirt", {"title": "Midi skirt", "gender": "female"}),
        ("shorts", {"title": "Linen shorts", "gender": "unisex"}),
        ("unsaid", {"title": "Nimbus 12", "gender": None}),
        # On sale at some time: its price then, or the full one.
        ("sale", {"title": "Nimbus 13", "gender": "male", "price": "30.00",
                  "list_price": "80.00", "sale_price": "30.00"}),
    ]  # fmt: skip
    ids = {
        key: put_product(database, corner, key, unit(1, number / 10), **columns)  # type: ignore[arg-type]
        for number, (key, columns) in enumerate(products)
    }
    return Filled(index_in(database), ids)


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        (Wanted(category="skirt"), {"skirt", "unsaid", "sale"}),
        (Wanted(category="shorts"), {"shorts", "unsaid", "sale"}),
        (Wanted(category="trousers"), {"unsaid", "sale"}),
        (Wanted(genders=frozenset({"female", "unisex"})), {"skirt", "shorts"}),
        (Wanted(genders=frozenset({"male", None})), {"unsaid", "sale"}),
        (Wanted(prices=(PriceRange("USD", 25, 35),)), {"sale"}),
        (Wanted(prices=(PriceRange("USD", 75, 85),)), {"sale"}),
        (Wanted(prices=(PriceRange("USD", 35, 60),)), {"skirt", "shorts", "unsaid"}),
    ],
)
def test_what_a_product_says_of_itself_is_filtered_by(
    described: Filled, wanted: Wanted, keys: set[str]
) -> None:
    assert described.keys(wanted) == keys


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [
        (Wanted(), {"tee", "coat", "won", "used", "free"}),
        (Wanted(prices=(PriceRange("USD", 10, 90),)), {"tee", "coat"}),
        (Wanted(prices=(PriceRange("USD", None, 5),)), {"used"}),
        (Wanted(prices=(PriceRange("USD", 80), PriceRange("KRW", 20000))), {"coat", "won"}),
        (Wanted(prices=(PriceRange("EUR", 1),)), set()),
        (Wanted(currencies=frozenset({"KRW", "GBP"})), {"won"}),
        (Wanted(availability=frozenset({"in_stock"})), {"tee", "won", "used"}),
        (Wanted(conditions=frozenset({"new", None})), {"tee", "coat", "won", "free"}),
        (Wanted(conditions=frozenset({"used", "refurbished"})), {"used"}),
        (Wanted(shops=frozenset({"corner"})), {"tee", "coat"}),
        (Wanted(shops=frozenset({"old.example"})), {"used"}),
        (Wanted(blocked=frozenset({"old.example", "corner"})), {"won", "free"}),
        (Wanted(shops=frozenset({"mill"}), blocked=frozenset({"mill"})), set()),
        (Wanted(brands=frozenset({"acme"})), {"tee", "won"}),
        (Wanted(sizes=frozenset({"XL"})), {"tee", "won"}),
        (Wanted(sizes=frozenset({"m", "40"})), {"tee"}),
        (Wanted(partner=True), {"won", "used", "free"}),
        (Wanted(partner=False, availability=frozenset({"in_stock"})), {"tee"}),
    ],
)
def test_only_what_is_wanted_is_found(filled: Filled, wanted: Wanted, keys: set[str]) -> None:
    assert filled.keys(wanted) == keys


def test_filters_hold_before_the_limit_and_beside_the_kind(filled: Filled) -> None:
    assert filled.keys(Wanted(brands=frozenset({"acme"})), Kind.TOP, 1) == {"tee"}
    assert filled.keys(Wanted(conditions=frozenset({"used"})), Kind.TOP, 1) == {"used"}
    assert filled.keys(Wanted(partner=True), Kind.OUTWEAR) == set()


def test_a_new_price_is_noticed(changing: Filled, database: Database) -> None:
    cheap = Wanted(prices=(PriceRange("USD", None, 20),))
    assert changing.keys(cheap) == {"tee", "used"}
    change_product(database, changing.ids["coat"], price="19.00", availability="in_stock")
    assert changing.keys(cheap) == {"tee", "used", "coat"}
    assert "coat" in changing.keys(Wanted(availability=frozenset({"in_stock"})))


def test_a_shop_s_new_name_is_noticed(changing: Filled, database: Database) -> None:
    rename_shop(database, "Corner", "Market", partner=True)
    assert changing.keys(Wanted(shops=frozenset({"corner"}))) == set()
    assert changing.keys(Wanted(shops=frozenset({"market"}))) == {"tee", "coat"}
    assert changing.keys(Wanted(partner=False)) == set()
