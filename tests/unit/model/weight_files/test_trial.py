"""A first run reports what is wrong with a graph, whatever the graph does."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from model.categories import CATEGORIES
from model.errors import WeightsError
from model.weight_files.trial import try_in_child, try_out
from tests.support.onnx_files import (
    BOOL,
    FLOAT,
    IMAGE,
    INT64,
    MIN_SCORE,
    finder,
    graph,
    graph_attribute,
    model,
    node,
    tensor,
    value,
)


@pytest.fixture
def described(tmp_path: Path):
    """Writes a segmenter with its description and gives the folder."""

    def write(data: bytes) -> Path:
        (tmp_path / "segmenter.onnx").write_bytes(data)
        entry = {
            "file": "segmenter.onnx",
            "sha256": hashlib.sha256(data).hexdigest(),
            "input": "image",
            "score_input": "min_score",
            "short_side": 384,
            "max_side": 1024,
            "score_threshold": 0.5,
            "categories": [category.name for category in CATEGORIES],
        }
        (tmp_path / "weights.json").write_text(json.dumps({"segmenter": entry}))
        return tmp_path

    return write


def test_a_sound_graph_is_tried_in_a_process_of_its_own(described) -> None:
    trial = try_in_child(described(finder()))
    assert trial.found == 3
    assert trial.milliseconds > 0


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (finder(inputs=[IMAGE]), r"inputs \['image'\] instead of \['image', 'min_score'\]"),
        (finder(inputs=[value("image", FLOAT, (1, 3, "h", "w")), MIN_SCORE]), "an input image"),
        (finder(inputs=[value("image", FLOAT, (3, 800, 800)), MIN_SCORE]), "an input image"),
        (finder(inputs=[value("image", INT64, (3, "h", "w")), MIN_SCORE]), "an input image"),
        (finder(leave_out="masks"), "without 'masks'"),
        (finder(classes=np.array([0.0], np.float32)), "an output classes"),
        (finder(masks=np.zeros((1, 1, 28, 28), np.float32)), "an output masks"),
        (finder(boxes=np.zeros((1, 5), np.float32)), r"boxes \(1, 5\)"),
        (finder(scores=np.array([0.9, 0.8], np.float32)), r"scores \(2,\)"),
        (finder(masks=np.zeros((1, 28, 14), np.float32)), r"masks \(1, 28, 14\)"),
        (finder(masks=np.zeros((1, 7, 7), np.float32)), "7 x 7 cells"),
        (finder(masks=np.full((1, 28, 28), np.nan, np.float32)), "masks that are not finite"),
        (finder(scores=np.array([np.nan], np.float32)), "scores that are not finite"),
        (finder(boxes=np.array([[0, 0, np.inf, 9]], np.float32)), "boxes that are not finite"),
        (finder(scores=np.array([57], np.float32)), "scores go from 57"),
        (finder(masks=np.full((1, 28, 28), -4, np.float32)), "masks go from -4"),
        (finder(boxes=np.array([[0.1, 0.1, 0.5, 0.9]], np.float32)), "shares of the picture"),
        (finder(boxes=np.array([[0, 0, 9e6, 9e6]], np.float32)), "far outside"),
        (finder(classes=np.array([19], np.int64)), "of class 19, but weights.json names 19"),
        (finder(classes=np.array([-1], np.int64)), "of class -1"),
        (finder(nodes=[node("NoSuchOperator", ["image"], ["x"])]), "not a graph that onnxruntime"),
        (
            finder(
                boxes=np.tile(np.array([[9, 9, 99, 99]], np.float32), (1001, 1)),
                scores=np.full(1001, 0.5, np.float32),
                classes=np.zeros(1001, np.int64),
                masks=np.zeros((1001, 28, 28), np.float32),
            ),
            "1001 garments",
        ),
    ],
)
def test_what_a_graph_gives_is_looked_at(described, data: bytes, reason: str) -> None:
    with pytest.raises(WeightsError, match=reason) as caught:
        try_out(described(data))
    assert caught.value.hint


def computed(operator: bytes, *tensors: bytes) -> bytes:
    """A segmenter whose scores come from an operator."""
    constant = {
        "boxes": np.array([[40, 40, 200, 300]], np.float32),
        "classes": np.array([0], np.int64),
        "masks": np.full((1, 28, 28), 0.9, np.float32),
    }
    return model(
        graph(
            [operator],
            [*tensors, *(tensor(name, values) for name, values in constant.items())],
            [IMAGE, MIN_SCORE],
            [
                value("boxes", FLOAT, ("n", 4)),
                value("scores", FLOAT, ("n",)),
                value("classes", INT64, ("n",)),
                value("masks", FLOAT, ("n", 28, 28)),
            ],
        )
    )


def test_a_graph_that_fails_on_a_plain_picture_is_refused(described) -> None:
    # No picture of three planes is one number.
    reshape = node("Reshape", ["image", "one"], ["scores"])
    data = computed(reshape, tensor("one", np.array([1], np.int64)))
    with pytest.raises(WeightsError, match="fails on a plain picture"):
        try_out(described(data))


def test_a_graph_that_never_ends_is_ended(described) -> None:
    body = graph(
        [node("Identity", ["go"], ["on"]), node("Identity", ["x"], ["y"])],
        (),
        [value("i", INT64, ()), value("go", BOOL, ()), value("x", FLOAT, (1,))],
        [value("on", BOOL, ()), value("y", FLOAT, (1,))],
    )
    attributes = [graph_attribute("body", body)]
    loop = node("Loop", ["times", "", "one"], ["scores"], attributes=attributes)
    times = tensor("times", np.array(2**63 - 1, np.int64))
    data = computed(loop, times, tensor("one", np.array([0.5], np.float32)))
    with pytest.raises(WeightsError, match="more than 2 seconds"):
        try_in_child(described(data), seconds=2)


def test_a_graph_that_eats_all_memory_is_refused(described) -> None:
    # A trillion numbers.
    size = tensor("size", np.array([2**40], np.int64))
    fill = node("ConstantOfShape", ["size"], ["scores"])
    with pytest.raises(WeightsError) as caught:
        try_in_child(described(computed(fill, size)))
    assert caught.value.hint


def test_a_process_that_ends_without_an_answer_is_reported(described, monkeypatch) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(WeightsError, match="ends the process"):
        try_in_child(described(finder()))
