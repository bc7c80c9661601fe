"""Searches of catalogues that speak the Universal Commerce Protocol, as requests.

JSON-RPC 2.0 over HTTPS, as Shopify's Global Catalog
(https://shopify.dev/docs/agents/catalog), every Shopify shop (``/api/ucp/mcp``), Channel3
(https://docs.trychannel3.com/ucp) and others speak it, or REST. Schemas:
https://github.com/Universal-Commerce-Protocol/ucp. Answers are read by
`server.offers.providers.ucp_answer`.
"""

import base64
import math
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from server.goods.currencies import MINOR_UNITS
from server.goods.gender import Gender
from server.offers.offer import GarmentQuery, SearchContext

# The protocol silently clamps to this.
MOST_OFFERS = 50
FREE = "Nothing."
MCP_HEADERS = {
    "Content-Type": "application/json",
    "Accept": "application/json, text/event-stream",
}
# What Shopify's taxonomy calls whom a thing is made for.
_GENDERS: dict[Gender, str] = {"female": "Female", "male": "Male", "unisex": "Unisex"}


Transport = Literal["mcp", "rest"]


@dataclass(frozen=True, slots=True)
class UcpCatalogue:
    """A catalogue to search.

    Attributes:
        endpoint: Its address, chosen by the operator or named by the shop.
        profile: Address of the agent profile to send; None where none is wanted.
        by_picture: Whether it also searches by picture.
        shop: The shop that it belongs to, if it is one shop's; used for offers that name none.
        cost: What one search costs.
        transport: How it is asked.
        wants_meta: Whether ``meta`` is sent even if there is no profile.
    """

    endpoint: str
    profile: str | None
    by_picture: bool = True
    shop: str | None = None
    cost: str = FREE
    transport: Transport = "mcp"
    wants_meta: bool = True


def request_of(
    catalogue: UcpCatalogue, query: GarmentQuery, context: SearchContext, limit: int
) -> tuple[str, dict[str, Any], dict[str, str]]:
    """Return a search as its address, its body (JSON) and its headers."""
    body = build_request(query, context, catalogue.profile, limit, by_picture=catalogue.by_picture)
    if not catalogue.wants_meta:
        del body["params"]["arguments"]["meta"]
    if catalogue.transport == "mcp":
        return catalogue.endpoint, body, dict(MCP_HEADERS)
    return _over_rest(catalogue, body["params"]["arguments"]["catalog"])


def browse_request(
    catalogue: UcpCatalogue, search: dict[str, Any]
) -> tuple[str, dict[str, Any], dict[str, str]]:
    """Return the request for one page of a catalogue; ``search`` is in the protocol's words."""
    if catalogue.transport == "rest":
        return _over_rest(catalogue, search)
    arguments = {"meta": _meta(catalogue.profile)} if catalogue.profile else {}
    return catalogue.endpoint, _call({**arguments, "catalog": search}), dict(MCP_HEADERS)


def build_request(
    query: GarmentQuery,
    context: SearchContext,
    profile: str | None,
    limit: int,
    *,
    by_picture: bool,
) -> dict[str, Any]:
    """Build the request: the crop, its words, who the search is for, and nothing else.

    The words are always sent: a picture alone finds a black bag for a black jacket, and
    filters without words are refused ("A query is required"). The picture is inlined, because
    addresses are refused, and ``like`` must be a list. It and these filters are an extension
    of Shopify's for its catalogue of all merchants (``dev.shopify.catalog.global``).

    Args:
        query: The garment.
        context: Who the search is for.
        profile: Address of the agent profile that the protocol wants; None where the catalogue
            wants none.
        limit: The most offers to ask for.
        by_picture: Whether to send the crop; without it, only plain UCP is sent.
    """
    catalog: dict[str, Any] = {
        "query": query.words(context.language),
        "context": {
            "address_country": context.country,
            "language": context.language,
            "currency": context.currency,
        },
        "pagination": {"limit": min(limit, MOST_OFFERS)},
    }
    if by_picture:
        picture = base64.b64encode(query.jpeg).decode()
        catalog["like"] = [{"image": {"content_type": "image/jpeg", "data": picture}}]
        catalog["filters"] = {
            "available": True,
            "ships_to": {"country": context.country},
            **_extended_filters(context),
        }
    if filters := _filters(context):
        catalog["filters"] = {**catalog.get("filters", {}), **filters}
    return _call({"meta": _meta(profile) if profile else None, "catalog": catalog})


def _meta(profile: str) -> dict[str, object]:
    return {"ucp-agent": {"profile": profile}}


def _call(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the call of the tool that searches, in the words of JSON-RPC."""
    call = {"name": "search_catalog", "arguments": arguments}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}


def _over_rest(
    catalogue: UcpCatalogue, search: dict[str, Any]
) -> tuple[str, dict[str, Any], dict[str, str]]:
    """Return the address, body and headers of a search over REST."""
    agent = {"UCP-Agent": f'profile="{catalogue.profile}"'} if catalogue.profile else {}
    url = catalogue.endpoint.rstrip("/") + "/catalog/search"
    return url, search, {"Content-Type": "application/json", **agent}


def _filters(context: SearchContext) -> dict[str, object]:
    """Return the filters of the protocol itself.

    ``source/schemas/shopping/types/search_filters.json``. Each catalogue has categories of its
    own, which are not known here: what kind of thing is wanted is said by the words.
    """
    found: dict[str, object] = {}
    if price := _price_filter(context):
        found["price"] = price
    if context.wanted.brands:
        found["brand"] = sorted(context.wanted.brands)
    if context.wanted.availability:
        found["availability"] = sorted(context.wanted.availability)
    return found


def _extended_filters(context: SearchContext) -> dict[str, object]:
    """Return the filters that Shopify's catalogue of all merchants has beside those.

    https://shopify.dev/docs/agents/catalog/global-catalog-extension. Who wants new things gets
    them anyway, and is not to lose what says nothing of its condition.
    """
    wanted = context.wanted
    found: dict[str, object] = {}
    if wanted.conditions and wanted.conditions.isdisjoint({"new", None}):
        found["condition"] = ["secondhand"]
    attributes = [
        {"name": name, "values": values}
        for name, values in (
            ("Size", sorted(wanted.sizes)),
            (
                "Target gender",
                [name for gender, name in _GENDERS.items() if gender in wanted.genders],
            ),
        )
        if values
    ]
    if attributes:
        found["attributes"] = attributes
    return found


def _price_filter(context: SearchContext) -> dict[str, int]:
    """Return the wanted prices in minor units of the currency that the context asks for.

    ``source/schemas/shopping/types/price_filter.json``.
    """
    exponent = MINOR_UNITS.get(context.currency)
    found: dict[str, int] = {}
    for each in context.wanted.prices:
        if each.currency == context.currency and exponent is not None:
            if each.low is not None:
                found["min"] = math.floor(Decimal(str(each.low)) * 10**exponent)
            if each.high is not None:
                found["max"] = math.ceil(Decimal(str(each.high)) * 10**exponent)
    return found
