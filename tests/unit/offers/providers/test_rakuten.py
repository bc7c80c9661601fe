import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest

from model.categories import CATEGORIES
from model.colours import Colour
from model.palette import SHADES
from server.goods.kinds import kinds_of_title
from server.goods.money import Money
from server.offers.errors import ProviderError
from server.offers.offer import GarmentQuery, Offer, SearchContext
from server.offers.providers.rakuten import POLICY, RakutenProvider, japanese_words, read_items
from tests.support.garments import garment_query
from tests.support.vendor_server import Reply, Request, VendorServer, vendor_server
from tests.support.vendors import vendor_client

APP, KEY = "ec65ace1-9e87-4d23-83e4-000000000000", "pk_access_0123456789"
SITE = "https://closet.example/app/?x=1"
PATH = "/ichibams/api/IchibaItem/Search/20260701"


def item(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "itemName": "リブニット 長袖 トップス",
        "catchcopy": "秋の新作",
        "itemCode": f"mill:{number}",
        "itemPrice": 3980,
        "itemUrl": f"https://item.rakuten.co.jp/mill/{number}/",
        "affiliateUrl": "",
        "mediumImageUrls": [f"https://thumbnail.rakuten.example/{number}.jpg?_ex=128x128"],
        "shopName": "ノーザンミル",
        "availability": 1,
        "postageFlag": 0,
        "reviewAverage": 4.5,
        **more,
    }


def nested(*items: dict[str, Any]) -> dict[str, Any]:
    """Return items as ``formatVersion`` 1 does."""
    listed = [
        {"Item": {**i, "mediumImageUrls": [{"imageUrl": url} for url in i["mediumImageUrls"]]}}
        for i in items
    ]
    return {"count": len(items), "hits": 30, "Items": listed}


def coloured(category: str, colour: str, image_url: str | None = None) -> GarmentQuery:
    """Make a query for a garment of one colour."""
    query = garment_query(category, image_url=image_url)
    return dataclasses.replace(query, colours=(Colour(colour, "#000000", 1.0),))


def strict(request: Request) -> Reply:
    query, headers = request.query, request.headers
    if headers.get("origin") is None or headers.get("referer") is None:
        missing = "REQUEST_CONTEXT_BODY_HTTP_REFERRER_MISSING"
        return Reply({"errors": {"errorCode": 403, "errorMessage": missing}}, 403)
    if headers["origin"] != "https://closet.example":
        refused = "REQUEST_CONTEXT_BODY_HTTP_REFERRER_NOT_ALLOWED"
        return Reply({"errors": {"errorCode": 403, "errorMessage": refused}}, 403)
    if query.get("applicationId") != APP or query.get("accessKey") != KEY:
        content = {"error": "wrong_parameter", "error_description": "specify valid applicationId"}
        return Reply(content, 400)
    if (request.method, request.path) != ("GET", PATH) or not 1 <= int(query["hits"]) <= 30:
        content = {"error": "wrong_parameter", "error_description": "API Configuration not found"}
        return Reply(content, 400)
    return Reply({"count": 1, "page": 1, "hits": 1, "pageCount": 1, "Items": [item()]})


@pytest.fixture
def server() -> Iterator[VendorServer]:
    with vendor_server() as running:
        running.answer = strict
        yield running


def provider_of(server: VendorServer, **more: Any) -> RakutenProvider:
    values = {"application": APP, "key": KEY, "site": SITE, "limit": 50, **more}
    return RakutenProvider(vendor_client(POLICY, server.http), endpoint=server.url(PATH), **values)


@pytest.fixture
def provider(server: VendorServer) -> RakutenProvider:
    return provider_of(server)


def test_an_item_becomes_an_offer(provider: RakutenProvider) -> None:
    [offer] = provider.search(garment_query(), SearchContext())
    assert offer == Offer(
        id=offer.id,
        provider="rakuten",
        title="リブニット 長袖 トップス",
        link="https://item.rakuten.co.jp/mill/1/",
        shop="ノーザンミル",
        price=Money("3980", "JPY"),
        availability="in_stock",
        picture_url="https://thumbnail.rakuten.example/1.jpg?_ex=400x400",
    )


def test_what_is_sent_is_japanese_words_and_the_registered_site(
    provider: RakutenProvider, server: VendorServer
) -> None:
    query = coloured("long sleeve outwear", "navy", "https://private.example/album/me.jpg")
    provider.search(query, SearchContext("KR", "ko", "KRW"))
    [request] = server.requests
    assert request.query == {
        "format": "json",
        "formatVersion": "2",
        "keyword": "ネイビー ジャケット",
        "hits": "30",
        "imageFlag": "1",
        "availability": "1",
        "applicationId": APP,
        "accessKey": KEY,
    }
    assert request.headers["referer"] == "https://closet.example/"
    assert request.headers["origin"] == "https://closet.example"
    assert "private.example" not in repr(request)


def test_both_formats_are_the_same_answer(provider: RakutenProvider, server: VendorServer) -> None:
    flat = provider.search(garment_query(), SearchContext())
    server.say(nested(item()))
    assert provider.search(garment_query(), SearchContext()) == flat
    server.say({"count": 1, "items": [item()]})
    assert provider.search(garment_query(), SearchContext()) == flat


@pytest.mark.parametrize(
    ("content", "status"),
    [({"count": 0, "hits": 0, "Items": []}, 200), ({"count": 0}, 200),
     ({"error": "not_found", "error_description": "not found"}, 404)],
)  # fmt: skip
def test_nothing_found_is_an_answer(
    provider: RakutenProvider, server: VendorServer, content: Any, status: int
) -> None:
    server.say(content, status)
    assert provider.search(garment_query(), SearchContext()) == []


def test_an_unregistered_site_is_distinguished_from_a_wrong_key(
    server: VendorServer,
) -> None:
    provider = provider_of(server, site="https://other.example")
    with pytest.raises(ProviderError, match="REFERRER_NOT_ALLOWED") as error:
        provider.search(garment_query(), SearchContext())
    assert "registered" in error.value.hint


@pytest.mark.parametrize(
    ("content", "status", "message"),
    [
        ({"error": "wrong_parameter", "error_description": "keyword is not valid"}, 400,
         "refused the search: keyword is not valid"),
        ({"error": "wrong_parameter"}, 400, "refused the search: wrong_parameter"),
        ({"errors": {"errorCode": 403, "errorMessage": "FORBIDDEN"}}, 403, "search: FORBIDDEN"),
        ({"error_description": f"{APP} and {KEY}"}, 400, "refused the search: … and …"),
        ({"count": 1, "error": "system_error"}, 200, "refused the search: system_error"),
        ({}, 404, "answered nonsense"),
        ({}, 200, "answered nonsense"),
        ([], 200, "answered nonsense"),
        ({}, 401, "refused the key"),
    ],
)  # fmt: skip
def test_a_failure_says_why_and_never_the_keys(
    provider: RakutenProvider,
    server: VendorServer,
    content: Any,
    status: int,
    message: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    server.say(content, status)
    with pytest.raises(ProviderError, match=message) as error:
        provider.search(garment_query(), SearchContext())
    for secret in (APP, KEY):
        assert secret not in str(error.value) + caplog.text


def read(*items: Any) -> list[Offer]:
    return read_items({"Items": list(items)}, 24)


@pytest.mark.parametrize(
    ("given", "price"),
    [
        (3980, Money("3980", "JPY")),
        ("3980", Money("3980", "JPY")),
        ("12,900", Money("12900", "JPY")),
        (3980.0, Money("3980", "JPY")),
        (0, None),
        (-1, None),
        (True, None),
        (None, None),
        ("3980円", None),
    ],
)
def test_yen_have_no_smaller_unit(given: Any, price: Money | None) -> None:
    [offer] = read(item(itemPrice=given))
    assert offer.price == price


@pytest.mark.parametrize(
    ("name", "condition"),
    [("【中古】 リブニット", "used"), ("【中古品・美品】リブニット", "used"),
     ("[中古] リブニット", "used"),
     ("リブニット", None), ("【中古風加工】デニム", None), ("ニット 中古車柄", None)],
)  # fmt: skip
def test_used_things_are_told_by_their_names(name: str, condition: str | None) -> None:
    [offer] = read(item(itemName=name))
    assert offer.condition == condition


@pytest.mark.parametrize(
    ("given", "availability"),
    [(1, "in_stock"), (0, "out_of_stock"), ("1", "in_stock"), (2, None), (None, None), ([], None)],
)
def test_availability(given: Any, availability: str | None) -> None:
    [offer] = read(item(availability=given))
    assert offer.availability == availability


def test_items_that_miss_parts_cost_themselves_only() -> None:
    bare = {"itemName": "Bare", "itemUrl": "https://item.rakuten.co.jp/mill/7/"}
    offers = read(
        None, "x", {}, {"Item": None}, item(itemName=""), item(itemUrl="javascript:alert(1)"),
        bare, item(2, mediumImageUrls=["file:///x", {"imageUrl": "https://t.example/2.jpg"}]),
    )  # fmt: skip
    assert [offer.title for offer in offers] == ["Bare", "リブニット 長袖 トップス"]
    assert offers[0].price is offers[0].availability is offers[0].picture_url is None
    assert offers[1].picture_url == "https://t.example/2.jpg"


def test_every_category_has_japanese_words_of_its_kind() -> None:
    for category in CATEGORIES:
        words = japanese_words(coloured(category.name, "navy"))
        assert words.startswith("ネイビー ")
        kinds = kinds_of_title(words)
        assert kinds is not None
        assert category.kind in kinds


def test_every_colour_has_a_japanese_word() -> None:
    for name in SHADES:
        colour, _, words = japanese_words(coloured("skirt", name)).partition(" ")
        assert words == "スカート"
        assert not colour.isascii()


def test_a_colour_that_is_not_known_does_not_narrow_the_search() -> None:
    assert japanese_words(coloured("skirt", "puce")) == "スカート"


def test_answers_are_kept_for_an_hour_but_for_refusals(
    provider: RakutenProvider, server: VendorServer
) -> None:
    server.say({"errors": {"errorMessage": "Try again."}})
    with pytest.raises(ProviderError):
        provider.search(garment_query(), SearchContext())
    server.answer = strict
    first, second = (provider.search(garment_query(), SearchContext()) for _ in range(2))
    assert first == second != []
    assert len(server.requests) == 2
