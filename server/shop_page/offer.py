"""What a shop's page says about the product that it sells."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType

from server.goods.availability import Availability
from server.goods.condition import Condition
from server.goods.money import amount_text


@dataclass(slots=True)
class SourceFacts:
    """What one source on the page (its JSON-LD, its meta tags...) says; None where it does not."""

    # The source in a few words, such as ``json-ld``.
    where: str
    title: str | None = None
    brand: str | None = None
    price: Decimal | None = None
    list_price: Decimal | None = None
    currency: str | None = None
    availability: Availability | None = None
    condition: Condition | None = None
    pictures: tuple[str, ...] = ()
    gtin: str | None = None
    sku: str | None = None
    colour: str | None = None
    sizes: tuple[str, ...] = ()
    link: str | None = None
    # Every price that the source names for this product, including the chosen one.
    prices: tuple[Decimal, ...] = ()
    # The price belongs to the variant that the page's address names.
    addressed: bool = False


@dataclass(frozen=True, slots=True)
class ShopPage:
    """The product that a shop's page sells; None or empty wherever the page does not say."""

    title: str | None = None
    brand: str | None = None
    # The price to pay now, in units of ``currency``; exact and above zero.
    price: Decimal | None = None
    # The former or recommended price; always above ``price``.
    list_price: Decimal | None = None
    # ISO 4217.
    currency: str | None = None
    availability: Availability | None = None
    condition: Condition | None = None
    # Absolute http(s) addresses, the main picture first.
    pictures: tuple[str, ...] = ()
    # 8, 12, 13 or 14 digits with a valid check digit; an ISBN has 13.
    gtin: str | None = None
    # The shop's own number for the product, or for the shown variant if there are several.
    sku: str | None = None
    colour: str | None = None
    sizes: tuple[str, ...] = ()
    # The canonical http(s) address.
    link: str | None = None
    # Where each known field was read from: ``json-ld``, ``microdata``, ``meta og:image``...
    sources: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def to_json(self) -> dict[str, object]:
        """Return everything as JSON types; amounts as decimal strings down to the minor unit."""
        return {
            "title": self.title,
            "brand": self.brand,
            "price": _text(self.price, self.currency),
            "list_price": _text(self.list_price, self.currency),
            "currency": self.currency,
            "availability": self.availability,
            "condition": self.condition,
            "pictures": list(self.pictures),
            "gtin": self.gtin,
            "sku": self.sku,
            "colour": self.colour,
            "sizes": list(self.sizes),
            "link": self.link,
            "sources": dict(self.sources),
        }


def _text(amount: Decimal | None, currency: str | None) -> str | None:
    return None if amount is None else amount_text(amount, currency)
