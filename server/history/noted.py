"""What is noted of an offer, wherever it is kept: in the history, or saved."""

from dataclasses import dataclass
from typing import ClassVar, Protocol

from model.errors import WhereToBuyError
from server.goods.money import Money

# Beyond it no database has an id.
LARGEST_ID = 2**31 - 1


class OfferNotFoundError(WhereToBuyError):
    """No such offer was found for this garment, or not recently."""

    code: ClassVar[str] = "offer-not-found"

    def __init__(self) -> None:
        super().__init__(
            "This offer was not given for this garment, or not lately.",
            hint="Search for the garment's offers again.",
        )


@dataclass(frozen=True, slots=True)
class NotedOffer:
    """What is noted of an offer.

    Attributes:
        provider: The name of the provider that found it.
        offer_id: Its id, as in `server.offers.offer.Offer`.
        similarity: To the garment, 0 to 1; None if unknown.
    """

    provider: str
    offer_id: str
    title: str
    link: str
    shop: str | None = None
    price: Money | None = None
    similarity: float | None = None
    gtin: str | None = None


class _Priced(Protocol):
    price: str | None
    currency: str | None


def money_of(row: _Priced) -> Money | None:
    """Return the price that a row has, if it has any."""
    return Money(row.price, row.currency) if row.price and row.currency else None


def price_columns(price: Money | None) -> dict[str, str | None]:
    """Return what a row keeps of a price."""
    return {
        "price": price.amount if price else None,
        "currency": price.currency if price else None,
    }
