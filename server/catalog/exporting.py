"""Write the catalogue out as a feed, in Google's names: it can be imported again, anywhere."""

import csv
import json
from collections.abc import Iterable
from typing import Literal, TextIO

from server.catalog.sources.field_names import shipping_text
from server.catalog.store import StoredProduct
from server.goods.money import Money

Format = Literal["jsonl", "csv"]
_COLUMNS = (
    "id", "item_group_id", "title", "link", "image_link", "additional_image_link", "price",
    "sale_price", "sale_price_effective_date", "availability", "condition", "gtin", "brand",
    "color", "size", "gender", "shipping", "shop",
)  # fmt: skip


def export(products: Iterable[StoredProduct], form: Format, into: TextIO) -> int:
    """Write products into a text file, and return how many.

    Args:
        products: The products.
        form: JSON Lines, or CSV with a header.
        into: Where they go.
    """
    count = 0
    table = csv.DictWriter(into, _COLUMNS, restval="", lineterminator="\n")
    if form == "csv":
        table.writeheader()
    for product in products:
        fields = _fields(product)
        if form == "csv":
            table.writerow(
                {
                    name: ",".join(value) if isinstance(value, list) else value
                    for name, value in fields.items()
                }
            )
        else:
            into.write(json.dumps(fields, ensure_ascii=False) + "\n")
        count += 1
    return count


def _fields(product: StoredProduct) -> dict[str, str | list[str]]:
    full = product.list_price or product.price
    sale = product.sale.price if product.sale else product.price if product.list_price else None
    period = ""
    if product.sale is not None and product.sale.starts and product.sale.ends:
        period = f"{product.sale.starts.isoformat()}/{product.sale.ends.isoformat()}"
    pictures = [each for each in product.pictures if "://" in each]
    fields: dict[str, str | list[str] | None] = {
        "id": product.key,
        "item_group_id": product.group_key,
        "title": product.title,
        "link": product.link,
        "image_link": product.picture_url,
        "additional_image_link": pictures,
        "price": _money(full),
        "sale_price": _money(sale),
        "sale_price_effective_date": period,
        "availability": product.availability,
        "condition": product.condition,
        "gtin": product.gtin,
        "brand": product.brand,
        "color": product.colour,
        "size": product.size,
        "gender": product.gender,
        "shipping": [
            shipping_text({"country": each.country or "", "price": _money(each.price)})
            for each in product.shipping
        ],
        "shop": product.shop,
    }
    return {name: value for name, value in fields.items() if value}


def _money(money: Money | None) -> str:
    return f"{money.amount} {money.currency}" if money is not None else ""
