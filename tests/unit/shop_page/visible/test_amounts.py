"""Which amounts on a page are one price, and which of them are something else."""

from decimal import Decimal

import pytest

from server.shop_page.offer import ShopPage
from server.shop_page.read_page import read_shop_page

URL = "https://shop.example/p/lamp"


def read(body: str, url: str = URL, language: str = "en") -> ShopPage:
    html = (
        f"<html lang={language}><head><title>Lamp | Shop</title></head><body>{body}</body></html>"
    )
    return read_shop_page(html, url)


def price_of(body: str) -> Decimal | None:
    return read(f"<h1>Lamp</h1><div>{body}</div><button>Add to cart</button>").price


@pytest.mark.parametrize(
    "body",
    [
        "<span class=price>49<sup>,99 €</sup></span>",
        "<span class=price>49<span class=c>,99€</span></span>",
        "<span class=price>49,<span>99</span> €</span>",
        "<span>€</span> <span>49</span><span>99</span>",
        "<span>49</span><span>€</span><span>99</span>",
        "<span>49.99</span> <span>€ incl. VAT</span>",
        "<b aria-label='price 49.99 €'><i>4</i><i>9</i></b>",
        "<input type=hidden name=product_price value=49.99>",
        "<div class=amounts><span class=now>£49.99</span></div>",
    ],
)
def test_a_split_amount_is_joined_however_it_is_split(body: str) -> None:
    assert price_of(body) == Decimal("49.99")


@pytest.mark.parametrize(
    ("text", "amount"), [("£0.396", "0.396"), ("$2.95000", "2.95"), ("€ 1.299", "1299")]
)
def test_a_point_separates_thousands_only_where_it_can(text: str, amount: str) -> None:
    assert price_of(f"<p class=price>{text}</p>") == Decimal(amount)


@pytest.mark.parametrize(
    "other",
    [
        "<p>Raty od 8,50 zł / mies.</p>",
        "<p>Na splátky od 8,50 zł/měs.</p>",
        "<p>en 6x <b>8,50 zł</b> sin interés</p>",
        "<p>4 interest-free payments of 8,50 zł</p>",
        "<p>soit <span>27,50 zł</span> / m²</p>",
        "<p><span>27,50 zł</span><span>/100g</span></p>",
        "<p>(100g당 27,50 zł)</p>",
        "<p>nettó: 81,30 zł</p>",
        "<p>Brez DDV 81,30 zł</p>",
        "<p><span>81,30 zł</span> <span>(ex VAT)</span></p>",
        "<p>Garantie étendue 3 ans <b>30,00 zł</b></p>",
        "<p>Darmowa dostawa powyżej 200,00 zł</p>",
        "<p>Any 2 for 150,00 zł</p>",
        "<p>Ušetříte 20,00 zł</p>",
    ],
)
def test_instalments_units_taxes_and_extras_are_not_the_price(other: str) -> None:
    for body in (f"<p><b>99,99 zł</b></p>{other}", f"{other}<p><b>99,99 zł</b></p>"):
        assert price_of(f"<section>{body}</section>") == Decimal("99.99")


def test_a_product_sold_only_by_weight_has_that_price() -> None:
    assert price_of("<span>£6.50</span><span> / 100g</span>") == Decimal("6.50")


def test_the_price_of_each_piece_is_the_price() -> None:
    body = (
        "<p class=pricePerUnit>£3.50<abbr>/</abbr><abbr>unit</abbr></p>"
        "<p class=pricePerMeasure>£8.70<abbr>/</abbr><abbr>kg</abbr></p>"
    )
    assert price_of(body) == Decimal("3.50")


def test_of_two_amounts_side_by_side_the_higher_is_the_former() -> None:
    page = read("<h1>Lamp</h1><div><p>23 999 ₴</p><p>21 999 ₴</p></div><button>Buy now</button>")
    assert (page.price, page.list_price) == (21999, 23999)


def test_two_amounts_side_by_side_do_not_override_markup() -> None:
    html = """<script type="application/ld+json">{"@type": "Product", "name": "Lamp", "sku": "A-1",
    "offers": {"price": "216.00", "priceCurrency": "GBP", "availability": "InStock"}}</script>
    <h1>Lamp</h1><div class=price><b class=inc>£216.00</b> <b class=net>£180.00</b></div>
    <button>Add to cart</button>"""
    assert read_shop_page(html, URL).price == 216


@pytest.mark.parametrize(
    "body",
    [
        "<p><b>£12.00</b></p><p>with lid <b>£10.00</b></p>",  # another thing
        "<p><b>£12.00</b> <b>£1.00</b></p>",  # too little to be the same thing's
        "<p><b>£12.00</b> <b>10,00 €</b></p>",  # another currency
        "<p><b>£12.00</b> – <b>£20.00</b></p>",  # a range
    ],
)
def test_the_lower_amount_is_not_always_the_price(body: str) -> None:
    assert price_of(body) == Decimal("12.00")


def test_of_two_ranges_the_lower_one_counts() -> None:
    page = read("<h1>Lamp</h1><div><p>₱1,999 - ₱2,499</p><p>₱1,299 - ₱1,599</p></div>")
    assert page.price is None or page.price == 1299
    assert price_of("<p>₱1,999 - ₱2,499</p><p>₱1,299 - ₱1,599</p>") == 1299


@pytest.mark.parametrize(
    ("body", "former"),
    [
        ("<p>Was $60.00 Now $49.00</p>", 60),
        ("<p>de R$ 60,00</p><p>por <b>R$ 49,00</b></p>", 60),
        ("<p><i>MRP:</i> <b>Rs 60</b></p><p>Price: Rs 49</p>", None),
        ("<p class=orig>60 Ft</p><p class=price-final>49 Ft</p>", 60),
    ],
)
def test_former_prices_are_recognised_by_their_words(body: str, former: int | None) -> None:
    page = read(f"<h1>Lamp</h1><div>{body}</div><button>Add to cart</button>")
    assert page.price == 49
    assert former is None or page.list_price == former


def test_a_price_that_only_its_class_calls_full_stays_the_price_beside_extras() -> None:
    body = (
        "<p class=price><span class=fullprice>From $999.00</span> or <span>$83.25/mo.</span></p>"
        "<button>Add to cart</button><p>Care plan $249.00</p>"
    )
    assert price_of(body) == 999


def test_the_only_amount_on_a_page_is_its_price_even_inside_a_choice() -> None:
    body = "<ul><li><label>New <b>22,50 €</b></label><li><label>Used <b>Not sold</b></label></ul>"
    assert read(f"<h1>Lamp</h1><p>{'x ' * 9}</p>{body}").price == Decimal("22.50")


def test_rows_of_a_table_are_not_a_list_of_products() -> None:
    rows = "".join(
        f"<tr><td class=c1>{label}<td class=c2>{amount}"
        for label, amount in (
            ("Former price", "<b class=cross-price>24 990 Kč</b>"),
            ("Without VAT", "<b class=price_without_vat>17 347 Kč</b>"),
            ("With VAT", "<b class=price_with_vat>20 990 Kč</b>"),
        )
    )
    assert price_of(f"<table>{rows}</table>") == 20990


def test_tiles_without_meaningful_names_are_other_products() -> None:
    tiles = "".join(
        f"<div class=x{i}><a href=/p/{i}><img src=/i.jpg><span>Oak table lamp {i}</span></a>"
        f"<p class=amount>${i}.50</p><button>Add</button></div>"
        for i in range(2, 6)
    )
    page = read(f"<h1>Lamp</h1><div><p>Price on request</p></div><div>{tiles}</div>")
    assert page.price is None


def test_microdata_of_two_other_products_is_not_the_pages() -> None:
    other = (
        "<div itemscope itemtype=http://schema.org/Product><a href=/p/{0}><span itemprop=name>{0}"
        "</span></a><p itemprop=offers itemscope itemtype=http://schema.org/Offer>"
        "<b itemprop=price>9.99</b></p></div>"
    )
    page = read(
        f"<h1>Lamp</h1><p class=price>$49.00</p>{other.format('Hosta')}{other.format('Fern')}"
    )
    assert (page.title, page.price) == ("Lamp", 49)


def test_a_product_page_without_a_heading_is_recognised_by_its_one_button() -> None:
    page = read("<section><p class=price>$49.00</p><button>Add to cart</button></section>")
    assert (page.price, page.availability) == (49, "in_stock")
    assert read("<section><p class=price>$49.00</p></section>").price is None


def test_a_title_without_a_class_is_found_by_the_pages_title() -> None:
    html = (
        "<title>Brass table lamp | Shop</title><div class=a1><span>Brass table lamp, large</span>"
        "</div><div><b>$49.00</b></div><button>Add to cart</button><button>Buy now</button>"
    )
    page = read_shop_page(html, URL)
    assert (page.title, page.price) == ("Brass table lamp, large", 49)


@pytest.mark.parametrize(
    ("url", "language", "text", "expected"),
    [
        ("https://shop.co.za/p/1", "en", "R 1,299", (1299, "ZAR")),
        ("https://shop.example/p/1", "en-ZA", "R1 299.00", (1299, "ZAR")),
        ("https://shop.example/p/1", "en", "2,650৳", (2650, "BDT")),
        ("https://shop.com.kw/p/1", "en", "KD 12.500", (Decimal("12.500"), "KWD")),
        ("https://shop.nl/p/1", "nl-NL", "<i class=price>24,99</i>", (Decimal("24.99"), "EUR")),
        ("https://shop.example/p/1", "en", "<i class=price>24.99</i>", (Decimal("24.99"), None)),
    ],
)
def test_currency_symbols_are_read_by_the_pages_country(
    url: str, language: str, text: str, expected: tuple[Decimal, str | None]
) -> None:
    page = read(f"<h1>Lamp</h1><p>{text}</p><button>Add to cart</button>", url, language)
    assert (page.price, page.currency) == expected


def test_a_letter_is_not_a_currency_elsewhere() -> None:
    assert price_of("<p class=price>R 16</p>") is None
