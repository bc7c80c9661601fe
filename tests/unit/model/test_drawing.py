"""The overlay tints garments, and leaves the rest of the picture as it was."""

import numpy as np

from model.drawing import overlay
from tests.support.pictures import outfit
from tests.support.segmenters import ScriptedSegmenter


def test_garments_are_tinted_and_the_rest_is_left() -> None:
    picture = outfit(width=400, height=800)
    before = picture.copy()
    found = ScriptedSegmenter(
        ("long sleeve top", (80, 100, 200, 200)), ("trousers", (80, 420, 200, 300))
    ).segment(picture)
    drawn = overlay(picture, found)
    assert (picture == before).all()
    assert drawn.shape == picture.shape
    assert drawn.dtype == np.uint8
    assert (drawn[:60] == picture[:60]).all()
    assert (drawn[:, 320:] == picture[:, 320:]).all()
    changes = [(drawn[y, 90].astype(int) - picture[y, 90]).tolist() for y in (290, 700)]
    assert changes[0] != changes[1]
    assert all(any(change) for change in changes)


def test_labels_of_garments_in_one_place_are_all_readable() -> None:
    picture = outfit(width=400, height=400)
    one = overlay(picture, ScriptedSegmenter(("vest", (100, 100, 200, 200))).segment(picture))
    boxes = [("vest", (100, 100, 200, 200))] * 4
    four = overlay(picture, ScriptedSegmenter(*boxes).segment(picture))
    dark = [int((image == (24, 24, 28)).all(axis=2).sum()) for image in (one, four)]
    assert dark[1] > 3 * dark[0]


def test_a_tiny_picture_is_drawn_on_too() -> None:
    picture = outfit(width=12, height=9)
    found = ScriptedSegmenter(("skirt", (2, 2, 8, 5))).segment(picture)
    assert overlay(picture, found).shape == (9, 12, 3)


def test_no_garments_change_nothing() -> None:
    assert (overlay(outfit(), []) == outfit()).all()
