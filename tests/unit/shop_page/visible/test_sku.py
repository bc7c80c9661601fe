"""The shop's own number of a product, under labels, in named elements and in the address."""

import pytest

from server.shop_page.read_page import read_shop_page

URL = "https://shop.example/p/lamp"


def sku_of(body: str, url: str = URL) -> str | None:
    html = (
        "<html lang=en><head><title>Lamp | Shop</title></head><body><h1>Lamp</h1>"
        f"<p class=price>$49.00</p><div>{body}</div><button>Add to cart</button></body></html>"
    )
    return read_shop_page(html, url).sku


@pytest.mark.parametrize(
    "body",
    [
        "<p>Internet #204279</p>",
        "<p>Style: AB1234-010</p>",
        "<p>BH #SOA7M3</p>",
        "<p>Item#: <em>AB-123</em></p>",
        "<p>Code: AB-123</p>",
        "<p>Web ID: 4521234</p>",
        "<table><tr><th>Item</th><td>5ZX12</td></tr></table>",
        "<p>RS Stock No.: 126-3456</p>",
        "<p>Bestell-Nr.: 1389573</p>",
        "<p>Objednací kód: <b>RI037a1</b></p>",
        "<p>Cod produs: DVH123</p>",
        "<p>kod x-kom: 512345</p>",
        "<p>Nr katalogowy: AB-123</p>",
        "<p>Nr kat. AB-123</p>",
        "<p>Código de producto: AB-123</p>",
        "<p>Código de produto: AB-123</p>",
        '<p>מק"ט: AB-123</p>',
        "<p>Varenr.: 189234 / 55NANO</p>",
        "<p>Cikkszám: GA5030</p>",
        "<p>Tuotekoodi: 45678</p>",
        "<p>Код товара: 1638472</p>",
        "<p>Κωδικός Προϊόντος: AXA35</p>",
        "<p>Stok Kodu: G770.1140</p>",
        "<p>商品编号：100012043</p>",
        "<p>注文コード 12345678</p>",
        "<p>상품번호 : 1234567890</p>",
        "<p>PZN: 12345678</p>",
        "<p>Size 7 ml • ITEM 2518959</p>",
        "<p>Código 193423500 | <b>LG</b></p>",
        "<p>Part Number: BDL-7</p>",
        "<p>Digi-Key Part Number: 296-1395</p>",
        "<p>SKU: WIDGET-BLUE</p>",
        "<p class=skuReference>7797453</p>",
        "<p class='product__code'>[zk-0042]</p>",
        "<p id=product-body-item-number>Item <span>1449999</span></p>",
    ],
)
def test_the_number_is_read_under_its_label_or_in_its_element(body: str) -> None:
    sku = sku_of(body)
    assert sku is not None
    assert sku in body


def test_parts_of_the_product_card_belong_to_the_product() -> None:
    html = (
        "<title>Lamp</title><div class=product-card-top><p class=product-card-top__code>"
        "Item no.: AB-123</p><h1>Lamp</h1><p class=price>$49.00</p></div>"
        "<div class=product-card><p>Item no.: CD-9</p></div>"
    )
    assert read_shop_page(html, URL).sku == "AB-123"
    assert read_shop_page(html.replace("AB-123", ""), URL).sku is None


def test_a_voucher_code_is_not_the_number() -> None:
    html = (
        "<p>Code: SUMMER20</p><title>Lamp</title><h1>Lamp</h1><p class=price>$49.00</p>"
        "<p>Item no.: AB-123</p><button>Add to cart</button>"
    )
    assert read_shop_page(html, URL).sku == "AB-123"
    assert read_shop_page(html.replace("Item no.: AB-123", ""), URL).sku is None


def test_numbers_in_groups_stay_whole() -> None:
    assert sku_of("<p>Artikelnummer: 0 986 424 797</p>") == "0 986 424 797"


@pytest.mark.parametrize(
    "body",
    [
        "<p>Mfr. Part Number: AB-123</p>",
        "<p>Manufacturer Product Number: AB-123</p>",
        "<p>UNSPSC # 27112135</p>",
        "<p>#1 Best Seller</p>",
        "<p>Phone #: 555-1234</p>",
        "<p>Product code AB-12 and more words than a number has</p>",
    ],
)
def test_other_numbers_are_not_the_shops(body: str) -> None:
    assert sku_of(body) is None


def test_the_number_in_the_address_counts_where_the_page_uses_it_too() -> None:
    url = "https://shop.example/air-fryer-N12345678A"
    assert sku_of("<a data-x='N12345678A'>x</a>", url) == "N12345678A"
    assert sku_of("<p>nothing</p>", url) is None


def test_a_model_in_the_products_name_is_not_its_number() -> None:
    html = (
        "<title>Bouquet 10280 | Shop</title><h1>Bouquet 10280</h1><p class=price>$49.00</p>"
        "<button>Add to cart</button>"
    )
    assert read_shop_page(html, "https://shop.example/bouquet-10280").sku is None
