"""The catalogue's rows: shops, their products, their thumbnails."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from model.categories import Kind
from model.errors import WhereToBuyError
from server.catalog.sources.product import Shipping
from server.goods.availability import Availability, read_availability
from server.goods.condition import Condition, read_condition
from server.goods.gender import Gender, read_gender
from server.goods.gtin import read_gtin
from server.goods.money import Money
from server.goods.sale import Sale, prices_at
from server.goods.thumbnail import MEDIA_TYPE, address_key
from server.storage.database import Database
from server.storage.tables import ProductRow, ShopRow, ThumbnailRow, now

T = TypeVar("T")
# A file's name ends in what is no top-level domain, or it exists.
_DOMAIN = re.compile(
    r"(?!.*\.(?:xml|csv|tsv|txt|gz|zip|json|jsonl|ndjson|rss|atom)$)"
    r"(?:[\w-]{1,63}\.)+[^\W\d_]{2,20}(?::\d{1,5})?/?",
    re.IGNORECASE,
)
# Rows in one statement: SQLite limits the number of its parameters.
_AT_ONCE = 500
_NUMBERS = "`where-to-buy catalog list` gives their numbers."


class UnknownShopError(WhereToBuyError):
    """No shop has this name, or more than one does."""

    code = "unknown-shop"


@dataclass(frozen=True, slots=True)
class ShopSummary:
    """A shop and the number of its products; ``searchable`` ones have a kind and a vector.

    Products that are ``gone`` are not counted among the others. ``note`` says what went wrong the
    last time, ``unfinished`` that an import was interrupted.
    """

    id: int
    name: str
    source: str
    partner: bool
    products: int
    searchable: int
    imported_at: datetime
    form: str
    gone: int
    every_hours: int
    checked_at: datetime | None
    note: dict[str, Any] | None
    unfinished: bool


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
    size: str | None = None
    gender: Gender | None = None
    pictures: tuple[str, ...] = ()
    shipping: tuple[Shipping, ...] = ()
    sale: Sale | None = None
    left_out: str | None = None
    gone_at: datetime | None = None

    @property
    def style(self) -> object:
        """What all sizes of one colour of a style have in common."""
        if not self.group_key:
            return self.id
        return self.shop, self.group_key, self.colour, self.picture_url

    def shipping_to(self, country: str) -> Money | None:
        """Return the lowest cost of shipping to a country (ISO 3166), if the shop says it."""
        there = [s.price for s in self.shipping if s.country in (None, country)]
        return min(there, key=lambda price: Decimal(price.amount), default=None)


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
                    func.count(ProductRow.id).filter(ProductRow.gone_at.is_(None)),
                    func.count(ProductRow.id).filter(ProductRow.gone_at.is_not(None)),
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
                    shop.form,
                    gone,
                    shop.every_hours,
                    shop.checked_at,
                    shop.note,
                    shop.unfinished_since > 0,
                )
                for shop, products, gone, searchable in found
            ]

    def row(self, shop_id: int) -> ShopRow:
        """Return a shop's row; `UnknownShopError` if there is none."""
        with self._database.session(read_only=True) as session:
            row = session.get(ShopRow, shop_id)
            if row is None:
                raise UnknownShopError(f"No shop has the number {shop_id}.", hint=_NUMBERS)
            return row

    def checked(self, shop_id: int) -> None:
        """Note that a shop was asked, and is as before."""
        with self._database.session() as session:
            changes = {"checked_at": now(), "note": None}
            session.execute(update(ShopRow).where(ShopRow.id == shop_id).values(changes))

    def note(self, shop_id: int, code: str, text: str) -> None:
        """Note why a shop could not be read."""
        with self._database.session() as session:
            note = {"code": code, "text": text, "details": []}
            changes = {"checked_at": now(), "note": note}
            session.execute(update(ShopRow).where(ShopRow.id == shop_id).values(changes))

    def schedule(self, shop_id: int, every_hours: int) -> None:
        """Let the server refresh a shop every so many hours; 0 for never."""
        with self._database.session() as session:
            changes = {"every_hours": every_hours}
            session.execute(update(ShopRow).where(ShopRow.id == shop_id).values(changes))

    def find(self, shop: str) -> "ShopSummary":
        """Return a shop by its number, name or source, as in `shops`.

        Raises:
            UnknownShopError: There is no such shop, or more than one has the name.
        """
        names = {shop, canonical_source(shop)}
        found = [
            summary
            for summary in self.shops()
            if names & {str(summary.id), summary.name, summary.source}
        ]
        if len(found) != 1:
            raise UnknownShopError(
                f"No shop is called {shop}."
                if not found
                else f"{len(found)} shops are called {shop}.",
                hint=_NUMBERS,
            )
        return found[0]

    def remove(self, shop: str) -> ShopSummary:
        """Remove a shop with its products and thumbnails.

        Args:
            shop: Its number, name or source, as in `shops`.

        Raises:
            UnknownShopError: There is no such shop, or more than one has the name.
        """
        found = self.find(shop)
        with self._database.session(read_only=True) as session:
            of_shop = select(ProductRow.id).where(ProductRow.shop_id == found.id)
            ids = session.scalars(of_shop).all()
        # In parts, so that it works on a full disk.
        parts = [partial(remove_products, ids=part) for part in _parts(ids)]
        self._database.delete([*parts, delete(ShopRow).where(ShopRow.id == found.id)])
        return found

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
                by_id |= {row.id: _stored(row._asdict()) for row in found}
        return [by_id[product_id] for product_id in ids if product_id in by_id]

    def thumbnail(self, picture_url: str) -> bytes | None:
        """Return the stored thumbnail (JPEG) of the picture at an address."""
        with self._database.session(read_only=True) as session:
            row = session.get(ThumbnailRow, address_key(picture_url))
            return None if row is None else row.data


def _stored(values: dict[str, Any]) -> StoredProduct:
    """Return a product as it is now, from its columns."""
    currency = values.pop("currency")
    sale_price, starts, ends = (values.pop(f"sale_{name}") for name in ("price", "starts", "ends"))
    sale = Sale(Money(sale_price, currency), starts, ends) if sale_price and currency else None
    price, before = (
        Money(values[name], currency) if values[name] and currency else None
        for name in ("price", "list_price")
    )
    values["price"], values["list_price"] = prices_at(price, before, sale, now())
    values["availability"] = read_availability(values["availability"])
    if values["gone_at"] is not None:
        values["availability"] = "out_of_stock"
    values["condition"] = read_condition(values["condition"])
    values["gtin"] = read_gtin(values["gtin"])
    values["gender"] = read_gender(values["gender"])
    values["kind"] = Kind(values["kind"]) if values["kind"] else None
    values["pictures"] = tuple(values["pictures"] or ())
    values["shipping"] = tuple(
        Shipping(each["country"], Money(each["amount"], each["currency"]))
        for each in values["shipping"] or ()
    )
    return StoredProduct(**values, sale=sale)


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
    ProductRow.size,
    ProductRow.gender,
    ProductRow.pictures,
    ProductRow.shipping,
    ProductRow.sale_price,
    ProductRow.sale_starts,
    ProductRow.sale_ends,
    ProductRow.left_out,
    ProductRow.gone_at,
)


def canonical_source(source: str) -> str:
    """Return the name that a shop is kept under: its address, or its file's full path.

    A bare domain, such as ``shop.example``, is an address unless it is a file. What can be neither
    stays as it is.
    """
    source = source.strip()
    try:
        path = Path(source).expanduser()
        if _DOMAIN.fullmatch(source) and not path.exists():
            source = f"https://{source}"
        parts = urlsplit(source)
        if parts.scheme.lower() not in {"http", "https"}:
            return str(path.resolve())
    except (OSError, ValueError, RuntimeError):  # a null byte, too long, nobody's home, a loop
        return source
    if parts.path in {"", "/"} and not parts.query:
        return f"{parts.scheme.lower()}://{parts.netloc.lower()}/"
    return source


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
            session.scalars(
                select(ProductRow.picture_url).where(
                    ProductRow.picture_url.in_(part), ProductRow.gone_at.is_(None)
                )
            )
        )
        keys = [address_key(picture) for picture in part if picture not in still]
        session.execute(delete(ThumbnailRow).where(ThumbnailRow.url_hash.in_(keys)))


def _parts(items: Sequence[T]) -> Iterable[Sequence[T]]:
    return (items[start : start + _AT_ONCE] for start in range(0, len(items), _AT_ONCE))
