"""Offers and what a search tells, as the API gives them."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from model.categories import Kind
from model.colours import Colour
from server.goods.availability import Availability
from server.goods.condition import Condition
from server.goods.exchange import Converted, Rates, Source
from server.goods.money import Money
from server.offers.events import DoneEvent, Event, FailedEvent
from server.offers.offer import Offer, Seller
from server.offers.order.choice import Reason
from server.offers.order.same_colour import is_same_colour
from server.offers.pictures.thumbnails import Thumbnails

Amount = Annotated[str, Field(pattern=r"^\d+(\.\d+)?$", examples=["49.00"])]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$", examples=["USD"])]


class _Out(BaseModel):
    model_config = ConfigDict(frozen=True)


class MoneyOut(_Out):
    """An exact amount in major units."""

    amount: Amount
    currency: Currency

    @classmethod
    def of(cls, money: Money | None) -> "MoneyOut | None":
        """Give money as the API does."""
        return None if money is None else cls(amount=money.amount, currency=money.currency)


class ConvertedOut(_Out):
    """A price in the currency that was asked for, beside the shop's own."""

    price: Amount
    currency: Currency
    # Units of this currency for one of the shop's.
    rate: Amount
    # The day of the rate; null where it is the user's own.
    as_of: datetime.date | None
    source: Source

    @classmethod
    def of(cls, converted: Converted | None) -> "ConvertedOut | None":
        """Give a converted price as the API does."""
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
class Viewing:
    """For whom offers are shown.

    Attributes:
        thumbnails: Signs the addresses of pictures.
        currency: In which prices are given as well.
        rates: By which they are converted.
        colours: Of the garment that is looked for, largest share first.
    """

    thumbnails: Thumbnails
    currency: str
    rates: Rates | None = None
    colours: Sequence[Colour] = ()

    def converted(self, money: Money | None) -> Converted | None:
        """Give money in the viewer's currency, where it is in another one."""
        if money is None or self.rates is None:
            return None
        return self.rates.convert(money, self.currency)


class SellerOut(_Out):
    """Another shop that sells the same product; a click on it is noted under its ``id``."""

    id: str
    provider: str
    link: str
    shop: str | None
    price: MoneyOut | None
    # Its price in the currency that was asked for, where that is another one.
    converted: ConvertedOut | None
    availability: Availability | None

    @classmethod
    def of(cls, seller: Seller, viewing: Viewing) -> "SellerOut":
        """Give a seller as the API does."""
        return cls.model_validate(
            {
                "id": seller.id,
                "provider": seller.provider,
                "link": seller.link,
                "shop": seller.shop,
                "price": MoneyOut.of(seller.price),
                "converted": ConvertedOut.of(viewing.converted(seller.price)),
                "availability": seller.availability,
            }
        )


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
    # The price in the currency that was asked for, where that is another one.
    converted: ConvertedOut | None
    availability: Availability | None
    condition: Condition | None
    # What sending it costs at least; an amount of 0 is free, null is unknown.
    shipping: MoneyOut | None
    gtin: str | None
    # Further sellers of the same product.
    sellers: list[SellerOut]
    # Path of a small JPEG on this server, signed.
    picture: str | None
    similarity: float | None = Field(ge=0, le=1)
    # What the list is sorted by, falling.
    score: float
    kind: Kind | None
    # Whether it has the garment's colour; null where that is not known.
    same_colour: bool | None
    partner: bool
    why: list[str]

    @classmethod
    def of(cls, offer: Offer, viewing: Viewing) -> "OfferOut":
        """Give an offer as the API does."""
        address = viewing.thumbnails.address
        return cls.model_validate(
            {
                "id": offer.id,
                "provider": offer.provider,
                "type": offer.type,
                "title": offer.title,
                "link": offer.link,
                "shop": offer.shop,
                "price": offer.price.amount if offer.price else None,
                "currency": offer.price.currency if offer.price else None,
                "list_price": offer.list_price.amount if offer.list_price else None,
                "converted": ConvertedOut.of(viewing.converted(offer.price)),
                "availability": offer.availability,
                "condition": offer.condition,
                "shipping": MoneyOut.of(offer.shipping),
                "gtin": offer.gtin,
                "sellers": [SellerOut.of(seller, viewing) for seller in offer.sellers],
                "picture": address(offer.picture_url) if offer.picture_url else None,
                "similarity": offer.similarity,
                "score": offer.score,
                "kind": offer.kind,
                "same_colour": is_same_colour(offer, viewing.colours),
                "partner": offer.partner,
                "why": list(offer.why),
            }
        )


class OffersOut(_Out):
    """Offers of one provider; a provider may tell several times."""

    event: Literal["offers"] = "offers"
    provider: str
    offers: list[OfferOut]


class FailureOut(_Out):
    """A provider whose offers, or some of them, are missing."""

    provider: str
    reason: str


class FailedOut(FailureOut):
    """The same, while the search runs."""

    event: Literal["failed"] = "failed"


class DoneOut(_Out):
    """The end of a search: the ids of all offers, in the order that was asked for."""

    event: Literal["done"] = "done"
    order: list[str]
    # How many offers the filters keep back, by the first reason of each.
    left_out: dict[Reason, int]


EventOut = OffersOut | FailedOut | DoneOut


class OfferList(_Out):
    """A whole search at once: every offer, in the order that was asked for."""

    offers: list[OfferOut]
    failed: list[FailureOut]
    # How many offers the filters keep back, by the first reason of each.
    left_out: dict[Reason, int]


def event_view(event: Event, viewing: Viewing) -> EventOut:
    """Give an event as the API does."""
    if isinstance(event, FailedEvent):
        return FailedOut(provider=event.provider, reason=event.reason)
    if isinstance(event, DoneEvent):
        return DoneOut.model_validate({"order": list(event.order), "left_out": event.left_out})
    offers = [OfferOut.of(offer, viewing) for offer in event.offers]
    return OffersOut(provider=event.provider, offers=offers)
