"""Offers and the events of a search, as the API returns them."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from model.categories import Kind
from model.colours import Colour
from server.goods.availability import Availability
from server.goods.condition import Condition
from server.goods.exchange import Converted, Rates, Source
from server.goods.money import Money
from server.offers.offer import DoneEvent, Event, FailedEvent, Offer, RankedOffer, Seller
from server.offers.order.choice import Reason
from server.offers.order.ranking import is_same_colour
from server.offers.pictures.thumbnails import Thumbnails

Amount = Annotated[str, Field(pattern=r"^\d+(\.\d+)?$", examples=["49.00"])]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$", examples=["USD"])]


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


def _values(source: Offer | RankedOffer | Seller) -> dict[str, object]:
    """Return the fields of a dataclass by name, unlike `dataclasses.asdict` without copies."""
    return {field.name: getattr(source, field.name) for field in fields(source)}


class MoneyOut(_Out):
    """An exact amount in major units."""

    amount: Amount
    currency: Currency


class ConvertedOut(_Out):
    """A price in the requested currency, in addition to the shop's own."""

    price: Amount
    currency: Currency
    # Units of this currency for one unit of the shop's.
    rate: Amount
    # The day of the rate; null if it is the user's own.
    as_of: datetime.date | None
    source: Source

    @classmethod
    def of(cls, converted: Converted | None) -> "ConvertedOut | None":
        """Return a converted price as the API shows it."""
        if converted is None:
            return None
        return cls(
            price=converted.price.amount,
            currency=converted.price.currency,
            rate=converted.rate,
            as_of=converted.as_of,
            source=converted.source,
        )


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whom offers are shown to.

    Attributes:
        thumbnails: Signs the addresses of pictures.
        currency: The currency that prices are converted to.
        rates: The rates for converting them.
        colours: Colours of the garment that is searched for, largest share first.
    """

    thumbnails: Thumbnails
    currency: str
    rates: Rates | None = None
    colours: Sequence[Colour] = ()

    def converted(self, money: Money | None) -> Converted | None:
        """Return money in the viewer's currency; None if that is its own, or without a rate."""
        if money is None or self.rates is None:
            return None
        return self.rates.convert(money, self.currency)


class SellerOut(_Out):
    """Another shop that sells the same product; a click on it is recorded by its ``id``."""

    id: str
    provider: str
    link: str
    shop: str | None
    price: MoneyOut | None
    # Its price in the requested currency, if that is another one.
    converted: ConvertedOut | None
    availability: Availability | None

    @classmethod
    def of(cls, seller: Seller, viewer: Viewer) -> "SellerOut":
        """Return a seller as the API shows it."""
        converted = ConvertedOut.of(viewer.converted(seller.price))
        return cls.model_validate(_values(seller) | {"converted": converted})


class OfferOut(_Out):
    """Something on sale, or (``type`` "search") a link into a search engine."""

    id: str
    provider: str
    type: Literal["product", "search"]
    title: str
    # http or https.
    link: str
    shop: str | None
    # A decimal number in major units.
    price: Amount | None
    currency: Currency | None
    list_price: Amount | None
    # The price in the requested currency, if that is another one.
    converted: ConvertedOut | None
    availability: Availability | None
    condition: Condition | None
    # The lowest cost of shipping; an amount of 0 is free, null is unknown.
    shipping: MoneyOut | None
    gtin: str | None
    # Further sellers of the same product.
    sellers: list[SellerOut]
    # Signed path of a small JPEG on this server.
    picture: str | None
    similarity: float | None = Field(ge=0, le=1)
    # The list is sorted by it, highest first.
    score: float
    kind: Kind | None
    # Whether it has the garment's colour; null if that is not known.
    same_colour: bool | None
    partner: bool
    why: list[str]

    @classmethod
    def of(cls, ranked: RankedOffer, viewer: Viewer) -> "OfferOut":
        """Return an offer as the API shows it.

        Fields come from the attributes of the same name, except for those listed here.
        """
        offer = ranked.offer
        picture = offer.picture_url
        return cls.model_validate(
            _values(offer)
            | _values(ranked)
            | {
                "title": offer.shown_title,
                "price": offer.price.amount if offer.price else None,
                "currency": offer.price.currency if offer.price else None,
                "list_price": offer.list_price.amount if offer.list_price else None,
                "converted": ConvertedOut.of(viewer.converted(offer.price)),
                "sellers": [SellerOut.of(seller, viewer) for seller in offer.sellers],
                "picture": viewer.thumbnails.address(picture) if picture else None,
                "same_colour": is_same_colour(offer, viewer.colours),
            }
        )


class OffersOut(_Out):
    """Offers of one provider; a provider may have several such events."""

    event: Literal["offers"] = "offers"
    provider: str
    offers: list[OfferOut]


class FailureOut(_Out):
    """A provider whose offers, or some of them, are missing."""

    provider: str
    reason: str


class FailedOut(FailureOut):
    """A failure as an event, while the search runs."""

    event: Literal["failed"] = "failed"


class DoneOut(_Out):
    """The end of a search: the ids of all offers, in the requested order."""

    event: Literal["done"] = "done"
    order: list[str]
    # How many offers the filters remove, by the first reason of each.
    left_out: dict[Reason, int]


EventOut = OffersOut | FailedOut | DoneOut


class OfferList(_Out):
    """A whole search at once: every offer, in the requested order."""

    offers: list[OfferOut]
    failed: list[FailureOut]
    # How many offers the filters remove, by the first reason of each.
    left_out: dict[Reason, int]


def event_out(event: Event, viewer: Viewer) -> EventOut:
    """Return an event as the API shows it."""
    if isinstance(event, FailedEvent):
        return FailedOut(provider=event.provider, reason=event.reason)
    if isinstance(event, DoneEvent):
        return DoneOut.model_validate({"order": list(event.order), "left_out": event.left_out})
    offers = [OfferOut.of(offer, viewer) for offer in event.offers]
    return OffersOut(provider=event.provider, offers=offers)
