"""The cookie that a browser sends in place of the access token.

Cookies do not distinguish ports, so another server on the same machine may see it: it holds the
secret of one session and nothing of the token.
"""

from flask import Response, current_app, request

from server.api.sessions import SECONDS, Sessions

COOKIE = "where-to-buy-session"
# The application keeps its `Sessions` under this name; it has none without an access token.
EXTENSION_KEY = "where-to-buy-sessions"


def has_session() -> bool:
    """Return whether the request carries the cookie of someone who is signed in."""
    sessions = kept_sessions()
    return sessions is not None and sessions.has(request.cookies.get(COOKIE, ""))


def own_session_id() -> str | None:
    """Return the id of the session that the request belongs to; None if it has no cookie."""
    sessions, value = kept_sessions(), request.cookies.get(COOKIE)
    return sessions.id_of(value) if sessions is not None and value else None


def begin_session(response: Response, name: str) -> None:
    """Sign the browser in; no script can read the cookie, and no other site can have it sent.

    Args:
        response: Gets the cookie.
        name: What the browser calls itself.
    """
    sessions = kept_sessions()
    if sessions is None:
        return
    response.set_cookie(
        COOKIE,
        sessions.begin(name),
        max_age=SECONDS,
        httponly=True,
        samesite="Strict",
        secure=request.is_secure,
    )


def end_session(response: Response) -> None:
    """Sign the browser out, here and in the browser: a copy of the cookie opens nothing."""
    sessions = kept_sessions()
    if sessions is not None:
        sessions.end(request.cookies.get(COOKIE, ""))
    response.delete_cookie(COOKIE, httponly=True, samesite="Strict", secure=request.is_secure)


def kept_sessions() -> Sessions | None:
    """Return who is signed in; None where no access token is set."""
    sessions: Sessions | None = current_app.extensions.get(EXTENSION_KEY)
    return sessions
