"""The exports of WooCommerce and Magento, and what shops answer in JSON, saved to a file."""

import csv
import io
import json
from collections.abc import Sequence

import pytest

from server.catalog.sources.export_rows import gender_of_tags, named_values
from server.catalog.sources.merchant_feed import MerchantFeed
from server.catalog.sources.product import BrokenItemError, SourceError, SourceProduct
from server.goods.money import Money

SITE = "https://shop.example"


def read(
    data: str, site: str | None = SITE, currency: str | None = "EUR"
) -> list[SourceProduct | BrokenItemError]:
    return list(MerchantFeed(io.BytesIO(data.encode()), None, currency=currency, site=site))


def products(
    data: str, site: str | None = SITE, currency: str | None = "EUR"
) -> list[SourceProduct]:
    found = read(data, site, currency)
    assert [each for each in found if isinstance(each, BrokenItemError)] == []
    return [each for each in found if isinstance(each, SourceProduct)]


def table(names: Sequence[str], *rows: dict[str, str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


WOOCOMMERCE = (
    "ID", "Type", "SKU", "GTIN, UPC, EAN, or ISBN", "Name", "Published", "Short description",
    "Date sale price starts", "Date sale price ends", "In stock?", "Sale price", "Regular price",
    "Categories", "Images", "Parent", "External URL", "Brands",
    "Attribute 1 name", "Attribute 1 value(s)", "Attribute 2 name", "Attribute 2 value(s)",
)  # fmt: skip
CARDIGAN = {
    "ID": "7",
    "Type": "variable",
    "SKU": "card",
    "Name": "Ribbed Cardigan",
    "Published": "1",
    "Categories": "Women, Women > Knitwear",
    "Images": "https://i.example/card.jpg, https://i.example/card-2.jpg",
    "Brands": "Mill",
    "Attribute 1 name": "Color",
    "Attribute 1 value(s)": "Moss, Rust",
    "Attribute 2 name": "Size",
    "Attribute 2 value(s)": "S, M",
}
MOSS = {
    "ID": "8",
    "Type": "variation",
    "Name": "Ribbed Cardigan - Moss, S",
    "Published": "1",
    "In stock?": "0",
    "Sale price": "30",
    "Regular price": "45",
    "Images": "https://i.example/moss.jpg",
    "Parent": "card",
    "Attribute 1 name": "Color",
    "Attribute 1 value(s)": "Moss",
    "Attribute 2 name": "Size",
    "Attribute 2 value(s)": "S",
}


def test_a_woocommerce_variation_is_a_product_with_what_it_shares_with_its_parent() -> None:
    rust = MOSS | {"ID": "9", "Parent": "id:7", "Images": "", "Sale price": "", "In stock?": "1"}
    moss, other = products(table(WOOCOMMERCE, CARDIGAN, MOSS, rust))
    assert (moss.key, moss.group_key, moss.link) == ("8", "7", "https://shop.example/?p=7")
    assert (moss.price, moss.list_price) == (Money("30.00", "EUR"), Money("45.00", "EUR"))
    assert (moss.colour, moss.size, moss.availability) == ("Moss", "S", "out_of_stock")
    assert (moss.picture, moss.brand) == ("https://i.example/moss.jpg", "Mill")
    assert moss.types[0] == "Women > Knitwear"
    assert (other.picture, other.availability) == ("https://i.example/card.jpg", "in_stock")
    assert other.price == Money("45.00", "EUR")


def test_a_woocommerce_product_without_variations_in_the_file_is_kept() -> None:
    simple = {"ID": "3", "Type": "simple", "SKU": "b", "Name": "Belt", "Published": "1",
              "Regular price": "12.5"}  # fmt: skip
    elsewhere = simple | {"ID": "4", "Type": "external", "External URL": "https://other.example/b"}
    found = products(table(WOOCOMMERCE, CARDIGAN, simple, elsewhere))
    assert [each.title for each in found] == ["Belt", "Belt", "Ribbed Cardigan"]
    assert found[1].link == "https://other.example/b"
    # Which of its colours the picture shows is not known.
    assert (found[2].price, found[2].colour, found[2].size) == (None, None, "S, M")


def test_a_woocommerce_draft_is_left_out_with_its_variations() -> None:
    found = read(table(WOOCOMMERCE, CARDIGAN | {"Published": "-1"}, MOSS))
    assert [getattr(each, "reason", None) for each in found] == [
        "a draft, archived or not published"
    ]


MAGENTO = (
    "sku", "store_view_code", "attribute_set_code", "product_type", "categories", "name",
    "product_online", "visibility", "price", "special_price", "url_key", "base_image",
    "additional_attributes", "is_in_stock", "configurable_variations",
)  # fmt: skip
PARKA = {
    "sku": "parka",
    "attribute_set_code": "Default",
    "product_type": "configurable",
    "categories": "Default Category/Men,Default Category/Men/Coats",
    "name": "Waxed Parka",
    "product_online": "1",
    "visibility": "Catalog, Search",
    "url_key": "waxed-parka",
    "base_image": "/p/a/parka.jpg",
    "configurable_variations": "sku=parka-s,color=Olive, dark,size=S|sku=parka-m,color=Sand,size=M",
}
SMALL = {
    "sku": "parka-s",
    "attribute_set_code": "Default",
    "product_type": "simple",
    "name": "Waxed Parka-S",
    "product_online": "1",
    "visibility": "Not Visible Individually",
    "price": "120.00",
    "special_price": "99",
    "url_key": "waxed-parka-s",
    "base_image": "/p/a/olive.jpg",
    "additional_attributes": "gender=Men,ean=4006381333931",
    "is_in_stock": "1",
}


@pytest.mark.parametrize("parent_first", [True, False])
def test_a_magento_variation_is_sold_on_its_parent_s_page(parent_first: bool) -> None:
    medium = SMALL | {"sku": "parka-m", "special_price": "", "base_image": "", "is_in_stock": "0"}
    rows = [PARKA, SMALL, medium] if parent_first else [SMALL, medium, PARKA]
    small, other = products(table(MAGENTO, *rows))
    assert (small.key, small.group_key) == ("parka-s", "parka")
    assert (small.title, small.link) == ("Waxed Parka", "https://shop.example/waxed-parka.html")
    assert (small.price, small.list_price) == (Money("99.00", "EUR"), Money("120.00", "EUR"))
    assert (small.colour, small.size, small.gender) == ("Olive, dark", "S", "male")
    assert small.picture == "https://shop.example/media/catalog/product/p/a/olive.jpg"
    assert (small.gtin, small.types[0]) == ("4006381333931", "Men > Coats")
    assert other.picture == "https://shop.example/media/catalog/product/p/a/parka.jpg"
    assert (other.colour, other.availability) == ("Sand", "out_of_stock")


def test_a_magento_product_in_another_language_is_the_same_product() -> None:
    scarf = SMALL | {"sku": "scarf", "visibility": "Catalog, Search", "name": "Scarf"}
    german = {"sku": "scarf", "store_view_code": "de", "product_type": "simple", "name": "Schal"}
    [found] = products(table(MAGENTO, scarf, german))
    assert found.title == "Scarf"


def test_what_magento_does_not_sell_is_named() -> None:
    off = SMALL | {"sku": "off", "visibility": "Catalog, Search", "product_online": "2"}
    found = read(table(MAGENTO, off, SMALL))
    assert [getattr(each, "reason", None) for each in found] == [
        "a draft, archived or not published",
        "a variation of no product in the file",
    ]


@pytest.mark.parametrize(
    ("data", "title"),
    [
        (table(WOOCOMMERCE, CARDIGAN), "WooCommerce's product export"),
        (table(MAGENTO, PARKA), "Magento's product export"),
        ('[{"handle": "tee", "title": "Tee", "variants": []}]', "Shopify's list of products"),
    ],
)
def test_an_export_without_the_shop_s_address_says_what_to_give(data: str, title: str) -> None:
    with pytest.raises(SourceError, match=title) as refused:
        read(data, site=None)
    assert "--site" in refused.value.hint


TEE = {
    "id": 5,
    "title": "Boxy Tee",
    "handle": "boxy-tee",
    "body_html": "<p>Long. " + "Very long. " * 3000 + "</p>",
    "vendor": "Corner",
    "options": [{"name": "Color"}],
    "images": [{"src": "https://i.example/tee.jpg"}],
    "variants": [{"id": 51, "option1": "Ecru", "price": "18.00", "available": True}],
}


@pytest.mark.parametrize("shape", ["object", "list", "indented"])
def test_shopify_s_list_of_products_is_read_from_a_file(shape: str) -> None:
    both = [TEE, TEE | {"id": 6, "handle": "other", "variants": [{"id": 61, "price": "9"}]}]
    data = json.dumps(
        {"products": both} if shape == "object" else both,
        indent=2 if shape == "indented" else None,
    )
    found = products(data)
    assert [each.key for each in found] == ["51", "61"]
    assert found[0].link == "https://shop.example/products/boxy-tee?variant=51"
    assert (found[0].price, found[0].colour) == (Money("18.00", "EUR"), "Ecru")


def test_woocommerce_s_answers_are_read_from_a_file() -> None:
    store = {
        "id": 1,
        "name": "Slip Dress",
        "permalink": "https://shop.example/slip",
        "prices": {"price": "5900", "regular_price": "7900", "currency_code": "SEK",
                   "currency_minor_unit": 2},
        "images": [{"src": "https://i.example/slip.jpg"}],
    }  # fmt: skip
    rest = {
        "id": 2,
        "name": "Slip Dress",
        "permalink": "https://shop.example/slip-2",
        "price": "59",
        "regular_price": "79",
        "sale_price": "59",
        "stock_status": "outofstock",
        "categories": [{"id": 9, "name": "Dresses"}],
        "images": [{"src": "https://i.example/slip.jpg"}],
    }
    first, second = products(json.dumps([store, rest]), site=None)
    assert (first.price, first.list_price) == (Money("59.00", "SEK"), Money("79.00", "SEK"))
    assert (second.price, second.list_price) == (Money("59.00", "EUR"), Money("79.00", "EUR"))
    assert (second.availability, second.types) == ("out_of_stock", ("Dresses",))
    assert second.picture == "https://i.example/slip.jpg"


def test_a_json_document_that_breaks_off_keeps_what_came_before() -> None:
    data = json.dumps([TEE, TEE])[:-40]
    found = iter(MerchantFeed(io.BytesIO(data.encode()), None, currency="EUR", site=SITE))
    assert isinstance(next(found), SourceProduct)
    with pytest.raises(SourceError, match="breaks off"):
        next(found)


def test_a_line_that_explains_the_columns_is_no_header() -> None:
    explained = '# Required | The name,"# Optional, in words"'
    data = f"{explained}\nid,title,link,price\n1,Tee,https://s.example/1,9 EUR\n"
    [found] = products(data, site=None, currency=None)
    assert found.price == Money("9.00", "EUR")


def test_a_table_without_links_is_refused_at_once() -> None:
    with pytest.raises(SourceError, match="without their links"):
        read("product_id;name;price\n1;Tee;9\n")


def test_of_two_columns_of_one_name_the_first_counts() -> None:
    rows = named_values([["one", " two "], ["three"]], ["sku", "sku"])
    assert list(rows) == [{"sku": "one"}, {"sku": "three"}]


@pytest.mark.parametrize(
    ("names", "values", "price", "before"),
    [
        # Today's price, and what it is without a sale.
        ("price,regular_price,sale_price", "2023,2890,2023", "2023.00", "2890.00"),
        ("price,regular_price,sale_price", "2890,,", "2890.00", None),
        ("price,original_price", "20,30", "20.00", "30.00"),
        ("price,compare_at_price", "20,0.00", "20.00", None),
        ("price,compare_at_price", "20,15", "20.00", None),
        ("regular_price,sale_price", "30,20", "20.00", "30.00"),
        ("regular_price", "30", "30.00", None),
    ],
)
def test_the_full_price_may_stand_beside_today_s(names, values, price, before) -> None:
    data = f"id,name,permalink,{names}\n1,Tee,https://s.example/1,{values}\n"
    [found] = products(data, site=None)
    assert found.price == Money(price, "EUR")
    assert found.list_price == (Money(before, "EUR") if before else None)
    assert found.unread == ()


def test_several_pictures_and_categories_may_stand_in_one_column() -> None:
    first, second = "https://i.example/1.jpg", "https://i.example/2.jpg"
    inside = f"https://resize.example/?url={first}"
    for between in ("; ", "|", ",", " "):
        row = ["1", "Tee", "https://s.example/1", f"{inside}{between}{second}", "Boys; Sets"]
        data = "id\tname\turl\timages\tcategories\n" + "\t".join(row) + "\n"
        [found] = products(data, site=None)
        assert (found.picture, *found.pictures) == (inside, second)
        assert found.types == ("Boys; Sets",)


def test_what_a_shop_keeps_to_itself_is_not_for_sale() -> None:
    draft = TEE | {"status": "draft"}
    hidden = {"id": 2, "name": "Slip", "permalink": "https://s.example/2", "status": "private"}
    shown = {**hidden, "id": 3, "status": "publish"}
    found = list(
        MerchantFeed(io.BytesIO(json.dumps([draft, hidden, shown]).encode()), None, site=SITE)
    )
    assert [isinstance(each, BrokenItemError) for each in found] == [True, True, False]
    assert {each.reason for each in found[:2]} == {"a draft, archived or not published"}


@pytest.mark.parametrize(
    ("tags", "gender"),
    [
        ("tops, women", "female"), (["Men", "sale"], "male"),
        ("gender:women, Gender_Female", "female"),
        ("men, women", None), ("M, S, all", None), ("unisex", "unisex"), (None, None),
    ],
)  # fmt: skip
def test_tags_may_say_whom_a_thing_is_for(tags, gender) -> None:
    assert gender_of_tags(tags) == gender
