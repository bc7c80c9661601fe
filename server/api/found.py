"""What a person does with an offer that was found: puts it away, or takes it for what is wanted."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from server.api.bodies import client_gone, json_body
from server.api.openapi import Answer, Body, Resource
from server.history.noted import OfferNotFoundError
from server.looks.schema import LookOut
from server.offers.offer import Offer
from server.offers.wiring import noted
from server.services import current_services

blueprint = Resource("found", __name__, "/looks/<look_id>/garments/<int:number>")

OfferId = Annotated[str, Field(min_length=1, max_length=64)]


class OfferChange(BaseModel):
    """What is said of an offer."""

    model_config = ConfigDict(extra="forbid")

    offer_id: OfferId
    # True: it is not the same; it stays away for this garment. False takes that back.
    put_away: Annotated[bool, Field(strict=True)]


class LikeRequest(BaseModel):
    """The offer that is wanted now."""

    model_config = ConfigDict(extra="forbid")

    offer_id: OfferId


class LikeOut(BaseModel):
    """The look of an offer's picture, and which of its garments the offer is."""

    look: LookOut
    garment: int


@blueprint.operation(
    "patch",
    "/offers",
    "Put an offer away as not the same, or back again",
    Answer(204, "It is kept"),
    request=(Body("application/json", OfferChange),),
    problems=(400, 404, 415, 503),
)
def change(look_id: str, number: int) -> tuple[str, int]:
    """Remember what is said of an offer, and of the same product at other shops."""
    wanted = json_body(OfferChange)
    services = current_services()
    look = services.looks.get(look_id)
    garment = services.looks.garment(look, number)
    put_away = services.offers.put_away
    if not wanted.put_away:
        # Also from a page that shows it long after the search.
        known = services.offers.offer(look_id, number, wanted.offer_id)
        ids = {wanted.offer_id, *((known.id, *(s.id for s in known.sellers)) if known else ())}
        with services.looks.kept(look_id):
            put_away.put_back(look.picture_hash, number, ids)
        return "", 204
    offer = _offer(look_id, number, wanted.offer_id)
    jpeg = services.offers.thumbnails.of(offer.picture_url)
    with services.looks.kept(look_id):
        put_away.put(
            look.picture_hash,
            number,
            noted(offer),
            category=garment.category_name,
            others={wanted.offer_id, *(seller.id for seller in offer.sellers)},
            jpeg=jpeg,
        )
    return "", 204


@blueprint.operation(
    "post",
    "/like",
    "Make a look of an offer's own picture, to search for more like it",
    Answer(201, "The look, and the garment in it that the offer is", LikeOut),
    request=(Body("application/json", LikeRequest),),
    problems=(400, 404, 413, 415, 422, 502, 503, 504),
)
def like(look_id: str, number: int) -> tuple[dict[str, object], int, dict[str, str]]:
    """Take an offer for what is wanted."""
    wanted = json_body(LikeRequest)
    services = current_services()
    garment = services.looks.garment(services.looks.get(look_id), number)
    offer = _offer(look_id, number, wanted.offer_id)
    look, found = services.likes.look(offer, garment, is_gone=client_gone())
    body = LikeOut(look=look.to_view(), garment=found).model_dump(mode="json")
    return body, 201, {"Location": f"/api/v1/looks/{look.id}"}


def _offer(look_id: str, number: int, offer_id: str) -> Offer:
    offer = current_services().offers.offer(look_id, number, offer_id)
    if offer is None:
        raise OfferNotFoundError
    return offer
