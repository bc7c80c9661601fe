"""Consumer-to-shop retrieval, by DeepFashion2's rules and on a tree in its format."""

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("detectron2")

import numpy as np
from click.testing import CliRunner

from model.training.cli import main
from model.training.measuring.retrieval import Item, Retrieval, Side, retrieve
from tests.support.deepfashion2 import convert_made, write_photo

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]

BOX = (10.0, 10.0, 40.0, 40.0)
OTHER_BOX = (60.0, 10.0, 40.0, 40.0)


def run(*arguments: str) -> str:
    result = CliRunner().invoke(main, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def at(*degrees: float) -> Any:
    """Unit vectors at these angles: the smaller the difference, the more alike."""
    angles = np.deg2rad(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def item(image: int, *, pair: int = 1, style: int = 1, **changes: Any) -> Item:
    return Item(
        **{"image_id": image, "box": BOX, "category": 1, "pair": pair, "style": style, **changes}
    )


def asked(user: list[Item], shop: list[Item], user_at: Any, shop_at: Any) -> Retrieval:
    return retrieve(Side(user, user, user_at), Side(shop, shop, shop_at))


def test_a_counterpart_has_the_same_pair_and_the_same_style() -> None:
    shop = [item(10, pair=2), item(11, style=2), item(12)]
    found = asked([item(1)], shop, at(0), at(1, 2, 3))
    assert found.places.tolist() == [2]
    assert found.summary()["top"] == {"1": 0, "5": 1, "10": 1, "15": 1, "20": 1}


def test_style_0_is_no_query_but_stands_in_the_gallery() -> None:
    found = asked([item(1, style=0), item(2)], [item(10, style=0), item(11)], at(0, 0), at(0, 9))
    assert len(found.queries) == 1
    assert found.places.tolist() == [1]
    assert found.gallery == 2


def test_what_no_shop_sells_is_no_query() -> None:
    found = asked([item(1), item(2, pair=5)], [item(10)], at(0, 0), at(0))
    assert len(found.queries) == 1
    assert found.without_counterpart == 1


def test_only_the_twenty_best_count() -> None:
    shop = [*(item(10 + n, pair=2) for n in range(20)), item(50)]
    found = asked([item(1)], shop, at(0), at(*range(21)))
    assert found.places.tolist() == [-1]


def test_the_best_scored_find_of_the_right_category_stands_for_a_query() -> None:
    user = [item(1)]
    finds = [
        item(1, style=0, score=0.5, box=(12.0, 10.0, 40.0, 40.0)),
        item(1, style=0, score=0.8),
        item(1, style=0, score=0.9, category=2),
    ]
    shop = [item(10), item(11, pair=2)]
    # The one at 40 degrees is like the right answer, the others like the wrong one.
    found = retrieve(Side(user, finds, at(0, 40, 0)), Side(shop, shop, at(40, 0)))
    assert found.places.tolist() == [0]
    assert found.missed == 0


def test_a_find_belongs_to_the_garment_that_it_overlaps_most() -> None:
    user = [item(1), item(1, style=2, box=OTHER_BOX)]
    finds = [item(1, style=0, box=OTHER_BOX)]
    shop = [item(10), item(11, style=2)]
    found = retrieve(Side(user, finds, at(0)), Side(shop, shop, at(90, 0)))
    assert found.places.tolist() == [-1, 0]
    assert found.missed == 1


def test_a_find_that_overlaps_nothing_stands_for_nothing() -> None:
    finds = [item(1, style=0, box=(200.0, 200.0, 10.0, 10.0))]
    found = retrieve(Side([item(1)], finds, at(0)), Side([item(10)], [item(10)], at(0)))
    assert found.missed == 1
    assert found.summary()["top"]["20"] == 0


@pytest.mark.parametrize(("shift", "place"), [(10.0, 0), (20.0, -1)])
def test_an_answer_has_to_lie_on_the_counterpart(shift: float, place: int) -> None:
    answer = item(10, style=0, box=(10.0 + shift, 10.0, 40.0, 40.0))
    found = retrieve(Side([item(1)], [item(1)], at(0)), Side([item(10)], [answer], at(0)))
    assert found.places.tolist() == [place]


def test_subsets_and_intervals_are_of_the_queries() -> None:
    user = [item(n, facts={"occlusion": 1 if n < 4 else 3}) for n in range(8)]
    shop = [item(10), item(11, pair=2)]
    found = asked(user, shop, at(*[0] * 4, *[90] * 4), at(0, 90))
    summary = found.summary(100)
    assert summary["subsets"]["occlusion: slight"]["top"]["1"] == 1
    assert summary["subsets"]["occlusion: heavy"]["top"]["1"] == 0
    low, high = summary["intervals"]["1"]
    assert low < summary["top"]["1"] == 0.5 < high


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Six pairs in the authors' format: each a user's photo and a shop's, and one thing apart."""
    split = tmp_path / "validation"
    for pair in range(1, 7):
        place = (20 + pair, 30, 80 + pair, 120)
        extra = (5, 130, 50, 175)
        write_photo(split, 2 * pair - 1, "user", pair, [(1, 1, place), (7, 0, extra)], occlusion=1)
        write_photo(split, 2 * pair, "shop", pair, [(1, 1, (30, 40, 95, 140))])
    return convert_made(split).parent.parent


def test_a_tree_in_the_authors_format_is_measured(tree: Path, tmp_path: Path) -> None:
    figures, results = tmp_path / "figures.json", tmp_path / "results.json"
    printed = run(
        "retrieve", "--data", str(tree), "--boxes", "annotated", "--json", str(figures),
        "--results", str(results),
    )  # fmt: skip
    assert "| annotated | 6 | 6 | 0 |" in printed
    assert "| occlusion: slight | 6 |" in printed
    top = json.loads(figures.read_text())["annotated"]["top"]
    # The cloth of a pair has stripes of its own colours, so even ImageNet's features know it.
    assert top["1"] > 0.5
    assert top["10"] == 1
    content = json.loads(results.read_text())
    # All that is on users' photos, of which what is not a query has no counterpart.
    assert sorted(entry["query_image_id"] for entry in content) == sorted([1, 3, 5, 7, 9, 11] * 2)
    assert len(content[0]["gallery_bbox"]) == len(content[0]["gallery_image_id"]) == 6
    assert content[0]["query_bbox"] == [21, 30, 81, 120]


def test_detected_boxes_are_searched_with_too(graph, tree: Path, tmp_path: Path) -> None:
    # The graph sees the photos at their own size and finds one garment in one place.
    path = graph(score_threshold=0.5)
    printed = run("retrieve", "--data", str(tree), "--onnx", str(path))
    rows = [line for line in printed.splitlines() if line.startswith("| detected")]
    assert rows[0].startswith("| detected | 6 | 6 | 0 |")
    assert "top-20, annotated | top-20, detected" in printed


def test_crops_of_boxes_are_compared_as_well(tree: Path) -> None:
    both = [
        run("retrieve", "--data", str(tree), "--boxes", "annotated", "--crops", how)
        for how in ("mask", "box")
    ]
    assert all("| annotated | 6 | 6 | 0 |" in printed for printed in both)


def test_a_data_set_without_pairs_is_named(photos: Path) -> None:
    result = CliRunner().invoke(
        main, ["retrieve", "--data", str(photos), "--dataset", "street_val"]
    )
    assert "street_val has 0 users' and 0 shops' photos" in str(result.exception)
