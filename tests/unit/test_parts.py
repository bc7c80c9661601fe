import pytest

from server.config import Settings
from server.parts import Parts


@pytest.fixture
def file(tmp_path):
    return tmp_path / "state" / "where-to-buy.sqlite3"


@pytest.fixture
def parts(tmp_path):
    parts = Parts(Settings(state_dir=tmp_path / "state"))
    yield parts
    parts.database_as_found.dispose()


def test_a_database_that_is_only_looked_at_is_not_created(parts, file):
    assert not parts.database_as_found.has_table("looks")
    assert not file.exists()


def test_a_database_that_is_used_is_created_once_and_shared(parts, file):
    assert parts.database.has_table("looks")
    assert file.exists()
    assert parts.database is parts.database is parts.database_as_found
