"""``make types``: the types of what the API says, made from its OpenAPI document."""

import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
sys.path.append(str(REPOSITORY / "manifest-builder"))

from api_types import declarations, main  # noqa: E402


def test_the_committed_types_are_those_of_the_server(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("schema", "written"),
    [
        ({"type": "integer"}, "number"),
        ({"const": "done", "type": "string"}, '"done"'),
        ({"enum": ["in_stock", "preorder"], "type": "string"}, '"in_stock" | "preorder"'),
        ({"anyOf": [{"$ref": "#/components/schemas/MoneyOut"}, {"type": "null"}]}, "Money | null"),
        ({"type": "array", "items": {"type": "string"}}, "string[]"),
        ({"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "null"}]}},
         "(string | null)[]"),
        ({"type": "array", "prefixItems": [{"type": "number"}] * 2}, "[number, number]"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "Record<string, string>"),
        ({"type": "object", "patternProperties": {"^[a-z]+$": {"type": "integer"}}},
         "Record<string, number>"),
        ({}, "unknown"),
    ],
)  # fmt: skip
def test_a_schema_is_written_as_a_type(schema: dict[str, object], written: str) -> None:
    assert f"export type Thing = {written};\n" in declarations({"ThingOut": schema})


def test_what_has_a_default_is_always_in_an_answer_and_may_be_left_out_of_a_request() -> None:
    answer = {"properties": {"hint": {"type": "string", "default": ""}}, "required": []}
    assert "  hint: string;" in declarations({"ProblemOut": answer})
    request = answer | {"additionalProperties": False}
    assert "  hint?: string;" in declarations({"Request": request})
