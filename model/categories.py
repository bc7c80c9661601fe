"""What people wear: the 13 garment categories of DeepFashion2, and six wearables after them.

Names and ids of the garments follow the data set's README
(https://github.com/switchablenorms/DeepFashion2); the wearables (shoes, bag, hat, eyewear, scarf,
belt) are numbered on from there. A pair of shoes is one thing. The kinds are our own and group
the categories as shops do. Names are identifiers: what shops call the categories depends on the
language, and is not known here.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """The part of an outfit that a category belongs to."""

    TOP = "top"
    OUTWEAR = "outwear"
    BOTTOM = "bottom"
    DRESS = "dress"
    FOOTWEAR = "footwear"
    BAG = "bag"
    HAT = "hat"
    EYEWEAR = "eyewear"
    SCARF = "scarf"
    BELT = "belt"


# The last id of DeepFashion2.
_LAST_GARMENT = 13


@dataclass(frozen=True)
class Category:
    """One category: its id in annotations, English name and kind."""

    id: int
    name: str
    kind: Kind

    @property
    def is_garment(self) -> bool:
        """Return whether it is one of `GARMENTS`, not something worn beside or over them."""
        return self.id <= _LAST_GARMENT

    @property
    def slug(self) -> str:
        """Return the name as used in file names and addresses."""
        return self.name.replace(" ", "-")


# The categories of DeepFashion2.
GARMENTS: tuple[Category, ...] = (
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
# What else is worn. Weights may know these, or the garments alone.
WEARABLES: tuple[Category, ...] = (
    Category(14, "shoes", Kind.FOOTWEAR),
    Category(15, "bag", Kind.BAG),
    Category(16, "hat", Kind.HAT),
    Category(17, "eyewear", Kind.EYEWEAR),
    Category(18, "scarf", Kind.SCARF),
    Category(19, "belt", Kind.BELT),
)
CATEGORIES: tuple[Category, ...] = GARMENTS + WEARABLES

# Kinds of what is no garment, but worn beside or over garments.
WORN_BESIDE = frozenset(category.kind for category in WEARABLES)

# Stands where a category's name would, for what is none of them.
OTHER = "other"

_BY_ID = {category.id: category for category in CATEGORIES}
_BY_NAME = {category.name: category for category in CATEGORIES}


def category_by_id(category_id: int) -> Category:
    """Return the category with an id.

    Args:
        category_id: As `CATEGORIES` numbers them, from 1.

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
