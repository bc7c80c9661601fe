"""What was saved: offers and garments, in lists with names."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool
from pydantic_core import PydanticCustomError

from model.crops import on_white
from server.api.bodies import json_body
from server.api.openapi import Answer, Body, Resource
from server.api.problems import set_status
from server.goods.safe_text import clean_text
from server.goods.thumbnail import make_thumbnail
from server.history.noted import OfferNotFoundError
from server.history.saved import (
    GarmentPlace,
    SavedNotFoundError,
    TooManySavedError,
    offer_key,
)
from server.history.saved_lists import LONGEST_NAME, ListExistsError, ListNotFoundError
from server.history.schema import SavedListOut, SavedOut, SavedPageOut
from server.looks.look import Look, LookGarment
from server.services import current_services

blueprint = Resource("saved", __name__)

set_status(SavedNotFoundError, 404)
set_status(ListNotFoundError, 404)
set_status(ListExistsError, 409)
set_status(TooManySavedError, 409)

_OFFER = "offer:"


def _plain(name: str) -> str:
    plain = clean_text(name, LONGEST_NAME)
    if plain is None:
        raise PydanticCustomError("list_name", "should be a name on one line")
    return plain


ListName = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), AfterValidator(_plain)]


class SaveRequest(BaseModel):
    """What to save, or not any more."""

    model_config = ConfigDict(extra="forbid")

    # An offer for the garment; null for the garment itself.
    offer_id: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    saved: StrictBool


class MarksOut(BaseModel):
    """What of a look is saved."""

    # Numbers of garments.
    garments: list[int]
    # Ids of offers, of any look.
    offers: list[str]


class MoveRequest(BaseModel):
    """Where something saved belongs."""

    model_config = ConfigDict(extra="forbid")

    # Null for no list.
    list_id: Annotated[int, Field(ge=1)] | None


class ListRequest(BaseModel):
    """What a list is called."""

    model_config = ConfigDict(extra="forbid")

    name: ListName


@blueprint.operation(
    "get",
    "/looks/<look_id>/saved",
    "What of a look is saved",
    Answer(200, "Garments and offers", MarksOut),
    problems=(404, 503),
)
def marks(look_id: str) -> dict[str, object]:
    """Return which garments of a look are saved, and every offer that is."""
    services = current_services()
    look = services.looks.get(look_id)
    keys = services.saved.keys()
    return MarksOut(
        garments=[each.number for each in look.garments if _place(look, each).key in keys],
        offers=sorted(key.removeprefix(_OFFER) for key in keys if key.startswith(_OFFER)),
    ).model_dump()


@blueprint.operation(
    "patch",
    "/looks/<look_id>/garments/<int:number>/saved",
    "Save a garment or an offer for it, or remove it again",
    Answer(204, "It is so now"),
    request=(Body("application/json", SaveRequest),),
    problems=(400, 404, 409, 415, 503),
)
def save(look_id: str, number: int) -> tuple[str, int]:
    """Save something, or remove it; what is so already stays so."""
    wanted = json_body(SaveRequest)
    services = current_services()
    look = services.looks.get(look_id)
    garment = services.looks.garment(look, number)
    place = _place(look, garment)
    if not wanted.saved:
        services.saved.remove(offer_key(wanted.offer_id) if wanted.offer_id else place.key)
        return "", 204
    if wanted.offer_id is None:
        crop = services.looks.crop(look, number)
        services.saved.add(place, None, make_thumbnail(on_white(crop)))
        return "", 204
    offer = services.offers.find(look.id, number, wanted.offer_id)
    if offer is None:
        raise OfferNotFoundError
    jpeg = services.offers.small_picture(look.id, number, wanted.offer_id)
    services.saved.add(place, offer, jpeg)
    return "", 204


@blueprint.operation(
    "get",
    "/saved",
    "What is saved, newest first, and the lists",
    Answer(200, "At most 2,000 things", SavedPageOut),
    problems=(503,),
)
def show() -> dict[str, object]:
    """Return everything that is saved."""
    services = current_services()
    return SavedPageOut(
        saved=[SavedOut.of(each) for each in services.saved.all()],
        lists=[SavedListOut.of(each) for each in services.saved_lists.all()],
    ).model_dump(mode="json")


@blueprint.operation(
    "delete",
    "/saved",
    "Remove everything that is saved, and the lists",
    Answer(204, "Nothing is saved any more"),
    problems=(503,),
)
def clear() -> tuple[str, int]:
    """Remove everything with its pictures."""
    current_services().saved.clear()
    return "", 204


@blueprint.operation(
    "patch",
    "/saved/<int:saved_id>",
    "Put something saved into a list, or into none",
    Answer(200, "It, as it is now", SavedOut),
    request=(Body("application/json", MoveRequest),),
    problems=(400, 404, 415, 503),
)
def move(saved_id: int) -> dict[str, object]:
    """Move something."""
    moved = current_services().saved.move(saved_id, json_body(MoveRequest).list_id)
    return SavedOut.of(moved).model_dump(mode="json")


@blueprint.operation(
    "delete",
    "/saved/<int:saved_id>",
    "Remove something saved",
    Answer(204, "It is not kept any more"),
    problems=(404, 503),
)
def remove(saved_id: int) -> tuple[str, int]:
    """Remove something with its picture."""
    if not current_services().saved.delete(saved_id):
        raise SavedNotFoundError
    return "", 204


@blueprint.operation(
    "post",
    "/saved/lists",
    "Make a list",
    Answer(201, "The list", SavedListOut),
    request=(Body("application/json", ListRequest),),
    problems=(400, 409, 415, 503),
)
def make_list() -> tuple[dict[str, object], int]:
    """Make a list."""
    made = current_services().saved_lists.make(json_body(ListRequest).name)
    return SavedListOut.of(made).model_dump(), 201


@blueprint.operation(
    "patch",
    "/saved/lists/<int:list_id>",
    "Rename a list",
    Answer(200, "The list", SavedListOut),
    request=(Body("application/json", ListRequest),),
    problems=(400, 404, 409, 415, 503),
)
def rename_list(list_id: int) -> dict[str, object]:
    """Give a list another name."""
    renamed = current_services().saved_lists.rename(list_id, json_body(ListRequest).name)
    return SavedListOut.of(renamed).model_dump()


@blueprint.operation(
    "delete",
    "/saved/lists/<int:list_id>",
    "Delete a list; what is in it stays saved, in none",
    Answer(204, "There is no such list any more"),
    problems=(404, 503),
)
def delete_list(list_id: int) -> tuple[str, int]:
    """Delete a list."""
    if not current_services().saved_lists.delete(list_id):
        raise ListNotFoundError
    return "", 204


def _place(look: Look, garment: LookGarment) -> GarmentPlace:
    return GarmentPlace(
        look.id,
        look.picture_hash,
        garment.number,
        garment.category_name,
        dict(garment.search_text),
    )
