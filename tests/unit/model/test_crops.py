"""A crop shows the garment and nothing of what is around it."""

import numpy as np
import pytest

from model.crops import cut_out, on_white


def scene() -> tuple[np.ndarray, np.ndarray]:
    """A blue garment in a red picture, and its mask."""
    picture = np.full((100, 80, 3), (200, 0, 0), np.uint8)
    mask = np.zeros((100, 80), np.bool_)
    mask[20:70, 10:40] = True
    picture[mask] = (0, 0, 200)
    return picture, mask


def test_only_the_garment_is_visible() -> None:
    picture, mask = scene()
    crop = cut_out(picture, mask, (10.0, 20.0, 30.0, 50.0))
    assert crop.dtype == np.uint8
    assert crop.shape[2] == 4
    visible = crop[..., 3] > 0
    assert np.count_nonzero(visible) == np.count_nonzero(mask)
    assert (crop[visible][:, :3] == (0, 0, 200)).all()


def test_there_is_a_margin() -> None:
    picture, mask = scene()
    crop = cut_out(picture, mask, (10.0, 20.0, 30.0, 50.0))
    assert not crop[0, :, 3].any()
    assert not crop[:, -1, 3].any()
    assert 50 < crop.shape[0] < 60


@pytest.mark.parametrize(
    "box", [(0.0, 0.0, 80.0, 100.0), (79.5, 99.5, 0.5, 0.5), (0.0, 0.0, 0.2, 0.2)]
)
def test_a_box_at_the_edge_is_taken(box: tuple[float, float, float, float]) -> None:
    picture, mask = scene()
    crop = cut_out(picture, mask, box)
    assert min(crop.shape[:2]) >= 1


def test_white_is_where_nothing_is() -> None:
    picture, mask = scene()
    rgb = on_white(cut_out(picture, mask, (10.0, 20.0, 30.0, 50.0)))
    assert rgb.shape[0] == rgb.shape[1]
    assert rgb[0, 0].tolist() == [255, 255, 255]
    assert rgb[rgb.shape[0] // 2, rgb.shape[1] // 2].tolist() == [0, 0, 200]
    assert not ((rgb[..., 0] > 210) & (rgb[..., 2] < 60)).any()  # none of the red


def test_a_crop_keeps_its_shape_where_no_square_is_wanted() -> None:
    picture, mask = scene()
    crop = cut_out(picture, mask, (10.0, 20.0, 30.0, 50.0))
    assert on_white(crop, square=False).shape[:2] == crop.shape[:2]


def test_half_transparent_is_half_white() -> None:
    crop = np.zeros((1, 1, 4), np.uint8)
    crop[..., 3] = 128
    assert on_white(crop)[0, 0].tolist() == [127, 127, 127]
