"""Rakuten Ichiba's item search (https://webservice.rakuten.co.jp/documentation).

Prices are in yen, which has no smaller unit. Items are plain in ``formatVersion`` 2 and wrapped
in an ``Item`` in 1; both are read, in case the requested 2 is ignored.
"""

import re
from typing import Any, ClassVar
from urllib.parse import urlsplit

from server.goods.availability import read_availability
from server.goods.languages import language
from server.goods.money import from_major_units, price_of
from server.goods.safe_text import clean_text, safe_link
from server.goods.search_text import search_text
from server.offers.errors import NonsenseError, ProviderError
from server.offers.offer import GarmentQuery, Offer, SearchContext, offer_id, one_each
from server.offers.provider import VendorProvider
from server.offers.providers.answers import elements, mapping, refusal
from server.offers.vendors.client import VendorClient, VendorPolicy

ENDPOINT = "https://openapi.rakuten.co.jp/ichibams/api/IchibaItem/Search/20260701"
MOST_OFFERS = 30
CURRENCY = "JPY"
# Prices may be cached for a day, but after an hour their time has to be shown beside them
# (https://webservice.faq.rakuten.net, 900001974343).
POLICY = VendorPolicy(name="rakuten", title="Rakuten", cache_seconds=3600.0)
_REFUSALS = frozenset({400, 403, 404})
_ENVELOPE = frozenset({"count", "hits", "pageCount"})
_SMALL = re.compile(r"([?&]_ex=)128x128\b")
# Shops must mark used items in the name, and do so in brackets: 【中古】.
_USED = re.compile(r"[【\[][^】\]]{0,20}中古(?!風)")


class RakutenProvider(VendorProvider):
    """Searches by words, in Japanese; safe to share between threads.

    Args:
        client: Sends the requests.
        application: The application's id.
        key: The application's access key.
        site: The web site registered with the application; Rakuten answers only requests that
            name it as their origin.
        limit: The most offers to return.
        endpoint: The address to send to.
    """

    name: ClassVar[str] = "rakuten"
    title: ClassVar[str] = "Rakuten"
    needs: ClassVar[tuple[str, ...]] = ("words",)
    discloses: ClassVar[str] = (
        "Once you choose a garment, Japanese words such as “ネイビー 長袖 トップス”, and the web"
        " site that your Rakuten application is registered for, go to openapi.rakuten.co.jp."
    )
    cost: ClassVar[str] = "Nothing; Rakuten answers about one search a second."

    def __init__(
        self,
        client: VendorClient,
        *,
        application: str,
        key: str,
        site: str,
        limit: int,
        endpoint: str = ENDPOINT,
    ) -> None:
        self._client = client
        self._application = application
        self._key = key
        parts = urlsplit(site)
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._limit = min(limit, MOST_OFFERS)
        self._endpoint = endpoint

    def search(self, query: GarmentQuery, context: SearchContext) -> list[Offer]:
        """Search Rakuten.

        Raises:
            ProviderBusyError: It asks to wait.
            ProviderError: It refused, timed out, or its answer cannot be read.
        """
        answer = self._client.get(
            self._endpoint,
            params={
                "format": "json",
                "formatVersion": 2,
                "keyword": japanese_words(query),
                "hits": self._limit,
                "imageFlag": 1,
                "availability": 1,
            },
            secret_params={"applicationId": self._application, "accessKey": self._key},
            headers={"Referer": f"{self._origin}/", "Origin": self._origin},
            seconds=context.seconds,
            accept=_REFUSALS,
        )
        secrets = (self._key, self._application)
        if answer.status in _REFUSALS:
            message = answer.json()
            if mapping(message).get("error") == "not_found":
                return []
            raise _refused(message, *secrets)
        try:
            return read_items(answer.json(), self._limit, *secrets)
        except ProviderError:
            self._client.forget(answer)
            raise


def japanese_words(query: GarmentQuery) -> str:
    """Return what to type into Rakuten's search, "ネイビー 長袖 トップス".

    Shops there describe what they sell in Japanese only. The pattern is left out, since every
    word narrows the search.
    """
    if query.category is None:
        return ""
    return search_text(language("ja"), query.colours, query.category)


def read_items(message: object, limit: int, *secrets: str) -> list[Offer]:
    """Read an answer's offers, in Rakuten's order.

    Args:
        message: The answer's JSON, in either format.
        limit: The most offers to return.
        secrets: Secrets that no message may repeat.

    Raises:
        ProviderError: Rakuten refused, or its answer cannot be read.
    """
    answer = mapping(message)
    found = answer.get("Items", answer.get("items"))
    if isinstance(found, list):
        items = (mapping(item) for item in elements(found))
        return one_each((_offer(mapping(item.get("Item")) or item) for item in items), limit)
    if _ENVELOPE.isdisjoint(answer) or "error" in answer or "errors" in answer:
        raise _refused(message, *secrets)
    return []


def _refused(message: object, *secrets: str) -> ProviderError:
    """Build the error for an answer in the shape of the API or of the gateway before it."""
    answer = mapping(message)
    gateway = mapping(answer.get("errors"))
    reasons = (
        answer.get("error_description"), answer.get("error"),
        gateway.get("errorMessage"), answer.get("errorMessage"),
    )  # fmt: skip
    reason = next((text for text in reasons if isinstance(text, str) and text), None)
    if reason is None:
        return NonsenseError(RakutenProvider.title)
    error = refusal(RakutenProvider.title, reason, *secrets)
    if "REFERRER" in reason:
        error.hint = "The site in the settings must be one registered with the application."
    return error


def _offer(item: dict[str, Any]) -> Offer | None:
    link = safe_link(item.get("itemUrl")) or safe_link(item.get("affiliateUrl"))
    title = clean_text(item.get("itemName"))
    if link is None or title is None:
        return None
    code = item.get("itemCode")
    return Offer(
        id=offer_id(RakutenProvider.name, code if isinstance(code, str) and code else link),
        provider=RakutenProvider.name,
        title=title,
        link=link,
        shop=clean_text(item.get("shopName"), 100) or RakutenProvider.title,
        price=price_of(from_major_units(item.get("itemPrice"), CURRENCY)),
        availability=read_availability(item.get("availability")),
        picture_url=_picture(item),
        # Shipping is not read: the documentation contradicts itself on whether it is included.
        condition="used" if _USED.search(title) else None,
    )


def _picture(item: dict[str, Any]) -> str | None:
    for name in ("mediumImageUrls", "smallImageUrls"):
        for value in elements(item.get(name)):
            link = safe_link(mapping(value).get("imageUrl") or value)
            if link:
                # Rakuten's picture server serves any size; 128 pixels show too little.
                return _SMALL.sub(r"\g<1>400x400", link)
    return None
