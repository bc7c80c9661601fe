"""Several looks at one photo: what they agree on, and where they do not."""

import pytest

pytest.importorskip("detectron2")

import json
from pathlib import Path

import cv2
import numpy as np

from model.categories import category_by_name
from model.photometry import Picture
from model.training.detecting.detectors import Array, Detections, Detector
from model.training.labelling.consensus import consensus, mirrored
from model.training.labelling.pseudo import pseudo_labels, write_coco

PHOTO = np.zeros((40, 60, 3), np.uint8)
SKIRT = category_by_name("skirt").id - 1
TROUSERS = category_by_name("trousers").id - 1


def block(left: int, right: int, height: int = 40, width: int = 60) -> Array:
    mask = np.zeros((height, width), bool)
    mask[10:30, left:right] = True
    return mask


def look(*garments: tuple[int, float, Array]) -> Detector:
    def run(_: Picture) -> Detections:
        categories, scores, masks = zip(*garments, strict=True) if garments else ((), (), ())
        return Detections(
            np.array([[*np.argwhere(m).min(0)[::-1], *np.argwhere(m).max(0)[::-1]] for m in masks]),
            np.array(scores, np.float32),
            np.array(categories, int),
            np.array(masks, bool).reshape(-1, *PHOTO.shape[:2]),
        )

    return run


def test_the_mask_is_what_most_looks_saw() -> None:
    looks = [look((SKIRT, 0.9, block(10, right))) for right in (20, 30, 30)]
    found = consensus(looks)(PHOTO)
    # The first look's half is seen by all, the other half by two of three: it belongs to it.
    np.testing.assert_array_equal(found.masks[0], block(10, 20))
    looks = [look((SKIRT, 0.9, block(10, right))) for right in (22, 30, 30)]
    found = consensus(looks)(PHOTO)
    np.testing.assert_array_equal(found.masks[0], block(10, 30))
    assert found.agreement is not None
    np.testing.assert_allclose(found.agreement, [(12 / 20 + 1 + 1) / 3], rtol=1e-6)


def test_whoever_missed_a_garment_lowers_its_score_and_the_agreement() -> None:
    found = consensus([look((SKIRT, 0.8, block(10, 30))), look()])(PHOTO)
    assert found.scores == pytest.approx([0.4])
    assert found.agreement == pytest.approx([0.5])


def test_the_category_is_voted_by_score_and_the_surest_comes_first() -> None:
    looks = [
        look((SKIRT, 0.5, block(0, 10)), (SKIRT, 0.4, block(30, 50))),
        look((SKIRT, 0.4, block(0, 10)), (TROUSERS, 0.9, block(30, 50))),
    ]
    found = consensus(looks)(PHOTO)
    assert found.categories.tolist() == [TROUSERS, SKIRT]
    assert found.scores == pytest.approx([0.65, 0.45])
    np.testing.assert_array_equal(found.masks[0], block(30, 50))


def test_a_photo_without_garments_has_no_consensus() -> None:
    assert len(consensus([look(), look((SKIRT, 0.9, block(0, 10)))])(PHOTO)) == 0


def test_what_is_found_in_the_mirror_is_turned_back() -> None:
    def leftmost_is_lit(picture: Picture) -> Detections:
        mask = picture[:, :, 0] > 0
        left, right = np.flatnonzero(mask.any(axis=0))[[0, -1]]
        box = np.array([[left, 0.0, right + 1, 40.0]])
        return Detections(box, np.array([0.9]), np.array([SKIRT]), mask[None])

    photo = PHOTO.copy()
    photo[:, 5:15] = 255
    found = mirrored(leftmost_is_lit)(photo)
    np.testing.assert_array_equal(found.masks[0], photo[:, :, 0] > 0)
    np.testing.assert_allclose(found.boxes, [[5, 0, 15, 40]])


def test_labels_on_which_looks_disagree_are_rough(tmp_path: Path) -> None:
    folder = tmp_path / "street"
    (folder / "photos").mkdir(parents=True)
    cv2.imwrite(str(folder / "photos" / "1.jpg"), PHOTO)
    (folder / "tags.json").write_text(json.dumps({"1.jpg": ["skirt", "pants"]}))
    looks = [
        look((SKIRT, 0.9, block(0, 20)), (TROUSERS, 0.9, block(30, 50))),
        look((SKIRT, 0.9, block(0, 20)), (TROUSERS, 0.9, block(30, 44))),
    ]
    target = tmp_path / "pseudo" / "street.json"
    assert write_coco(pseudo_labels(folder, consensus(looks)), target) == 1
    annotations = json.loads(target.read_text())["annotations"]
    rough = {a["category_id"] - 1: a.get("rough", False) for a in annotations}
    assert rough == {SKIRT: False, TROUSERS: True}
