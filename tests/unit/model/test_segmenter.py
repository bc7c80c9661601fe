"""Garments are found in real pictures, by any thread, whatever the picture's shape."""

import json
import shutil
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from model.garment import Garment
from model.outlines import fill
from model.picture import decode_picture
from model.segmenter import Segmenter
from model.weights_description import SHIPPED

PHOTOS = 25


def iou(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    union = np.count_nonzero(one | other)
    return float(np.count_nonzero(one & other) / union) if union else 0.0


def check(garments: list[Garment], height: int, width: int) -> None:
    """What holds for every garment of every picture."""
    assert [g.score for g in garments] == sorted((g.score for g in garments), reverse=True)
    for garment in garments:
        x, y, box_width, box_height = garment.box
        assert x >= 0
        assert y >= 0
        assert x + box_width <= width + 1e-3
        assert y + box_height <= height + 1e-3
        assert garment.mask.shape == (height, width)
        assert garment.mask.dtype == np.bool_
        assert garment.mask.any()
        assert 0 <= garment.score <= 1
        assert iou(fill(garment.polygons, (height, width)), garment.mask) >= 0.97


@pytest.fixture(scope="module")
def worn(segmenter: Segmenter, astronaut: NDArray[np.uint8]) -> list[Garment]:
    """What the astronaut wears, and what looks a little like something worn."""
    return segmenter.segment(astronaut, min_score=0.1)


def test_a_category_may_need_a_higher_score_than_the_others(
    worn: list[Garment], astronaut: NDArray[np.uint8], tmp_path: Path
) -> None:
    shutil.copytree(SHIPPED, tmp_path / "weights")
    path = tmp_path / "weights" / "weights.json"
    [surest, *_] = (garment.category.name for garment in worn)
    content = json.loads(path.read_text())
    content["segmenter"]["score_thresholds"] = {surest: 0.999, "belt": 0.5}
    path.write_text(json.dumps(content))
    strict = Segmenter(tmp_path / "weights", threads=1)
    for min_score in (None, 0.1):
        found = {garment.category.name for garment in strict.segment(astronaut, min_score)}
        assert surest not in found


def test_a_person_wears_something(segmenter: Segmenter, astronaut: NDArray[np.uint8]) -> None:
    before = astronaut.copy()
    garments = segmenter.segment(astronaut, min_score=0.2)
    assert garments
    check(garments, 512, 512)
    assert (astronaut == before).all()


def test_a_higher_threshold_finds_the_best_of_the_same(
    segmenter: Segmenter, astronaut: NDArray[np.uint8], worn: list[Garment]
) -> None:
    threshold = worn[0].score - 0.001
    few = segmenter.segment(astronaut, min_score=threshold)
    assert few[0].score == worn[0].score
    assert all(garment.score >= threshold for garment in few)
    assert len(segmenter.segment(astronaut, min_score=0.99)) <= len(worn)


@pytest.mark.parametrize(
    "shape", [(1, 1), (3, 2), (1, 900), (2000, 3), (40, 40), (33, 700), (1800, 1201)]
)
def test_every_shape_of_picture_is_taken(segmenter: Segmenter, shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (*shape, 3), np.uint8)
    check(segmenter.segment(noise, min_score=0.05), *shape)


def test_masks_are_at_the_pictures_own_size(
    segmenter: Segmenter, astronaut: NDArray[np.uint8], worn: list[Garment]
) -> None:
    # Each pixel nine times: averaged over areas, the network's input is the same.
    large = astronaut.repeat(3, axis=0).repeat(3, axis=1)
    large_best, *_ = segmenter.segment(np.asarray(large, np.uint8), min_score=0.1)
    shrunk = cv2.resize(large_best.mask.astype(np.uint8), (512, 512)) > 0
    assert iou(worn[0].mask, shrunk) > 0.97


def test_a_view_of_an_array_is_taken(segmenter: Segmenter, astronaut: NDArray[np.uint8]) -> None:
    mirrored = segmenter.segment(astronaut[:, ::-1], min_score=0.1)
    copied = segmenter.segment(np.ascontiguousarray(astronaut[:, ::-1]), min_score=0.1)
    assert [g.score for g in mirrored] == [g.score for g in copied]


def test_threads_share_one_segmenter(segmenter: Segmenter, astronaut: NDArray[np.uint8]) -> None:
    pictures = [np.roll(astronaut, 40 * turn, axis=1) for turn in range(4)]
    alone = [segmenter.segment(picture, min_score=0.1) for picture in pictures]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda p: segmenter.segment(p, min_score=0.1), pictures * 2))
    for one, other in zip(alone * 2, together, strict=True):
        assert [g.category for g in one] == [g.category for g in other]
        assert [g.score for g in one] == pytest.approx([g.score for g in other], abs=1e-5)


def annotated(data_dir: Path) -> list[tuple[Path, list[NDArray[np.bool_]]]]:
    content = json.loads((data_dir / "street" / "val.json").read_text())
    by_image = defaultdict(list)
    for annotation in content["annotations"]:
        by_image[annotation["image_id"]].append(annotation)
    photos = []
    for image in content["images"][:PHOTOS]:
        masks = []
        for annotation in by_image[image["id"]]:
            canvas = np.zeros((image["height"], image["width"]), np.uint8)
            for ring in annotation["segmentation"]:
                points = np.array(ring).reshape(-1, 2).round().astype(np.int32)
                cv2.fillPoly(canvas, [points], 1)
            masks.append(canvas.astype(np.bool_))
        photos.append((data_dir / "street" / image["file_name"], masks))
    return photos


def test_real_garments_are_found_once_each(segmenter: Segmenter, data_dir: Path | None) -> None:
    if data_dir is None:
        pytest.skip("no real photos here")
    wanted = hit = twice = 0
    for path, masks in annotated(data_dir):
        picture = decode_picture(path.read_bytes())
        garments = segmenter.segment(picture)
        check(garments, *picture.shape[:2])
        for mask in masks:
            found = sum(iou(garment.mask, mask) > 0.5 for garment in garments)
            wanted += 1
            hit += found >= 1
            twice += found >= 2
    assert hit / wanted >= 0.75
    assert twice <= 0.02 * wanted


def test_five_people_wear_five_times_as_much(segmenter: Segmenter, data_dir: Path | None) -> None:
    """One photo five times side by side: each garment is found in each of them."""
    if data_dir is None:
        pytest.skip("no real photos here")
    path, masks = annotated(data_dir)[0]
    picture = decode_picture(path.read_bytes())
    width = picture.shape[1]
    row = np.concatenate([picture] * 5, axis=1)
    garments = segmenter.segment(row)
    largest = max(masks, key=np.count_nonzero)
    for place in range(5):
        strip = np.s_[:, place * width : (place + 1) * width]
        assert any(iou(garment.mask[strip], largest) > 0.5 for garment in garments), place
