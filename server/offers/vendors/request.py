"""A request to a vendor with its cache key, and the vendor's answer."""

import hashlib
import json as json_
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from urllib3 import encode_multipart_formdata

from server.offers.errors import NonsenseError

_SECRET_HEADERS = frozenset({"authorization", "cookie", "x-api-key"})

Params = Mapping[str, str | int]
# By the field's name: the file's name, its bytes and its media type.
Files = Mapping[str, tuple[str, bytes, str]]


@dataclass(frozen=True)
class Request:
    """An HTTP request.

    Attributes:
        url: Includes any keys that are sent in the address.
        repeatable: Whether sending it twice does no harm.
        key: A digest of everything but the secrets; equal requests have equal keys.
    """

    method: str
    url: str = field(repr=False)
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    repeatable: bool
    key: bytes


@dataclass(frozen=True)
class Answer:
    """A vendor's answer."""

    status: int
    data: bytes = field(repr=False)
    media_type: str
    title: str = ""
    # The request's key, for `VendorClient.forget`.
    key: bytes = field(default=b"", repr=False, compare=False)
    # The ``Retry-After`` header, unparsed (see `server.offers.vendors.retry_after.retry_seconds`).
    retry_after: str | None = None

    def json(self) -> object:
        """Parse the body as JSON.

        Raises:
            NonsenseError: It is not JSON.
        """
        try:
            return json_.loads(self.data)
        except (ValueError, RecursionError):
            pass
        raise NonsenseError(self.title)


def get_request(
    url: str,
    params: Params | None,
    secret_params: Mapping[str, str] | None,
    headers: Mapping[str, str] | None,
) -> Request:
    """Build a GET request."""
    key = _digest("GET", url, params, headers)
    address = _address(url, params, secret_params)
    return Request("GET", address, b"", dict(headers or {}), repeatable=True, key=key)


def post_request(
    url: str,
    params: Params | None,
    secret_params: Mapping[str, str] | None,
    headers: Mapping[str, str] | None,
    *,
    json: object | None,
    form: Mapping[str, str] | None,
    secret_form: Mapping[str, str] | None,
    files: Files | None,
    repeatable: bool,
) -> Request:
    """Build a POST request with a form, with or without files, or else with JSON."""
    fields = {**(form or {}), **(secret_form or {})}
    content: tuple[object, ...] = (_pairs(form), _pairs(files))
    if files is not None:
        body, media_type = encode_multipart_formdata({**fields, **files})
    elif fields:
        body, media_type = urlencode(fields).encode(), "application/x-www-form-urlencoded"
    else:
        body, media_type = json_.dumps(json).encode(), "application/json"
        content = (body,)
    return Request(
        "POST",
        _address(url, params, secret_params),
        body,
        {"Content-Type": media_type, **(headers or {})},
        repeatable=repeatable,
        key=_digest("POST", url, params, headers, *content),
    )


def _address(url: str, params: Params | None, secrets: Mapping[str, str] | None) -> str:
    query = urlencode({**(params or {}), **(secrets or {})})
    return f"{url}{'&' if '?' in url else '?'}{query}" if query else url


def _digest(
    method: str,
    url: str,
    params: Params | None,
    headers: Mapping[str, str] | None,
    *content: object,
) -> bytes:
    shown = {k.lower(): v for k, v in (headers or {}).items() if k.lower() not in _SECRET_HEADERS}
    digest = hashlib.sha256()
    for part in (method, url, _pairs(params), _pairs(shown), *content):
        data = part if isinstance(part, bytes) else repr(part).encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.digest()


def _pairs(given: Mapping[str, object] | None) -> list[tuple[str, object]]:
    return sorted((given or {}).items(), key=lambda pair: pair[0])
