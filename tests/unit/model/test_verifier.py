"""A find that is no garment is dropped, unless something on the picture is one beyond doubt."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data

from model.categories import category_by_name
from model.embedder import Embedder
from model.errors import WeightsError
from model.garment import Garment
from model.segmenter import Segmenter
from model.verifier import Verifier, around, features
from model.weights_description import NAME, SHIPPED


@pytest.fixture(scope="module")
def verifier(embedder: Embedder) -> Verifier:
    loaded = Verifier.of_weights(embedder)
    assert loaded is not None
    return loaded


@pytest.fixture(scope="module")
def overall(segmenter: Segmenter, astronaut: NDArray[np.uint8]) -> Garment:
    """What the person on `astronaut` wears."""
    return segmenter.segment(astronaut, 0.1)[0]


def claimed(
    picture: NDArray[np.uint8], name: str, box: tuple[int, int, int, int], score: float
) -> Garment:
    """Claim that an ellipse in a box of a picture is a garment."""
    x, y, width, height = box
    rows, columns = np.ogrid[: picture.shape[0], : picture.shape[1]]
    mask = ((columns - x - width / 2) / (width / 2)) ** 2 + (
        (rows - y - height / 2) / (height / 2)
    ) ** 2 <= 1
    where = tuple(map(float, box))
    return Garment(category_by_name(name), score, where, mask, [])


def cup(score: float, name: str = "shorts") -> tuple[NDArray[np.uint8], Garment]:
    """Return a photo of a coffee cup with the cup as a garment."""
    picture = data.coffee()
    return picture, claimed(picture, name, (170, 40, 250, 280), score)


def test_a_cup_is_no_shorts(verifier: Verifier) -> None:
    picture, false = cup(0.6)
    assert verifier.verified(picture, [false]) == []


def test_a_cat_is_no_top(verifier: Verifier) -> None:
    picture = data.chelsea()
    false = claimed(picture, "long sleeve top", (70, 20, 280, 270), 0.6)
    assert verifier.verified(picture, [false]) == []


def test_what_a_person_wears_stays_however_weak_the_find(
    verifier: Verifier, astronaut: NDArray[np.uint8], overall: Garment
) -> None:
    weak = replace(overall, score=0.41)
    assert verifier.verified(astronaut, [weak]) == [weak]


def test_nothing_is_judged_where_a_garment_is_beyond_doubt(verifier: Verifier) -> None:
    picture, false = cup(0.6)
    certain = replace(false, score=0.99)
    assert verifier.verified(picture, [certain, false]) == [certain, false]


def test_a_cup_is_no_bag_however_sure_the_find(verifier: Verifier) -> None:
    picture, false = cup(0.99, "bag")
    assert verifier.verified(picture, [false]) == []


def test_what_a_person_has_with_them_stays_without_a_garment(
    verifier: Verifier, astronaut: NDArray[np.uint8], overall: Garment
) -> None:
    bag = replace(overall, category=category_by_name("bag"), score=0.41)
    assert verifier.verified(astronaut, [bag]) == [bag]


def test_a_picture_without_finds_costs_nothing(verifier: Verifier) -> None:
    picture = data.coffee()
    assert verifier.verified(picture, []) == []
    assert verifier.probabilities(picture, []).shape == (0,)


def test_each_find_is_judged_as_it_would_be_alone(
    verifier: Verifier, astronaut: NDArray[np.uint8], overall: Garment
) -> None:
    flag = claimed(astronaut, "skirt", (0, 0, 120, 400), 0.5)
    together = verifier.probabilities(astronaut, [overall, flag])
    alone = [verifier.probabilities(astronaut, [find])[0] for find in (overall, flag)]
    np.testing.assert_allclose(together, alone, atol=1e-4)
    assert together[0] > together[1]


def test_a_find_is_seen_with_what_is_around_it(
    embedder: Embedder, astronaut: NDArray[np.uint8], overall: Garment
) -> None:
    (found,) = features(astronaut, [overall], embedder)
    assert found.shape == (embedder.feature_dimensions,)
    (part,) = embedder.features([around(astronaut, overall.box)])
    np.testing.assert_allclose(found, part, atol=1e-5)


@pytest.mark.parametrize(
    ("box", "expected"),
    [
        ((100, 50, 20, 10), (26, 26)),  # well inside
        ((0, 0, 20, 10), (26, 26)),  # moved back inside
        ((0, 0, 300, 90), (100, 300)),  # the picture is too small for a square
    ],
)
def test_the_part_around_a_find_is_square_where_it_can_be(box, expected) -> None:
    picture = np.zeros((100, 300, 3), np.uint8)
    assert around(picture, box).shape[:2] == expected


def test_a_set_of_weights_without_a_verifier_has_none(embedder: Embedder, tmp_path: Path) -> None:
    content = json.loads((SHIPPED / NAME).read_text())
    (tmp_path / NAME).write_text(json.dumps({"segmenter": content["segmenter"]}))
    assert Verifier.of_weights(embedder, tmp_path) is None


def test_an_altered_layer_is_refused(embedder: Embedder, tmp_path: Path) -> None:
    shutil.copy(SHIPPED / NAME, tmp_path)
    data_of = bytearray((SHIPPED / "verifier.onnx").read_bytes())
    data_of[-40] ^= 1
    (tmp_path / "verifier.onnx").write_bytes(data_of)
    with pytest.raises(WeightsError, match="SHA-256"):
        Verifier.of_weights(embedder, tmp_path)
