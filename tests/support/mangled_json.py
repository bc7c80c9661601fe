"""JSON answers with random parts replaced, for property tests."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
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
# Of so many parts, one is replaced and one loses something.
_ONE_IN = 12
_REPLACED, _CUT = 1, 2


@dataclass(frozen=True)
class Damage:
    """What happens to a message, whatever message it is.

    Attributes:
        fates: A byte for each part, from the whole message inwards; begun again at the end.
        values: What stands in the place of parts that are replaced, likewise.
    """

    fates: bytes
    values: tuple[Any, ...]


# Drawing costs far more than what is tested, so one damage is done to every message.
DAMAGES = st.builds(
    Damage,
    st.binary(min_size=48, max_size=48),
    st.lists(JSON, min_size=4, max_size=4).map(tuple),
)


def mangle(value: Any, damage: Damage) -> Any:
    """Replace parts of a message with anything at all, and drop others."""
    return _mangled(value, cycle(damage.fates), cycle(damage.values))


def _mangled(value: Any, fates: Iterator[int], values: Iterator[Any]) -> Any:
    byte = next(fates)
    fate = byte % _ONE_IN
    if fate == _REPLACED:
        return next(values)
    if isinstance(value, dict):
        kept = {key: _mangled(inner, fates, values) for key, inner in value.items()}
        if fate == _CUT and kept:
            del kept[sorted(kept)[byte // _ONE_IN % len(kept)]]
        return kept
    if isinstance(value, list):
        return [_mangled(inner, fates, values) for inner in value]
    return value
