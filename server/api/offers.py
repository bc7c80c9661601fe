"""Offers for one garment: streamed as they arrive, or all at once."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Annotated, Literal, Self

from flask import Response, request
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    RootModel,
    StringConstraints,
    model_validator,
)
from pydantic_core import PydanticCustomError

from model.colours import Colour
from server.api.bodies import query
from server.api.openapi import Answer, Resource
from server.goods.exchange import Rates
from server.goods.links import shop_key
from server.goods.money import LARGEST
from server.offers.offer import DoneEvent, Event, FailedEvent, RankedOffer, SearchContext
from server.offers.order.choice import Choice, Sort, apply_choice
from server.offers.schema import EventOut, FailureOut, OfferList, OfferOut, Viewer, event_out
from server.services import current_services

NDJSON = "application/x-ndjson"
# Most shops that one request may prefer, and most that it may block.
SHOPS = 200
blueprint = Resource("offers", __name__)


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _language(value: object) -> object:
    """Extract the language from a browser's tag such as "ko-KR"."""
    return value.lower().partition("-")[0] if isinstance(value, str) else value


Price = Annotated[Decimal, Field(ge=0, le=LARGEST, decimal_places=6)]
Shop = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]


class OffersQuery(BaseModel):
    """Search context, with defaults from the settings, and filters."""

    model_config = ConfigDict(extra="ignore")

    # ISO 3166, two letters.
    country: Annotated[str, BeforeValidator(_upper), Field(pattern="^[A-Z]{2}$")] | None = None
    # ISO 639, or a tag that starts with it.
    language: Annotated[str, BeforeValidator(_language), Field(pattern="^[a-z]{2,3}$")] | None = (
        None
    )
    # ISO 4217.
    currency: Annotated[str, BeforeValidator(_upper), Field(pattern="^[A-Z]{3}$")] | None = None
    # In the currency above. Prices in other currencies count where a rate is known; offers
    # without a comparable price are left out if a limit is given.
    min_price: Price | None = None
    max_price: Price | None = None
    # By price: cheapest first, unknown prices last.
    sort: Sort = "similarity"
    # "new" leaves out what is known to be second-hand or refurbished; "used" everything else.
    condition: Literal["new", "used"] | None = None
    # Names or hosts of shops that come first among equally similar offers; repeatable.
    prefer_shop: Annotated[list[Shop], Field(max_length=SHOPS)] = []
    # Names or hosts of shops whose offers are left out; wins over ``prefer_shop``.
    block_shop: Annotated[list[Shop], Field(max_length=SHOPS)] = []
    # Leave out offers that are not known to have the garment's colour.
    same_colour: bool = False

    @model_validator(mode="after")
    def _has_room_between(self) -> Self:
        if None not in (self.min_price, self.max_price) and self.min_price > self.max_price:  # type: ignore[operator]
            raise PydanticCustomError("price_range", "min_price should not be above max_price")
        return self


class OfferEvent(RootModel[EventOut]):
    """One line of the stream."""


@blueprint.operation(
    "get",
    "/looks/<look_id>/garments/<int:number>/offers",
    "Where to buy a garment: an event a line, or one list for Accept: application/json",
    Answer(200, "Events, one a line", OfferEvent, media_type=NDJSON),
    Answer(200, "The list", OfferList),
    query=OffersQuery,
    problems=(400, 404, 503),
)
def offers(look_id: str, number: int) -> Response:
    """Search, and return each provider's offers as soon as they arrive."""
    services = current_services()
    settings = services.settings
    wanted = query(OffersQuery)
    context = SearchContext(
        country=wanted.country or settings.country,
        language=wanted.language or settings.language,
        currency=wanted.currency or settings.currency,
        seconds=settings.search_seconds,
    )
    look = services.looks.get(look_id)
    # Errors about the look come before the stream begins, as a problem document.
    events = services.offers.search.stream(look, number, context)
    rates = services.offers.rates.current()
    garment = look.garment(number)
    colours = garment.colours if garment else ()
    events = apply_choice(events, _choice(wanted, context.currency, rates, colours))
    viewer = Viewer(services.offers.thumbnails, context.currency, rates, colours)
    if _wants_json():
        return Response(_collected(events, viewer).model_dump_json(), mimetype="application/json")
    return Response(
        _lines(events, viewer),
        mimetype=NDJSON,
        # Asks proxies not to buffer the answer.
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _choice(
    wanted: OffersQuery, currency: str, rates: Rates | None, colours: Sequence[Colour]
) -> Choice:
    return Choice(
        currency=currency,
        min_price=wanted.min_price,
        max_price=wanted.max_price,
        sort=wanted.sort,
        condition=wanted.condition,
        prefer=frozenset(map(shop_key, wanted.prefer_shop)),
        block=frozenset(map(shop_key, wanted.block_shop)),
        same_colour=wanted.same_colour,
        colours=colours,
        rates=rates,
    )


def _wants_json() -> bool:
    accepted = request.accept_mimetypes
    return accepted["application/json"] > accepted[NDJSON]


def _lines(events: Iterator[Event], viewer: Viewer) -> Iterator[str]:
    for event in events:
        yield event_out(event, viewer).model_dump_json() + "\n"


def _collected(events: Iterator[Event], viewer: Viewer) -> OfferList:
    found: dict[str, RankedOffer] = {}
    failed: list[FailureOut] = []
    done = DoneEvent(())
    for event in events:
        if isinstance(event, FailedEvent):
            failed.append(FailureOut(provider=event.provider, reason=event.reason))
        elif isinstance(event, DoneEvent):
            done = event
        else:
            found.update((ranked.offer.id, ranked) for ranked in event.offers)
    return OfferList.model_validate(
        {
            "offers": [OfferOut.of(found[offer_id], viewer) for offer_id in done.order],
            "failed": failed,
            "left_out": done.left_out,
        }
    )
