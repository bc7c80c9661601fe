"""Which text on the page is the product's name."""

import pytest

from server.shop_page.read_page import read_shop_page

URL = "https://shop.example/p/1"


def title_of(title: str, body: str, name: str | None = None) -> str | None:
    head = f"<title>{title}</title>"
    if name is not None:
        body = (
            '<main itemscope itemtype="https://schema.org/Product">'
            f'<meta itemprop="name" content="{name}">{body}</main>'
        )
    return read_shop_page(f"<html><head>{head}</head><body>{body}</body></html>", URL).title


def test_a_heading_that_has_nothing_of_the_title_gives_way_to_the_product_s_title() -> None:
    name = "Forest Food: 50 Recipes for Mushrooms"
    body = f"<span id=productTitle>{name}</span><p>£9.00</p><h1>Follow the cook</h1>"
    assert title_of(f"{name}: Shop.example: Fern, Ada", body) == name


def test_without_a_heading_the_whole_name_is_preferred_to_a_related_product_s() -> None:
    body = (
        "<h2>Shirt with Pocket</h2><p>$35.00</p><button>Add to cart</button>"
        "<h2 class=loop-product__title>Shirt</h2><p>$20.00</p>"
    )
    assert title_of("Shirt with Pocket – Shop", body) == "Shirt with Pocket"


@pytest.mark.parametrize(
    ("page", "heading", "name", "expected"),
    [
        # The quote ended the attribute.
        ('Rug 34" x 36" – Shop', 'Rug 34" x 36"', 'Rug 34" x 36"', 'Rug 34" x 36"'),
        ("Maple Tincture – Shop", "Maple Tincture", "Maple", "Maple Tincture"),
        ("Linen shirt – Shop", "Linen shirt now in blue", "Linen shirt", "Linen shirt"),
    ],
)  # fmt: skip
def test_a_name_in_markup_that_heading_and_title_go_on_behind_is_cut_short(
    page: str, heading: str, name: str, expected: str
) -> None:
    assert title_of(page, f"<h1>{heading}</h1><p>$5.00</p>", name) == expected
