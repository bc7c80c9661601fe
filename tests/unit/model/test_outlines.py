"""Outlines follow their masks closely with few points."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from model.garment import Polygon
from model.masks import clean
from model.outlines import fill, outline
from model.picture import decode_picture
from model.segmenter import Segmenter


def iou(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.count_nonzero(one & other) / np.count_nonzero(one | other))


def blob(seed: int, height: int, width: int, roughness: float = 3, level: float = 0.5):
    """A mask as the network makes them: 28 x 28 cells, drawn large, in one piece or several."""
    grid = np.random.default_rng(seed).random((28, 28), np.float32)
    grid = cv2.GaussianBlur(grid, (0, 0), roughness)
    grid = (grid - grid.min()) / (grid.max() - grid.min())
    return cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC) > level


def points(polygons: list[Polygon]) -> int:
    return sum(map(len, polygons))


@given(
    seed=st.integers(0, 10_000),
    height=st.integers(12, 900),
    width=st.integers(12, 900),
    roughness=st.sampled_from([2, 3, 4]),
    level=st.floats(0.35, 0.65),
)
@example(seed=4532, height=51, width=888, roughness=2, level=0.55)
@example(seed=4879, height=60, width=691, roughness=2, level=0.45)
@settings(max_examples=120, deadline=None)
def test_a_garments_outline_is_close_and_short_at_once(
    seed: int, height: int, width: int, roughness: float, level: float
) -> None:
    """Holes and several parts are counted together."""
    mask = np.zeros((height + 9, width + 5), np.bool_)
    mask[4:-5, 2:-3] = clean(blob(seed, height, width, roughness, level))
    assume(mask.any())
    polygons = outline(mask)
    assert iou(fill(polygons, mask.shape), mask) >= 0.98
    assert points(polygons) <= 150


@given(cells=st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), min_size=1, max_size=90))
@settings(max_examples=80, deadline=None)
def test_a_ragged_mask_is_covered_too(cells: list[tuple[int, int]]) -> None:
    mask = np.zeros((61, 61), np.bool_)
    for row, column in cells:
        mask[3 * row : 3 * row + 4, 3 * column : 3 * column + 4] = True
    assert iou(fill(outline(mask), mask.shape), mask) >= 0.98


@pytest.mark.parametrize("seed", range(4))
def test_a_mask_more_ragged_than_any_garment_is_covered(seed: int) -> None:
    cells = np.random.default_rng(seed).random((40, 40)) < 0.5
    mask = np.kron(cells, np.ones((4, 4), np.bool_)).astype(np.bool_)
    assert iou(fill(outline(mask), mask.shape), mask) >= 0.98


def test_the_outlines_of_real_garments_are_close_and_short_at_once(
    segmenter: Segmenter, data_dir: Path | None
) -> None:
    if data_dir is None:
        pytest.skip("no photos here: WTB_DATA names none")
    files = [
        image["file_name"]
        for image in json.loads((data_dir / "street/val.json").read_text())["images"]
    ]
    garments = 0
    for number, file in enumerate(files[::5]):
        photo = decode_picture((data_dir / "street" / file).read_bytes())
        # As it is, as a thumbnail, and as large as the server analyses pictures.
        side = (max(photo.shape), 300, 2048)[number % 3]
        factor = side / max(photo.shape)
        picture = cv2.resize(photo, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        for garment in segmenter.segment(picture, min_score=0.3):
            garments += 1
            assert points(garment.polygons) <= 150
            assert iou(fill(garment.polygons, picture.shape[:2]), garment.mask) >= 0.98
    assert garments > 30


def test_a_hole_stays_a_hole() -> None:
    mask = np.zeros((100, 100), np.bool_)
    mask[10:90, 10:90] = True
    mask[35:65, 35:65] = False
    filled = fill(outline(mask), (100, 100))
    assert not filled[50, 50]
    assert filled[20, 20]
    assert iou(filled, mask) >= 0.98


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
