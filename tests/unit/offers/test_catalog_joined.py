"""An imported feed's GTIN, from its entry to the joined row of a search."""

from pathlib import Path

import pytest

from model.colours import Colour
from server.catalog.catalog import Catalog
from server.fetch.fetcher import Fetcher
from server.goods.money import Money
from server.offers.offer import ComparedOffer, Offer, OffersEvent, RankedOffer, SearchContext
from server.offers.pictures.thumbnails import Thumbnails
from server.offers.providers.catalog import CatalogProvider
from server.offers.schema import OfferOut, Viewer
from tests.support.feeds import feed_file, item
from tests.support.providers import ScriptedProvider, top

GTIN = "4006381333931"


@pytest.fixture
def catalog(database, settings, segmenter, embedder) -> Catalog:
    return Catalog(database, Fetcher(settings), segmenter, embedder)


def rows(search, look) -> list[Offer]:
    """Search, and return the offers as they are shown in the end."""
    shown: dict[str, Offer] = {}
    for event in search.stream(look, 1, SearchContext()):
        if isinstance(event, OffersEvent):
            shown |= {each.offer.id: each.offer for each in event.offers}
    return list(shown.values())


@pytest.mark.parametrize("written", [GTIN, f"0{GTIN}", "4006-3813-33931"])
def test_a_catalogue_product_and_a_vendor_s_offer_of_one_gtin_are_one_row_with_two_sellers(
    search_of, look, catalog, tmp_path: Path, written: str
) -> None:
    catalog.import_feed(str(feed_file(tmp_path, item("1", "Navy Tee", gtin=written, color="Navy"))))
    elsewhere = top(7, "vendor", title="Classic crew", gtin=GTIN, price=Money("12.00", "USD"))
    catalogue, vendor = CatalogProvider(lambda: catalog, 5), ScriptedProvider("vendor", [elsewhere])
    [row] = rows(search_of(catalogue, vendor), look)
    sellers = {row.provider, *(seller.provider for seller in row.sellers)}
    assert sellers == {"catalog", "vendor"}
    assert row.gtin is not None
    assert row.gtin.zfill(14) == GTIN.zfill(14)


@pytest.mark.parametrize("gtin", ["", "4006381333932", "4006381333948"])
def test_without_the_same_right_gtin_they_are_two_rows(
    search_of, look, catalog, tmp_path: Path, gtin: str
) -> None:
    catalog.import_feed(str(feed_file(tmp_path, item("1", "Navy Tee", gtin=gtin))))
    elsewhere = top(7, "vendor", title="Classic crew", gtin=GTIN)
    catalogue, vendor = CatalogProvider(lambda: catalog, 5), ScriptedProvider("vendor", [elsewhere])
    assert len(rows(search_of(catalogue, vendor), look)) == 2


def test_a_product_s_brand_and_gtin_are_on_its_offer(catalog, tmp_path: Path) -> None:
    catalog.import_feed(str(feed_file(tmp_path, item("1", gtin=GTIN, brand="White Stuff"))))
    [product] = catalog.store.products([1])
    offer = CatalogProvider(lambda: catalog, 5).find(f"catalog-{product.id}")
    assert offer is not None
    assert (offer.title, offer.brand, offer.gtin) == ("Navy Tee", "White Stuff", GTIN)


def test_a_brand_is_shown_with_the_title_and_names_no_colour(
    settings, catalog, comparer, fetcher
) -> None:
    """White Stuff also makes navy tees."""
    thumbnails = Thumbnails(settings.state_dir / "key", catalog.store, comparer, fetcher)
    navy = (Colour("navy", "#1f2a48", 1.0),)
    offer = Offer("1", "catalog", "Navy Tee", "https://shop.example/1", brand="White Stuff")
    ranked = RankedOffer(ComparedOffer(offer), None, 0.0)
    shown = OfferOut.of(ranked, Viewer(thumbnails, "USD", colours=navy))
    assert shown.title == "White Stuff Navy Tee"
    assert shown.same_colour
