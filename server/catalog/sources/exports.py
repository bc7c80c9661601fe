"""The product exports of shop systems, which are tables with columns of their own."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from server.catalog.sources.export_rows import Records
from server.catalog.sources.magento_export import is_magento_header, magento_rows
from server.catalog.sources.product import BrokenItemError, Row
from server.catalog.sources.shopify_export import is_shopify_header, shopify_rows
from server.catalog.sources.woocommerce_export import is_woocommerce_header, woocommerce_rows

# What is said where the shop's address and currency are missing.
WITHOUT_ADDRESS: Final = "This is {}, which has neither the shop's address nor its currency."
GIVE: Final = "Give both, for example: --site https://shop.example --currency EUR"


@dataclass(frozen=True, slots=True)
class Export:
    """The export of one system.

    Attributes:
        title: What it is, in a sentence.
        recognises: Whether a table with these columns is one.
        rows: Makes rows in Google's names of the records below the header, the header's columns
            and the shop's address.
    """

    title: str
    recognises: Callable[[Iterable[str]], bool]
    rows: Callable[[Records, Sequence[str], str], Iterator[Row | BrokenItemError]]


EXPORTS: Final = (
    Export("Shopify's product export", is_shopify_header, shopify_rows),
    Export("WooCommerce's product export", is_woocommerce_header, woocommerce_rows),
    Export("Magento's product export", is_magento_header, magento_rows),
)


def export_of(names: Iterable[str]) -> Export | None:
    """Return the export that a table with these columns is; None if it is none."""
    columns = list(names)
    return next((export for export in EXPORTS if export.recognises(columns)), None)
