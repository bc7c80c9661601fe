"""A whole shop over UCP: its catalogue is leafed through, for the catalogue of this server.

The protocol has no list of everything. A search without words is a browse, where a shop allows
it (https://ucp.dev/specification/catalog/search); otherwise the word of each garment is searched
for.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

from server.catalog.sources.product import BrokenItemError, SourceError, SourceProduct
from server.catalog.sources.site import PAUSE_SECONDS
from server.catalog.sources.source import Form, Item
from server.config import Settings
from server.fetch.fetcher import Fetcher
from server.goods.languages import Noun, languages
from server.offers.errors import ProviderBusyError, ProviderError
from server.offers.providers.answers import mapping
from server.offers.providers.ucp import shop_catalogue, shop_policy
from server.offers.providers.ucp_answer import read_page
from server.offers.providers.ucp_discovery import Discovery
from server.offers.providers.ucp_products import read_variants
from server.offers.providers.ucp_profile import signer
from server.offers.providers.ucp_request import MOST_OFFERS, UcpCatalogue, browse_request
from server.offers.vendors.client import VendorClient

_SECONDS = 30.0
# Pages of one search; a shop that never ends is left at some point.
_MOST_PAGES = 1000
_PAGES_A_WORD = 40
_REFUSALS = frozenset(range(400, 500)) - {429}
_WAITS = 5
_LONGEST_WAIT = 300.0


class UcpShop:
    """The products of a shop that speaks UCP, each variant for itself.

    Args:
        client: Sends the requests.
        catalogue: Where the shop's catalogue is.
        settings: Who the search is for: country, language and currency.
    """

    # Waits for some seconds.
    sleep: Callable[[float], None] = staticmethod(time.sleep)

    form = Form.UCP

    def __init__(self, client: VendorClient, catalogue: UcpCatalogue, settings: Settings) -> None:
        self._client = client
        self._catalogue = catalogue
        self._context = {
            "address_country": settings.country,
            "language": settings.language,
            "currency": settings.currency,
        }
        self._words = _garments(settings.language)
        self._part: float | None = None
        self.title: str | None = catalogue.shop

    @property
    def part(self) -> float | None:
        """How much of it was read."""
        return self._part

    def __iter__(self) -> Iterator[Item]:
        """Read the pages one by one; a product that several words find counts once."""
        known: set[str] = set()
        try:
            pages = self._pages({"filters": {"price": {"min": 0}}}, _MOST_PAGES)
            first = next(pages, [])
        except ProviderBusyError as error:
            raise SourceError(str(error), hint=error.hint) from error
        except ProviderError:
            first = []
        if first:
            yield from _items(first, known)
            for products in self._read(pages):
                yield from _items(products, known)
            return
        for number, word in enumerate(self._words):
            for products in self._read(self._pages({"query": word}, _PAGES_A_WORD)):
                yield from _items(products, known)
            self._part = (number + 1) / len(self._words)

    def _read(self, pages: Iterator[list[dict[str, Any]]]) -> Iterator[list[dict[str, Any]]]:
        try:
            yield from pages
        except ProviderError as error:
            raise SourceError(f"The shop stopped answering. {error}", hint=error.hint) from error

    def _pages(self, search: dict[str, Any], most: int) -> Iterator[list[dict[str, Any]]]:
        """Yield the products of each page of a search."""
        cursor, read = None, 0
        for _ in range(most):
            products, cursor, total = self._page(search, cursor)
            read += len(products)
            if total and "query" not in search:
                self._part = min(1.0, read / total)
            yield products
            if cursor is None or not products:
                return
            self.sleep(PAUSE_SECONDS)

    def _page(
        self, search: dict[str, Any], cursor: str | None
    ) -> tuple[list[dict[str, Any]], str | None, int]:
        page = {"limit": MOST_OFFERS} | ({"cursor": cursor} if cursor else {})
        wanted = {**search, "context": self._context, "pagination": page}
        for attempt in range(_WAITS):
            try:
                url, body, headers = browse_request(self._catalogue, wanted)
                answer = self._client.post(
                    url,
                    json=body,
                    headers=headers,
                    seconds=_SECONDS,
                    safe_to_repeat=True,
                    accept=_REFUSALS,
                )
                title = self._client.policy.title
                return read_page(self._catalogue, answer.data, answer.media_type, title)
            except ProviderBusyError as error:
                if attempt == _WAITS - 1:
                    raise
                self.sleep(min(error.retry_after, _LONGEST_WAIT))
        raise AssertionError("unreachable")


def ucp_finder(settings: Settings, fetcher: Fetcher) -> Callable[[str], UcpShop | None]:
    """Return what finds the catalogue of a shop that speaks UCP, given its domain."""

    def find(domain: str) -> UcpShop | None:
        client = VendorClient(fetcher, shop_policy(domain), sign=signer(settings))
        otherwise = shop_catalogue(domain, settings.ucp_profile)
        discovery = Discovery(client, domain, otherwise)
        try:
            if not discovery.is_offered(_SECONDS):
                return None
            return UcpShop(client, discovery.catalogue(_SECONDS), settings)
        except ProviderError:
            return None

    return find


def _garments(tag: str) -> list[str]:
    """Return the words of the garments in a language and in English, each once."""
    known = languages()
    chosen = [known[name] for name in dict.fromkeys((tag, "en")) if name in known]
    nouns = [noun for language in chosen for noun in language.search.categories.values()]
    return list(dict.fromkeys(noun.word if isinstance(noun, Noun) else noun for noun in nouns))


def _items(
    products: list[dict[str, Any]], known: set[str]
) -> Iterator[SourceProduct | BrokenItemError]:
    for product in products:
        for item in read_variants(mapping(product)):
            key = item.key if isinstance(item, SourceProduct) else ""
            if not key or key not in known:
                known.add(key)
                yield item
