"""Single shops and Channel3: the same protocol, by words alone."""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from server.config import Settings, read_settings
from server.errors import SettingsError
from server.fetch.fetcher import Fetcher
from server.offers.errors import ProviderBusyError, ProviderError
from server.offers.offer import SearchContext
from server.offers.provider import ProviderState
from server.offers.providers.from_settings import vendor_providers
from server.offers.providers.ucp import shop_policy
from tests.support.certificates import Authority
from tests.support.garments import garment_query
from tests.support.ucp_server import PATH, Mode, UcpServer, product, ucp_server

HOSTS = {"ucp-shop.example": "shop.example", "channel3-ucp": "ucp.trychannel3.com"}
COAT = product("Classic Trench", picture="https://cdn.example/trench.jpg")


@pytest.fixture(params=HOSTS)
def name(request: pytest.FixtureRequest) -> str:
    chosen: str = request.param
    return chosen


@pytest.fixture
def server(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> Iterator[UcpServer]:
    """The catalogue at its real address, which leads to this machine."""
    authority, truly = Authority(tmp_path), socket.getaddrinfo
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority.bundle))
    with ucp_server([COAT], tls=authority.server_context(HOSTS[name])) as running:

        def look_up(host: str, port: int, *args: Any, **kwargs: Any) -> Any:
            assert (host, port) == (HOSTS[name], 443)
            return truly("127.0.0.1", running.http.port, *args, **kwargs)

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        running.extended = False
        running.wants_profile = name != "channel3-ucp"
        if name == "channel3-ucp":
            running.http.routes["/mcp"] = running.http.routes.pop(PATH)
        yield running


@pytest.fixture
def state(name: str, server: UcpServer, settings: Settings) -> ProviderState:
    on = {"ucp_shops": ("shop.example",), "channel3_ucp": True, "fetch_allow": (HOSTS[name],)}
    return state_of(settings.model_copy(update=on), name)


def state_of(settings: Settings, name: str) -> ProviderState:
    every = vendor_providers(settings, Fetcher(settings))
    [state] = [state for state in every if state.provider.name == name]
    return state


def test_a_product_becomes_an_offer(state: ProviderState, name: str) -> None:
    [offer] = state.provider.search(garment_query(), SearchContext())
    assert (offer.provider, offer.title, offer.shop) == (name, "Classic Trench", "Shop Example")
    assert offer.id.startswith(f"{name}-")


def test_what_is_sent_is_words_and_the_context_and_no_picture(
    state: ProviderState, server: UcpServer, name: str, settings: Settings
) -> None:
    query = garment_query(image_url="https://private.example/album/me.jpg")
    state.provider.search(query, SearchContext("KR", "ko", "KRW"))
    [arguments] = server.requests
    profile = {"ucp-agent": {"profile": settings.ucp_profile}}
    assert arguments == {
        "meta": None if name == "channel3-ucp" else profile,
        "catalog": {
            "query": "네이비 긴팔 아우터",
            "context": {"address_country": "KR", "language": "ko", "currency": "KRW"},
            "pagination": {"limit": 24},
        },
    }
    assert state.provider.needs == ("words",)
    assert HOSTS[name] in state.provider.discloses
    assert "cut-out" not in state.provider.discloses


def test_an_offer_that_names_no_shop_is_that_of_the_shop_asked(
    state: ProviderState, server: UcpServer, name: str
) -> None:
    server.products = [product("Coat", variants=[{"url": "https://shop.example/coat"}])]
    [offer] = state.provider.search(garment_query(), SearchContext())
    assert offer.shop == ("shop.example" if name == "ucp-shop.example" else None)


@pytest.mark.parametrize(
    ("mode", "message"),
    [
        ("discovery-error", "refused the search: The profile cannot be read."),
        ("tool-error", "refused the search: Invalid arguments"),
        ("status-error", "refused the search: The index is away."),
        ("malformed", "answered nonsense"),
    ],
)
def test_each_kind_of_the_protocols_errors_is_reported(
    state: ProviderState, server: UcpServer, mode: Mode, message: str
) -> None:
    server.mode = mode
    with pytest.raises(ProviderError, match=message) as error:
        state.provider.search(garment_query(), SearchContext())
    assert str(error.value).startswith(state.provider.title)


@pytest.mark.parametrize("mode", ["rate-limit-http", "rate-limit-rpc"])
def test_after_a_rate_limit_it_is_left_alone(
    state: ProviderState, server: UcpServer, mode: Mode
) -> None:
    server.mode = mode
    for _ in range(2):
        with pytest.raises(ProviderBusyError, match="asks to wait"):
            state.provider.search(garment_query(), SearchContext())
    assert len(server.requests) == 1


def test_one_that_answers_as_an_event_stream_is_read(
    state: ProviderState, server: UcpServer
) -> None:
    server.mode = "event-stream"
    assert state.provider.search(garment_query(), SearchContext())


def test_none_is_asked_that_the_settings_do_not_name(settings: Settings) -> None:
    every = vendor_providers(settings, Fetcher(settings))
    assert not any(state.provider.name.startswith("ucp-") for state in every)
    assert not state_of(settings, "channel3-ucp").enabled


def test_each_shop_is_a_provider_of_its_own(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WTB_UCP_SHOPS", "Shop.Example, other.example.,shop.example")
    every = vendor_providers(read_settings(), Fetcher(settings))
    shops = [state for state in every if state.provider.name.startswith("ucp-")]
    assert [s.provider.name for s in shops] == ["ucp-shop.example", "ucp-other.example"]
    assert [s.provider.title for s in shops] == ["shop.example", "other.example"]
    assert all(s.enabled and s.counted and s.switch == "WTB_UCP_SHOPS" for s in shops)


def test_a_shop_may_have_a_quota(settings: Settings) -> None:
    chosen = {"ucp_shops": ("shop.example",), "per_day": {"ucp-shop.example": 5}}
    state_of(settings.model_copy(update=chosen), "ucp-shop.example")


@pytest.mark.parametrize(
    "shop",
    [
        "https://shop.example", "shop.example/en", "shop", "localhost", "127.0.0.1", "[::1]",
        "shop.example:8443", "user@shop.example", "-shop.example", "shop..example",
        "shop.example?x", "a" * 64 + ".example", "a." * 130 + "example", "shop.example\x00",
    ],
)  # fmt: skip
def test_what_is_not_a_domain_is_refused(settings: Settings, shop: str) -> None:
    with pytest.raises(SettingsError, match="is not a shop's domain, such as"):
        read_settings(ucp_shops=f"good.example,{shop}")


def test_more_shops_than_a_search_could_ask_are_refused(settings: Settings) -> None:
    with pytest.raises(SettingsError, match="at most 20"):
        read_settings(ucp_shops=",".join(f"shop{n}.example" for n in range(21)))


def test_names_of_long_domains_are_short_and_tell_them_apart() -> None:
    names = {shop_policy(f"{'long-' * 10}{end}.example").name for end in ("a", "b")}
    assert len(names) == 2
    assert max(map(len, names)) <= 40


def test_a_price_of_nothing_is_not_known(server: UcpServer, state: ProviderState) -> None:
    server.products = [product("Coat", amount=0)]
    [offer] = state.provider.search(garment_query(), SearchContext())
    assert offer.price is None
