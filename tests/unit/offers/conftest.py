import pytest

from model.embedder import Embedder
from server.fetch.fetcher import Fetcher
from server.looks.service import LookService
from server.offers.offer import SearchContext
from server.offers.pictures.compare import Comparer
from server.offers.queries import Queries
from server.offers.search import OfferSearch
from tests.support.pictures import outfit, picture_file
from tests.support.providers import ScriptedProvider
from tests.support.segmenters import ScriptedSegmenter


@pytest.fixture(scope="session")
def embedder():
    return Embedder(threads=1)


@pytest.fixture
def segmenter():
    """Finds a navy top and beige trousers in `tests.support.pictures.outfit`."""
    return ScriptedSegmenter()


@pytest.fixture
def looks(database, settings, segmenter):
    service = LookService(database, segmenter, settings)
    yield service
    service.close()


@pytest.fixture
def look(looks):
    return looks.create(picture_file(outfit()))


@pytest.fixture
def fetcher(settings):
    return Fetcher(settings)


@pytest.fixture
def comparer(fetcher, segmenter, embedder):
    comparer = Comparer(fetcher, segmenter, embedder)
    yield comparer
    comparer.close()


@pytest.fixture
def search_of(looks, embedder, comparer):
    """Make searches over the given providers, and close them at the end."""
    made = []

    def make(*providers, seconds=5.0, **more):
        search = OfferSearch(
            Queries(looks, embedder), providers, comparer, SearchContext(), seconds, **more
        )
        made.append((search, providers))
        return search

    yield make
    for search, providers in made:
        for provider in providers:
            if isinstance(provider, ScriptedProvider):
                provider.gate.set()
        search.close()
