"""Weights from elsewhere are described in our terms, and refused with what is wrong."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.categories import CATEGORIES
from model.errors import WeightsError
from model.segmenter import Segmenter
from model.weight_files import intake
from model.weight_files.intake import (
    in_our_categories,
    printable,
    read_class_names,
    take_in,
)
from model.weight_files.trial import try_out
from model.weights_description import SHIPPED, load_description
from server.hints import hint_of
from tests.support.onnx_files import FLOAT, external_tensor, finder, graph, model, node, value

NAMES = [category.name for category in CATEGORIES]


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    folder = tmp_path / "draft"
    folder.mkdir()
    return folder


@pytest.fixture
def offered(tmp_path: Path):
    """Writes an ONNX file and gives its path."""

    def write(data: bytes) -> Path:
        path = tmp_path / "other.onnx"
        path.write_bytes(data)
        return path

    return write


@pytest.fixture
def tried_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The trial is in this process: one of its own imports for half a second."""
    monkeypatch.setattr(intake, "try_in_child", try_out)


def test_the_weights_that_ship_pass_their_own_trial(draft: Path) -> None:
    trial = take_in(draft, SHIPPED)
    assert trial.milliseconds > 0
    taken = load_description(draft)
    assert taken.fingerprint == load_description().fingerprint
    assert taken.embedder_folder == draft


def test_a_bare_file_with_its_class_names_is_served(draft: Path, offered, tried_here) -> None:
    two = finder(
        boxes=np.array([[40, 40, 200, 300], [300, 40, 420, 300]], np.float32),
        scores=np.array([0.9, 0.8], np.float32),
        classes=np.array([1, 0], np.int64),
        masks=np.full((2, 28, 28), 0.9, np.float32),
    )
    trial = take_in(
        draft,
        offered(two),
        classes=["skirt", "pants"],
        mapping={"pants": "trousers"},
        changes={"short_side": 400, "score_threshold": 0.6},
    )
    assert trial.found == 6  # two in each of three pictures
    garments = Segmenter(draft).segment(np.zeros((400, 600, 3), np.uint8))
    assert [garment.category.name for garment in garments] == ["trousers", "skirt"]
    assert load_description(draft).embedder_folder == SHIPPED


def test_a_graph_without_a_least_score_is_served_too(draft: Path, offered, tried_here) -> None:
    pixels = value("pixels", FLOAT, (3, "h", "w"))
    take_in(draft, offered(finder(inputs=[pixels])), classes=["skirt"])
    assert load_description(draft).segmenter.input == "pixels"
    segmenter = Segmenter(draft)
    assert len(segmenter.segment(np.zeros((400, 600, 3), np.uint8))) == 1
    assert segmenter.segment(np.zeros((400, 600, 3), np.uint8), min_score=0.95) == []


def test_classes_that_are_left_out_are_not_found(draft: Path, offered, tried_here) -> None:
    data = finder(classes=np.array([1], np.int64))
    take_in(draft, offered(data), classes=["skirt", "bag"], mapping={"bag": ""})
    assert Segmenter(draft).segment(np.zeros((400, 600, 3), np.uint8)) == []


def test_other_weights_have_another_fingerprint(
    draft: Path, offered, segmenter: Segmenter, tried_here
) -> None:
    take_in(draft, offered(finder()), classes=NAMES)
    assert Segmenter(draft).fingerprint != segmenter.fingerprint


def test_the_same_file_with_other_names_has_another_fingerprint(
    tmp_path: Path, offered, tried_here
) -> None:
    prints = set()
    for name in ("skirt", "trousers"):
        folder = tmp_path / name
        folder.mkdir()
        take_in(folder, offered(finder()), classes=[name])
        prints.add(load_description(folder).segmenter.fingerprint)
    assert len(prints) == 2


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"not a graph", "not an ONNX file"),
        (b"PK\x03\x04", "PyTorch checkpoint"),
        (
            model(graph(tensors=[external_tensor("boxes", "../../../etc/passwd")])),
            "tensors in other files",
        ),
        (
            model(graph([node("Steal", [], ["x"], domain="com.evil")]), ("", "com.evil")),
            "operators that are not part of onnxruntime",
        ),
        # Sound as a file, and refused when it runs.
        (finder(classes=np.array([19], np.int64)), "of class 19, but weights.json names 19"),
    ],
)
def test_a_wrong_file_is_refused_with_what_is_wrong(
    draft: Path, offered, tried_here, data: bytes, reason: str
) -> None:
    with pytest.raises(WeightsError, match=reason) as caught:
        take_in(draft, offered(data), classes=NAMES)
    assert caught.value.hint


def test_a_folder_whose_file_is_another_is_refused(tmp_path: Path, draft: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "segmenter.onnx").write_bytes(finder())
    described = json.loads((SHIPPED / "weights.json").read_text())
    (source / "weights.json").write_text(json.dumps({"segmenter": described["segmenter"]}))
    with pytest.raises(WeightsError, match="SHA-256"):
        take_in(draft, source)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"segmenter": 1}', "[" * 100_000])
def test_a_folder_without_a_description_is_refused(tmp_path: Path, draft: Path, text: str) -> None:
    (tmp_path / "weights.json").write_text(text)
    with pytest.raises(WeightsError, match=r"weights\.json") as caught:
        take_in(draft, tmp_path)
    assert "docs/weights.md" in caught.value.hint


def test_a_description_cannot_reach_out_of_its_folder(tmp_path: Path, draft: Path) -> None:
    (tmp_path / "secret.onnx").write_bytes(finder())
    source = tmp_path / "source"
    source.mkdir()
    entry: dict[str, Any] = {"file": "../secret.onnx", "categories": NAMES}
    (source / "weights.json").write_text(json.dumps({"segmenter": entry}))
    with pytest.raises(WeightsError, match="cannot be read"):
        take_in(draft, source)


def test_what_is_not_a_file_is_refused_without_waiting(tmp_path: Path, draft: Path) -> None:
    os.mkfifo(tmp_path / "pipe.onnx")
    with pytest.raises(WeightsError, match="is not a file"):
        take_in(draft, tmp_path / "pipe.onnx", classes=NAMES)


def test_a_file_that_is_too_big_is_refused_before_it_is_kept(
    draft: Path, offered, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert intake.LARGEST_FILE == 2**30
    monkeypatch.setattr(intake, "LARGEST_FILE", 2**20)  # a gigabyte is long to read
    path = offered(bytes(2**20 + 1))
    with pytest.raises(WeightsError, match="too big"):
        take_in(draft, path, classes=NAMES)
    assert list(draft.iterdir()) == []


def test_a_field_that_cannot_be_is_named(draft: Path, offered) -> None:
    with pytest.raises(WeightsError, match=r"segmenter\.short_side"):
        take_in(draft, offered(finder()), classes=NAMES, changes={"short_side": 5})


def test_an_embedder_of_another_kind_is_refused(tmp_path: Path, draft: Path, tried_here) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "segmenter.onnx").write_bytes(finder())
    shutil.copy(SHIPPED / "embedder.onnx", source)
    embedder = json.loads((SHIPPED / "weights.json").read_text())["embedder"]
    segmenter = {
        "file": "segmenter.onnx",
        "categories": NAMES,
        "short_side": 400,
        "max_side": 600,
        "score_threshold": 0.5,
    }
    content = {"segmenter": segmenter, "embedder": embedder | {"dimensions": 512}}
    (source / "weights.json").write_text(json.dumps(content))
    with pytest.raises(WeightsError, match="512"):
        take_in(draft, source)


class TestCategories:
    def test_names_of_ours_stay(self) -> None:
        assert in_our_categories(["skirt", "vest"], {}) == ["skirt", "vest"]

    def test_other_names_are_translated_or_left_out(self) -> None:
        names = ["shirt", "bag", None, "skirt"]
        mapping = {"shirt": "long sleeve top", "bag": ""}
        assert in_our_categories(names, mapping) == ["long sleeve top", None, None, "skirt"]

    def test_a_name_nobody_explains_is_refused_with_the_way_out(self) -> None:
        with pytest.raises(WeightsError, match=r"2 of 3 classes .* 'glove', 'shirt'") as caught:
            in_our_categories(["shirt", "glove", "skirt"], {})
        assert "--map 'glove=long sleeve top'" in hint_of(caught.value)
        assert "sling dress" in caught.value.hint

    @pytest.mark.parametrize(
        ("names", "mapping", "reason"),
        [
            (None, {}, "not known"),
            ([], {}, "not known"),
            ("skirt", {}, "not known"),
            ([1, 2], {}, "not known"),
            (["skirt"] * 1001, {}, "not known"),
            (["skirt"], {"hat": "vest"}, "No class is called 'hat'"),
            (["shirt"], {"shirt": "cap"}, "'cap' is none of the 19"),
            (["hat"], {"hat": ""}, "No class is left"),
        ],
    )
    def test_a_list_that_cannot_be_is_refused(
        self, names: object, mapping: dict[str, str], reason: str
    ) -> None:
        with pytest.raises(WeightsError, match=reason) as caught:
            in_our_categories(names, mapping)
        assert caught.value.hint

    @pytest.mark.parametrize("text", ["skirt\n\n  vest \n", '["skirt", "vest"]'])
    def test_names_are_read_from_lines_or_json(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "names").write_text(text)
        assert read_class_names(tmp_path / "names") == ["skirt", "vest"]

    @pytest.mark.parametrize("text", ["[", "[1]", "[" * 100_000])
    def test_broken_json_is_refused(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "names").write_text(text)
        with pytest.raises(WeightsError, match="names"):
            read_class_names(tmp_path / "names")


def test_what_a_terminal_would_obey_is_not_printed() -> None:
    assert printable("\x1b[31mred\x07\u202eevil\n") == "?[31mred??evil?"
    assert printable("a skirt, 치마") == "a skirt, 치마"
