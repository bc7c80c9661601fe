"""Looks: a picture goes in, its garments come out."""

from typing import Annotated

from flask import Response, request
from pydantic import BaseModel, ConfigDict, Field, StrictBool
from werkzeug.exceptions import UnsupportedMediaType

from model.crops import on_white
from model.picture import MAX_BYTES, encode_png
from server.api.bodies import JSON_BYTES, WebAddress, client_gone, form, json_body, query
from server.api.deleting import DELETED_LATER, deleted
from server.api.openapi import Answer, Body, Link, Resource
from server.api.problems import FieldProblem, InvalidRequestError
from server.looks.look import Look
from server.looks.schema import Background, LookOut
from server.services import current_services

blueprint = Resource("looks", __name__, "/looks")

# The id is made from the picture's bytes: an address never shows another picture.
_KEEP_PICTURE = {"Cache-Control": "private, max-age=86400, immutable"}
_MOST_LISTED = 60


class NewestQuery(BaseModel):
    """How many looks are wanted."""

    model_config = ConfigDict(extra="ignore")

    limit: Annotated[int, Field(ge=1, le=_MOST_LISTED)] = _MOST_LISTED


class LooksOut(BaseModel):
    """Kept looks, newest first."""

    looks: list[LookOut]


_LOOK = {"look_id": "$response.body#/id"}
_GARMENT = {**_LOOK, "number": "$response.body#/garments/0/number"}
# What can be asked about a look that was just made.
_OF_A_LOOK = (
    Link("get", "/looks/{look_id}", _LOOK),
    Link("get", "/looks/{look_id}/picture.jpg", _LOOK),
    Link("get", "/looks/{look_id}/garments/{number}/crop.png", _GARMENT),
    Link("get", "/looks/{look_id}/garments/{number}/offers", _GARMENT),
)


class LookRequest(BaseModel):
    """A picture for the server to download."""

    model_config = ConfigDict(extra="forbid")

    image_url: WebAddress
    # The address may be that of a page, such as a post: the picture that it names is taken then.
    may_be_page: StrictBool = False
    # The page that shows it; kept with the look, never visited.
    page_url: WebAddress | None = None


class UploadFields(BaseModel):
    """Optional facts about an uploaded picture."""

    model_config = ConfigDict(extra="forbid")

    image_url: WebAddress | None = None
    page_url: WebAddress | None = None


class CropQuery(BaseModel):
    """Options of a crop."""

    model_config = ConfigDict(extra="ignore")

    background: Background = "transparent"


@blueprint.operation(
    "post",
    "",
    "Find the garments in a picture",
    Answer(201, "The look; the same one for the same picture", LookOut, links=_OF_A_LOOK),
    request=(
        Body("application/json", LookRequest),
        Body("multipart/form-data", UploadFields, file="image"),
    ),
    problems=(400, 413, 415, 422, 502, 503, 504),
)
def create() -> tuple[dict[str, object], int, dict[str, str]]:
    """Analyse a picture, or return the look of one that was analysed before.

    The look service also starts the early search, which sends nothing off this machine, for
    example in the catalogue; `server.services.build_services` connects the two.
    """
    look = _uploaded() if request.mimetype == "multipart/form-data" else _downloaded()
    return look.to_json(), 201, {"Location": f"/api/v1/looks/{look.id}"}


@blueprint.operation(
    "get",
    "",
    "The looks that are kept and have anything in them, newest first",
    Answer(200, "At most 60 looks", LooksOut),
    query=NewestQuery,
    problems=(400, 503),
)
def newest() -> dict[str, object]:
    """Return the newest looks; those without garments are kept for a while, and not listed."""
    looks = current_services().looks.newest(query(NewestQuery).limit)
    return LooksOut(looks=[look.to_view() for look in looks]).model_dump(mode="json")


@blueprint.operation(
    "delete",
    "",
    "Forget every look and its picture",
    Answer(204, "None is kept any more"),
    DELETED_LATER,
    problems=(503,),
)
def clear() -> tuple[str, int]:
    """Delete all looks and their pictures."""
    return deleted(now=current_services().looks.clear())


@blueprint.operation(
    "get",
    "/<look_id>",
    "A look that was made before",
    Answer(200, "The look", LookOut),
    problems=(404, 503),
)
def show(look_id: str) -> dict[str, object]:
    """Return a look that was made before."""
    return current_services().looks.get(look_id).to_json()


@blueprint.operation(
    "delete",
    "/<look_id>",
    "Forget a look, its picture and what was said about it",
    Answer(204, "It is not kept any more"),
    DELETED_LATER,
    problems=(404, 503),
)
def delete(look_id: str) -> tuple[str, int]:
    """Delete a look; what was opened from it stays in the history."""
    return deleted(now=current_services().looks.delete(look_id))


@blueprint.operation(
    "get",
    "/<look_id>/picture.jpg",
    "The picture as it was analysed, without the photo's metadata",
    Answer(200, "The picture", media_type="image/jpeg"),
    problems=(404, 503),
)
def picture(look_id: str) -> Response:
    """Return the picture as it was analysed: polygons and boxes are in its pixels."""
    looks = current_services().looks
    return Response(
        looks.picture_file(looks.get(look_id)), mimetype="image/jpeg", headers=_KEEP_PICTURE
    )


@blueprint.operation(
    "get",
    "/<look_id>/garments/<int:number>/crop.png",
    "A garment, cut out of its picture",
    Answer(200, "The crop", media_type="image/png"),
    query=CropQuery,
    problems=(400, 404, 503),
)
def crop(look_id: str, number: int) -> Response:
    """Return a garment, cut out of its picture."""
    background = query(CropQuery).background
    looks = current_services().looks
    rgba = looks.crop(looks.get(look_id), number)
    pixels = on_white(rgba) if background == "white" else rgba
    return Response(encode_png(pixels), mimetype="image/png", headers=_KEEP_PICTURE)


def _downloaded() -> Look:
    if not request.is_json:
        raise UnsupportedMediaType("Send application/json, or multipart/form-data.")
    wanted = json_body(LookRequest)
    return current_services().downloads.create(
        wanted.image_url,
        wanted.page_url,
        may_be_page=wanted.may_be_page,
        is_gone=client_gone(),
    )


def _uploaded() -> Look:
    # Only here may a body be larger than the general limit.
    request.max_content_length = MAX_BYTES + JSON_BYTES
    uploads = request.files.getlist("image")
    if len(uploads) != 1:
        message = "exactly one file is needed" if uploads else "a file is needed"
        raise InvalidRequestError([FieldProblem(field="image", message=message)])
    fields = form(UploadFields)
    return current_services().looks.create(
        uploads[0].read(),
        image_url=fields.image_url,
        page_url=fields.page_url,
        is_gone=client_gone(),
    )
