import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from server.goods.money import Money
from server.offers.errors import ProviderError
from server.offers.offer import GarmentQuery, Offer, SearchContext
from server.offers.providers.lens import POLICIES, LensProvider
from server.offers.providers.lens_vendors import VENDORS, VendorName, read_matches
from tests.support.garments import garment_query
from tests.support.vendor_server import Reply, Request, VendorServer, vendor_server
from tests.support.vendors import vendor_client

KEY = "lens-key-0123456789"
PICTURE = "https://pictures.example/look.jpg?size=large&x=1"
KOREA = SearchContext("KR", "ko", "KRW")
NAMES: tuple[VendorName, ...] = ("serper", "serpapi", "searchapi")


def matches() -> dict[VendorName, dict[str, Any]]:
    """Return each vendor's answer, as documented, with the same jumper in it."""
    link, thumbnail = "https://mill.example/p/1?ref=lens", "https://encrypted.example/1.jpg"
    jumper = {"position": 1, "title": "Ribbed Jumper", "link": link, "source": "Northern Mill"}
    return {
        "serper": {
            "searchParameters": {"url": PICTURE, "type": "lens", "engine": "google"},
            "organic": [
                {**jumper, "price": "$34.00", "imageUrl": thumbnail, "thumbnailUrl": thumbnail}
            ],
            "credits": 3,
        },
        "serpapi": {
            "search_metadata": {"status": "Success"},
            "visual_matches": [
                {
                    **jumper,
                    "price": {"value": "$34*", "extracted_value": 34.0, "currency": "$"},
                    "rating": 4.7,
                    "in_stock": True,
                    "thumbnail": thumbnail,
                    "image": "https://mill.example/1.jpg",
                }
            ],
        },
        "searchapi": {
            "search_metadata": {"status": "Success"},
            "visual_matches": [
                {
                    **jumper,
                    "price": "$34*",
                    "extracted_price": 34,
                    "currency": "$",
                    "stock_information": "In stock",
                    "thumbnail": thumbnail,
                    "image": {"link": "https://mill.example/1.jpg", "width": 1, "height": 1},
                }
            ],
        },
    }


def strict(name: VendorName) -> Callable[[Request], Reply]:
    """Answer as a vendor does, refusing what it would refuse."""

    def serper(request: Request) -> Reply:
        if request.headers.get("x-api-key") != KEY:
            return Reply({"message": "Unauthorized.", "statusCode": 403}, 403)
        if (request.method, request.path) != ("POST", "/lens") or not request.json.get("url"):
            return Reply({"message": "Missing url parameter", "statusCode": 400}, 400)
        return Reply(matches()["serper"])

    def others(request: Request) -> Reply:
        query = request.query
        if query.get("api_key") != KEY:
            return Reply({"error": "Invalid API key."}, 401)
        if (request.method, query.get("engine")) != ("GET", "google_lens") or not query.get("url"):
            return Reply({"error": "Missing query `url` parameter."}, 400)
        if query.get("type" if name == "serpapi" else "search_type") != "products":
            return Reply({"error": "Unsupported type."}, 400)
        return Reply(matches()[name])

    return serper if name == "serper" else others


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> VendorName:
    chosen: VendorName = request.param
    return chosen


@pytest.fixture
def server(name: VendorName) -> Iterator[VendorServer]:
    with vendor_server() as running:
        running.answer = strict(name)
        yield running


def provider_of(server: VendorServer, name: VendorName, **more: Any) -> LensProvider:
    values = {"key": KEY, "limit": 24, "endpoint": server.url("/lens"), **more}
    return LensProvider(vendor_client(POLICIES[name], server.http), vendor=name, **values)


@pytest.fixture
def provider(server: VendorServer, name: VendorName) -> LensProvider:
    return provider_of(server, name)


@pytest.fixture
def query() -> GarmentQuery:
    return dataclasses.replace(garment_query(), picture_url=PICTURE)


def test_a_match_becomes_an_offer(
    provider: LensProvider, query: GarmentQuery, name: VendorName
) -> None:
    [offer] = provider.search(query, SearchContext())
    assert offer == Offer(
        id=offer.id,
        provider=name,
        title="Ribbed Jumper",
        link="https://mill.example/p/1?ref=lens",
        shop="Northern Mill",
        price=Money("34.00", "USD"),
        availability=None if name == "serper" else "in_stock",
        picture_url="https://encrypted.example/1.jpg",
    )


def test_a_dollar_is_no_won(provider: LensProvider, query: GarmentQuery) -> None:
    [offer] = provider.search(query, KOREA)
    assert offer.price is None


def test_what_is_sent_is_the_picture_s_address_and_what_the_provider_says(
    provider: LensProvider, query: GarmentQuery, server: VendorServer, name: VendorName
) -> None:
    provider.search(query, KOREA)
    [request] = server.requests
    words = {"q": "네이비 긴팔 아우터"}
    sent = {
        "serper": {"url": PICTURE, "gl": "kr", "hl": "ko"},
        "serpapi": {"engine": "google_lens", "type": "products", "url": PICTURE, **words,
                    "hl": "ko", "country": "kr", "api_key": KEY},
        "searchapi": {"engine": "google_lens", "search_type": "products", "url": PICTURE, **words,
                      "hl": "ko", "country": "KR", "api_key": KEY},
    }  # fmt: skip
    assert (request.json if name == "serper" else request.query) == sent[name]
    assert ("words" in provider.needs) == (name != "serper")
    assert VENDORS[name].host in provider.discloses
    assert ("navy" in provider.discloses) == (name != "serper")


def test_a_picture_without_a_public_address_is_not_sent(
    provider: LensProvider, server: VendorServer
) -> None:
    with pytest.raises(ProviderError, match="needs the picture's public address"):
        provider.search(garment_query(), SearchContext())
    assert server.requests == []


def test_as_many_as_wanted_and_each_once(
    server: VendorServer, query: GarmentQuery, name: VendorName
) -> None:
    answer = matches()[name]
    listed = answer[VENDORS[name].matches]
    more = [{**listed[0], "link": f"https://mill.example/{n}"} for n in range(9)]
    server.say({**answer, VENDORS[name].matches: [*listed, *listed, *more]})
    assert len(provider_of(server, name, limit=5).search(query, SearchContext())) == 5
    assert len(provider_of(server, name).search(query, SearchContext())) == 10


@pytest.mark.parametrize(
    "content",
    [
        {"search_metadata": {"status": "Success"}},
        {"searchParameters": {"type": "lens"}},
        {"search_metadata": {}, "error": "Google Lens hasn't returned any results for this query."},
        {"search_parameters": {}, "error": "Google Lens didn't return any results."},
    ],
)
def test_nothing_found_is_an_answer(
    provider: LensProvider, query: GarmentQuery, server: VendorServer, content: Any
) -> None:
    server.say(content)
    assert provider.search(query, SearchContext()) == []


@pytest.mark.parametrize(
    ("content", "status", "message"),
    [
        (
            {"message": "Not enough credits", "statusCode": 400},
            400,
            "refused the search: Not enough",
        ),
        ({"error": "Unsupported `zz` country."}, 400, "refused the search: Unsupported"),
        ({"error": f"No plan for {KEY}"}, 200, "refused the search: No plan for …"),
        ({}, 200, "answered nonsense"),
        ({"error": {"code": 1}}, 200, "answered nonsense"),
        ({}, 401, "refused the key"),
        ({}, 403, "refused the key"),
    ],
)
def test_a_failure_says_why_and_never_the_key(
    provider: LensProvider,
    query: GarmentQuery,
    server: VendorServer,
    content: Any,
    status: int,
    message: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    server.say(content, status)
    with pytest.raises(ProviderError, match=message) as error:
        provider.search(query, SearchContext())
    assert KEY not in str(error.value) + error.value.hint + caplog.text


def read(name: VendorName, *found: Any, context: SearchContext | None = None) -> list[Offer]:
    vendor = VENDORS[name]
    return read_matches({vendor.matches: list(found)}, vendor, context or SearchContext(), 24, KEY)


def match(**more: Any) -> dict[str, Any]:
    return {"title": "Ribbed Jumper", "link": "https://mill.example/1", **more}


@pytest.mark.parametrize(
    ("more", "context", "price"),
    [
        ({"price": {"value": "₩39,000*"}}, KOREA, Money("39000", "KRW")),
        ({"price": {"extracted_value": 34.5, "currency": "$"}}, None, Money("34.50", "USD")),
        ({"price": "US$34"}, KOREA, Money("34.00", "USD")),
        ({"extracted_price": 34, "currency": "€"}, None, Money("34.00", "EUR")),
        ({"price": "34", "currency": "$"}, None, Money("34.00", "USD")),
        ({"price": "$9.99/mo"}, None, None),
        ({"price": {"value": "34", "extracted_value": 34}}, None, None),
        ({"price": "$0"}, None, None),
        ({"price": ["$34"]}, None, None),
        ({"price": {}}, None, None),
    ],
)
def test_a_price_is_exact_or_unknown(
    name: VendorName, more: dict[str, Any], context: SearchContext | None, price: Money | None
) -> None:
    [offer] = read(name, match(**more), context=context)
    assert offer.price == price


@pytest.mark.parametrize(
    ("more", "availability"),
    [
        ({"in_stock": True}, "in_stock"),
        ({"in_stock": False}, "out_of_stock"),
        ({"in_stock": "yes"}, None),
        ({"stock_information": "Out of stock"}, "out_of_stock"),
        ({"stock_information": "In stock online"}, "in_stock"),
        ({"stock_information": "Not in stock"}, "out_of_stock"),
        ({"stock_information": "Ausverkauft"}, "out_of_stock"),
        ({"stock_information": "Pre-order now"}, "preorder"),
        ({"stock_information": 3}, None),
        ({}, None),
    ],
)
def test_stock_is_what_is_shown(
    name: VendorName, more: dict[str, Any], availability: str | None
) -> None:
    [offer] = read(name, match(**more))
    assert offer.availability == availability


def test_matches_that_miss_parts_cost_themselves_only(name: VendorName) -> None:
    offers = read(
        name, None, "x", {}, match(title=" "), match(link="javascript:alert(1)"),
        match(link="https://mill.example@evil.example/"), match(thumbnail="data:image/png;base64,"),
    )  # fmt: skip
    [offer] = offers
    assert offer.shop == "mill.example"
    assert offer.picture_url is None


def test_pictures_that_nobody_sells_are_no_offers(name: VendorName) -> None:
    shown = [
        match(link=f"https://{host}/1")
        for host in ("www.pinterest.com", "pinterest.co.kr", "www.instagram.com", "m.facebook.com",
                     "www.tiktok.com", "x.com", "netflix.com", "mypinterest.shop")
    ]  # fmt: skip
    links = [offer.link for offer in read(name, *shown)]
    assert links == ["https://netflix.com/1", "https://mypinterest.shop/1"]


def test_answers_are_kept_where_the_vendor_keeps_them_itself(
    provider: LensProvider, query: GarmentQuery, server: VendorServer, name: VendorName
) -> None:
    first, second = (provider.search(query, SearchContext()) for _ in range(2))
    assert first == second != []
    assert len(server.requests) == (1 if name == "serpapi" else 2)


def test_an_answer_that_says_there_is_none_is_not_kept(
    provider: LensProvider, query: GarmentQuery, server: VendorServer, name: VendorName
) -> None:
    server.say({"error": "Try again."})
    with pytest.raises(ProviderError):
        provider.search(query, SearchContext())
    server.answer = strict(name)
    assert provider.search(query, SearchContext())
