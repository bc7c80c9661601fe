"""Masks follow the edges of the picture, whatever its size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from model.masks import paste

Mask = NDArray[np.bool_]


def disc(size: int, radius: float) -> Mask:
    y, x = np.mgrid[:size, :size] + 0.5
    return np.asarray(np.hypot(x - size / 2, y - size / 2) < radius)


def blurred(radius: float) -> NDArray[np.float32]:
    """What the network makes of a disc in a box of 28 cells: right in its middle, soft around."""
    y, x = np.mgrid[:28, :28] + 0.5
    return (1 / (1 + np.exp(np.hypot(x - 14, y - 14) - radius))).astype(np.float32)


def painted(mask: Mask, inside: int = 210, noise: float = 6) -> NDArray[np.uint8]:
    """A photo of it: grainy, before another colour."""
    grain = np.random.default_rng(1).normal(0, noise, (*mask.shape, 3))
    colours = np.where(mask[..., None], [inside, inside // 2, 60], [90, 110, 120])
    return np.clip(colours + grain, 0, 255).astype(np.uint8)


def iou(one: Mask, other: Mask) -> float:
    return np.count_nonzero(one & other) / np.count_nonzero(one | other)


@pytest.mark.parametrize("size", [60, 280, 560, 1600])
def test_an_edge_that_is_a_cell_off_moves_to_where_the_colours_change(size: int) -> None:
    true = disc(size, size * 8 / 28)
    box = (0.0, 0.0, float(size), float(size))
    plain = np.full((size, size, 3), 128, np.uint8)
    picture = painted(true)
    # A mask in doubt is drawn generously: one too small gains more than one too large.
    wrong = blurred(7), blurred(9)
    seen = [iou(paste(mask, box, picture), true) for mask in wrong]
    guessed = [iou(paste(mask, box, plain), true) for mask in wrong]
    assert np.mean(guessed) < 0.82
    assert np.mean(seen) > 0.88
    assert all(one > other + 0.05 for one, other in zip(seen, guessed, strict=True))


def test_what_is_inside_and_outside_for_sure_stays_so_whatever_its_pattern() -> None:
    stripes = np.zeros((280, 280, 3), np.uint8)
    stripes[:, ::14] = stripes[:, 1::14] = 255
    mask = paste(blurred(8), (0.0, 0.0, 280.0, 280.0), stripes)
    assert mask[disc(280, 50)].all()
    assert not mask[~disc(280, 110)].any()


@given(
    left=st.floats(-300, 90),
    top=st.floats(-300, 50),
    width=st.floats(0.5, 900),
    height=st.floats(0.5, 900),
)
def test_any_box_gives_a_mask_of_the_picture_that_stays_in_it(
    left: float, top: float, width: float, height: float
) -> None:
    picture = painted(disc(64, 20))[:, :48]
    mask = paste(np.ones((28, 28), np.float32), (left, top, left + width, top + height), picture)
    assert mask.shape == (64, 48)
    rows, columns = np.nonzero(mask)
    assert ((columns + 1 > left) & (columns < left + width)).all()
    assert ((rows + 1 > top) & (rows < top + height)).all()
