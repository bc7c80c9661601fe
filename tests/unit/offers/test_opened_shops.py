from dataclasses import replace

from server.history.clicks import ClickHistory
from server.offers.offer import Offer
from server.offers.opened_shops import OpenedShops

OFFER = Offer(id="ucp-1", provider="ucp", title="Coat", link="https://one.example/coat", shop="One")


def test_shops_are_known_by_name_and_the_nameless_by_host(database) -> None:
    history = ClickHistory(database)
    history.add("a" * 32, 1, "trousers", OFFER)
    history.add(
        "a" * 32, 1, "trousers", replace(OFFER, shop=None, link="https://www.two.example/x")
    )
    opened = OpenedShops.of(history)
    assert opened(replace(OFFER, shop=" ONE ", link="https://elsewhere.example/"))
    assert opened(replace(OFFER, shop=None, link="https://two.example/y"))
    assert not opened(replace(OFFER, shop="Three"))
    assert not opened(replace(OFFER, shop=None))


def test_sellers_of_one_market_place_are_not_one_shop(database) -> None:
    history = ClickHistory(database)
    history.add("a" * 32, 1, "trousers", replace(OFFER, shop="eBay: ann"))
    assert not OpenedShops.of(history)(replace(OFFER, shop="eBay: bob"))


def test_an_empty_history_knows_nobody(database) -> None:
    assert not OpenedShops.of(ClickHistory(database))(OFFER)
