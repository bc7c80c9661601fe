"""How a deletion is answered: made, or hidden until the database can be written."""

from typing import Final

from server.api.openapi import Answer

DELETED_LATER: Final = Answer(
    202, "It is hidden, and will be deleted as soon as the database can be written"
)


def deleted(*, now: bool) -> tuple[str, int]:
    """Return the answer to a deletion that was made now, or that waits."""
    return "", 204 if now else DELETED_LATER.status
