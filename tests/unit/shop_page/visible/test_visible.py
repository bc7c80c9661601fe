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


SCRIPT = '<script>var product = {"name": "Lamp", "price": "80.00", "sku": "L-1"}</script>'


@pytest.mark.parametrize(
    ("body", "price", "list_price"),
    [
        ("<p><b>$60.00</b> <small>$80.00</small> (<em>25% off</em>)</p>", "60.00", "80.00"),
        ("<p><b>$60.00</b> <small>$80.00</small> -25 %</p>", "60.00", "80.00"),
        ("<p><b>$60.00</b> <i>$80.00</i> <em>25</em><em>%</em> saved</p>", "60.00", "80.00"),
        ("<p><b>$60.00</b> <small>$80.00</small> (<em>40% off</em>)</p>", "80.00", None),
        ("<p><b>$60.00</b> <small>$80.00</small></p>", "80.00", None),
    ],
)
def test_the_right_share_off_makes_the_higher_of_two_amounts_the_former_price(
    body: str, price: str, list_price: str | None
) -> None:
    page = read(f"<h1>Lamp</h1>{body}<button>Add to cart</button>{SCRIPT}")
    assert page.price == Decimal(price)
    assert page.list_price == (Decimal(list_price) if list_price else None)


def test_of_variants_shown_alike_the_one_in_markup_counts() -> None:
    rows = "".join(
        f"<p class=row><b>{name}</b> <span class=price>{price}</span></p>"
        for name, price in (("Large", "£9.00"), ("Small", "£5.00"))
    )
    offers = "".join(
        f'<span itemprop=offers itemscope><meta itemprop=price content="{price}">'
        "<meta itemprop=priceCurrency content=GBP></span>"
        for price in ("9.00", "5.00")
    )
    page = read(
        '<main itemscope itemtype="https://schema.org/Product"><h1 itemprop=name>Lamp</h1>'
        f"{offers}{rows}<button>Add to cart</button></main>"
    )
    assert page.price == Decimal("5.00")


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


def test_items_without_a_name_are_a_list_of_other_products_too() -> None:
    items = "".join(
        f"<li><a href=/p/{n}><img src=/{n}.jpg>Lamp {n}</a><div><span class=price><ins>"
        f"<b>${n}.50</b></ins></span></div></li>"
        for n in range(10, 14)
    )
    assert read(f"<h1>Lamp</h1><ul>{items}</ul>").price is None


def test_prices_in_a_comparison_are_those_of_other_products() -> None:
    cells = "".join(f"<td><span class=price>${n}.00</span></td>" for n in (14, 99, 129))
    table = f"<div id=product-comparison><table><tr>{cells}</tr></table></div>"
    assert read(f"<h1>Lamp</h1><p>Currently nobody sells it.</p>{table}").price is None
    page = read("<h1>Lamp</h1><p class=price-comparison>$49.00</p><button>Add to cart</button>")
    assert page.price == 49


@pytest.mark.parametrize(
    ("shown", "words", "price"),
    [
        ("€60.50", "<p>In stock</p><p>Local taxes: incl. VAT</p>", "60.50"),
        ("€60.50", "<p>In stock</p><p>€4.00</p><p>incl. VAT</p>", "50.00"),
        ("€59.10", "<p>In stock</p><p>incl. VAT</p>", "50.00"),
    ],
)
def test_the_words_with_tax_may_stand_a_few_texts_behind(
    shown: str, words: str, price: str
) -> None:
    head = """<script type="application/ld+json">{"@type": "Product", "name": "Lamp", "offers":
    {"price": "50.00", "priceCurrency": "EUR", "availability": "InStock"}}</script>"""
    page = read(f"<h1>Lamp</h1><p>{shown}</p>{words}<button>Add to cart</button>", head)
    assert page.price == Decimal(price)


@pytest.mark.parametrize(
    ("body", "price", "currency"),
    [
        ("<p class=price>₺640</p>", "640", "TRY"),
        ("<p class=price>₺640</p><p>$72.00</p>", "72.00", "USD"),
        ("<p>From ₺640 in our other shop</p>", "72.00", "USD"),
    ],
)
def test_tags_in_a_currency_that_the_page_does_not_show_are_of_another_page(
    body: str, price: str, currency: str
) -> None:
    head = """<meta property="product:price:amount" content="72.00">
    <meta property="product:price:currency" content="USD">"""
    page = read(f"<h1>Lamp</h1>{body}<button>Sepete ekle</button>", head)
    assert (page.price, page.currency) == (Decimal(price), currency)


def test_a_table_of_sizes_and_classes_of_type_are_no_sizes_to_choose() -> None:
    chart = "".join(f"<tr><td>{size}</td><td>31-33</td></tr>" for size in ("S", "M", "L"))
    counted = "<span class=a-size-base>1</span><span class=a-size-base>2</span>"
    page = read(f"<h1>Lamp</h1>{counted}<div class=size-table><table>{chart}</table></div>")
    assert page.sizes == ()
    picker = "<table class=size><tr><td><button>S</button></td><td><button>M</button></td></table>"
    assert read(f"<h1>Lamp</h1>{picker}").sizes == ("S", "M")


def test_the_picture_beside_the_heading_is_the_product_and_not_one_of_its_details() -> None:
    detail = "<div class=product-tabs-panel><p><img src=/lens.jpg><p>How it shines.</div>"
    page = read(f"<p><img src=/lamp.jpg></p><h1>Lamp</h1><p>$5.00</p>{detail}")
    assert page.pictures == ("https://shop.example/lamp.jpg",)
    assert read(f"<h1>Lamp</h1><p>$5.00</p>{detail}").pictures == ("https://shop.example/lens.jpg",)


@pytest.mark.parametrize(
    ("gallery", "first"),
    [
        (("side_1024x1024@2x.jpg", "front_1024x1024@2x.jpg"), "side_grande.jpg"),
        (("side-600x600.jpg",), "side_grande.jpg"),
        (("front_750x.jpg", "side_750x.jpg"), "front_grande.jpg"),
        (("elsewhere.jpg",), "front_grande.jpg"),
    ],
)
def test_of_several_pictures_in_tags_the_one_that_the_page_shows_comes_first(
    gallery: tuple[str, ...], first: str
) -> None:
    tag = '<meta property="og:image" content="/{}_grande.jpg">'
    tags = tag.format("front") + tag.format("side")
    shown = "".join(f"<img class=product-photo src=/{name}>" for name in gallery)
    page = read(f"{shown}<h1>Lamp</h1><p>$5.00</p><button>Add to cart</button>", tags)
    assert page.pictures[0] == f"https://shop.example/{first}"
    assert len(page.pictures) == 2


def test_a_page_that_only_asks_to_log_in_has_no_price_whatever_its_tags_say() -> None:
    head = """<meta property="og:type" content="product"><meta property="og:title" content="Lamp">
    <meta property="og:price:amount" content="30.00"><meta property="og:price:currency"
    content="USD">"""
    form = "<form><input type=email><input type=password><input type=submit value=Go></form>"
    cart = "<p>Your cart <span class=total>$0.00</span></p>"
    assert read(f"{cart}<h1>Trade customers</h1>{form}", head).price is None
    # Here the form is something beside the product.
    assert read(f"<h1>Lamp</h1>{form}", head).price == 30
    assert read(f"<h1>Trade customers</h1><p>$30.00</p>{form}", head).price == 30
