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
    WeightsError,
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
from server.logs import request_id
from server.looks.errors import (
    ClientGoneError,
    GarmentNotFoundError,
    LookNotFoundError,
    QueueFullError,
    StoppedError,
    StuckError,
)
from server.storage.errors import DatabaseError

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
    ClientGoneError: 503,
    StoppedError: 503,
    StuckError: 503,
    DatabaseError: 503,
    WeightsError: 503,
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
    411: (
        "length-required",
        "The request does not say how long its body is.",
        "Send Content-Length, and no Transfer-Encoding.",
    ),
    413: (
        "too-large",
        "The request is larger than is read.",
        "A picture may have 15 MiB, everything else 64 KiB.",
    ),
    414: (
        "address-too-long",
        "The address is longer than any that this server knows.",
        "An address within it may have 8,192 characters.",
    ),
    415: ("unsupported-media-type", None, "The Content-Type header says what is sent."),
    431: (
        "headers-too-large",
        "The request's headers are larger than is read.",
        "All of them together may have 64 KiB; a browser may have kept too many cookies.",
    ),
    505: (
        "http-version-not-supported",
        "This server does not speak that version of HTTP.",
        "Send the request as HTTP/1.1.",
    ),
    503: ("busy", "Too much is being sent to this server at once.", "Try again shortly."),
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
    # Under this id the server's log has the request; the header X-Request-ID has it too.
    request_id: str | None = None


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
        title=_title(status),
        status=status,
        detail=detail,
        code=code,
        hint=hint,
        errors=errors,
        request_id=request_id.get(),
    )
    return Response(
        json.dumps(problem.model_dump(exclude_none=True)),
        status=status,
        headers={"Cache-Control": "no-store", **(headers or {})},
        mimetype=MEDIA_TYPE,
    )


def http_problem(
    status: int, description: str | None = None, *, headers: dict[str, str] | None = None
) -> Response:
    """Build the problem document of an error that the framework or the web server found.

    Args:
        status: HTTP status.
        description: What happened, unless there is a text of our own for this status.
        headers: Further headers.
    """
    code, detail, hint = _HTTP.get(status, (_title(status).lower().replace(" ", "-"), None, ""))
    return problem_response(
        status, code, detail or description or _title(status), hint=hint, headers=headers
    )


def problem_of(error: WhereToBuyError) -> Response:
    """Build the problem document of an error that was raised on purpose."""
    status = next((_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS), 500)
    headers = {}
    retry_after = getattr(error, "retry_after", None)
    if isinstance(retry_after, int):
        headers["Retry-After"] = str(retry_after)
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
        elif isinstance(error, WeightsError):
            # The operator's to mend; where it was noticed says nothing.
            _log.error("%s: %s", error.code, error)
        return answer

    @app.errorhandler(HTTPException)
    def of_http(error: HTTPException) -> Response:
        status = error.code or 500
        if status < 400:
            return make_response(error.get_response())  # a redirect is not an error
        headers = dict(error.get_headers())
        headers.pop("Content-Type", None)
        return http_problem(status, error.description, headers=headers)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        _log.error("An unexpected error", exc_info=error)
        return problem_response(
            500,
            "internal-error",
            "Something went wrong on the server.",
            hint="The server's log says what, under the request's id. Please report it.",
        )


def _title(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
