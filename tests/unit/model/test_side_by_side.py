"""Pictures are looked at side by side, and each gets back what is in it."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.categories import category_by_name
from model.garment import Garment
from model.side_by_side import MOST, find_in_row, rows
from tests.support.pictures import outfit
from tests.support.segmenters import ColourSegmenter


def blank(height: int, width: int) -> NDArray[np.uint8]:
    return np.full((height, width, 3), 255, np.uint8)


def test_each_picture_gets_its_own_garments_in_its_own_pixels() -> None:
    segmenter = ColourSegmenter()
    pictures = [outfit(), outfit()[10:80, 20:80], outfit()[80:180, 25:75]]
    both, top, trousers = find_in_row(pictures, segmenter)
    assert len(segmenter.pictures) == 1
    assert [part.category.name for part in both] == ["long sleeve top", "trousers"]
    assert [part.box for part in both] == [(20, 10, 60, 70), (25, 80, 50, 100)]
    assert [(part.category.name, part.box) for part in top] == [("long sleeve top", (0, 0, 60, 70))]
    assert [(part.category.name, part.box) for part in trousers] == [("trousers", (0, 0, 50, 100))]
    for picture, parts in zip(pictures, (both, top, trousers), strict=True):
        for part in parts:
            assert part.mask.shape == picture.shape[:2]
            x, y, width, height = map(int, part.box)
            assert part.mask[y : y + height, x : x + width].all()
            assert np.count_nonzero(part.mask) == width * height


def test_a_row_is_a_little_taller_than_its_pictures_but_not_than_it_is_wide() -> None:
    segmenter = ColourSegmenter()
    find_in_row([outfit()] * 4, segmenter)
    find_in_row([outfit()] * 2, segmenter)
    find_in_row([outfit()[:, 20:80]] * 2, segmenter)
    assert [picture.shape[:2] for picture in segmenter.pictures] == [
        (220, 424), (208, 208), (200, 128)
    ]  # fmt: skip


def test_what_spans_two_pictures_is_no_garment() -> None:
    class FindsOneOverAll:
        def segment(
            self, picture: NDArray[np.uint8], min_score: float | None = None
        ) -> list[Garment]:
            mask = np.ones(picture.shape[:2], np.bool_)
            box = (0.0, 0.0, float(mask.shape[1]), float(mask.shape[0]))
            return [Garment(category_by_name("skirt"), 0.9, box, mask, [])]

    assert find_in_row([outfit(), outfit()], FindsOneOverAll()) == [[], []]


def test_a_mask_that_reaches_over_its_picture_s_edge_ends_there() -> None:
    class FindsABitTooMuch:
        def segment(
            self, picture: NDArray[np.uint8], min_score: float | None = None
        ) -> list[Garment]:
            mask = np.zeros(picture.shape[:2], np.bool_)
            mask[10:80, 50:105] = True
            return [Garment(category_by_name("skirt"), 0.9, (50, 10, 55, 70), mask, [])]

    (first,), second = find_in_row([outfit(), outfit()], FindsABitTooMuch())
    assert first.box == (50, 10, 50, 70)
    assert second == []


def test_a_row_is_no_wider_than_the_network_sees_well_and_none_is_alone() -> None:
    people = {number: blank(500, 280) for number in range(10)}
    divided = rows(people)
    assert sorted(map(len, divided)) == [2, 4, 4]
    assert rows({3: blank(500, 280)}) == []
    assert rows({0: blank(100, 500), 1: blank(100, 500)}) == []


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 500), st.integers(1, 500)), max_size=20))
def test_each_picture_is_in_one_row_at_most(sizes: list[tuple[int, int]]) -> None:
    pictures = {number: blank(*size) for number, size in enumerate(sizes)}
    divided = rows(pictures)
    numbers = [number for row in divided for number in row]
    assert len(numbers) == len(set(numbers))
    assert set(numbers) <= set(pictures)
    for row in divided:
        assert 2 <= len(row) <= MOST
        height = max(pictures[number].shape[0] for number in row)
        assert sum(pictures[number].shape[1] for number in row) <= 2.6 * 1.1 * height + 3
