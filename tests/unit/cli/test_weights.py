"""`where-to-buy weights` as its users run it."""

import json
import os
import subprocess
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import requests

from model.errors import WhereToBuyError
from model.segmenter import Segmenter
from model.weight_files.shelf import Shelf
from model.weight_files.trial import try_out
from server.config import read_settings
from server.hints import hint_of
from tests.support.onnx_files import finder, graph, model, node
from tests.support.server_process import COMMAND, environment, running_server


@pytest.fixture
def shelf(state: Path) -> Shelf:
    return Shelf(state / "weights")


@pytest.fixture
def run(where_to_buy):
    """Runs `where-to-buy weights ...`."""
    return partial(where_to_buy, "weights")


@pytest.fixture
def tried_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The trial is in this process: one of its own imports for half a second."""
    monkeypatch.setattr("model.weight_files.intake.try_in_child", try_out)


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """An ONNX file that sees a garment of its class 1 in every picture, and its classes."""
    path = tmp_path / "other.onnx"
    path.write_bytes(finder(classes=np.array([1], np.int64)))
    (tmp_path / "classes.txt").write_text("shirt\nskirt\nhandbag\n")
    return path


def add(run, other: Path, *more: str):
    classes = os.fspath(other.with_name("classes.txt"))
    maps = ("--map", "shirt=long sleeve top", "--map", "handbag=")
    return run("add", "mine", os.fspath(other), "--classes", classes, *maps, *more)


def test_weights_are_added_used_listed_and_removed(run, other: Path, shelf: Shelf) -> None:
    added = add(run, other, "--short-side", "400", "--score", "0.6")
    assert added.returncode == 0, added.stderr
    assert "Added mine. A picture takes" in added.stdout

    (shipped, mine) = json.loads(run("list", "--json").stdout)
    assert (shipped["name"], shipped["in_use"], shipped["fault"]) == ("default", True, None)
    # The 13 garments, shoes, bag, eyewear and belt.
    assert len(shipped["categories"]) == 17
    assert mine["in_use"] is False
    assert mine["categories"] == ["long sleeve top", "skirt"]
    assert (mine["short_side"], mine["score_threshold"]) == (400, 0.6)
    assert mine["fingerprint"] != shipped["fingerprint"]

    used = run("use", "mine")
    assert used.returncode == 0
    assert "restart" in used.stdout
    table = run("list").stdout
    assert [line.split()[1] for line in table.splitlines() if "mine" in line] == ["yes"]
    assert run("remove", "mine").returncode == 1
    assert run("use", "default").returncode == 0
    assert run("remove", "mine").stdout == "Removed mine.\n"
    assert shelf.names() == []


def test_a_wrong_file_is_refused_and_nothing_is_kept(run, other: Path, shelf: Shelf) -> None:
    unexplained = run("add", "mine", os.fspath(other), "--classes", f"{other.parent}/classes.txt")
    assert unexplained.returncode == 1
    assert "2 of 3 classes are none of the 19 categories: 'handbag', 'shirt'" in unexplained.stderr
    assert "--map 'handbag=" in unexplained.stderr
    nameless = run("add", "mine", os.fspath(other))
    assert "--classes FILE" in nameless.stderr
    other.write_bytes(b"MZ\x90")
    assert "is not an ONNX file" in add(run, other).stderr
    assert shelf.names() == []


def test_a_file_cannot_steer_the_terminal(run, other: Path) -> None:
    evil = node("Go\x1b[2J", ["x"], ["y"], domain="\x1b]0;owned\x07")
    other.write_bytes(model(graph([evil])))
    refused = add(run, other)
    assert refused.returncode == 1
    assert "operators" in refused.stderr
    assert "\x1b]" not in refused.stderr
    assert "\x1b[2J" not in refused.stderr


def test_broken_weights_are_listed_as_broken_and_not_put_to_use(
    run, other: Path, shelf: Shelf, tried_here
) -> None:
    assert add(run, other).returncode == 0
    file = shelf.folder_of("mine") / "segmenter.onnx"
    file.write_bytes(file.read_bytes() + b"\0")
    listed = run("list").stdout
    assert "altered" in listed
    refused = run("use", "mine")
    assert refused.returncode == 1
    assert "altered" in refused.stderr
    assert shelf.in_use() == "default"


@pytest.mark.parametrize("spoil", ["choice", "gone", "description"])
def test_no_state_of_the_shelf_stops_the_way_back(run, shelf: Shelf, spoil: str) -> None:
    with shelf.adding("mine"):
        pass
    shelf.use("mine")
    if spoil == "choice":
        (shelf.folder / "in-use.txt").write_bytes(b"\xff/../..")
    elif spoil == "gone":
        (shelf.folder / "sets" / "mine").rmdir()
    else:
        (shelf.folder / "sets" / "mine" / "weights.json").write_text("{")

    with pytest.raises(WhereToBuyError) as caught:
        Segmenter(read_settings().weights_in_force)
    assert "where-to-buy weights use default" in hint_of(caught.value)
    listed = run("list")
    assert listed.returncode == 0
    assert "weights use default" in listed.stderr
    assert run("use", "default").returncode == 0
    assert read_settings().weights_in_force is None


def test_a_server_that_cannot_load_them_says_the_way_back(shelf: Shelf, state: Path) -> None:
    with shelf.adding("mine"):
        pass
    shelf.use("mine")
    with running_server(state, until="/api/v1/looks", timeout=120) as server:
        answer = requests.get(f"{server.url}/readyz", timeout=60)
        problem = answer.json()
    assert (answer.status_code, problem["code"]) == (503, "bad-weights")
    assert "weights.json cannot be read" in problem["detail"]
    assert "where-to-buy weights use default" in problem["hint"]
    said = "\n".join(server.output)
    assert "weights.json cannot be read" in said
    assert "where-to-buy weights use default" in said
    assert "Traceback" not in said


def test_a_folder_named_in_the_settings_comes_first_and_is_reported(
    run, tmp_path: Path, monkeypatch
) -> None:
    monkeypatch.setenv("WTB_WEIGHTS_DIR", os.fspath(tmp_path))
    used = run("use", "default")
    assert f"a server takes the weights in {tmp_path}" in used.stderr


def test_listing_starts_no_runtime(tmp_path: Path, state: Path) -> None:
    code = (
        "import sys; sys.argv = ['where-to-buy', 'weights', 'list']\n"
        "from server.cli.main import cli\n"
        "cli(standalone_mode=False)\n"
        "assert 'onnxruntime' not in sys.modules, 'the runtime was loaded'"
    )
    subprocess.run(
        [COMMAND[0], "-c", code], cwd=tmp_path, env=environment(state, {}), check=True, timeout=60
    )
