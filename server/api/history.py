"""The history of opened offers, to view and to clear, and whether one is kept."""

from pydantic import BaseModel, ConfigDict, StrictBool

from server.api.bodies import json_body
from server.api.deleting import DELETED_LATER, deleted
from server.api.openapi import Answer, Body, Resource
from server.api.problems import set_status
from server.history.clicks import ClickNotFoundError
from server.history.keeping import KeepingFixedError, KeepingNotKeptError
from server.history.schema import ClickOut, HistoryOut
from server.services import current_services

blueprint = Resource("history", __name__, "/history")

set_status(ClickNotFoundError, 404)
set_status(KeepingFixedError, 409)
set_status(KeepingNotKeptError, 503)


class KeepingRequest(BaseModel):
    """Whether a history shall be kept."""

    model_config = ConfigDict(extra="forbid")

    keep: StrictBool


class KeepingOut(BaseModel):
    """Whether looks and opened offers are written to the database, or stay in memory."""

    keep: bool
    # The server's settings decide, not the person.
    fixed: bool


@blueprint.operation(
    "get",
    "",
    "What was opened, newest first",
    Answer(200, "At most 500 clicks", HistoryOut),
    problems=(503,),
)
def show() -> dict[str, object]:
    """Return the clicks, newest first."""
    clicks = [ClickOut.of(click) for click in current_services().clicks.newest()]
    return HistoryOut(clicks=clicks).model_dump(mode="json")


@blueprint.operation(
    "delete",
    "",
    "Forget what was opened",
    Answer(204, "Nothing is kept any more"),
    DELETED_LATER,
    problems=(503,),
)
def clear() -> tuple[str, int]:
    """Delete the whole history."""
    return deleted(now=current_services().clicks.clear())


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
