"""Facts in scripts that are JavaScript rather than JSON, and in attributes."""

import pytest

from server.shop_page.document.strip import Script
from server.shop_page.markup.scripts import Budget, values_in
from server.shop_page.offer import ShopPage
from server.shop_page.read_page import read_shop_page

URL = "https://shop.example/p/lamp"


def read(script: str, body: str = "<h1>Brass lamp</h1>", url: str = URL) -> ShopPage:
    return read_shop_page(f"<title>Brass lamp | Shop</title>{body}<script>{script}</script>", url)


@pytest.mark.parametrize(
    "script",
    [
        """dataLayer = [{'ecommerce': {'detail': {'products': [{'name': 'Brass lamp',
        'id': 'A-16', 'price': '49.00'}]}}}];""",
        """dataLayer.push({ ecommerce: null });dataLayer.push({event: "view_item", ecommerce:
        {items: [{item_id: "A-16", item_name: "Brass lamp", price: 49.0, index: 0}]}});""",
        "gtag('event', 'view_item', {items: [{id: 'A-16', name: 'Brass lamp', price: 49}]});",
        """s = JSON.parse('{"name":"Brass lamp","sku":"A-16","price":{"value":49}}');""",
        "utag_data = {product_name: ['Brass lamp'], product_sku: ['A-16'], product_price: ['49']};",
        "app.show(new Shop.Product({name: 'Brass lamp', sku: 'A-16', price: 49 /* $ */}));",
    ],
)
def test_state_is_read_in_javascripts_own_notation(script: str) -> None:
    page = read(script)
    assert (page.price, page.sku, page.sources["price"]) == (49, "A-16", "state")


def test_state_is_read_from_json_in_an_attribute() -> None:
    body = """<h1>Brass lamp</h1><div data-product='{"name":"Brass lamp","price":49}'></div>"""
    assert read("", body).price == 49


def test_nested_stock_is_read() -> None:
    script = 'x = {"name": "Brass lamp", "price": 49, "availability": {"isAvailable": false}}'
    assert read(script).availability == "out_of_stock"


def test_a_page_that_only_a_script_describes_is_a_product_page() -> None:
    page = read('x = {"name": "Brass lamp", "price": 49, "currency": "EUR"}', "<div></div>")
    assert (page.title, page.price, page.currency) == ("Brass lamp", 49, "EUR")


def test_what_the_page_shows_is_believed_over_cents_and_net_prices_in_scripts() -> None:
    body = "<h1>Brass lamp</h1><p class=price>$59.00</p><button>Add to cart</button>"
    assert read('x = {"name": "Brass lamp", "price": 5900}', body).price == 59
    assert read('x = {"name": "Brass lamp", "price": 49}', body).price == 59


def test_the_variant_in_the_address_is_believed_over_what_the_page_shows() -> None:
    body = "<h1>Brass lamp</h1><p class=price>$59.00</p><button>Add to cart</button>"
    script = (
        'x = {"name": "Brass lamp", "price": 59, "variants": [{"id": 1, "price": 59},'
        ' {"id": 2, "price": 79}]}'
    )
    assert read(script, body, f"{URL}?variant=2").price == 79
    in_cents = script.replace("79", "5900")
    assert read(in_cents, body, f"{URL}?variant=2").price == 59


def test_other_products_in_scripts_are_not_the_pages() -> None:
    assert (
        read("x = [{name: 'Oak table', price: 19}]; y = {name: 'Brass', price: 5};").price is None
    )


def test_unwanted_objects_do_not_use_up_the_budget() -> None:
    budget = Budget()
    script = Script("", "", "a = {b: 1}; c = {d: 'wanted'};")
    assert list(values_in(script, lambda text: "wanted" in text, budget)) == [{"d": "wanted"}]
    assert budget.lenient > 0
    spent = Budget(lenient=0)
    assert list(values_in(script, lambda text: True, spent)) == []
