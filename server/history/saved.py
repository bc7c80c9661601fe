"""What a person saved: offers and garments.

It is kept whether or not a history is: whoever saves something says that it shall be kept.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from model.errors import WhereToBuyError
from server.goods.money import Money
from server.history.noted import LARGEST_ID, NotedOffer, money_of, price_columns
from server.history.saved_lists import ListNotFoundError
from server.storage.database import Database
from server.storage.kept_pictures import DROP_UNUSED, keep_picture
from server.storage.tables import LookRow, SavedListRow, SavedRow, now

# In all: more than anybody saves by hand, and few enough to be shown on one page.
MOST = 2000


class SavedNotFoundError(WhereToBuyError):
    """No such thing is saved."""

    code: ClassVar[str] = "saved-not-found"

    def __init__(self) -> None:
        super().__init__("This is not saved.", hint="It may have been removed in another tab.")


class TooManySavedError(WhereToBuyError):
    """No more things are kept."""

    code: ClassVar[str] = "too-many-saved"

    def __init__(self) -> None:
        super().__init__(
            f"{MOST} things are saved already, and no more are kept.",
            hint="Remove some of them first.",
        )


@dataclass(frozen=True, slots=True)
class GarmentPlace:
    """A garment, wherever it was seen.

    Attributes:
        look_id: Of a look.
        picture_hash: Of its picture: the same garment of another look of it is the same thing.
        number: The garment's.
        category: Its category's name.
        texts: What it is called, by language.
    """

    look_id: str
    picture_hash: str
    number: int
    category: str
    texts: dict[str, str]

    @property
    def key(self) -> str:
        """What the garment is recognised by."""
        return f"garment:{self.picture_hash}:{self.number}"


def offer_key(offer_id: str) -> str:
    """Return what an offer is recognised by."""
    return f"offer:{offer_id}"


@dataclass(frozen=True, slots=True)
class SavedThing:
    """An offer or a garment as it was when it was saved.

    Attributes:
        list_id: The list that it is in, if any.
        look_id: Where it was seen, while that is kept.
        garment: The garment's number there.
        texts: What a garment is called, by language; None of an offer.
        offer_id: None of a garment, like whatever else only an offer has.
        picture: Hash of the kept copy.
    """

    id: int
    key: str
    list_id: int | None
    look_id: str | None
    garment: int | None
    category: str | None
    texts: dict[str, str] | None
    provider: str | None
    offer_id: str | None
    title: str
    link: str | None
    shop: str | None
    price: Money | None
    gtin: str | None
    picture: str | None
    created_at: datetime


class Saved:
    """What is saved, in the database; safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, place: GarmentPlace, offer: NotedOffer | None, jpeg: bytes | None) -> SavedThing:
        """Save an offer for a garment, or the garment itself; what is saved already stays as it is.

        Args:
            place: The garment.
            offer: None for the garment itself.
            jpeg: A small copy of the picture.

        Raises:
            TooManySavedError: No more are kept.
        """
        key = offer_key(offer.offer_id) if offer else place.key
        with self._database.session() as session:
            row = session.scalar(select(SavedRow).where(SavedRow.key == key))
            if row is None:
                if session.scalar(select(func.count()).select_from(SavedRow)) >= MOST:  # type: ignore[operator]
                    raise TooManySavedError
                row = _row(session, key, place, offer)
                row.picture = keep_picture(session, jpeg)
                session.add(row)
                session.flush()
            return thing(row)

    def all(self) -> list[SavedThing]:
        """Return everything, newest first."""
        with self._database.session(read_only=True) as session:
            rows = session.scalars(select(SavedRow).order_by(SavedRow.id.desc()).limit(MOST))
            return [thing(row) for row in rows]

    def of(self, look_id: str, garment: int) -> list[SavedThing]:
        """Return the offers that were saved for a garment, newest first."""
        wanted = select(SavedRow).where(
            SavedRow.look_id == look_id,
            SavedRow.garment == garment,
            SavedRow.offer_id.is_not(None),
        )
        with self._database.session(read_only=True) as session:
            return [thing(row) for row in session.scalars(wanted.order_by(SavedRow.id.desc()))]

    def keys(self) -> frozenset[str]:
        """Return the keys of everything that is saved."""
        with self._database.session(read_only=True) as session:
            return frozenset(session.scalars(select(SavedRow.key).limit(MOST)))

    def move(self, number: int, list_id: int | None) -> SavedThing:
        """Put something into a list, or into none.

        Raises:
            SavedNotFoundError: It is not saved.
            ListNotFoundError: There is no such list.
        """
        with self._database.session() as session:
            row = session.get(SavedRow, number) if number <= LARGEST_ID else None
            if row is None:
                raise SavedNotFoundError
            if list_id is not None and (
                list_id > LARGEST_ID or session.get(SavedListRow, list_id) is None
            ):
                raise ListNotFoundError
            row.list_id = list_id
            session.flush()
            return thing(row)

    def remove(self, key: str) -> None:
        """Remove what has this key, with its picture; nothing is no error."""
        self._database.delete([delete(SavedRow).where(SavedRow.key == key), DROP_UNUSED])

    def delete(self, number: int) -> bool:
        """Remove something with its picture, and return whether it was there."""
        if number > LARGEST_ID:
            return False
        deleted = self._database.delete([delete(SavedRow).where(SavedRow.id == number)])
        self._database.delete([DROP_UNUSED])
        return bool(deleted)

    def clear(self) -> None:
        """Remove everything, with its pictures and lists."""
        self._database.delete([delete(SavedRow), delete(SavedListRow), DROP_UNUSED])


def _row(session: Session, key: str, place: GarmentPlace, offer: NotedOffer | None) -> SavedRow:
    # None while no history is kept: then the look is not in this database.
    look = session.scalar(select(LookRow.id).where(LookRow.id == place.look_id))
    row = SavedRow(
        key=key,
        look_id=look,
        garment=place.number,
        category=place.category,
        created_at=now(),
    )
    if offer is None:
        row.title = place.texts.get("en", place.category)
        row.texts = place.texts
        return row
    row.provider = offer.provider
    row.offer_id = offer.offer_id
    row.title = offer.title
    row.link = offer.link
    row.shop = offer.shop
    row.gtin = offer.gtin
    prices = price_columns(offer.price)
    row.price, row.currency = prices["price"], prices["currency"]
    return row


def thing(row: SavedRow) -> SavedThing:
    """Return what a row says."""
    return SavedThing(
        id=row.id,
        key=row.key,
        list_id=row.list_id,
        look_id=row.look_id,
        garment=row.garment,
        category=row.category,
        texts=row.texts,
        provider=row.provider,
        offer_id=row.offer_id,
        title=row.title,
        link=row.link,
        shop=row.shop,
        price=money_of(row),
        gtin=row.gtin,
        picture=row.picture,
        created_at=row.created_at,
    )
