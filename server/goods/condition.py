"""Whether a thing is new, in the words of markup, feeds and vendors."""

import re
from typing import Final, Literal

Condition = Literal["new", "used", "refurbished"]

_LONGEST: Final = 120
_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# The first line with a word of the text counts. The words are those of
# https://schema.org/OfferItemCondition, of feeds, and of eBay's names of conditions.
_WORDS: Final[tuple[tuple[Condition, frozenset[str]], ...]] = (
    ("refurbished", frozenset({"refurbished", "refurb", "renewed", "reconditioned"})),
    ("used", frozenset({"used", "owned", "damaged", "hand", "like", "nearly", "secondhand",
                        "preowned", "preloved", "loved"})),
    ("new", frozenset({"new"})),
)  # fmt: skip


def read_condition(value: object) -> Condition | None:
    """Read a condition: "https://schema.org/NewCondition", "new", "Pre-owned - Good".

    Returns:
        The condition; None where no word of the table is in the text.
    """
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    words = {word.lower() for word in _WORD.findall(value)}
    return next((condition for condition, named in _WORDS if words & named), None)
