"""An exported graph stays in its run, unless somebody ships it."""

import json
import shutil
from pathlib import Path

import pytest

pytest.importorskip("detectron2")

import cv2
import numpy as np
import torch
from click.testing import CliRunner, Result
from detectron2.modeling import build_model

from model.training.cli import main
from model.training.exporting.weights import WEIGHTS
from model.training.network.config import load_config
from model.weights_description import load_description

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning"),
]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a network that has learnt nothing, thinner than the one that ships."""
    folder = tmp_path_factory.mktemp("run")
    # As a run on a GPU leaves it; graphs are made on the processor all the same.
    overrides = ["MODEL.FPN.OUT_CHANNELS", "32", "MODEL.EFFICIENTNET.PRETRAINED", "False"]
    torch.manual_seed(0)
    model = build_model(load_config(overrides=overrides))
    torch.save({"model": model.state_dict()}, folder / "model_final.pth")
    (folder / "last_checkpoint").write_text("model_final.pth")
    cfg = load_config(overrides=[*overrides, "MODEL.DEVICE", "meta"])
    (folder / "config.yaml").write_text(cfg.dump())
    return folder


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch) -> Path:
    """A copy of what ships."""
    folder = tmp_path / "shipped"
    shutil.copytree(WEIGHTS, folder)
    monkeypatch.setattr("model.training.exporting.weights.WEIGHTS", folder)
    return folder


def export(*arguments: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(main, ["export", *arguments], input=answer)


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_the_graph_goes_into_the_run_with_the_runs_configuration(run: Path, shipped: Path) -> None:
    before = content(shipped)
    done = export("--output", str(run))
    assert done.exit_code == 0, done.output
    assert content(shipped) == before
    assert load_description(run / "export").segmenter.file == "segmenter.onnx"
    assert not (WEIGHTS / ".segmenter.onnx.new").exists()


def test_the_weights_that_ship_are_no_folder_to_write_to(run: Path, shipped: Path) -> None:
    before = content(shipped)
    done = export("--output", str(run), "--weights", str(shipped))
    assert done.exit_code == 2
    assert "--ship" in done.output
    assert content(shipped) == before


def test_shipping_asks_first(run: Path, shipped: Path) -> None:
    before = content(shipped)
    done = export("--output", str(run), "--ship", answer="n\n")
    assert done.exit_code == 1
    assert "nobody has seen whether it finds anything" in done.output
    assert f"Replace the segmenter in {shipped}?" in done.output
    assert content(shipped) == before


def test_shipping_keeps_a_copy_that_can_be_used_again(run: Path, shipped: Path) -> None:
    before = content(shipped)
    photo = run / "photo.png"
    cv2.imwrite(str(photo), np.full((90, 60, 3), 120, np.uint8))
    given = ["--output", str(run), "--photo", str(photo), "--ship", "--served-score", "0.6"]
    done = export(*given, answer="y\n")
    assert done.exit_code == 0, done.output
    assert "garments from 0.6 on in 1 photos" in done.output
    after = content(shipped)
    assert after["segmenter.onnx"] == (run / "export" / "segmenter.onnx").read_bytes()
    listing, old = json.loads(after["weights.json"]), json.loads(before["weights.json"])
    assert listing["segmenter"]["score_threshold"] == 0.6
    assert (listing["embedder"], listing["patterns"]) == (old["embedder"], old["patterns"])
    assert load_description(shipped).embedder.file == "embedder.onnx"
    (copy,) = run.glob("replaced-*")
    assert (copy / "segmenter.onnx").read_bytes() == before["segmenter.onnx"]
    assert load_description(copy).segmenter.sha256 == old["segmenter"]["sha256"]


def test_nothing_to_export_is_a_question_of_usage() -> None:
    done = export()
    assert done.exit_code == 2
    assert "--output" in done.output
