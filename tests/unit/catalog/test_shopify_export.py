"""Shopify's product export: variants become products, with what the file leaves out."""

import csv
import io

import pytest

from server.catalog.sources.merchant_feed import MerchantFeed
from server.catalog.sources.product import BrokenItemError, SourceError, SourceProduct
from server.goods.money import Money

OLD_NAMES = (
    "Handle", "Title", "Body (HTML)", "Vendor", "Product Category", "Type", "Tags", "Published",
    "Option1 Name", "Option1 Value", "Option2 Name", "Option2 Value", "Variant SKU",
    "Variant Inventory Tracker", "Variant Inventory Qty", "Variant Inventory Policy",
    "Variant Price", "Variant Compare At Price", "Variant Barcode", "Image Src", "Image Position",
    "Variant Image", "Status",
)  # fmt: skip
NEW_NAMES = (
    "URL handle", "Title", "Description", "Vendor", "Product category", "Type", "Tags",
    "Published on online store", "Option1 name", "Option1 value", "Option2 name", "Option2 value",
    "SKU", "Inventory tracker", "Inventory quantity", "Continue selling when out of stock",
    "Price", "Compare-at price", "Barcode", "Product image URL", "Image position",
    "Variant image URL", "Status",
)  # fmt: skip
IMAGE = "https://cdn.shopify.com/s/files/tee.jpg"
RED = IMAGE.replace("tee", "red")
ROWS = (
    {
        "Handle": "tee",
        "Title": "Linen Tee",
        "Body (HTML)": '<p>A tee,\nwith "marks".</p>\n',
        "Vendor": "Corner",
        "Product Category": "Apparel & Accessories > Clothing",
        "Type": "Tees",
        "Published": "true",
        "Option1 Name": "Color",
        "Option1 Value": "Navy",
        "Option2 Name": "Size",
        "Option2 Value": "M",
        "Variant Inventory Tracker": "shopify",
        "Variant Inventory Qty": "3",
        "Variant Inventory Policy": "deny",
        "Variant Price": "15.00",
        "Variant Compare At Price": "20.00",
        "Variant Barcode": "'4006381333931",
        "Tags": "linen, women",
        "Image Src": IMAGE,
        "Status": "active",
    },
    {
        "Handle": "tee",
        "Option1 Value": "Red",
        "Option2 Value": "M",
        "Variant Inventory Tracker": "shopify",
        "Variant Inventory Qty": "0",
        "Variant Inventory Policy": "deny",
        "Variant Price": "16.00",
        "Image Src": IMAGE.replace("tee", "back"),
        "Variant Image": RED,
    },
    {"Handle": "tee", "Image Src": IMAGE.replace("tee", "side"), "Image Position": "3"},
    {
        "Handle": "old",
        "Title": "Old Tee",
        "Published": "true",
        "Option1 Name": "Title",
        "Option1 Value": "Default Title",
        "Variant Price": "9.00",
        "Status": "draft",
    },
    {
        "Handle": "coat",
        "Title": "Wool Coat",
        "Published": "true",
        "Option1 Name": "Title",
        "Option1 Value": "Default Title",
        "Variant Price": "90",
        "Status": "active",
    },
)


def export(names: tuple[str, ...]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows([row.get(name, "") for name in OLD_NAMES] for row in ROWS)
    return text.getvalue().encode()


@pytest.mark.parametrize("names", [OLD_NAMES, NEW_NAMES])
def test_each_variant_for_sale_is_a_product(names: tuple[str, ...]) -> None:
    feed = MerchantFeed(
        io.BytesIO(export(names)), None, currency="EUR", site="https://shop.example/"
    )
    navy, red, draft, coat = feed
    common = {
        "group_key": "tee",
        "title": "Linen Tee",
        "link": "https://shop.example/products/tee",
        "types": ("Tees", "Apparel & Accessories > Clothing"),
        "brand": "Corner",
        "size": "M",
        "gender": "female",
    }
    assert navy == SourceProduct(
        key="tee/Navy/M",
        picture=IMAGE,
        colour="Navy",
        price=Money("15.00", "EUR"),
        list_price=Money("20.00", "EUR"),
        availability="in_stock",
        gtin="4006381333931",
        **common,
    )
    assert red == SourceProduct(
        key="tee/Red/M",
        picture=RED,
        pictures=(IMAGE,),
        colour="Red",
        price=Money("16.00", "EUR"),
        availability="out_of_stock",
        **common,
    )
    assert isinstance(draft, BrokenItemError)
    assert (draft.reason, draft.example) == ("a draft, archived or not published", "“Old Tee”")
    assert isinstance(coat, SourceProduct)
    assert (coat.key, coat.price, coat.availability) == ("coat", Money("90.00", "EUR"), "in_stock")


@pytest.mark.parametrize("known", [{}, {"currency": "EUR"}, {"site": "https://shop.example"}])
def test_what_the_export_leaves_out_is_asked_for(known: dict[str, str]) -> None:
    with pytest.raises(SourceError, match="Shopify's product export") as refused:
        list(MerchantFeed(io.BytesIO(export(OLD_NAMES)), None, **known))
    assert "--site https://shop.example --currency EUR" in refused.value.hint
