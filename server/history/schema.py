"""Clicks as the API gives them."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from server.history.clicks import Click


class ClickOut(BaseModel):
    """An offer that was opened, as it was then."""

    model_config = ConfigDict(frozen=True)

    id: int
    # None once the look is kept no more.
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
        """Give a click as the API does."""
        return cls(
            id=click.id,
            look_id=click.look_id,
            garment=click.garment,
            category=click.category,
            provider=click.provider,
            offer_id=click.offer_id,
            title=click.title,
            link=click.link,
            shop=click.shop,
            price=click.price.amount if click.price else None,
            currency=click.price.currency if click.price else None,
            similarity=click.similarity,
            created_at=click.created_at,
        )


class HistoryOut(BaseModel):
    """What was opened, newest first."""

    clicks: list[ClickOut]
