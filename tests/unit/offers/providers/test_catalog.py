"""The colours of a product from the local catalogue."""

from types import SimpleNamespace

import pytest

from model.colours import Colour
from model.likeness import pack_colours
from server.catalog.catalog import Catalog
from server.fetch.fetcher import Fetcher
from server.goods.money import Money
from server.goods.wanted import PriceRange, Wanted
from server.offers.offer import SearchContext
from server.offers.providers.catalog import CatalogProvider
from tests.support.garments import garment_query, unit
from tests.support.products import EMBEDDER, put_product, put_shop
from tests.support.segmenters import ScriptedSegmenter

SEEN = pack_colours(
    [Colour("", code, share) for code, share in (("#1f2a48", 0.6), ("#c8202e", 0.4))]
)


@pytest.mark.parametrize(
    ("stated", "seen", "names"),
    [
        ("Red", SEEN, ("red",)),
        (None, SEEN, ("navy", "red")),
        ("Galaxy", SEEN, ("navy", "red")),
        (None, None, ()),
    ],
)
def test_what_the_shop_says_counts_and_else_what_is_seen_in_the_picture(
    database, settings, stated, seen, names
) -> None:
    embedder = SimpleNamespace(fingerprint=EMBEDDER, dimensions=8)
    catalog = Catalog(database, Fetcher(settings), ScriptedSegmenter(), embedder)
    put_product(database, put_shop(database), "one", unit(1), colours=seen, colour=stated)
    [found] = CatalogProvider(lambda: catalog, 5).search(garment_query("vest"), SearchContext())
    assert found.offer.colours == names


def test_what_is_wanted_is_found_behind_any_number_of_more_similar_products(
    database, settings
) -> None:
    embedder = SimpleNamespace(fingerprint=EMBEDDER, dimensions=8)
    catalog = Catalog(database, Fetcher(settings), ScriptedSegmenter(), embedder)
    shop = put_shop(database)
    for number in range(40):
        put_product(database, shop, f"dear-{number}", unit(1), price="500.00")
    put_product(database, shop, "cheap", unit(1, 1), price="9.00")
    wanted = Wanted(prices=(PriceRange("USD", None, 10),))
    provider = CatalogProvider(lambda: catalog, 3)
    found = provider.search(garment_query("vest"), SearchContext(wanted=wanted))
    assert [each.offer.price for each in found] == [Money("500.00", "USD")] * 3 + [
        Money("9.00", "USD")
    ]
