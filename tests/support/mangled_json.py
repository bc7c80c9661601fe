"""JSON answers with random parts replaced, for property tests."""

from typing import Any

from hypothesis import strategies as st

# Any JSON; some of it resembles what answers hold.
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None), max_size=20)
    | st.sampled_from(
        ["https://shop.example/1", "USD", "KRW", "image", "$12", "12.50", "1000", "Coat"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


def mangle(value: Any, data: st.DataObject) -> Any:
    """Replace random parts of a message with anything at all, and drop others."""
    choice = data.draw(st.integers(0, 11))
    if choice == 0:
        return data.draw(JSON)
    if isinstance(value, dict):
        kept = {key: mangle(inner, data) for key, inner in value.items()}
        if choice == 1 and kept:
            del kept[data.draw(st.sampled_from(sorted(kept)))]
        return kept
    if isinstance(value, list):
        return [mangle(inner, data) for inner in value]
    return value
