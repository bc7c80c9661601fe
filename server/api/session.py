"""Signing in with the access token or by a link, for browsers; and who is signed in."""

import hmac
from datetime import UTC, datetime
from typing import Annotated

from flask import Response, current_app, request
from flask.blueprints import BlueprintSetupState
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from model.errors import WhereToBuyError
from server.api.access import (
    UnauthorizedError,
    check_guesses,
    count_wrong_token,
    from_web_app_only,
    without_token,
)
from server.api.bodies import json_body
from server.api.openapi import Answer, Body, Resource
from server.api.problems import set_status
from server.api.qr_code import qr_rows
from server.api.session_cookie import begin_session, end_session, kept_sessions, own_session_id
from server.api.sign_in_links import LINKS_KEY, SECONDS, SignInLinks, link_address
from server.goods.safe_text import clean_text
from server.services import current_startup

blueprint = Resource("session", __name__, "/session")


LONGEST_NAME = 60


class LinkEndedError(WhereToBuyError):
    """The link was used already, or is too old."""

    code = "link-ended"


class SessionNotFoundError(WhereToBuyError):
    """No such browser is signed in."""

    code = "session-not-found"


class NoNetworkError(WhereToBuyError):
    """The server answers on its own machine alone, or asks nobody who they are."""

    code = "no-network"


set_status(LinkEndedError, 404)
set_status(SessionNotFoundError, 404)
set_status(NoNetworkError, 409)


def _plain_name(text: str) -> str:
    return clean_text(text, LONGEST_NAME) or ""


class BrowserName(BaseModel):
    """Who signs in."""

    model_config = ConfigDict(extra="forbid")

    # What the browser calls itself, such as "Safari on iPhone".
    name: Annotated[str, Field(max_length=200), AfterValidator(_plain_name)] = ""


class SessionRequest(BrowserName):
    """The access token that the operator chose."""

    token: SecretStr = Field(max_length=4096)


class LinkRequest(BrowserName):
    """What stands behind the # of a link that signs in."""

    link: SecretStr = Field(max_length=200)


class LinkOut(BaseModel):
    """A link that signs one browser in, once."""

    address: str
    # The same as a QR code: rows of modules, dark ones are 1.
    rows: list[str]
    # Until it ends.
    seconds: float


class SessionOut(BaseModel):
    """A browser that is signed in."""

    id: str
    name: str
    since: datetime
    # Whether it is the one that asks.
    is_own: bool


class SessionsOut(BaseModel):
    """Who is signed in."""

    sessions: list[SessionOut]


@blueprint.operation(
    "post",
    "",
    "Sign a browser in: a cookie then stands for the access token",
    Answer(204, "Signed in"),
    request=(Body("application/json", SessionRequest),),
    problems=(400, 415),
)
@without_token
def create() -> Response:
    """Sign in: set a cookie in place of the token."""
    token = current_startup().settings.access_token
    wish = json_body(SessionRequest)
    response = Response(status=204)
    if token is not None:
        check_guesses()
        given, expected = wish.token.get_secret_value().strip(), token.get_secret_value()
        if not hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode()):
            count_wrong_token()
            raise UnauthorizedError(
                "That is not this server's access token.",
                hint="It is the value of WTB_ACCESS_TOKEN where the server runs.",
            )
        begin_session(response, wish.name)
    return response


@blueprint.operation(
    "post",
    "/links/use",
    "Sign a browser in by a link: it works once",
    Answer(204, "Signed in"),
    request=(Body("application/json", LinkRequest),),
    problems=(400, 404, 415),
)
@without_token
def create_by_link() -> Response:
    """Sign in by a link: set a cookie in place of the token."""
    wish = json_body(LinkRequest)
    check_guesses()
    if not sign_in_links().use(wish.link.get_secret_value()):
        count_wrong_token()
        raise LinkEndedError(
            "This code was used already, or is too old.",
            hint="Show a new one on the server's page, and scan that.",
        )
    response = Response(status=204)
    begin_session(response, wish.name)
    return response


@blueprint.operation(
    "delete",
    "",
    "Sign a browser out",
    Answer(204, "Signed out"),
)
@without_token
def delete() -> Response:
    """Sign out."""
    response = Response(status=204)
    end_session(response)
    return response


@blueprint.operation(
    "get",
    "/all",
    "Who is signed in",
    Answer(200, "The browsers, the newest first", SessionsOut),
)
def show() -> dict[str, object]:
    """Return who is signed in."""
    sessions, own = kept_sessions(), own_session_id()
    return SessionsOut(
        sessions=[
            SessionOut(
                id=key,
                name=session.name,
                since=datetime.fromtimestamp(session.began, UTC),
                is_own=key == own,
            )
            for key, session in (sessions.all() if sessions else [])
        ]
    ).model_dump(mode="json")


@blueprint.operation(
    "delete",
    "/all/<session_id>",
    "Sign another browser out: in the web app only",
    Answer(204, "Its cookie is worth nothing from now on"),
    problems=(404,),
)
@from_web_app_only
def end(session_id: str) -> Response:
    """Sign a browser out."""
    sessions = kept_sessions()
    if sessions is None or not sessions.end_by_id(session_id):
        raise SessionNotFoundError(
            "This browser is signed out already.", hint="Load the page again."
        )
    return Response(status=204)


@blueprint.operation(
    "post",
    "/links",
    "Make a link that signs one browser in, once: in the web app only",
    Answer(201, "The link, also as a QR code", LinkOut),
    problems=(409,),
)
@from_web_app_only
def make_link() -> tuple[dict[str, object], int]:
    """Make a link for a phone."""
    settings = current_startup().settings
    # `from_web_app_only` has looked at it: it is this server's own.
    address = link_address(settings, sign_in_links(), request.headers.get("Origin", ""))
    if address is None:
        raise NoNetworkError(
            "From a phone, this server cannot be reached yet.",
            hint="Set WTB_ACCESS_TOKEN and start the server with --host 0.0.0.0.",
        )
    out = LinkOut(address=address, rows=qr_rows(address), seconds=SECONDS)
    return out.model_dump(mode="json"), 201


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    state.app.extensions[LINKS_KEY] = SignInLinks()


def sign_in_links() -> SignInLinks:
    """Return the links of the application that answers this request."""
    links: SignInLinks = current_app.extensions[LINKS_KEY]
    return links
