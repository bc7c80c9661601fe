"""Offers for one garment: streamed as they come, or all at once."""

from collections.abc import Iterator
from typing import Annotated

from flask import Blueprint, Response, request
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel

from server.api.bodies import query
from server.api.openapi import Answer, Operation
from server.offers.events import DoneEvent, Event, FailedEvent
from server.offers.offer import Offer, SearchContext
from server.offers.schema import EventOut, FailureOut, OfferList, OfferOut, event_view
from server.offers.thumbnails import Thumbnails
from server.services import current_services

NDJSON = "application/x-ndjson"
blueprint = Blueprint("offers", __name__, url_prefix="/api/v1")


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _language(value: object) -> object:
    """Take the language out of a browser's tag, "ko-KR"."""
    return value.lower().partition("-")[0] if isinstance(value, str) else value


class OffersQuery(BaseModel):
    """For whom is searched; what the settings say where left out."""

    model_config = ConfigDict(extra="ignore")

    country: Annotated[str, BeforeValidator(_upper), Field(pattern="^[A-Z]{2}$")] | None = None
    """ISO 3166, two letters."""
    language: Annotated[str, BeforeValidator(_language), Field(pattern="^[a-z]{2,3}$")] | None = (
        None
    )
    """ISO 639, or a tag that begins with it."""
    currency: Annotated[str, BeforeValidator(_upper), Field(pattern="^[A-Z]{3}$")] | None = None
    """ISO 4217."""


class OfferEvent(RootModel[EventOut]):
    """One line of the stream."""


@blueprint.get("/looks/<look_id>/garments/<int:number>/offers")
def offers(look_id: str, number: int) -> Response:
    """Search, and give each provider's offers when they are there."""
    services = current_services()
    settings = services.settings
    wanted = query(OffersQuery)
    context = SearchContext(
        country=wanted.country or settings.country,
        language=wanted.language or settings.language,
        currency=wanted.currency or settings.currency,
        seconds=settings.search_seconds,
    )
    # What is wrong with the look is said before the stream begins, as a problem document.
    events = services.offers.search.stream(services.looks.get(look_id), number, context)
    thumbnails = services.offers.thumbnails
    if _wants_json():
        return Response(
            _collected(events, thumbnails).model_dump_json(), mimetype="application/json"
        )
    return Response(
        _lines(events, thumbnails),
        mimetype=NDJSON,
        # Proxies that collect an answer before they pass it on are asked not to.
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _wants_json() -> bool:
    accepted = request.accept_mimetypes
    return accepted["application/json"] > accepted[NDJSON]


def _lines(events: Iterator[Event], thumbnails: Thumbnails) -> Iterator[str]:
    for event in events:
        yield event_view(event, thumbnails).model_dump_json() + "\n"


def _collected(events: Iterator[Event], thumbnails: Thumbnails) -> OfferList:
    found: dict[str, Offer] = {}
    failed: list[FailureOut] = []
    order: tuple[str, ...] = ()
    for event in events:
        if isinstance(event, FailedEvent):
            failed.append(FailureOut(provider=event.provider, reason=event.reason))
        elif isinstance(event, DoneEvent):
            order = event.order
        else:
            found.update((offer.id, offer) for offer in event.offers)
    return OfferList(
        offers=[OfferOut.of(found[offer_id], thumbnails) for offer_id in order], failed=failed
    )


OPERATIONS = (
    Operation(
        "get",
        "/looks/{look_id}/garments/{number}/offers",
        "Where to buy a garment: an event a line, or one list for Accept: application/json",
        query=OffersQuery,
        answers=(
            Answer(200, "Events, one a line", OfferEvent, media_type=NDJSON),
            Answer(200, "The list", OfferList),
        ),
        problems=(400, 404, 503),
    ),
)
