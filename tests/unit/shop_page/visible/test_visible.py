"""Price and stock as a reader of the page sees them."""

from decimal import Decimal

import pytest

from server.shop_page.document.buy_area import find_buy_area
from server.shop_page.document.tree import parse
from server.shop_page.offer import ShopPage
from server.shop_page.read_page import read_shop_page

URL = "https://shop.example/p/lamp"


def read(body: str, head: str = "") -> ShopPage:
    html = f"<html lang=en><head><title>Lamp | Shop</title>{head}</head><body>{body}</body></html>"
    return read_shop_page(html, URL)


@pytest.mark.parametrize(
    ("body", "price"),
    [
        ("<p class=price>$49.99</p>", "49.99"),
        ("<p>Price: <b>$49.99</b></p>", "49.99"),
        ("<span class=price>$<b>49</b><sup>99</sup></span>", "49.99"),
        (
            "<span class=p>$</span><span class=price-int>49</span><span class=cents>99</span>",
            "49.99",
        ),
        (
            "<div class=price><span>49</span><span>,</span><span>99</span> <span>€</span></div>",
            "49.99",
        ),
        ("<span class=price>49.99</span>", "49.99"),
        ("<span class=price>$49.99 - $89.99</span>", "49.99"),
        ("<span class=price>$49.99</span><span>–</span><span class=price>$89.99</span>", "49.99"),
        ("<div class=price><del>$60</del> <ins>$49.99</ins></div>", "49.99"),
        ("<p>Was <b>$60</b></p><p class=now>Now <b>$49.99</b></p>", "49.99"),
        ("<p>Only $9.99/month</p><p class=price>$49.99</p>", "49.99"),
        ("<p class=shipping-price>$5.00</p><p class=price>$49.99</p>", "49.99"),
        ("<p class=price>$49.99</p><h2>You may also like</h2><p class=price>$5.00</p>", "49.99"),
        ("<p class=price>$49.99 <small>($9.99 / 100 ml)</small></p>", "49.99"),
        ("<div><span>Free shipping</span><span class=price>$49.99</span></div>", "49.99"),
        ("<div><span>Add to wish list</span><span class=price>$49.99</span></div>", "49.99"),
        ("<div><span>Regular price</span><span class=price>$49.99</span></div>", "49.99"),
        (
            "<span class=price-including-tax>$49.99</span><i class=price-excluding-tax>$40</i>",
            "49.99",
        ),
        ("<div class='price has-discount'>US $49.99</div>", "49.99"),
        ("<div data-price='49.99'><button>Add to cart</button></div>", "49.99"),
    ],
)
def test_the_price_is_the_one_that_is_paid(body: str, price: str) -> None:
    assert read(f"<h1>Lamp</h1>{body}<button>Add to cart</button>").price == Decimal(price)


@pytest.mark.parametrize(
    "body",
    [
        "<p>Free shipping on orders over $50.00</p>",
        "<p class=price><del>$60.00</del></p>",
        "<p>Call for price</p>",
        "<p>Pay $9.99/month</p>",
        "<h2>Related products</h2><a href=/p/2><span class=price>$5.00</span></a>",
        "<p>Our founders raised $500,000 in the year of the first lamp, to much applause.</p>",
    ],
)
def test_other_amounts_are_not_taken_for_the_price(body: str) -> None:
    assert read(f"<h1>Lamp</h1>{body}").price is None


def test_a_price_in_markup_that_the_page_crosses_out_is_the_former_price() -> None:
    head = """<script type="application/ld+json">{"@type": "Product", "name": "Lamp",
    "offers": {"price": "60", "priceCurrency": "USD"}}</script>"""
    page = read(
        "<h1>Lamp</h1><div class=price><s>$60.00</s> <b class=sale-price>$49.00</b></div>", head
    )
    assert (page.price, page.list_price, page.currency) == (49, 60, "USD")
    assert page.sources["price"] == "text .sale-price"


@pytest.mark.parametrize(
    ("body", "availability"),
    [
        ("<button>Add to cart</button>", "in_stock"),
        ("<input type=submit value='Add to basket'>", "in_stock"),
        ("<a class=btn href=/cart/add?id=5>Buy now</a>", "in_stock"),
        ("<button>장바구니</button>", "in_stock"),
        ("<button>In den Warenkorb</button>", "in_stock"),
        ("<p class=stock>In stock</p>", "in_stock"),
        ("<p>Only 3 left</p>", "in_stock"),
        ("<button disabled>Sold out</button>", "out_of_stock"),
        ("<button class=add-to-cart disabled>Out of stock</button>", "out_of_stock"),
        ("<p class=availability>Currently unavailable.</p>", "out_of_stock"),
        ("<p class=stock>Nicht auf Lager</p><button>Auf die Merkliste</button>", "out_of_stock"),
        ("<p>품절</p>", "out_of_stock"),
        ("<button>Pre-order</button>", "preorder"),
        # One size, store or colour without stock does not sell out the product.
        ("<ul><li>S <i>sold out</i></li><li>M</li></ul><button>Add to bag</button>", "in_stock"),
        ("<p>Pickup not available nearby</p><button>Add to cart</button>", "in_stock"),
        ("<p style='display: none'>Out of stock</p><button>Add to cart</button>", "in_stock"),
        ("<button disabled>Add to cart</button><select><option>M</select>", "in_stock"),
        # Nothing is clear.
        ("<button disabled>Add to cart</button>", None),
        ("<button>Add to wishlist</button>", None),
        ("<p>We don't know when it will be back in stock.</p>", None),
        ("<p class=stock>Out of stock</p><p class=stock>In stock</p>", "in_stock"),
        ("", None),
    ],
)
def test_availability_is_only_read_where_it_is_clear(body: str, availability: str | None) -> None:
    assert read(f"<h1>Lamp</h1><p class=price>$5.00</p>{body}").availability == availability


def test_a_sold_out_button_overrides_markup() -> None:
    head = """<script type="application/ld+json">{"@type": "Product", "name": "Lamp", "offers":
    {"price": "60", "priceCurrency": "USD", "availability": "InStock"}}</script>"""
    assert read("<h1>Lamp</h1><button disabled>Sold out</button>", head).availability == (
        "out_of_stock"
    )
    assert read("<h1>Lamp</h1><button>Notify me</button>", head).availability == "in_stock"


@pytest.mark.parametrize(
    ("body", "sku"),
    [
        ("<p>SKU: AB-12</p>", "AB-12"),
        ("<dt>Item #</dt><dd>AB-12</dd>", "AB-12"),
        ("<p>Artikelnummer: AB-12</p>", "AB-12"),
        ("<p>Réf. AB-12</p>", "AB-12"),
        ("<p>Product code AB-12 and other words that follow</p>", None),
        ("<p>Manufacturer part number: AB-12</p>", None),
        ("<p>Model: AB-12</p>", None),
        ("<div data-sku='AB-12'>x</div>", "AB-12"),
        ("<input type=hidden name=product_id value=8812>", "8812"),
    ],
)
def test_the_shops_number_is_read_under_its_label(body: str, sku: str | None) -> None:
    page = read(f"<h1>Lamp</h1><p class=price>$5.00</p>{body}<button>Add to cart</button>")
    assert page.sku == sku


def test_the_number_in_the_address_counts_if_the_page_uses_it() -> None:
    html = "<h1>Lamp</h1><p class=price>$5.00</p><img src=/i/{}.jpg>"
    url = "https://shop.example/p/lamp-88120044.html"
    assert read_shop_page(html.format("88120044"), url).sku == "88120044"
    assert read_shop_page(html.format("1"), url).sku is None


def test_sizes_and_colour_are_those_to_choose_from() -> None:
    page = read(
        "<h1>Shirt</h1><p>Colour: Navy</p><select name=size><option value=''>Choose</option>"
        "<option value=1>S</option><option value=2>M - sold out</option></select>"
    )
    assert (page.sizes, page.colour) == (("S", "M"), "Navy")


def test_alike_elements_are_a_list_of_other_products() -> None:
    tiles = "".join(
        f"<div class=item><img src=/{n}.jpg><b>Lamp {n}</b><i class=price>${n}.50</i>"
        "<button>Add to cart</button></div>"
        for n in range(10, 14)
    )
    page = read(f"<h1>Lamps of the season</h1><div class=grid>{tiles}</div>")
    assert (page.price, page.availability) == (None, None)
    page = read(f"<h1>Lamp</h1><p class=price>$5.00</p><p>Sold out</p><div>{tiles}</div>")
    assert (page.price, page.availability) == (5, "out_of_stock")


@pytest.mark.parametrize(
    ("shown", "price"),
    [("$84.00", "84.00"), ("$49", "49.99"), ("$25.00", "49.99"), ("$4999", "49.99")],
)
def test_a_visible_price_is_believed_over_markup_unless_it_is_a_part_of_it(
    shown: str, price: str
) -> None:
    head = """<script type="application/ld+json">{"@type": "Product", "name": "Lamp",
    "offers": {"price": "49.99", "priceCurrency": "USD"}}</script>"""
    body = f"<h1>Lamp</h1><p class=sale-price>{shown}</p><button>Add to cart</button>"
    assert read(body, head).price == Decimal(price)


def test_only_the_part_around_the_heading_goes_to_beautiful_soup() -> None:
    many = "<p>some <b>words</b></p>" * 4_000
    document = parse(f"<body>{many}<h1>Lamp</h1><p>$5.00</p>{many}</body>", URL)
    area = find_buy_area(document)
    assert 500 < len(area.tags) < 1_500
    assert area.heading is not None
    assert [piece.text for piece in area.pieces[area.heading :][:2]] == ["Lamp", "$5.00"]
