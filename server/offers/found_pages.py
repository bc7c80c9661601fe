"""Reading the pages that a web search found: which of them sell the thing, and for how much."""

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
from server.goods.links import canonical_link
from server.goods.money import from_decimal, list_price_of
from server.goods.safe_text import clean_text, host_of, safe_link
from server.offers.no_shop import sells_nothing
from server.offers.offer import Offer, SearchContext, offer_id
from server.offers.providers.answers import one_each
from server.shop_page.offer import ShopPage

# Pages that are downloaded for one search of one provider.
MOST_PAGES = 16
DOWNLOADS = 8
# More would only wait for the processor.
PARSED_AT_ONCE = 2
# Of a provider's time, until pages are read; the rest is for comparing their pictures.
READING_SHARE = 0.7
_HTML = frozenset({"", "text/html", "application/xhtml+xml", "application/xml", "text/xml"})
_SAME_SHOP = re.compile(r"^(?:www|m|mobile)\.")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FoundPage:
    """A page as a search found it.

    Attributes:
        link: A safe one (see `server.goods.safe_text.safe_link`).
        title: Plain text on one line, where the search gives one.
        picture_url: Address of the picture for which it was found, likewise.
    """

    link: str
    title: str | None = None
    picture_url: str | None = None


def reading_ends(context: SearchContext) -> float:
    """Give when a search that begins now is to stop reading, on `time.monotonic`'s clock."""
    return time.monotonic() + READING_SHARE * context.seconds


class PageReader:
    """Downloads and reads shops' pages; safe to share between threads and providers."""

    def __init__(self, fetcher: Fetcher) -> None:
        self._fetcher = fetcher
        self._pool = ThreadPoolExecutor(DOWNLOADS, thread_name_prefix="shop-page")
        self._parsing = threading.BoundedSemaphore(PARSED_AT_ONCE)

    def read(
        self, found: Iterable[FoundPage], provider: str, *, until: float, limit: int
    ) -> list[Offer]:
        """Give an offer for each page that sells one product, in the order of the search.

        A page that came too late, or whose shop answers no programs, is an offer without a
        price. What is no page of a product, is gone or cannot be reached is left out.

        Args:
            found: Pages; those beyond `MOST_PAGES` are not looked at.
            provider: The name of the provider that found them.
            until: On the clock of `time.monotonic`; nothing is waited for beyond.
            limit: Offers wanted.
        """
        reading = [
            (page, self._pool.submit(self._read, page.link, until))
            for page in _worth_reading(found)
        ]
        wait([future for _, future in reading], timeout=max(0.0, until - time.monotonic()))
        # Each is asked for, so that what has not begun is not begun any more.
        offers = [_offer(page, future, provider) for page, future in reading]
        return one_each(offers, limit)

    def _read(self, link: str, until: float) -> ShopPage | None:
        """Download and read a page; None for what is no page.

        Raises:
            FetchError: It cannot be had, or not in time.
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
    """Give each page once; a search by pictures finds one page with several of them."""
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
    """Say whether a person may still see the page: it was slow, or refuses programs."""
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
    """Make the offer of a page that sells a product, and says so by more than its words."""
    title = clean_text(page.title) or found.title
    sells = page.price is not None or page.availability or page.gtin or page.sku
    if title is None or not sells:
        return None
    price = from_decimal(page.price, page.currency)
    link = _link(found.link, page.link)
    # The page's own picture shows what it sells; the search may have found another on it.
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


def _link(found: str, told: str | None) -> str:
    """Give the address that the page calls its own, unless that is another site's."""
    own = safe_link(told)
    return own if own is not None and _site(own) == _site(found) else found


def _site(link: str) -> tuple[str, str, int | None]:
    parts = urlsplit(link)
    host = (parts.hostname or "").rstrip(".")
    return parts.scheme, _SAME_SHOP.sub("", host), parts.port
