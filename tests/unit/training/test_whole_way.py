"""A researcher's whole way, killed twice: from DeepFashion2's files to own weights in use.

The processes are real and are killed with SIGKILL. So that they are killed at a certain point,
a file that they need there is a pipe until then, and they wait at it.
"""

import contextlib
import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("detectron2")

import torch
from click.testing import CliRunner

from model.training.checkpoints.runs import last_checkpoint
from model.training.cli import main
from model.training.composing.loading import make_loader
from model.training.data.datasets import register
from model.training.network.config import load_config
from tests.support.server_process import COMMAND, environment
from tests.unit.training.recipes.test_papers_recipe import THIN, write_split

pytestmark = [
    # Three processes load PyTorch, one after the other.
    pytest.mark.timeout(900),
    # What torch, its exporter and Detectron2 warn of is theirs to mend.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
    pytest.mark.filterwarnings("ignore::torch.jit.TracerWarning"),
]

CONFIG = ["--config", "mask_rcnn_R_50_FPN"]
KEYS = [
    *THIN,
    "MODEL.WEIGHTS", "",
    "SOLVER.AMP.ENABLED", "False",
    "SOLVER.BASE_LR", "0.001",
    "SOLVER.EMA_DECAY", "0.9",
    "SOLVER.MAX_ITER", "5",
    "SOLVER.STEPS", "(3, 4)",
    "SOLVER.WARMUP_ITERS", "2",
    "SOLVER.CHECKPOINT_PERIOD", "1",
    "SOLVER.CHECKPOINTS_KEPT", "9",
    "TEST.EVAL_PERIOD", "0",
]  # fmt: skip
PHOTOS = 12
# The step at which training is killed.
KILLED_AT = 3
# Seconds that a process may take to come to the pipe.
PATIENCE = 600


def command(*arguments: str) -> str:
    result = CliRunner().invoke(main, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@contextlib.contextmanager
def replaced_by_a_pipe(path: Path) -> Iterator[None]:
    content = path.read_bytes()
    path.unlink()
    os.mkfifo(path)
    try:
        yield
    finally:
        path.unlink()
        path.write_bytes(content)


def opened_pipe(process: subprocess.Popen[bytes], path: Path) -> int:
    """Return the pipe, open for writing, once the process reads it; it waits for content then."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        assert process.poll() is None, "it ended before it came to the pipe"
        # A pipe without a reader cannot be opened for writing without waiting.
        with contextlib.suppress(OSError):
            return os.open(path, os.O_WRONLY | os.O_NONBLOCK)
        time.sleep(0.01)
    raise AssertionError("it never came to the pipe")


def killed_at(pipe: Path, *arguments: str) -> None:
    """Run a command in a process of its own, and kill it when it reads a file."""
    with replaced_by_a_pipe(pipe):
        process = subprocess.Popen(
            [sys.executable, "-m", "model.training", *arguments],
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
        try:
            # Closed only afterwards: to the process, a closed pipe is an empty file.
            end = opened_pipe(process, pipe)
        finally:
            process.kill()
            process.wait()
        os.close(end)


@pytest.fixture(scope="module", autouse=True)
def one_thread() -> Iterator[None]:
    """Use one thread here, as in the processes that are killed, so that sums are the same."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small tree in DeepFashion2's own form."""
    tree = tmp_path_factory.mktemp("deepfashion2")
    write_split(tree / "train", PHOTOS)
    write_split(tree / "validation", 4)
    for number in range(1, 5):
        # Two pairs: what a user wears, and what a shop sells of it.
        path = tree / "validation" / "annos" / f"{number:06}.json"
        content = json.loads(path.read_text())
        content |= {"source": "user" if number % 2 else "shop", "pair_id": (number + 1) // 2}
        for key in ("item1", "item2"):
            content[key]["style"] = 1
        path.write_text(json.dumps(content))
    return tree


@pytest.fixture(scope="module")
def data(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What conversion comes to that is killed in between and started again."""
    data = tmp_path_factory.mktemp("data")
    for split in ("train", "validation"):
        target = data / "deepfashion2" / f"{split}.json"
        arguments = ["convert-deepfashion2", "--check", str(tree / split), str(target)]
        if split == "train":
            killed_at(tree / split / "annos" / "000005.json", *arguments)
            assert not target.exists()
        assert "0 problems" in command(*arguments)
    return data


@pytest.fixture(scope="module")
def uninterrupted(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nothing stops."""
    output = tmp_path_factory.mktemp("uninterrupted")
    command("train", *CONFIG, "--data", str(data), "--output", str(output), *KEYS)
    return output


@pytest.fixture(scope="module")
def resumed(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that is killed at a step and goes on with nothing but its own configuration."""
    output = tmp_path_factory.mktemp("resumed")
    register(data)
    stream = make_loader(load_config(CONFIG[1], KEYS), 0)
    seen = [[s["file_name"] for s in batch] for batch in itertools.islice(stream, KILLED_AT + 1)]
    # The first photo that is needed at this step and at none before.
    pipe = next(name for name in seen[KILLED_AT] if name not in itertools.chain(*seen[:KILLED_AT]))
    killed_at(Path(pipe), "train", *CONFIG, "--data", str(data), "--output", str(output), *KEYS)
    assert last_checkpoint(output).name == f"model_{KILLED_AT - 1:07}.pth"
    command("train", "--data", str(data), "--output", str(output), "--resume")
    return output


def test_a_killed_conversion_ends_as_an_uninterrupted_one(
    data: Path, tree: Path, tmp_path: Path
) -> None:
    # At the same depth, so that the paths of the photos are the same.
    target = data / "again" / "train.json"
    command("convert-deepfashion2", str(tree / "train"), str(target))
    assert json.loads(target.read_text()) == json.loads(
        (data / "deepfashion2" / "train.json").read_text()
    )


def test_a_killed_run_comes_to_the_weights_of_an_uninterrupted_one(
    uninterrupted: Path, resumed: Path
) -> None:
    whole, again = (
        torch.load(last_checkpoint(run), weights_only=True) for run in (uninterrupted, resumed)
    )
    assert again["trainer"]["done"] == whole["trainer"]["done"] == 5
    assert again["average"]["steps"] == whole["average"]["steps"] == 5
    for part in ("model", "average"):
        for name, tensor in whole[part].items():
            torch.testing.assert_close(again[part][name], tensor, rtol=0, atol=0)


def test_each_step_was_taken_once(resumed: Path) -> None:
    state = torch.load(last_checkpoint(resumed), weights_only=True)["trainer"]["optimizer"]
    assert state["param_groups"][0]["lr"] == pytest.approx(0.001 * 0.01)
    assert len(list(resumed.glob("model_000000?.pth"))) == 5


@pytest.fixture(scope="module")
def exported(resumed: Path) -> Path:
    """The graph of the run, made without naming its configuration."""
    command("export", "--output", str(resumed), "--served-score", "0.05")
    return resumed / "export"


@pytest.mark.parametrize("paste", ["detectron2", "served"])
def test_the_run_is_evaluated_both_ways(
    data: Path, resumed: Path, tmp_path: Path, paste: str
) -> None:
    figures, results = tmp_path / "figures.json", tmp_path / "results.json"
    printed = command(
        "evaluate", "--data", str(data), "--output", str(resumed), "--paste", paste,
        "--dataset", "deepfashion2_validation", "--json", str(figures), "--results", str(results),
    )  # fmt: skip
    assert "mask AP" in printed
    assert json.loads(figures.read_text())["plain"]["garments"] == 8
    assert {find["image_id"] for find in json.loads(results.read_text())} <= {1, 2, 3, 4}


def test_what_users_wear_is_looked_for_in_shops(data: Path, exported: Path, tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    command(
        "retrieve", "--data", str(data), "--onnx", str(exported / "segmenter.onnx"),
        "--json", str(figures),
    )  # fmt: skip
    assert set(json.loads(figures.read_text())) == {"annotated", "detected"}


def where_to_buy(state: Path, *arguments: str) -> str:
    done = subprocess.run(
        [*COMMAND, *arguments],
        env=environment(state, {}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_own_weights_are_added_used_and_see_a_photo(
    exported: Path, tree: Path, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    state.mkdir()
    assert "Added mine" in where_to_buy(state, "weights", "add", "mine", str(exported))
    assert "mine" in where_to_buy(state, "weights", "use", "mine")
    photo = tree / "validation" / "image" / "000001.jpg"
    where_to_buy(state, "analyze", str(photo), "--out", str(tmp_path / "looks"))
    look = json.loads((tmp_path / "looks" / "000001" / "look.json").read_text())
    assert "garments" in look
