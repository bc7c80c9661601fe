"""Small indexes of fashion that answer without a key, over the Model Context Protocol.

Unproven: what they say of themselves is all that is known of their coverage, and their answers are
described in outline only, so that several names of each field are tried
(https://vistoya.com/mcp/tools, https://github.com/rofoso-com/mcp-server-code).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from server.goods.availability import read_availability
from server.goods.links import host_of
from server.goods.money import Money, from_major_units, list_price_of, price_of
from server.goods.safe_text import clean_text, safe_link
from server.offers.errors import NonsenseError
from server.offers.offer import GarmentQuery, Offer, SearchContext, offer_id, one_each
from server.offers.provider import VendorProvider
from server.offers.providers.answers import elements, mapping
from server.offers.providers.ucp_answer import read_tool_result
from server.offers.providers.ucp_request import FREE, MCP_HEADERS
from server.offers.vendors.client import VendorClient, VendorPolicy

_REFUSALS = frozenset(range(400, 500)) - {429}
# The names of a field, in the order in which they are tried.
_LISTS = ("products", "results", "items")
_TITLES = ("title", "name")
_BRANDS = ("brand", "vendor", "brandName")
_LINKS = ("productUrl", "product_url", "url", "link")
_PICTURES = ("imageUrl", "image_url", "image", "thumbnail", "images")
_PRICES = ("price", "current_price", "salePrice")
_BEFORE = ("originalPrice", "original_price", "compare_at_price", "compareAtPrice")
_STOCK = ("availability", "inStock", "in_stock", "is_in_stock", "available")
_SHOPS = ("storeName", "store_name", "store", "shop", "vendor", "brand")
_TYPES = ("category", "subcategory", "product_type", "categories")


@dataclass(frozen=True, slots=True)
class FashionIndex:
    """An index.

    Attributes:
        policy: How it may be used; its name is the provider's.
        endpoint: Its address.
        tool: The name of its search.
        arguments: Makes the search's arguments of the words, the context and a limit.
        currency: That of prices that name none; None where they all do.
        sends: What the arguments say, for the user.
    """

    policy: VendorPolicy
    endpoint: str
    tool: str
    arguments: Callable[[str, SearchContext, int], dict[str, Any]]
    currency: str | None = None
    sends: str = "words such as “navy long sleeve top”"


def _vistoya(words: str, context: SearchContext, limit: int) -> dict[str, Any]:
    return {"query": words, "currency": context.currency, "limit": limit}


def _polopan(words: str, context: SearchContext, limit: int) -> dict[str, Any]:
    del context
    return {"query": words, "page_size": limit}


# By the name in ``WTB_FASHION_INDEXES``. Answers are not cached: no terms were found.
INDEXES = {
    "vistoya": FashionIndex(
        VendorPolicy(name="vistoya", title="Vistoya (unproven)"),
        "https://api.vistoya.com/mcp",
        "discover_products",
        _vistoya,
        sends="words such as “navy long sleeve top” and your currency",
    ),
    "polopan": FashionIndex(
        VendorPolicy(name="polopan", title="PoloPan (unproven)"),
        "https://mcp-server.polopan.com/mcp",
        "products.search.text",
        _polopan,
        currency="INR",
    ),
}


class FashionIndexProvider(VendorProvider):
    """Searches one index by words; safe to share between threads.

    Args:
        client: Sends the requests; its policy has the provider's name.
        index: The index to search.
        limit: The most offers to ask for.
        endpoint: The address to send to; None for the index's own.
    """

    needs: tuple[str, ...] = ("words",)
    cost = FREE

    def __init__(
        self, client: VendorClient, index: FashionIndex, limit: int, endpoint: str | None = None
    ) -> None:
        self.name = client.policy.name
        self.title = client.policy.title
        self.discloses = (
            f"Once you choose a garment, {index.sends} go to {urlsplit(index.endpoint).hostname}."
        )
        self._client = client
        self._index = index
        self._limit = limit
        self._endpoint = endpoint or index.endpoint

    def search(self, query: GarmentQuery, context: SearchContext) -> list[Offer]:
        """Search the index; it speaks English.

        Raises:
            ProviderError: It refused, timed out, or its answer cannot be read.
        """
        arguments = self._index.arguments(query.words("en"), context, self._limit)
        answer = self._client.post(
            self._endpoint,
            json={
                "jsonrpc": "2.0",
                "id": 1,
                "method": "tools/call",
                "params": {"name": self._index.tool, "arguments": arguments},
            },
            headers=MCP_HEADERS,
            seconds=context.seconds,
            safe_to_repeat=True,
            accept=_REFUSALS,
        )
        content = read_tool_result(answer.data, answer.media_type, self.title)
        found = next((content[name] for name in _LISTS if name in content), None)
        if not isinstance(found, list):
            raise NonsenseError(self.title)
        offers = (self._offer(mapping(product)) for product in elements(found))
        return one_each(offers, self._limit)

    def _offer(self, product: dict[str, Any]) -> Offer | None:
        title = _text(product, _TITLES)
        link = next(filter(None, (safe_link(product.get(name)) for name in _LINKS)), None)
        if title is None or link is None:
            return None
        price = price_of(self._money(product, _PRICES))
        key = product.get("id") or product.get("handle")
        return Offer(
            id=offer_id(self.name, key if isinstance(key, str) and key else link),
            provider=self.name,
            title=title,
            link=link,
            shop=_text(product, _SHOPS) or host_of(link),
            brand=_text(product, _BRANDS),
            price=price,
            list_price=list_price_of(self._money(product, _BEFORE), price),
            availability=next(
                filter(None, (read_availability(product.get(name)) for name in _STOCK)), None
            ),
            picture_url=_picture(product),
            types=tuple(filter(None, (clean_text(_first(product.get(name))) for name in _TYPES))),
        )

    def _money(self, product: dict[str, Any], names: tuple[str, ...]) -> Money | None:
        """Read an amount in major units; one that was converted is in doubt, so unknown."""
        if product.get("approximate") is True:
            return None
        variant = mapping(_first(product.get("variants")))
        for holder in (product, variant):
            for name in names:
                given = holder.get(name)
                amount = mapping(given).get("amount", given)
                currency = mapping(given).get("currency") or product.get("currency")
                money = from_major_units(amount, currency or self._index.currency)
                if money is not None:
                    return money
        return None


def _first(value: object) -> object:
    return next(iter(elements(value)), None) if isinstance(value, list) else value


def _text(product: dict[str, Any], names: tuple[str, ...]) -> str | None:
    for name in names:
        value = product.get(name)
        text = clean_text(mapping(value).get("name") or value, 200)
        if text:
            return text
    return None


def _picture(product: dict[str, Any]) -> str | None:
    for name in _PICTURES:
        value = _first(product.get(name))
        given = mapping(value)
        link = safe_link(given.get("src") or given.get("url") or value)
        if link:
            return link
    return None
