"""Feeds in JSON Lines: one product a line, with Google's names or those of its content API.

Format: https://jsonlines.org, https://developers.google.com/shopping-content/reference/rest.
"""

import json
from collections.abc import Iterable, Iterator, Mapping

from server.catalog.sources.field_names import collect, shipping_text
from server.catalog.sources.product import BrokenItemError, Row
from server.goods.safe_text import clean_text

# Values of one field.
_MOST_VALUES = 50


def json_rows(lines: Iterable[str]) -> Iterator[Row | BrokenItemError]:
    """Yield the rows of a feed; a line that is no JSON object is broken."""
    for line in lines:
        if not line.strip():
            continue
        item = read_object(line)
        if item is None:
            start = f"“{clean_text(line, 60) or ''}”"
            reason = "not a JSON object"
            yield BrokenItemError(
                f"A line cannot be read, {reason}: {start}.", reason=reason, example=start
            )
        else:
            yield Row(object_fields(item))


def object_fields(item: Mapping[str, object]) -> dict[str, list[str]]:
    """Return the fields of a JSON object by Google's names."""
    return collect((name, text) for name, value in item.items() for text in _texts(value))


def read_object(line: str) -> dict[str, object] | None:
    """Read a line; None unless it is a JSON object."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _texts(value: object) -> list[str]:
    """Return a value as texts; a price is written with its currency, a list is several."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, bool):
        return [str(value).lower()]
    if isinstance(value, int | float):
        return [str(value)]
    if isinstance(value, list):
        return [text for part in value[:_MOST_VALUES] for text in _scalar(part)]
    return _scalar(value)


def _scalar(value: object) -> list[str]:
    if isinstance(value, dict) and "price" in value:
        parts = {name: " ".join(_texts(part)) for name, part in value.items()}
        return [shipping_text(parts)]
    if isinstance(value, dict):
        amount, currency = value.get("value", value.get("amount")), value.get("currency")
        if isinstance(amount, str | int | float) and isinstance(currency, str):
            return [f"{amount} {currency}"]
        return []
    return [value] if isinstance(value, str) else []
