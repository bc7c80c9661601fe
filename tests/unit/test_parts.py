import pytest

from model.weights_description import load_description
from server.config import Settings
from server.models import find_embedder
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


def test_the_embedder_of_old_vectors_is_found_among_all_weights(settings: Settings) -> None:
    name = load_description(None).embedder.fingerprint
    found = find_embedder(settings, name)
    assert found is not None
    assert found.fingerprint == name
    assert find_embedder(settings, "0" * 16) is None
