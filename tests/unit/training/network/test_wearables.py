"""What is worn beside garments: labels joined, heads trained alone, one graph."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("detectron2")

import numpy as np
import onnxruntime
import torch
from click.testing import CliRunner
from detectron2.structures import Boxes, Instances

from model.categories import CATEGORIES, GARMENTS, category_by_name
from model.training.checkpoints.runs import last_checkpoint
from model.training.cli import main
from model.training.composing.collage import Canvas, Region
from model.training.data.datasets import labelled_numbers, load_with_wearables
from model.training.detecting.detectors import Detections, only
from model.training.exporting.export import load_model
from model.training.exporting.served_scores import move_scores
from model.training.network.config import load_config
from model.training.network.ignoring import IGNORED
from model.training.network.proposals import best_proposals
from model.training.network.replay import Replay
from model.training.network.wearables import categories_found, heads_config, wearables_of

pytestmark = [
    # What torch, its exporter and Detectron2 warn of is theirs to mend.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning"),
]

CONFIG = "mask_rcnn_lite0_FPN_wearables"
SMALL = [
    "DATASETS.TRAIN", "('street_train+wearables@fit', 'single_index')",
    "INPUT.COLLAGE.SHARES", "[0.8, 0.2]",
    "INPUT.COLLAGE.SIZES", "[128, 96]",
    "INPUT.MIN_SIZE_TEST", "96",
    "SOLVER.IMS_PER_BATCH", "2",
    "SOLVER.MAX_ITER", "3",
]  # fmt: skip


def run(*arguments: str) -> str:
    result = CliRunner().invoke(main, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def worn(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The drawn photos with the shoes of the street photos labelled as well."""
    data = tmp_path_factory.mktemp("worn")
    for folder in photos.iterdir():
        (data / folder.name).symlink_to(folder)
    (data / "street").unlink()
    street = data / "street"
    street.mkdir()
    (street / "photos").symlink_to(photos / "street" / "photos")
    for split in ("train", "val"):
        text = (photos / "street" / f"{split}.json").read_text()
        (street / f"{split}.json").write_text(text)
        content = json.loads(text)
        content["annotations"] = [
            {
                "id": image["id"],
                "image_id": image["id"],
                "category_id": 14,
                "segmentation": [[40, 150, 80, 150, 80, 175, 40, 175]],
                "bbox": [40, 150, 40, 25],
                "area": 1000,
                "iscrowd": 0,
            }
            for image in content["images"]
        ]
        content["ignored_regions"] = []
        (street / f"wearables_{split}.json").write_text(json.dumps(content))
    return data


@pytest.fixture(scope="module")
def base(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that knows garments alone."""
    output = tmp_path_factory.mktemp("base")
    sets = ["DATASETS.TRAIN", "('street_train',)", "INPUT.COLLAGE.SHARES", "[1.0]"]
    sets += ["MODEL.EFFICIENTNET.FROZEN_BLOCKS", "7"]
    run("train", "--data", str(photos), "--output", str(output), *SMALL[4:], *sets)
    # Averaged, as what ships is.
    mixed = output / "averaged"
    run("mix", str(output), str(output), "--share", "1", "--output", str(mixed))
    return mixed


@pytest.fixture(scope="module")
def trained(worn: Path, base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that went on from it with heads for wearables."""
    output = tmp_path_factory.mktemp("wearables")
    weights = ["MODEL.WEIGHTS", str(last_checkpoint(base))]
    arguments = ["--data", str(worn), "--config", CONFIG, "--output", str(output)]
    run("train", *arguments, *SMALL, *weights)
    return output


def test_a_data_set_joins_what_two_files_label_of_a_photo(worn: Path) -> None:
    records = load_with_wearables(worn / "street" / "train.json")
    assert len(records) == 4
    for record in records:
        assert [a["category_id"] for a in record["annotations"]] == [1, 7, 13]
        assert len(record["ignored"]) == 1


def test_annotations_tell_which_categories_are_labelled() -> None:
    def photo(*numbers: int) -> dict[str, Any]:
        return {"annotations": [{"category_id": number} for number in numbers]}

    garments = set(range(13))
    assert labelled_numbers([photo(0, 7), photo()]) == garments
    assert labelled_numbers([photo()]) == garments
    assert labelled_numbers([photo(0, 13), photo(15)]) == garments | {13, 15}
    assert labelled_numbers([photo(13), photo(18)]) == {13, 18}


def test_finds_of_what_is_not_labelled_are_left_out() -> None:
    found = Detections(
        np.zeros((3, 4)), np.array([0.9, 0.8, 0.7]), np.array([0, 13, 7]), np.zeros((3, 4, 4), bool)
    )
    kept = only(lambda _: found, range(13))(np.zeros((4, 4, 3), np.uint8))
    assert kept.categories.tolist() == [0, 7]


def test_garments_are_background_to_the_heads_for_wearables() -> None:
    targets = Instances((10, 10))
    targets.gt_boxes = Boxes(torch.arange(16.0).reshape(4, 4))
    targets.gt_classes = torch.tensor([0, 13, IGNORED, 18])
    kept = wearables_of(targets)
    assert kept.gt_classes.tolist() == [0, IGNORED, 5]
    assert kept.gt_boxes.tensor[:, 0].tolist() == [4, 8, 12]


def test_heads_for_wearables_have_a_class_for_each() -> None:
    cfg = load_config(CONFIG)
    assert heads_config(cfg).MODEL.ROI_HEADS.NUM_CLASSES == 6
    assert cfg.MODEL.ROI_HEADS.NUM_CLASSES == 13
    assert categories_found(cfg) == CATEGORIES
    assert categories_found(load_config()) == GARMENTS


def test_only_the_heads_for_wearables_learn(base: Path, trained: Path) -> None:
    before = load_model(load_config(overrides=SMALL), last_checkpoint(base)).state_dict()
    after = load_model(load_config(CONFIG, SMALL), last_checkpoint(trained)).state_dict()
    for name, tensor in before.items():
        assert torch.equal(tensor, after[name]), name
    fresh = {name for name in after if name not in before}
    assert all(name.startswith("wearables.") for name in fresh)
    stored = torch.load(last_checkpoint(trained), weights_only=True)
    assert {name for name in stored["average"] if name != "steps"} <= fresh


def test_one_graph_finds_both_and_the_garments_as_before(
    base: Path, trained: Path, tmp_path: Path
) -> None:
    found: dict[str, list[Any]] = {}
    picture = np.random.default_rng(0).uniform(0, 255, (3, 97, 201)).astype(np.float32)
    for name, output, more in (("base", base, []), ("both", trained, ["--config", CONFIG])):
        folder = tmp_path / name
        folder.mkdir()
        run("export", "--output", str(output), "--weights", str(folder), *more, *SMALL[4:8])
        session = onnxruntime.InferenceSession(
            str(folder / "segmenter.onnx"), providers=["CPUExecutionProvider"]
        )
        given = {"image": picture, "min_score": np.array(0, np.float32)}
        found[name] = session.run(None, given)
    listing = json.loads((tmp_path / "both" / "weights.json").read_text())["segmenter"]
    assert listing["categories"] == [category.name for category in CATEGORIES]
    scores, classes = found["both"][1:3]
    assert list(scores) == sorted(scores, reverse=True)
    garments = classes < len(GARMENTS)
    assert 0 < np.count_nonzero(garments) < len(garments)
    for wanted, given in zip(found["base"], found["both"], strict=True):
        np.testing.assert_allclose(given[garments], wanted, atol=1e-4)


def test_proposals_are_those_of_detectron2(base: Path, trained: Path) -> None:
    model = load_model(load_config(CONFIG, SMALL), last_checkpoint(trained))
    noise = torch.Generator().manual_seed(0)
    for height, width in ((96, 160), (33, 64)):
        picture = torch.rand(3, height, width, generator=noise) * 255
        with torch.no_grad():
            images = model.preprocess_image([{"image": picture}])  # type: ignore[operator]
            features = model.backbone(images.tensor)  # type: ignore[operator]
            for part, seen in (
                (model, features),
                (model.wearables, model.wearables.seen(features)),
            ):  # type: ignore[operator,union-attr]
                (wanted,), _ = part.proposal_generator(images, seen, None)  # type: ignore[operator,union-attr]
                (found,) = best_proposals(part.proposal_generator, seen, (height, width))
                assert len(found) == len(wanted) > 0
                assert torch.equal(found.proposal_boxes.tensor, wanted.proposal_boxes.tensor)
                assert torch.equal(found.objectness_logits, wanted.objectness_logits)


def test_a_step_learns_from_earlier_pictures_of_the_same_size_too() -> None:
    def picture(number: int, side: int) -> tuple[dict[str, torch.Tensor], list[Instances]]:
        targets = Instances((side, side))
        targets.gt_classes = torch.tensor([number])
        return {"p3": torch.full((1, 2, side, side), float(number))}, [targets]

    replay = Replay(drawn=2, kept=3)
    for number in range(5):
        features, targets = replay.with_earlier(*picture(number, 4))
        drawn = [int(t.gt_classes) for t in targets]
        assert drawn[0] == number
        assert features["p3"][:, 0, 0, 0].tolist() == drawn
        # Only so many are kept, and none is drawn twice.
        assert set(drawn[1:]) <= set(range(max(0, number - 3), number))
        assert len(set(drawn)) == len(drawn) == 1 + min(2, number)
    features, targets = replay.with_earlier(*picture(9, 8))
    assert len(targets) == len(features["p3"]) == 1


def test_small_things_are_seen_at_stride_four(base: Path, trained: Path) -> None:
    model = load_model(load_config(CONFIG, SMALL), last_checkpoint(trained))
    picture = torch.rand(1, 3, 96, 160, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        seen = model.wearables.seen(model.backbone(picture))  # type: ignore[operator,union-attr]
    assert seen["p2"].shape[2:] == (24, 40)
    assert "p2" in model.wearables.roi_heads.box_in_features  # type: ignore[union-attr,operator]


@pytest.mark.parametrize(("name", "least"), [("shoes", 0.7), ("trousers", 0.2)])
def test_what_scored_the_least_of_its_category_then_scores_what_is_served(
    trained: Path, name: str, least: float
) -> None:
    before, after = (scores_of_all(trained, name, moved) for moved in ({}, {name: least}))
    odds = before / (1 - before) * (0.4 / 0.6) / (least / (1 - least))
    torch.testing.assert_close(after, odds / (1 + odds))


def test_a_category_that_is_left_out_is_never_found(trained: Path) -> None:
    assert scores_of_all(trained, "belt", {}).min() > 1e-4
    assert scores_of_all(trained, "belt", {}, ["belt"]).max() < 1e-6


def scores_of_all(
    run: Path, name: str, least: dict[str, float], without: Sequence[str] = ()
) -> torch.Tensor:
    """Return a category's scores for fifty regions that look like noise."""
    model = load_model(load_config(CONFIG, SMALL), last_checkpoint(run))
    move_scores(model, least, 0.4, without)
    number = category_by_name(name).id - 1
    part: Any = model.wearables if number >= len(GARMENTS) else model
    layer = part.roi_heads.box_predictor.cls_score
    seen = torch.rand(50, layer.in_features, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        return layer(seen).softmax(dim=1)[:, number % len(GARMENTS)]  # type: ignore[no-any-return]


def test_a_category_that_a_network_does_not_know_has_no_score_to_move(base: Path) -> None:
    model = load_model(load_config(overrides=SMALL), last_checkpoint(base))
    with pytest.raises(ValueError, match="no hat"):
        move_scores(model, {"hat": 0.5}, 0.4)


def test_a_category_that_is_left_out_is_none_of_the_graphs(trained: Path, tmp_path: Path) -> None:
    options = ["--least", "shoes", "0.8", "--without", "belt", "--without", "scarf"]
    run("export", "--output", str(trained), "--weights", str(tmp_path), *options, *SMALL[4:8])
    listing = json.loads((tmp_path / "weights.json").read_text())["segmenter"]
    assert listing["categories"][13:] == ["shoes", "bag", "hat", "eyewear", None, None]


def test_evaluation_counts_each_wearable(worn: Path, trained: Path) -> None:
    arguments = ["--data", str(worn), "--config", CONFIG, "--output", str(trained)]
    printed = run("evaluate", *arguments, "--dataset", "street_val+wearables", *SMALL)
    assert "| shoes | 2 |" in printed
    printed = run("evaluate", *arguments, "--dataset", "street_val", *SMALL)
    assert "| shoes |" not in printed


def test_hair_falls_from_the_shoulders_not_from_a_hat() -> None:
    canvas = Canvas(100, 100, np.random.default_rng(0))
    hat = np.zeros((100, 100), np.uint8)
    hat[5:15, 40:60] = 1
    canvas.regions = [Region(15, hat.copy(), 200.0)]
    canvas.obstruct((0, 0, 100, 100), shadow=True, hair=True, bag=True)
    assert np.array_equal(canvas.regions[0].mask, hat)
    assert len(np.unique(canvas.picture)) == 1
