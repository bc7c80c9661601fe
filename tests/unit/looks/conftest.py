import pytest

from server.looks.service import LookService
from server.metrics import Metrics
from tests.support.segmenters import ScriptedSegmenter


@pytest.fixture
def segmenter():
    segmenter = ScriptedSegmenter()
    yield segmenter
    segmenter.gate.set()


@pytest.fixture
def metrics():
    return Metrics()


@pytest.fixture
def service_of(database, settings, segmenter, metrics):
    """Makes services on the test's database; arguments change the settings."""
    made = []

    def make(**changes):
        changed = settings.model_copy(update=changes)
        made.append(LookService(database, segmenter, changed, metrics))
        return made[-1]

    yield make
    segmenter.gate.set()
    for service in made:
        service.close()


@pytest.fixture
def service(service_of):
    return service_of()
