"""DeepFashion2's own layout, with every oddity that a big data set has."""

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("detectron2")

import numpy as np
from click.testing import CliRunner, Result
from PIL import Image

from model.training.cli import main
from model.training.conversion.deepfashion2 import NothingConvertedError, convert, problems_file
from model.training.data.datasets import load_coco


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


def command(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["convert-deepfashion2", *arguments])


def interrupted(split: Path, after: int) -> Path:
    """Convert some photos, and return the target."""

    def interrupt(done: int, _: int) -> None:
        if done == after:
            raise KeyboardInterrupt

    target = split / "deepfashion2" / "train.json"
    with pytest.raises(KeyboardInterrupt):
        convert(split, target, lambda *_: None, interrupt)
    return target


def test_a_photo_keeps_the_number_that_is_its_name(split: Path) -> None:
    (split / "annos" / "000001.json").unlink()
    content, _ = run(split)
    assert [image["id"] for image in content["images"]] == [2, 3]
    assert [a["image_id"] for a in content["annotations"]] == [2, 3]


def test_a_folder_too_high_is_refused_and_names_the_splits(split: Path, tmp_path: Path) -> None:
    content, _ = run(split)
    target = split / "deepfashion2" / "train.json"
    with pytest.raises(NothingConvertedError, match="holds no annos") as caught:
        convert(split.parent, target, lambda *_: None)
    assert str(split) in caught.value.hint
    assert json.loads(target.read_text()) == content
    assert command(str(split.parent), str(target)).exit_code == 1


def test_a_good_file_is_not_replaced_by_an_empty_one(split: Path) -> None:
    content, _ = run(split)
    for picture in (split / "image").iterdir():
        picture.unlink()
    target = split / "deepfashion2" / "train.json"
    with pytest.raises(NothingConvertedError, match="None of the 3 photos"):
        convert(split, target, lambda *_: None)
    assert json.loads(target.read_text()) == content


def test_problems_before_an_interruption_are_listed_and_told_by_the_exit_status(
    split: Path,
) -> None:
    (split / "image" / "000001.jpg").unlink()
    target = interrupted(split, after=2)
    done = command(str(split), str(target))
    assert done.exit_code == 3
    assert "2 photos, 1 problems" in done.output
    lines = [json.loads(line) for line in problems_file(target).read_text().splitlines()]
    assert lines == [{"file": str(split / "image" / "000001.jpg"), "problem": "is missing"}]


def test_what_failed_before_is_tried_again(split: Path) -> None:
    picture = split / "image" / "000001.jpg"
    content = picture.read_bytes()
    picture.unlink()
    target = interrupted(split, after=2)
    picture.write_bytes(content)
    done = command(str(split), str(target))
    assert done.exit_code == 0
    written = json.loads(target.read_text())
    assert [image["id"] for image in written["images"]] == [1, 2, 3]
    assert not problems_file(target).exists()


def test_an_interrupted_conversion_ends_as_an_uninterrupted_one(split: Path) -> None:
    (split / "image" / "000001.jpg").unlink()
    whole, _ = run(split)
    interrupted(split, after=2)
    resumed, _ = run(split)
    assert resumed == whole


def test_the_part_of_another_conversion_swallows_nothing(split: Path, tmp_path: Path) -> None:
    target = split / "deepfashion2" / "train.json"
    target.parent.mkdir()
    part = target.with_name("train.json.part")
    part.write_text('{"name": "999999"}\n')  # as an earlier version left it
    content, problems = run(split)
    assert len(content["images"]) == 3
    assert problems == []
    other = tmp_path / "other"
    other.mkdir()
    write(other, "000009", {"item1": item()})
    interrupted(split, after=3)
    assert convert(other, target, lambda *_: None) == 1


def test_a_file_that_was_changed_meanwhile_is_converted_again(split: Path) -> None:
    target = interrupted(split, after=2)
    write(split, "000001", {"item1": item(style=77)})
    convert(split, target, lambda *_: None)
    assert json.loads(target.read_text())["annotations"][0]["style"] == 77


def truncated(split: Path, name: str) -> None:
    path = split / "image" / f"{name}.jpg"
    noise = np.random.default_rng(0).integers(0, 255, (120, 100, 3), np.uint8)
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[:-3000])


def test_a_truncated_picture_is_named_and_left_out(split: Path) -> None:
    truncated(split, "000002")
    content, problems = run(split)
    assert [image["id"] for image in content["images"]] == [1, 3]
    assert problems[0].startswith("000002.jpg cannot be decoded to its end: ")


def test_every_pixel_is_decoded_where_that_is_asked_for(split: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (120, 100, 3), np.uint8)
    # A bitmap has no mark at its end that could be looked for.
    path = split / "image" / "000002.jpg"
    Image.fromarray(noise).save(path, "BMP")
    path.write_bytes(path.read_bytes()[:-3000])
    target = split / "deepfashion2" / "train.json"
    assert command(str(split), str(target)).exit_code == 0
    done = command(str(split), str(target), "--check")
    assert done.exit_code == 3
    assert "000002.jpg" in done.output.replace("\n", "")
    # What was converted without decoding does not count either.
    interrupted(split, after=3)
    assert command(str(split), str(target), "--check").exit_code == 3


def turned(split: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.new("RGB", (100, 120)).save(split / "image" / "000004.jpg", exif=exif)


@pytest.mark.parametrize(
    ("orientation", "box", "shown"),
    [
        # Labelled as it is stored, 100 x 120: turned with the picture, to 120 x 100.
        (6, [10, 90, 50, 118], [2, 10, 28, 40]),
        (8, [10, 90, 50, 118], [90, 50, 28, 40]),
        # Labelled as it is shown.
        (6, [90, 10, 118, 50], [90, 10, 28, 40]),
    ],
)
def test_labels_are_turned_with_their_picture(
    split: Path, orientation: int, box: list[int], shown: list[int]
) -> None:
    x0, y0, x1, y1 = box
    outline = [x0, y0, x1, y0, x1, y1, x0, y1]
    changes: Any = {"bounding_box": box, "segmentation": [outline], "landmarks": [x0, y0, 2]}
    write(split, "000004", {"item1": item(**changes)})
    turned(split, orientation)
    content, problems = run(split)
    assert problems == []
    assert (content["images"][3]["width"], content["images"][3]["height"]) == (120, 100)
    found = content["annotations"][3]
    assert found["bbox"] == shown
    assert min(found["segmentation"][0][0::2]) == shown[0]
    assert min(found["segmentation"][0][1::2]) == shown[1]


@pytest.mark.parametrize("orientation", [3, 6])
def test_a_turned_picture_whose_labels_fit_both_ways_is_left_out(
    split: Path, orientation: int
) -> None:
    write(split, "000004", {"item1": item()})
    turned(split, orientation)
    content, (problem,) = run(split)
    assert len(content["images"]) == 3
    assert f"000004.jpg is turned by its EXIF data (orientation {orientation})" in problem


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"segmentation": [[10, 20, 50, float("nan"), 50, 80]]}, "that is not a number"),
        ({"segmentation": [[10, 20, 50, 20, 5000, 80]]}, "far outside the picture"),
        ({"segmentation": [[70, 90, 99, 90, 99, 110]]}, "polygons outside its box"),
        ({"segmentation": [[10, 20, 30, 20, 50, 20]]}, "no polygon of three points"),
        ({"bounding_box": [float("nan"), 20, 50, 80]}, "a box that is not four numbers"),
        ({"landmarks": [float("inf"), 1, 2]}, "landmarks that are not numbers"),
        ({"category_id": [1]}, "the unknown category"),
        ({"bounding_box": None}, "a box that is not four numbers"),
    ],
)
def test_an_item_with_impossible_numbers_is_named(
    split: Path, changes: dict[str, Any], reason: str
) -> None:
    write(split, "000004", {"item1": item(**changes), "item2": item()})
    content, (problem,) = run(split)
    assert "000004.json item1: has" in problem
    assert reason in problem
    assert len(content["annotations"]) == 4
    assert "NaN" not in json.dumps(content)


@pytest.mark.parametrize(
    ("refused", "place"),
    [
        # Its outline, its box, or anywhere in the picture.
        (item(category_id=14), [10, 20, 50, 80]),
        (item(segmentation=[], bounding_box=[5, 6, 30, 40]), [5, 6, 30, 40]),
        ({}, [0, 0, 100, 120]),
    ],
)
def test_a_refused_item_is_ignored_and_no_background(
    split: Path, refused: dict[str, Any], place: list[int]
) -> None:
    write(split, "000004", {"item1": refused, "item2": item()})
    run(split)
    photo = load_coco(split / "deepfashion2" / "train.json")[3]
    assert len(photo["annotations"]) == 1
    ((polygon,),) = photo["ignored"]
    assert [*polygon[0:2], *polygon[4:6]] == place
