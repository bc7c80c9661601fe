"""The layer that tells garments from other things is learnt, measured and shipped."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("detectron2")

from click.testing import CliRunner

from model.embedder import Embedder
from model.segmenter import Segmenter
from model.training.classifiers.verifier import EVERYTHING, Finds, Rule, collect, export, fit
from model.training.cli import main
from model.training.commands.train_verifier import report
from model.training.data.datasets import load_coco
from model.training.data.empty import load_empty
from model.verifier import Verifier
from model.verifier import features as features_of

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]


def finds(**changes: object) -> Finds:
    """Return four finds on three photos; the second find of the first is sure."""
    given = {
        "features": np.eye(4, dtype=np.float32),
        "scores": np.array([0.5, 0.95, 0.5, 0.8], np.float32),
        "answers": np.array([1, 1, 0, 0]),
        "photos": np.array([0, 0, 1, 2]),
        "annotated": np.array([2, 0, 0]),
    }
    return Finds(**{**given, **changes})


@pytest.fixture
def data(photos: Path, tmp_path: Path) -> Path:
    """The photos, and a folder of pictures that show nothing."""
    folder = tmp_path / "data"
    folder.mkdir()
    for source in photos.iterdir():
        (folder / source.name).symlink_to(source)
    (folder / "everyday").mkdir()
    for number in range(8):
        picture = np.full((90, 120, 3), 25 * number, np.uint8)
        cv2.circle(picture, (60, 45), 30, (0, 200, 10 * number), -1)
        cv2.imwrite(str(folder / "everyday" / f"{number}.png"), picture)
    return folder


def test_a_find_passes_by_its_own_likelihood_or_by_a_sure_one_beside_it() -> None:
    likely = np.array([0.1, 0.1, 0.9, 0.1])
    rule = Rule(trusted_score=0.9, least=0.5)
    assert finds().shown(likely, rule, 0.4).tolist() == [True, True, True, False]
    assert finds().shown(likely, rule, 0.7).tolist() == [False, True, False, False]
    assert finds().shown(likely, EVERYTHING, 0.4).all()


def test_finds_of_several_data_sets_keep_their_photos_apart() -> None:
    both = Finds.joined([finds(), finds()])
    assert both.photos.tolist() == [0, 0, 1, 2, 3, 3, 4, 5]
    assert len(both.annotated) == 6
    assert both.features.shape == (8, 4)


def test_what_fits_no_annotation_teaches_nothing(data: Path, graph) -> None:
    segmenter = Segmenter(graph().parent)
    embedder = Embedder()
    records = load_coco(data / "street" / "train.json")
    worn = collect(records, segmenter, embedder)
    assert set(worn.answers.tolist()) <= {1, -1}
    assert worn.annotated.sum() == sum(len(record["annotations"]) for record in records)
    empty = collect(load_empty(data / "everyday"), segmenter, embedder)
    assert empty.answers.tolist() == [0] * 8
    assert empty.features.shape == (8, embedder.feature_dimensions)
    assert not empty.annotated.any()
    none = collect(records, segmenter, embedder, least=0.99)
    assert none.features.shape == (0, embedder.feature_dimensions)


def test_the_layer_learns_what_tells_them_apart_and_ignores_the_unknown() -> None:
    random = np.random.default_rng(3)
    features = random.normal(size=(300, 6)).astype(np.float32)
    answers = (features[:, 2] > 0).astype(int)
    # Were these learnt, they would teach the opposite.
    answers[:40] = np.where(features[:40, 2] > 0, -1, answers[:40])
    layer = fit(features, answers, penalty=1e-4)
    fresh = random.normal(size=(200, 6)).astype(np.float32)
    right = (layer.probabilities(fresh) > 0.5) == (fresh[:, 2] > 0)
    assert right.mean() > 0.95
    assert (
        fit(features, answers, penalty=1e-4).probabilities(fresh) == layer.probabilities(fresh)
    ).all()


def test_what_is_shipped_says_what_was_learnt(graph) -> None:
    folder = graph().parent
    embedder = Embedder()
    random = np.random.default_rng(1)
    features = random.normal(size=(60, embedder.feature_dimensions)).astype(np.float32)
    layer = fit(features, (features[:, 0] > 0).astype(int), penalty=0.01)
    export(layer, Rule(0.9, 0.25), folder)
    entry = json.loads((folder / "weights.json").read_text())["verifier"]
    assert (entry["trusted_score"], entry["least"]) == (0.9, 0.25)
    loaded = Verifier.of_weights(embedder, folder)
    assert loaded is not None
    picture = random.integers(0, 255, (200, 200, 3)).astype(np.uint8)
    found = Segmenter(folder).segment(picture)
    expected = layer.probabilities(features_of(picture, found, embedder))
    np.testing.assert_allclose(loaded.probabilities(picture, found), expected, atol=1e-4)


def test_recall_and_false_alarms_stand_in_one_table() -> None:
    class Certain:
        def probabilities(self, features):
            return np.array([0.9, 0.9, 0.1, 0.9])[: len(features)]

    empty = finds(annotated=np.array([0, 0, 0]), answers=np.zeros(4, int))
    rule = Rule(0.99, 0.5)
    table = report(["worn", "empty"], [finds(), empty], Certain(), rule, 0.4).splitlines()
    assert table[2] == "| worn | 3 | 1.000 | 1.000 |  |  |  |  |"
    assert table[3] == "| empty | 3 |  |  | 100.0 | 66.7 | 66.7 | 66.7 |"


def test_one_command_trains_measures_and_ships(data: Path, graph) -> None:
    folder, weak = graph().parent, graph("weak", score=0.7).parent
    options = ["--data", str(data), "--weights", str(folder), "--weak", str(weak)]
    options += ["--worn", "street_train", "--worn", "single_index@fit"]
    options += ["--empty", "everyday_photos@fit"]
    options += ["--measure", "everyday_photos@held_out", "--measure", "street_val"]
    result = CliRunner().invoke(main, ["train-verifier", *options])
    assert result.exit_code == 0, result.output
    # Four of the eight pictures are learnt from, with the finds of both sets of weights.
    assert "garments and 8 other things" in result.output
    assert "| everyday_photos@held_out | 2 |" in result.output
    assert Verifier.of_weights(Embedder(), folder) is not None
