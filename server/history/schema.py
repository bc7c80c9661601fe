"""The history and what was saved, as the API returns them."""

from dataclasses import fields
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from server.goods.money import Money
from server.history.clicks import Click
from server.history.put_away import PutAwayOffer
from server.history.saved import SavedThing
from server.history.saved_lists import SavedList
from server.history.seen import SeenGarment

_PICTURES = "/api/v1/history/pictures"


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True)


class ClickOut(_Out):
    """An offer that was opened, as it was then."""

    id: int
    # Null once the look is no longer kept.
    look_id: str | None
    garment: int | None
    category: str | None
    provider: str
    offer_id: str
    title: str
    link: str
    shop: str | None
    price: str | None
    currency: str | None
    similarity: float | None
    gtin: str | None = None
    # Path of a small JPEG on this server; null where none was to be had, or its time is over.
    picture: str | None = None
    created_at: datetime

    @classmethod
    def of(cls, click: Click) -> "ClickOut":
        """Return a click as the API shows it."""
        return cls.model_validate(_values(click, click.price, click.picture))


class PutAwayOut(_Out):
    """An offer that was put away as not the same, as it was then."""

    look_id: str
    garment: int
    category: str | None
    offer_id: str
    title: str
    link: str
    shop: str | None
    price: str | None
    currency: str | None
    picture: str | None
    created_at: datetime

    @classmethod
    def of(cls, offer: PutAwayOffer) -> "PutAwayOut":
        """Return an offer as the API shows it."""
        return cls.model_validate(_values(offer, offer.price, offer.picture))


class SeenGarmentOut(_Out):
    """A garment of a kept look whose offers were looked at, and when last."""

    look_id: str
    number: int
    created_at: datetime

    @classmethod
    def of(cls, garment: SeenGarment) -> "SeenGarmentOut":
        """Return a garment as the API shows it."""
        return cls.model_validate(garment, from_attributes=True)


class HistoryOut(_Out):
    """What was opened, looked at and put away, each newest first."""

    clicks: list[ClickOut]
    garments: list[SeenGarmentOut] = []
    put_away: list[PutAwayOut] = []


class SavedOut(_Out):
    """An offer or a garment that was saved, as it was then."""

    id: int
    # The list that it is in; null for none.
    list_id: int | None
    # Where it was seen; null once that look is no longer kept.
    look_id: str | None
    garment: int | None
    category: str | None
    # What a garment is called, by language; null of an offer.
    texts: dict[str, str] | None
    provider: str | None
    # Null of a garment, like the link and all that only an offer has.
    offer_id: str | None
    title: str
    link: str | None
    shop: str | None
    price: str | None
    currency: str | None
    gtin: str | None
    picture: str | None
    created_at: datetime

    @classmethod
    def of(cls, saved: SavedThing) -> "SavedOut":
        """Return something saved as the API shows it."""
        return cls.model_validate(_values(saved, saved.price, saved.picture))


class SavedListOut(_Out):
    """A list of saved things."""

    id: int
    name: str

    @classmethod
    def of(cls, each: SavedList) -> "SavedListOut":
        """Return a list as the API shows it."""
        return cls(id=each.id, name=each.name)


class SavedPageOut(_Out):
    """Everything that is saved, newest first, and the lists."""

    saved: list[SavedOut]
    lists: list[SavedListOut]


def picture_path(digest: str | None) -> str | None:
    """Return the path of a kept copy on this server."""
    return f"{_PICTURES}/{digest}.jpg" if digest else None


def _values(one: Any, price: Money | None, picture: str | None) -> dict[str, object]:
    values: dict[str, object] = {field.name: getattr(one, field.name) for field in fields(one)}
    return values | {
        "price": price.amount if price else None,
        "currency": price.currency if price else None,
        "picture": picture_path(picture),
    }
