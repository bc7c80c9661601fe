import numpy as np
import pytest

from server.history.clicks import ClickHistory
from server.history.noted import NotedOffer
from server.offers.offer import OffersEvent, SearchContext
from server.offers.wiring import build_offers
from tests.support.products import put_product, put_shop

BEFORE = "you opened this shop before"


@pytest.fixture
def reasons(database, fetcher, segmenter, embedder, looks, look, settings):
    """Returns the reasons of the offers of two shops, one of which the user opened before."""
    clicked = NotedOffer("x", "x-1", "Coat", "https://other.example/1", shop="Corner")
    ClickHistory(database).add(look.id, 1, "trousers", clicked)
    vector = np.full(embedder.dimensions, embedder.dimensions**-0.5, np.float32)
    for name in ("Corner", "Market"):
        shop = put_shop(database, name, partner=name == "Market")
        put_product(database, shop, name, vector, embedder=embedder.fingerprint)

    def give(**changes: object) -> dict[str | None, tuple[str, ...]]:
        offers = build_offers(
            settings=settings.model_copy(update={"ucp_enabled": False, **changes}),
            database=database,
            personal=database,
            fetcher=fetcher,
            segmenter=segmenter,
            embedder=embedder,
            looks=looks,
        )
        try:
            events = list(offers.search.stream(look, 1, SearchContext()))
        finally:
            offers.close()
        found = [event for event in events if isinstance(event, OffersEvent)]
        every = [each for event in found for each in event.offers]
        return {o.offer.shop: o.why for o in every if o.offer.provider == "catalog"}

    return give


def test_the_history_counts_only_where_the_operator_switched_it_on(reasons) -> None:
    assert not any(BEFORE in why for why in reasons().values())
    counted = reasons(rank_history=True)
    assert BEFORE in counted["Corner"]
    assert BEFORE not in counted["Market"]


def test_a_boost_that_the_operator_switched_off_moves_nothing(reasons) -> None:
    assert "partner" in reasons()["Market"]
    assert "partner" not in reasons(rank_partner=0.0)["Market"]
