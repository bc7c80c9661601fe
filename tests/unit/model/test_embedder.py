"""Vectors have unit length, and alike crops have alike ones."""

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
from numpy.typing import NDArray

from model.embedder import Embedder


def test_vectors_have_unit_length(embedder: Embedder, astronaut: NDArray[np.uint8]) -> None:
    vectors = embedder.embed([astronaut, astronaut[:200, :200], np.zeros((5, 5, 3), np.uint8)])
    assert vectors.shape == (3, embedder.dimensions)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_no_crops_have_no_vectors(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, embedder.dimensions)


def test_features_are_those_that_the_verifier_learnt_from(
    embedder: Embedder, astronaut: NDArray[np.uint8]
) -> None:
    crops = [astronaut, astronaut[:200, :200]] * 5
    found = embedder.features(crops)
    assert found.shape == (10, embedder.feature_dimensions)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(found[:2], found[8:], atol=1e-4)
    assert embedder.features([]).shape == (0, embedder.feature_dimensions)
    assert embedder.feature_dimensions != embedder.dimensions


def test_a_batch_is_what_each_is_alone(embedder: Embedder, astronaut: NDArray[np.uint8]) -> None:
    crops = [np.roll(astronaut, 30 * turn, axis=1) for turn in range(11)]
    together = embedder.embed(crops)
    alone = np.concatenate([embedder.embed([crop]) for crop in crops])
    np.testing.assert_allclose(together, alone, atol=1e-4)


def test_alike_is_closer_than_different(embedder: Embedder, astronaut: NDArray[np.uint8]) -> None:
    smaller = np.asarray(cv2.resize(astronaut, (260, 260), interpolation=cv2.INTER_AREA), np.uint8)
    stripes = np.zeros((300, 300, 3), np.uint8)
    stripes[::20] = (20, 200, 90)
    same, again, other = embedder.embed([astronaut, smaller, stripes])
    assert same @ again > 0.9
    assert same @ other < same @ again - 0.2


def test_red_and_blue_are_not_mixed_up(embedder: Embedder, astronaut: NDArray[np.uint8]) -> None:
    plain, swapped = embedder.embed([astronaut, np.ascontiguousarray(astronaut[..., ::-1])])
    assert plain @ swapped < 0.999


def test_threads_share_one_embedder(embedder: Embedder, astronaut: NDArray[np.uint8]) -> None:
    crops = [np.roll(astronaut, 50 * turn, axis=0) for turn in range(8)]
    alone = [embedder.embed([crop])[0] for crop in crops]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda crop: embedder.embed([crop])[0], crops))
    np.testing.assert_allclose(together, alone, atol=1e-5)
