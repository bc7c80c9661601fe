"""Google Cloud Vision's web detection: pages that show a picture, and a guess at its name.

https://cloud.google.com/vision/docs/detecting-web
"""

import base64
from dataclasses import dataclass
from typing import Any, ClassVar

from server.goods.safe_text import clean_text, safe_link
from server.offers.errors import NonsenseError
from server.offers.found_pages import FoundPage, PageReader, reading_ends, sells_nothing
from server.offers.offer import GarmentQuery, Offer, SearchContext, offer_id, one_each
from server.offers.provider import VendorProvider
from server.offers.providers.answers import elements, mapping
from server.offers.providers.google_errors import REFUSALS, error_of, refused
from server.offers.providers.links import google_shopping
from server.offers.vendors.client import VendorClient, VendorPolicy

ENDPOINT = "https://vision.googleapis.com/v1/images:annotate"
MOST_RESULTS = 20
# Answers are not cached: no terms were found that allow it.
POLICY = VendorPolicy(name="google_vision", title="Google Vision")


class GoogleVisionProvider(VendorProvider):
    """Sends the crop and reads the pages that show it; safe to share between threads.

    Args:
        client: Sends the requests.
        key: An API key of a Google Cloud project with the Cloud Vision API.
        pages: Reads the pages.
        limit: The most offers to return.
        endpoint: The address to send to.
    """

    name: ClassVar[str] = "google_vision"
    title: ClassVar[str] = "Google Vision"
    needs: ClassVar[tuple[str, ...]] = ("crop",)
    discloses: ClassVar[str] = (
        "Once you choose a garment, its cut-out goes to vision.googleapis.com; the pages that"
        " are found are then requested from their shops."
    )
    cost: ClassVar[str] = (
        "One unit of web detection; 1,000 a month are free, 1,000 more cost 3.50 dollars."
    )

    def __init__(
        self,
        client: VendorClient,
        *,
        key: str,
        pages: PageReader,
        limit: int,
        endpoint: str = ENDPOINT,
    ) -> None:
        self._client = client
        self._key = key
        self._pages = pages
        self._limit = limit
        self._endpoint = endpoint

    def search(self, query: GarmentQuery, context: SearchContext) -> list[Offer]:
        """Search Google, and read the shops' pages.

        Raises:
            ProviderBusyError: It asks to wait.
            ProviderError: It refused, timed out, or its answer cannot be read.
        """
        until = reading_ends(context)
        content = base64.b64encode(query.jpeg).decode()
        answer = self._client.post(
            self._endpoint,
            json={
                "requests": [
                    {
                        "image": {"content": content},
                        "features": [{"type": "WEB_DETECTION", "maxResults": MOST_RESULTS}],
                    }
                ]
            },
            secret_params={"key": self._key},
            seconds=context.seconds,
            accept=REFUSALS,
        )
        if answer.status in REFUSALS:
            raise refused(self._client, answer, self._key)
        web = read_detection(self._client, answer.json(), self._key)
        offers = self._pages.read(web.pages, self.name, until=until, limit=self._limit)
        link = _search_link(web.label, query, context)
        return one_each((*offers, link), self._limit + 1)


@dataclass(frozen=True, slots=True)
class WebDetection:
    """What Google found.

    Attributes:
        pages: Those that show the picture, or part of it, and may be shops'. For pictures that
            only look similar the API names no pages, so there is nothing to buy.
        label: What one would most likely search for.
    """

    pages: list[FoundPage]
    label: str | None


def read_detection(client: VendorClient, message: object, key: str) -> WebDetection:
    """Read an answer.

    Args:
        client: Pauses calls for as long as the answer asks.
        message: The answer's JSON.
        key: A secret that no message may repeat.

    Raises:
        ProviderBusyError: It asks to wait.
        ProviderError: The picture was refused, or the answer cannot be read.
    """
    responses = elements(mapping(message).get("responses"))
    response = responses[0] if responses else None
    if not isinstance(response, dict):
        raise NonsenseError(GoogleVisionProvider.title)
    if error := mapping(response.get("error")):
        raise error_of(client, error, key)
    web = mapping(response.get("webDetection"))
    pages = (_page(mapping(page)) for page in elements(web.get("pagesWithMatchingImages")))
    labels = (mapping(guess).get("label") for guess in elements(web.get("bestGuessLabels")))
    return WebDetection(
        [page for page in pages if page is not None],
        next(filter(None, (clean_text(label, 100) for label in labels)), None),
    )


def _page(page: dict[str, Any]) -> FoundPage | None:
    link = safe_link(page.get("url"))
    if link is None or sells_nothing(link):
        return None
    pictures = (
        safe_link(mapping(image).get("url"))
        for name in ("fullMatchingImages", "partialMatchingImages")
        for image in elements(page.get(name))
    )
    title = clean_text(page.get("pageTitle"))
    return FoundPage(link, title, next(filter(None, pictures), None))


def _search_link(label: str | None, query: GarmentQuery, context: SearchContext) -> Offer | None:
    if label is None:
        return None
    return Offer(
        id=offer_id(GoogleVisionProvider.name, "label", label),
        provider=GoogleVisionProvider.name,
        type="search",
        title=f"Google Shopping: {label}",
        link=google_shopping(label, context),
        shop="Google Shopping",
        kind=query.kind,
    )
