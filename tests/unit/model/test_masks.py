"""Masks are drawn where they belong, cleaned, and freed of duplicates."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from model.categories import category_by_name
from model.garment import Garment
from model.masks import clean, keep_distinct, overlap_threshold, paste

SIZE = (240, 600)


def garment(category: str, score: float, *rectangles: tuple[int, int, int, int]) -> Garment:
    """A garment that fills rectangles (x, y, width, height)."""
    mask = np.zeros(SIZE, np.bool_)
    for x, y, width, height in rectangles:
        mask[y : y + height, x : x + width] = True
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    box = (
        float(columns[0]),
        float(rows[0]),
        float(columns[-1] + 1 - columns[0]),
        float(rows[-1] + 1 - rows[0]),
    )
    return Garment(category_by_name(category), score, box, mask, [])


def plain(height: int, width: int) -> NDArray[np.uint8]:
    """A picture without any edge."""
    return np.full((height, width, 3), 130, np.uint8)


def names(garments: list[Garment]) -> list[str]:
    return [found.category.name for found in garments]


def test_a_full_mask_fills_its_box_and_nothing_else() -> None:
    mask = paste(np.ones((28, 28), np.float32), (20.0, 30.0, 60.0, 110.0), plain(200, 100))
    wanted = np.zeros((200, 100), np.bool_)
    wanted[30:110, 20:60] = True
    assert (mask == wanted).all()


def test_half_a_mask_fills_half_its_box() -> None:
    half = np.zeros((28, 28), np.float32)
    half[:, :14] = 1
    mask = paste(half, (10.0, 10.0, 90.0, 50.0), plain(60, 100))
    assert mask[30, 11:49].all()
    assert not mask[30, 51:].any()


def test_edges_are_smooth_where_cells_are_large() -> None:
    y, x = np.mgrid[:28, :28] + 0.5
    disc = (1 / (1 + np.exp(np.hypot(x - 14, y - 14) * 2 - 20))).astype(np.float32)
    mask = paste(disc, (0.0, 0.0, 560.0, 560.0), plain(560, 560))
    rows, columns = np.mgrid[:560, :560] + 0.5
    threshold = overlap_threshold(disc)
    radius = 20 * (10 - np.log(threshold / (1 - threshold)) / 2)
    true = np.hypot(columns - 280, rows - 280) < radius
    differ = np.count_nonzero(mask ^ true)
    assert differ / np.count_nonzero(true) < 0.01


@pytest.mark.parametrize("box", [(0.0, 0.0, 1.0, 1.0), (99.0, 0.0, 100.0, 200.0)])
def test_a_box_at_the_edge_stays_inside(box: tuple[float, float, float, float]) -> None:
    assert paste(np.ones((28, 28), np.float32), box, plain(200, 100)).shape == (200, 100)


@given(arrays(np.float32, (6, 6), elements=st.floats(0, 1, width=32)))
@example(np.repeat(np.float32([0.09, 0.16, 0.5, 0.52]), [19, 10, 6, 1]).reshape(6, 6))
def test_no_other_threshold_is_expected_to_overlap_better(mask: NDArray[np.float32]) -> None:
    def expected(threshold: float) -> float:
        covered = mask > threshold
        common = mask[covered].sum(dtype=np.float64)
        return float(common / max(1e-9, covered.sum() + mask.sum(dtype=np.float64) - common))

    threshold = overlap_threshold(mask)
    assert 0 < threshold <= 0.5
    if (mask > 0.5).any():
        others = [0.0, *map(float, np.unique(mask))]
        assert expected(threshold) >= max(map(expected, others)) - 1e-6


def test_a_mask_in_doubt_takes_more_than_what_is_rather_likely() -> None:
    sure = np.zeros((28, 28), np.float32)
    sure[:, :14], sure[:, 14:20] = 1, 0.4
    doubtful = sure.copy()
    doubtful[:, :14] = 0.6
    box = (0.0, 0.0, 280.0, 280.0)
    assert not paste(sure, box, plain(280, 280))[140, 170]
    assert paste(doubtful, box, plain(280, 280))[140, 170]


def test_a_mask_that_is_nowhere_likely_covers_nothing() -> None:
    faint = np.full((28, 28), 0.45, np.float32)
    assert not paste(faint, (10.0, 10.0, 90.0, 50.0), plain(60, 100)).any()


def test_specks_go_and_parts_stay() -> None:
    mask = np.zeros((100, 200), np.bool_)
    mask[10:90, 10:90] = mask[10:90, 120:180] = True
    mask[2:4, 2:4] = True
    mask[50:52, 50:52] = False
    mask[20:50, 130:160] = False
    cleaned = clean(mask)
    assert not cleaned[2, 2]
    assert cleaned[50, 50]
    assert not cleaned[30, 140]
    assert cleaned[50, 170]


def test_nothing_stays_nothing() -> None:
    assert not clean(np.zeros((10, 10), np.bool_)).any()


def test_one_garment_under_two_categories_is_the_better_one() -> None:
    coat = garment("long sleeve outwear", 0.9, (50, 20, 100, 180))
    again = garment("long sleeve top", 0.6, (54, 20, 92, 170))
    assert names(keep_distinct([coat, again])) == ["long sleeve outwear"]


def test_categories_that_one_silhouette_was_found_as_are_its_rivals() -> None:
    dress = garment("vest dress", 0.9, (50, 20, 100, 180))
    found = [
        dress,
        garment("sling dress", 0.6, (52, 20, 98, 178)),
        garment("vest dress", 0.55, (50, 22, 98, 178)),
        garment("long sleeve dress", 0.5, (50, 20, 96, 170)),
        garment("sling dress", 0.45, (50, 20, 100, 170)),
        garment("vest", 0.4, (60, 20, 80, 70)),
        garment("trousers", 0.9, (250, 20, 100, 180)),
    ]
    kept, trousers = keep_distinct(found)
    assert [each.name for each in kept.rivals] == ["sling dress", "long sleeve dress"]
    assert (kept.category, kept.score, kept.box) == (dress.category, 0.9, dress.box)
    assert trousers.rivals == ()


def test_a_part_of_a_garment_does_not_count_separately() -> None:
    shirt = garment("long sleeve top", 0.9, (50, 20, 100, 180))
    sleeve = garment("short sleeve top", 0.6, (50, 20, 30, 100))
    assert names(keep_distinct([shirt, sleeve])) == ["long sleeve top"]


def test_a_belt_within_the_trousers_and_a_bag_before_the_coat_stay() -> None:
    found = [
        garment("trousers", 0.9, (50, 100, 100, 180)),
        garment("long sleeve outwear", 0.9, (40, 20, 120, 100)),
        garment("belt", 0.6, (55, 102, 90, 10)),
        garment("bag", 0.6, (60, 60, 40, 40)),
    ]
    assert keep_distinct(found) == found
    again = garment("scarf", 0.5, (60, 60, 40, 39))
    assert names(keep_distinct([*found, again])) == names(found)


def test_five_dresses_side_by_side_are_five() -> None:
    dresses = [
        # Each reaches a little into the next one's.
        garment("sling dress", 0.9 - place / 100, (10 + 100 * place, 20, 112, 200))
        for place in range(5)
    ]
    assert len(keep_distinct(dresses)) == 5


def test_a_shirt_under_an_open_coat_stays() -> None:
    coat = garment("long sleeve outwear", 0.9, (50, 20, 50, 180), (140, 20, 50, 180))
    shirt = garment("long sleeve top", 0.7, (92, 30, 56, 120))
    assert len(keep_distinct([coat, shirt])) == 2


def test_a_shirt_that_the_coats_mask_covers_for_the_most_part_stays() -> None:
    coat = garment("long sleeve outwear", 0.9, (50, 20, 140, 180))
    shirt = garment("long sleeve top", 0.7, (92, 5, 56, 120))
    assert len(keep_distinct([coat, shirt])) == 2


def test_top_and_trousers_that_meet_stay_two() -> None:
    top = garment("vest", 0.9, (50, 20, 100, 100))
    trousers = garment("trousers", 0.8, (50, 105, 100, 120))
    assert len(keep_distinct([top, trousers])) == 2
