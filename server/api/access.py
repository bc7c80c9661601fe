"""Access rules: the Host, Origin and token of every request.

A page on the internet can make a browser send requests to a server on the same machine. It
cannot choose the ``Origin`` header, and if it points a name of its own at 127.0.0.1 (DNS
rebinding), it cannot hide that name from the ``Host`` header.
"""

import hmac
import re
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request
from flask_cors import CORS

from model.errors import WhereToBuyError
from server.api.problems import problem_of, set_status
from server.api.session_cookie import has_session
from server.config import Settings
from server.listen_rules import check_listening, is_loopback

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_FIREFOX_EXTENSION = "moz-extension://"
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\s:\[\]/@]+)(?::(\d{1,5}))?")
_PUBLIC = "answers_without_token"

_API_POLICY = "default-src 'none'; frame-ancestors 'none'"
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    # No page of another site may embed, and so recognise, what this server returns.
    "Cross-Origin-Resource-Policy": "same-origin",
}

View = TypeVar("View", bound=Callable[..., Any])


class HostNotAllowedError(WhereToBuyError):
    """The Host header has a name that is not this server's."""

    code = "host-not-allowed"


class OriginNotAllowedError(WhereToBuyError):
    """A page of another site requests a change."""

    code = "origin-not-allowed"


class UnauthorizedError(WhereToBuyError):
    """The access token is missing or wrong."""

    code = "unauthorized"


set_status(HostNotAllowedError, 403)
set_status(OriginNotAllowedError, 403)
set_status(UnauthorizedError, 401)


def without_token(view: View) -> View:
    """Mark a view that needs no access token, because it reveals nothing about the user."""
    setattr(view, _PUBLIC, True)
    return view


def register_access(app: Flask, settings: Settings) -> None:
    """Guard every request, and add security headers to every answer.

    Raises:
        SettingsError: The settings are not safe.
    """
    check_listening(settings)
    CORS(
        app,
        origins=list(settings.extension_origins),
        methods=["GET", "POST", "PATCH", "DELETE"],
        allow_headers=["Authorization", "Content-Type"],
        expose_headers=["Location", "Retry-After"],
        max_age=600,
        allow_private_network=True,
    )

    @app.before_request
    def guard() -> None:
        host = _check_host(settings)
        authorised = _check_token(settings)
        if request.method not in SAFE_METHODS:
            _check_origin(settings, host, authorised)

    @app.errorhandler(UnauthorizedError)
    def unauthorized(error: UnauthorizedError) -> Response:
        answer = problem_of(error)
        answer.headers["WWW-Authenticate"] = 'Bearer realm="where-to-buy"'
        return answer

    @app.after_request
    def add_headers(response: Response) -> Response:
        is_page = response.mimetype == "text/html"
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault(
            "Content-Security-Policy", _PAGE_POLICY if is_page else _API_POLICY
        )
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def _check_host(settings: Settings) -> str:
    """Return the Host header if it is one of this server's names.

    Raises:
        HostNotAllowedError: It is not.
    """
    host = request.environ.get("HTTP_HOST", "")
    match = _HOST.fullmatch(host)
    if match is None or not _answers_to(match[1].lower(), host.lower(), settings):
        raise HostNotAllowedError(
            "This server does not answer under the name that it was called by.",
            hint="Call it by its address, or add the name to WTB_ALLOWED_HOSTS.",
        )
    return str(host)


def _answers_to(name: str, with_port: str, settings: Settings) -> bool:
    if is_loopback(name):
        return True
    if name in settings.allowed_hosts or with_port in settings.allowed_hosts:
        return True
    if is_loopback(settings.host):
        return False
    # When listening on other addresses: a bare address cannot be a rebound name.
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return name == settings.host.lower()
    return True


def is_signed_in(settings: Settings) -> bool:
    """Return whether a page may show what needs the token: it was sent, or none is set."""
    return settings.access_token is None or _bears_token(settings) or has_session(settings)


def _bears_token(settings: Settings) -> bool:
    if settings.access_token is None:
        return False
    expected = settings.access_token.get_secret_value().encode()
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    # WSGI decodes header bytes as Latin-1.
    same = hmac.compare_digest(given.strip().encode("latin-1", "replace"), expected)
    return scheme.lower() == "bearer" and same


def _check_token(settings: Settings) -> bool:
    """Return whether the right token was sent.

    Raises:
        UnauthorizedError: A token is needed, and neither it nor a session was sent.
    """
    if settings.access_token is None:
        return False
    if _bears_token(settings):
        return True
    if has_session(settings):
        # A browser sends cookies by itself, so unlike a token they permit no other origin.
        return False
    view = current_app.view_functions.get(request.endpoint or "")
    # A preflight carries no token and runs no view.
    if request.method == "OPTIONS" or getattr(view, _PUBLIC, False):
        return False
    raise UnauthorizedError(
        "This server asks for its access token.",
        hint="Enter it in the extension's settings, or send it as `Authorization: Bearer`.",
    )


def _check_origin(settings: Settings, host: str, authorised: bool) -> None:
    origin = request.headers.get("Origin")
    if origin is None:
        # Not a browser, or one that at least says whether another site is asking.
        if request.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin"):
            return
    elif origin in settings.extension_origins or origin in (f"http://{host}", f"https://{host}"):
        return
    elif authorised and origin.startswith(_FIREFOX_EXTENSION):
        return  # its origin differs with each installation; the token identifies it
    raise OriginNotAllowedError(
        "Pages of other sites may not use this server.",
        hint="Add the extension's origin to WTB_EXTENSION_ORIGINS.",
    )
