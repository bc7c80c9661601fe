from dataclasses import replace

from server.history.clicks import ClickHistory, OpenedShops
from server.history.noted import NotedOffer

OFFER = NotedOffer("ucp", "ucp-1", "Coat", "https://one.example/coat", shop="One")


def test_shops_are_known_by_name_and_the_nameless_by_host(database) -> None:
    history = ClickHistory(database)
    history.add("a" * 32, 1, "trousers", OFFER)
    history.add(
        "a" * 32, 1, "trousers", replace(OFFER, shop=None, link="https://www.two.example/x")
    )
    opened = OpenedShops.of(history)
    assert opened.include(" ONE ", "https://elsewhere.example/")
    assert opened.include(None, "https://two.example/y")
    assert not opened.include("Three", OFFER.link)
    assert not opened.include(None, OFFER.link)


def test_sellers_of_one_marketplace_are_not_one_shop(database) -> None:
    history = ClickHistory(database)
    history.add("a" * 32, 1, "trousers", replace(OFFER, shop="eBay: ann"))
    assert not OpenedShops.of(history).include("eBay: bob", OFFER.link)


def test_an_empty_history_has_no_shops(database) -> None:
    assert not OpenedShops.of(ClickHistory(database)).include("One", OFFER.link)
