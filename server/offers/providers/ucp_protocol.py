"""The catalogue search of the Universal Commerce Protocol: its request and its answers.

JSON-RPC 2.0 over HTTPS, as Shopify's Global Catalog
(https://shopify.dev/docs/agents/catalog), every Shopify shop (``/api/ucp/mcp``), Channel3
(https://docs.trychannel3.com/ucp) and others speak it. Schemas: https://github.com/Universal-Commerce-Protocol/ucp.

Answers are not trusted: any part may be missing, mistyped or hostile. Fields that cannot be read
are left out; so is a whole product without title or link.
"""

import base64
import json
import re
from collections.abc import Iterator
from typing import Any

from server.goods import money
from server.goods.availability import Availability, read_availability
from server.goods.money import Money, list_price_of, price_of
from server.goods.safe_text import clean_text, safe_link
from server.offers.errors import ProviderBusyError, ProviderError
from server.offers.offer import GarmentQuery, Offer, SearchContext, offer_id
from server.offers.providers.answers import elements, mapping

# The protocol silently clamps to this.
MOST_OFFERS = 50
# Seconds to wait after a rate limit that names no time.
RETRY_AFTER = 60.0
# "google:Apparel & Accessories", and ids such as "2271", "aa-1-4" and
# "gid://shopify/TaxonomyCategory/aa-1-4".
_TAXONOMY = re.compile(r"^[a-z_]{2,40}:(?=[^\s/])")
_ID = re.compile(r"gid://\S*|[a-z]{0,3}-?\d[\d-]*")


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
        catalog["filters"] = {"available": True, "ships_to": {"country": context.country}}
    return {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {
            "name": "search_catalog",
            "arguments": {
                "meta": {"ucp-agent": {"profile": profile}} if profile else None,
                "catalog": catalog,
            },
        },
    }


def read_answer(
    data: bytes, media_type: str, provider: str, title: str, *, shop: str | None = None
) -> list[Offer]:
    """Read an answer's offers.

    Args:
        data: The body.
        media_type: As claimed; ``text/event-stream`` carries the same in ``data:`` lines.
        provider: The name of the provider that the offers belong to.
        title: The provider's name in messages.
        shop: The shop of offers that name none.

    Raises:
        ProviderBusyError: Too many searches.
        ProviderError: An error in one of the protocol's shapes, or an answer of another kind.
    """
    message = _message(data, media_type, title)
    _raise_rpc_error(message.get("error"), title)
    result = mapping(message.get("result"))
    content = _structured(result)
    if result.get("isError") is True:
        raise ProviderError(f"{title} refused the search: {_text_of(result)}")
    products = content.get("products")
    if not isinstance(products, list):
        messages = [mapping(message) for message in elements(content.get("messages"))]
        errors = [clean_text(m.get("content")) for m in messages if m.get("type") == "error"]
        if errors or mapping(content.get("ucp")).get("status") == "error":
            reason = next((text for text in errors if text), "no reason given")
            raise ProviderError(f"{title} refused the search: {reason}")
        if not content:
            raise ProviderError(f"{title} answered nonsense.")
        return []
    offers: dict[str, Offer] = {}
    for product in products[:MOST_OFFERS]:
        offer = _offer(mapping(product), provider, shop)
        if offer is not None:
            offers.setdefault(offer.id, offer)
    return list(offers.values())


def _message(data: bytes, media_type: str, title: str) -> dict[str, Any]:
    """Find the JSON-RPC response in a body."""
    texts: Iterator[bytes] = iter((data,))
    if media_type == "text/event-stream":
        texts = _event_data(data)
    for text in texts:
        try:
            message = json.loads(text)
        except (ValueError, RecursionError):
            continue
        if isinstance(message, dict) and ("result" in message or "error" in message):
            return message
    raise ProviderError(f"{title} answered nonsense.")


def _event_data(data: bytes) -> Iterator[bytes]:
    """Yield the data of each event (https://html.spec.whatwg.org/#event-stream-interpretation)."""
    lines: list[bytes] = []
    for line in [*data.splitlines(), b""]:
        if not line and lines:
            yield b"\n".join(lines)
            lines = []
        elif line.startswith(b"data:"):
            lines.append(line[5:].removeprefix(b" "))


def _raise_rpc_error(error: object, title: str) -> None:
    """Raise a JSON-RPC error; rate limits also come as one, with status 200."""
    if error is None:
        return
    found = mapping(error)
    data = found.get("data")
    detail = clean_text(mapping(data).get("content")) or clean_text(data)
    reason = detail or clean_text(found.get("message")) or "no reason given"
    if "rate limit" in reason.lower():
        raise ProviderBusyError(f"{title} asks to wait before the next search.", RETRY_AFTER)
    raise ProviderError(f"{title} refused the search: {reason}")


def _structured(result: dict[str, Any]) -> dict[str, Any]:
    """Return the result's content; older servers send it as JSON inside a text."""
    content = result.get("structuredContent")
    if isinstance(content, dict):
        return content
    for part in elements(result.get("content")):
        text = mapping(part).get("text")
        if isinstance(text, str) and text.lstrip().startswith("{"):
            try:
                return mapping(json.loads(text))
            except (ValueError, RecursionError):
                continue
    return {}


def _text_of(result: dict[str, Any]) -> str:
    texts = (clean_text(mapping(part).get("text")) for part in elements(result.get("content")))
    return next((text for text in texts if text), "no reason given")


def _offer(product: dict[str, Any], provider: str, shop: str | None) -> Offer | None:
    """Build an offer from a product; the link is its first variant's that has one."""
    variants = [mapping(variant) for variant in elements(product.get("variants"))[:100]]
    variant = next((v for v in variants if safe_link(v.get("url"))), {})
    link = safe_link(variant.get("url")) or safe_link(product.get("url"))
    title = clean_text(product.get("title")) or clean_text(variant.get("title"))
    if link is None or title is None:
        return None
    price = _money(variant.get("price")) or _money(mapping(product.get("price_range")).get("min"))
    seller = mapping(variant.get("seller"))
    key = product.get("id")
    return Offer(
        id=offer_id(provider, key if isinstance(key, str) and key else link),
        provider=provider,
        title=title,
        link=link,
        shop=clean_text(seller.get("name"), 100) or clean_text(seller.get("domain"), 100) or shop,
        price=price,
        list_price=list_price_of(_money(variant.get("list_price")), price),
        availability=_availability(variant.get("availability")),
        picture_url=_picture(variant) or _picture(product),
        types=tuple(_types(product)),
    )


def _money(price: object) -> Money | None:
    given = mapping(price)
    return price_of(money.from_minor_units(given.get("amount"), given.get("currency")))


def _availability(given: object) -> Availability | None:
    found = mapping(given)
    return read_availability(found.get("status")) or read_availability(found.get("available"))


def _picture(holder: dict[str, Any]) -> str | None:
    for medium in elements(holder.get("media"))[:20]:
        found = mapping(medium)
        link = safe_link(found.get("url"))
        if found.get("type", "image") == "image" and link:
            return link
    return None


def _types(product: dict[str, Any]) -> Iterator[str]:
    """Yield the categories that are words; ids of a taxonomy name no kind."""
    for category in elements(product.get("categories"))[:10]:
        text = clean_text(mapping(category).get("value") or category)
        words = _TAXONOMY.sub("", text) if text else ""
        if words and not _ID.fullmatch(words):
            yield words
