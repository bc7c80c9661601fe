"""While the Global Catalog asks to wait, Shop's search of the same products is asked."""

from collections.abc import Iterator

import pytest

from server.config import Settings
from server.fetch.fetcher import Fetcher
from server.offers.errors import ProviderBusyError
from server.offers.offer import SearchContext
from server.offers.provider import ProviderState
from server.offers.providers.from_settings import vendor_providers
from server.offers.vendors.quota import Quotas, QuotaUsedUpError
from tests.support.garments import garment_query
from tests.support.ucp_server import Mode, UcpServer, product, ucp_server


@pytest.fixture
def catalogue() -> Iterator[UcpServer]:
    with ucp_server([product("Of the catalogue")]) as running:
        yield running


@pytest.fixture
def shop() -> Iterator[UcpServer]:
    with ucp_server([product("Of Shop")]) as running:
        running.extended = running.wants_profile = False
        yield running


@pytest.fixture
def chosen(catalogue: UcpServer, shop: UcpServer, settings: Settings) -> Settings:
    return settings.model_copy(
        update={
            "ucp_endpoint": catalogue.url,
            "shop_mcp": shop.url,
            "fetch_allow": (catalogue.address, shop.address),
        }
    )


def state_of(chosen: Settings, quotas: Quotas | None = None) -> ProviderState:
    every = vendor_providers(chosen, Fetcher(chosen), quotas)
    [state] = [state for state in every if state.provider.name == "ucp"]
    return state


@pytest.mark.parametrize("mode", ["rate-limit-http", "rate-limit-rpc"])
def test_it_is_asked_by_words_while_the_catalogue_asks_to_wait(
    catalogue: UcpServer, shop: UcpServer, chosen: Settings, mode: Mode
) -> None:
    catalogue.mode = mode
    provider = state_of(chosen).provider
    for _ in range(2):
        [offer] = provider.search(garment_query(), SearchContext())
        assert (offer.provider, offer.title) == ("ucp", "Of Shop")
    assert len(catalogue.requests) == 1
    assert [set(arguments) for arguments in shop.requests] == [{"catalog"}] * 2
    assert [set(arguments["catalog"]) for arguments in shop.requests] == [
        {"query", "context", "pagination"}
    ] * 2


def test_nobody_else_is_asked_while_the_catalogue_answers(
    catalogue: UcpServer, shop: UcpServer, chosen: Settings
) -> None:
    [offer] = state_of(chosen).provider.search(garment_query(), SearchContext())
    assert offer.title == "Of the catalogue"
    catalogue.mode = "malformed"
    with pytest.raises(Exception, match="nonsense"):
        state_of(chosen).provider.search(garment_query(), SearchContext())
    assert shop.requests == []


@pytest.mark.parametrize("mode", ["rate-limit-http", "malformed", "tool-error"])
def test_if_it_has_no_answer_either_the_catalogue_s_own_is_reported(
    catalogue: UcpServer, shop: UcpServer, chosen: Settings, mode: Mode
) -> None:
    catalogue.mode, shop.mode = "rate-limit-http", mode
    with pytest.raises(ProviderBusyError, match="Shopify's catalogue asks to wait"):
        state_of(chosen).provider.search(garment_query(), SearchContext())


def test_a_quota_of_one_s_own_is_not_gone_around(
    shop: UcpServer, chosen: Settings, database
) -> None:
    quotas = Quotas(database, {"ucp": 1})
    provider = state_of(chosen, quotas).provider
    provider.search(garment_query(), SearchContext())
    with pytest.raises(QuotaUsedUpError):
        provider.search(garment_query(), SearchContext())
    assert shop.requests == []


def test_it_can_be_switched_off(catalogue: UcpServer, shop: UcpServer, chosen: Settings) -> None:
    catalogue.mode = "rate-limit-http"
    state = state_of(chosen.model_copy(update={"shop_mcp": ""}))
    with pytest.raises(ProviderBusyError):
        state.provider.search(garment_query(), SearchContext())
    assert shop.requests == []
    assert "While" not in state.provider.discloses


def test_what_it_is_sent_is_disclosed(settings: Settings) -> None:
    discloses = state_of(settings).provider.discloses
    assert "catalog.shopify.com" in discloses
    assert "While it asks to wait, all but the cut-out goes to mcp.shop.com." in discloses
