"""JSON-LD, microdata, meta tags and state: what they say, and which of it is the page's product."""

import json
from decimal import Decimal
from typing import Any

import pytest

from server.shop_page.offer import ShopPage
from server.shop_page.read_page import read_shop_page

URL = "https://shop.example/p/blue-shirt"
PRODUCT: dict[str, Any] = {"@type": "Product", "name": "Blue Shirt"}


def read(*nodes: object, body: str = "<h1>Blue Shirt</h1>", url: str = URL) -> ShopPage:
    scripts = "".join(
        f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes
    )
    return read_shop_page(f"<html lang=en><head>{scripts}</head><body>{body}</body></html>", url)


def offer(price: object, **more: object) -> dict[str, Any]:
    return {"@type": "Offer", "price": price, "priceCurrency": "USD", **more}


@pytest.mark.parametrize(
    "offers",
    [
        offer("49.00"),
        [offer(49)],
        [[offer("49")]],
        {"@type": "AggregateOffer", "lowPrice": "49", "highPrice": "90", "priceCurrency": "USD"},
        {"@type": "AggregateOffer", "priceCurrency": "USD", "offers": [offer(60), offer(49)]},
        offer({"@value": "49.00"}),
        {"@type": "Offer", "priceSpecification": {"price": "49.00", "priceCurrency": "USD"}},
        {"@type": "Offer", "price": "$49.00", "priceCurrency": "usd"},
        {"@type": "Offer", "price": "49.00 USD"},
    ],
)
def test_the_price_is_found_in_every_shape_of_offer(offers: object) -> None:
    page = read({**PRODUCT, "offers": offers})
    assert (page.price, page.currency) == (Decimal(49), "USD")
    assert page.sources["price"] == "json-ld"


@pytest.mark.parametrize(
    ("specification", "price", "list_price"),
    [
        ([{"price": 80}, {"price": 100, "priceType": "https://schema.org/ListPrice"}], 80, 100),
        ([{"price": 80}, {"price": 100, "priceType": "StrikethroughPrice"}], 80, 100),
        ([{"price": 80}, {"price": 70, "validForMemberTier": {"name": "Gold"}}], 80, None),
        ([{"price": 80}, {"@type": "DeliveryChargeSpecification", "price": 5}], 80, None),
        ([{"price": 80}, {"price": 9, "referenceQuantity": {"unitCode": "KGM"}}], 80, None),
        ([{"price": 80}, {"price": 60, "eligibleQuantity": {"minValue": "10"}}], 80, None),
        ([{"price": 100, "priceType": "ListPrice"}], 100, None),
    ],
)
def test_kinds_of_prices_are_distinguished(
    specification: list[dict[str, Any]], price: int, list_price: int | None
) -> None:
    page = read({**PRODUCT, "offers": {"@type": "Offer", "priceSpecification": specification}})
    assert (page.price, page.list_price) == (price, list_price)


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ("https://schema.org/InStock", "in_stock"),
        ("http://schema.org/LimitedAvailability/", "in_stock"),
        ("instock", "in_stock"),
        ("In stock", "in_stock"),
        ("schema:OutOfStock", "out_of_stock"),
        ("SoldOut", "out_of_stock"),
        ("https://schema.org/PreOrder", "preorder"),
        ("BackOrder", "preorder"),
        ("auf Lager", "in_stock"),
        ("nicht lieferbar", "out_of_stock"),
        ("https://schema.org/ItemAvailability", None),
        ("", None),
    ],
)
def test_availability_is_read_however_it_is_written(value: str, state: str | None) -> None:
    assert read({**PRODUCT, "offers": offer(1, availability=value)}).availability == state


def test_one_variant_in_stock_is_enough() -> None:
    offers = [offer(5, availability="OutOfStock"), offer(6, availability="InStock")]
    page = read({**PRODUCT, "offers": offers})
    assert (page.availability, page.price) == ("in_stock", 6)


def test_the_variant_in_the_address_is_the_one_that_is_read() -> None:
    group = {
        "@type": "ProductGroup",
        "name": "Blue Shirt",
        "hasVariant": [
            {"@type": "Product", "sku": "S", "size": "S", "offers": offer(40, url="?variant=1")},
            {"@type": "Product", "sku": "L", "size": "L", "offers": offer(44, url="?variant=2")},
        ],
    }
    page = read(group, url=f"{URL}?variant=2")
    assert (page.price, page.sizes) == (44, ("S", "L"))
    assert read(group).price == 40


def test_a_product_is_distinguished_from_related_ones_by_name_and_address() -> None:
    other = {"@type": "Product", "name": "Socks", "offers": offer(5)}
    own = {**PRODUCT, "offers": offer(49), "isRelatedTo": [other]}
    listing = {"@type": "ItemList", "itemListElement": [{"item": other}, {"item": other}]}
    for nodes in ([other, own], [listing, own], [{"@graph": [other, own]}], [[other, own]]):
        assert read(*nodes).price == 49


def test_a_list_of_products_has_no_price() -> None:
    items = [
        {"@type": "Product", "name": f"Shirt {n}", "url": f"/p/{n}", "offers": offer(n)}
        for n in range(1, 6)
    ]
    page = read(items, body="<h1>All shirts</h1>", url="https://shop.example/shirts")
    assert (page.price, page.availability, page.sku) == (None, None, None)


def test_products_that_are_only_listed_or_mentioned_are_not_the_pages() -> None:
    socks = {"@type": "Product", "name": "Socks", "offers": offer(5)}
    hats = {"@type": "Product", "name": "Hats", "offers": offer(6)}
    listing = {"@type": "ItemList", "itemListElement": [{"item": socks}, {"item": hats}]}
    mentioned = {"@type": "WebPage", "mentions": socks}
    for node in (listing, mentioned):
        assert read(node).price is None


def test_references_within_the_page_are_followed_even_in_a_circle() -> None:
    page = read(
        {"@graph": [
            {**PRODUCT, "@id": "#p", "offers": {"@id": "#o"}, "brand": {"@id": "#b"}},
            {"@id": "#o", **offer(49), "itemOffered": {"@id": "#p"}},
            {"@id": "#b", "@type": "Brand", "name": "Acme"},
        ]}
    )  # fmt: skip
    assert (page.price, page.brand) == (49, "Acme")


def test_a_price_of_zero_is_unknown() -> None:
    assert read({**PRODUCT, "offers": offer("0.00")}).price is None


def test_a_manufacturers_number_is_not_the_shops() -> None:
    assert read({**PRODUCT, "mpn": "M-1", "offers": offer(1)}).sku is None
    assert read({**PRODUCT, "mpn": "M-1", "productID": "mpn:M-1", "offers": offer(1)}).sku is None
    assert read({**PRODUCT, "productID": "sku:S-1", "offers": offer(1)}).sku == "S-1"


def test_pictures_are_absolute_web_addresses() -> None:
    images = ["/a.jpg", {"@type": "ImageObject", "contentUrl": "//cdn.example/b.jpg"},
              "javascript:alert(1)", "data:image/png;base64,AA", "http://[", None, 5]  # fmt: skip
    page = read({**PRODUCT, "image": images, "offers": offer(1)})
    assert page.pictures == ("https://shop.example/a.jpg", "https://cdn.example/b.jpg")


def test_an_offer_outside_of_its_product_belongs_to_the_only_one() -> None:
    html = """<div itemscope itemtype="http://schema.org/Product"><h1 itemprop="name">Lamp</h1>
    </div><div itemscope itemtype="http://schema.org/Offer"><span itemprop="price">19,90</span>
    <meta itemprop="priceCurrency" content="EUR"></div>"""
    page = read_shop_page(html, URL)
    assert (page.price, page.currency) == (Decimal("19.90"), "EUR")
    assert page.sources["price"] == "microdata"


def test_sale_price_in_meta_tags_comes_before_the_price() -> None:
    html = """<meta property="product:price:amount" content="100"><h1>Lamp</h1>
    <meta property="product:sale_price:amount" content="80">
    <meta property="product:price:currency" content="EUR">"""
    page = read_shop_page(html, URL)
    assert (page.price, page.list_price, page.currency) == (80, 100, "EUR")
    assert page.sources["price"] == "meta"


def test_state_counts_only_under_the_pages_own_name() -> None:
    state = {
        "items": [{"name": "Socks", "price": "5.00"}, {"name": "Blue Shirt", "price": "49.00"}]
    }
    script = f'<script type="application/json">{json.dumps(state)}</script>'
    assert read_shop_page(f"<h1>Blue Shirt</h1>{script}", URL).price == 49
    assert read_shop_page(f"<h1>Red Shirt</h1>{script}", URL).price is None


def test_the_link_is_the_canonical_one_unless_that_is_the_home_page() -> None:
    head = '<link rel="canonical" href="{}"><h1>Blue Shirt</h1>'
    assert read_shop_page(head.format("/p/shirt"), URL).link == "https://shop.example/p/shirt"
    assert read_shop_page(head.format("https://shop.example/"), URL).link == URL
    assert read_shop_page(head.format("javascript:x"), "not an address").link is None
