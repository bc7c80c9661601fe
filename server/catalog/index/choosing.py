"""The index that the settings choose."""

from typing import Literal

from server.catalog.index.embedded import EmbeddedIndex
from server.catalog.index.errors import IndexUnavailableError
from server.catalog.index.hit import ProductIndex
from server.storage.database import Database

IndexName = Literal["embedded", "pgvector"]


def product_index(
    name: IndexName, database: Database, embedder: str, dimensions: int
) -> ProductIndex:
    """Return an index over the products of a database.

    Args:
        name: Which index, as the setting ``catalog_index`` says.
        database: Where the products are.
        embedder: Fingerprint of the embedder.
        dimensions: Length of a vector.

    Raises:
        IndexUnavailableError: The database is none of PostgreSQL, or its packages are missing.
    """
    if name == "embedded":
        return EmbeddedIndex(database, embedder, dimensions)
    if database.engine.dialect.name != "postgresql":
        raise IndexUnavailableError(
            "WTB_CATALOG_INDEX=pgvector needs a PostgreSQL database.",
            hint="Set WTB_DATABASE_URL to one, or leave WTB_CATALOG_INDEX out.",
        )
    try:
        from server.catalog.index.pgvector import PgvectorIndex  # noqa: PLC0415 - an extra's
    except ModuleNotFoundError as error:
        raise IndexUnavailableError(
            f"WTB_CATALOG_INDEX=pgvector needs the package {error.name}.",
            hint="Install the extra: pip install 'where-to-buy[postgres]'",
        ) from error
    return PgvectorIndex(database, embedder, dimensions)
