"""Read the words of shops, one JSON file per language, and make regular expressions of them.

A file holds lists of phrases under the keys of :data:`KEYS`; docs/shop-pages.md explains each
list. What belongs to no language (units, brands of instalment plans) is in ``_shared.json``.
Shops mix languages, so every page is read with the phrases of all of them.

A phrase is in lower case and may contain small pieces of regular expressions: ``colou?r``.
"""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent
KEYS: Mapping[str, frozenset[str]] = {
    "stock": frozenset({
        "buy", "buy_alone", "not_a_purchase", "choose", "choices", "in_stock", "plainly_in_stock",
        "out_of_stock", "elsewhere", "preorder", "notify", "negation", "since",
    }),
    "price": frozenset({
        "nouns", "adjectives", "now", "former", "former_adjectives", "former_nouns",
        "former_with_symbol", "from", "range", "shipping", "instalment", "saving", "saving_behind",
        "minimum_order", "per", "per_measure", "measures", "per_unit", "pieces", "excluding",
        "taxes", "without_tax", "including", "with_tax", "from_quantity", "other_amount",
        "label_end", "other_products", "search_results",
    }),
    "labels": frozenset({
        "sku", "sku_things", "sku_number_words", "sku_before_digits", "sku_joined_by", "sku_weak",
        "sku_in_tables", "part_number", "not_the_shops", "makers", "barcode",
        "colour", "colour_before", "colour_behind", "size_words", "card_price",
        "card_availability", "card_brand",
    }),
    "names": frozenset({
        "price", "price_field", "former_price", "other_amount", "packaging_price", "unit_price",
        "stock", "cart", "buy", "quantity", "size", "sku_things", "sku_number_words",
        "product_path",
    }),
}  # fmt: skip

# A beginning that can match in one way only, so that phrases can share it.
_FIRST = re.compile(r"(?:\\b|\^|\\[.$/]|[^\\\[\](){}.^$*+?|])(?![*+?{])")


class Vocabulary:
    """The phrases of all languages, by section and key."""

    def __init__(self, files: Iterable[Path]) -> None:
        """Read the files.

        Raises:
            ValueError: A file has a list that is not in :data:`KEYS`.
        """
        self._phrases: dict[tuple[str, str], dict[str, None]] = {}
        for path in files:
            for section, lists in json.loads(path.read_text("utf-8")).items():
                for key, phrases in lists.items():
                    if key not in KEYS.get(section, ()):
                        raise ValueError(f"{path.name}: there is no list {section}.{key}.")
                    self._phrases.setdefault((section, key), {}).update(dict.fromkeys(phrases))

    def phrases(self, section: str, *keys: str) -> tuple[str, ...]:
        """Return the phrases of some lists in all languages, each once."""
        found: dict[str, None] = {}
        for key in keys:
            found.update(self._phrases.get((section, key), {}))
        return tuple(found)

    def any_of(self, section: str, *keys: str) -> str:
        """Return a regular expression that matches any phrase of some lists.

        If several match at the same place, the longest wins. An empty list matches nothing.
        """
        phrases = self.phrases(section, *keys)
        return _alternatives(sorted(phrases, key=len, reverse=True)) if phrases else r"(?!)"


@cache
def vocabulary() -> Vocabulary:
    """Return the words of every language in :data:`FOLDER`, which are read once."""
    return Vocabulary(sorted(FOLDER.glob("*.json")))


def _alternatives(phrases: list[str]) -> str:
    """Join phrases so that common beginnings occur once, which makes searching much faster."""
    by_start: dict[str, list[str]] = {}
    for phrase in phrases:
        first = _FIRST.match(phrase)
        start = first[0] if first else phrase
        by_start.setdefault(start, []).append(phrase[len(start) :])
    parts = [
        start + (_alternatives(rests) if len(rests) > 1 else rests[0])
        for start, rests in by_start.items()
    ]
    return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"
