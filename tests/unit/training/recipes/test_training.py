"""From a folder of photos to a graph that ships, in a few steps each."""

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("detectron2")

import cv2
import numpy as np
import onnxruntime
import torch
from click.testing import CliRunner

from model.training.checkpoints.runs import last_checkpoint
from model.training.cli import main
from model.training.exporting.export import load_model
from model.training.network.config import load_config

pytestmark = [
    # What torch, its exporter and Detectron2 warn of is theirs to mend.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning"),
]

SMALL = [
    "MODEL.EFFICIENTNET.FROZEN_BLOCKS", "5",
    "DATASETS.TRAIN", "('street_train', 'shop_train@kept', 'single_index')",
    "INPUT.COLLAGE.PARTIAL", "['shop_train@kept']",
    "INPUT.COLLAGE.SIZES", "[128, 96]",
    "INPUT.MIN_SIZE_TEST", "96",
    "SOLVER.IMS_PER_BATCH", "2",
    "SOLVER.CHECKPOINT_PERIOD", "2",
]  # fmt: skip


def run(*arguments: str) -> str:
    result = CliRunner().invoke(main, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def logged_last(run: Path) -> dict[str, float]:
    """Return the last line of a run's log that has losses."""
    lines = map(json.loads, (run / "metrics.json").read_text().splitlines())
    return [line for line in lines if "total_loss" in line][-1]


@pytest.fixture(scope="module")
def trained(photos: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("run")
    run("train", "--data", str(photos), "--output", str(output), *SMALL, "SOLVER.MAX_ITER", "3")
    return output


def test_training_writes_checkpoints_with_averaged_weights(trained: Path) -> None:
    stored = torch.load(last_checkpoint(trained), weights_only=True)
    assert stored["iteration"] == 3
    assert stored["average"]["steps"] == 3
    assert logged_last(trained)["iteration"] == 2


def test_resuming_goes_on_where_the_run_stopped(trained: Path, photos: Path) -> None:
    before = torch.load(last_checkpoint(trained), weights_only=True)
    arguments = ["--data", str(photos), "--output", str(trained), "--resume"]
    run("train", *arguments, *SMALL, "SOLVER.MAX_ITER", "6")
    after = torch.load(last_checkpoint(trained), weights_only=True)
    assert after["iteration"] == 6
    assert after["average"]["steps"] > before["average"]["steps"]
    assert logged_last(trained)["iteration"] == 5
    # No more are kept than of a run that was never interrupted.
    kept = sorted(path.name for path in trained.glob("model_0*.pth"))
    assert kept == ["model_0000003.pth", "model_0000005.pth"]


def test_training_by_the_clock_ends(photos: Path, tmp_path: Path) -> None:
    arguments = ["--data", str(photos), "--output", str(tmp_path), "--minutes", "0.02"]
    run("train", *arguments, *SMALL, "SOLVER.MAX_ITER", "1")
    steps = torch.load(last_checkpoint(tmp_path), weights_only=True)["iteration"]
    assert logged_last(tmp_path)["iteration"] == steps - 1


def test_evaluation_prints_a_table_and_writes_all_figures(
    trained: Path, photos: Path, tmp_path: Path
) -> None:
    target = tmp_path / "figures.json"
    arguments = ["--data", str(photos), "--output", str(trained), "--json", str(target)]
    printed = run("evaluate", *arguments, "--variant", "all", *SMALL)
    assert "| four-in-one | 1 |" in printed
    assert "| trousers | 2 |" in printed
    figures = json.loads(target.read_text())
    assert figures["plain"]["garments"] == 4
    assert 0 <= figures["plain"]["served"]["recall"] <= 1


def test_the_graph_agrees_with_eager_on_any_size(trained: Path, tmp_path: Path) -> None:
    run("export", "--output", str(trained), "--weights", str(tmp_path), *SMALL)
    listing = json.loads((tmp_path / "weights.json").read_text())["segmenter"]
    assert listing["short_side"] == 96
    assert len(listing["categories"]) == 13
    session = onnxruntime.InferenceSession(
        str(tmp_path / listing["file"]), providers=["CPUExecutionProvider"]
    )
    picture = np.random.default_rng(0).uniform(0, 255, (3, 97, 201)).astype(np.float32)

    def ask(min_score: float) -> list[Any]:
        return session.run(None, {"image": picture, "min_score": np.array(min_score, np.float32)})

    boxes, scores, classes, masks = ask(0.0)
    assert boxes.shape == (len(scores), 4)
    assert masks.shape == (len(scores), 28, 28)
    assert classes.dtype == np.int64
    assert list(scores) == sorted(scores, reverse=True)
    half = len(scores) // 2
    for every, some in zip((boxes, scores, classes, masks), ask(float(scores[half])), strict=True):
        np.testing.assert_allclose(some, every[: len(some)], atol=1e-4)
    assert half < len(ask(float(scores[half]))[1]) <= len(scores)
    assert [len(output) for output in ask(1.1)] == [0, 0, 0, 0]


def test_a_checkpoint_is_loaded_with_its_averaged_weights(trained: Path) -> None:
    checkpoint = last_checkpoint(trained)
    stored = torch.load(checkpoint, weights_only=True)
    model = load_model(load_config(overrides=SMALL), checkpoint)
    name = "roi_heads.box_predictor.cls_score.weight"
    assert torch.equal(dict(model.named_parameters())[name], stored["average"][name])


def test_the_embedder_gives_unit_vectors(tmp_path: Path) -> None:
    run("export-embedder", "--weights", str(tmp_path))
    session = onnxruntime.InferenceSession(
        str(tmp_path / "embedder.onnx"), providers=["CPUExecutionProvider"]
    )
    grey = np.full((2, 3, 224, 224), 127, np.float32)
    (vectors,) = session.run(None, {"image": grey})
    assert vectors.shape == (2, 1280)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_evaluating_nothing_is_refused(photos: Path) -> None:
    result = CliRunner().invoke(main, ["evaluate", "--data", str(photos)])
    assert result.exit_code == 2
    assert "--onnx" in result.output


def test_a_file_that_is_no_picture_is_named(trained: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no picture")
    with pytest.raises(ValueError, match=r"broken\.jpg"):
        run("export", "--output", str(trained), "--weights", str(tmp_path), "--photo", str(broken))
    assert cv2.imread(str(broken)) is None


def test_models_are_compared_side_by_side(trained: Path, photos: Path, tmp_path: Path) -> None:
    photo = str(photos / "street" / "photos" / "v0.jpg")
    printed = run("compare", str(trained), str(trained), "--photo", photo, "--to", str(tmp_path))
    assert printed.count(trained.name) == 1  # the same model twice is one column
    assert cv2.imread(str(tmp_path / "v0.png")) is not None


def test_evaluation_draws_its_figures(trained: Path, photos: Path, tmp_path: Path) -> None:
    arguments = ["--data", str(photos), "--output", str(trained), "--plots", str(tmp_path)]
    run("evaluate", *arguments, *SMALL)
    assert (tmp_path / "plain-confusion.png").stat().st_size > 1000
    for name in ("precision-recall", "reliability"):
        assert (tmp_path / f"plain-{name}.png").stat().st_size > 1000


@pytest.mark.parametrize("name", ["mask_rcnn_R_50_FPN", "mask_rcnn_R_101_FPN"])
def test_the_papers_configurations_load(name: str) -> None:
    cfg = load_config(name)
    assert cfg.MODEL.ROI_HEADS.NUM_CLASSES == 13
    assert f"R_{cfg.MODEL.RESNETS.DEPTH}_FPN" in name
    assert cfg.MODEL.WEIGHTS.startswith("detectron2://COCO-InstanceSegmentation/mask_rcnn_R_")
