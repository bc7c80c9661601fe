"""Offers read from the pages that a web search found."""

import logging
import re
import threading
import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from urllib.parse import urlsplit

from server.fetch.errors import FetchError, FetchTimeoutError
from server.fetch.fetcher import Fetcher
from server.goods.links import canonical_link, host_of
from server.goods.money import from_decimal, list_price_of
from server.goods.safe_text import clean_text, safe_link
from server.offers.offer import Offer, SearchContext, offer_id, one_each
from server.shop_page.offer import ShopPage

# Pages to download for one search of one provider.
MOST_PAGES = 16
DOWNLOADS = 8
# More would only compete for the processor.
PARSED_AT_ONCE = 2
# Share of a provider's time for reading pages; the rest is for comparing their pictures.
READING_SHARE = 0.7
# ".com", ".kr", ".co.kr"; nothing longer: "pinterest.com.mill.example" is a shop.
_ENDING = r"[a-z]{2,3}(?:\.[a-z]{2})?"
# Sites on which searches find pictures of clothes but that sell none.
_NO_SHOP = re.compile(
    rf"""(?:^|\.)(?:
      # social networks and blogs
      pinterest\.{_ENDING}|pinimg\.com|instagram\.com|facebook\.com|tiktok\.com|youtube\.com
      |youtu\.be|reddit\.com|redd\.it|twitter\.com|x\.com|tumblr\.com|threads\.(?:net|com)
      |snapchat\.com|linkedin\.com|weibo\.com|vk\.com|quora\.com|medium\.com|blogspot\.{_ENDING}
      |wordpress\.com|tistory\.com|(?:blog|cafe|post|kin)\.naver\.com
      # encyclopedias and portfolios
      |wikipedia\.org|wikimedia\.org|deviantart\.com|behance\.net|dribbble\.com
      # photo agencies: they sell the photo of a coat, with price and stock, but not the coat
      |shutterstock\.com|istockphoto\.com|gettyimages\.{_ENDING}|stock\.adobe\.com|alamy\.{_ENDING}
      |dreamstime\.com|depositphotos\.com|123rf\.com|freepik\.com|pngtree\.com|vecteezy\.com
      |bigstockphoto\.com|unsplash\.com|pexels\.com|pixabay\.com|flickr\.com|imgur\.com|giphy\.com
      # search engines
      |bing\.com|duckduckgo\.com|baidu\.com|ecosia\.org|qwant\.com
      |search\.(?:naver|daum|yahoo|brave)\.(?:com|net)
    )$
    |^(?:(?:images|lens|m)\.)?(?:google|yandex)\.{_ENDING}$""",
    re.VERBOSE,
)
_HTML = frozenset({"", "text/html", "application/xhtml+xml", "application/xml", "text/xml"})
_SAME_SHOP = re.compile(r"^(?:www|m|mobile)\.")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page as a search found it.

    Attributes:
        link: Safe (see `server.goods.safe_text.safe_link`).
        title: Plain text on one line, if the search returns one.
        picture_url: Safe address of the picture it was found by, if any.
    """

    link: str
    title: str | None = None
    picture_url: str | None = None


def reading_ends(context: SearchContext) -> float:
    """Return when a search that starts now must stop reading, by `time.monotonic`."""
    return time.monotonic() + READING_SHARE * context.seconds


class PageReader:
    """Downloads and parses shop pages; safe to share between threads and providers."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._pool = ThreadPoolExecutor(DOWNLOADS, thread_name_prefix="shop-page")
        self._parsing = threading.BoundedSemaphore(PARSED_AT_ONCE)

    def read(
        self, found: Iterable[FoundPage], provider: str, *, until: float, limit: int
    ) -> list[Offer]:
        """Return an offer for each page that sells one product, in the order of the search.

        A page that arrives too late, or whose shop blocks programs, becomes an offer without a
        price. Pages that are gone, unreachable or not about one product are left out.

        Args:
            found: Pages; those beyond `MOST_PAGES` are ignored.
            provider: The name of the provider that found them.
            until: Deadline on the clock of `time.monotonic`.
            limit: The most offers to return.
        """
        reading = [
            (page, self._pool.submit(self._read, page.link, until))
            for page in _worth_reading(found)
        ]
        wait([future for _, future in reading], timeout=max(0.0, until - time.monotonic()))
        # `_offer` cancels the downloads that have not started.
        offers = [_offer(page, future, provider) for page, future in reading]
        return one_each(offers, limit)

    def _read(self, link: str, until: float) -> ShopPage | None:
        """Download and parse a page; None if it is not HTML.

        Raises:
            FetchError: It cannot be downloaded, or not in time.
        """
        fetched = self._fetcher.page(link, seconds=_left(until))
        if fetched.media_type not in _HTML:
            return None
        charset = f"; charset={fetched.charset}" if fetched.charset else ""
        if not self._parsing.acquire(timeout=_left(until)):
            raise _late()
        from server.shop_page.read_page import read_shop_page  # noqa: PLC0415 - slow; not at a start

        try:
            return read_shop_page(
                fetched.data, fetched.url, content_type=fetched.media_type + charset
            )
        finally:
            self._parsing.release()


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise _late()
    return left


def _late() -> FetchTimeoutError:
    return FetchTimeoutError("The page was not read in time.")


def _worth_reading(found: Iterable[FoundPage]) -> list[FoundPage]:
    """Return each page once: a picture search finds one page by several of its pictures."""
    kept: dict[str, FoundPage] = {}
    for page in found:
        if len(kept) >= MOST_PAGES:
            break
        if not sells_nothing(page.link):
            kept.setdefault(canonical_link(page.link), page)
    return list(kept.values())


def _offer(found: FoundPage, reading: "Future[ShopPage | None]", provider: str) -> Offer | None:
    if reading.cancel() or not reading.done():
        return _unread(found, provider)
    try:
        page = reading.result()
    except FetchError as error:
        _log.info("A page that %s found was not read: %s", provider, error)
        return _unread(found, provider) if _is_there(error) else None
    except Exception:  # noqa: BLE001 - logged; one page costs one offer
        _log.exception("A page that %s found was not read", provider)
        return None
    return _sold(page, found, provider) if page is not None else None


def _is_there(error: FetchError) -> bool:
    """Return whether a person may still see the page: it was slow, or refuses programs."""
    if isinstance(error, FetchTimeoutError):
        return True
    return error.status is not None and error.status not in (404, 410)


def _unread(found: FoundPage, provider: str) -> Offer | None:
    if found.title is None:
        return None
    return Offer(
        id=offer_id(provider, found.link),
        provider=provider,
        title=found.title,
        link=found.link,
        shop=host_of(found.link),
        picture_url=found.picture_url,
    )


def _sold(page: ShopPage, found: FoundPage, provider: str) -> Offer | None:
    """Return the offer of a page if it has a title and machine-readable product data."""
    title = clean_text(page.title) or found.title
    sells = page.price is not None or page.availability or page.gtin or page.sku
    if title is None or not sells:
        return None
    price = from_decimal(page.price, page.currency)
    link = _link(found.link, page.link)
    # The page's own picture shows what it sells; the search may have found a different one.
    pictures = (safe_link(address) for address in page.pictures)
    return Offer(
        id=offer_id(provider, link),
        provider=provider,
        title=title,
        link=link,
        shop=host_of(link),
        price=price,
        list_price=list_price_of(from_decimal(page.list_price, page.currency), price),
        availability=page.availability,
        condition=page.condition,
        gtin=page.gtin,
        picture_url=next(filter(None, pictures), found.picture_url),
    )


def sells_nothing(link: str) -> bool:
    """Return whether a safe link leads to a site that is known not to be a shop."""
    return _NO_SHOP.search(host_of(link).lower()) is not None


def _link(found: str, canonical: str | None) -> str:
    """Return the page's canonical address, unless it is on another site."""
    own = safe_link(canonical)
    return own if own is not None and _site(own) == _site(found) else found


def _site(link: str) -> tuple[str, str, int | None]:
    parts = urlsplit(link)
    host = (parts.hostname or "").rstrip(".")
    return parts.scheme, _SAME_SHOP.sub("", host), parts.port
