"""The box head learns alone; all else of the network stays as it was."""

from pathlib import Path

import pytest

pytest.importorskip("detectron2")

import torch
from click.testing import CliRunner
from detectron2.modeling import build_model

from model.training.checkpoints.mixing import weights_of
from model.training.checkpoints.runs import last_checkpoint
from model.training.cli import main
from model.training.data.datasets import register
from model.training.network.config import load_config
from model.training.recipes.polishing import collect, loaded, polish
from tests.unit.training.recipes.test_training import SMALL

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights of a network that has learnt nothing."""
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("start") / "start.pth"
    cfg = load_config(overrides=["MODEL.EFFICIENTNET.PRETRAINED", "False"])
    torch.save({"model": build_model(cfg).state_dict()}, path)
    return path


def test_only_the_box_head_changes(photos: Path, start: Path, tmp_path: Path) -> None:
    output = tmp_path / "polished"
    options = ["--data", str(photos), "--output", str(output), "--pictures", "3", "--steps", "2"]
    result = CliRunner().invoke(main, ["polish", str(start), *options, *SMALL])
    assert result.exit_code == 0, result.output
    before, after = weights_of(start), weights_of(last_checkpoint(output))
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed
    assert all(name.startswith(("roi_heads.box_head", "roi_heads.box_pre")) for name in changed)


def test_the_loss_falls_and_targets_are_as_composed(photos: Path, start: Path) -> None:
    register(photos)
    cfg = load_config(overrides=SMALL)
    model = loaded(cfg, start)
    examples = collect(cfg, model, 4, seed=1)
    assert len(examples.features) == len(examples.boxes) == len(examples.true_boxes)
    background = cfg.MODEL.ROI_HEADS.NUM_CLASSES
    assert 0 < int((examples.classes < background).sum()) < len(examples)

    def right() -> float:
        heads = model.roi_heads
        with torch.no_grad():
            scores = heads.box_predictor(heads.box_head(examples.features.float()))[0]
        return float((scores.argmax(dim=1) == examples.classes).float().mean())

    before = right()
    polish(model, examples, steps=30, rate=1e-3, batch=64)
    assert right() > max(before, 0.9)
