"""From where a request may change something: the server's own pages, and extensions it knows."""

from flask import request

from model.errors import WhereToBuyError
from server.api.paired import Device
from server.api.problems import set_status
from server.config import Settings

_FIREFOX_EXTENSION = "moz-extension://"
_EXTENSIONS = (_FIREFOX_EXTENSION, "chrome-extension://")


class OriginNotAllowedError(WhereToBuyError):
    """A page of another site requests a change."""

    code = "origin-not-allowed"


set_status(OriginNotAllowedError, 403)


def is_ours_or_extension(origin: str, host: str) -> bool:
    """Return whether an origin is that of our own pages, or of any extension."""
    return origin in {f"http://{host}", f"https://{host}"} or origin.startswith(_EXTENSIONS)


def allowed_origins(settings: Settings, host: str, caller: Device | bool) -> frozenset[str]:
    """Return the origins from which this caller may change something.

    Args:
        settings: What the operator chose.
        host: The Host header.
        caller: As `_check_token` returns it.

    Raises:
        OriginNotAllowedError: A device's token comes from another origin than the device's own.
    """
    own = {f"http://{host}", f"https://{host}"}
    origin = request.headers.get("Origin")
    if isinstance(caller, Device):
        if origin not in (None, caller.origin):
            raise _other_site()
        return frozenset((*own, caller.origin))
    allowed = {*own, *settings.extension_origins}
    if caller and origin is not None and origin.startswith(_FIREFOX_EXTENSION):
        allowed.add(origin)  # it differs with each installation; the token identifies it
    return frozenset(allowed)


def check_spending(origins: frozenset[str]) -> None:
    """Check the origin of a request that may come without one.

    A browser names the origin of every script that asks in the mode "cors", as extensions and our
    own pages do; in any other mode (a picture, a frame, a link) it says whether another site asks.
    """
    if "Origin" in request.headers or request.headers.get("Sec-Fetch-Mode") != "cors":
        check_origin(origins)


def check_origin(allowed: frozenset[str]) -> None:
    """Check from where this request is made.

    Raises:
        OriginNotAllowedError: From none of these origins.
    """
    origin = request.headers.get("Origin")
    if origin is None:
        # Not a browser, or one that at least says whether another site is asking.
        if request.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin"):
            return
    elif origin in allowed:
        return
    raise _other_site()


def _other_site() -> OriginNotAllowedError:
    return OriginNotAllowedError(
        "Pages of other sites may not use this server, nor extensions that nobody allowed.",
        hint="In the extension's settings, ask the server to be allowed.",
    )
