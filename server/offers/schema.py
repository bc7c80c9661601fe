"""Offers and the events of a search, as the API returns them."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from model.categories import Category, Kind
from model.colours import Colour
from server.catalog.schema import PreparingOut
from server.goods.availability import Availability
from server.goods.condition import Condition
from server.goods.exchange import Converted, Rates, Source
from server.goods.gender import Gender
from server.goods.money import Money
from server.offers.offer import DoneEvent, Event, FailedEvent, Offer, RankedOffer, Seller
from server.offers.order.choice import Reason
from server.offers.order.ranking import (
    Likeness,
    is_close,
    is_same_category,
    is_same_colour,
    likeness_of,
)
from server.offers.pictures.thumbnails import Thumbnails
from server.offers.sent import Outcome, Receipt, What

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
        categories: Those that it may be, if it is any.
    """

    thumbnails: Thumbnails
    currency: str
    rates: Rates | None = None
    colours: Sequence[Colour] = ()
    categories: Sequence[Category] = ()

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
    brand: str | None = None
    # As its shop writes them, and further ones of the same colour of it.
    sizes: list[str] = []
    also_in: list[str] = []
    # Whom it is made for.
    gender: Gender | None = None
    # Further sellers of the same product.
    sellers: list[SellerOut]
    # Signed path of a small JPEG on this server.
    picture: str | None
    similarity: float | None = Field(ge=0, le=1)
    # What that means: the very thing, or very similar, or only of the same kind; null if its
    # picture was not compared.
    likeness: Likeness | None = None
    # Whether it has more in common with the garment than its kind; null like the likeness.
    close: bool | None = None
    # The list is sorted by it, highest first.
    score: float
    kind: Kind | None
    # Whether it has the garment's colour; null if that is not known.
    same_colour: bool | None
    # Whether it is of the garment's category, and not only of its kind; null if that is not known.
    same_category: bool | None = None
    partner: bool
    why: list[str]
    # With ``mark``: why it would be left out; null if it stays.
    against: Reason | None = None

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
                "same_category": is_same_category(offer, viewer.categories),
                "likeness": likeness_of(ranked.compared),
                "close": is_close(ranked.compared),
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
    # Why, in plain English.
    reason: str
    # Why, for words in another language: a stable code, and what those words name besides the
    # provider, in order.
    code: str
    details: list[str]

    @classmethod
    def of(cls, event: FailedEvent) -> Self:
        """Return an event as the API shows it."""
        return cls.model_validate(
            {
                "provider": event.provider,
                "reason": event.reason,
                "code": event.code,
                "details": list(event.details),
            }
        )


class FailedOut(FailureOut):
    """A failure as an event, while the search runs."""

    event: Literal["failed"] = "failed"


class SendingOut(_Out):
    """One request to a provider: what of the garment was in it, and what came back."""

    provider: str
    title: str
    host: str
    method: str
    at: datetime.datetime
    # Empty for a request with nothing of the garment, such as a sign-in.
    what: list[What]
    words: str | None
    crop_bytes: int
    # Address and body, without headers.
    sent_bytes: int
    # "waiting": no answer yet when the search ended. "not sent": there was no connection.
    outcome: Outcome
    status: int | None
    answer_bytes: int


class ReceiptOut(_Out):
    """What one search for a garment sent, in the order in which it did."""

    id: str
    look_id: str
    garment: int
    at: datetime.datetime
    sendings: list[SendingOut]


class DoneOut(_Out):
    """The end of a search: the ids of all offers, in the requested order."""

    event: Literal["done"] = "done"
    order: list[str]
    # How many offers the filters remove, by the first reason of each.
    left_out: dict[Reason, int]
    # The providers that have products, were asked and answered in time.
    answered: list[str]
    # What was sent to whom.
    receipt: ReceiptOut | None
    # Products of the catalogue that may not have been found yet; null if there are none.
    preparing: PreparingOut | None = None

    @classmethod
    def of(cls, event: DoneEvent) -> Self:
        """Return an event as the API shows it."""
        return cls(
            order=list(event.order),
            left_out=dict(event.left_out),
            answered=list(event.answered),
            receipt=receipt_out(event.receipt) if event.receipt else None,
            preparing=PreparingOut.of(event.preparing),
        )


EventOut = OffersOut | FailedOut | DoneOut


class OfferList(_Out):
    """A whole search at once: every offer, in the requested order."""

    offers: list[OfferOut]
    failed: list[FailureOut]
    # How many offers the filters remove, by the first reason of each.
    left_out: dict[Reason, int]
    # The providers that have products, were asked and answered in time.
    answered: list[str] = []
    # What was sent to whom.
    receipt: ReceiptOut | None = None
    # Products of the catalogue that may not have been found yet; null if there are none.
    preparing: PreparingOut | None = None


def receipt_out(receipt: Receipt) -> ReceiptOut:
    """Return a receipt as the API shows it."""
    return ReceiptOut.model_validate(receipt)


def event_out(event: Event, viewer: Viewer) -> EventOut:
    """Return an event as the API shows it."""
    if isinstance(event, FailedEvent):
        return FailedOut.of(event)
    if isinstance(event, DoneEvent):
        return DoneOut.of(event)
    offers = [OfferOut.of(offer, viewer) for offer in event.offers]
    return OffersOut(provider=event.provider, offers=offers)
