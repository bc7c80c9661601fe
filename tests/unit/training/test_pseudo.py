"""Tags choose among what a model finds."""

import pytest

pytest.importorskip("detectron2")

import numpy as np

from model.categories import category_by_name
from model.training.detectors import Detections, as_served
from model.training.pseudo import label


def found(*garments: tuple[str, float]) -> Detections:
    masks = np.zeros((len(garments), 10, 10 * len(garments)), bool)
    for index in range(len(garments)):
        masks[index, :, 10 * index : 10 * index + 10] = True
    return Detections(
        np.zeros((len(garments), 4)),
        np.array([score for _, score in garments]),
        np.array([category_by_name(name).id - 1 for name, _ in garments]),
        masks,
    )


def names(result: tuple[list[int], list[int]] | None) -> list[int]:
    assert result is not None
    return result[0]


SKIRT = category_by_name("skirt").id - 1
TROUSERS = category_by_name("trousers").id - 1
LONG_DRESS = category_by_name("long sleeve dress").id - 1


def test_what_fits_a_tag_is_kept() -> None:
    assert names(label(found(("skirt", 0.9)), {"skirt", "bag"}, None)) == [SKIRT]


def test_a_tag_that_allows_one_category_decides() -> None:
    assert names(label(found(("skirt", 0.9)), {"pants"}, None)) == [TROUSERS]


def test_what_fits_no_tag_is_ignored() -> None:
    result = label(found(("skirt", 0.9), ("long sleeve outwear", 0.8)), {"skirt"}, None)
    assert names(result) == [SKIRT, -1]


def test_a_tag_confirms_a_doubtful_find() -> None:
    assert names(label(found(("skirt", 0.3)), {"skirt"}, None)) == [SKIRT]


def test_a_photo_whose_tag_nothing_answers_is_not_used() -> None:
    assert label(found(("skirt", 0.9)), {"skirt", "coat"}, None) is None
    assert label(found(("skirt", 0.9)), {"skirt", "romper"}, None) is None
    assert label(found(("skirt", 0.9)), {"bag"}, None) is None


def test_a_dress_sorted_by_eye_keeps_that_category() -> None:
    result = label(found(("vest dress", 0.9)), {"dress"}, "long sleeve dress")
    assert names(result) == [LONG_DRESS]


def test_two_finds_of_one_garment_are_served_as_one() -> None:
    twice = found(("skirt", 0.9), ("trousers", 0.7), ("vest", 0.4))
    twice.masks[1] = twice.masks[0]
    served = as_served(twice, 0.5)
    assert served.categories.tolist() == [SKIRT]
