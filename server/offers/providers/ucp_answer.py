"""What catalogues answer that speak the Universal Commerce Protocol.

Answers are not trusted: any part may be missing, mistyped or hostile. Products are read by
`server.offers.providers.ucp_products`; `server.offers.providers.ucp_request` names the protocol's
documents.
"""

import json
from collections.abc import Iterator
from typing import Any

from server.goods.safe_text import clean_text
from server.offers.errors import (
    AsksToWaitError,
    NonsenseError,
    ProviderError,
    RefusedError,
    RefusedForReasonError,
)
from server.offers.offer import Offer
from server.offers.providers.answers import elements, mapping
from server.offers.providers.ucp_products import read_product
from server.offers.providers.ucp_request import MOST_OFFERS, UcpCatalogue

# Seconds to wait after a rate limit that names no time.
RETRY_AFTER = 60.0
# Codes of errors about the agent profile that was sent with a request, or about its keys
# (https://ucp.dev/specification/signatures/).
_OF_THE_PROFILE = frozenset({
    "invalid_profile_url", "profile_unreachable", "profile_malformed", "profile_not_trusted",
    "version_unsupported", "capabilities_incompatible", "signature_missing", "signature_invalid",
    "key_not_found", "digest_mismatch", "algorithm_unsupported",
})  # fmt: skip


def read_page(
    catalogue: UcpCatalogue, data: bytes, media_type: str, title: str
) -> tuple[list[dict[str, Any]], str | None, int]:
    """Read one page of a catalogue.

    Returns:
        Its products as the protocol documents them, the cursor of the next page (None if there
        is none), and how many products there are in all (0 if that is not said).

    Raises:
        ProviderError: As `read_answer` does.
    """
    if catalogue.transport == "rest":
        try:
            content = mapping(json.loads(data))
        except (ValueError, RecursionError):
            raise NonsenseError(title) from None
    else:
        content = read_tool_result(data, media_type, title)
    products = content.get("products")
    if not isinstance(products, list):
        read_content(content, "", title, shop=None)
        raise NonsenseError(title)
    pages = mapping(content.get("pagination"))
    cursor, total = pages.get("cursor"), pages.get("total_count")
    more = pages.get("has_next_page", True) and isinstance(cursor, str) and bool(cursor)
    return (
        [mapping(product) for product in products],
        cursor if more else None,
        total if isinstance(total, int) and not isinstance(total, bool) else 0,
    )


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
        AsksToWaitError: Too many searches.
        ProviderError: An error in one of the protocol's shapes, or an answer of another kind.
    """
    return read_content(read_tool_result(data, media_type, title), provider, title, shop=shop)


def read_tool_result(data: bytes, media_type: str, title: str) -> dict[str, Any]:
    """Return what a tool of the Model Context Protocol answered; arguments as for `read_answer`.

    Raises:
        ProviderBusyError: Too many searches.
        ProviderError: It failed, or its answer cannot be read.
    """
    message = _message(data, media_type, title)
    try:
        _raise_rpc_error(message.get("error"), title)
    except ProviderError as error:
        error.hint = error.hint or _hint(message.get("error"))
        raise
    result = mapping(message.get("result"))
    if result.get("isError") is True:
        raise _refused(title, _text_of(result))
    return _structured(result)


def read_rest_answer(
    message: object, provider: str, title: str, *, shop: str | None = None
) -> list[Offer]:
    """Read the offers of an answer over REST, whose JSON is ``message``; see `read_answer`."""
    content = mapping(message)
    if "products" not in content and isinstance(content.get("code"), str):
        # An error before the search itself: {"code": ..., "content": ...}.
        error = {"message": content.get("content"), "data": content}
        try:
            _raise_rpc_error(error, title)
        except ProviderError as failure:
            failure.hint = failure.hint or _hint(error)
            raise
    return read_content(content, provider, title, shop=shop)


def read_content(
    content: dict[str, Any], provider: str, title: str, *, shop: str | None
) -> list[Offer]:
    """Read the offers of what both bindings answer; arguments as for `read_answer`."""
    products = content.get("products")
    if not isinstance(products, list):
        messages = [mapping(message) for message in elements(content.get("messages"))]
        errors = [clean_text(m.get("content")) for m in messages if m.get("type") == "error"]
        if errors or mapping(content.get("ucp")).get("status") == "error":
            raise _refused(title, next(filter(None, errors), None))
        if not content:
            raise NonsenseError(title)
        return []
    offers: dict[str, Offer] = {}
    for product in products[:MOST_OFFERS]:
        offer = read_product(mapping(product), provider, shop)
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
    raise NonsenseError(title)


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
    reason = detail or clean_text(found.get("message"))
    if reason and "rate limit" in reason.lower():
        raise AsksToWaitError(title, RETRY_AFTER)
    raise _refused(title, reason)


def _refused(title: str, reason: str | None) -> ProviderError:
    return RefusedForReasonError(title, reason) if reason else RefusedError(title)


def _hint(error: object) -> str:
    """Say which setting an error is about, by its code."""
    code = mapping(mapping(error).get("data")).get("code")
    known = isinstance(code, str) and code in _OF_THE_PROFILE
    return "Check WTB_UCP_PROFILE." if known else ""


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


def _text_of(result: dict[str, Any]) -> str | None:
    """Return why a tool failed: by its messages, or else in its text."""
    messages = _messages(mapping(result.get("structuredContent")))
    texts = (clean_text(mapping(part).get("text")) for part in elements(result.get("content")))
    return next(filter(None, (*messages, *texts)), None)


def _messages(content: dict[str, Any]) -> list[str | None]:
    """Return what the messages about errors say, or else those of any other type."""
    messages = [mapping(message) for message in elements(content.get("messages"))]
    errors = [m for m in messages if m.get("type") == "error"]
    return [clean_text(m.get("content")) for m in errors or messages]
