"""A shop's site, asked as a polite program asks: by its rules, slowly, under an honest name."""

import json
import time
from collections.abc import Callable
from typing import BinaryIO
from urllib.parse import urljoin, urlsplit

from protego import Protego

from server.catalog.sources.product import SourceError
from server.fetch.answer import Fetched
from server.fetch.errors import FetchError, FetchTooLargeError
from server.fetch.fetcher import AGENT, Fetcher
from server.goods.links import host_of
from server.shop_page.document.decode import read_text
from server.shop_page.document.strip import strip_page
from server.shop_page.document.tree import Document, parse

# Between two requests, unless the site asks for more.
PAUSE_SECONDS = 1.0
# A page of products in JSON.
_JSON_BYTES = 32 * 2**20
_JSON_SECONDS = 60.0
_DOWNLOAD_SECONDS = 300.0
_ROBOTS_BYTES = 512 * 1024
# A site that asks to wait is waited for, this often and at most this long.
_WAITS = 3
_WAIT_SECONDS = 30.0
_LONGEST_WAIT = 600.0
_BUSY = frozenset({429, 503})


class NotThereError(SourceError):
    """A site does not offer what is looked for."""

    code = "not-offered"


class Site:
    """One shop's site; not to be shared between threads.

    Args:
        fetcher: Downloads, within the limits for all downloads.
        address: Any address of the site.
    """

    # Waits for some seconds.
    sleep: Callable[[float], None] = staticmethod(time.sleep)

    def __init__(self, fetcher: Fetcher, address: str) -> None:
        parts = urlsplit(address)
        self.origin = f"{parts.scheme.lower()}://{parts.netloc}"
        self._fetcher = fetcher
        self._next = 0.0
        self._rules: Protego | None = None
        self._home: Document | None = None
        # None until it was asked for.
        self._home_text: str | None = None

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return urljoin(f"{self.origin}/", path)

    def owns(self, url: str) -> bool:
        """Return whether an address is the site's own, with or without ``www.``."""
        return host_of(url) == host_of(self.origin)

    def json(self, url: str) -> tuple[object, Fetched]:
        """Return what an address answers in JSON, and the answer.

        Raises:
            NotThereError: It answers something else, or that there is nothing.
            FetchError: It cannot be asked.
        """
        try:
            answer = self._ask(lambda: self._fetcher.file(url, _JSON_BYTES, seconds=_JSON_SECONDS))
            return json.loads(answer.data), answer
        except (ValueError, RecursionError):
            raise NotThereError(f"{url} does not answer in JSON.") from None
        except FetchError as error:
            if error.status is not None and error.status < 500:
                raise NotThereError(f"{url}: {error}") from error
            raise

    def page(self, url: str) -> Fetched:
        """Return the start of a page; `FetchError` where there is none."""
        return self._ask(lambda: self._fetcher.page(url))

    def download(self, url: str, into: BinaryIO, most: int) -> Fetched:
        """Download a file into another; `FetchError` where there is none."""
        return self._ask(lambda: self._fetcher.download(url, into, most, seconds=_DOWNLOAD_SECONDS))

    @property
    def home(self) -> Document | None:
        """Its front page; None if it cannot be read."""
        if self._home_text is None:
            try:
                answer = self.page(f"{self.origin}/")
                text = read_text(answer.data, answer.media_type)
                self._home_text = text
                self._home = parse(strip_page(text).markup, answer.url)
            except FetchError:
                self._home_text = ""
        return self._home

    @property
    def home_text(self) -> str:
        """The HTML of its front page; empty if it cannot be read."""
        return (self._home_text or "") if self.home is not None else ""

    @property
    def name(self) -> str:
        """What it calls itself, or else its host."""
        named = self.home.meta("og:site_name", "application-name") if self.home else None
        return (named[1] if named else None) or host_of(self.origin)

    @property
    def rules(self) -> Protego:
        """Its robots.txt. One that cannot be read forbids everything (RFC 9309, 2.3.1.4)."""
        if self._rules is None:
            try:
                answer = self._fetcher.page(self.url("/robots.txt"), _ROBOTS_BYTES)
                text = answer.data.decode("utf-8", "replace")
            except FetchTooLargeError:
                text = ""
            except FetchError as error:
                missing = error.status is not None and 400 <= error.status < 500
                text = "" if missing and error.status != 429 else "User-agent: *\nDisallow: /"
            self._rules = Protego.parse(text)
        return self._rules

    def allows(self, url: str) -> bool:
        """Return whether its robots.txt lets programs read an address."""
        return bool(self.rules.can_fetch(url, AGENT))

    def _ask(self, get: Callable[[], Fetched]) -> Fetched:
        for attempt in range(_WAITS + 1):
            wait = self._next - time.monotonic()
            if wait > 0:
                self.sleep(wait)
            try:
                return get()
            except FetchError as error:
                if error.status not in _BUSY or attempt == _WAITS:
                    raise
                asked = error.retry_after or ""
                seconds = float(asked) if asked.isdecimal() else _WAIT_SECONDS
                self.sleep(min(seconds, _LONGEST_WAIT))
            finally:
                self._next = time.monotonic() + self._pause()
        raise AssertionError("unreachable")

    def _pause(self) -> float:
        asked = self._rules.crawl_delay(AGENT) if self._rules is not None else None
        return max(PAUSE_SECONDS, float(asked or 0))
