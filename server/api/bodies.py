"""Reading a request's body and query string, within limits and by a schema."""

import io
import re
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Annotated, Any, TypeVar, get_origin

from flask import Request, request
from pydantic import AfterValidator, BaseModel, Field, ValidationError
from pydantic_core import PydanticCustomError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.http import parse_date

from server.api.problems import invalid

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# Also the application's limit for any body, unless a view raises it.
JSON_BYTES = 64 * 1024

# How much of a form Werkzeug may buffer while it looks for the end of a part. It reads 64 KiB at
# a time and keeps what may be the start of that end, so with a limit of 64 KiB it would refuse
# any picture that happens to have a line feed near the end of such a piece.
FORM_MEMORY_BYTES = 2 * JSON_BYTES

_WEB_ADDRESS = r"^https?://[^\s\x00-\x1f\x7f]+$"


def _check_web_address(text: str) -> str:
    if not re.fullmatch(_WEB_ADDRESS, text):
        raise PydanticCustomError("web_address", "should be an http or https address")
    return text


# An address that may be followed or shown as a link: no script, no data, no line breaks.
WebAddress = Annotated[
    str,
    Field(max_length=8192, json_schema_extra={"pattern": _WEB_ADDRESS}),
    AfterValidator(_check_web_address),
]

Model = TypeVar("Model", bound=BaseModel)

_DATES = ("HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_RANGE")


def _is_readable_date(text: str) -> bool:
    """Return whether Werkzeug survives to read a text as a date; a year may be too large for it."""
    try:
        parse_date(text)
    except OverflowError:
        return False
    return True


def json_body(model: type[Model]) -> Model:
    """Read the request's JSON body.

    Raises:
        UnsupportedMediaType: It is not declared as JSON. The declaration makes browsers ask
            first (preflight) before a page of another site may send it.
        RequestEntityTooLarge: It has more than 64 KiB.
        InvalidRequestError: It breaks the schema; the error names the fields.
    """
    if not request.is_json:
        raise UnsupportedMediaType("The body should be application/json.")
    body = request.get_data(cache=False)
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise invalid(error) from error


def query(model: type[Model]) -> Model:
    """Read the request's query string.

    A parameter that is a list in the schema may be repeated; of any other the first counts.

    Raises:
        InvalidRequestError: It breaks the schema; the error names the parameters.
    """
    try:
        return model.model_validate(_values(request.args, model))
    except ValidationError as error:
        raise invalid(error, "query") from error


def form(model: type[Model]) -> Model:
    """Read the fields of a form beside its files; an empty one counts as not given.

    Raises:
        RequestEntityTooLarge: They have more than 64 KiB.
        InvalidRequestError: They break the schema; the error names them.
    """
    given = MultiDict([(name, value) for name, value in request.form.items(multi=True) if value])
    if sum(len(value) for _, value in given.items(multi=True)) > JSON_BYTES:
        raise RequestEntityTooLarge
    try:
        return model.model_validate(_values(given, model))
    except ValidationError as error:
        raise invalid(error) from error


def _values(given: MultiDict[str, str], model: type[BaseModel]) -> dict[str, object]:
    """Return each value; all of a list, of any other the first."""
    lists = {
        name for name, field in model.model_fields.items() if get_origin(field.annotation) is list
    }
    return {name: given.getlist(name) if name in lists else given[name] for name in given}


def client_gone() -> Callable[[], bool]:
    """Return a function that tells, on any thread, whether this request's client has gone."""
    is_gone: Callable[[], bool] = request.environ.get("waitress.client_disconnected", bool)
    return is_gone


class InMemoryRequest(Request):
    """A request whose uploads never touch the disk, and whose dates are dates or absent.

    Uploads are small enough to be read as a whole anyway, and nobody's pictures belong in a
    folder for temporary files.
    """

    def __init__(self, environ: "WSGIEnvironment", *args: Any, **kwargs: Any) -> None:
        for name in _DATES:
            if name in environ and not _is_readable_date(environ[name]):
                del environ[name]
        super().__init__(environ, *args, **kwargs)

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        del total_content_length, content_type, filename, content_length
        return io.BytesIO()
