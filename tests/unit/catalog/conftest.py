import pytest

from model.embedder import Embedder
from server.catalog.catalog import Catalog
from server.fetch.fetcher import Fetcher
from tests.support.segmenters import ScriptedSegmenter


@pytest.fixture(scope="session")
def embedder():
    return Embedder(threads=1)


@pytest.fixture
def segmenter():
    """Finds a navy top and beige trousers in `tests.support.pictures.outfit`."""
    return ScriptedSegmenter()


@pytest.fixture
def catalog(database, settings, segmenter, embedder):
    return Catalog(database, Fetcher(settings), segmenter, embedder)
