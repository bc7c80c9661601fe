"""Garments that people add to a look, and what they put right."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from model.categories import CATEGORIES, OTHER, Category, category_by_name
from server.api.bodies import json_body
from server.api.openapi import Answer, Body, Resource
from server.api.problems import set_status
from server.looks.errors import FrameError, NotTwoError, TooManyCorrectionsError
from server.looks.look import Look
from server.looks.schema import CategoryName, LookOut
from server.services import current_services

blueprint = Resource("garments", __name__, "/looks/<look_id>/garments")

set_status(FrameError, 422)
set_status(NotTwoError, 422)
set_status(TooManyCorrectionsError, 422)

_NAMES = frozenset(category.name for category in CATEGORIES)

Pixels = Annotated[float, Field(ge=-100_000, le=100_000, allow_inf_nan=False)]
Number = Annotated[int, Field(ge=1, le=1_000_000)]


class FrameRequest(BaseModel):
    """A frame that a person drew around something to buy."""

    model_config = ConfigDict(extra="forbid")

    # ``[x, y, width, height]`` in pixels of the look; cut to the picture.
    box: tuple[Pixels, Pixels, Pixels, Pixels]


def _exactly_one(schema: dict[str, Any]) -> None:
    """Say in the schema that one property is given, and never null."""
    schema |= {"minProperties": 1, "maxProperties": 1}
    for each in schema["properties"].values():
        del each["default"]


class GarmentChange(BaseModel):
    """What is wrong with a garment: exactly one of these."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_exactly_one)

    # It is one of these.
    category: CategoryName | SkipJsonSchema[None] = None
    # False: it is no garment, or not to be bought; true takes that back.
    garment: bool | SkipJsonSchema[None] = None
    # 2: what was taken for one garment are two.
    parts: Annotated[int, Field(ge=2, le=2)] | SkipJsonSchema[None] = None
    # It and the garment with this number are one.
    same_as: Number | SkipJsonSchema[None] = None

    @model_validator(mode="after")
    def _is_one_change(self) -> Self:
        given = [getattr(self, name) for name in self.model_fields_set]
        if len(given) != 1 or given[0] is None:
            raise PydanticCustomError(
                "one_change", "give one of category, garment, parts and same_as"
            )
        if self.category is not None and self.category not in (*_NAMES, OTHER):
            raise PydanticCustomError("category", "should be the name of a category, or other")
        return self


@blueprint.operation(
    "post",
    "",
    "Search what a person framed: it becomes the look's last garment",
    Answer(201, "The look with what is in the frame", LookOut),
    request=(Body("application/json", FrameRequest),),
    problems=(400, 404, 415, 422, 503),
)
def create(look_id: str) -> tuple[dict[str, object], int, dict[str, str]]:
    """Find what is in a frame, and add it to the look."""
    wanted = json_body(FrameRequest)
    services = current_services()
    look = services.edits.frame(services.looks.get(look_id), wanted.box)
    crop = look.garments[-1].to_view(look.id).crop
    return look.to_json(), 201, {"Location": crop.rpartition("/")[0]}


@blueprint.operation(
    "patch",
    "/<int:number>",
    "Put right what a garment was taken for",
    Answer(200, "The look as it is now; what was outlined anew comes last", LookOut),
    request=(Body("application/json", GarmentChange),),
    problems=(400, 404, 415, 422, 503),
)
def change(look_id: str, number: int) -> dict[str, object]:
    """Correct one garment of a look."""
    wanted = json_body(GarmentChange)
    look = current_services().looks.get(look_id)
    return _changed(look, number, wanted).to_json()


def _changed(look: Look, number: int, wanted: GarmentChange) -> Look:
    edits = current_services().edits
    if wanted.category is not None:
        return edits.recategorise(look, number, _category(wanted.category))
    if wanted.garment is not None:
        change = edits.bring_back if wanted.garment else edits.put_away
        return change(look, number)
    if wanted.same_as is not None:
        return edits.unite(look, number, wanted.same_as)
    return edits.divide(look, number)


def _category(name: str) -> Category | None:
    return None if name == OTHER else category_by_name(name)
