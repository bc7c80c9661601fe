"""One segmenter and one embedder, with the shipped weights, for all tests of this room."""

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data

from model.embedder import Embedder
from model.segmenter import Segmenter


@pytest.fixture(scope="session")
def segmenter() -> Segmenter:
    return Segmenter(threads=1)  # a worker has one processor to itself


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    return Embedder()


@pytest.fixture(scope="session")
def astronaut() -> NDArray[np.uint8]:
    """A person in an orange overall, 512 x 512, which a package ships."""
    return data.astronaut()
