"""What of a product's row the filters of every index look at."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import InstrumentedAttribute

from server.goods.kinds import categories_of_product
from server.goods.links import shop_keys
from server.goods.wanted import sizes_in
from server.storage.tables import ProductRow

# The columns that `values_of` reads.
COLUMNS: Final[tuple[InstrumentedAttribute[Any], ...]] = (
    ProductRow.id,
    ProductRow.shop_id,
    ProductRow.kind,
    ProductRow.fingerprint,
    ProductRow.colours,
    ProductRow.title,
    ProductRow.link,
    ProductRow.price,
    ProductRow.list_price,
    ProductRow.sale_price,
    ProductRow.currency,
    ProductRow.availability,
    ProductRow.condition,
    ProductRow.brand,
    ProductRow.size,
    ProductRow.gender,
)


@dataclass(frozen=True, slots=True)
class Values:
    """What a product is, as `server.goods.wanted.Wanted` asks for it.

    Attributes:
        seller: The keys by which its shop may be named.
        price: In major units; None if it is unknown.
        sale: The price during a sale that the shop announced, if any: whether it holds is a
            matter of the hour, so both prices are looked at.
        currency: Of both; None without a price.
        availability: None if it is unknown.
        condition: None if it is unknown.
        brand: In lower case; empty if it is unknown.
        sizes: In lower case.
        gender: None if it is unknown.
        categories: The categories that its title leaves possible; None where it does not say.
    """

    seller: frozenset[str]
    price: float | None
    sale: float | None
    currency: str | None
    availability: str | None
    condition: str | None
    brand: str
    sizes: frozenset[str]
    gender: str | None
    categories: frozenset[str] | None


def values_of(row: Any, shop: str) -> Values:
    """Return the values of a row with `COLUMNS`, of a shop with this name."""
    has_price = bool(row.price and row.currency)
    full = (row.list_price or row.price) if row.sale_price else row.price
    return Values(
        _sellers(shop, "/".join(row.link.split("/", 3)[:3])),
        float(full) if has_price else None,
        float(row.sale_price) if has_price and row.sale_price else None,
        row.currency if has_price else None,
        row.availability,
        row.condition,
        (row.brand or "").casefold(),
        sizes_in(row.size or ""),
        row.gender,
        categories_of_product(row.title),
    )


def digest(*parts: object) -> int:
    """Return a number of 64 bits, signed, that differs where any part does."""
    made = hashlib.blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(made.digest(), signed=True)


def usable(kinds: list[str], dimensions: int, suffix: str) -> tuple[ColumnElement[bool], ...]:
    """Return which rows an index holds: of a kind, with a vector of its embedder.

    Args:
        kinds: The kinds of products that there are.
        dimensions: Length of a vector.
        suffix: Of the embedder (`server.catalog.index.hit.fingerprint_suffix`).
    """
    return (
        ProductRow.kind.in_(kinds),
        ProductRow.vector.is_not(None),
        func.length(ProductRow.vector) == 4 * dimensions,
        ProductRow.fingerprint.endswith(suffix),
    )


@lru_cache(maxsize=4096)
def _sellers(shop: str, origin: str) -> frozenset[str]:
    """Return the keys of a shop; reading an address takes longer than all else of a product."""
    return shop_keys(shop, origin)
