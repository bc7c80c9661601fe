import threading
from typing import Any

import pytest

from server.offers.errors import ProviderError
from server.offers.providers.ebay_token import EbayToken
from server.offers.vendors.client import VendorClient
from tests.support.ebay_server import (
    ID,
    SECRET,
    TOKEN,
    EbayServer,
)


def test_a_token_is_kept_until_a_minute_before_its_end(
    server: EbayServer, client: VendorClient
) -> None:
    now = 1000.0
    token = EbayToken(client, server.vendor.url(TOKEN), ID, SECRET, "eBay", clock=lambda: now)
    first = token.get(5)
    now += 7200 - 61
    assert token.get(5) == first
    now += 2
    second = token.get(5)
    assert second != first
    assert len(server.asked(TOKEN)) == 2


def test_a_token_that_was_replaced_already_is_not_thrown_away(
    server: EbayServer, client: VendorClient
) -> None:
    token = EbayToken(client, server.vendor.url(TOKEN), ID, SECRET, "eBay")
    old = token.get(5)
    token.forget(old)
    new = token.get(5)
    token.forget(old)
    assert token.get(5) == new
    assert len(server.asked(TOKEN)) == 2


@pytest.mark.parametrize("lasts", [None, "soon", -5, True, float("nan"), 10**30, [1]])
def test_a_token_of_unknown_length_is_used_for_a_while(
    server: EbayServer, client: VendorClient, lasts: Any
) -> None:
    server.lasts = lasts
    now = 1000.0
    token = EbayToken(client, server.vendor.url(TOKEN), ID, SECRET, "eBay", clock=lambda: now)
    first = token.get(5)
    now += 0.5
    assert token.get(5) == first
    now += 25 * 3600
    assert token.get(5) != first


@pytest.mark.parametrize(
    "content", [{}, {"access_token": 3}, {"access_token": ""}, {"access_token": "a\r\nb: c"}, [], 7]
)
def test_an_invalid_token_is_refused(
    server: EbayServer, client: VendorClient, content: Any
) -> None:
    server.vendor.say(content)
    token = EbayToken(client, server.vendor.url(TOKEN), ID, SECRET, "eBay")
    with pytest.raises(ProviderError, match="answered nonsense"):
        token.get(5)


def test_who_waits_for_another_thread_s_token_waits_no_longer_than_allowed(
    server: EbayServer, client: VendorClient
) -> None:
    asked, released = threading.Event(), threading.Event()

    def hold() -> None:
        asked.set()
        released.wait(20)

    server.before_token = hold
    token = EbayToken(client, server.vendor.url(TOKEN), ID, SECRET, "eBay")
    first = threading.Thread(target=lambda: token.get(15))
    first.start()
    assert asked.wait(10)
    with pytest.raises(ProviderError, match="did not answer in time"):
        token.get(0.05)
    released.set()
    first.join()
