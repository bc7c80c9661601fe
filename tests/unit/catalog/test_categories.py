"""Products of the garment's category are found before others of its kind."""

from types import SimpleNamespace

import pytest

from server.catalog.catalog import Catalog
from server.fetch.fetcher import Fetcher
from server.offers.offer import SearchContext
from server.offers.providers.catalog import CatalogProvider
from tests.support.garments import garment_query, unit
from tests.support.products import EMBEDDER, put_product, put_shop
from tests.support.segmenters import ScriptedSegmenter

SHORTS = 40


@pytest.fixture
def found(database, settings):
    """Titles found for a garment, in a shop with many nearer shorts and a pair of trousers."""
    embedder = SimpleNamespace(fingerprint=EMBEDDER, dimensions=8)
    catalog = Catalog(database, Fetcher(settings), ScriptedSegmenter(), embedder)
    shop = put_shop(database)
    for number in range(SHORTS):
        put_product(database, shop, f"s{number}", unit(1), kind="bottom", title="Running Short")
    put_product(database, shop, "t", unit(1, 1), kind="bottom", title="Wool Trousers")

    def search(category: str, limit: int = 3) -> list[str]:
        provider = CatalogProvider(lambda: catalog, limit)
        compared = provider.search(garment_query(category), SearchContext())
        return [each.offer.title for each in compared]

    return search


def test_a_category_goes_before_its_kind_however_many_of_the_others_are_nearer(found) -> None:
    assert found("trousers") == ["Wool Trousers", "Running Short", "Running Short"]
    assert found("shorts") == ["Running Short"] * 3


def test_where_a_shop_has_none_of_the_category_others_say_so(found) -> None:
    assert set(found("skirt")) == {"Running Short"}
