"""Google's Custom Search JSON API (https://developers.google.com/custom-search/v1/overview).

Closed to new customers, and to everybody from 2027 on; this is for those who still have a key.
As in the paper, it finds pages, and each page is read for what it sells.
"""

import time
from typing import Any, ClassVar

from server.goods.safe_text import clean_text, safe_link
from server.offers.errors import NonsenseError
from server.offers.found_pages import FoundPage, PageReader, reading_ends, sells_nothing
from server.offers.offer import GarmentQuery, Offer, SearchContext
from server.offers.provider import VendorProvider
from server.offers.providers.answers import elements, mapping
from server.offers.providers.google_errors import REFUSALS, refused
from server.offers.vendors.client import VendorClient, VendorPolicy

ENDPOINT = "https://www.googleapis.com/customsearch/v1"
# Results of one search; ten more would cost another search.
MOST_RESULTS = 10
# Answers are not cached: no terms were found that allow it.
POLICY = VendorPolicy(name="google_cse", title="Google Custom Search")
_KIND = "customsearch#search"
_LEAST_SECONDS = 0.2


class GoogleCseProvider(VendorProvider):
    """Searches by words and reads the pages it finds; safe to share between threads.

    Pictures are searched first, since the pages that show them sell products; pages only where
    that finds nothing.

    Args:
        client: Sends the requests.
        key: An API key of a Google Cloud project that had the API before it was closed.
        engine: The id ("cx") of a Programmable Search Engine.
        pages: Reads the pages.
        limit: The most offers to return.
        endpoint: The address to send to.
    """

    name: ClassVar[str] = "google_cse"
    title: ClassVar[str] = "Google Custom Search"
    needs: ClassVar[tuple[str, ...]] = ("words",)
    discloses: ClassVar[str] = (
        "Once you choose a garment, words such as “navy long sleeve top”, your language and your"
        " country go to www.googleapis.com; the pages that are found are then requested from"
        " their shops."
    )
    cost: ClassVar[str] = (
        "One or two of the 100 searches a day that are free; 5 dollars per 1,000 beyond them,"
        " where billing is on."
    )

    def __init__(
        self,
        client: VendorClient,
        *,
        key: str,
        engine: str,
        pages: PageReader,
        limit: int,
        endpoint: str = ENDPOINT,
    ) -> None:
        self._client = client
        self._key = key
        self._engine = engine
        self._pages = pages
        self._limit = limit
        self._endpoint = endpoint

    def search(self, query: GarmentQuery, context: SearchContext) -> list[Offer]:
        """Search Google, and read the shops' pages.

        Raises:
            ProviderBusyError: It asks to wait, or the day's searches are used up.
            ProviderError: It refused, timed out, or its answer cannot be read.
        """
        until = reading_ends(context)
        deadline = time.monotonic() + context.seconds
        found = self._ask(query, context, pictures=True, seconds=context.seconds)
        left = deadline - time.monotonic()
        if not found and left > _LEAST_SECONDS:
            found = self._ask(query, context, pictures=False, seconds=left)
        return self._pages.read(found, self.name, until=until, limit=self._limit)

    def _ask(
        self, query: GarmentQuery, context: SearchContext, *, pictures: bool, seconds: float
    ) -> list[FoundPage]:
        answer = self._client.get(
            self._endpoint,
            params={
                "cx": self._engine,
                "q": query.words(context.language),
                "num": MOST_RESULTS,
                "hl": context.language,
                "gl": context.country.lower(),
                "safe": "active",
                **({"searchType": "image"} if pictures else {}),
            },
            secret_params={"key": self._key},
            seconds=seconds,
            accept=REFUSALS,
        )
        if answer.status in REFUSALS:
            error = refused(self._client, answer, self._key)
            if "does not have the access" in str(error):
                error.hint = "Google closed this API to new customers; older projects keep it."
            raise error
        return read_results(answer.json(), pictures=pictures)


def read_results(message: object, *, pictures: bool) -> list[FoundPage]:
    """Read the pages of an answer that may be shops', in Google's order.

    Args:
        message: The answer's JSON.
        pictures: Whether pictures were searched: a result is then a picture, with the page that
            shows it beside.

    Raises:
        ProviderError: It cannot be read.
    """
    answer = mapping(message)
    found = answer.get("items")
    if not isinstance(found, list) and answer.get("kind") != _KIND:
        raise NonsenseError(GoogleCseProvider.title)
    pages = (_page(mapping(item), pictures=pictures) for item in elements(found))
    return [page for page in pages if page is not None]


def _page(item: dict[str, Any], *, pictures: bool) -> FoundPage | None:
    image = mapping(item.get("image"))
    link = safe_link(image.get("contextLink") if pictures else item.get("link"))
    if link is None or sells_nothing(link):
        return None
    return FoundPage(link, clean_text(item.get("title")), _picture(item, image))


def _picture(item: dict[str, Any], image: dict[str, Any]) -> str | None:
    """Return Google's own small copy first: it loads fast, and shops refuse foreign links."""
    pagemap = mapping(item.get("pagemap"))
    shown = (
        mapping(entry).get("src")
        for name in ("cse_thumbnail", "cse_image")
        for entry in elements(pagemap.get(name))
    )
    picture = item.get("link") if image else None
    links = map(safe_link, (image.get("thumbnailLink"), *shown, picture))
    return next(filter(None, links), None)
