"""Own photos: annotations from labelme, CVAT and COCO, and one configuration that takes them."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("detectron2")

import cv2
import numpy as np
from click.testing import CliRunner, Result
from PIL import Image

from model.training.checkpoints.runs import last_checkpoint
from model.training.cli import main
from model.training.composing.composition import Collages
from model.training.data.datasets import load_coco, load_with_wearables, register
from model.training.network.config import load_config
from model.training.recipes.available import NothingToTrainOnError, take_what_is_there
from server.config import Settings
from server.looks.coco import CocoDataset, corrected_pictures
from server.looks.editing import LookEditor
from server.looks.service import LookService
from server.storage.database import Database
from tests.support.pictures import outfit, picture_file
from tests.support.segmenters import ScriptedSegmenter
from tests.unit.training.conftest import write_source

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]

WIDTH, HEIGHT = 80, 120
SQUARE = [[10, 20], [60, 20], [60, 90], [10, 90]]


def run(*arguments: str | Path, code: int = 0) -> Result:
    result = CliRunner().invoke(main, [str(a) for a in arguments])
    if isinstance(result.exception, SystemExit | None):
        assert result.exit_code == code, result.output
    return result


def photo(path: Path, *, orientation: int | None = None, size: Any = (WIDTH, HEIGHT)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    exif = Image.Exif()
    if orientation:
        exif[0x0112] = orientation
    Image.new("RGB", size, (90, 120, 200)).save(path, exif=exif)
    return path


def labelme(path: Path, *shapes: dict[str, Any], picture: str = "", size: Any = None) -> Path:
    width, height = size or (WIDTH, HEIGHT)
    usual = {"group_id": None, "description": "", "flags": {}, "mask": None}
    content = {
        "version": "5.5.0", "flags": {}, "imageData": None,
        "imagePath": picture or f"{path.stem}.jpg",
        "imageWidth": width, "imageHeight": height,
        "shapes": [
            {**usual, "shape_type": "polygon", "label": "trousers", "points": SQUARE, **shape}
            for shape in shapes
        ],
    }  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    return path


def imported(source: Path, target: Path, *options: str, code: int = 0) -> tuple[Any, Result]:
    result = run("import-annotations", source, target, *options, code=code)
    assert target.exists(), result.output
    return json.loads(target.read_text()), result


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "data" / "mine" / "train.json"


def test_labelmes_outlines_boxes_circles_and_masks_are_read(tmp_path: Path, target: Path) -> None:
    folder = tmp_path / "labelled"
    photo(folder / "a.jpg")
    mask = np.zeros((41, 31), np.uint8)
    mask[5:35, 5:25] = 255
    coded = base64.b64encode(cv2.imencode(".png", mask)[1].tobytes()).decode()
    labelme(
        folder / "a.json",
        {},
        {"shape_type": "rectangle", "points": [[60, 90], [10, 20]], "label": "skirt"},
        {"shape_type": "circle", "points": [[40, 40], [40, 60]], "label": "vest"},
        {"shape_type": "mask", "points": [[20, 30], [50, 70]], "label": "shorts", "mask": coded},
    )
    content, _ = imported(folder, target)
    trousers, skirt, vest, shorts = content["annotations"]
    assert trousers["bbox"] == skirt["bbox"] == [10, 20, 50, 70]
    assert "rough" not in trousers
    # A box says where a garment is, and nothing of its outline.
    assert skirt["rough"] is True
    assert vest["area"] == pytest.approx(np.pi * 20**2, rel=0.01)
    assert shorts["bbox"] == [25, 35, 19, 29]
    assert [a["category_id"] for a in content["annotations"]] == [8, 9, 5, 7]


def test_shapes_of_one_group_are_one_garment(tmp_path: Path, target: Path) -> None:
    folder = tmp_path / "labelled"
    photo(folder / "a.jpg")
    right = [[65, 20], [78, 20], [78, 90]]
    labelme(folder / "a.json", {"group_id": 1}, {"group_id": 1, "points": right}, {})
    content, _ = imported(folder, target)
    assert sorted(len(a["segmentation"]) for a in content["annotations"]) == [1, 2]


def test_what_training_reads_is_what_was_drawn(tmp_path: Path, target: Path) -> None:
    folder = tmp_path / "labelled"
    photo(folder / "sub" / "a.jpg")
    labelme(folder / "sub" / "a.json", {}, picture="..\\sub\\a.jpg")
    imported(folder, target, "--partial")
    (record,) = load_coco(target)
    assert Path(record["file_name"]).resolve() == (folder / "sub" / "a.jpg").resolve()
    assert record["annotations"][0]["category_id"] == 7
    assert record["partial"] is True


@pytest.mark.parametrize("seen_upright", [True, False])
def test_a_turned_photo_is_laid_beside_as_it_was_annotated(
    tmp_path: Path, target: Path, seen_upright: bool
) -> None:
    folder = tmp_path / "labelled"
    path = folder / "a.jpg"
    path.parent.mkdir()
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    picture[:20] = 255  # the stored picture's first rows are white
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter, clockwise
    Image.fromarray(picture).save(path, exif=exif, quality=95)
    size = (HEIGHT, WIDTH) if seen_upright else (WIDTH, HEIGHT)
    labelme(folder / "a.json", {"points": [[5, 5], [50, 5], [50, 60], [5, 60]]}, size=size)
    content, _ = imported(folder, target)
    (image,) = content["images"]
    assert (image["width"], image["height"]) == size
    copy = Image.open(target.parent / image["file_name"])
    assert copy.size == size
    assert copy.getexif().get(0x0112, 1) == 1
    pixels = np.asarray(copy.convert("L"))
    bright = pixels[:, -15:] if seen_upright else pixels[:15]
    assert bright.mean() > 240
    assert pixels.mean() < 60


def test_cvats_polygons_boxes_and_masks_are_read(tmp_path: Path, target: Path) -> None:
    photo(tmp_path / "task" / "images" / "in" / "a.jpg")
    photo(tmp_path / "task" / "images" / "b.jpg")
    # A box of 10 x 12 pixels: two rows without, eight without their first pixel, two without.
    rle = [21, *[9, 1] * 7, 9, 20]
    points = ";".join(f"{x:.2f},{y:.2f}" for x, y in SQUARE)
    usual = 'source="manual" occluded="0" z_order="0"'
    (tmp_path / "task" / "annotations.xml").write_text(f"""<?xml version="1.0" encoding="utf-8"?>
<annotations><version>1.1</version><meta><task><name>clothes</name></task></meta>
  <image id="0" name="in/a.jpg" width="{WIDTH}" height="{HEIGHT}">
    <polygon label="skirt" {usual} points="{points}"><attribute name="c">red</attribute></polygon>
    <box label="vest" {usual} xtl="5.0" ytl="6.0" xbr="25.0" ybr="36.0"></box>
    <mask label="shorts" {usual} rle="{", ".join(map(str, rle))}"
      left="30" top="40" width="10" height="12"></mask>
  </image>
  <image id="1" name="b.jpg" width="{WIDTH}" height="{HEIGHT}"></image>
</annotations>""")
    content, result = imported(tmp_path / "task", target)
    skirt, vest, shorts = content["annotations"]
    assert skirt["bbox"] == [10, 20, 50, 70]
    assert (vest["bbox"], vest["rough"]) == ([5, 6, 20, 30], True)
    assert shorts["bbox"] == [31, 42, 8, 7]
    assert len(content["images"]) == 1
    assert "1 photos without annotations were left out" in result.output
    content, _ = imported(tmp_path / "task" / "annotations.xml", target, "--keep-empty")
    assert len(content["images"]) == 2


def test_a_video_and_another_programs_xml_are_refused(tmp_path: Path, target: Path) -> None:
    for text, reason in (
        ("<annotations><track id='0' label='skirt'/></annotations>", "is of a video"),
        ("<annotation/>", "is not CVAT's"),
        ("<annotations", "is not XML"),
    ):
        (tmp_path / "annotations.xml").write_text(text)
        result = run("import-annotations", tmp_path / "annotations.xml", target)
        assert reason in str(result.exception)
    assert not target.exists()


def coco(folder: Path, **changes: Any) -> Path:
    photo(folder / "photos" / "a.jpg")
    outline = [float(v) for point in SQUARE for v in point]
    size = {"width": WIDTH, "height": HEIGHT}
    region = {"image_id": "x", "segmentation": [[0, 0, 9, 0, 9, 9, 0, 9]]}
    content = {
        "categories": [{"id": 70, "name": "skirt"}],
        "images": [{"id": "x", "file_name": "photos/a.jpg", "partial": True, **size}],
        "annotations": [{"id": 1, "image_id": "x", "category_id": 70, "segmentation": [outline]}],
        "ignored_regions": [region],
        **changes,
    }  # fmt: skip
    (folder / "corrections.json").write_text(json.dumps(content))
    return folder / "corrections.json"


def test_a_coco_file_is_taken_by_the_names_of_its_categories(tmp_path: Path, target: Path) -> None:
    content, _ = imported(coco(tmp_path / "corrections"), target)
    assert content["annotations"][0]["category_id"] == 9
    assert content["images"][0]["partial"] is True
    assert len(content["ignored_regions"]) == 1
    (record,) = load_coco(target)
    assert Path(record["file_name"]).exists()


def test_a_photo_on_which_a_person_put_everything_away_shows_no_garment(
    tmp_path: Path, target: Path
) -> None:
    size = {"width": WIDTH, "height": HEIGHT}
    images = [
        {"id": 1, "file_name": "photos/a.jpg", **size, "not_garments": [[1, 1, 30, 30]]},
        {"id": 2, "file_name": "photos/a.jpg", **size, "not_garments": []},
    ]
    content, result = imported(
        coco(tmp_path / "c", images=images, annotations=[], ignored_regions=[]), target
    )
    assert len(content["images"]) == 1
    assert content["annotations"] == []
    assert "1 photos without annotations were left out" in result.output


def test_what_people_put_right_in_the_interface_is_taken(tmp_path: Path, target: Path) -> None:
    settings = Settings(state_dir=tmp_path / "state", ucp_enabled=False)
    database = Database(settings.database)
    database.upgrade()
    segmenter = ScriptedSegmenter()
    service = LookService(database, segmenter, settings)
    look = service.create(picture_file(outfit()))
    LookEditor(service, database, segmenter).put_away(look, 1)
    export, pictures = tmp_path / "corrected.json", tmp_path / "corrected"
    pictures.mkdir()
    dataset = CocoDataset()
    for picture in corrected_pictures(database):
        dataset.add(picture)
        (pictures / picture.file_name).write_bytes(picture.jpeg)
    export.write_text(json.dumps(dataset.to_json()))
    service.close()
    database.dispose()
    content, _ = imported(export, target, "--photos", str(pictures))
    (image,), (garment,) = content["images"], content["annotations"]
    assert (image["width"], image["height"]) == (100, 200)
    assert garment["bbox"] == pytest.approx([25, 80, 50, 100], abs=1)
    assert (target.parent / image["file_name"]).exists()


def test_cocos_run_length_masks_are_outlined(tmp_path: Path, target: Path) -> None:
    # Column by column, as COCO counts: 30 columns of nothing, 20 with the rows 10 to 49, nothing.
    counts = [30 * HEIGHT + 10, *[40, HEIGHT - 40] * 19, 40, 30 * HEIGHT + HEIGHT - 50]
    code = {"size": [HEIGHT, WIDTH], "counts": counts}
    annotation = {"id": 1, "image_id": "x", "category_id": 70, "segmentation": code, "iscrowd": 1}
    content, _ = imported(coco(tmp_path / "c", annotations=[annotation]), target)
    assert content["annotations"][0]["bbox"] == [30, 10, 19, 39]


def test_a_label_that_is_no_category_is_asked_for(tmp_path: Path, target: Path) -> None:
    folder = tmp_path / "labelled"
    photo(folder / "a.jpg")
    labelme(folder / "a.json", *({"label": name} for name in ("jeans", "scarf of wool", "blurred")))
    result = run("import-annotations", folder, target)
    assert "No category is called 'blurred', 'jeans', 'scarf of wool'" in str(result.exception)
    assert not target.exists()
    maps = ("--map", "jeans=trousers", "--map", "scarf of wool=", "--map", "blurred=ignore")
    content, _ = imported(folder, target, *maps)
    assert [a["category_id"] for a in content["annotations"]] == [8]
    assert len(content["ignored_regions"]) == 1


def test_shoes_and_bags_lie_beside_the_garments(tmp_path: Path, target: Path) -> None:
    folder = tmp_path / "labelled"
    photo(folder / "a.jpg")
    labelme(folder / "a.json", {}, {"label": "shoes"})
    content, result = imported(folder, target)
    assert [a["category_id"] for a in content["annotations"]] == [8]
    assert "1 photos, 2 garments" in result.output
    (record,) = load_with_wearables(target)
    assert [a["category_id"] for a in record["annotations"]] == [7, 13]


def test_what_cannot_be_used_is_named_and_the_rest_is_taken(tmp_path: Path, target: Path) -> None:
    folder = tmp_path / "labelled"
    for name in ("a", "b", "c"):
        labelme(folder / f"{name}.json", {})
    labelme(
        folder / "d.json",
        {}, {"shape_type": "point", "points": [[3, 3]]}, {"points": [[1, 1]] * 4},
        {"points": [[900, 900], [990, 900], [990, 990]]}, {"points": [["x", 1], [2, 2], [3, 3]]},
    )  # fmt: skip
    photo(folder / "b.jpg", size=(50, 50))
    (folder / "c.jpg").write_bytes(b"nothing")
    photo(folder / "d.jpg")
    (folder / "e.json").write_text("{")
    content, result = imported(folder, target, code=1)
    assert len(content["images"]) == len(content["annotations"]) == 1
    for text in (
        "a.jpg: is missing", "b.jpg: has 50 x 50 pixels, the annotations are of 80 x 120",
        "c.jpg: is not a picture", "shape 2 is a point", "shape 5 cannot be read",
        "e.json: is not JSON", "8 problems",
    ):  # fmt: skip
        assert text in result.output, text


def test_an_outline_that_leaves_the_picture_is_cut(tmp_path: Path, target: Path) -> None:
    folder = tmp_path / "labelled"
    photo(folder / "a.jpg")
    labelme(folder / "a.json", {"points": [[-20, 30], [40, 30], [40, 500], [-20, 500]]})
    content, _ = imported(folder, target)
    assert content["annotations"][0]["bbox"] == [0, 30, 40, 90]


def data(tmp_path: Path, **photos: int) -> Path:
    """Make a folder of data: labelled photos SOURCE_SPLIT, and NAME that show no garment."""
    folder = tmp_path / "data"
    for name, count in photos.items():
        source, _, split = name.partition("_")
        if split:
            write_source(folder / source, split, [f"{n:03}.png" for n in range(count)])
        for number in range(0 if split else count):
            photo(folder / source / f"{number}.png")
    return folder


def taken(folder: Path) -> Any:
    cfg = load_config("own_photos")
    take_what_is_there(cfg, register(folder))
    return cfg


def test_one_source_is_enough_and_an_eighth_is_put_aside(tmp_path: Path) -> None:
    cfg = taken(data(tmp_path, mine_train=16))
    assert cfg.DATASETS.TRAIN == ("mine_train@fit",)
    assert cfg.DATASETS.TEST == ("mine_train@choosing",)
    assert cfg.INPUT.COLLAGE.SHARES == [1.0]
    assert len(Collages(cfg, seed=1, batch=2).sources[0].records) == 14


def test_photos_to_measure_on_are_taken_where_there_are_any(tmp_path: Path) -> None:
    cfg = taken(data(tmp_path, mine_train=16, mine_val=2, more_train=4))
    assert cfg.DATASETS.TRAIN == ("mine_train", "more_train")
    assert cfg.DATASETS.TEST == ("mine_val",)
    # By the root of the number of photos.
    assert pytest.approx([2 / 3, 1 / 3], abs=1e-3) == cfg.INPUT.COLLAGE.SHARES


def test_deepfashion2s_own_split_is_measured_on(tmp_path: Path) -> None:
    cfg = taken(data(tmp_path, deepfashion2_train=16, deepfashion2_validation=2))
    assert cfg.DATASETS.TRAIN == ("deepfashion2_train",)
    assert cfg.DATASETS.TEST == ("deepfashion2_validation",)


def test_pictures_without_garments_are_a_fifth_at_most(tmp_path: Path) -> None:
    cfg = taken(data(tmp_path, mine_train=8, mine_val=1, rooms=64))
    assert cfg.DATASETS.TRAIN == ("mine_train", "rooms_photos@fit")
    assert pytest.approx([0.8, 0.2]) == cfg.INPUT.COLLAGE.SHARES


def test_the_usual_folders_are_taken_as_they_are_meant(photos: Path) -> None:
    cfg = taken(photos)
    assert cfg.DATASETS.TRAIN == ("shop_train", "street_train", "single_index")
    assert cfg.DATASETS.TEST == ("street_val",)
    assert sum(cfg.INPUT.COLLAGE.SHARES) == pytest.approx(1, abs=1e-3)


def test_a_file_of_wearables_alone_is_not_trained_on(tmp_path: Path) -> None:
    folder = data(tmp_path, mine_train=4, mine_val=1)
    content = (folder / "mine" / "train.json").read_text()
    (folder / "mine" / "wearables_train.json").write_text(content)
    assert taken(folder).DATASETS.TRAIN == ("mine_train",)


def test_an_empty_folder_is_said_to_be_empty(tmp_path: Path) -> None:
    with pytest.raises(NothingToTrainOnError, match="no labelled photos"):
        taken(data(tmp_path, rooms=3))


def test_what_is_around_labelled_garments_of_partial_photos_teaches_nothing(tmp_path: Path) -> None:
    folder = data(tmp_path, mine_train=4, mine_val=1)
    path = folder / "mine" / "train.json"
    content = json.loads(path.read_text())
    for image in content["images"]:
        image["partial"] = True
    path.write_text(json.dumps(content))
    collages = Collages(taken(folder), seed=1, batch=2)
    assert collages._draw(np.random.default_rng(1))[1] is True


def test_own_photos_are_trained_on(tmp_path: Path) -> None:
    folder = tmp_path / "labelled"
    for number in range(9):
        photo(folder / f"{number}.jpg")
        labelme(folder / f"{number}.json", {})
    imported(folder, tmp_path / "data" / "mine" / "train.json")
    output = tmp_path / "run"
    run(
        "train", "--config", "own_photos", "--data", tmp_path / "data", "--output", output,
        "SOLVER.MAX_ITER", "1", "SOLVER.IMS_PER_BATCH", "1", "SOLVER.AMP.ENABLED", "False",
        "MODEL.EFFICIENTNET.PRETRAINED", "False", "INPUT.COLLAGE.SIZES", "[128, 128]",
    )  # fmt: skip
    assert last_checkpoint(output).exists()
    assert "mine_train@fit" in (output / "config.yaml").read_text()
