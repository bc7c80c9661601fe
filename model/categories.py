"""The 13 garment categories of DeepFashion2, in the data set's order.

Names and ids follow the data set's own README
(https://github.com/switchablenorms/DeepFashion2); the kinds are ours and group
the categories the way a shop does.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The part of an outfit that a category is."""

    TOP = "top"
    OUTWEAR = "outwear"
    BOTTOM = "bottom"
    DRESS = "dress"


@dataclass(frozen=True)
class Category:
    """One category: its id in annotations (1 to 13), English name and kind."""

    id: int
    name: str
    kind: Kind

    @property
    def slug(self) -> str:
        """The name as it stands in file names and addresses."""
        return self.name.replace(" ", "-")


CATEGORIES: tuple[Category, ...] = (
    Category(1, "short sleeve top", Kind.TOP),
    Category(2, "long sleeve top", Kind.TOP),
    Category(3, "short sleeve outwear", Kind.OUTWEAR),
    Category(4, "long sleeve outwear", Kind.OUTWEAR),
    Category(5, "vest", Kind.TOP),
    Category(6, "sling", Kind.TOP),
    Category(7, "shorts", Kind.BOTTOM),
    Category(8, "trousers", Kind.BOTTOM),
    Category(9, "skirt", Kind.BOTTOM),
    Category(10, "short sleeve dress", Kind.DRESS),
    Category(11, "long sleeve dress", Kind.DRESS),
    Category(12, "vest dress", Kind.DRESS),
    Category(13, "sling dress", Kind.DRESS),
)

_BY_ID = {category.id: category for category in CATEGORIES}
_BY_NAME = {category.name: category for category in CATEGORIES}


def category_by_id(category_id: int) -> Category:
    """Return the category with this id, 1 to 13; `KeyError` for any other."""
    return _BY_ID[category_id]


def category_by_name(name: str) -> Category:
    """Return the category with this name; `KeyError` for a name that is none."""
    return _BY_NAME[name]
