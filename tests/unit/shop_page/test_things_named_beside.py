"""The price of another thing, named in plain text beside the product, is not the product's."""

from decimal import Decimal

import pytest

from server.shop_page.read_page import read_shop_page

PAGE = "<title>{title}</title><main><h1>{title}</h1>{text}<button>Add to cart</button></main>"


def price(text: str, title: str = "Linen shirt") -> Decimal | None:
    html = PAGE.format(title=title, text=text)
    return read_shop_page(html.encode(), "https://shop.example/products/1").price


@pytest.mark.parametrize(
    "text",
    [
        "<p>Compare: Silk cap £20.00</p>",
        "<p>Wear it with the Silk cap, £20.00</p>",
        "<p>Also available: Silk cap £20.00</p>",
        "<p>Add a leather belt for £20.00</p>",
        "<div>Compare: <b>Silk cap</b> £20.00</div>",
        "<div>Compare: Silk cap <span>£20.00</span></div>",
    ],
)
def test_it_leaves_the_price_unknown_where_there_is_no_other(text: str) -> None:
    assert price(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "<p>£45.00</p><p>Compare: Silk cap £20.00</p>",
        "<p>Compare: Silk cap £20.00</p><p>£45.00</p>",
        '<p>Compare: Silk cap £20.00</p><p class="price">£45.00</p>',
    ],
)
def test_the_product_s_own_is_found_beside_it(text: str) -> None:
    assert price(text) == Decimal("45.00")


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Linen shirt", "<p>Linen shirt £45.00</p>"),
        ("Linen shirt", "<p>This blouse: £45.00</p>"),
        ("Wool suit", "<p>Trousers £45.00</p>"),
        ("The Everett", "<p>Leather bag £45.00</p>"),
    ],
)
def test_what_the_heading_may_mean_is_the_product(title: str, text: str) -> None:
    assert price(text, title) == Decimal("45.00")
