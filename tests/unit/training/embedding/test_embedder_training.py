"""The embedder learns which photos show the same garment, and the server can load it."""

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("detectron2")

import cv2
import numpy as np
import torch
from click.testing import CliRunner

from model.embedder import Embedder as ServedEmbedder
from model.likeness import COSINE_OF_STRANGERS
from model.training.cli import main
from model.training.data.datasets import load_coco
from model.training.embedding import embedder_training
from model.training.embedding.embedder import Embedder
from model.training.embedding.embedder_training import (
    CHECKPOINT,
    Pairs,
    Plan,
    contrast,
    found_again,
    lift,
    seen,
    train_embedder,
    vectors_of,
)
from model.training.embedding.sightings import grouped_sightings, parted, sightings_of, together
from model.training.exporting.weights import WEIGHTS
from tests.support.deepfashion2 import convert_made, write_photo

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


def run(*arguments: str) -> str:
    result = CliRunner().invoke(main, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight pairs in DeepFashion2's format."""
    split = tmp_path_factory.mktemp("validation")
    for pair in range(1, 9):
        write_photo(
            split,
            2 * pair - 1,
            "user",
            pair,
            [(1, 1, (25, 30, 85, 120)), (8, 0, (5, 130, 50, 175))],
        )
        write_photo(split, 2 * pair, "shop", pair, [(1, 1, (30, 40, 95, 140))])
    return convert_made(split).parent.parent


def records(tree: Path) -> list[dict[str, Any]]:
    return load_coco(tree / "deepfashion2" / "validation.json")


def test_a_garment_is_named_by_pair_and_style_and_style_0_by_nothing(tree: Path) -> None:
    groups = together(sightings_of(records(tree)))
    assert sorted(groups) == [f"{pair}/1" for pair in range(1, 9)]
    assert {sighting.side for sighting in groups["3/1"]} == {"user", "shop"}


def test_views_of_a_shops_style_belong_together(tmp_path: Path) -> None:
    images, annotations, groups = [], [], {}
    for number, name in enumerate(("one-a", "one-b", "two-a"), 1):
        cv2.imwrite(str(tmp_path / f"{name}.jpg"), np.full((60, 40, 3), 200, np.uint8))
        images.append({"id": number, "file_name": f"{name}.jpg", "height": 60, "width": 40})
        outline = [5, 5, 35, 5, 35, 55, 5, 55]
        box = [5, 5, 30, 50]
        annotations.append(
            {
                "id": number,
                "image_id": number,
                "category_id": 2,
                "bbox": box,
                "segmentation": [outline],
            }
        )
        style, view = name.split("-")
        groups.setdefault(style, {})[view] = [[f"{name}.jpg", box]]
    content = {"images": images, "annotations": annotations}
    (tmp_path / "train.json").write_text(json.dumps(content))
    (tmp_path / "groups.json").write_text(json.dumps(groups))
    found = together(grouped_sightings(tmp_path))
    assert list(found) == ["one"]
    assert [sighting.side for sighting in found["one"]] == ["a", "b"]


def test_photos_named_after_their_style_belong_together(photos: Path) -> None:
    single = [
        {**record, "annotations": record["annotations"][:1]}
        for record in load_coco(photos / "shop" / "train.json")
    ]
    single[1]["file_name"] = single[0]["file_name"].replace("-red", "-blue")
    assert list(together(sightings_of(single))) == ["style0"]


def test_styles_of_one_pair_stay_on_one_side() -> None:
    groups: dict[str, list[Any]] = {f"{p}/{s}": [] for p in range(40) for s in (1, 2)}
    learnt, aside = parted(groups)
    assert 0 < len(aside) < len(learnt)
    assert not {name.split("/")[0] for name in learnt} & {name.split("/")[0] for name in aside}


def test_a_step_draws_the_same_whenever_it_is_drawn(tree: Path) -> None:
    groups = together(sightings_of(records(tree)))
    plan = Plan(steps=3, garments=4)
    whole = list(Pairs(groups, plan))
    assert whole[0].shape == (8, 3, 224, 224)
    (last,) = list(Pairs(groups, plan, first=2))
    assert torch.equal(last, whole[2])
    assert not torch.equal(whole[1], whole[2])


def test_the_loss_is_least_where_the_same_garments_are_most_alike() -> None:
    right = torch.eye(4)
    good = contrast(torch.cat([right, right]))
    bad = contrast(torch.cat([right, right.roll(1, 0)]))
    assert good < 0.01 < bad


def test_lifting_keeps_the_order_and_brings_strangers_to_the_servers_scale(tree: Path) -> None:
    torch.manual_seed(3)
    groups = together(sightings_of(records(tree)))
    sightings = [one for garment in sorted(groups) for one in groups[garment]]
    model = Embedder(16)
    before = vectors_of(model, sightings)
    offset = lift(model, groups)
    after = vectors_of(model, sightings)
    np.testing.assert_allclose(np.linalg.norm(after, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(
        after @ after.T, before @ before.T * (1 - offset) + offset, atol=1e-5
    )
    assert found_again(after, groups) == found_again(before, groups)
    names = np.array([one.garment for one in sightings])
    strangers = names[:, None] != names
    median = np.median((after @ after.T)[strangers])
    assert offset == 0 or median == pytest.approx(COSINE_OF_STRANGERS, abs=1e-4)


def test_it_is_trained_exported_and_loaded_by_the_server(tree: Path, tmp_path: Path) -> None:
    shipped = {p.name: p.stat().st_mtime_ns for p in WEIGHTS.iterdir()}
    command = [
        "train-embedder", "--data", str(tree), "--dataset", "deepfashion2_validation",
        "--garments", "3", "--dimensions", "32", "--device", "cpu", "--rate", "0.002",
    ]  # fmt: skip
    whole = tmp_path / "whole"
    printed = run(*command, "--output", str(whole), "--steps", "2")
    assert "| this embedder |" in printed
    assert "| ImageNet's features |" in printed
    assert f"where-to-buy weights add NAME {whole / 'weights'}" in printed
    served = ServedEmbedder(whole / "weights")
    assert served.dimensions == 32
    assert (whole / "weights" / "embedder.onnx").stat().st_size < 25e6
    (one,) = served.embed([seen(next(sightings_of(records(tree))))])
    assert np.linalg.norm(one) == pytest.approx(1, abs=1e-4)

    result = CliRunner().invoke(main, [*command, "--output", str(whole), "--steps", "2"])
    assert "holds a training run already" in str(result.exception)
    assert shipped == {p.name: p.stat().st_mtime_ns for p in WEIGHTS.iterdir()}


def test_an_interrupted_run_comes_to_the_same_weights(
    tree: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedder_training, "_CHECKPOINT_PERIOD", 1)
    groups = together(sightings_of(records(tree)))
    plan = Plan(dimensions=16, steps=2, garments=2, rate=0.002)
    steps = [Pairs(groups, plan).drawn(step)[0] for step in (0, 1)]
    first, second = ({one.file_name for pair in pairs for one in pair} for pairs in steps)
    gone = Path(min(second - first))
    states = []
    for name in ("interrupted", "whole"):
        output = tmp_path / name
        output.mkdir()
        if name == "interrupted":
            hidden = gone.rename(tmp_path / gone.name)
            with pytest.raises(ValueError, match=gone.name):
                train_embedder(groups, plan, output)
            hidden.rename(gone)
            assert torch.load(output / CHECKPOINT, weights_only=True)["step"] == 1
        model = train_embedder(groups, plan, output, resume=name == "interrupted")
        states.append(model.state_dict())
    for name, tensor in states[0].items():
        torch.testing.assert_close(tensor, states[1][name])


def test_nothing_seen_twice_is_said(photos: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(
        main,
        [
            "train-embedder",
            "--data",
            str(photos),
            "--dataset",
            "street_val",
            "--output",
            str(tmp_path),
        ],
    )
    assert "0 garments of street_val were seen on two photos" in str(result.exception)
