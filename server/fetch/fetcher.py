"""Downloading from addresses that a stranger chose, within limits."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from urllib.parse import urljoin

import requests
from requests.utils import get_encoding_from_headers
from urllib3.exceptions import HTTPError
from urllib3.util import parse_url

from model.picture import media_type
from server.config import Settings
from server.fetch.addresses import AllowList
from server.fetch.deadline import Deadline
from server.fetch.dial import Dial, GuardedAdapter
from server.fetch.errors import (
    AddressNotAllowedError,
    FetchError,
    FetchTooLargeError,
    NotAPictureError,
)

PICTURE_BYTES = 15 * 2**20
PAGE_BYTES = 2 * 2**20
SECONDS = 10.0
REDIRECTS = 5
URL_LENGTH = 8192

_CHUNK = 64 * 1024
# Enough to recognise every type of picture.
_MAGIC_BYTES = 512
_PICTURES = "image/avif,image/webp,image/png,image/jpeg,image/gif"
_PAGES = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"
_UPLOAD_INSTEAD = "Upload the picture instead of its address."


@dataclass(frozen=True, slots=True)
class Fetched:
    """A finished download.

    Attributes:
        data: The body, decompressed.
        media_type: For a picture, by its bytes; otherwise as the server claims, lower case,
            without parameters, empty if it claims nothing.
        url: The final address, after redirects.
        charset: As the server claims, or None.
        status: Status of the answer; other than 2xx only from `Fetcher.exchange`.
        retry_after: The header of that name as it was sent, or None.
    """

    data: bytes
    media_type: str
    url: str
    charset: str | None = None
    status: int = 200
    retry_after: str | None = None


class Fetcher:
    """Downloads; safe to share between threads.

    These rules hold for every download: http and https only; ports 80 and 443; public
    addresses only, resolved once, checked and then connected to; the same again at each of
    at most five redirects; one time limit for all of it; a limit on bytes, announced and
    real, before and after decompression. ``settings.fetch_allow`` exempts hosts from the
    rules on addresses and ports. No credentials, cookies, proxies or ``.netrc`` are used,
    and no ``Referer`` is sent.
    """

    def __init__(self, settings: Settings) -> None:
        """Read the settings.

        Raises:
            SettingsError: ``fetch_allow`` has an entry that names no host.
        """
        self._allow = AllowList.parse(settings.fetch_allow)
        self._agent = f"where-to-buy/{version('where-to-buy')}"
        # Sessions trust nothing from the environment (proxies, .netrc) except a bundle of
        # certificates, which is no less safe.
        bundles = (
            os.environ.get(name)
            for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")
        )
        self._verify: str | bool = next((path for path in bundles if path), True)

    def picture(self, url: str, *, seconds: float = SECONDS) -> Fetched:
        """Download a picture of at most 15 MiB.

        Raises:
            NotAPictureError: By its first bytes it is not a picture; little more is read.
            FetchError: The download failed; its subclasses say which limit was exceeded.
        """
        return self._get(url, _PICTURES, PICTURE_BYTES, seconds, picture=True)

    def page(self, url: str, max_bytes: int = PAGE_BYTES, *, seconds: float = SECONDS) -> Fetched:
        """Download the first ``max_bytes`` of a page; `FetchError` as for a picture.

        The rest is not read: a shop's page says early what it sells.
        """
        return self._get(url, _PAGES, max_bytes, seconds, cut=True)

    def file(self, url: str, max_bytes: int, *, seconds: float = SECONDS) -> Fetched:
        """Download any file; `FetchError` as for a picture."""
        return self._get(url, "*/*", max_bytes, seconds)

    def exchange(
        self,
        method: str,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        max_bytes: int,
        *,
        seconds: float = SECONDS,
        connect_seconds: float | None = None,
    ) -> Fetched:
        """Send one request to a service and return its answer, whatever its status.

        Redirects are not followed.

        Args:
            method: GET or POST.
            url: Address of the service.
            body: What to send, if anything.
            headers: Headers in addition to the user agent.
            max_bytes: Most bytes of the answer.
            seconds: Time limit for the whole exchange.
            connect_seconds: Time limit for opening the connection; None for the whole.

        Raises:
            FetchConnectError: Nothing was sent.
            FetchError: As for a picture.
        """
        with Deadline(seconds) as deadline:
            response = self._send(
                deadline, method, url, headers, body or None, connect_seconds=connect_seconds
            )
            with response:
                return self._read(deadline, response, max_bytes)

    def _get(
        self,
        url: str,
        accept: str,
        max_bytes: int,
        seconds: float,
        *,
        picture: bool = False,
        cut: bool = False,
    ) -> Fetched:
        with Deadline(seconds) as deadline:
            for _ in range(REDIRECTS + 1):
                response = self._send(deadline, "GET", url, {"Accept": accept}, None)
                with response:
                    if response.is_redirect:
                        url = _target(url, response)
                        continue
                    if not 200 <= response.status_code < 300:
                        raise FetchError(
                            f"The site answered {response.status_code} instead of the file.",
                            hint=_UPLOAD_INSTEAD,
                            status=response.status_code,
                        )
                    return self._read(deadline, response, max_bytes, picture=picture, cut=cut)
        raise FetchError(f"The site redirects more than {REDIRECTS} times.", hint=_UPLOAD_INSTEAD)

    def _send(
        self,
        deadline: Deadline,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        connect_seconds: float | None = None,
    ) -> requests.Response:
        _check(url)
        session = requests.Session()
        session.trust_env = False
        adapter = GuardedAdapter(Dial(self._allow, deadline, connect_seconds))
        session.adapters.clear()
        session.mount("http://", adapter)
        session.mount("https://", adapter)
        request = requests.Request(
            method,
            url,
            headers={
                "User-Agent": self._agent,
                "Accept-Encoding": "gzip, deflate",
                "Connection": "close",
                **headers,
            },
            data=body,
        )
        try:
            return session.send(
                request.prepare(),
                stream=True,
                allow_redirects=False,
                verify=self._verify,
                timeout=deadline.remaining(),
            )
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise _failure(deadline, error) from error

    def _read(
        self,
        deadline: Deadline,
        response: requests.Response,
        max_bytes: int,
        *,
        picture: bool = False,
        cut: bool = False,
    ) -> Fetched:
        announced = response.headers.get("Content-Length", "")
        if announced.isdecimal() and int(announced) > max_bytes and not cut:
            raise _too_large(max_bytes)
        data = bytearray()
        unchecked = picture
        try:
            # `read1` returns what has arrived; other methods wait for a full chunk.
            while chunk := response.raw.read1(_CHUNK, decode_content=True):
                data += chunk
                if len(data) >= max_bytes and cut:
                    del data[max_bytes:]
                    break
                if len(data) > max_bytes:
                    raise _too_large(max_bytes)
                if unchecked and len(data) >= _MAGIC_BYTES:
                    _picture_type(data)
                    unchecked = False
                deadline.remaining()
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise _failure(deadline, error) from error
        # If there is no length, a connection that was cut looks like the end of the body.
        deadline.remaining()
        claimed = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        return Fetched(
            data=bytes(data),
            media_type=_picture_type(data) if picture else claimed,
            url=response.url,
            charset=get_encoding_from_headers(response.headers)
            if "charset" in response.headers.get("Content-Type", "").lower()
            else None,
            status=response.status_code,
            retry_after=response.headers.get("Retry-After"),
        )


def _check(url: str) -> None:
    """Refuse an address before any connection is made.

    Raises:
        AddressNotAllowedError: It has another scheme, credentials or no host, or is no
            address at all.
    """
    if len(url) > URL_LENGTH:
        raise AddressNotAllowedError("The address is too long.", hint=_UPLOAD_INSTEAD)
    try:
        parsed = parse_url(url)
    except HTTPError as error:
        raise AddressNotAllowedError(
            "The address cannot be read.", hint="It should begin with https://"
        ) from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise AddressNotAllowedError(
            "Only http and https addresses are downloaded.", hint=_UPLOAD_INSTEAD
        )
    if parsed.auth is not None:
        raise AddressNotAllowedError(
            "Addresses with a user name or a password are not downloaded.",
            hint=_UPLOAD_INSTEAD,
        )


def _target(url: str, response: requests.Response) -> str:
    """Return where a redirect leads."""
    # Header bytes arrive as Latin-1; sites write UTF-8.
    location = response.headers["Location"].encode("latin-1", "replace")
    return urljoin(url, location.decode("utf-8", "replace"))


def _picture_type(data: bytes | bytearray) -> str:
    found = media_type(bytes(data[:_MAGIC_BYTES]))
    if found is None:
        raise NotAPictureError(
            "What lies at the address is not a JPEG, PNG, WebP, GIF or AVIF picture.",
            hint=_UPLOAD_INSTEAD,
        )
    return found


def _too_large(max_bytes: int) -> FetchTooLargeError:
    return FetchTooLargeError(
        f"What lies at the address is larger than {max_bytes / 2**20:g} MiB.",
        hint="Use a smaller version of it.",
    )


def _failure(deadline: Deadline, error: Exception) -> FetchError:
    if deadline.passed or isinstance(error, requests.Timeout):
        return deadline.error()
    if isinstance(error, requests.exceptions.SSLError):
        return FetchError("The site's certificate is not valid.", hint=_UPLOAD_INSTEAD)
    return FetchError("The site broke off, or answered nonsense.", hint=_UPLOAD_INSTEAD)
