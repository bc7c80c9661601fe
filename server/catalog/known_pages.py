"""What is known of a shop's pages from the imports before, so that they are not asked for again."""

from sqlalchemy import select

from server.catalog.attempts import Attempt
from server.catalog.sources.sitemap_shop import DONE
from server.storage.database import Database
from server.storage.tables import ProductRow


class KnownPages:
    """Looks up the pages of one shop.

    Args:
        database: Where the products are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._attempt: Attempt | None = None

    def within(self, attempt: Attempt) -> None:
        """Tell which shop the pages are of, and which import they are read for."""
        self._attempt = attempt

    def __call__(self, key: str) -> str | None:
        """Return the version of the page with a product's key.

        Returns:
            `DONE` if this import has read it already, "" if its version is not known, and None
            if it was not read before or its product was gone.
        """
        attempt = self._attempt
        if attempt is None:
            return None
        with self._database.session(read_only=True) as session:
            row = session.execute(
                select(ProductRow.page_version, ProductRow.seen, ProductRow.gone_at).where(
                    ProductRow.shop_id == attempt.shop_id, ProductRow.key == key
                )
            ).first()
        if row is None or row.gone_at is not None:
            return None
        if row.seen >= attempt.first:
            return DONE
        return row.page_version or ""
