"""What an extension is built for, as somebody said on the command line."""

import base64
import re
from dataclasses import dataclass, field

BROWSERS = ("chrome", "edge", "firefox")
_HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,64})\s*[:=]\s*([\t\x20-\x7e]{1,4096})")
# A browser sets these itself, or the extension does.
_TAKEN = re.compile(
    r"(?:accept-charset|accept-encoding|access-control-.*|connection|content-.*|cookie2?|date|dnt|"
    r"expect|host|keep-alive|origin|permissions-policy|proxy-.*|sec-.*|referer|te|trailer|"
    r"transfer-encoding|upgrade|via)",
    re.IGNORECASE,
)
_SITE = re.compile(r"(?:(https?)://)?((?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*)/?", re.IGNORECASE)
_VERSION = re.compile(r"(?:0|[1-9]\d{0,4})(?:\.(?:0|[1-9]\d{0,4})){0,3}")


class UnusableWishError(ValueError):
    """Something that was asked for cannot be built; the message says why."""


@dataclass(frozen=True)
class Wishes:
    """What to build.

    Attributes:
        server: The server that the extension asks first, without a slash at the end.
        browser: One of `BROWSERS`.
        version: None: the project's.
        key: The public key that fixes the ID in Chrome and Edge; None: the project's, "": none.
        headers: Sent with every request to this server, such as a reverse proxy's login.
        sites: Match patterns of sites that the page part is always on, beside the networks.
        for_store: Whether a store gets it: without a key, which stores refuse.
    """

    server: str
    browser: str = "chrome"
    version: str | None = None
    key: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    sites: tuple[str, ...] = ()
    for_store: bool = False


def header_of(text: str) -> tuple[str, str]:
    """Return name and value of a header: ``X-Login: secret`` or ``X-Login=secret``.

    Raises:
        UnusableWishError: It is none, or one that no extension may set.
    """
    match = _HEADER.fullmatch(text.strip())
    if match is None:
        raise UnusableWishError(f"{text!r} is not a header like 'X-Login: secret'.")
    if _TAKEN.fullmatch(match[1]):
        raise UnusableWishError(f"Browsers let no extension set the header {match[1]}.")
    return match[1], match[2].strip()


def site_of(text: str) -> str:
    """Return the match pattern of a site: ``blog.example``, ``*.blog.example``.

    Raises:
        UnusableWishError: It is no site, or all of them.
    """
    match = _SITE.fullmatch(text.strip())
    if match is None or "." not in match[2].removeprefix("*."):
        raise UnusableWishError(f"{text!r} is not a site like blog.example or *.blog.example.")
    return f"{match[1] or 'https'}://{match[2].lower()}/*"


def version_of(text: str) -> str:
    """Return a version that Chrome, Edge and Firefox take.

    Raises:
        UnusableWishError: They would not.
    """
    numbers = text.split(".")
    if not _VERSION.fullmatch(text) or any(int(number) > 65_535 for number in numbers):
        raise UnusableWishError(f"{text!r} is not a version: up to four numbers below 65536.")
    if not any(map(int, numbers)):
        raise UnusableWishError("A version must not be all zeros.")
    return text


def key_of(text: str) -> str:
    """Return a public key as manifests have it: base64 of DER, or nothing for "none".

    Raises:
        UnusableWishError: It is none.
    """
    if text == "none":
        return ""
    plain = re.sub(r"-----[A-Z ]+-----|\s", "", text)
    try:
        decoded = base64.b64decode(plain, validate=True)
    except ValueError as error:
        raise UnusableWishError("The key is not base64, nor a PEM file's text.") from error
    # DER of a SubjectPublicKeyInfo is a sequence of at least an algorithm and a key.
    if len(decoded) < 64 or decoded[0] != 0x30:
        raise UnusableWishError("The key is not a public key.")
    return plain
