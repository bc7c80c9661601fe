"""The 13 garment categories of DeepFashion2, in the data set's order.

Names and ids follow the data set's README (https://github.com/switchablenorms/DeepFashion2);
the kinds are our own and group the categories as shops do. Names are identifiers: what shops
call the categories depends on the language, and is not known here.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The part of an outfit that a category belongs to."""

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
        """Return the name as used in file names and addresses."""
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
    """Return the category with an id.

    Args:
        category_id: 1 to 13.

    Raises:
        KeyError: No category has this id.
    """
    return _BY_ID[category_id]


def category_by_name(name: str) -> Category:
    """Return the category with a name.

    Raises:
        KeyError: No category has this name.
    """
    return _BY_NAME[name]
