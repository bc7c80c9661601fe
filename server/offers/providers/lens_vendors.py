"""Three services that sell Google Lens's answers: their requests and their answers.

Serper (https://serper.dev), SerpApi (https://serpapi.com/google-lens-products-api) and
SearchApi (https://www.searchapi.io/docs/google-lens). They take the address of the whole
picture, never the picture itself. Their answers differ only in names, any of which may be
missing, so one reader fits all three.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from server.goods.availability import Availability, read_availability
from server.goods.links import host_of
from server.goods.money import Money, price_of
from server.goods.price_text import read_shown
from server.goods.safe_text import clean_text, safe_link
from server.offers.errors import NonsenseError
from server.offers.found_pages import sells_nothing
from server.offers.offer import Offer, SearchContext, offer_id, one_each
from server.offers.providers.answers import elements, mapping, refusal
from server.offers.vendors.client import VendorClient
from server.offers.vendors.request import Answer
from server.shop_page.words.stock_words import availability_in_words

VendorName = Literal["serper", "serpapi", "searchapi"]
_BAD_REQUEST = 400
# Every answer has one of these keys, also one that found nothing.
_ENVELOPE = frozenset(
    {"searchParameters", "search_metadata", "search_parameters", "search_information"}
)
_NOTHING_FOUND = re.compile(r"\b(?:has|did)n.t return(?:ed)? any results\b|\bno results\b")


@dataclass(frozen=True, slots=True)
class Question:
    """A search: a picture's public address, words for the garment, and who it is for."""

    picture: str
    words: str
    context: SearchContext


# Sends a question to an endpoint, with a key.
Ask = Callable[[VendorClient, str, str, Question], Answer]


@dataclass(frozen=True, slots=True)
class LensVendor:
    """One of the services.

    Attributes:
        title: Its name as users see it.
        host: The host that everything is sent to.
        endpoint: Its address.
        sends_words: Whether the garment's words are sent too, to say which garment is meant.
        matches: The answer's key for the results.
        ask: Sends a question to an endpoint, with a key.
        cache_seconds: How long an answer may be cached; 0 where no terms allow it.
    """

    name: VendorName
    title: str
    host: str
    endpoint: str
    sends_words: bool
    matches: str
    ask: Ask
    cache_seconds: float = 0.0


def _ask_serper(client: VendorClient, endpoint: str, key: str, question: Question) -> Answer:
    context = question.context
    return client.post(
        endpoint,
        json={
            "url": question.picture,
            "gl": context.country.lower(),
            "hl": context.language,
        },
        headers={"X-API-KEY": key},
        seconds=context.seconds,
        accept={_BAD_REQUEST},
    )


def _asks_engine(kind: str, country: Callable[[str], str]) -> Ask:
    """Return the search function of a service with one address for many engines.

    ``kind`` is its parameter for the type of results, ``country`` formats a country's code.
    """

    def ask(client: VendorClient, endpoint: str, key: str, question: Question) -> Answer:
        context = question.context
        return client.get(
            endpoint,
            params={
                "engine": "google_lens",
                kind: "products",
                "url": question.picture,
                "q": question.words,
                "hl": context.language,
                "country": country(context.country),
            },
            secret_params={"api_key": key},
            seconds=context.seconds,
            accept={_BAD_REQUEST},
        )

    return ask


VENDORS: dict[VendorName, LensVendor] = {
    vendor.name: vendor
    for vendor in (
        LensVendor(
            name="serper",
            title="Google Lens by Serper",
            host="google.serper.dev",
            endpoint="https://google.serper.dev/lens",
            sends_words=False,
            matches="organic",
            ask=_ask_serper,
        ),
        LensVendor(
            name="serpapi",
            title="Google Lens by SerpApi",
            host="serpapi.com",
            endpoint="https://serpapi.com/search.json",
            sends_words=True,
            matches="visual_matches",
            ask=_asks_engine("type", str.lower),
            # It caches the same search for an hour itself.
            cache_seconds=3600.0,
        ),
        LensVendor(
            name="searchapi",
            title="Google Lens by SearchApi",
            host="www.searchapi.io",
            endpoint="https://www.searchapi.io/api/v1/search",
            sends_words=True,
            matches="visual_matches",
            ask=_asks_engine("search_type", str.upper),
        ),
    )
}


def read_matches(
    message: object, vendor: LensVendor, context: SearchContext, limit: int, key: str
) -> list[Offer]:
    """Read an answer's offers, in Lens's order.

    Args:
        message: The answer's JSON.
        vendor: The service that answered.
        context: Who the search was for, which decides what "$" means.
        limit: The most offers to return.
        key: A secret that no message may repeat.

    Raises:
        ProviderError: The vendor refused, or its answer cannot be read.
    """
    answer = mapping(message)
    found = answer.get(vendor.matches)
    if isinstance(found, list):
        return one_each((_offer(mapping(m), vendor.name, context) for m in elements(found)), limit)
    reason = answer.get("error") or answer.get("message")
    if isinstance(reason, str):
        if _NOTHING_FOUND.search(reason):
            return []
        raise refusal(vendor.title, reason, key)
    if _ENVELOPE.isdisjoint(answer):
        raise NonsenseError(vendor.title)
    return []


def _offer(match: dict[str, Any], provider: str, context: SearchContext) -> Offer | None:
    link = safe_link(match.get("link"))
    title = clean_text(match.get("title"))
    if link is None or title is None or sells_nothing(link):
        return None
    return Offer(
        id=offer_id(provider, link),
        provider=provider,
        title=title,
        link=link,
        shop=clean_text(match.get("source"), 100) or host_of(link),
        price=_price(match, context),
        availability=_availability(match),
        picture_url=_picture(match),
    )


def _price(match: dict[str, Any], context: SearchContext) -> Money | None:
    given = match.get("price")
    if isinstance(given, dict):  # SerpApi's shape
        shown, amount, symbol = (given.get(k) for k in ("value", "extracted_value", "currency"))
    else:
        shown, amount, symbol = given, match.get("extracted_price"), match.get("currency")
    money = read_shown(shown, context.country, context.currency, symbol=symbol, amount=amount)
    return price_of(money)


def _availability(match: dict[str, Any]) -> Availability | None:
    stocked = match.get("in_stock")
    if isinstance(stocked, bool):
        return read_availability(stocked)
    text = match.get("stock_information")
    if not isinstance(text, str):
        return None
    # A shop's own words, in the language of its page.
    return read_availability(text) or availability_in_words(text)


def _picture(match: dict[str, Any]) -> str | None:
    """Return Google's own small copy first: it loads fast, and shops refuse foreign links."""
    for name in ("thumbnail", "thumbnailUrl", "image", "imageUrl"):
        value = match.get(name)
        link = safe_link(mapping(value).get("link") or value)
        if link:
            return link
    return None
