"""Lykdat's global search for clothes that look like a picture (https://apidocs.lykdat.com)."""

from typing import Any, ClassVar

from server.goods.links import host_of
from server.goods.money import from_major_units, list_price_of, price_of
from server.goods.names import branded_title
from server.goods.safe_text import clean_text, safe_link
from server.offers.errors import NonsenseError, ProviderError
from server.offers.offer import GarmentQuery, Offer, SearchContext, offer_id, one_each
from server.offers.provider import VendorProvider
from server.offers.providers.answers import elements, mapping, refusal
from server.offers.vendors.client import VendorClient, VendorPolicy

ENDPOINT = "https://cloudapi.lykdat.com/v1/global/search"
# Answers are not cached: no terms were found that allow it.
POLICY = VendorPolicy(name="lykdat", title="Lykdat")
_REFUSALS = frozenset({400, 402, 422})


class LykdatProvider(VendorProvider):
    """Searches by the crop; safe to share between threads.

    Args:
        client: Sends the requests.
        key: A key of https://solutions.lykdat.com.
        limit: The most offers to return.
        endpoint: The address to send to.
    """

    name: ClassVar[str] = "lykdat"
    title: ClassVar[str] = "Lykdat"
    needs: ClassVar[tuple[str, ...]] = ("crop",)
    discloses: ClassVar[str] = "Once you choose a garment, its cut-out goes to cloudapi.lykdat.com."
    cost: ClassVar[str] = "One search of your Lykdat plan."

    def __init__(
        self, client: VendorClient, *, key: str, limit: int, endpoint: str = ENDPOINT
    ) -> None:
        self._client = client
        self._key = key
        self._limit = limit
        self._endpoint = endpoint

    def search(self, query: GarmentQuery, context: SearchContext) -> list[Offer]:
        """Search Lykdat.

        Raises:
            ProviderError: It refused, timed out, or its answer cannot be read.
        """
        answer = self._client.post(
            self._endpoint,
            secret_form={"api_key": self._key},
            files={"image": ("garment.jpg", query.jpeg, "image/jpeg")},
            seconds=context.seconds,
            accept=_REFUSALS,
        )
        if answer.status in _REFUSALS:
            raise _refused(answer.json(), self._key)
        return read_groups(answer.json(), self._limit, self._key)


def read_groups(message: object, limit: int, key: str) -> list[Offer]:
    """Read an answer's offers, grouped by the garments that Lykdat saw in the crop, best first.

    Args:
        message: The answer's JSON.
        limit: The most offers to return.
        key: A secret that no message may repeat.

    Raises:
        ProviderError: Lykdat refused, or its answer cannot be read.
    """
    groups = mapping(mapping(message).get("data")).get("result_groups")
    if not isinstance(groups, list):
        raise _refused(message, key)
    products = (
        mapping(product)
        for group in elements(groups)
        for product in elements(mapping(group).get("similar_products"))
    )
    return one_each((_offer(product) for product in products), limit)


def _refused(message: object, key: str) -> ProviderError:
    answer = mapping(message)
    reason = answer.get("message") or answer.get("error") or answer.get("detail")
    if isinstance(reason, dict):
        reason = reason.get("message")
    if not isinstance(reason, str):
        return NonsenseError(LykdatProvider.title)
    return refusal(LykdatProvider.title, reason, key)


def _offer(product: dict[str, Any]) -> Offer | None:
    link = safe_link(product.get("url"))
    name = clean_text(product.get("name"))
    if link is None or name is None:
        return None
    brand = clean_text(product.get("brand_name"), 60)
    currency = product.get("currency")
    full = price_of(from_major_units(product.get("price"), currency))
    reduced = price_of(from_major_units(product.get("reduced_price"), currency))
    before = list_price_of(full, reduced)
    key = product.get("id")
    return Offer(
        id=offer_id(LykdatProvider.name, key if isinstance(key, str) and key else link),
        provider=LykdatProvider.name,
        title=branded_title(name, brand),
        link=link,
        shop=clean_text(product.get("vendor"), 100) or host_of(link),
        price=reduced if before else full,
        list_price=before,
        picture_url=_picture(product),
    )


def _picture(product: dict[str, Any]) -> str | None:
    for value in (product.get("matching_image"), *elements(product.get("images"))):
        link = safe_link(mapping(value).get("url") or value)
        if link:
            return link
    return None
