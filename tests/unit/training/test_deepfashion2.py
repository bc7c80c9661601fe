"""DeepFashion2's own layout, with every oddity that a big data set has."""

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("detectron2")

from PIL import Image

from model.training.deepfashion2 import convert


def item(**changes: Any) -> dict[str, Any]:
    return {
        "category_id": 1,
        "category_name": "short sleeve top",
        "style": 1,
        "bounding_box": [10, 20, 50, 80],
        "segmentation": [[10, 20, 50, 20, 50, 80, 10, 80]],
        "landmarks": [30, 25, 2],
        "scale": 2,
        "occlusion": 1,
        "zoom_in": 1,
        "viewpoint": 2,
        **changes,
    }


@pytest.fixture
def split(tmp_path: Path) -> Path:
    """A split of three sound photos; tests add the broken ones."""
    for number in range(1, 4):
        write(tmp_path, f"{number:06}", {"item1": item(style=number)})
    return tmp_path


def write(split: Path, name: str, items: dict[str, Any], *, picture: bool = True) -> None:
    (split / "annos").mkdir(exist_ok=True)
    (split / "image").mkdir(exist_ok=True)
    content = {"source": "user", "pair_id": 7, **items}
    (split / "annos" / f"{name}.json").write_text(json.dumps(content))
    if picture:
        Image.new("RGB", (100, 120)).save(split / "image" / f"{name}.jpg")


def run(split: Path) -> tuple[dict[str, Any], list[str]]:
    problems: list[str] = []
    target = split / "deepfashion2" / "train.json"
    convert(split, target, lambda name, what: problems.append(f"{Path(name).name} {what}"))
    return json.loads(target.read_text()), problems


def test_style_pair_and_source_are_kept_for_retrieval(split: Path) -> None:
    content, problems = run(split)
    assert problems == []
    assert [image["pair_id"] for image in content["images"]] == [7, 7, 7]
    assert {image["source"] for image in content["images"]} == {"user"}
    assert [a["style"] for a in content["annotations"]] == [1, 2, 3]
    assert content["annotations"][0]["bbox"] == [10, 20, 40, 60]
    assert content["annotations"][0]["area"] == 2400
    assert (split / "deepfashion2" / content["images"][0]["file_name"]).exists()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"segmentation": [[1, 2, 3, 4]]}, "has no polygon of three points or more"),
        ({"bounding_box": [200, 200, 300, 300]}, "has its box outside the picture"),
        ({"category_id": 14}, "has the unknown category 14"),
    ],
)
def test_a_broken_item_is_named_and_the_others_stay(
    split: Path, changes: dict[str, Any], reason: str
) -> None:
    write(split, "000004", {"item1": item(**changes), "item2": item()})
    content, problems = run(split)
    assert problems == [f"000004.json item1: {reason}"]
    assert len(content["annotations"]) == 4


def test_an_empty_item_is_named(split: Path) -> None:
    write(split, "000004", {"item1": {}})
    content, problems = run(split)
    assert problems == ["000004.json item1: is empty"]
    assert len(content["images"]) == 4


def test_a_box_that_leaves_the_picture_is_cut(split: Path) -> None:
    write(split, "000004", {"item1": item(bounding_box=[-5, 20, 130, 80])})
    content, _ = run(split)
    assert content["annotations"][3]["bbox"] == [0, 20, 100, 60]


def test_a_missing_picture_is_named_and_left_out(split: Path) -> None:
    write(split, "000004", {"item1": item()}, picture=False)
    content, problems = run(split)
    assert problems == ["000004.jpg is missing"]
    assert len(content["images"]) == 3


def test_a_file_that_is_not_json_is_named(split: Path) -> None:
    (split / "annos" / "000002.json").write_text("{")
    content, problems = run(split)
    assert problems == ["000002.json is not JSON"]
    assert len(content["images"]) == 2


def test_conversion_goes_on_where_it_was_interrupted(split: Path) -> None:
    def interrupt(done: int, _: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    target = split / "deepfashion2" / "train.json"
    with pytest.raises(KeyboardInterrupt):
        convert(split, target, lambda *_: None, interrupt)
    part = target.with_name("train.json.part")
    part.write_text(part.read_text() + '{"name": "0000')  # as a power cut leaves it
    steps: list[int] = []
    count = convert(split, target, lambda *_: None, lambda done, _: steps.append(done))
    assert steps == [3]
    assert count == 3
    assert not part.exists()
