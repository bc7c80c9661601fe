"""What a run starts from, what it refuses to start with, and what it keeps."""

import json
import os
import shutil
from pathlib import Path

import pytest

pytest.importorskip("detectron2")

import numpy as np
import onnxruntime
import torch
import yaml
from click.testing import CliRunner, Result
from detectron2.config import CfgNode
from skimage import data
from torch import Tensor

from model.training import cli as cli_module
from model.training.checkpoints.runs import (
    CheckpointError,
    RunError,
    is_used,
    keep_checkpoints,
    last_checkpoint,
    new_run,
)
from model.training.cli import main
from model.training.data.dataset_names import UnknownDatasetError
from model.training.detecting.pictures import read_scaled, scaled
from model.training.exporting.export import detect
from model.training.exporting.graph_weights import read_graph
from model.training.exporting.weights import WEIGHTS
from model.training.network import devices
from model.training.network.config import ConfigurationError, config_file, load_config
from model.training.network.devices import NoDeviceError, half_is_faster
from model.training.recipes.schedule import drops_of
from model.training.recipes.starting import starting_point, write_start
from tests.unit.training.recipes.test_papers_recipe import THIN
from tests.unit.training.recipes.test_training import SMALL

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning"),
]

GRAPH = WEIGHTS / "segmenter.onnx"


def train(folder: Path, output: Path, *arguments: str) -> Result:
    given = ["train", "--data", str(folder), "--output", str(output)]
    return CliRunner().invoke(main, [*given, *arguments])


def refused(result: Result) -> Exception:
    assert result.exit_code == 1
    assert isinstance(result.exception, Exception)
    return result.exception


def pictures() -> list[Tensor]:
    """Return photos to compare on: a picture of a person, and real ones where there are some."""
    person = scaled(np.ascontiguousarray(data.astronaut()[..., ::-1]), 384, 1024)[0]
    folder = Path(os.environ.get("WTB_DATA", "")) / "street" / "photos"
    names = ("0003.jpg", "0010.jpg")
    return [
        person,
        *(read_scaled(folder / n, 384, 1024)[0] for n in names if (folder / n).exists()),
    ]


def test_the_graph_that_ships_is_read_back_into_the_network_that_it_was() -> None:
    model = read_graph(GRAPH, load_config("mask_rcnn_lite0_FPN_wearables"))
    session = onnxruntime.InferenceSession(str(GRAPH), providers=["CPUExecutionProvider"])
    garments = 0
    for picture in pictures():
        given = {"image": picture.numpy(), "min_score": np.array(0.05, np.float32)}
        boxes, scores, classes, masks = session.run(None, given)
        with torch.no_grad():
            found = [output.numpy() for output in detect(model, picture, 0.05)]
        np.testing.assert_array_equal(found[2], classes)
        np.testing.assert_allclose(found[0], boxes, atol=0.01)
        np.testing.assert_allclose(found[1], scores, atol=1e-4)
        np.testing.assert_allclose(found[3], masks, atol=1e-3)
        garments += len(scores)
    assert garments > 0


def test_what_is_read_back_can_be_trained_on_and_exported(photos: Path, tmp_path: Path) -> None:
    output = tmp_path / "run"
    done = train(photos, output, "--from", "shipped", *SMALL, "SOLVER.MAX_ITER", "1")
    assert done.exit_code == 0, done.output
    start = torch.load(output / "start.pth", weights_only=True)["model"]
    after = torch.load(last_checkpoint(output), weights_only=True)["model"]
    name = "roi_heads.box_predictor.cls_score.weight"
    assert not torch.equal(start[name], after[name])
    torch.testing.assert_close(start[name], after[name], atol=0.01, rtol=0)
    frozen = "backbone.bottom_up.stem.0.convolution.weight"
    assert torch.equal(start[frozen], after[frozen])


def test_the_garments_of_the_graph_are_read_without_the_wearables() -> None:
    both = read_graph(GRAPH, load_config("mask_rcnn_lite0_FPN_wearables")).state_dict()
    alone = read_graph(GRAPH, load_config()).state_dict()
    assert not [name for name in alone if name.startswith("wearables.")]
    assert alone.keys() <= both.keys()
    for name, tensor in alone.items():
        assert torch.equal(tensor, both[name]), name


def test_heads_for_wearables_start_beside_a_graph_of_garments(photos: Path, tmp_path: Path) -> None:
    run = tmp_path / "garments"
    done = train(photos, run, "--from", "shipped", *SMALL, "SOLVER.MAX_ITER", "1")
    assert done.exit_code == 0, done.output
    done = CliRunner().invoke(main, ["export", "--output", str(run)])
    assert done.exit_code == 0, done.output
    graph = run / "export" / "segmenter.onnx"
    cfg = load_config("mask_rcnn_lite0_FPN_wearables")
    start = write_start(graph, cfg, new_run(tmp_path / "next"))
    state = torch.load(start, weights_only=True)["model"]
    assert state.keys() == read_graph(graph, load_config()).state_dict().keys()


def test_a_graph_of_another_network_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="another network"):
        read_graph(GRAPH, load_config(overrides=["MODEL.FPN.OUT_CHANNELS", "64"]))
    with pytest.raises(CheckpointError, match="no weights called"):
        read_graph(WEIGHTS / "embedder.onnx", load_config())
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(GRAPH.read_bytes()[:1000])
    with pytest.raises(CheckpointError, match="not an ONNX file"):
        read_graph(broken, load_config())


def test_a_graph_that_was_exported_with_other_settings_is_refused() -> None:
    cfg = load_config(overrides=["MODEL.ROI_HEADS.SCORE_THRESH_TEST", "0.0"])
    with pytest.raises(CheckpointError, match="does not find what the graph finds"):
        read_graph(GRAPH, cfg)


def test_a_run_is_a_start_too(tmp_path: Path) -> None:
    run = new_run(tmp_path / "run")
    torch.save({"model": {"w": torch.zeros(1)}, "average": {"w": torch.ones(1)}}, run / "a.pth")
    (run / "last_checkpoint").write_text("a.pth")
    output = new_run(tmp_path / "next")
    path = write_start(starting_point(str(run)), load_config(), output)
    assert torch.load(path, weights_only=True)["model"]["w"] == 1


def test_a_start_that_is_not_there_is_named(photos: Path, tmp_path: Path) -> None:
    error = refused(train(photos, tmp_path / "run", "--from", "nothing.onnx"))
    assert isinstance(error, CheckpointError)
    assert "nothing.onnx" in str(error)
    assert "shipped" in error.hint
    assert not (tmp_path / "run").exists()


def test_weights_that_are_not_there_are_named(photos: Path, tmp_path: Path) -> None:
    done = train(photos, tmp_path / "run", *SMALL, "MODEL.WEIGHTS", "/no/weights.pth")
    assert "/no/weights.pth, are not there" in str(refused(done))
    assert not is_used(tmp_path / "run")


def test_weights_of_another_network_are_refused(photos: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.pth"
    torch.save({"model": {"layer.weight": torch.ones(3)}}, foreign)
    done = train(photos, tmp_path / "run", *SMALL, "MODEL.WEIGHTS", str(foreign))
    assert "another network's: of" in str(refused(done))
    assert not is_used(tmp_path / "run")


def test_a_data_set_that_is_not_there_is_named_beside_those_that_are(
    photos: Path, tmp_path: Path
) -> None:
    done = train(photos, tmp_path / "run", "DATASETS.TRAIN", "('street_trian',)")
    error = refused(done)
    assert "street_trian" in str(error)
    assert "street_train, street_val" in error.hint  # type: ignore[attr-defined]
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("command", ["evaluate", "nothing", "retrieve", "draw-nothing"])
def test_each_command_names_a_data_set_that_is_not_there(
    command: str, photos: Path, tmp_path: Path
) -> None:
    needs: dict[str, list[str]] = {
        "evaluate": ["--onnx", str(GRAPH)],
        "nothing": ["--onnx", str(GRAPH)],
        "draw-nothing": ["--to", str(tmp_path / "to")],
    }
    given = [command, "--data", str(photos), "--dataset", "no_where", *needs.get(command, [])]
    error = refused(CliRunner().invoke(main, given))
    assert isinstance(error, UnknownDatasetError)
    assert "street_train, street_val" in error.hint
    assert not (tmp_path / "to").exists()


def test_a_used_folder_is_not_trained_over(photos: Path, tmp_path: Path) -> None:
    run = new_run(tmp_path / "run")
    (run / "config.yaml").write_text("SEED: 1\n")
    error = refused(train(photos, run, *SMALL))
    assert isinstance(error, RunError)
    assert "--resume" in error.hint
    assert (run / "config.yaml").read_text() == "SEED: 1\n"


def test_a_run_killed_before_its_first_checkpoint_begins_again(
    photos: Path, tmp_path: Path
) -> None:
    run = new_run(tmp_path / "run")
    cfg = load_config(overrides=[*SMALL, "SOLVER.MAX_ITER", "1", "SEED", "7"])
    (run / "config.yaml").write_text(cfg.dump())
    done = train(photos, run, "--resume")
    assert done.exit_code == 0, done.output
    assert "beginning again" in done.output
    assert load_config(run=run).SEED == 7
    assert torch.load(last_checkpoint(run), weights_only=True)["iteration"] == 1


def test_a_run_killed_before_its_first_step_is_there_and_begins_again(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    run = tmp_path / "run"
    with monkeypatch.context() as changed:
        changed.setattr(cli_module, "write_start", killed)
        done = train(photos, run, "--from", "shipped", *SMALL, "SOLVER.MAX_ITER", "1", "SEED", "7")
    assert done.exit_code == 1
    assert load_config(run=run).SEED == 7
    # Not from other weights in silence.
    assert "start.pth, are not there" in str(refused(train(photos, run, "--resume")))
    done = train(photos, run, "--resume", "--from", "shipped")
    assert done.exit_code == 0, done.output
    assert torch.load(last_checkpoint(run), weights_only=True)["iteration"] == 1


def test_of_a_resumed_runs_checkpoints_the_newest_are_kept(tmp_path: Path) -> None:
    # The last of them was being written when the run was killed.
    for step in ("0000001", "0000003", "0000005", "0000007", "final"):
        (tmp_path / f"model_{step}.pth").touch()
    kept = keep_checkpoints(tmp_path, 6, 2)
    assert [path.name for path in kept] == ["model_0000003.pth", "model_0000005.pth"]
    left = sorted(path.stem for path in tmp_path.iterdir())
    assert left == ["model_0000003", "model_0000005", "model_0000007", "model_final"]


@pytest.mark.parametrize(
    "options",
    [
        ["--from", "shipped", "INPUT.COLLAGE.SHARES", "[]"],
        ["--config", "mask_rcnn_R_50_FPN", *THIN, "MODEL.WEIGHTS", ""],
    ],
    ids=["composed", "single"],
)
def test_labels_that_the_network_does_not_learn_are_named_with_a_configuration_that_does(
    options: list[str], photos: Path, tmp_path: Path
) -> None:
    shutil.copytree(photos / "street", tmp_path / "data" / "street")
    path = tmp_path / "data" / "street" / "train.json"
    content = json.loads(path.read_text())
    content["annotations"][0]["category_id"] = 15
    path.write_text(json.dumps(content))
    run = tmp_path / "run"
    error = refused(train(path.parents[1], run, *options, "DATASETS.TRAIN", "('street_train',)"))
    assert isinstance(error, ConfigurationError)
    assert "labelled with bag, which" in str(error)
    assert "--config mask_rcnn_lite0_FPN_wearables" in error.hint
    assert not is_used(run)


def test_shares_of_other_data_sets_are_refused_before_anything_is_written(
    photos: Path, tmp_path: Path
) -> None:
    error = refused(train(photos, tmp_path / "run", "DATASETS.TRAIN", "('street_train',)"))
    assert isinstance(error, ConfigurationError)
    assert "3 numbers, and DATASETS.TRAIN 1 data sets: street_train" in str(error)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("command", ["mix", "polish"])
def test_no_command_writes_into_a_used_run(command: str, photos: Path, tmp_path: Path) -> None:
    run = new_run(tmp_path / "run")
    torch.save({"model": {"w": torch.zeros(1)}}, run / "model_final.pth")
    (run / "last_checkpoint").write_text("model_final.pth")
    given = {"mix": [str(run), str(run)], "polish": [str(run), "--data", str(photos)]}[command]
    done = CliRunner().invoke(main, [command, *given, "--output", str(run)])
    assert "holds a training run already" in str(refused(done))


def test_a_folder_without_a_checkpoint_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="holds no checkpoint"):
        last_checkpoint(tmp_path)


def test_the_runs_own_configuration_is_read(tmp_path: Path) -> None:
    cfg = load_config(overrides=["INPUT.MIN_SIZE_TEST", "320", "MODEL.FPN.OUT_CHANNELS", "32"])
    (tmp_path / "config.yaml").write_text(cfg.dump())
    read = load_config(run=tmp_path)
    assert yaml.safe_load(read.dump()) == yaml.safe_load(cfg.dump())
    changed = load_config(None, ["INPUT.MIN_SIZE_TEST", "96"], tmp_path)
    assert (changed.INPUT.MIN_SIZE_TEST, changed.MODEL.FPN.OUT_CHANNELS) == (96, 32)
    assert load_config("mask_rcnn_R_50_FPN", run=tmp_path).MODEL.FPN.OUT_CHANNELS == 256
    assert config_file(None, tmp_path / "elsewhere").stem == "mask_rcnn_lite0_FPN"


@pytest.mark.parametrize(
    ("name", "overrides", "said"),
    [
        ("mask_rcnn_R_51_FPN", [], "There is no configuration mask_rcnn_R_51_FPN"),
        (None, ["SOLVER.BASE_LR"], "do not fit"),
        (None, ["SOLVER.BASE_RATE", "1"], "do not fit"),
        (None, ["SOLVER.MAX_ITER", "many"], "do not fit"),
    ],
)
def test_a_configuration_that_cannot_be_read_is_told(
    name: str | None, overrides: list[str], said: str
) -> None:
    with pytest.raises(ConfigurationError, match=said):
        load_config(name, overrides)


def test_a_strangers_configuration_runs_nothing(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    content = f"SEED: !!python/object/apply:os.mkdir ['{mark}']\n"
    (tmp_path / "config.yaml").write_text(content)
    assert yaml.unsafe_load(content)
    mark.rmdir()
    with pytest.raises(ConfigurationError):
        load_config(run=tmp_path)
    assert not mark.exists()


def steps(*overrides: str) -> tuple[float, ...]:
    return drops_of(load_config("mask_rcnn_R_50_FPN", list(overrides)))


def test_a_schedule_never_changes_silently() -> None:
    assert steps() == (60000 / 90000, 80000 / 90000)
    assert steps("SOLVER.STEPS", "()", "SOLVER.MAX_ITER", "100") == ()
    assert steps("SOLVER.STEPS", "(50, 80)", "SOLVER.MAX_ITER", "100") == (0.5, 0.8)
    assert drops_of(load_config()) == ()
    with pytest.raises(ConfigurationError, match="do not lie in order") as caught:
        steps("SOLVER.MAX_ITER", "45000")
    assert 'SOLVER.STEPS "(30000, 40000,)"' in caught.value.hint
    with pytest.raises(ConfigurationError):
        steps("SOLVER.STEPS", "(80000, 60000)")


def test_a_gpu_that_is_not_there_is_told_before_anything_is_written(
    photos: Path, tmp_path: Path
) -> None:
    cfg_name = ["--config", "mask_rcnn_R_50_FPN", "MODEL.DEVICE", "cuda:77"]
    error = refused(train(photos, tmp_path / "run", *cfg_name))
    assert isinstance(error, NoDeviceError)
    assert "MODEL.DEVICE cpu" in error.hint
    assert not (tmp_path / "run").exists()


def test_what_was_trained_on_a_gpu_is_measured_without(caplog) -> None:
    assert devices.usable("cpu") == "cpu"
    assert devices.usable("cuda:77") == "cpu"
    assert "many times slower" in caplog.text


def test_bfloat16_is_measured_once_and_kept_with_the_run(
    photos: Path, tmp_path: Path, monkeypatch
) -> None:
    assert half_is_faster() in {True, False}
    seen: list[CfgNode] = []
    monkeypatch.setattr(cli_module, "launch", lambda *_, args, **__: seen.append(args[0]))
    for faster in (True, False):
        monkeypatch.setattr(devices, "half_is_faster", lambda faster=faster: faster)
        done = train(photos, tmp_path / str(faster), *SMALL)
        assert ("bfloat16" if faster else "float32") in done.output
    assert [cfg.SOLVER.AMP.ENABLED for cfg in seen] == [True, False]
