"""The catalogue's rows: shops, their products, their thumbnails."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from model.categories import Kind
from model.errors import WhereToBuyError
from server.goods.availability import Availability, read_availability
from server.goods.condition import Condition, read_condition
from server.goods.gtin import read_gtin
from server.goods.money import Money
from server.goods.thumbnail import MEDIA_TYPE, address_key
from server.storage.database import Database
from server.storage.tables import ProductRow, ShopRow, ThumbnailRow, now

T = TypeVar("T")
# Rows in one statement: SQLite limits the number of its parameters.
_AT_ONCE = 500


class UnknownShopError(WhereToBuyError):
    """No shop has this name, or more than one does."""

    code = "unknown-shop"


@dataclass(frozen=True, slots=True)
class ShopSummary:
    """A shop and the number of its products; ``searchable`` ones have a kind and a vector."""

    id: int
    name: str
    source: str
    partner: bool
    products: int
    searchable: int
    imported_at: datetime


@dataclass(frozen=True, slots=True)
class StoredProduct:
    """A product of the catalogue, with the name of its shop."""

    id: int
    key: str
    group_key: str | None
    title: str
    link: str
    shop: str
    partner: bool
    colour: str | None
    kind: Kind | None
    price: Money | None
    list_price: Money | None
    availability: Availability | None
    condition: Condition | None
    gtin: str | None
    brand: str | None
    picture_url: str | None


class CatalogStore:
    """Reads and removes rows; `server.catalog.importing` writes them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def shops(self) -> list[ShopSummary]:
        """Return every shop, in the order of the first imports."""
        with self._database.session(read_only=True) as session:
            found = session.execute(
                select(
                    ShopRow,
                    func.count(ProductRow.id),
                    func.count(ProductRow.id).filter(
                        ProductRow.kind.is_not(None), ProductRow.vector.is_not(None)
                    ),
                )
                .outerjoin(ProductRow, ProductRow.shop_id == ShopRow.id)
                .group_by(ShopRow.id)
                .order_by(ShopRow.id)
            )
            return [
                ShopSummary(
                    shop.id,
                    shop.name,
                    shop.source,
                    shop.partner,
                    products,
                    searchable,
                    shop.imported_at,
                )
                for shop, products, searchable in found
            ]

    def remove(self, shop: str) -> ShopSummary:
        """Remove a shop with its products and thumbnails.

        Args:
            shop: Its number, name or source, as in `shops`.

        Raises:
            UnknownShopError: There is no such shop, or more than one has the name.
        """
        found = [
            summary
            for summary in self.shops()
            if shop in {str(summary.id), summary.name, summary.source}
        ]
        if len(found) != 1:
            raise UnknownShopError(
                f"No shop is called {shop}."
                if not found
                else f"{len(found)} shops are called {shop}.",
                hint="`where-to-buy catalog list` gives their numbers.",
            )
        with self._database.session() as session:
            ids = session.scalars(select(ProductRow.id).where(ProductRow.shop_id == found[0].id))
            remove_products(session, list(ids))
            session.execute(delete(ShopRow).where(ShopRow.id == found[0].id))
        return found[0]

    def products(self, ids: Sequence[int]) -> list[StoredProduct]:
        """Return the products with these ids, in this order, without those that are gone."""
        by_id: dict[int, StoredProduct] = {}
        with self._database.session(read_only=True) as session:
            for part in _parts(ids):
                found = session.execute(
                    select(*_COLUMNS, ShopRow.name.label("shop"), ShopRow.partner)
                    .join(ShopRow, ShopRow.id == ProductRow.shop_id)
                    .where(ProductRow.id.in_(part))
                )
                for row in found:
                    values = row._asdict()
                    currency = values.pop("currency")
                    for name in ("price", "list_price"):
                        amount = values[name]
                        values[name] = Money(amount, currency) if amount and currency else None
                    values["availability"] = read_availability(values["availability"])
                    values["condition"] = read_condition(values["condition"])
                    values["gtin"] = read_gtin(values["gtin"])
                    values["kind"] = Kind(values["kind"]) if values["kind"] else None
                    by_id[values["id"]] = StoredProduct(**values)
        return [by_id[product_id] for product_id in ids if product_id in by_id]

    def thumbnail(self, picture_url: str) -> bytes | None:
        """Return the stored thumbnail (JPEG) of the picture at an address."""
        with self._database.session(read_only=True) as session:
            row = session.get(ThumbnailRow, address_key(picture_url))
            return None if row is None else row.data


# Everything that an offer shows; not the vector, which is 5 KB for each product.
_COLUMNS = (
    ProductRow.id,
    ProductRow.key,
    ProductRow.group_key,
    ProductRow.title,
    ProductRow.link,
    ProductRow.colour,
    ProductRow.kind,
    ProductRow.price,
    ProductRow.list_price,
    ProductRow.currency,
    ProductRow.availability,
    ProductRow.condition,
    ProductRow.gtin,
    ProductRow.brand,
    ProductRow.picture_url,
)


def canonical_source(source: str) -> str:
    """Return the name that a feed's shop is kept under: its address, or its file's full path."""
    if urlsplit(source).scheme.lower() in {"http", "https"}:
        return source
    return str(Path(source).expanduser().resolve())


def put_thumbnail(session: Session, picture_url: str, data: bytes) -> None:
    """Store a thumbnail, replacing an older one."""
    session.merge(
        ThumbnailRow(
            url_hash=address_key(picture_url), media_type=MEDIA_TYPE, data=data, created_at=now()
        )
    )


def remove_products(session: Session, ids: Collection[int]) -> None:
    """Remove products, and thumbnails that no other product uses."""
    for part in _parts(list(ids)):
        pictures = set(
            session.scalars(
                select(ProductRow.picture_url).where(
                    ProductRow.id.in_(part), ProductRow.picture_url.is_not(None)
                )
            )
        )
        session.execute(delete(ProductRow).where(ProductRow.id.in_(part)))
        remove_thumbnails(session, pictures)


def remove_thumbnails(session: Session, pictures: Iterable[str | None]) -> None:
    """Remove the thumbnails of pictures that no product uses any more."""
    wanted = [picture for picture in pictures if picture]
    for part in _parts(wanted):
        still = set(
            session.scalars(select(ProductRow.picture_url).where(ProductRow.picture_url.in_(part)))
        )
        keys = [address_key(picture) for picture in part if picture not in still]
        session.execute(delete(ThumbnailRow).where(ThumbnailRow.url_hash.in_(keys)))


def _parts(items: Sequence[T]) -> Iterable[Sequence[T]]:
    return (items[start : start + _AT_ONCE] for start in range(0, len(items), _AT_ONCE))
