"""What a person framed: the garment in there, or what stands out, or the frame itself."""

import numpy as np
import pytest

from model.frames import cut_by_colours, iou, look_into, two_in
from tests.support.pictures import outfit
from tests.support.segmenters import ColourSegmenter

SIZE = (300, 400)


def lamp() -> np.ndarray:
    rng = np.random.default_rng(1)
    rgb = rng.integers(190, 210, (*SIZE, 3), dtype=np.uint8)
    rgb[80:200, 150:230] = rng.integers(10, 60, (120, 80, 3), dtype=np.uint8)
    return rgb


def test_the_garment_that_fits_best_is_meant() -> None:
    picture = outfit()
    found = look_into(picture, (22, 8, 56, 74), ColourSegmenter())
    assert found.category is not None
    assert found.category.name == "long sleeve top"
    assert found.mask.shape == picture.shape[:2]
    assert found.box == (20, 10, 60, 70)


def test_a_garment_elsewhere_in_the_frame_is_not_meant() -> None:
    picture = outfit(width=300)
    found = look_into(picture, (5, 5, 290, 190), ColourSegmenter())
    assert found.category is None


def test_only_the_frame_and_what_is_around_it_is_looked_at() -> None:
    segmenter = ColourSegmenter()
    look_into(outfit(width=1000, height=1000), (700, 700, 100, 100), segmenter)
    (seen,) = segmenter.pictures
    assert seen.shape[:2] == (170, 170)


def test_what_stands_out_is_cut_out_of_the_frame() -> None:
    mask = cut_by_colours(lamp(), (140, 70, 100, 140))
    assert mask is not None
    wanted = np.zeros(SIZE, bool)
    wanted[80:200, 150:230] = True
    assert (mask & wanted).sum() / (mask | wanted).sum() > 0.97


def test_nothing_stands_out_of_a_plain_wall() -> None:
    assert cut_by_colours(np.full((*SIZE, 3), 128, np.uint8), (50, 50, 100, 100)) is None


@pytest.mark.parametrize(
    "frame", [(0, 0, 400, 300), (0, 0, 16, 16), (384, 284, 16, 16), (0, 100, 400, 16)]
)
def test_any_frame_inside_the_picture_gives_something(frame) -> None:
    found = look_into(lamp(), frame, ColourSegmenter())
    assert found.polygons
    x, y, width, height = found.box
    assert min(x, y) >= 0
    assert x + width <= SIZE[1]
    assert y + height <= SIZE[0]
    assert iou(found.box, frame) > 0.4


def test_the_same_frame_has_the_same_outline() -> None:
    first, second = (look_into(lamp(), (140, 70, 100, 140), ColourSegmenter()) for _ in range(2))
    assert first.polygons == second.polygons


def test_two_garments_in_one_frame_are_told_apart() -> None:
    found = two_in(outfit(), (15, 5, 70, 180), ColourSegmenter())
    assert {each.category.name for each in found if each.category} == {
        "long sleeve top",
        "trousers",
    }
