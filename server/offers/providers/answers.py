"""Readers for vendors' answers, any part of which may be missing, mistyped or hostile."""

from typing import Any

from server.goods.safe_text import clean_text
from server.offers.errors import ProviderError, RefusedError, RefusedForReasonError

# The most elements read of a list: no vendor returns more for one search.
MOST_ELEMENTS = 200
_LONGEST_REASON = 200


def mapping(value: object) -> dict[str, Any]:
    """Return a JSON object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def elements(value: object) -> list[Any]:
    """Return the first `MOST_ELEMENTS` of a JSON array; none for anything else."""
    return value[:MOST_ELEMENTS] if isinstance(value, list) else []


def _without(text: str, secrets: tuple[str, ...]) -> str:
    for secret in filter(None, secrets):
        text = text.replace(secret, "…")
    return text


def refusal(title: str, reason: object, *secrets: str) -> ProviderError:
    """Build the error for a vendor that says why it has no answer.

    Args:
        title: The provider's name as users see it.
        reason: The vendor's text, which is not trusted, or None.
        secrets: What the vendor may repeat in it and must not be shown.
    """
    # Redacted before anything is cut off, and again once entities and tags are resolved.
    text = _without(reason if isinstance(reason, str) else "", secrets)
    text = _without(clean_text(text, len(text)) or "", secrets)
    if len(text) > _LONGEST_REASON:
        text = text[: _LONGEST_REASON - 1].rstrip() + "…"
    return RefusedForReasonError(title, text) if text else RefusedError(title)
