"""The API names no language in its fields: what depends on one is keyed by its tag."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from server.goods.languages import languages
from server.pages import language

UI_WORDS = Path(__file__).resolve().parents[2] / "ui" / "words"


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


def test_a_page_is_read_in_the_direction_of_its_language(client, tmp_path, monkeypatch) -> None:
    words = json.loads((UI_WORDS / "en.json").read_text(encoding="utf-8"))
    for tag, direction in (("en", "ltr"), ("ar", "rtl")):
        text = json.dumps(words | {"direction": direction})
        (tmp_path / f"{tag}.json").write_text(text, encoding="utf-8")
    monkeypatch.setattr(language, "_WORDS", tmp_path)
    caches = (language.languages, language.words_of)
    try:
        for cached in caches:
            cached.cache_clear()
        for tag, direction in (("en", "ltr"), ("ar", "rtl")):
            page = client.get("/about", headers={"Accept-Language": tag}).text
            assert f'<html lang="{tag}" dir="{direction}">' in page
    finally:
        for cached in caches:
            cached.cache_clear()
