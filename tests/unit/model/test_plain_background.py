"""What shops show on a plain background is separated from it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.plain_background import without_background

# Left, top, right, bottom of what is shown, in a picture of 200 x 300.
BOX = (60, 40, 130, 170)
NAVY = (31, 42, 68)


def shown(background: int, colour: tuple[int, int, int] = NAVY) -> NDArray[np.uint8]:
    picture = np.full((300, 200, 3), background, np.uint8)
    left, top, right, bottom = BOX
    picture[top:bottom, left:right] = colour
    return picture


def place(part: NDArray[np.uint8], whole: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """Where a view lies in its picture: left, top, right, bottom."""
    offset = part.__array_interface__["data"][0] - whole.__array_interface__["data"][0]
    top, left = divmod(offset // 3, whole.shape[1])
    return left, top, left + part.shape[1], top + part.shape[0]


@pytest.mark.parametrize("background", [255, 240, 128, 0])
def test_what_is_shown_is_kept_with_a_small_margin(background: int) -> None:
    picture = shown(background)
    part = without_background(picture)
    assert part is not None
    found = place(part, picture)
    for side, wanted, outwards in zip(found, BOX, (-1, -1, 1, 1), strict=True):
        assert 0 <= (side - wanted) * outwards <= 20


def test_pale_cloth_on_white_is_kept_whole() -> None:
    picture = shown(255, (240, 240, 238))
    part = without_background(picture)
    assert part is not None
    left, top, right, bottom = place(part, picture)
    assert left <= BOX[0]
    assert top <= BOX[1]
    assert right >= BOX[2]
    assert bottom >= BOX[3]


def test_a_person_cut_off_by_the_picture_s_edge_is_before_a_plain_background() -> None:
    picture = np.full((300, 200, 3), 250, np.uint8)
    picture[60:, 50:150] = NAVY
    part = without_background(picture)
    assert part is not None
    assert place(part, picture)[3] == 300


def test_specks_of_a_jpeg_are_no_garment() -> None:
    picture = shown(255)
    picture[5, 5] = picture[290, 190] = 200
    part = without_background(picture)
    assert part is not None
    assert part.shape[0] < 170


def test_a_background_that_is_not_plain_is_left(astronaut: NDArray[np.uint8]) -> None:
    assert without_background(astronaut) is None
    noise = np.random.default_rng(0).integers(0, 255, (300, 200, 3)).astype(np.uint8)
    noise[:, :, 0] = np.linspace(0, 255, 200, dtype=np.uint8)
    assert without_background(noise) is None


def test_nothing_but_background_shows_nothing() -> None:
    assert without_background(np.full((300, 200, 3), 255, np.uint8)) is None


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 400), st.integers(1, 400), st.integers(0, 2**32 - 1))
def test_pictures_of_any_size_give_a_part_of_themselves_or_nothing(
    height: int, width: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    picture = np.full((height, width, 3), random.integers(256), np.uint8)
    top, left = random.integers(height), random.integers(width)
    picture[top : top + random.integers(1, 200), left : left + random.integers(1, 200)] = 90
    part = without_background(picture)
    assert part is None or (part.size > 0 and np.shares_memory(part, picture))
