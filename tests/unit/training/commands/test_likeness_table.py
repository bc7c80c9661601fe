"""What a similarity means is read off pairs of which it is known what they have in common."""

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("detectron2")

from click.testing import CliRunner

from model.categories import Kind
from model.colours import Colour
from model.training.cli import main
from model.training.commands.likeness import Shown, compared, table
from tests.unit.training.conftest import write_source

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]
NAVY, RED = (Colour("navy", "#202040", 1.0),), (Colour("red", "#c02020", 1.0),)


def test_a_pair_counts_for_the_closest_thing_it_has_in_common() -> None:
    query = Shown(["a"], ["a1"], [Kind.TOP], [NAVY], np.eye(1, 4, dtype=np.float32))
    gallery = Shown(
        ["a", "a", "b", "c", "d"],
        ["a1", "a2", "b1", "c1", "d1"],
        [Kind.TOP, Kind.TOP, Kind.TOP, Kind.TOP, Kind.BOTTOM],
        [NAVY, RED, NAVY, RED, NAVY],
        np.eye(4, dtype=np.float32)[[0, 0, 0, 1, 2]],
    )
    values, relations = compared(query, gallery)
    # Its own photo is no pair.
    assert np.isnan(values).tolist() == [[True, False, False, False, False]]
    assert relations[0, 1:].tolist() == [0, 1, 2, 3]
    rows = table(values, relations).splitlines()
    assert rows[2] == "| from 0.75 | 1 | 0.00 | 1.00 | 0.00 | 0.00 |"
    assert rows[3] == "| from 0.5 | 1 | 1.00 | 0.00 | 0.00 | 0.00 |"
    assert sum(int(row.split("|")[2]) for row in rows[2:]) == 4
    nearest = table(values, relations, most=1).splitlines()
    assert sum(int(row.split("|")[2]) for row in nearest[2:]) == 1


def test_one_command_says_what_the_words_mean(tmp_path: Path) -> None:
    write_source(tmp_path / "madison", "train", ["s2a.jpg", "s2b.jpg"])
    write_source(tmp_path / "luma", "train", ["t1-red.jpg"])
    shop = json.loads((tmp_path / "luma" / "train.json").read_text())
    # A product photo has one garment that is sold.
    shop["annotations"] = shop["annotations"][:1]
    (tmp_path / "luma" / "train.json").write_text(json.dumps(shop))
    content = json.loads((tmp_path / "madison" / "train.json").read_text())
    tops = [a for a in content["annotations"] if a["category_id"] == 2]
    # Of a style that is never learnt from.
    views = {"f": [["photos/s2a.jpg", tops[0]["bbox"]]], "b": [["photos/s2b.jpg", tops[1]["bbox"]]]}
    (tmp_path / "madison" / "groups.json").write_text(json.dumps({"s2": views}))
    result = CliRunner().invoke(main, ["likeness", "--data", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "2 garments, each with 3" in result.output
    rows = [row for row in result.output.splitlines() if row.startswith("| from")]
    # Each with the other view and with the product, among the ten most similar and among all.
    assert sum(int(row.split("|")[2]) for row in rows) == 2 * 2 * 2
