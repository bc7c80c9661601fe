"""No answer, however mangled, makes a parser raise anything but our own error."""

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pytest
from hypothesis import given, note, settings

from server.fetch.fetcher import Fetcher
from server.goods.currencies import MINOR_UNITS
from server.goods.money import Money
from server.offers.errors import ProviderError
from server.offers.found_pages import FoundPage
from server.offers.offer import Offer, SearchContext, offer_id
from server.offers.providers import (
    channel3,
    ebay_items,
    google_cse,
    google_errors,
    google_vision,
    lens_vendors,
    lykdat,
    rakuten,
    searxng,
)
from server.offers.vendors.client import VendorClient
from server.offers.vendors.request import Answer
from tests.support.chosen_settings import settings_with
from tests.support.ebay_server import errors, item
from tests.support.google_server import error, matching_page, page_item, picture_item
from tests.support.mangled_json import DAMAGES, JSON, Damage, mangle
from tests.support.searxng_server import page_result, picture_result, product_result

LIMIT = 24
Read = Callable[[Any], list[Offer]]


def _lens(name: lens_vendors.VendorName) -> Read:
    vendor = lens_vendors.VENDORS[name]
    return lambda message: lens_vendors.read_matches(
        message, vendor, SearchContext(), LIMIT, "some-key"
    )


def _found(pages: list[FoundPage]) -> list[Offer]:
    """Return each page as the offer that it becomes where it cannot be read."""
    every = {
        page.link: Offer(
            id=offer_id("web", page.link),
            provider="web",
            title="Untitled" if page.title is None else page.title,
            link=page.link,
            picture_url=page.picture_url,
        )
        for page in pages
    }
    return list(every.values())[:LIMIT]


def _searxng(message: Any) -> list[Offer]:
    results = searxng.read_results(message, SearchContext())
    first = {offer.id: offer for offer in (*results.offers, *_found(results.pages))}
    return list(first.values())[:LIMIT]


@cache
def _google_client() -> VendorClient:
    return VendorClient(Fetcher(settings_with()), google_vision.POLICY)


def _vision(message: Any) -> list[Offer]:
    return _found(google_vision.read_detection(_google_client(), message, "some-key").pages)


def _refusal(message: Any) -> list[Offer]:
    answer = Answer(403, json.dumps(message).encode(), "application/json")
    raise google_errors.refused(_google_client(), answer, "some-key")


READS: Mapping[str, Read] = {
    "serper": _lens("serper"),
    "serpapi": _lens("serpapi"),
    "searchapi": _lens("searchapi"),
    "ebay": lambda message: ebay_items.read_items(message, "ebay", "eBay", LIMIT),
    "lykdat": lambda message: lykdat.read_groups(message, LIMIT, "some-key"),
    "channel3": lambda message: channel3.read_products(message, SearchContext(), LIMIT, "some-key"),
    "searxng": _searxng,
    "google_cse": lambda message: _found(google_cse.read_results(message, pictures=True)),
    "google_cse pages": lambda message: _found(google_cse.read_results(message, pictures=False)),
    "google_vision": _vision,
    "google_errors": _refusal,
    "rakuten": lambda message: rakuten.read_items(message, LIMIT, "some-key"),
}
_MATCH = {
    "title": "Jumper",
    "link": "https://mill.example/1",
    "source": "Mill",
    "price": {"value": "$34*", "extracted_value": 34.0, "currency": "$"},
    "in_stock": True,
    "thumbnail": "https://mill.example/1.jpg",
    "image": {"link": "https://mill.example/1.jpg"},
}
_SHOWN = {**_MATCH, "price": "$34*", "extracted_price": 34, "currency": "$"}
_PRODUCT = {
    "id": "1",
    "name": "Jumper",
    "title": "Jumper",
    "brand_name": "Mill",
    "currency": "USD",
    "price": "49.00",
    "reduced_price": "39.00",
    "url": "https://mill.example/1",
    "matching_image": "https://mill.example/1.jpg",
    "images": [{"url": "https://mill.example/1.jpg", "is_main_image": True}],
    "category": {"title": "Sweaters", "path": ["Clothing", "Sweaters"]},
    "categories": ["Clothing > Sweaters"],
    "offers": [
        {
            "url": "https://mill.example/1",
            "domain": "mill.example",
            "price": {"price": 49.99, "currency": "USD", "compare_at_price": 60},
            "availability": "InStock",
        }
    ],
}
_RAKUTEN = {
    "itemName": "ニット",
    "itemCode": "mill:1",
    "itemPrice": 3980,
    "itemUrl": "https://item.example/1",
    "mediumImageUrls": ["https://t.example/1.jpg?_ex=128x128", {"imageUrl": "https://t.example/2"}],
    "shopName": "ミル",
    "availability": 1,
}
MESSAGES: Mapping[str, Any] = {
    "serper": {"searchParameters": {}, "organic": [_SHOWN, _MATCH], "message": "…"},
    "serpapi": {"search_metadata": {}, "visual_matches": [_MATCH, _SHOWN], "error": "…"},
    "searchapi": {"search_metadata": {}, "visual_matches": [_SHOWN, _MATCH], "error": "…"},
    "ebay": {"total": 2, "itemSummaries": [item(), item(number=2)], **errors(1, "wrong")},
    "lykdat": {
        "data": {"result_groups": [{"similar_products": [_PRODUCT, _PRODUCT]}]},
        "error": {"message": "…"},
    },
    "channel3": {"products": [_PRODUCT, _PRODUCT], "detail": [{"msg": "…"}]},
    "searxng": {
        "results": [
            picture_result("https://mill.example/1"),
            page_result("https://mill.example/2"),
            product_result("https://mill.example/3"),
        ],
        "unresponsive_engines": [["google", "CAPTCHA"]],
    },
    "google_cse": {"kind": "customsearch#search", "items": [picture_item("https://mill.example/")]},
    "google_cse pages": {
        "kind": "customsearch#search",
        "items": [page_item("https://mill.example/1")],
    },
    "google_vision": {
        "responses": [
            {
                "webDetection": {
                    "pagesWithMatchingImages": [matching_page("https://mill.example/1")],
                    "bestGuessLabels": [{"label": "jumper", "languageCode": "en"}],
                },
                "error": {},
            }
        ]
    },
    "google_errors": error(429, "…", "RESOURCE_EXHAUSTED", "rateLimitExceeded", retryDelay="22s"),
    "rakuten": {
        "count": 2,
        "Items": [_RAKUTEN, {"Item": _RAKUTEN}],
        "errors": {"errorMessage": "…"},
    },
}


def check(name: str, message: Any) -> None:
    """Read a message; what comes out must be fit for a page, or be an error for one."""
    try:
        offers = READS[name](message)
    except ProviderError as error:
        shown = str(error)
        assert "some-key" not in shown
        return
    assert len(offers) <= LIMIT
    assert len({offer.id for offer in offers}) == len(offers)
    for offer in offers:
        assert len(offer.id) <= 64
        assert offer.title
        assert offer.title == " ".join(offer.title.split())
        assert offer.link.startswith(("http://", "https://"))
        assert offer.picture_url is None or offer.picture_url.startswith(("http://", "https://"))
        assert offer.availability in {"in_stock", "out_of_stock", "preorder", None}
        assert offer.condition in {"new", "used", "refurbished", None}
        for money in (offer.price, offer.list_price, offer.shipping):
            assert money is None or (money.currency in MINOR_UNITS and float(money.amount) >= 0)
        assert offer.price is None or offer.price != Money("0", offer.price.currency)


def over_the_wire(message: Any) -> Any:
    """Return a message as it comes out of JSON."""
    return json.loads(json.dumps(message))


@pytest.mark.parametrize("name", [name for name in READS if name != "google_errors"])
def test_a_whole_answer_gives_offers(name: str) -> None:
    assert READS[name](MESSAGES[name])


@settings(max_examples=200, deadline=None)
@given(damage=DAMAGES)
def test_a_mangled_answer_raises_nothing_but_our_own_error(damage: Damage) -> None:
    for name, message in MESSAGES.items():
        note(f"Read by {name}")
        check(name, over_the_wire(mangle(message, damage)))


@settings(max_examples=100, deadline=None)
@given(message=JSON)
def test_any_json_raises_nothing_but_our_own_error(message: Any) -> None:
    for name in READS:
        note(f"Read by {name}")
        check(name, over_the_wire(message))


def _everywhere(value: Any, leaf: Any) -> Any:
    """Put ``leaf`` into the place of every value that is neither object nor array."""
    if isinstance(value, dict):
        return {key: _everywhere(inner, leaf) for key, inner in value.items()}
    if isinstance(value, list):
        return [_everywhere(inner, leaf) for inner in value]
    return leaf


def _deep() -> Any:
    value: Any = "x"
    for _ in range(500):
        value = [value]
    return value


@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize(
    "leaf",
    [_deep(), {"a": _deep()}, 10**4000, -(10**4000), float("nan"), float("inf"), 5e-324, True, "",
     "9" * 100_000, "<" * 100_000, "https://" + "a" * 100_000, "\ud800", "\u202e", "\0", "$" * 64],
    ids=lambda leaf: repr(leaf)[:12] if not isinstance(leaf, int) else str(leaf < 0) + "-int",
)  # fmt: skip
def test_hostile_values_everywhere_raise_nothing_but_our_own_error(name: str, leaf: Any) -> None:
    check(name, _everywhere(MESSAGES[name], leaf))
