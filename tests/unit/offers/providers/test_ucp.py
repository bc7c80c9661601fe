import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from model.categories import Kind
from model.errors import WhereToBuyError
from server.config import Settings
from server.fetch.fetcher import Fetcher
from server.goods.kinds import kinds_of_product
from server.goods.money import Money
from server.goods.wanted import PriceRange, Wanted
from server.offers.errors import ProviderBusyError, ProviderError
from server.offers.offer import Offer, SearchContext
from server.offers.providers.ucp import POLICY, UcpProvider
from server.offers.providers.ucp_answer import read_answer
from server.offers.providers.ucp_request import UcpCatalogue, build_request
from server.offers.vendors.client import VendorClient
from tests.support.garments import garment_query
from tests.support.mangled_json import DAMAGES, Damage, mangle
from tests.support.ucp_server import Mode, UcpServer, product, ucp_server

COAT = product("Classic Trench", picture="https://cdn.example/trench.jpg")
PROFILE = "https://profile.example/agent.json"


def provider_of(server: UcpServer, settings: Settings) -> UcpProvider:
    client = VendorClient(Fetcher(settings), POLICY)
    return UcpProvider(client, UcpCatalogue(server.url, PROFILE), limit=24)


@pytest.fixture
def server() -> Iterator[UcpServer]:
    with ucp_server([COAT]) as running:
        yield running


@pytest.fixture
def provider(server: UcpServer, settings: Settings) -> UcpProvider:
    allowed = settings.model_copy(update={"fetch_allow": (server.address,)})
    return provider_of(server, allowed)


def test_a_product_becomes_an_offer(provider: UcpProvider) -> None:
    [offer] = provider.search(garment_query(), SearchContext())
    assert offer == Offer(
        id=offer.id,
        provider="ucp",
        title="Classic Trench",
        link="https://shop.example/products/1?variant=1&_gsid=Q",
        shop="Shop Example",
        price=Money("129.00", "USD"),
        list_price=Money("159.00", "USD"),
        availability="in_stock",
        condition="new",
        sizes=("S",),
        picture_url="https://cdn.example/trench.jpg",
    )


def test_what_is_sent_is_the_crop_its_words_and_the_context(
    provider: UcpProvider, server: UcpServer
) -> None:
    query = garment_query(image_url="https://private.example/album/me.jpg")
    provider.search(query, SearchContext("KR", "ko", "KRW"))
    [arguments] = server.requests
    [like] = arguments["catalog"].pop("like")
    assert set(like["image"]) == {"content_type", "data"}
    assert arguments == {
        "meta": {"ucp-agent": {"profile": PROFILE}},
        "catalog": {
            "query": "네이비 긴팔 아우터",
            "context": {"address_country": "KR", "language": "ko", "currency": "KRW"},
            "filters": {"available": True, "ships_to": {"country": "KR"}},
            "pagination": {"limit": 24},
        },
    }
    assert "private.example" not in json.dumps(server.http.requests)


@pytest.mark.parametrize(
    ("currency", "sent"),
    [("USD", {"min": 1999, "max": 5000}), ("KRW", {"max": 60000}), ("GBP", None)],
)
def test_the_price_range_is_sent_in_minor_units(
    provider: UcpProvider, server: UcpServer, currency: str, sent: dict[str, int] | None
) -> None:
    wanted = Wanted((PriceRange("USD", 19.99, 50), PriceRange("KRW", None, 60000)))
    provider.search(garment_query(), SearchContext(currency=currency, wanted=wanted))
    [arguments] = server.requests
    assert arguments["catalog"]["filters"].get("price") == sent
    assert arguments["catalog"]["filters"]["available"] is True


def test_words_are_english_where_the_language_is_none_of_ours(
    provider: UcpProvider, server: UcpServer
) -> None:
    provider.search(garment_query(), SearchContext("DE", "de", "EUR"))
    assert server.requests[0]["catalog"]["query"] == "navy long sleeve outwear"


@pytest.mark.parametrize("mode", ["event-stream", "text"])
def test_other_wrappings_of_the_same_answer_are_read(
    provider: UcpProvider, server: UcpServer, mode: Mode
) -> None:
    server.mode = mode
    assert [offer.title for offer in provider.search(garment_query(), SearchContext())] == [
        "Classic Trench"
    ]


def test_nothing_found_is_an_answer(provider: UcpProvider, server: UcpServer) -> None:
    server.mode = "empty"
    assert provider.search(garment_query(), SearchContext()) == []


@pytest.mark.parametrize(
    ("amount", "currency", "price"),
    [
        (129000, "KRW", Money("129000", "KRW")),
        (12900, "JPY", Money("12900", "JPY")),
        (12900, "KWD", Money("12.900", "KWD")),
        ("129.00", "USD", None),
        (12900, "XYZ", None),
        (-1, "USD", None),
        (None, None, None),
    ],
)
def test_money_is_in_minor_units_of_its_own_currency(
    provider: UcpProvider, server: UcpServer, amount: object, currency: object, price: Money | None
) -> None:
    server.products = [product("Coat", amount=amount, currency=currency)]
    [offer] = provider.search(garment_query(), SearchContext())
    assert offer.price == price


def test_products_that_miss_parts_cost_themselves_only(
    provider: UcpProvider, server: UcpServer
) -> None:
    bare = product("Bare", number=2)
    bare["variants"] = [{"url": "https://shop.example/bare"}]
    del bare["price_range"]
    second = product("Second variant", number=3)
    second["variants"].insert(0, {"url": "javascript:alert(1)", "price": None})
    server.products = [
        None,
        "nonsense",
        {},
        product("", number=4, variants=[{"url": "https://shop.example/4", "title": " "}]),
        product("No link", number=5, variants=[]),
        product("Script", number=6, link="javascript:alert(1)"),
        bare,
        second,
        COAT,
        COAT,
    ]
    offers = provider.search(garment_query(), SearchContext())
    assert [offer.title for offer in offers] == ["Bare", "Second variant", "Classic Trench"]
    assert offers[0].price is offers[0].availability is offers[0].shop is None
    assert offers[1].link == "https://shop.example/products/3?variant=3&_gsid=Q"


def test_markup_and_credentials_of_a_stranger_do_not_get_through(
    provider: UcpProvider, server: UcpServer
) -> None:
    server.products = [
        product("<b>Coat</b>\u202e<script>x</script>", number=1),
        product("Coat", number=2, link="https://shop.example@evil.example/"),
        product("Coat", number=3, picture="file:///etc/passwd"),
    ]
    first, second = provider.search(garment_query(), SearchContext())
    assert first.title == "Coat x"
    assert second.picture_url is None


@pytest.mark.parametrize(
    ("mode", "message"),
    [
        ("discovery-error", "refused the search: The profile cannot be read."),
        ("tool-error", "refused the search: Invalid arguments"),
        ("status-error", "refused the search: The index is away."),
    ],
)
def test_a_failure_says_why_in_plain_words(
    provider: UcpProvider, server: UcpServer, mode: Mode, message: str
) -> None:
    server.mode = mode
    with pytest.raises(ProviderError, match=message):
        provider.search(garment_query(), SearchContext())


@pytest.mark.parametrize("mode", ["rate-limit-http", "rate-limit-rpc"])
def test_after_a_rate_limit_it_is_left_alone(
    provider: UcpProvider, server: UcpServer, mode: Mode
) -> None:
    server.mode = mode
    with pytest.raises(ProviderBusyError) as first:
        provider.search(garment_query(), SearchContext())
    assert first.value.retry_after == (120 if mode == "rate-limit-http" else 60)
    server.mode = "success"
    with pytest.raises(ProviderBusyError, match="asks to wait"):
        provider.search(garment_query(), SearchContext())
    assert len(server.requests) == 1


def test_an_endpoint_on_this_network_is_asked_only_when_it_is_allowed(
    server: UcpServer, settings: Settings
) -> None:
    provider = provider_of(server, settings)
    with pytest.raises(ProviderError, match="cannot be reached"):
        provider.search(garment_query(), SearchContext())
    assert server.requests == []


def test_the_crop_appears_in_no_log(
    provider: UcpProvider, server: UcpServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.mode = "malformed"
    with pytest.raises(ProviderError):
        provider.search(garment_query(), SearchContext())
    [like] = server.requests[0]["catalog"]["like"]
    assert like["image"]["data"][:40] not in caplog.text


def _read(body: bytes, media_type: str = "application/json") -> None:
    try:
        offers = read_answer(body, media_type, "ucp", "The catalogue")
    except WhereToBuyError:
        return
    for offer in offers:
        assert offer.title
        assert offer.link.startswith("http")


@hypothesis_settings(max_examples=300, deadline=None)
@given(DAMAGES)
def test_a_mangled_answer_raises_nothing_but_our_own_error(damage: Damage) -> None:
    whole = {
        "jsonrpc": "2.0",
        "id": 1,
        "result": {
            "structuredContent": {
                "ucp": {"status": "success"},
                "products": [COAT, COAT],
                "messages": [{"type": "info", "content": "ignored"}],
            },
            "isError": False,
            "content": [{"type": "text", "text": "{}"}],
        },
        "error": None,
    }
    _read(json.dumps(mangle(whole, damage)).encode())


@hypothesis_settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=200) | st.text().map(lambda t: ("data: " + t + "\n\n").encode()),
    st.sampled_from(["application/json", "text/event-stream", ""]),
)
def test_any_bytes_raise_nothing_but_our_own_error(body: bytes, media_type: str) -> None:
    _read(body, media_type)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b'{"result":' * 100_000,
        b'{"result": {"structuredContent": {"products": [' + b"9" * 5000 + b"]}}}",
        b'{"result": NaN}',
        b'{"error": [[[]]]}',
    ],
)
def test_hostile_json_is_our_own_error_or_nothing(body: bytes) -> None:
    _read(body)


@pytest.mark.parametrize(
    ("categories", "types"),
    [
        ([{"value": "Apparel & Accessories > Clothing", "taxonomy": "google"}],) * 2,
        (["google:Apparel & Accessories > Clothing"], ["Apparel & Accessories > Clothing"]),
        (["2271", "google:2271", "aa-1-4", "gid://shopify/TaxonomyCategory/aa-1-4"], []),
        ([{"value": "gid://shopify/TaxonomyCategory/aa-1-4"}, "Dresses"], ["Dresses"]),
    ],
)
def test_categories_are_words_and_clothing_is_kept_for_its_title(
    provider: UcpProvider, server: UcpServer, categories: list[Any], types: list[Any]
) -> None:
    server.products = [product("Linen shirt", categories=categories)]
    [offer] = provider.search(garment_query(), SearchContext())
    assert list(offer.types) == [t["value"] if isinstance(t, dict) else t for t in types]
    kinds = kinds_of_product(offer.title, offer.types)
    assert kinds == ({Kind.DRESS} if "Dresses" in types else {Kind.TOP})


@pytest.mark.parametrize(
    ("conditions", "sent"),
    [
        (frozenset({"used", "refurbished"}), ["secondhand"]),
        (frozenset({"new", None}), None),
        (frozenset(), None),
    ],
)
def test_who_wants_used_things_is_searched_for_among_them(
    provider: UcpProvider, server: UcpServer, conditions: frozenset[Any], sent: list[str] | None
) -> None:
    provider.search(garment_query(), SearchContext(wanted=Wanted(conditions=conditions)))
    assert server.requests[0]["catalog"]["filters"].get("condition") == sent


def test_every_other_wish_goes_into_the_filters_that_a_catalogue_has(
    provider: UcpProvider, server: UcpServer
) -> None:
    wanted = Wanted(
        brands=frozenset({"Mill", "Acme"}),
        availability=frozenset({"in_stock"}),
        sizes=frozenset({"M"}),
        genders=frozenset({"female", None}),
    )
    provider.search(garment_query(), SearchContext(wanted=wanted))
    plain = build_request(garment_query(), SearchContext(wanted=wanted), None, 5, by_picture=False)
    own = {"brand": ["Acme", "Mill"], "availability": ["in_stock"]}
    assert plain["params"]["arguments"]["catalog"]["filters"] == own
    extended = server.requests[0]["catalog"]["filters"]
    assert extended | own == extended
    assert extended["attributes"] == [
        {"name": "Size", "values": ["M"]},
        {"name": "Target gender", "values": ["Female"]},
    ]
