"""What a person asks for beyond what a picture shows, as `server.goods.asked_words` reads it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from model.categories import CATEGORIES, Category, Kind
from server.goods.availability import Availability
from server.goods.gender import Gender

Sleeves = Literal["long", "short", "none"]

# Words that are asked for at once.
MOST_WORDS: Final = 6
OF_SLEEVES: Final[Mapping[Sleeves, Mapping[Kind, str]]] = {
    "long": {
        Kind.TOP: "long sleeve top",
        Kind.OUTWEAR: "long sleeve outwear",
        Kind.DRESS: "long sleeve dress",
    },
    "short": {
        Kind.TOP: "short sleeve top",
        Kind.OUTWEAR: "short sleeve outwear",
        Kind.DRESS: "short sleeve dress",
    },
    "none": {Kind.TOP: "vest", Kind.DRESS: "vest dress"},
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for; the default asks for nothing.

    Attributes:
        colours: Names of `model.palette`, any of which will do.
        pattern: One of `model.pattern_names`.
        sleeves: How long they are.
        category: The name of one of `model.categories`, in place of the garment's own.
        words: Casefolded; a shop's text about a product has all of them.
        shops: Names or hosts of shops, any of which will do.
        brands: Brands, any of which will do.
        sizes: As shops write them, any of which will do.
        gender: Whom it is made for; what is for everybody will do as well.
        availability: Whether it can be bought.
    """

    colours: tuple[str, ...] = ()
    pattern: str | None = None
    sleeves: Sleeves | None = None
    category: str | None = None
    words: tuple[str, ...] = ()
    shops: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    sizes: tuple[str, ...] = ()
    gender: Gender | None = None
    availability: Availability | None = None

    def __bool__(self) -> bool:
        """Return whether anything is asked for."""
        return self != NOTHING

    def categories_of(self, own: Iterable[Category]) -> tuple[Category, ...]:
        """Return the categories to search for, in place of those that a garment may be."""
        named = [each for each in CATEGORIES if each.name == self.category]
        return tuple(dict.fromkeys(self._with_sleeves(each) for each in named or own))

    def _with_sleeves(self, category: Category) -> Category:
        name = OF_SLEEVES[self.sleeves].get(category.kind) if self.sleeves else None
        return next((each for each in CATEGORIES if each.name == name), category)


NOTHING: Final = Asked()


@dataclass(frozen=True, slots=True)
class Understood:
    """What a text asks for, and the prices that it allows.

    Attributes:
        asked: All but prices.
        min_price: In ``currency``; None for no bound.
        max_price: Likewise.
        currency: ISO 4217; None where no price is named.
    """

    asked: Asked = NOTHING
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    currency: str | None = None
