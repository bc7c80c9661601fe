"""Tags choose among what a model finds."""

import pytest

pytest.importorskip("detectron2")

import numpy as np

from model.categories import category_by_name
from model.training.detecting.detectors import Detections, as_served
from model.training.labelling.pseudo import label
from model.training.labelling.pseudo_wearables import label_worn
from model.training.network.ignoring import IGNORED


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


def worn(*things: tuple[str, float], tags: str) -> list[int] | None:
    labels = label_worn(found(*things), frozenset(tags.split()))
    return None if labels is None else [each.category for each in labels]


HAT = category_by_name("hat").id - 1
BAG = category_by_name("bag").id - 1


def test_a_tag_makes_the_best_find_of_a_wearable_one() -> None:
    hats = (("hat", 0.35), ("hat", 0.31), ("hat", 0.2))
    assert worn(*hats, tags="hat") == [HAT, IGNORED]
    # Hair looks like a hat, but nobody tagged one.
    assert worn(*hats, tags="hair") == []
    assert worn(("hat", 0.9), tags="hair") == [IGNORED]


def test_a_photo_is_not_used_if_a_tagged_wearable_is_not_found() -> None:
    assert worn(("bag", 0.9), tags="bag hat") is None
    assert worn(("hat", 0.15), tags="hat") is None
    disputed = found(("hat", 0.9))
    disputed.agreement = np.array([0.4])
    assert label_worn(disputed, frozenset({"hat"})) is None


def test_there_may_be_two_bags_and_a_wallet_may_be_one() -> None:
    assert worn(("bag", 0.95), ("bag", 0.85), tags="purse") == [BAG, BAG]
    assert worn(("bag", 0.7), tags="wallet") == [BAG]
    assert worn(("bag", 0.5), tags="wallet") == []
    assert worn(("skirt", 0.9), tags="skirt") == []
