"""Channel3's REST search: products of many shops by picture and words.

https://docs.trychannel3.com/guides/search and https://docs.trychannel3.com/guides/image-search.
Amounts are in major units here, unlike in UCP, which Channel3 also speaks.
"""

import base64
from collections.abc import Iterator
from typing import Any, ClassVar

from server.goods.availability import read_availability
from server.goods.links import host_of
from server.goods.money import from_major_units, list_price_of, price_of
from server.goods.safe_text import clean_text, safe_link
from server.offers.errors import NonsenseError, ProviderError
from server.offers.offer import GarmentQuery, Offer, SearchContext, offer_id, one_each
from server.offers.provider import VendorProvider
from server.offers.providers.answers import elements, mapping, refusal
from server.offers.vendors.client import VendorClient, VendorPolicy

ENDPOINT = "https://api.trychannel3.com/v1/search"
MOST_OFFERS = 30
# Answers are not cached: no terms were found that allow it.
POLICY = VendorPolicy(name="channel3", title="Channel3")
_REFUSALS = frozenset({400, 402, 422})


class Channel3Provider(VendorProvider):
    """Searches by the crop and its words; safe to share between threads.

    Args:
        client: Sends the requests.
        key: A key of https://trychannel3.com.
        limit: The most offers to return.
        endpoint: The address to send to.
    """

    name: ClassVar[str] = "channel3"
    title: ClassVar[str] = "Channel3"
    needs: ClassVar[tuple[str, ...]] = ("crop", "words")
    discloses: ClassVar[str] = (
        "Once you choose a garment, its cut-out, words such as “navy long sleeve top”, and your"
        " country, language and currency go to api.trychannel3.com."
    )
    cost: ClassVar[str] = "One search of your Channel3 account."

    def __init__(
        self, client: VendorClient, *, key: str, limit: int, endpoint: str = ENDPOINT
    ) -> None:
        self._client = client
        self._key = key
        self._limit = min(limit, MOST_OFFERS)
        self._endpoint = endpoint

    def search(self, query: GarmentQuery, context: SearchContext) -> list[Offer]:
        """Search Channel3.

        Raises:
            ProviderError: It refused, timed out, or its answer cannot be read.
        """
        answer = self._client.post(
            self._endpoint,
            json={
                "query": query.words(context.language),
                "base64_image": base64.b64encode(query.jpeg).decode(),
                "limit": self._limit,
                "filters": {"availability": ["InStock"]},
                "config": {
                    "country": context.country,
                    "currency": context.currency,
                    "language": context.language,
                },
            },
            headers={"x-api-key": self._key},
            seconds=context.seconds,
            accept=_REFUSALS,
        )
        if answer.status in _REFUSALS:
            raise _refused(answer.json(), self._key)
        return read_products(answer.json(), context, self._limit, self._key)


def read_products(message: object, context: SearchContext, limit: int, key: str) -> list[Offer]:
    """Read an answer's offers, of each product the one that suits the user best.

    Args:
        message: The answer's JSON.
        context: Who the search was for.
        limit: The most offers to return.
        key: A secret that no message may repeat.

    Raises:
        ProviderError: Channel3 refused, or its answer cannot be read.
    """
    products = mapping(message).get("products")
    if not isinstance(products, list):
        raise _refused(message, key)
    return one_each((_offer(mapping(product), context) for product in elements(products)), limit)


def _refused(message: object, key: str) -> ProviderError:
    """Build the error for an answer in one of its framework's (FastAPI's) shapes."""
    answer = mapping(message)
    reason = answer.get("detail") or answer.get("message") or answer.get("error")
    first = next(iter(elements(reason)), reason)
    reason = mapping(first).get("msg") or mapping(first).get("message") or first
    if not isinstance(reason, str):
        return NonsenseError(Channel3Provider.title)
    return refusal(Channel3Provider.title, reason, key)


def _offer(product: dict[str, Any], context: SearchContext) -> Offer | None:
    title = clean_text(product.get("title"))
    sold = [offer for given in elements(product.get("offers")) if (offer := _sold(given))]
    if title is None or not sold:
        return None
    best = min(sold, key=lambda offer: _rank(offer, context))
    key = product.get("id")
    return Offer(
        id=offer_id(Channel3Provider.name, key if isinstance(key, str) and key else best["link"]),
        provider=Channel3Provider.name,
        title=title,
        picture_url=_picture(product),
        types=tuple(_types(product)),
        **best,
    )


def _sold(given: object) -> dict[str, Any] | None:
    """Read one shop's offer: the fields of an `Offer` that depend on the shop."""
    offer = mapping(given)
    link = safe_link(offer.get("url"))
    if link is None:
        return None
    amounts = mapping(offer.get("price"))
    price = price_of(from_major_units(amounts.get("price"), amounts.get("currency")))
    before = from_major_units(amounts.get("compare_at_price"), amounts.get("currency"))
    status = offer.get("availability")
    return {
        "link": link,
        "shop": clean_text(offer.get("domain"), 100) or host_of(link),
        "price": price,
        "list_price": list_price_of(before, price),
        "availability": read_availability(status) if isinstance(status, str) else None,
    }


def _rank(sold: dict[str, Any], context: SearchContext) -> tuple[bool, bool, float]:
    """Rank one product's shops: in stock first, then the user's currency, then the price.

    What a shop would pay for the sale does not count.
    """
    price = sold["price"]
    mine = price is not None and price.currency == context.currency.upper()
    amount = float(price.amount) if price is not None else float("inf")
    return sold["availability"] != "in_stock", not mine, amount


def _picture(product: dict[str, Any]) -> str | None:
    images = [mapping(image) for image in elements(product.get("images"))]
    images.sort(key=lambda image: image.get("is_main_image") is not True)
    return next((link for image in images if (link := safe_link(image.get("url")))), None)


def _types(product: dict[str, Any]) -> Iterator[str]:
    """Yield the most specific category.

    Those above it ("Apparel & Accessories") also name what the product is not.
    """
    category = mapping(product.get("category"))
    candidates = [category.get("title"), *reversed(elements(category.get("path")))]
    listed = elements(product.get("categories"))
    candidates += listed[-1:]
    for candidate in candidates:
        text = clean_text(mapping(candidate).get("title") or candidate)
        if text:
            yield text.rpartition(">")[2].strip() or text
            return
