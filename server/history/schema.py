"""Clicks as the API returns them."""

from dataclasses import fields
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from server.history.clicks import Click


class ClickOut(BaseModel):
    """An offer that was opened, as it was then."""

    model_config = ConfigDict(frozen=True)

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
    created_at: datetime

    @classmethod
    def of(cls, click: Click) -> "ClickOut":
        """Return a click as the API shows it."""
        values = {field.name: getattr(click, field.name) for field in fields(click)}
        price = click.price
        return cls.model_validate(
            values
            | {
                "price": price.amount if price else None,
                "currency": price.currency if price else None,
            }
        )


class HistoryOut(BaseModel):
    """What was opened, newest first."""

    clicks: list[ClickOut]
