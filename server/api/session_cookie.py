"""The cookie that a browser shows in place of the access token.

It holds no token but a value made from it: cookies do not tell ports apart, so another
server on the same machine may see this one, and must not learn what else the token opens.
Nothing is kept on the server; with another token every cookie loses its worth.
"""

import hmac

from flask import Response, request

from server.config import Settings

COOKIE = "where-to-buy-session"
_PURPOSE = b"where-to-buy session cookie, version 1"
_SECONDS = 180 * 24 * 3600


def has_session(settings: Settings) -> bool:
    """Say whether the request brings the cookie of someone who signed in with the token."""
    if settings.access_token is None:
        return False
    given = request.cookies.get(COOKIE, "").encode("utf-8", "replace")
    return hmac.compare_digest(given, _value(settings).encode())


def give_session(response: Response, settings: Settings) -> None:
    """Have the browser keep the cookie; no script reads it, no other site has it sent."""
    response.set_cookie(
        COOKIE,
        _value(settings),
        max_age=_SECONDS,
        httponly=True,
        samesite="Strict",
        secure=request.is_secure,
    )


def take_session(response: Response) -> None:
    """Have the browser forget the cookie."""
    response.delete_cookie(COOKIE, httponly=True, samesite="Strict", secure=request.is_secure)


def _value(settings: Settings) -> str:
    token = settings.access_token.get_secret_value() if settings.access_token else ""
    return hmac.new(token.encode(), _PURPOSE, "sha256").hexdigest()
