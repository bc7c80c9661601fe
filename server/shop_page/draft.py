"""The answer while it is put together: each value with the source that it was read from."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from decimal import Decimal
from types import MappingProxyType
from typing import Generic, TypeVar

from server.goods.availability import Availability
from server.goods.condition import Condition
from server.shop_page.offer import ShopPage, SourceFacts

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A value and the source that it was read from."""

    value: T
    where: str


def found(value: T | None, where: str) -> Found[T] | None:
    """Pair a value with its source; None where the source has nothing."""
    return Found(value, where) if value else None


def first_found(options: Iterable[Found[T] | None]) -> Found[T] | None:
    """Return the first option that is there."""
    return next((option for option in options if option is not None), None)


def first_of(
    sources: Iterable[SourceFacts], value: Callable[[SourceFacts], T | None]
) -> Found[T] | None:
    """Return the first value that one of the sources has."""
    return first_found(found(value(facts), facts.where) for facts in sources)


@dataclass(slots=True)
class Draft:
    """A :class:`ShopPage` that is being filled; None wherever nothing was found."""

    title: Found[str] | None = None
    brand: Found[str] | None = None
    price: Found[Decimal] | None = None
    list_price: Found[Decimal] | None = None
    currency: Found[str] | None = None
    availability: Found[Availability] | None = None
    condition: Found[Condition] | None = None
    pictures: Found[tuple[str, ...]] | None = None
    gtin: Found[str] | None = None
    sku: Found[str] | None = None
    colour: Found[str] | None = None
    sizes: Found[tuple[str, ...]] | None = None
    link: Found[str] | None = None

    def page(self) -> ShopPage:
        """Return what was found, and where."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        sources = {name: value.where for name, value in values.items() if value is not None}
        return ShopPage(
            title=_value(self.title),
            brand=_value(self.brand),
            price=_value(self.price),
            list_price=_value(self.list_price),
            currency=_value(self.currency),
            availability=_value(self.availability),
            condition=_value(self.condition),
            pictures=_value(self.pictures) or (),
            gtin=_value(self.gtin),
            sku=_value(self.sku),
            colour=_value(self.colour),
            sizes=_value(self.sizes) or (),
            link=_value(self.link),
            sources=MappingProxyType(sources),
        )


def _value(option: Found[T] | None) -> T | None:
    return None if option is None else option.value
