"""SearXNG, a self-hosted metasearch engine (https://docs.searxng.org/dev/search_api.html).

An instance queries many search engines and returns their results as one list: pictures with the
pages that show them, pages, and from the engines that search shops, products with prices.
"""

import re
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlsplit

from server.config import Settings
from server.fetch.fetcher import Fetcher
from server.goods.links import host_of
from server.goods.money import price_of
from server.goods.price_text import read_shown
from server.goods.safe_text import clean_text, safe_link
from server.offers.errors import NonsenseError, ProviderError
from server.offers.found_pages import FoundPage, PageReader, reading_ends, sells_nothing
from server.offers.offer import GarmentQuery, Offer, SearchContext, offer_id, one_each
from server.offers.provider import VendorProvider
from server.offers.providers.answers import elements, mapping, refusal
from server.offers.vendors.client import VendorClient, VendorPolicy

# Answers are not cached: an engine that did not answer may do so the next time.
POLICY = VendorPolicy(name="searxng", title="SearXNG")
_CATEGORIES = "images,general,shopping"
_MODERATE = 1
_REFUSALS = frozenset({400, 403, 404})
# What the engine for Geizhals puts before a price, whatever the requested language.
_LABEL = re.compile(r"^bestes angebot:", re.IGNORECASE)
_MOST_NAMED = 5


class JsonRefusedError(ProviderError):
    """The instance refuses, as one does that answers people only."""

    code = "provider-json-refused"

    def __init__(self, title: str) -> None:
        super().__init__(
            f"{title} refused (403): is json under search.formats in its settings.yml?",
            hint="Only who runs the instance can change that; most public ones will not.",
        )


class NoInstanceError(ProviderError):
    """Something else answers at the address in the settings."""

    code = "provider-not-there"

    def __init__(self, title: str) -> None:
        super().__init__(
            f"There is no {title} at the address in the settings (404).",
            hint="WTB_SEARXNG_URL is the address of its start page.",
        )


class EnginesSilentError(ProviderError):
    """None of the engines that the instance asks answered."""

    code = "provider-engines-silent"

    def __init__(self, title: str, engines: str) -> None:
        super().__init__(f"{title} found nothing: no answer from {engines}.", engines)


class SearxngProvider(VendorProvider):
    """Searches by words and reads the pages it finds; safe to share between threads.

    Args:
        client: Sends the requests; may reach the instance (see `own_fetcher`).
        url: The instance's address.
        pages: Reads the pages.
        limit: The most offers to return.
    """

    name: ClassVar[str] = "searxng"
    title: ClassVar[str] = "SearXNG"
    needs: ClassVar[tuple[str, ...]] = ("words",)
    discloses: ClassVar[str] = (
        "Once you choose a garment, words such as “navy long sleeve top”, your language and your"
        " country go to your SearXNG instance and from there to search engines; the pages that"
        " are found are then requested from their shops."
    )
    cost: ClassVar[str] = "Nothing; search engines may shut out an instance that asks too often."

    def __init__(self, client: VendorClient, *, url: str, pages: PageReader, limit: int) -> None:
        self._client = client
        self._endpoint = url.rstrip("/") + "/search"
        self._pages = pages
        self._limit = limit

    def search(self, query: GarmentQuery, context: SearchContext) -> list[Offer]:
        """Search the instance, and read the shops' pages.

        Raises:
            ProviderBusyError: It asks to wait.
            ProviderError: It refused, timed out, or its answer cannot be read.
        """
        until = reading_ends(context)
        answer = self._client.get(
            self._endpoint,
            params={
                "q": query.words(context.language),
                "categories": _CATEGORIES,
                "language": f"{context.language}-{context.country}",
                "safesearch": _MODERATE,
                "format": "json",
            },
            seconds=context.seconds,
            accept=_REFUSALS,
        )
        if answer.status == 403:
            raise JsonRefusedError(self.title)
        if answer.status == 404:
            raise NoInstanceError(self.title)
        message = answer.json()
        if answer.status != 200:
            raise refusal(self.title, mapping(message).get("error"))
        results = read_results(message, context)
        left = self._limit - len(results.offers)
        read = (
            self._pages.read(results.pages, self.name, until=until, limit=left) if left > 0 else []
        )
        return one_each((*results.offers, *read), self._limit)


@dataclass(frozen=True, slots=True)
class Results:
    """What an instance found.

    Attributes:
        offers: Products with a price.
        pages: Anything else that may be a shop's page, those with a picture first: a garment's
            words find pictures of products, and lists of products.
    """

    offers: list[Offer]
    pages: list[FoundPage]


def read_results(message: object, context: SearchContext) -> Results:
    """Read an answer.

    Args:
        message: The answer's JSON.
        context: Who the search was for, which decides what "$" means.

    Raises:
        ProviderError: No engine answered, or the answer cannot be read.
    """
    answer = mapping(message)
    found = answer.get("results")
    if not isinstance(found, list):
        raise NonsenseError(SearxngProvider.title)
    if not found and (silent := _silent(answer.get("unresponsive_engines"))):
        raise EnginesSilentError(SearxngProvider.title, silent)
    offers: list[Offer] = []
    pages: list[FoundPage] = []
    for result in map(mapping, elements(found)):
        link = safe_link(result.get("url"))
        if link is None or sells_nothing(link):
            continue
        page = FoundPage(link, clean_text(result.get("title")), _picture(result))
        offer = _product(page, result.get("price"), context)
        if offer is not None:
            offers.append(offer)
        else:
            pages.append(page)
    return Results(offers, sorted(pages, key=lambda page: page.picture_url is None))


def own_fetcher(settings: Settings, url: str) -> Fetcher:
    """Return a fetcher that may reach the operator's instance wherever it runs.

    Only for requests to the instance itself, never for the addresses that it returns.

    Args:
        settings: The server's.
        url: The instance's address; "" for none.
    """
    parts = urlsplit(url)
    if not parts.hostname:
        return Fetcher(settings)
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = parts.port or (443 if parts.scheme == "https" else 80)
    allow = (*settings.fetch_allow, f"{host}:{port}")
    return Fetcher(settings.model_copy(update={"fetch_allow": allow}))


def _product(page: FoundPage, shown: object, context: SearchContext) -> Offer | None:
    text = _LABEL.sub("", shown) if isinstance(shown, str) else None
    price = price_of(read_shown(text, context.country, context.currency))
    if price is None or page.title is None:
        return None
    return Offer(
        id=offer_id(SearxngProvider.name, page.link),
        provider=SearxngProvider.name,
        title=page.title,
        link=page.link,
        shop=host_of(page.link),
        price=price,
        picture_url=page.picture_url,
    )


def _picture(result: dict[str, Any]) -> str | None:
    """Return the engine's own small copy first: it loads fast."""
    for name in ("thumbnail_src", "thumbnail", "img_src"):
        value = result.get(name)
        if isinstance(value, str) and value.startswith("//"):
            value = f"https:{value}"
        link = safe_link(value)
        if link:
            return link
    return None


def _silent(engines: object) -> str:
    """Return the engines that did not answer, each with its reason."""
    named = []
    for pair in elements(engines)[:_MOST_NAMED]:
        name, reason = (clean_text(part, 40) for part in (*elements(pair), None, None)[:2])
        if name:
            named.append(f"{name} ({reason})" if reason else name)
    return ", ".join(named)
