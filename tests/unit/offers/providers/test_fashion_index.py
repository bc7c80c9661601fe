"""Small indexes of fashion: switched on by name, labelled as unproven, read with care."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from server.config import Settings, read_settings
from server.errors import SettingsError
from server.fetch.fetcher import Fetcher
from server.goods.money import Money
from server.offers.errors import ProviderError
from server.offers.offer import Offer, SearchContext
from server.offers.providers.fashion_index import INDEXES, FashionIndexProvider
from server.offers.providers.from_settings import vendor_providers
from tests.support.garments import garment_query
from tests.support.vendor_server import VendorServer, vendor_server
from tests.support.vendors import vendor_client

COAT: dict[str, Any] = {
    "id": "abc123", "name": "Wool coat", "brand": "Mill", "price": 129.5, "currency": "EUR",
    "originalPrice": 159.5, "productUrl": "https://api.vistoya.com/go/abc123", "inStock": True,
    "imageUrl": "https://cdn.example/coat.jpg", "storeName": "Mill Store",
    "category": "clothing/coats",
}  # fmt: skip
DRESS: dict[str, Any] = {
    "handle": "black-dress", "title": "Black dress", "vendor": "Sara", "is_in_stock": True,
    "url": "https://s.polopan.com/p/black-dress", "product_type": "Dress",
    "images": [{"src": "https://cdn.example/dress.jpg"}],
    "variants": [{"price": "1499", "compare_at_price": "1999"}],
}  # fmt: skip


@pytest.fixture
def server() -> Iterator[VendorServer]:
    with vendor_server() as running:
        yield running


def search(server: VendorServer, name: str, *products: Any, **more: Any) -> list[Offer]:
    text = json.dumps({"products": products, "total": len(products)})
    result = {"content": [{"type": "text", "text": text}], **more}
    server.say({"jsonrpc": "2.0", "id": 1, "result": result})
    client = vendor_client(INDEXES[name].policy, server.http)
    provider = FashionIndexProvider(client, INDEXES[name], 24, server.url("/mcp"))
    return provider.search(garment_query(), SearchContext("KR", "ko", "KRW"))


def test_a_product_with_a_price_of_its_own_becomes_an_offer(server: VendorServer) -> None:
    [offer] = search(server, "vistoya", COAT)
    assert offer == Offer(
        id=offer.id,
        provider="vistoya",
        title="Wool coat",
        link="https://api.vistoya.com/go/abc123",
        shop="Mill Store",
        brand="Mill",
        price=Money("129.50", "EUR"),
        list_price=Money("159.50", "EUR"),
        availability="in_stock",
        picture_url="https://cdn.example/coat.jpg",
        types=("clothing/coats",),
    )


def test_a_price_of_the_first_variant_is_in_the_index_s_own_currency(server: VendorServer) -> None:
    [offer] = search(server, "polopan", DRESS)
    assert (offer.price, offer.list_price) == (Money("1499.00", "INR"), Money("1999.00", "INR"))
    assert (offer.shop, offer.picture_url) == ("Sara", "https://cdn.example/dress.jpg")


def test_a_converted_price_is_in_doubt_and_so_not_known(server: VendorServer) -> None:
    [offer] = search(server, "vistoya", COAT | {"approximate": True})
    assert offer.price is offer.list_price is None


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("vistoya", {"query": "navy long sleeve outwear", "currency": "KRW", "limit": 24}),
        ("polopan", {"query": "navy long sleeve outwear", "page_size": 24}),
    ],
)
def test_words_are_sent_and_no_picture(
    server: VendorServer, name: str, arguments: dict[str, Any]
) -> None:
    search(server, name)
    [request] = server.requests
    assert request.json["params"] == {"name": INDEXES[name].tool, "arguments": arguments}


def test_a_tool_that_fails_says_why(server: VendorServer) -> None:
    client = vendor_client(INDEXES["vistoya"].policy, server.http)
    provider = FashionIndexProvider(client, INDEXES["vistoya"], 24, server.url("/mcp"))
    content = [{"type": "text", "text": "No valid session."}]
    server.say({"jsonrpc": "2.0", "id": 1, "result": {"isError": True, "content": content}})
    with pytest.raises(ProviderError, match="refused the search: No valid session"):
        provider.search(garment_query(), SearchContext())


def test_products_without_title_or_link_cost_themselves_only(server: VendorServer) -> None:
    bare = {"name": "Bare", "url": "https://shop.example/1", "price": [], "images": "x"}
    odd = [None, 7, {}, {"name": "No link"}, {"url": "https://shop.example/2"},
           {"name": "Script", "url": "javascript:alert(1)"}, bare]  # fmt: skip
    [offer] = search(server, "vistoya", *odd)
    assert (offer.title, offer.price, offer.picture_url) == ("Bare", None, None)


def test_none_is_asked_that_the_settings_do_not_name(settings: Settings) -> None:
    every = vendor_providers(settings, Fetcher(settings))
    assert not {state.provider.name for state in every} & set(INDEXES)


def test_each_named_one_is_on_and_said_to_be_unproven(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WTB_FASHION_INDEXES", "polopan, vistoya,polopan")
    every = vendor_providers(read_settings(), Fetcher(settings))
    chosen = [state for state in every if state.provider.name in INDEXES]
    assert [state.provider.name for state in chosen] == ["polopan", "vistoya"]
    assert all(state.enabled and "unproven" in state.provider.title for state in chosen)
    assert "mcp-server.polopan.com" in chosen[0].provider.discloses


def test_another_name_is_refused() -> None:
    with pytest.raises(SettingsError, match="vistoya"):
        read_settings(fashion_indexes="nobody")
