"""The tables.

Times are UTC. Vectors are float32 little-endian bytes, dimensions x 4 of them.
"""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time, also on SQLite, which stores no time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: object) -> datetime | None:
        """Convert to UTC, and refuse naive times."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: object) -> datetime | None:
        """Restore the time zone that SQLite drops."""
        del dialect
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """The metadata that Alembic compares with."""


class LookRow(Base):
    """One analysed picture; ``garments`` is the list in the API's form."""

    __tablename__ = "looks"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    # SHA-256 of the picture's file, in hexadecimal; the id in looks from before it was kept.
    picture_hash: Mapped[str] = mapped_column(String(64), default="", server_default="", index=True)
    width: Mapped[int]
    height: Mapped[int]
    image_url: Mapped[str | None] = mapped_column(Text)
    page_url: Mapped[str | None] = mapped_column(Text)
    garments: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    # The picture as it was analysed, JPEG (crops are cut from it).
    picture: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)


class CorrectionRow(Base):
    """What a person said about one thing in a picture; ``garment`` is in the API's form.

    It belongs to the picture, not to a look: other weights make another look of the same picture.
    """

    __tablename__ = "corrections"

    picture_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    # Of the garment; a number means the same thing in every look of the picture.
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # One of `server.looks.corrections.Verdict`.
    verdict: Mapped[str] = mapped_column(String(16))
    garment: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class PutAwayRow(Base):
    """An offer that a person put away for one garment; it belongs to the picture, as above."""

    __tablename__ = "put_away"

    picture_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    offer_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    # What it was, for whoever looks through what was put away; null in rows from before that was
    # kept, and in those of the product's other sellers, which name the offer that they came with.
    of_offer: Mapped[str | None] = mapped_column(String(64))
    category: Mapped[str | None] = mapped_column(String(32))
    title: Mapped[str | None] = mapped_column(Text)
    link: Mapped[str | None] = mapped_column(Text)
    shop: Mapped[str | None] = mapped_column(Text)
    price: Mapped[str | None] = mapped_column(String(32))
    currency: Mapped[str | None] = mapped_column(String(3))
    # Hash of a `KeptPictureRow`, here and below.
    picture: Mapped[str | None] = mapped_column(String(64))


class ShopRow(Base):
    """A shop whose catalogue was imported."""

    __tablename__ = "shops"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    # The feed's address or file.
    source: Mapped[str] = mapped_column(Text, unique=True)
    partner: Mapped[bool] = mapped_column(default=False)
    # When its products last changed here: whoever holds them in memory reads them again.
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    # How its products are read; one of `server.catalog.sources.source.Form`.
    form: Mapped[str] = mapped_column(String(16), default="feed", server_default="feed")
    # What was given with it: the currency of prices that name none, and the shop's address.
    currency: Mapped[str | None] = mapped_column(String(3))
    site: Mapped[str | None] = mapped_column(Text)
    # Which version was read: the server's headers, the bytes' hash, and the networks' names.
    version: Mapped[dict[str, str] | None] = mapped_column(JSON)
    # Hours between refreshes by the server; 0 for none.
    every_hours: Mapped[int] = mapped_column(default=0, server_default="0")
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # What the last import has to say, if it did not end well: a code and the text in English.
    note: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    # Attempts to read the source are counted; an import that was interrupted goes on with the
    # next one. 0: none is unfinished.
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    unfinished_since: Mapped[int] = mapped_column(default=0, server_default="0")


class ProductRow(Base):
    """A product of a known shop."""

    __tablename__ = "products"
    __table_args__ = (UniqueConstraint("shop_id", "key"), Index("ix_products_kind", "kind"))

    id: Mapped[int] = mapped_column(primary_key=True)
    shop_id: Mapped[int] = mapped_column(ForeignKey("shops.id", ondelete="CASCADE"), index=True)
    # The shop's own id of the product.
    key: Mapped[str] = mapped_column(String(200))
    group_key: Mapped[str | None] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(Text)
    brand: Mapped[str | None] = mapped_column(Text)
    colour: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str | None] = mapped_column(String(10))
    gtin: Mapped[str | None] = mapped_column(String(14))
    # A decimal number in major units, as text so that it stays exact.
    price: Mapped[str | None] = mapped_column(String(32))
    list_price: Mapped[str | None] = mapped_column(String(32))
    currency: Mapped[str | None] = mapped_column(String(3))
    availability: Mapped[str | None] = mapped_column(String(16))
    condition: Mapped[str | None] = mapped_column(String(16))
    picture_url: Mapped[str | None] = mapped_column(Text)
    # Changes with the feed's entry and the embedder; if equal, the picture is not embedded again.
    fingerprint: Mapped[str] = mapped_column(String(64))
    vector: Mapped[bytes | None] = mapped_column(LargeBinary)
    # Colours in its picture, packed by `model.likeness.pack_colours`.
    colours: Mapped[bytes | None] = mapped_column(LargeBinary)
    size: Mapped[str | None] = mapped_column(Text)
    # female, male or unisex.
    gender: Mapped[str | None] = mapped_column(String(8))
    # Addresses of more pictures.
    pictures: Mapped[list[str] | None] = mapped_column(JSON)
    # What it costs to ship, as `server.catalog.sources.product.Shipping`.
    shipping: Mapped[list[dict[str, str | None]] | None] = mapped_column(JSON)
    # The price on sale, where the shop says from when to when it holds.
    sale_price: Mapped[str | None] = mapped_column(String(32))
    sale_starts: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sale_ends: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Why no search by picture finds it; one of `server.catalog.report.LeftOut`.
    left_out: Mapped[str | None] = mapped_column(String(24))
    # The version of its page, as the shop's sitemap names it.
    page_version: Mapped[str | None] = mapped_column(String(64))
    # The attempt that saw it last, and since when it is gone from its source.
    seen: Mapped[int] = mapped_column(default=0, server_default="0")
    gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ThumbnailRow(Base):
    """A small picture of an offer, by its address, so that showing it needs no shop."""

    __tablename__ = "thumbnails"

    url_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    media_type: Mapped[str] = mapped_column(String(32))
    data: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)


class ClickRow(Base):
    """An offer that the user opened."""

    __tablename__ = "clicks"

    id: Mapped[int] = mapped_column(primary_key=True)
    look_id: Mapped[str | None] = mapped_column(
        ForeignKey("looks.id", ondelete="SET NULL"), index=True
    )
    garment: Mapped[int | None]
    category: Mapped[str | None] = mapped_column(String(32))
    provider: Mapped[str] = mapped_column(String(40))
    offer_id: Mapped[str] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(Text)
    link: Mapped[str] = mapped_column(Text)
    shop: Mapped[str | None] = mapped_column(Text)
    price: Mapped[str | None] = mapped_column(String(32))
    currency: Mapped[str | None] = mapped_column(String(3))
    similarity: Mapped[float | None]
    gtin: Mapped[str | None] = mapped_column(String(14))
    picture: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)


class VendorCallsRow(Base):
    """How many requests were sent to a vendor on one day, in UTC."""

    __tablename__ = "vendor_calls"

    provider: Mapped[str] = mapped_column(String(40), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    sent: Mapped[int]


class KeptPictureRow(Base):
    """A small copy of an offer's or a garment's picture (JPEG), as it was when it was kept."""

    __tablename__ = "kept_pictures"

    # SHA-256 of the data, in hexadecimal.
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)


class SeenGarmentRow(Base):
    """A garment whose offers somebody looked at, and when last."""

    __tablename__ = "seen_garments"

    look_id: Mapped[str] = mapped_column(
        ForeignKey("looks.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)


class SavedListRow(Base):
    """A list of saved things."""

    __tablename__ = "saved_lists"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class SavedRow(Base):
    """An offer or a garment that somebody saved; what is null of an offer is so of a garment."""

    __tablename__ = "saved"

    id: Mapped[int] = mapped_column(primary_key=True)
    # What it is, once: `server.history.saved.offer_key` or `garment_key`.
    key: Mapped[str] = mapped_column(String(160), unique=True)
    # Null for what is in none.
    list_id: Mapped[int | None] = mapped_column(
        ForeignKey("saved_lists.id", ondelete="SET NULL"), index=True
    )
    # Null once the look is no longer kept, or while no history is.
    look_id: Mapped[str | None] = mapped_column(
        ForeignKey("looks.id", ondelete="SET NULL"), index=True
    )
    garment: Mapped[int | None]
    category: Mapped[str | None] = mapped_column(String(32))
    # What a garment is called, by language.
    texts: Mapped[dict[str, str] | None] = mapped_column(JSON)
    provider: Mapped[str | None] = mapped_column(String(40))
    offer_id: Mapped[str | None] = mapped_column(String(64))
    title: Mapped[str] = mapped_column(Text)
    link: Mapped[str | None] = mapped_column(Text)
    shop: Mapped[str | None] = mapped_column(Text)
    price: Mapped[str | None] = mapped_column(String(32))
    currency: Mapped[str | None] = mapped_column(String(3))
    gtin: Mapped[str | None] = mapped_column(String(14))
    picture: Mapped[str | None] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
