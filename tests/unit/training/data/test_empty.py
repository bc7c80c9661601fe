"""Pictures that show no garment are trained on, put aside by rule, and counted."""

import hashlib
import json
from pathlib import Path

import pytest

pytest.importorskip("detectron2")

import cv2
import numpy as np
from click.testing import CliRunner
from detectron2.data import DatasetCatalog

from model.categories import CATEGORIES
from model.training.cli import main
from model.training.composing.composition import Collages
from model.training.data.datasets import register
from model.training.data.drawn import draw_nothing
from model.training.data.empty import edges
from model.training.data.parts import empty_part, labelled_part
from model.training.network.config import load_config
from model.weights_description import NAME, SHIPPED
from tests.support.onnx_files import finder

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


def run(*arguments: str) -> str:
    result = CliRunner().invoke(main, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture
def things(tmp_path: Path) -> Path:
    """A data folder with eight pictures that show no garment, brighter by name."""
    folder = tmp_path / "data" / "things"
    folder.mkdir(parents=True)
    for number in range(8):
        cv2.imwrite(
            str(folder / f"{number}.png"), np.full((90, 120, 3), 20 + 20 * number, np.uint8)
        )
    return tmp_path / "data"


def test_each_picture_without_garments_is_in_one_part_by_its_name() -> None:
    records = [{"file_name": f"{n:03}.jpg"} for n in range(20)]
    parts = {name: empty_part(records, name) for name in ("held_out", "choosing", "fit")}
    assert [r["file_name"] for r in parts["held_out"]][:2] == ["000.jpg", "004.jpg"]
    assert [r["file_name"] for r in parts["choosing"]][:2] == ["002.jpg", "006.jpg"]
    names = [r["file_name"] for part in parts.values() for r in part]
    assert sorted(names) == [r["file_name"] for r in records]
    assert empty_part(records[::-1], "held_out") == parts["held_out"]


def test_each_eighth_labelled_photo_is_for_choosing_and_no_other() -> None:
    records = [{"file_name": f"{n:03}.jpg"} for n in range(24)]
    choosing, fit = labelled_part(records, "choosing"), labelled_part(records, "fit")
    assert [r["file_name"] for r in choosing] == ["000.jpg", "008.jpg", "016.jpg"]
    assert len(fit) == 21
    assert not {r["file_name"] for r in fit} & {r["file_name"] for r in choosing}


def test_a_folder_without_annotations_is_a_data_set_of_pictures_without_garments(things) -> None:
    register(things)
    records = DatasetCatalog.get("things_photos@held_out")
    assert [Path(r["file_name"]).name for r in records] == ["0.png", "4.png"]
    assert all(r["annotations"] == [] and r["height"] == 90 for r in records)


def test_pictures_without_garments_are_composed_with_and_without_garments(
    things: Path, photos: Path
) -> None:
    register(things)
    register(photos)
    names = ["DATASETS.TRAIN", "('street_train', 'things_photos')"]
    cfg = load_config(overrides=[*names, "INPUT.COLLAGE.SHARES", "[0.3, 0.7]"])
    collages, random = Collages(cfg, seed=1, batch=1), np.random.default_rng(1)
    worn = [len(collages.compose(128, 96, random)["instances"]) for _ in range(40)]
    assert 10 < worn.count(0) < 35


def test_strips_above_and_below_the_garments_hold_none_of_them() -> None:
    photo = np.zeros((400, 200, 3), np.uint8)
    photo[120:280, 60:140] = 255
    garment = {"segmentation": [[60, 120, 140, 120, 140, 280, 60, 280]]}
    record = {"annotations": [garment], "ignored": [], "height": 400, "width": 200}
    above, below = edges(photo, record)
    assert above.shape[0] > 100
    assert below.shape[0] > 100
    assert not above.any()
    assert not below.any()


def test_a_region_nobody_could_name_is_not_cut_out_as_nothing() -> None:
    record = {
        "annotations": [{"segmentation": [[60, 120, 140, 120, 140, 280, 60, 280]]}],
        "ignored": [[[60, 0, 140, 0, 140, 118, 60, 118]]],
        "height": 400,
        "width": 200,
    }
    (below,) = edges(np.zeros((400, 200, 3), np.uint8), record)
    assert below.shape[0] < 120


def test_a_drawn_picture_follows_from_its_seed() -> None:
    pictures = [draw_nothing(seed) for seed in range(30)]
    for seed in (0, 7):
        np.testing.assert_array_equal(draw_nothing(seed), pictures[seed])
    assert all(p.dtype == np.uint8 and p.ndim == 3 and min(p.shape[:2]) > 100 for p in pictures)
    assert len({p.tobytes() for p in pictures}) == 30


def finding_everywhere(folder: Path, **others: object) -> Path:
    """Write weights that find one garment on any picture, and return their segmenter."""
    folder.mkdir()
    data = finder(boxes=np.array([[5, 5, 80, 70]], np.float32), scores=np.array([0.6], np.float32))
    (folder / "segmenter.onnx").write_bytes(data)
    entry = {
        "file": "segmenter.onnx",
        "sha256": hashlib.sha256(data).hexdigest(),
        "input": "image",
        "score_input": "min_score",
        "short_side": 90,
        "max_side": 400,
        "score_threshold": 0.5,
        "categories": [category.name for category in CATEGORIES],
    }
    (folder / "weights.json").write_text(json.dumps({"segmenter": entry, **others}))
    return folder / "segmenter.onnx"


def test_false_alarms_are_counted_at_the_served_score_and_when_sure(things: Path) -> None:
    folder = things.parent / "weights"
    options = ["--data", str(things), "--onnx", str(finding_everywhere(folder))]
    options += ["--dataset", "things_photos", "--sheet", str(folder / "sheets")]
    table = run("nothing", *options)
    assert "| things_photos | 8 | 100.0 of 100 | 0.0 of 100 |" in table
    sheet = cv2.imread(str(folder / "sheets" / "things_photos.jpg"))
    assert sheet is not None
    assert sheet.shape == (480, 1440, 3)
    table = run("nothing", *options, "--served-score", "0.65")
    assert "| things_photos | 8 | 0.0 of 100 | 0.0 of 100 |" in table


def test_false_alarms_are_counted_after_a_second_look_too(things: Path) -> None:
    shipped = json.loads((SHIPPED / NAME).read_text())
    theirs = {part: shipped[part] for part in ("embedder", "verifier")}
    folder = things.parent / "weights"
    graph = finding_everywhere(folder, **theirs)
    for part in theirs.values():
        (folder / part["file"]).symlink_to(SHIPPED / part["file"])
    options = ["--data", str(things), "--onnx", str(graph), "--dataset", "things_photos"]
    assert "| things_photos | 8 | 100.0 of 100 |" in run("nothing", *options)
    assert "| things_photos | 8 | 0.0 of 100 |" in run("nothing", *options, "--second-look")


def test_weights_without_such_layers_cannot_look_again(things: Path) -> None:
    graph = finding_everywhere(things.parent / "weights")
    arguments = ["nothing", "--data", str(things), "--onnx", str(graph), "--second-look"]
    refused = CliRunner().invoke(main, arguments)
    assert refused.exit_code == 2
    assert "nothing for a second look" in refused.output


def test_pictures_to_train_on_are_written_outside_of_the_data(photos: Path, tmp_path) -> None:
    more = tmp_path / "more"
    run("draw-nothing", "--data", str(photos), "--dataset", "street_train", "--count", "5",
        "--to", str(more))  # fmt: skip
    assert len(list((more / "drawn").glob("*.png"))) == 5
    register(more)
    assert len(DatasetCatalog.get("drawn_photos")) == 5
