"""Sessions: signing in with the access token, for browsers."""

import hmac

from flask import Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from server.api.access import UnauthorizedError, without_token
from server.api.bodies import json_body
from server.api.openapi import Answer, Body, Resource
from server.api.session_cookie import delete_session_cookie, set_session_cookie
from server.services import current_startup

blueprint = Resource("session", __name__, "/session")


class SessionRequest(BaseModel):
    """The access token that the operator chose."""

    model_config = ConfigDict(extra="forbid")

    token: SecretStr = Field(max_length=4096)


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
    settings = current_startup().settings
    given = json_body(SessionRequest).token.get_secret_value().strip()
    response = Response(status=204)
    if settings.access_token is not None:
        expected = settings.access_token.get_secret_value()
        if not hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode()):
            raise UnauthorizedError(
                "That is not this server's access token.",
                hint="It is the value of WTB_ACCESS_TOKEN where the server runs.",
            )
        set_session_cookie(response, settings)
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
    delete_session_cookie(response)
    return response
