"""The history of what was opened, to view and to clear, and whether one is kept."""

from typing import Annotated

from flask import Response
from pydantic import BaseModel, ConfigDict, Field, StrictBool

from server.api.bodies import json_body
from server.api.deleting import DELETED_LATER, deleted
from server.api.openapi import Answer, Body, Resource
from server.api.problems import set_status
from server.goods.thumbnail import MEDIA_TYPE
from server.history.clicks import ClickNotFoundError
from server.history.keeping import KeepingFixedError, KeepingNotKeptError
from server.history.pictures import PictureNotKeptError
from server.history.schema import ClickOut, HistoryOut, PutAwayOut, SeenGarmentOut
from server.services import current_services

blueprint = Resource("history", __name__, "/history")

set_status(ClickNotFoundError, 404)
set_status(KeepingFixedError, 409)
set_status(KeepingNotKeptError, 503)
set_status(PictureNotKeptError, 404)

# Its name is made from its bytes.
_KEEP_PICTURE = {"Cache-Control": "private, max-age=86400, immutable"}


class KeepingRequest(BaseModel):
    """Whether a history shall be kept."""

    model_config = ConfigDict(extra="forbid")

    keep: StrictBool


class KeepingOut(BaseModel):
    """Whether looks and opened offers are written to the database, or stay in memory."""

    keep: bool
    # The server's settings decide, not the person.
    fixed: bool


class SeenRequest(BaseModel):
    """The garment whose offers are looked at."""

    model_config = ConfigDict(extra="forbid")

    look_id: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    garment: Annotated[int, Field(ge=1, le=1000)]


@blueprint.operation(
    "get",
    "",
    "What was opened, looked at and put away, newest first",
    Answer(200, "At most 500 of each", HistoryOut),
    problems=(503,),
)
def show() -> dict[str, object]:
    """Return what was opened, looked at and put away, newest first."""
    services = current_services()
    return HistoryOut(
        clicks=[ClickOut.of(click) for click in services.clicks.newest()],
        garments=[SeenGarmentOut.of(each) for each in services.seen.newest()],
        put_away=[PutAwayOut.of(offer) for offer in services.offers.put_away.newest()],
    ).model_dump(mode="json")


@blueprint.operation(
    "delete",
    "",
    "Forget what was opened and looked at",
    Answer(204, "Nothing is kept any more"),
    DELETED_LATER,
    problems=(503,),
)
def clear() -> tuple[str, int]:
    """Delete the whole history; what was put away belongs to its look, and goes with that."""
    services = current_services()
    gone = [services.clicks.clear(), services.seen.clear()]
    return deleted(now=all(gone))


@blueprint.operation(
    "delete",
    "/<int:click_id>",
    "Forget one offer that was opened",
    Answer(204, "It is not kept any more"),
    DELETED_LATER,
    problems=(404, 503),
)
def forget(click_id: int) -> tuple[str, int]:
    """Delete one click."""
    return deleted(now=current_services().clicks.delete(click_id))


@blueprint.operation(
    "post",
    "/garments",
    "The offers for a garment are looked at",
    Answer(204, "It is noted"),
    request=(Body("application/json", SeenRequest),),
    problems=(400, 404, 415, 503),
)
def see() -> tuple[str, int]:
    """Note that a person chose a garment."""
    services = current_services()
    wanted = json_body(SeenRequest)
    look = services.looks.get(wanted.look_id)
    services.seen.note(look.id, services.looks.garment(look, wanted.garment).number)
    return "", 204


@blueprint.operation(
    "delete",
    "/garments/<look_id>/<int:number>",
    "Forget that a garment was looked at",
    Answer(204, "It is not kept any more"),
    DELETED_LATER,
    problems=(404, 503),
)
def forget_garment(look_id: str, number: int) -> tuple[str, int]:
    """Delete a garment from the history; its look stays."""
    return deleted(now=current_services().seen.delete(look_id, number))


@blueprint.operation(
    "get",
    "/pictures/<picture>.jpg",
    "A small copy of a picture, as it was when it was kept",
    Answer(200, "The picture", media_type=MEDIA_TYPE),
    problems=(404, 503),
)
def picture(picture: str) -> Response:
    """Return a JPEG of at most 320 pixels on each side."""
    data = current_services().pictures.get(picture)
    return Response(data, mimetype=MEDIA_TYPE, headers=_KEEP_PICTURE)


@blueprint.operation(
    "get",
    "/keeping",
    "Whether a history is kept",
    Answer(200, "What is so now", KeepingOut),
    problems=(503,),
)
def keeping() -> dict[str, object]:
    """Return whether a history is kept."""
    kept = current_services().keeping
    return KeepingOut(keep=kept.is_on(), fixed=kept.is_fixed).model_dump(mode="json")


@blueprint.operation(
    "patch",
    "/keeping",
    "Keep a history, or none",
    Answer(200, "What is so from now on", KeepingOut),
    request=(Body("application/json", KeepingRequest),),
    problems=(400, 409, 415, 503),
)
def turn() -> dict[str, object]:
    """Keep a history from now on, or none; what was kept stays until it is deleted."""
    current_services().keeping.turn(on=json_body(KeepingRequest).keep)
    return keeping()
