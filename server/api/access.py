"""Access rules: the Host, Origin and token of every request.

A page on the internet can make a browser send requests to a server on the same machine. It
cannot choose the ``Origin`` header, and if it points a name of its own at 127.0.0.1 (DNS
rebinding), it cannot hide that name from the ``Host`` header.
"""

import hmac
import math
import re
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any, TypeVar

from flask import Flask, Response, current_app, request
from flask_cors import CORS

from model.errors import WhereToBuyError
from server.api.origins import (
    allowed_origins,
    check_origin,
    check_spending,
    is_ours_or_extension,
)
from server.api.paired import EXTENSION_KEY as PAIRED_KEY
from server.api.paired import Device, Paired, paired
from server.api.problems import problem_of, set_status
from server.api.rate_limit import RateLimit
from server.api.session_cookie import EXTENSION_KEY, has_session
from server.api.sessions import Sessions
from server.config import Settings
from server.listen_rules import check_listening, is_loopback

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[^\s:\[\]/@]+)(?::(\d{1,5}))?")
_PUBLIC = "answers_without_token"
_SPENDING = "spends_something"
_WEB_APP = "is_for_the_web_app"
_ASKING = "asks_to_be_allowed"
_GUESSES = "where-to-buy-guesses"
# Wrong tokens that an address may send in so many seconds.
WRONG_TOKENS = 10
WRONG_TOKEN_SECONDS = 60.0

_API_POLICY = "default-src 'none'; frame-ancestors 'none'"
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "manifest-src 'self'; "
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


class UnauthorizedError(WhereToBuyError):
    """The access token is missing or wrong."""

    code = "unauthorized"


class TooManyRequestsError(WhereToBuyError):
    """An address asks too often, or sent too many wrong tokens."""

    code = "too-many-requests"

    def __init__(self, message: str, seconds: float) -> None:
        # Whole seconds, at least 1.
        self.retry_after = max(1, math.ceil(seconds))
        super().__init__(message, hint=f"Try again in {self.retry_after} seconds.")


set_status(TooManyRequestsError, 429)
set_status(HostNotAllowedError, 403)
set_status(UnauthorizedError, 401)


def without_token(view: View) -> View:
    """Mark a view that needs no access token, because it reveals nothing about the user."""
    setattr(view, _PUBLIC, True)
    return view


def from_own_pages_only(view: View) -> View:
    """Mark a view that spends something although it changes nothing, such as a vendor's quota.

    Pages of other sites may not request it, not even by showing it as a picture.
    """
    setattr(view, _SPENDING, True)
    return view


def from_web_app_only(view: View) -> View:
    """Mark a view that decides who may use the server: no extension may request it."""
    setattr(view, _WEB_APP, True)
    return view


def asks_to_be_allowed(view: View) -> View:
    """Mark a view for those who are not allowed yet; it looks at the origin by itself."""
    setattr(view, _ASKING, True)
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
        expose_headers=["Location", "Retry-After", "X-Request-ID"],
        max_age=600,
        allow_private_network=True,
    )

    token = settings.access_token.get_secret_value() if settings.access_token else None
    if token is not None:
        app.extensions[EXTENSION_KEY] = Sessions(settings.state_dir, token)
    app.extensions[PAIRED_KEY] = Paired(settings.state_dir, token)
    app.extensions[_GUESSES] = RateLimit(WRONG_TOKENS, WRONG_TOKEN_SECONDS)
    limits = [RateLimit(settings.requests_per_minute, 60.0) for _ in range(2)]

    @app.before_request
    def guard() -> None:
        address = request.remote_addr or ""
        # A page of another site that asks without end comes from its visitor's own address.
        requests = limits[_is_of_other_site(settings)]
        if wait := requests.seconds_left(address):
            raise TooManyRequestsError("This address asks too often.", wait)
        requests.count(address)
        host = _check_host(settings)
        origins = allowed_origins(settings, host, _check_token(settings))
        view = _view()
        if getattr(view, _WEB_APP, False):
            check_origin(frozenset((f"http://{host}", f"https://{host}")))
        elif getattr(view, _ASKING, False):
            pass
        elif request.method not in SAFE_METHODS:
            check_origin(origins)
        elif getattr(view, _SPENDING, False):
            check_spending(origins)

    @app.errorhandler(UnauthorizedError)
    def unauthorized(error: UnauthorizedError) -> Response:
        answer = problem_of(error)
        answer.headers["WWW-Authenticate"] = 'Bearer realm="where-to-buy"'
        return answer

    app.after_request(add_headers)


def add_headers(response: Response) -> Response:
    """Add the headers that every answer has."""
    is_page = response.mimetype == "text/html"
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", _PAGE_POLICY if is_page else _API_POLICY)
    response.headers.setdefault("Cache-Control", "no-store")
    return response


def _is_of_other_site(settings: Settings) -> bool:
    """Return whether a page that is neither ours nor an extension's may have sent this request."""
    try:
        host = _check_host(settings)
    except HostNotAllowedError:
        return True
    origin = request.headers.get("Origin")
    if origin is None:
        return request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}
    return not is_ours_or_extension(origin, host)


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
    return settings.access_token is None or _bears_token(settings) or has_session()


def _bears_token(settings: Settings) -> bool:
    if settings.access_token is None:
        return False
    expected = settings.access_token.get_secret_value().encode()
    given = _bearer()
    if given is None:
        return False
    check_guesses()
    if hmac.compare_digest(given.encode("latin-1", "replace"), expected):
        return True
    count_wrong_token()
    return False


def _bearer() -> str | None:
    """Return the token that was sent, its bytes as Latin-1, as WSGI decodes headers."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    return given.strip() if scheme.lower() == "bearer" else None


def _paired_device() -> Device | None:
    given = _bearer()
    return paired().owner(given) if given else None


def check_guesses() -> None:
    """Refuse an address that sent too many wrong tokens, before its next one is looked at.

    Raises:
        TooManyRequestsError: It did.
    """
    guesses: RateLimit = current_app.extensions[_GUESSES]
    if wait := guesses.seconds_left(request.remote_addr or ""):
        raise TooManyRequestsError("Too many wrong access tokens were sent from here.", wait)


def count_wrong_token() -> None:
    """Count a wrong token against the address that sent it."""
    guesses: RateLimit = current_app.extensions[_GUESSES]
    guesses.count(request.remote_addr or "")


def _check_token(settings: Settings) -> Device | bool:
    """Return whose token was sent: a device's, the server's own (True), or none (False).

    Raises:
        UnauthorizedError: A token is needed, and neither it nor a session was sent.
    """
    device = _paired_device()
    if device is not None:
        return device
    if settings.access_token is None:
        return False
    if _bears_token(settings):
        return True
    if has_session():
        # A browser sends cookies by itself, so unlike a token they permit no other origin.
        return False
    # A preflight carries no token and runs no view.
    if request.method == "OPTIONS" or getattr(_view(), _PUBLIC, False):
        return False
    raise UnauthorizedError(
        "This server asks for its access token.",
        hint="Enter it in the extension's settings, or send it as `Authorization: Bearer`.",
    )


def _view() -> Callable[..., Any] | None:
    return current_app.view_functions.get(request.endpoint or "")
