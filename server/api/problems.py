"""Errors as problem documents (RFC 9457), with a stable ``code``."""

import logging
from http import HTTPStatus

from flask import Flask, Response, json, make_response
from pydantic import BaseModel, ValidationError
from werkzeug.exceptions import HTTPException

from model.errors import (
    PictureError,
    PictureTooLargeError,
    UnsupportedPictureError,
    WhereToBuyError,
)
from server.errors import NotReadyError
from server.fetch.errors import (
    AddressNotAllowedError,
    FetchError,
    FetchTimeoutError,
    FetchTooLargeError,
    NotAPictureError,
)
from server.hints import hint_of
from server.looks.errors import (
    GarmentNotFoundError,
    LookNotFoundError,
    QueueFullError,
    StoppedError,
)

MEDIA_TYPE = "application/problem+json"
# Seconds after which a client may ask a starting server again.
START_SECONDS = 2

_log = logging.getLogger(__name__)

_STATUS: dict[type[WhereToBuyError], int] = {
    PictureError: 422,
    UnsupportedPictureError: 415,
    PictureTooLargeError: 413,
    FetchError: 502,
    FetchTimeoutError: 504,
    FetchTooLargeError: 422,
    NotAPictureError: 422,
    AddressNotAllowedError: 422,
    LookNotFoundError: 404,
    GarmentNotFoundError: 404,
    QueueFullError: 503,
    NotReadyError: 503,
    StoppedError: 503,
}

# Code, detail (None for Werkzeug's own) and hint of errors that the framework raises.
_HTTP = {
    400: ("bad-request", None, "Check the request against /api/v1/openapi.json."),
    404: (
        "not-found",
        "There is nothing at this address.",
        "The API begins at /api/v1; /api/v1/openapi.json describes it.",
    ),
    405: (
        "method-not-allowed",
        "This address does not know that method.",
        "The Allow header names those that it knows.",
    ),
    413: (
        "too-large",
        "The request is larger than is read.",
        "A picture may have 15 MiB, everything else 64 KiB.",
    ),
    415: ("unsupported-media-type", None, "The Content-Type header says what is sent."),
}


class FieldProblem(BaseModel):
    """The fault of one field of a request."""

    field: str
    message: str


class Problem(BaseModel):
    """The body of every answer with status 400 or above."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    hint: str = ""
    errors: list[FieldProblem] | None = None


class InvalidRequestError(WhereToBuyError):
    """The request breaks the API's schema."""

    code = "invalid-request"

    def __init__(self, errors: list[FieldProblem]) -> None:
        super().__init__(
            "; ".join(f"{error.field}: {error.message}" for error in errors),
            hint="/api/v1/openapi.json says what is expected.",
        )
        self.errors = errors


_STATUS[InvalidRequestError] = 400


def set_status(error_type: type[WhereToBuyError], status: int) -> None:
    """Set the status that an error class and its subclasses are answered with."""
    _STATUS[error_type] = status


def problem_response(
    status: int,
    code: str,
    detail: str,
    *,
    hint: str = "",
    errors: list[FieldProblem] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """Build a problem document."""
    problem = Problem(
        title=_title(status), status=status, detail=detail, code=code, hint=hint, errors=errors
    )
    return Response(
        json.dumps(problem.model_dump(exclude_none=True)),
        status=status,
        headers={"Cache-Control": "no-store", **(headers or {})},
        mimetype=MEDIA_TYPE,
    )


def problem_of(error: WhereToBuyError) -> Response:
    """Build the problem document of an error that was raised on purpose."""
    status = next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), 500)
    headers = {}
    if isinstance(error, QueueFullError):
        headers["Retry-After"] = str(error.retry_after)
    elif status == 503:
        headers["Retry-After"] = str(START_SECONDS)
    return problem_response(
        status,
        error.code,
        str(error),
        hint=hint_of(error),
        errors=error.errors if isinstance(error, InvalidRequestError) else None,
        headers=headers,
    )


def invalid(error: ValidationError, whole: str = "body") -> InvalidRequestError:
    """Convert pydantic's error to one that names the fields.

    Args:
        error: Pydantic's error.
        whole: The name to use where no single field is at fault.
    """
    return InvalidRequestError(
        [
            FieldProblem(
                field=".".join(str(part) for part in entry["loc"]) or whole,
                message=entry["msg"],
            )
            for entry in error.errors(include_url=False, include_input=False, include_context=False)
        ]
    )


def register_problems(app: Flask) -> None:
    """Answer every error with a problem document."""

    @app.errorhandler(WhereToBuyError)
    def expected(error: WhereToBuyError) -> Response:
        answer = problem_of(error)
        if answer.status_code == 500:
            _log.error("%s: %s", error.code, error, exc_info=error)
        return answer

    @app.errorhandler(HTTPException)
    def of_http(error: HTTPException) -> Response:
        status = error.code or 500
        if status < 400:
            return make_response(error.get_response())  # a redirect is not an error
        code, detail, hint = _HTTP.get(status, (_title(status).lower().replace(" ", "-"), None, ""))
        headers = dict(error.get_headers())
        headers.pop("Content-Type", None)
        return problem_response(
            status,
            code,
            detail or error.description or _title(status),
            hint=hint,
            headers=headers,
        )

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        _log.error("An unexpected error", exc_info=error)
        return problem_response(
            500,
            "internal-error",
            "Something went wrong on the server.",
            hint="The server's log says what. Please report it.",
        )


def _title(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
