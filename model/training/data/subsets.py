"""DeepFashion2's subsets: by scale, occlusion, zoom and viewpoint of a garment.

Names and numbers are those of the authors' README
(https://github.com/switchablenorms/DeepFashion2).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

LEVELS: dict[str, tuple[str, str, str]] = {
    "scale": ("small", "moderate", "large"),
    "occlusion": ("slight", "medium", "heavy"),
    "zoom_in": ("no", "medium", "large"),
    "viewpoint": ("no wear", "frontal", "side or back"),
}


@dataclass(frozen=True)
class Subset:
    """The garments with one value of one fact, such as heavy occlusion."""

    fact: str
    value: int  # from 1

    @property
    def name(self) -> str:
        """Return the name in tables, such as "occlusion: heavy"."""
        return f"{self.fact.replace('_', ' ')}: {LEVELS[self.fact][self.value - 1]}"

    def holds(self, garment: Mapping[str, Any]) -> bool:
        """Tell whether a garment (an annotation or a query) belongs to it."""
        return garment.get(self.fact) == self.value


def subsets_of(garments: Iterable[Mapping[str, Any]]) -> Iterator[Subset]:
    """Yield the subsets that some of the garments belong to, in the authors' order."""
    seen = {(fact, garment.get(fact)) for garment in garments for fact in LEVELS}
    for fact, levels in LEVELS.items():
        for value in range(1, len(levels) + 1):
            if (fact, value) in seen:
                yield Subset(fact, value)
