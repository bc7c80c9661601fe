"""What all sources of a shop's products have in common."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Protocol

from server.catalog.sources.product import BrokenItemError, SourceProduct, Unchanged

Item = SourceProduct | BrokenItemError | Unchanged


class Form(StrEnum):
    """How a shop's products are read."""

    FEED = "feed"
    SHOPIFY = "shopify"
    WOOCOMMERCE = "woocommerce"
    UCP = "ucp"
    SITEMAP = "sitemap"


class Source(Protocol):
    """The products of one shop, in an order that stays the same.

    Iterating yields products, or what is wrong with one (as a value). It raises `SourceError`
    where the source cannot be read at all, or not to its end.
    """

    @property
    def title(self) -> str | None:
        """The shop's name as the source gives it; known once the first product was read."""

    @property
    def part(self) -> float | None:
        """How much of it was read, 0 to 1; None if that is not known."""

    def __iter__(self) -> Iterator[Item]:
        """Read the products one by one."""
