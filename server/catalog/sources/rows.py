"""The products of rows in Google's names, which every source yields."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from server.catalog.sources.merchant_item import read_item
from server.catalog.sources.product import BrokenItemError, Row, SourceError, SourceProduct

MAX_ITEMS = 500_000


def read_rows(
    rows: Iterable[Row | BrokenItemError], base: str | None, currency: str | None
) -> Iterator[SourceProduct | BrokenItemError]:
    """Yield the product of each row, or what is wrong with it; arguments as for `read_item`.

    Raises:
        SourceError: There are more rows than allowed.
    """
    today = datetime.now(UTC)
    for count, row in enumerate(rows, 1):
        if count > MAX_ITEMS:
            raise SourceError(f"The feed has more than {MAX_ITEMS:,} entries.")
        if isinstance(row, BrokenItemError):
            yield row
            continue
        try:
            yield read_item(row.fields, base, today, currency=currency, repair=row.repair)
        except BrokenItemError as error:
            yield error
