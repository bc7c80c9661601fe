"""Downloading from addresses that a stranger chose, within limits."""

import os
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from typing import BinaryIO
from urllib.parse import urljoin

import requests
from urllib3.exceptions import HTTPError
from urllib3.util import parse_url

from server.config import Settings
from server.fetch.addresses import AllowList
from server.fetch.answer import UPLOAD_INSTEAD, Fetched, failure, read, read_into
from server.fetch.deadline import Deadline
from server.fetch.dial import Dial, GuardedAdapter
from server.fetch.errors import AddressNotAllowedError, FetchError

PICTURE_BYTES = 15 * 2**20
PAGE_BYTES = 2 * 2**20
SECONDS = 10.0
REDIRECTS = 5
# The name under which sites may address this program in their robots.txt.
AGENT = "where-to-buy"
URL_LENGTH = 8192

_PICTURES = "image/avif,image/webp,image/png,image/jpeg,image/gif"
_PAGES = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1"
_NOT_MODIFIED = 304


@cache
def _agent() -> str:
    return f"{AGENT}/{version('where-to-buy')}"


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
        self._agent = _agent()
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

    def download(
        self,
        url: str,
        into: BinaryIO,
        max_bytes: int,
        *,
        seconds: float,
        known: Mapping[str, str] | None = None,
    ) -> Fetched:
        """Download a file of any size into another; no more than a piece of it is in memory.

        Args:
            url: Its address.
            into: Where its bytes go.
            max_bytes: The most bytes to take.
            seconds: Time limit for all of it.
            known: Headers that say which version is known already (``If-None-Match``,
                ``If-Modified-Since``). If there is no newer one, the answer's status is 304.

        Returns:
            The answer, without data.

        Raises:
            FetchError: As for a picture.
        """
        return self._get(url, "*/*", max_bytes, seconds, into=into, headers=known or {})

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
                return read(deadline, response, max_bytes)

    def _get(
        self,
        url: str,
        accept: str,
        max_bytes: int,
        seconds: float,
        *,
        picture: bool = False,
        cut: bool = False,
        into: BinaryIO | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Fetched:
        sent = {"Accept": accept, **(headers or {})}
        with Deadline(seconds) as deadline:
            for _ in range(REDIRECTS + 1):
                response = self._send(deadline, "GET", url, sent, None)
                with response:
                    if response.is_redirect:
                        url = _target(url, response)
                        continue
                    if response.status_code == _NOT_MODIFIED and headers:
                        return read(deadline, response, max_bytes)
                    if not 200 <= response.status_code < 300:
                        raise FetchError(
                            f"The site answered {response.status_code} instead of the file.",
                            hint=UPLOAD_INSTEAD,
                            status=response.status_code,
                            retry_after=response.headers.get("Retry-After"),
                        )
                    if into is not None:
                        return read_into(deadline, response, max_bytes, into)
                    return read(deadline, response, max_bytes, picture=picture, cut=cut)
        raise FetchError(f"The site redirects more than {REDIRECTS} times.", hint=UPLOAD_INSTEAD)

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
            raise failure(deadline, error) from error


def _check(url: str) -> None:
    """Refuse an address before any connection is made.

    Raises:
        AddressNotAllowedError: It has another scheme, credentials or no host, or is no
            address at all.
    """
    if len(url) > URL_LENGTH:
        raise AddressNotAllowedError("The address is too long.", hint=UPLOAD_INSTEAD)
    try:
        parsed = parse_url(url)
    except HTTPError as error:
        raise AddressNotAllowedError(
            "The address cannot be read.", hint="It should begin with https://"
        ) from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise AddressNotAllowedError(
            "Only http and https addresses are downloaded.", hint=UPLOAD_INSTEAD
        )
    if parsed.auth is not None:
        raise AddressNotAllowedError(
            "Addresses with a user name or a password are not downloaded.",
            hint=UPLOAD_INSTEAD,
        )


def _target(url: str, response: requests.Response) -> str:
    """Return where a redirect leads."""
    # Header bytes arrive as Latin-1; sites write UTF-8.
    location = response.headers["Location"].encode("latin-1", "replace")
    return urljoin(url, location.decode("utf-8", "replace"))
