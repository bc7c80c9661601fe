"""What a buyer wants of a product, apart from how it looks; sources of offers filter by it."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from server.goods.availability import Availability
from server.goods.condition import Condition
from server.goods.gender import Gender

_BETWEEN_SIZES: Final = re.compile(r"[,;|]")


@dataclass(frozen=True, slots=True)
class PriceRange:
    """The prices in one currency that are wanted; both ends belong to the range.

    Attributes:
        currency: ISO 4217.
        low: The least amount in major units; None for no bound.
        high: The greatest; None for no bound.
    """

    currency: str
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Filters that are all to hold; the default wants anything.

    Attributes:
        prices: The ranges, one a currency; prices in other currencies, and unknown ones, are not
            wanted. Empty for any price.
        currencies: Currencies of the price; empty for any.
        availability: Empty for any, also for what is unknown.
        conditions: As given by the shop, with None for unknown; empty for any.
        shops: Keys of shops (`server.goods.links.shop_key`); empty for any.
        blocked: Keys of shops that are not wanted, which wins.
        brands: As shops write them, in any case; empty for any.
        sizes: As shops write them, in any case; empty for any, also for what is unknown.
        genders: Whom it is made for, with None for unknown; empty for any.
        category: The name of a category; products whose words say that they are of another one
            are not wanted. None for any.
        partner: Whether the shop is a partner; None for either.
    """

    prices: tuple[PriceRange, ...] = ()
    currencies: frozenset[str] = frozenset()
    availability: frozenset[Availability] = frozenset()
    conditions: frozenset[Condition | None] = frozenset()
    shops: frozenset[str] = frozenset()
    blocked: frozenset[str] = frozenset()
    brands: frozenset[str] = frozenset()
    sizes: frozenset[str] = frozenset()
    genders: frozenset[Gender | None] = frozenset()
    category: str | None = None
    partner: bool | None = None

    def __bool__(self) -> bool:
        """Return whether anything is filtered."""
        return self != ANYTHING


ANYTHING = Wanted()


def sizes_of(text: str) -> list[str]:
    """Return the sizes that a shop writes in one text, "S, M, L", as it writes them."""
    return [size for part in _BETWEEN_SIZES.split(text) if (size := " ".join(part.split()))]


@lru_cache(maxsize=4096)
def sizes_in(text: str) -> frozenset[str]:
    """Return the same as they are compared."""
    return frozenset(size.casefold() for size in sizes_of(text))
