import base64
from collections.abc import Iterator
from typing import Any

import pytest

from server.goods.money import Money
from server.offers.errors import ProviderError
from server.offers.offer import Offer, SearchContext
from server.offers.providers.channel3 import POLICY, Channel3Provider, read_products
from tests.support.garments import garment_query
from tests.support.vendor_server import Reply, Request, VendorServer, vendor_server
from tests.support.vendors import vendor_client

KEY = "channel3-key-0123456789"


def sold(
    price: Any = 49.99, currency: Any = "USD", *, shop: str = "mill.example", **more: Any
) -> dict[str, Any]:
    return {
        "url": f"https://{shop}/p/1?via=channel3",
        "domain": shop,
        "price": {"price": price, "currency": currency, "compare_at_price": None},
        "availability": "InStock",
        "max_commission_rate": 0.1,
        **more,
    }


def product(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "id": f"prod_{number}",
        "title": "Ribbed Jumper",
        "description": "A thing to wear.",
        "brands": [{"id": "b1", "name": "Northern Mill"}],
        "images": [
            {"url": "https://cdn.example/back.jpg", "is_main_image": False},
            {"url": "https://cdn.example/front.jpg", "is_main_image": True},
        ],
        "categories": ["Apparel & Accessories > Clothing > Sweaters"],
        "category": {"slug": "sweaters", "title": "Sweaters", "path": ["Apparel", "Sweaters"]},
        "offers": [sold()],
        **more,
    }


def strict(request: Request) -> Reply:
    if request.headers.get("x-api-key") != KEY:
        return Reply({"detail": "Invalid API key"}, 401)
    body = request.json
    if (request.method, request.path) != ("POST", "/v1/search") or body["limit"] > 30:
        return Reply({"detail": [{"loc": ["body", "limit"], "msg": "too many"}]}, 422)
    if not base64.b64decode(body["base64_image"], validate=True).startswith(b"\xff\xd8"):
        return Reply({"detail": "not a picture"}, 400)
    return Reply({"products": [product()], "next_page_token": "opaque"})


@pytest.fixture
def server() -> Iterator[VendorServer]:
    with vendor_server() as running:
        running.answer = strict
        yield running


@pytest.fixture
def provider(server: VendorServer) -> Channel3Provider:
    client = vendor_client(POLICY, server.http)
    return Channel3Provider(client, key=KEY, limit=50, endpoint=server.url("/v1/search"))


def test_a_product_becomes_an_offer(provider: Channel3Provider) -> None:
    [offer] = provider.search(garment_query(), SearchContext())
    assert offer == Offer(
        id=offer.id,
        provider="channel3",
        title="Ribbed Jumper",
        link="https://mill.example/p/1?via=channel3",
        shop="mill.example",
        price=Money("49.99", "USD"),
        availability="in_stock",
        picture_url="https://cdn.example/front.jpg",
        types=("Sweaters",),
    )


def test_what_is_sent_is_the_crop_its_words_and_the_context(
    provider: Channel3Provider, server: VendorServer
) -> None:
    query = garment_query(image_url="https://private.example/album/me.jpg")
    provider.search(query, SearchContext("KR", "ko", "KRW"))
    [request] = server.requests
    assert request.json == {
        "query": "네이비 긴팔 아우터",
        "base64_image": base64.b64encode(query.jpeg).decode(),
        "limit": 30,
        "filters": {"availability": ["InStock"]},
        "config": {"country": "KR", "currency": "KRW", "language": "ko"},
    }
    assert "private.example" not in repr(request)


def test_nothing_found_is_an_answer(provider: Channel3Provider, server: VendorServer) -> None:
    server.say({"products": []})
    assert provider.search(garment_query(), SearchContext()) == []


@pytest.mark.parametrize(
    ("content", "status", "message"),
    [
        ({"detail": "No credits left"}, 402, "refused the search: No credits left"),
        ({"detail": [{"loc": ["body"], "msg": "field required"}]}, 422, "search: field required"),
        ({"message": f"key {KEY}"}, 400, "refused the search: key …"),
        ({"detail": "odd"}, 200, "refused the search: odd"),
        ({}, 200, "answered nonsense"),
        ({"products": {"a": 1}}, 200, "answered nonsense"),
        ({"detail": []}, 422, "answered nonsense"),
        ({}, 401, "refused the key"),
    ],
)
def test_a_failure_says_why_and_never_the_key(
    provider: Channel3Provider,
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


def read(*products: Any, context: SearchContext | None = None) -> list[Offer]:
    return read_products({"products": list(products)}, context or SearchContext(), 24, KEY)


@pytest.mark.parametrize(
    ("price", "currency", "money"),
    [
        (123, "USD", Money("123.00", "USD")),
        (39000, "KRW", Money("39000", "KRW")),
        (3980.0, "JPY", Money("3980", "JPY")),
        (49.95, "EUR", Money("49.95", "EUR")),
        (0.1 + 0.2, "USD", Money("0.30", "USD")),
        ("49.9", "GBP", Money("49.90", "GBP")),
        (0, "USD", None),
        (-5, "USD", None),
        (True, "USD", None),
        (None, "USD", None),
        (49, "XYZ", None),
        (49, None, None),
    ],
)
def test_money_is_in_major_units_and_exact(price: Any, currency: Any, money: Money | None) -> None:
    [offer] = read(product(offers=[sold(price, currency)]))
    assert offer.price == money


@pytest.mark.parametrize(
    ("before", "list_price"),
    [(60, Money("60.00", "USD")), (49.99, None), (10, None), (None, None), ("x", None)],
)
def test_the_price_before_is_one_that_was_higher(before: Any, list_price: Money | None) -> None:
    price = {"price": 49.99, "currency": "USD", "compare_at_price": before}
    [offer] = read(product(offers=[sold(price=0) | {"price": price}]))
    assert offer.list_price == list_price


@pytest.mark.parametrize(
    ("given", "availability"),
    [("InStock", "in_stock"), ("LimitedAvailability", "in_stock"), ("OutOfStock", "out_of_stock"),
     ("SoldOut", "out_of_stock"), ("PreOrder", "preorder"), ("BackOrder", "preorder"),
     ("Maybe", None), (True, None), (None, None)],
)  # fmt: skip
def test_availability_is_in_schema_org_s_words(given: Any, availability: str | None) -> None:
    [offer] = read(product(offers=[sold(availability=given)]))
    assert offer.availability == availability


def test_of_several_shops_the_one_that_serves_best_is_shown() -> None:
    gone = sold(10, shop="gone.example", availability="OutOfStock")
    foreign = sold(20, "EUR", shop="foreign.example")
    dear = sold(90, shop="dear.example", max_commission_rate=0.9)
    cheap = sold(49, shop="cheap.example", max_commission_rate=0.0)
    unknown = sold(None, shop="unknown.example")
    shops = [gone, foreign, dear, unknown, cheap]
    assert [o.shop for o in read(product(offers=shops))] == ["cheap.example"]
    euro = SearchContext("DE", "de", "EUR")
    assert [o.shop for o in read(product(offers=shops), context=euro)] == ["foreign.example"]


@pytest.mark.parametrize(
    ("category", "categories", "types"),
    [
        ({"title": "Coats", "path": ["Apparel & Accessories", "Coats"]}, [], ("Coats",)),
        ({"path": ["Apparel & Accessories", "Clothing", "Coats"]}, [], ("Coats",)),
        ({"path": [{"title": "Apparel"}, {"title": "Coats"}]}, [], ("Coats",)),
        (None, ["Apparel & Accessories > Clothing > Coats"], ("Coats",)),
        (None, ["Apparel & Accessories", "Coats"], ("Coats",)),
        (7, "Coats", ()),
    ],
)
def test_the_type_is_the_most_special_category(
    category: Any, categories: Any, types: tuple[str, ...]
) -> None:
    [offer] = read(product(category=category, categories=categories))
    assert offer.types == types


def test_products_that_miss_parts_cost_themselves_only() -> None:
    bare = {"title": "Bare", "offers": [{"url": "https://mill.example/bare"}]}
    offers = read(
        None, "x", {}, product(title=""), product(offers=[]), product(offers="x"),
        product(offers=[sold(url="javascript:alert(1)"), None, 3]), bare,
        product(2, images=[{"url": "file:///etc/passwd"}, None]),
    )  # fmt: skip
    assert [offer.title for offer in offers] == ["Bare", "Ribbed Jumper"]
    assert offers[0].price is offers[0].picture_url is offers[1].picture_url is None
