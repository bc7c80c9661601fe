"""Outlines follow their masks closely with few points."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.outlines import MOST_POINTS, fill, outline


def iou(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.count_nonzero(one & other) / np.count_nonzero(one | other))


def blob(seed: int, height: int, width: int) -> np.ndarray:
    """A mask as the network makes them: 28 x 28 cells, drawn large, in one piece or several."""
    grid = np.random.default_rng(seed).random((28, 28), np.float32)
    grid = cv2.GaussianBlur(grid, (0, 0), 3)
    grid = (grid - grid.min()) / (grid.max() - grid.min())
    return cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC) > 0.5


@given(seed=st.integers(0, 10_000), height=st.integers(12, 700), width=st.integers(12, 700))
@settings(max_examples=80, deadline=None)
def test_an_outline_covers_its_mask(seed: int, height: int, width: int) -> None:
    mask = np.zeros((height + 9, width + 5), np.bool_)
    mask[4:-5, 2:-3] = blob(seed, height, width)
    assert iou(fill(outline(mask), mask.shape), mask) >= 0.97


@given(cells=st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), min_size=1, max_size=90))
@settings(max_examples=80, deadline=None)
def test_a_ragged_mask_is_covered_too(cells: list[tuple[int, int]]) -> None:
    mask = np.zeros((61, 61), np.bool_)
    for row, column in cells:
        mask[3 * row : 3 * row + 4, 3 * column : 3 * column + 4] = True
    assert iou(fill(outline(mask), mask.shape), mask) >= 0.97


@pytest.mark.parametrize("seed", range(4))
def test_a_mask_more_ragged_than_any_garment_is_covered(seed: int) -> None:
    cells = np.random.default_rng(seed).random((40, 40)) < 0.5
    mask = np.kron(cells, np.ones((4, 4), np.bool_)).astype(np.bool_)
    assert iou(fill(outline(mask), mask.shape), mask) >= 0.97


@pytest.mark.parametrize("seed", range(8))
def test_a_garment_takes_few_points(seed: int) -> None:
    polygons = outline(blob(seed, 500, 300))
    assert sum(map(len, polygons)) <= MOST_POINTS


def test_a_hole_stays_a_hole() -> None:
    mask = np.zeros((100, 100), np.bool_)
    mask[10:90, 10:90] = True
    mask[35:65, 35:65] = False
    filled = fill(outline(mask), (100, 100))
    assert not filled[50, 50]
    assert filled[20, 20]
    assert iou(filled, mask) >= 0.97


def test_islands_are_rings_of_their_own() -> None:
    mask = np.zeros((60, 100), np.bool_)
    mask[10:50, 5:40] = mask[10:50, 60:95] = True
    assert len(outline(mask)) == 2


def test_points_lie_in_the_picture_as_plain_numbers() -> None:
    mask = np.ones((40, 30), np.bool_)
    (ring,) = outline(mask)
    assert all(type(value) is float for point in ring for value in point)
    assert {tuple(point) for point in ring} == {(0, 0), (29, 0), (29, 39), (0, 39)}


def test_nothing_has_no_outline() -> None:
    assert outline(np.zeros((20, 20), np.bool_)) == []
