"""Tests here are run with each index, in the kind of database that it needs."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from server.catalog.index.embedded import EmbeddedIndex
from server.catalog.index.hit import ProductIndex
from server.catalog.index.pgvector import PgvectorIndex
from server.storage.database import Database
from tests.support.postgres import Postgres, running_postgres
from tests.support.products import EMBEDDER, put_shop

# Makes an empty database, which the caller disposes of.
NewDatabase = Callable[[], Database]


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as running:
        yield running


@pytest.fixture(scope="session", params=["embedded", "pgvector"])
def new_database(
    request: pytest.FixtureRequest, empty_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> NewDatabase:
    if request.param == "pgvector":
        postgres: Postgres = request.getfixturevalue("postgres")
        return lambda: Database(postgres.address())

    def copy() -> Database:
        return Database(
            f"sqlite:///{shutil.copy(empty_database, tmp_path_factory.mktemp('index'))}"
        )

    return copy


@pytest.fixture
def database(new_database: NewDatabase) -> Iterator[Database]:
    database = new_database()
    yield database
    database.dispose()


@pytest.fixture(scope="module")
def shared_databases(new_database: NewDatabase) -> Iterator[NewDatabase]:
    """Makes databases for all tests of a module, which change nothing in them."""
    with ExitStack() as made:

        def make() -> Database:
            database = new_database()
            made.callback(database.dispose)
            return database

        yield make


@pytest.fixture
def index(database: Database) -> ProductIndex:
    return index_in(database)


def index_in(database: Database) -> ProductIndex:
    if database.file is None:
        return PgvectorIndex(database, EMBEDDER, 8)
    return EmbeddedIndex(database, EMBEDDER, 8)


@pytest.fixture
def shop(database: Database) -> int:
    return put_shop(database)
