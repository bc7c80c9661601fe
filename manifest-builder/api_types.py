"""Writes ``ui/protocol.d.ts``, the types of what the server's API says: ``make types``.

They are made from the OpenAPI document, without a running server. ``--check`` writes nothing,
and fails if the file differs from what it would write. (The usual generators need the compiler's
JavaScript API, which the pinned TypeScript no longer has.)
"""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from server.api.openapi import build_document
from server.app import OPERATIONS

REPOSITORY = Path(__file__).resolve().parent.parent
TARGET = REPOSITORY / "ui" / "protocol.d.ts"
_HEADER = """\
/**
 * What the server's API says. Written by `make types` from the OpenAPI document: change the
 * models in `server/`, not this file.
 */
"""
_REFERENCE = "#/components/schemas/"
_SIMPLE = {
    "string": "string", "integer": "number", "number": "number", "boolean": "boolean",
    "null": "null",
}  # fmt: skip
# An array of at most so many numbers is written as a tuple: a box, a point.
_LONGEST_TUPLE = 4

Schema = Mapping[str, Any]


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(prog="python manifest-builder/api_types.py")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if it is stale")
    options = parser.parse_args(arguments)
    text = declarations(build_document(OPERATIONS)["components"]["schemas"])
    is_same = TARGET.exists() and TARGET.read_text(encoding="utf-8") == text
    if options.check:
        if not is_same:
            print(f"{TARGET.relative_to(REPOSITORY)} is stale: run make types.", file=sys.stderr)
        return 0 if is_same else 1
    if not is_same:
        TARGET.write_text(text, encoding="utf-8")
    return 0


def declarations(schemas: Mapping[str, Schema]) -> str:
    """Return a TypeScript declaration for each schema, in alphabetical order."""
    parts = [_declaration(_type_name(name), schema) for name, schema in sorted(schemas.items())]
    return "\n".join([_HEADER, *parts])


def _declaration(name: str, schema: Schema) -> str:
    if "properties" not in schema:
        return f"export type {name} = {_type(schema)};\n"
    # A field with a default is always in an answer, and optional in a request.
    required = schema["properties"] if _is_answer(schema) else schema.get("required", [])
    lines = [
        f"  {_key(key)}{'' if key in required else '?'}: {_type(entry)};"
        for key, entry in schema["properties"].items()
    ]
    return "\n".join([f"export interface {name} {{", *lines, "}\n"])


def _is_answer(schema: Schema) -> bool:
    # Requests refuse what they do not know.
    return schema.get("additionalProperties") is not False


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return _type_name(schema["$ref"].removeprefix(_REFERENCE))
    if "const" in schema or "enum" in schema:
        values = schema.get("enum") or [schema["const"]]
        return " | ".join(json.dumps(value, ensure_ascii=False) for value in values)
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_type(entry) for entry in schema["anyOf"]))
    if schema.get("type") == "array":
        return _array(schema)
    if schema.get("type") == "object":
        keyed = schema.get("patternProperties", {}).values()
        value = schema.get("additionalProperties") or next(iter(keyed), {})
        return f"Record<string, {_type(value)}>"
    return _SIMPLE.get(schema.get("type", ""), "unknown")


def _array(schema: Schema) -> str:
    items = schema.get("prefixItems", [])
    if 0 < len(items) <= _LONGEST_TUPLE:
        return f"[{', '.join(map(_type, items))}]"
    item = _type(schema.get("items", {}))
    return f"({item})[]" if " | " in item else f"{item}[]"


def _type_name(name: str) -> str:
    return name.removesuffix("Out")


def _key(name: str) -> str:
    return name if name.isidentifier() else json.dumps(name)


if __name__ == "__main__":
    sys.exit(main())
