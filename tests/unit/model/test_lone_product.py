"""Shoes, bags and glasses alone on a plain background are what they are, not coats or nothing."""

import json
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.categories import category_by_name
from model.embedder import Embedder
from model.errors import WeightsError
from model.garment import Garment
from model.second_look import SecondLook
from model.segmenter import Segmenter
from model.weights_description import NAME, SHIPPED

LEATHER, DARK = (120, 60, 30), (25, 22, 20)


@pytest.fixture(scope="module")
def second_look(embedder: Embedder) -> SecondLook:
    loaded = SecondLook.of_weights(embedder)
    assert loaded is not None
    return loaded


def glasses(background: int = 255) -> NDArray[np.uint8]:
    picture = np.full((360, 640, 3), background, np.uint8)
    for x, side in ((190, -1), (450, 1)):
        cv2.ellipse(picture, (x, 190), (105, 75), 0, 0, 360, DARK, -1, cv2.LINE_AA)
        cv2.ellipse(picture, (x, 190), (90, 62), 0, 0, 360, (60, 55, 50), -1, cv2.LINE_AA)
        end = x + side * 100
        cv2.line(picture, (end, 170), (end + side * 40, 120), DARK, 10, cv2.LINE_AA)
    cv2.ellipse(picture, (320, 165), (45, 22), 0, 180, 360, DARK, 10, cv2.LINE_AA)
    return picture


def bag(background: int = 255) -> NDArray[np.uint8]:
    """Draw a bag whose handle leaves a large hole."""
    picture = np.full((560, 560, 3), background, np.uint8)
    cv2.ellipse(picture, (280, 230), (110, 130), 0, 180, 360, (70, 35, 15), 18, cv2.LINE_AA)
    body = np.array([[130, 230], [430, 230], [470, 480], [90, 480]], np.int32)
    cv2.fillPoly(picture, [body], LEATHER, cv2.LINE_AA)
    cv2.polylines(picture, [body], True, (70, 35, 15), 6, cv2.LINE_AA)
    flap = np.array([[130, 230], [430, 230], [410, 330], [150, 330]], np.int32)
    cv2.fillPoly(picture, [flap], (105, 52, 25), cv2.LINE_AA)
    cv2.rectangle(picture, (262, 310), (298, 350), (210, 180, 90), -1)
    # A gleam as white as the background.
    cv2.circle(picture, (200, 420), 6, (background,) * 3, -1)
    return picture


def find(picture: NDArray[np.uint8], name: str, score: float) -> Garment:
    """Claim that all of a picture is a garment."""
    mask = np.ones(picture.shape[:2], bool)
    box = (0.0, 0.0, float(mask.shape[1]), float(mask.shape[0]))
    return Garment(category_by_name(name), score, box, mask, [])


@pytest.mark.parametrize("background", [255, 230])
@pytest.mark.parametrize(("draw", "name"), [(glasses, "eyewear"), (bag, "bag")])
def test_a_wearable_alone_is_found_though_the_segmenter_finds_none(
    second_look: SecondLook, draw, name: str, background: int
) -> None:
    (found,) = second_look.revised(draw(background), [])
    assert found.category.name == name
    assert found.polygons


def test_it_takes_the_place_of_a_garment_that_it_was_taken_for(second_look: SecondLook) -> None:
    picture = bag()
    (found,) = second_look.revised(picture, [find(picture, "long sleeve outwear", 0.94)])
    assert found.category.name == "bag"


def test_its_outline_leaves_the_hole_of_a_handle_and_keeps_a_gleam(second_look: SecondLook) -> None:
    (found,) = second_look.revised(bag(), [])
    assert found.mask[400, 150]
    assert found.mask[420, 200]
    assert not found.mask[180, 280]
    assert not found.mask[20:60, 20:60].any()
    left, top, width, height = found.box
    np.testing.assert_allclose((left, top, width, height), (86, 90, 389, 395), atol=4)


def test_a_garment_beyond_doubt_stays(second_look: SecondLook) -> None:
    picture = bag()
    certain = find(picture, "skirt", 0.99)
    assert second_look.revised(picture, [certain]) == [certain]


def test_a_ball_alone_is_nothing(second_look: SecondLook) -> None:
    picture = np.full((400, 400, 3), 255, np.uint8)
    cv2.circle(picture, (200, 200), 150, (40, 90, 200), -1, cv2.LINE_AA)
    assert second_look.revised(picture, []) == []


def test_what_is_on_no_plain_background_is_not_named(second_look: SecondLook) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (560, 560, 3)).astype(np.uint8)
    drawn = bag()
    noise[60:500, 80:480] = drawn[60:500, 80:480]
    assert second_look.revised(noise, []) == []


def test_a_person_keeps_what_they_wear(
    second_look: SecondLook, segmenter: Segmenter, astronaut: NDArray[np.uint8]
) -> None:
    finds = segmenter.segment(astronaut)
    assert finds[0] in second_look.revised(astronaut, finds)


def test_weights_with_neither_layer_have_no_second_look(embedder: Embedder, tmp_path: Path) -> None:
    content = json.loads((SHIPPED / NAME).read_text())
    (tmp_path / NAME).write_text(json.dumps({"segmenter": content["segmenter"]}))
    assert SecondLook.of_weights(embedder, tmp_path) is None


def test_with_one_layer_only_the_other_is_not_missed(embedder: Embedder, tmp_path: Path) -> None:
    content = json.loads((SHIPPED / NAME).read_text())
    for part, others in (("verifier", 0), ("lone_products", 1)):
        folder = tmp_path / part
        folder.mkdir()
        named = {key: content[key] for key in ("segmenter", "embedder", part)}
        (folder / NAME).write_text(json.dumps(named))
        shutil.copy(SHIPPED / content[part]["file"], folder)
        loaded = SecondLook.of_weights(embedder, folder)
        assert loaded is not None
        assert len(loaded.revised(glasses(), [])) == others


def test_an_altered_layer_is_refused(embedder: Embedder, tmp_path: Path) -> None:
    shutil.copy(SHIPPED / NAME, tmp_path)
    shutil.copy(SHIPPED / "verifier.onnx", tmp_path)
    altered = bytearray((SHIPPED / "lone_products.onnx").read_bytes())
    altered[-40] ^= 1
    (tmp_path / "lone_products.onnx").write_bytes(altered)
    with pytest.raises(WeightsError, match="SHA-256"):
        SecondLook.of_weights(embedder, tmp_path)


def test_categories_that_nobody_knows_are_refused(embedder: Embedder, tmp_path: Path) -> None:
    content = json.loads((SHIPPED / NAME).read_text())
    content["lone_products"]["categories"] = ["umbrella"]
    (tmp_path / NAME).write_text(json.dumps(content))
    with pytest.raises(WeightsError, match="umbrella"):
        SecondLook.of_weights(embedder, tmp_path)
