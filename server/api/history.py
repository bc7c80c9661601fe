"""The history: what was opened, to look at and to forget."""

from flask import Blueprint

from server.api.openapi import Answer, Operation
from server.history.schema import ClickOut, HistoryOut
from server.services import current_services

blueprint = Blueprint("history", __name__, url_prefix="/api/v1/history")


@blueprint.get("")
def show() -> dict[str, object]:
    """Give the clicks, newest first."""
    clicks = [ClickOut.of(click) for click in current_services().clicks.newest()]
    return HistoryOut(clicks=clicks).model_dump(mode="json")


@blueprint.delete("")
def clear() -> tuple[str, int]:
    """Forget all of it."""
    current_services().clicks.clear()
    return "", 204


OPERATIONS = (
    Operation(
        "get",
        "/history",
        "What was opened, newest first",
        answers=(Answer(200, "At most 500 clicks", HistoryOut),),
        problems=(503,),
    ),
    Operation(
        "delete",
        "/history",
        "Forget what was opened",
        answers=(Answer(204, "Nothing is kept any more"),),
        problems=(503,),
    ),
)
