"""Small pictures of offers, for signed addresses only."""

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from server.api.bodies import query
from server.api.openapi import Answer, Resource
from server.api.problems import set_status
from server.goods.thumbnail import MEDIA_TYPE
from server.offers.pictures.thumbnails import (
    ThumbnailNotAllowedError,
    ThumbnailNotFoundError,
    ThumbnailsBusyError,
)
from server.services import current_services

blueprint = Resource("thumbnails", __name__, "/thumbnails")

set_status(ThumbnailNotAllowedError, 403)
set_status(ThumbnailNotFoundError, 404)
set_status(ThumbnailsBusyError, 503)


class ThumbnailQuery(BaseModel):
    """The address and signature in an offer's ``picture``."""

    model_config = ConfigDict(extra="ignore")

    u: str = Field(min_length=1, max_length=8192)
    s: str = Field(min_length=1, max_length=128)


@blueprint.operation(
    "get",
    "",
    "An offer's small picture; only addresses that this server signed",
    Answer(200, "The picture", media_type=MEDIA_TYPE),
    query=ThumbnailQuery,
    problems=(400, 403, 404, 503),
)
def show() -> Response:
    """Return a JPEG of at most 320 pixels on each side."""
    wanted = query(ThumbnailQuery)
    data = current_services().offers.thumbnails.get(wanted.u, wanted.s)
    return Response(
        data,
        mimetype=MEDIA_TYPE,
        headers={"Cache-Control": "private, max-age=86400"},
    )
