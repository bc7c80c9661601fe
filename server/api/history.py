"""The history of opened offers, to view and to clear."""

from server.api.openapi import Answer, Resource
from server.history.schema import ClickOut, HistoryOut
from server.services import current_services

blueprint = Resource("history", __name__, "/history")


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
    problems=(503,),
)
def clear() -> tuple[str, int]:
    """Delete the whole history."""
    current_services().clicks.clear()
    return "", 204
