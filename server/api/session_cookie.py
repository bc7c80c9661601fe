"""The cookie that a browser sends in place of the access token.

It holds a value derived from the token: cookies do not distinguish ports, so another server
on the same machine may see it and must not learn the token. Nothing is kept on the server;
a change of the token invalidates every cookie.
"""

import hmac

from flask import Response, request

from server.config import Settings

COOKIE = "where-to-buy-session"
_PURPOSE = b"where-to-buy session cookie, version 1"
_SECONDS = 180 * 24 * 3600


def has_session(settings: Settings) -> bool:
    """Return whether the request carries the cookie of someone who signed in."""
    if settings.access_token is None:
        return False
    given = request.cookies.get(COOKIE, "").encode("utf-8", "replace")
    return hmac.compare_digest(given, _value(settings).encode())


def set_session_cookie(response: Response, settings: Settings) -> None:
    """Set the cookie; no script can read it, and no other site can have it sent."""
    response.set_cookie(
        COOKIE,
        _value(settings),
        max_age=_SECONDS,
        httponly=True,
        samesite="Strict",
        secure=request.is_secure,
    )


def delete_session_cookie(response: Response) -> None:
    """Delete the cookie in the browser."""
    response.delete_cookie(COOKIE, httponly=True, samesite="Strict", secure=request.is_secure)


def _value(settings: Settings) -> str:
    token = settings.access_token.get_secret_value() if settings.access_token else ""
    return hmac.new(token.encode(), _PURPOSE, "sha256").hexdigest()
