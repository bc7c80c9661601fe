"""The bound by which the embedded index spares itself exact comparisons."""

import numpy as np
import pytest
from numpy.typing import NDArray

from server.catalog.index.products import MIDDLE, graph, inner_products, surplus
from server.catalog.index.screening import Codes, Directions, Floats, Surplus


def units(count: int, dimensions: int, seed: int) -> NDArray[np.float32]:
    spread = np.linspace(1, 0.05, dimensions) ** 3
    made = np.random.default_rng(seed).normal(size=(count, dimensions)) * spread + 0.3 * spread
    vectors: NDArray[np.float32] = (made / np.linalg.norm(made, axis=1, keepdims=True)).astype("f4")
    return vectors


def kept(directions: Directions, vectors: Floats) -> tuple[Codes, Surplus]:
    views = np.asfortranarray(directions.views(vectors))
    return views, surplus(views)


@pytest.mark.parametrize("dimensions", [3, 40, 256])
def test_no_cosine_is_above_its_bound(dimensions: int) -> None:
    sample = units(2000, dimensions, 1)
    directions = Directions.of(sample)
    # Also of vectors that are nothing like the sample, whose values are cut off.
    strange = np.eye(dimensions, dtype=np.float32)
    vectors = np.concatenate([sample, units(500, dimensions, 2), strange, -strange])
    views, over = kept(directions, vectors)
    for query in [*units(20, dimensions, 3), *strange[:2], -sample[0]]:
        assert (directions.bounds(query).of(views, over) >= vectors @ query).all()


def test_the_bound_leaves_few_to_compare() -> None:
    vectors = units(20_000, 256, 1)
    directions = Directions.of(vectors[::7])
    views, over = kept(directions, vectors)
    assert views.nbytes < vectors.nbytes / 10
    for query in units(10, 256, 2):
        last = np.partition(vectors @ query, -100)[-100]
        assert np.count_nonzero(directions.bounds(query).of(views, over) >= last) < 1000


def test_products_of_bytes_are_right_and_never_too_low() -> None:
    rng = np.random.default_rng(1)
    for width in (1, 16, 85, 96):
        rows = rng.integers(0, 256, (300, width), np.uint8)
        rows[:2] = 255
        rows[2] = 0
        signed = np.asfortranarray((rows.astype(np.int16) - MIDDLE).astype(np.int8))
        for scale in (1e-6, 1.0, 300.0):
            weights = (rng.normal(size=width) * scale).astype(np.float32)
            exact = rows.astype(np.float64) @ weights
            over = inner_products(signed, surplus(signed), weights, 0) - exact
            most = np.abs(weights).max()
            assert over.min() >= -255 * width * most / 1e6
            assert over.max() <= 255 * width * most / 7000


def test_products_with_nothing_are_nothing() -> None:
    none, ones = np.zeros((0, 16), np.int8, "F"), np.ones((3, 16), np.int8, "F")
    assert inner_products(none, surplus(none), np.ones(16, np.float32), 0).shape == (0,)
    assert not inner_products(ones, surplus(ones), np.zeros(16, np.float32), 0).any()


def test_the_graph_of_the_products_is_valid_onnx() -> None:
    onnx = pytest.importorskip("onnx")
    onnx.checker.check_model(onnx.load_from_string(graph()), full_check=True)
