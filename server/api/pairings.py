"""Pairing: an extension asks to be allowed, and a person answers in the web app.

Any web page can reach this server on loopback. It cannot choose the ``Origin`` header, so it
cannot ask; and it can neither answer (its origin again) nor show, in a frame, the page on which a
person does. A program that can choose headers shows up with a code that no extension of the
person's shows.
"""

import re
from datetime import datetime
from typing import Annotated, Literal

from flask import Response, current_app, request
from flask.blueprints import BlueprintSetupState
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from model.errors import WhereToBuyError
from server.api.access import (
    TooManyRequestsError,
    asks_to_be_allowed,
    check_guesses,
    count_wrong_token,
    from_web_app_only,
    without_token,
)
from server.api.bodies import json_body
from server.api.openapi import Answer, Body, Resource
from server.api.origins import OriginNotAllowedError
from server.api.paired import Device, paired
from server.api.pairing_requests import (
    SECONDS,
    PairingRequest,
    PairingRequests,
    WrongSecretError,
)
from server.api.problems import set_status
from server.api.rate_limit import RateLimit
from server.goods.safe_text import clean_text

blueprint = Resource("pairings", __name__, "/pairings")

# Requests that one address may make in a minute.
MOST_ASKED = 10
LONGEST_NAME = 60
_REQUESTS = "where-to-buy-pairing-requests"
_ASKED = "where-to-buy-pairings-asked"
# Browsers alone give these schemes, to nothing but extensions.
_EXTENSION = re.compile(r"(?:chrome|moz|safari-web)-extension://[A-Za-z0-9-]{1,64}")


class PairingNotFoundError(WhereToBuyError):
    """The request has ended, or there is no such device."""

    code = "pairing-not-found"

    def __init__(self) -> None:
        super().__init__(
            "This request to be allowed has ended.", hint="Ask to be allowed once more."
        )


set_status(PairingNotFoundError, 404)


def _plain_name(text: str) -> str:
    return clean_text(text, LONGEST_NAME) or "?"


class PairingWish(BaseModel):
    """What who asks to be allowed calls itself, such as "Firefox on Linux"."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=200), AfterValidator(_plain_name)]


class PairingOut(BaseModel):
    """A request that was opened, for who opened it."""

    id: str
    # Fetches the answer; shown to nobody.
    secret: str
    # For the person to compare with what the server shows.
    code: str
    # Until the request ends.
    seconds: float


class PairingClaim(BaseModel):
    """The secret of one's own request."""

    model_config = ConfigDict(extra="forbid")

    secret: SecretStr = Field(max_length=200)


class PairingAnswerOut(BaseModel):
    """What became of a request."""

    state: Literal["waiting", "allowed", "refused"]
    # The token to send as `Authorization: Bearer` from now on, given once.
    token: str | None


class PairingDecision(BaseModel):
    """What the person answers."""

    model_config = ConfigDict(extra="forbid")

    allow: Annotated[bool, Field(strict=True)]


class WaitingOut(BaseModel):
    """Somebody who asks to be allowed."""

    id: str
    name: str
    origin: str
    code: str
    seconds: float

    @classmethod
    def of(cls, asked: PairingRequest) -> "WaitingOut":
        """Return a request as the API gives it."""
        return cls(
            id=asked.id,
            name=asked.name,
            origin=asked.origin,
            code=asked.code,
            seconds=asked.seconds_left,
        )


class DeviceOut(BaseModel):
    """A browser or device that may use the server."""

    id: str
    name: str
    origin: str
    since: datetime

    @classmethod
    def of(cls, device: Device) -> "DeviceOut":
        """Return a device as the API gives it."""
        return cls(id=device.id, name=device.name, origin=device.origin, since=device.since)


class PairingsOut(BaseModel):
    """Who asks to be allowed, and who is."""

    waiting: list[WaitingOut]
    allowed: list[DeviceOut]


@blueprint.operation(
    "post",
    "",
    "Ask to be allowed: of browser extensions only",
    Answer(201, "A person now has to answer in the web app", PairingOut),
    request=(Body("application/json", PairingWish),),
    problems=(400, 415),
)
@without_token
@asks_to_be_allowed
def ask() -> tuple[dict[str, object], int]:
    """Open a request."""
    origin = _extension_origin()
    name = json_body(PairingWish).name
    limit: RateLimit = current_app.extensions[_ASKED]
    address = request.remote_addr or ""
    if wait := limit.seconds_left(address):
        raise TooManyRequestsError("Too many requests to be allowed came from here.", wait)
    limit.count(address)
    asked = _requests().ask(name, origin)
    if asked is None:
        raise TooManyRequestsError("Too many requests to be allowed are open.", SECONDS)
    out = PairingOut(id=asked.id, secret=asked.secret, code=asked.code, seconds=asked.seconds_left)
    return out.model_dump(mode="json"), 201


@blueprint.operation(
    "post",
    "/<pairing_id>/token",
    "Fetch the answer to one's own request",
    Answer(200, "What the person answered; the token, once", PairingAnswerOut),
    request=(Body("application/json", PairingClaim),),
    problems=(400, 404, 415),
)
@without_token
@asks_to_be_allowed
def claim(pairing_id: str) -> dict[str, object]:
    """Fetch the answer."""
    origin = _extension_origin()
    secret = json_body(PairingClaim).secret.get_secret_value()
    check_guesses()
    try:
        asked = _requests().claim(pairing_id, secret, origin)
    except WrongSecretError as error:
        count_wrong_token()
        raise PairingNotFoundError from error
    if asked is None:
        raise PairingNotFoundError
    token = paired().add(asked.name, asked.origin) if asked.state == "allowed" else None
    return PairingAnswerOut(state=asked.state, token=token).model_dump(mode="json")


@blueprint.operation(
    "post",
    "/check",
    "Whether this caller may use the server",
    Answer(204, "It may"),
)
def check() -> Response:
    """Answer whoever is allowed; all others were refused before."""
    return Response(status=204)


@blueprint.operation(
    "get",
    "",
    "Who asks to be allowed, and who is",
    Answer(200, "Both lists, the newest first", PairingsOut),
)
def show() -> dict[str, object]:
    """Return who asks and who is allowed."""
    return PairingsOut(
        waiting=[WaitingOut.of(asked) for asked in _requests().waiting()],
        allowed=[DeviceOut.of(device) for device in paired().all()],
    ).model_dump(mode="json")


@blueprint.operation(
    "patch",
    "/<pairing_id>",
    "Allow a request, or refuse it: in the web app only",
    Answer(204, "Who asked is told when it fetches the answer"),
    request=(Body("application/json", PairingDecision),),
    problems=(400, 404, 415),
)
@from_web_app_only
def answer(pairing_id: str) -> Response:
    """Answer a request."""
    if not _requests().answer(pairing_id, allow=json_body(PairingDecision).allow):
        raise PairingNotFoundError
    return Response(status=204)


@blueprint.operation(
    "delete",
    "/<pairing_id>",
    "Allow a browser or device no longer: in the web app only",
    Answer(204, "Its token is worth nothing from now on"),
    problems=(404,),
)
@from_web_app_only
def remove(pairing_id: str) -> Response:
    """Take back what was allowed."""
    if not paired().remove(pairing_id):
        raise PairingNotFoundError
    return Response(status=204)


def _extension_origin() -> str:
    origin = request.headers.get("Origin", "")
    if not _EXTENSION.fullmatch(origin):
        raise OriginNotAllowedError(
            "Only browser extensions can ask to be allowed.",
            hint="Call the API with the access token instead.",
        )
    return origin


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    state.app.extensions[_REQUESTS] = PairingRequests()
    state.app.extensions[_ASKED] = RateLimit(MOST_ASKED, 60.0)


def _requests() -> PairingRequests:
    requests: PairingRequests = current_app.extensions[_REQUESTS]
    return requests
