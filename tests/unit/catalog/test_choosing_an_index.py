"""Which index the settings choose, and what is said where it cannot be used."""

import sys

import pytest

from server.catalog.index.choosing import product_index
from server.catalog.index.embedded import EmbeddedIndex
from server.catalog.index.errors import IndexUnavailableError
from server.catalog.index.pgvector import PgvectorIndex
from server.config import Settings
from server.storage.database import Database
from tests.support.products import EMBEDDER

ADDRESS = "postgresql+psycopg://nobody@/nothing"


def test_the_embedded_index_is_the_default(settings: Settings, database: Database) -> None:
    index = product_index(settings.catalog_index, database, EMBEDDER, 8)
    assert isinstance(index, EmbeddedIndex)


def test_pgvector_is_used_in_the_database_of_the_settings() -> None:
    index = product_index("pgvector", Database(ADDRESS), EMBEDDER, 8)
    assert isinstance(index, PgvectorIndex)


def test_pgvector_without_postgresql_says_which_setting_is_missing(database: Database) -> None:
    with pytest.raises(IndexUnavailableError) as caught:
        product_index("pgvector", database, EMBEDDER, 8)
    assert "WTB_DATABASE_URL" in caught.value.hint


@pytest.mark.parametrize("package", ["pgvector", "pgvector.psycopg"])
def test_a_missing_package_is_named_with_the_extra_that_brings_it(
    monkeypatch: pytest.MonkeyPatch, package: str
) -> None:
    for name in [name for name in sys.modules if name.startswith("server.catalog.index.pgvector")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(IndexUnavailableError) as caught:
        product_index("pgvector", Database(ADDRESS), EMBEDDER, 8)
    assert package in str(caught.value)
    assert "where-to-buy[postgres]" in caught.value.hint
