"""Weights are run only when they are what their description says."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model.categories import CATEGORIES
from model.embedder import Embedder
from model.errors import WeightsError
from model.segmenter import Segmenter
from model.weights_description import SHIPPED, load_description


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    """A copy of the shipped weights, to be spoiled."""
    folder = tmp_path / "weights"
    shutil.copytree(SHIPPED, folder)
    return folder


def rewrite(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    path = folder / "weights.json"
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))


def test_the_shipped_weights_are_described_and_verified() -> None:
    description = load_description()
    assert set(description.segmenter.categories) == {category.name for category in CATEGORIES}
    assert (description.embedder.dimensions, description.embedder.features) == (256, 1280)
    assert len(description.fingerprint) == 16


def test_a_copy_has_the_same_fingerprint(weights: Path, segmenter: Segmenter) -> None:
    assert load_description(weights).fingerprint == load_description().fingerprint
    assert Segmenter(weights).fingerprint == segmenter.fingerprint


def test_another_way_of_serving_has_another_fingerprint(weights: Path) -> None:
    rewrite(weights, lambda content: content["segmenter"].update(short_side=512))
    assert (
        load_description(weights).segmenter.fingerprint != load_description().segmenter.fingerprint
    )
    assert load_description(weights).embedder.fingerprint == load_description().embedder.fingerprint


def test_a_set_may_do_without_a_verifier(weights: Path) -> None:
    assert load_description(weights).verifier is not None
    rewrite(weights, lambda content: content.pop("verifier"))
    assert load_description(weights).verifier is None


@pytest.mark.parametrize(("part", "load"), [("segmenter", Segmenter), ("embedder", Embedder)])
def test_one_changed_byte_is_noticed(weights: Path, part: str, load: type) -> None:
    path = weights / f"{part}.onnx"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(WeightsError, match="SHA-256") as caught:
        load(weights)
    assert caught.value.hint


@pytest.mark.parametrize(("part", "load"), [("segmenter", Segmenter), ("embedder", Embedder)])
def test_a_missing_file_is_named(weights: Path, part: str, load: type) -> None:
    (weights / f"{part}.onnx").unlink()
    with pytest.raises(WeightsError, match=f"{part}.onnx"):
        load(weights)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"weights\.json"):
        load_description(tmp_path / "nowhere")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"segmenter": {}}', "\udcff"])
def test_a_broken_description_is_refused(weights: Path, text: str) -> None:
    (weights / "weights.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(WeightsError, match=r"weights\.json"):
        load_description(weights)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("file", "../segmenter.onnx"),
        ("file", "/etc/passwd"),
        ("sha256", "abc"),
        ("short_side", 0),
        ("short_side", "wide"),
        ("score_threshold", 1.5),
        ("categories", []),
        ("categories", ["watch"]),
        ("categories", [None]),
        ("categories", [1]),
        ("score_thresholds", {"watch": 0.5}),
        ("score_thresholds", {"belt": 1.5}),
    ],
)
def test_a_field_that_cannot_be_is_named(weights: Path, field: str, value: object) -> None:
    rewrite(weights, lambda content: content["segmenter"].update({field: value}))
    with pytest.raises(WeightsError, match=f"segmenter.{field}"):
        load_description(weights)


def test_a_file_that_is_not_a_graph_is_refused(weights: Path) -> None:
    (weights / "segmenter.onnx").write_bytes(b"not a graph")
    digest = hashlib.sha256(b"not a graph").hexdigest()
    rewrite(weights, lambda content: content["segmenter"].update(sha256=digest))
    with pytest.raises(WeightsError, match="onnxruntime"):
        Segmenter(weights)


def test_another_graph_is_refused(weights: Path) -> None:
    def swap(content: dict[str, Any]) -> None:
        one, other = content["segmenter"], content["embedder"]
        for key in ("file", "sha256"):
            one[key], other[key] = other[key], one[key]

    rewrite(weights, swap)
    with pytest.raises(WeightsError, match="another graph"):
        Segmenter(weights)
    with pytest.raises(WeightsError, match="another graph"):
        Embedder(weights)


@pytest.mark.parametrize(("part", "load"), [("segmenter", Segmenter), ("embedder", Embedder)])
def test_another_name_of_the_input_is_refused(weights: Path, part: str, load: type) -> None:
    rewrite(weights, lambda content: content[part].update(input="pixels"))
    with pytest.raises(WeightsError, match="pixels"):
        load(weights)


def test_another_size_of_crops_is_refused(weights: Path) -> None:
    rewrite(weights, lambda content: content["embedder"].update(size=160))
    with pytest.raises(WeightsError, match="another graph"):
        Embedder(weights)


@pytest.mark.parametrize("of", ["dimensions", "features"])
def test_another_length_of_vectors_is_refused(weights: Path, of: str) -> None:
    rewrite(weights, lambda content: content["embedder"].update({of: 512}))
    with pytest.raises(WeightsError, match="512"):
        Embedder(weights)
