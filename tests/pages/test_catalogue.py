"""The page of shops: add one, see what is found and why the rest is not, search the products."""

import pytest
import requests
from playwright.sync_api import expect

from tests.support.feeds import feed, item
from tests.support.http_server import reply

pytestmark = pytest.mark.browser


@pytest.fixture
def source(site):
    """The address of a feed on the network, whose shop is removed in the end."""
    picture = site.network.url("/tee.png")
    items = (
        item("shirt", "Orange Shirt", picture, price="30.00 USD", product_type="Shirts",
             brand="Corner", size="S, M"),
        item("jacket", "Denim Jacket", "", product_type="Jackets", brand="Corner", size="M",
             availability="out_of_stock"),
        item("mug", "Space Mug", picture, product_type="Mugs", brand="Rocket"),
    )  # fmt: skip
    site.network.routes["/shop.xml"] = reply(feed(*items, title="Launch Store").encode())
    yield site.network.url("/shop.xml")
    api = f"{site.server.url}/api/v1/catalog/shops"
    for shop in requests.get(api, timeout=60).json()["shops"]:
        if shop["name"] == "Launch Store":
            requests.delete(f"{api}/{shop['id']}", timeout=60).raise_for_status()


def test_a_shop_is_added_looked_through_and_searched(visit, source, photo_file):
    page = visit("catalogue")
    page.get_by_label("Address of a shop or of its product feed").fill(source)
    page.get_by_role("button", name="Add", exact=True).click()
    shop = page.locator("#shops li").filter(has_text="Launch Store")
    expect(shop).to_contain_text("Products: 3. Found by pictures: 1.")
    products = page.locator("#products li")
    expect(products.filter(has_text="Orange Shirt")).to_contain_text("$30.00")
    # Why the rest is not found by pictures.
    page.get_by_role("button", name="Not found", exact=True).click()
    expect(products).to_have_count(2)
    expect(products.filter(has_text="Denim Jacket")).to_contain_text("Has no picture")
    expect(page.locator("#reasons li")).to_have_count(2)
    # By words, then by a picture.
    page.get_by_role("button", name="All", exact=True).click()
    page.get_by_role("searchbox").fill("orange shirt")
    expect(products).to_have_count(1)
    expect(products.first).to_contain_text("Orange Shirt")
    page.set_input_files("#picture-field", photo_file)
    expect(products.first).to_be_visible()
    expect(products.filter(has_text="Orange Shirt")).to_be_visible()
    expect(products.filter(has_text="Space Mug")).to_have_count(0)
    # Narrowed by what there is to choose from, whatever is searched by.
    brand, size = (page.get_by_label(name, exact=True) for name in ("Brand", "Size"))
    stock = page.get_by_role("button", name="In stock", exact=True)
    brand.select_option("Rocket")
    expect(products).to_have_count(0)
    brand.select_option("Corner")
    expect(products).to_have_count(1)
    page.get_by_role("searchbox").fill("")
    page.get_by_role("button", name="All", exact=True).click()
    expect(products).to_have_count(2)
    size.select_option("M")
    stock.click()
    expect(stock).to_have_attribute("aria-pressed", "true")
    expect(products).to_have_count(1)
    expect(products.first).to_contain_text("Orange Shirt")
    stock.click()
    brand.select_option("")
    size.select_option("")
    expect(products.filter(has_text="Space Mug")).to_be_visible()
    expect(products.filter(has_text="Denim Jacket")).to_be_visible()


def test_when_a_shop_is_refreshed_is_chosen_beside_it(visit, source, site):
    page = visit("catalogue")
    page.get_by_label("Address of a shop or of its product feed").fill(source)
    page.get_by_role("button", name="Add", exact=True).click()
    shop = page.locator("#shops li").filter(has_text="Launch Store")
    expect(shop).to_contain_text("Products: 3.")
    every = shop.get_by_label("When to refresh Launch Store")
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        every.select_option(label="Every week")
    api = f"{site.server.url}/api/v1/catalog/shops"
    kept = requests.get(api, timeout=60).json()["shops"]
    assert {each["name"]: each["every_hours"] for each in kept}["Launch Store"] == 168
    page.reload()
    expect(every).to_have_value("168")
