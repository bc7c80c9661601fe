"""Reading what a request brings, within limits and by its schema."""

from typing import TypeVar

from flask import request
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import UnsupportedMediaType

from server.api.problems import invalid

JSON_BYTES = 64 * 1024
"""Also what the application allows for any body, where a view does not say otherwise."""

Model = TypeVar("Model", bound=BaseModel)


def json_body(model: type[Model]) -> Model:
    """Read the request's JSON body.

    Raises:
        UnsupportedMediaType: It is not declared as JSON. Declaring it makes browsers ask
            first (preflight) before a page of another site may send it.
        InvalidRequestError: It breaks the schema; the error names the fields.
    """
    if not request.is_json:
        raise UnsupportedMediaType("The body should be application/json.")
    try:
        return model.model_validate_json(request.get_data(cache=False))
    except ValidationError as error:
        raise invalid(error) from error


def query(model: type[Model]) -> Model:
    """Read the request's query string; the first of repeated parameters counts.

    Raises:
        InvalidRequestError: It breaks the schema; the error names the parameters.
    """
    try:
        return model.model_validate(request.args.to_dict())
    except ValidationError as error:
        raise invalid(error) from error
