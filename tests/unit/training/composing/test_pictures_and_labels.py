"""What moves a photo moves its labels along, and what is unknown stays unknown."""

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("detectron2")

import cv2
import numpy as np
import torch
from detectron2.data import DatasetCatalog
from detectron2.structures import Boxes, Instances

from model.training.composing.collage import Canvas, Region
from model.training.composing.composition import repeat_factors, to_instances
from model.training.data.datasets import is_held_out, load_coco, register, style_of
from model.training.data.variants import ONE_BY_ONE, variant
from model.training.measuring.evaluation import truth_masks
from model.training.network.ignoring import IGNORED, garments, ignored_boxes, lies_in
from model.training.recipes.schedule import learning_rate_factor

GREEN = (20, 200, 20)


@pytest.fixture
def record(tmp_path: Path) -> dict[str, Any]:
    """A photo of a green garment on grey, with an ignored corner."""
    picture = np.full((200, 150, 3), 128, np.uint8)
    cv2.rectangle(picture, (40, 60), (100, 140), GREEN, -1)
    path = tmp_path / "photo.png"
    cv2.imwrite(str(path), picture)
    return {
        "file_name": str(path),
        "height": 200,
        "width": 150,
        "image_id": 1,
        "annotations": [
            {
                "bbox": [40, 60, 61, 81],
                "segmentation": [[40, 60, 100, 60, 100, 140, 40, 140]],
                "category_id": 4,
            }
        ],
        "ignored": [[[0, 0, 20, 0, 20, 20, 0, 20]]],
    }


def greenness(picture: Any, mask: Any) -> tuple[float, float]:
    """Return the share of the mask that is green, and of the green that is in the mask."""
    values = picture.astype(int)
    green = (values[..., 1] > values[..., 0] + 25) & (values[..., 1] > values[..., 2] + 25)
    both = (green & mask).sum()
    return both / mask.sum(), both / green.sum()


@pytest.mark.parametrize("seed", range(12))
def test_masks_follow_what_a_collage_shows(record: dict[str, Any], seed: int) -> None:
    canvas = Canvas(160, 128, np.random.default_rng(seed))
    canvas.put(record, (0, 0, 128, 160), (20, 30, 130, 170), partial=False, cover=False)
    garment = next(r for r in canvas.finished() if r.category == 4)
    inside, covered = greenness(canvas.picture, garment.mask.astype(bool))
    # A dim or nearly colourless photo shows no green at all; then there is nothing to compare.
    if inside > 0.1:
        assert inside > 0.85
        assert covered > 0.85


def test_what_is_pasted_covers_what_was_there(record: dict[str, Any]) -> None:
    canvas = Canvas(160, 128, np.random.default_rng(1))
    canvas.put(record, (0, 0, 128, 160), (0, 0, 150, 200), partial=False, cover=True)
    before = int(canvas.regions[0].mask.sum())
    canvas.paste(record, (64, 80), 60)
    below, above = canvas.regions[0].mask, canvas.regions[-1].mask
    assert not (below & above).any()
    assert int(below.sum()) < before


@pytest.mark.parametrize("seed", range(8))
def test_a_shadow_darkens_all_but_what_is_worn(record: dict[str, Any], seed: int) -> None:
    canvas = Canvas(160, 128, np.random.default_rng(seed))
    canvas.put(record, (0, 0, 128, 160), (0, 0, 150, 200), partial=False, cover=False)
    worn = next(r for r in canvas.regions if r.category == 4).mask.copy()
    before = canvas.picture.astype(int)
    canvas.obstruct((0, 0, 128, 160), shadow=True)
    change = canvas.picture.astype(int).sum(axis=2) - before.sum(axis=2)
    assert (change <= 0).all()
    assert (change[worn > 0] == 0).all()
    assert (change < -20).any()
    assert (next(r for r in canvas.regions if r.category == 4).mask == worn).all()


@pytest.mark.parametrize("obstacle", ["bag", "hair"])
def test_what_a_bag_or_hair_covers_is_no_garment(record: dict[str, Any], obstacle: str) -> None:
    hidden = 0
    for seed in range(20):
        canvas = Canvas(160, 128, np.random.default_rng(seed))
        canvas.put(record, (0, 0, 128, 160), (0, 0, 150, 200), partial=False, cover=False)
        before = canvas.picture.copy()
        worn = canvas.regions[0].mask.copy()
        canvas.obstruct((0, 0, 128, 160), **{obstacle: True})
        left = canvas.regions[0].mask
        assert (left <= worn).all()
        # Half a pixel of softness aside, what still counts as garment looks as it did.
        inside = cv2.erode(left, np.ones((7, 7), np.uint8)) > 0
        assert (canvas.picture[inside] == before[inside]).all()
        hidden += int(worn.sum() - left.sum())
    assert hidden > 0


def test_a_guessed_outline_is_not_learnt_as_a_mask(tmp_path: Path) -> None:
    entry = {
        "image_id": 1,
        "category_id": 8,
        "bbox": [0, 0, 9, 9],
        "segmentation": [[0, 0, 9, 9, 0, 9]],
    }
    content = {
        "categories": [],
        "images": [{"id": 1, "file_name": "a.jpg", "height": 10, "width": 10}],
        "annotations": [{**entry, "id": 1, "rough": True}, {**entry, "id": 2}],
    }
    path = tmp_path / "train.json"
    path.write_text(json.dumps(content))
    (record,) = load_coco(path)
    assert [a["rough"] for a in record["annotations"]] == [True, False]
    mask = np.ones((10, 10), np.uint8)
    regions = [Region(a["category_id"], mask, 100.0, a["rough"]) for a in record["annotations"]]
    assert to_instances(regions, 10, 10).gt_sure.tolist() == [False, True]


def test_around_a_partly_labelled_garment_all_is_ignored(record: dict[str, Any]) -> None:
    canvas = Canvas(160, 128, np.random.default_rng(2))
    canvas.put(record, (0, 0, 128, 160), (0, 0, 150, 200), partial=True, cover=True)
    instances = to_instances(canvas.finished(), 160, 128)
    legs = Boxes(torch.tensor([[20.0, 135.0, 100.0, 160.0]]))
    assert bool(lies_in(ignored_boxes(instances), legs)[0])
    assert garments(instances).gt_classes.tolist() == [4]


def test_a_garment_hardly_in_view_is_ignored(record: dict[str, Any]) -> None:
    canvas = Canvas(160, 128, np.random.default_rng(3))
    canvas.put(record, (0, 0, 128, 160), (0, 0, 150, 65), partial=False, cover=True)
    garment = canvas.regions[0]
    garment.area = 100.0 * float(garment.mask.sum())
    assert canvas.finished()[0].category == IGNORED


def test_proposals_inside_ignored_places_teach_nothing() -> None:
    targets = Instances((100, 100))
    targets.gt_boxes = Boxes(torch.tensor([[0.0, 0, 30, 30], [50.0, 50, 100, 100]]))
    targets.gt_classes = torch.tensor([3, IGNORED])
    boxes = Boxes(torch.tensor([[55.0, 55, 90, 90], [0.0, 0, 30, 30], [40.0, 40, 70, 60]]))
    assert lies_in(ignored_boxes(targets), boxes).tolist() == [True, False, False]


@pytest.mark.parametrize("name", ONE_BY_ONE)
def test_labels_follow_each_kind_of_changed_copy(record: dict[str, Any], name: str) -> None:
    photo = (record, cv2.imread(record["file_name"]))
    ((changed, picture),) = variant(name, [photo])
    assert picture.shape[:2] == (changed["height"], changed["width"])
    (mask,) = truth_masks(changed)
    inside, covered = greenness(picture, mask)
    assert inside > 0.9
    assert covered > 0.9


def test_four_photos_in_one_keep_all_their_garments(record: dict[str, Any]) -> None:
    photo = (record, cv2.imread(record["file_name"]))
    first, second = variant("four-in-one", [photo] * 5)
    assert len(first[0]["annotations"]) == 4
    assert len(second[0]["annotations"]) == 1
    inside, _ = greenness(first[1], truth_masks(first[0]).any(axis=0))
    assert inside > 0.9


def test_a_style_is_never_on_both_sides(photos: Path) -> None:
    register(photos)
    kept = {style_of(r["file_name"]) for r in DatasetCatalog.get("shop_train@kept")}
    held_out = {style_of(r["file_name"]) for r in DatasetCatalog.get("shop_train@held_out")}
    assert kept
    assert held_out
    assert not kept & held_out
    assert is_held_out("images/mh02-black_main.jpg") == is_held_out("images/mh02-red_main.jpg")


def test_single_garments_nobody_sorted_are_left_out(photos: Path) -> None:
    register(photos)
    records = DatasetCatalog.get("single_index")
    assert [r["annotations"][0]["category_id"] for r in records] == [0, 7]


def test_rare_categories_are_drawn_more_often() -> None:
    records = [{"annotations": [{"category_id": 7}]}] * 99 + [
        {"annotations": [{"category_id": 7}, {"category_id": 12}]}
    ]
    factors = repeat_factors(records, below=0.25, most=3.0)
    assert factors[0] == 1
    assert factors[99] == 3


def test_the_learning_rate_rises_then_falls() -> None:
    rising = [learning_rate_factor(0.0, step, 10) for step in range(10)]
    assert rising == sorted(rising)
    assert learning_rate_factor(0.5, 1000, 10) == pytest.approx(0.505)
    assert learning_rate_factor(1.0, 1000, 10) == pytest.approx(0.01)


def test_masks_that_are_guesses_are_marked(record: dict[str, Any]) -> None:
    record["annotations"][0]["rough"] = True
    canvas = Canvas(160, 128, np.random.default_rng(2))
    canvas.put(record, (0, 0, 128, 160), (0, 0, 150, 200), partial=False, cover=True)
    instances = to_instances(canvas.finished(), 160, 128)
    assert garments(instances).gt_sure.tolist() == [False]
