"""The API names no language in its fields: what depends on one is keyed by its tag."""

from collections.abc import Iterator
from typing import Any

from server.goods.languages import languages


def properties(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        names: dict[str, Any] = schema.get("properties") or {}
        yield from names
    if isinstance(schema, dict | list):
        for part in schema.values() if isinstance(schema, dict) else schema:
            yield from properties(part)


def test_no_property_is_named_after_a_language(client) -> None:
    document = client.get("/api/v1/openapi.json").json
    names = set(properties(document))
    assert {"search_text", "discloses", "cost", "name"} <= names
    for tag in languages():
        assert not {name for name in names if name == tag or name.endswith(f"_{tag}")}


def test_search_texts_are_keyed_by_language(client) -> None:
    schemas = client.get("/api/v1/openapi.json").json["components"]["schemas"]
    text = schemas["GarmentOut"]["properties"]["search_text"]
    assert text["type"] == "object"
    assert "properties" not in text
