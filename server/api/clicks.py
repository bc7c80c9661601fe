"""Clicks: offers that the user opened."""

from pydantic import BaseModel, ConfigDict, Field

from server.api.bodies import json_body
from server.api.openapi import Answer, Body, Resource
from server.api.problems import set_status
from server.history.noted import OfferNotFoundError
from server.history.schema import ClickOut
from server.services import current_services

blueprint = Resource("clicks", __name__, "/clicks")

set_status(OfferNotFoundError, 404)


class ClickRequest(BaseModel):
    """Which offer of which garment was opened; the server knows the rest."""

    model_config = ConfigDict(extra="forbid")

    look_id: str = Field(pattern="^[0-9a-f]{32}$")
    garment: int = Field(ge=1, le=1000)
    offer_id: str = Field(min_length=1, max_length=64)


@blueprint.operation(
    "post",
    "",
    "An offer was opened",
    Answer(201, "The click", ClickOut),
    request=(Body("application/json", ClickRequest),),
    problems=(400, 404, 415, 503),
)
def create() -> tuple[dict[str, object], int]:
    """Record a click."""
    services = current_services()
    wanted = json_body(ClickRequest)
    look = services.looks.get(wanted.look_id)
    garment = services.looks.garment(look, wanted.garment)
    offer = services.offers.find(look.id, garment.number, wanted.offer_id)
    if offer is None:
        raise OfferNotFoundError
    jpeg = services.offers.small_picture(look.id, garment.number, wanted.offer_id)
    click = services.clicks.add(look.id, garment.number, garment.category_name, offer, jpeg)
    return ClickOut.of(click).model_dump(mode="json"), 201
