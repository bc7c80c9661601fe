from collections.abc import Iterator
from typing import Any

import pytest

from server.goods.money import Money
from server.offers.errors import ProviderError
from server.offers.offer import Offer, SearchContext
from server.offers.providers.lykdat import POLICY, LykdatProvider, read_groups
from tests.support.garments import garment_query
from tests.support.vendor_server import Reply, Request, VendorServer, vendor_server
from tests.support.vendors import vendor_client

KEY = "lykdat-key-0123456789"


def product(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "id": f"product-{number}",
        "name": "Ribbed Jumper",
        "brand_name": "Northern Mill",
        "currency": "USD",
        "gender": "female",
        "price": "49.00",
        "url": f"https://mill.example/p/{number}",
        "matching_image": f"https://mill.example/{number}.jpg",
        "images": [f"https://mill.example/{number}-b.jpg"],
        "score": 0.91,
        **more,
    }


def answer(*groups: list[Any]) -> dict[str, Any]:
    detected = {"name": "sweater", "confidence": 0.9, "bounding_box": {"top": 0.1}}
    listed = [{"detected_item": detected, "similar_products": group} for group in groups]
    return {"data": {"result_groups": listed}}


def strict(request: Request) -> Reply:
    parts = request.parts
    if parts.get("api_key") != (None, "text/plain", KEY.encode()):
        return Reply({"error": "unauthorized"}, 401)
    name, media_type, data = parts["image"]
    if (request.method, request.path) != ("POST", "/v1/global/search") or not name:
        return Reply({"error": "no image"}, 400)
    if media_type != "image/jpeg" or not data.startswith(b"\xff\xd8"):
        return Reply({"error": "unsupported image"}, 400)
    return Reply(answer([product()]))


@pytest.fixture
def server() -> Iterator[VendorServer]:
    with vendor_server() as running:
        running.answer = strict
        yield running


@pytest.fixture
def provider(server: VendorServer) -> LykdatProvider:
    client = vendor_client(POLICY, server.http)
    return LykdatProvider(client, key=KEY, limit=24, endpoint=server.url("/v1/global/search"))


def test_a_product_becomes_an_offer(provider: LykdatProvider) -> None:
    [offer] = provider.search(garment_query(), SearchContext())
    assert offer == Offer(
        id=offer.id,
        provider="lykdat",
        title="Northern Mill Ribbed Jumper",
        link="https://mill.example/p/1",
        shop="mill.example",
        price=Money("49.00", "USD"),
        picture_url="https://mill.example/1.jpg",
    )


def test_what_is_sent_is_the_crop_and_nothing_else(
    provider: LykdatProvider, server: VendorServer
) -> None:
    query = garment_query(image_url="https://private.example/album/me.jpg")
    provider.search(query, SearchContext("KR", "ko", "KRW"))
    [request] = server.requests
    assert set(request.parts) == {"api_key", "image"}
    assert request.parts["image"][2] == query.jpeg
    assert "private.example" not in repr(request)
    assert request.query == {}


def test_all_groups_count_each_product_once(provider: LykdatProvider, server: VendorServer) -> None:
    server.say(answer([product(1), product(2)], [product(2), product(3)]))
    found = provider.search(garment_query(), SearchContext())
    assert [offer.link[-1] for offer in found] == ["1", "2", "3"]


@pytest.mark.parametrize("content", [answer(), answer([])])
def test_nothing_found_is_an_answer(
    provider: LykdatProvider, server: VendorServer, content: Any
) -> None:
    server.say(content)
    assert provider.search(garment_query(), SearchContext()) == []


@pytest.mark.parametrize(
    ("content", "status", "message"),
    [
        ({"status": "error", "message": "Image too small"}, 400, "refused the search: Image too"),
        ({"error": {"message": "Quota exceeded"}}, 402, "refused the search: Quota exceeded"),
        ({"detail": f"bad key {KEY}"}, 422, "refused the search: bad key …"),
        ({"message": "no data"}, 200, "refused the search: no data"),
        ({}, 200, "answered nonsense"),
        ({"data": {"result_groups": "none"}}, 200, "answered nonsense"),
        ([], 400, "answered nonsense"),
        ({}, 401, "refused the key"),
    ],
)
def test_a_failure_says_why_and_never_the_key(
    provider: LykdatProvider,
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
    assert KEY not in str(error.value) + caplog.text


def read(*products: Any) -> list[Offer]:
    return read_groups(answer(list(products)), 24, KEY)


@pytest.mark.parametrize(
    ("more", "price", "list_price"),
    [
        ({"price": 49.99}, Money("49.99", "USD"), None),
        ({"price": "39000", "currency": "KRW"}, Money("39000", "KRW"), None),
        ({"price": "49", "reduced_price": "39.5"}, Money("39.50", "USD"), Money("49.00", "USD")),
        ({"price": "49", "reduced_price": "59"}, Money("49.00", "USD"), None),
        ({"price": "49", "reduced_price": "0"}, Money("49.00", "USD"), None),
        ({"price": "1,299.00"}, Money("1299.00", "USD"), None),
        ({"price": "$49"}, None, None),
        ({"price": "49.00", "currency": "$"}, None, None),
        ({"price": "49.00", "currency": None}, None, None),
        ({"price": "0"}, None, None),
        ({"price": ["49.00"]}, None, None),
    ],
)
def test_prices_are_exact_or_unknown(
    more: dict[str, Any], price: Money | None, list_price: Money | None
) -> None:
    [offer] = read(product(**more))
    assert (offer.price, offer.list_price) == (price, list_price)


def test_products_that_miss_parts_cost_themselves_only() -> None:
    bare = {"name": "Bare", "url": "https://mill.example/bare"}
    offers = read(
        None, "x", {}, product(name=""), product(url="javascript:alert(1)"), bare,
        product(2, matching_image="file:///etc/passwd", brand_name="northern mill",
                name="Northern Mill Jumper"),
    )  # fmt: skip
    assert [offer.title for offer in offers] == ["Bare", "Northern Mill Jumper"]
    assert offers[0].price is offers[0].picture_url is None
    assert offers[1].picture_url == "https://mill.example/2-b.jpg"
