"""JSON as found in shops' pages."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.shop_page.markup.lenient_json import read_values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('{"price": 49.90}', [{"price": Decimal("49.90")}]),
        ('{"a": 1}{"b": 2};', [{"a": 1}, {"b": 2}]),
        ('{"a": "x\ny\tz"}', [{"a": "x\ny\tz"}]),
        ('<!-- {"a": 1} -->', [{"a": 1}]),
        ('//<![CDATA[\n{"a": 1}\n//]]>', [{"a": 1}]),
        ('/*<![CDATA[*/ {"a": 1} /*]]>*/', [{"a": 1}]),
        ('{"a": [1, 2,], }', [{"a": [1, 2]}]),
        ('{"a": 1 /* one */, // two\n "b": 2}', [{"a": 1, "b": 2}]),
        ("{'a': 'it\\'s'}", [{"a": "it's"}]),
        ('{a: undefined, b: "c"}', [{"a": None, "b": "c"}]),
        ('{"a": "27" screen", "b": 1}', [{"a": '27" screen', "b": 1}]),
        ('{"a": "say "hi", ok", "b": 1}', [{"a": 'say "hi", ok', "b": 1}]),
        ('{"a": "b"\n "c": "d"}', [{"a": "b", "c": "d"}]),
        ('{"a": "\\x \\\' \\u00e9"}', [{"a": "x ' é"}]),
        ('{"a": {"b": [1, 2', [{"a": {"b": [1, 2]}}]),
        ("{&quot;a&quot;: 1}", [{"a": 1}]),
        ("\ufeff  ", []),
        ("window.dataLayer = [];", [[]]),
        ("no json at all", []),
    ],
)
def test_mistakes_that_a_browser_forgives_are_repaired(text: str, values: list[Any]) -> None:
    assert read_values(text) == values


def test_endless_nesting_is_rejected_quietly() -> None:
    assert read_values('{"a":' * 100_000) == []


@given(st.text(alphabet="{}[]:,\"'\\/*<!->abn1.e \n&;", max_size=200))
def test_any_text_gives_a_list(text: str) -> None:
    assert isinstance(read_values(text), list)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
        max_leaves=20,
    )
)
def test_valid_json_is_read_as_json(value: Any) -> None:
    assert read_values(json.dumps([value])) == [[value]]
