"""A layer on what a frozen network sees learns which garments are the same, and is exported."""

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
from model.training.commands.fit_embedder import found_at
from model.training.data.datasets import load_coco
from model.training.embedding import descriptions
from model.training.embedding.descriptions import describe
from model.training.embedding.garment_head import Plan, contrast, discriminants, fit, lifted_by
from model.training.embedding.garment_views import SIZE, Tile, changed, plain
from model.training.embedding.lessons import Lesson, is_put_aside, lessons_of
from model.training.exporting.weights import WEIGHTS

pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore::UserWarning"),
]

PLAN = Plan(dimensions=4, steps=0)


def views(random: np.random.Generator, garments: int = 40, each: int = 4) -> tuple[Any, list[str]]:
    """Garments that differ in four numbers, under twenty others that differ by view."""
    kinds = np.repeat(random.normal(size=(garments, 4)), each, axis=0)
    noise = random.normal(size=(garments * each, 20)) * 0.6
    values = np.hstack([kinds + random.normal(size=kinds.shape) * 0.1, noise])
    turned = values @ np.linalg.qr(random.normal(size=(24, 24)))[0]
    return turned.astype(np.float32), [str(g) for g in range(garments) for _ in range(each)]


def first(vectors: Any, garments: list[str]) -> float:
    names = np.array(garments)
    every = np.ones(len(names), bool)
    photos = np.arange(len(names))
    return float((found_at(vectors, names, photos, every, every) < 1).mean())


def test_discriminants_keep_what_tells_garments_apart() -> None:
    values, garments = views(np.random.default_rng(1))
    plain_vectors = values / np.linalg.norm(values, axis=1, keepdims=True)
    layer = discriminants(values, garments, 4)
    kept = values @ layer
    kept /= np.linalg.norm(kept, axis=1, keepdims=True)
    assert layer.shape == (24, 4)
    assert first(plain_vectors, garments) < 0.5
    assert first(kept, garments) > 0.85


def test_a_layer_holds_for_garments_it_has_not_seen() -> None:
    values, garments = views(np.random.default_rng(2), garments=80)
    head = fit(values[:160], garments[:160], garments[:160], PLAN)
    unseen = head(values[160:])
    np.testing.assert_allclose(np.linalg.norm(unseen, axis=1), 1, atol=1e-5)
    assert first(unseen, garments[160:]) > 0.8


def test_contrast_goes_on_from_there_the_same_each_time() -> None:
    values, garments = views(np.random.default_rng(3))
    plan = Plan(dimensions=4, steps=20, garments=20)
    one, again = (fit(values, garments, garments, plan) for _ in range(2))
    np.testing.assert_array_equal(one.weight, again.weight)
    assert not np.allclose(one.weight, fit(values, garments, garments, PLAN).weight)
    assert first(one(values), garments) > 0.85


def test_another_colour_of_a_style_counts_less_than_another_garment() -> None:
    vectors = torch.nn.functional.normalize(torch.tensor([[1, 0.1], [1, 0], [1, 0.2], [1, 0.3]]))
    garments = torch.tensor([0, 0, 1, 1])
    strangers, colours = (
        float(contrast(vectors, garments, torch.tensor(styles), Plan()))
        for styles in ([0, 0, 1, 1], [0, 0, 0, 0])
    )
    assert colours < strangers


def test_strangers_of_a_kind_are_lifted_to_the_servers_scale() -> None:
    vectors = np.linalg.qr(np.random.default_rng(4).normal(size=(8, 8)))[0]
    offset = lifted_by(vectors, np.arange(8), np.zeros(8))
    assert offset == pytest.approx(COSINE_OF_STRANGERS)
    assert lifted_by(vectors, np.zeros(8), np.zeros(8)) == offset  # nobody is a stranger


def test_a_garment_is_found_at_the_place_of_the_best_of_its_other_photos() -> None:
    vectors = np.array([[1, 0], [0.8, 0.6], [0.9, 0.436], [0, 1]], np.float32)
    garments, photos = np.array(["a", "b", "c", "a"]), np.array([0, 1, 2, 3])
    asked = np.array([True, False, False, False])
    every = np.ones(4, bool)
    assert found_at(vectors, garments, photos, asked, every).tolist() == [2]
    # What is on the same photo is not compared.
    assert found_at(vectors, garments, np.array([0, 0, 2, 3]), asked, every).tolist() == [1]
    assert found_at(vectors, garments, None, asked, every).tolist() == [0]


@pytest.fixture
def tile() -> Tile:
    rgb = np.full((120, 90, 3), 40, np.uint8)
    rgb[20:100, 20:70] = (200, 30, 30)
    mask = np.zeros((120, 90), bool)
    mask[20:100, 20:70] = True
    found = Tile.of(rgb, mask)
    assert found is not None
    return found


def test_a_garment_as_it_is_lies_on_white(tile: Tile) -> None:
    picture = plain(tile)
    assert picture is not None
    assert picture.shape == (SIZE, SIZE, 3)
    assert tuple(picture[0, 0]) == (255, 255, 255)
    np.testing.assert_allclose(picture[SIZE // 2, SIZE // 2], (200, 30, 30), atol=2)


def test_each_changed_view_differs_and_still_shows_the_garment(tile: Tile) -> None:
    found = [changed(tile, np.random.default_rng(number)) for number in range(12)]
    again = changed(tile, np.random.default_rng(3))
    assert all(picture is not None for picture in found)
    np.testing.assert_array_equal(found[3], again)
    assert len({picture.tobytes() for picture in found if picture is not None}) == 12
    for picture in found:
        assert picture is not None
        cloth = (picture.min(axis=2) < 250).mean()
        assert 0.05 < cloth < 0.95


def test_an_empty_mask_has_no_view() -> None:
    assert Tile.of(np.zeros((50, 50, 3), np.uint8), np.zeros((50, 50), bool)) is None


def lessons(photos: Path) -> list[Lesson]:
    return list(lessons_of(load_coco(photos / "shop" / "train.json")))


def test_a_products_photos_have_its_name_and_style(tmp_path: Path) -> None:
    images, annotations = [], []
    names = ("mh1-red_main", "mh1-red_back", "mh1-blue_main", "0001")
    for number, name in enumerate(names, 1):
        images.append({"id": number, "file_name": f"images/{name}.jpg", "height": 9, "width": 9})
        outline = [1, 1, 8, 1, 8, 8, 1, 8]
        annotations += [
            {
                "id": 10 * number + copy,
                "image_id": number,
                "category_id": 2,
                "bbox": [1, 1, 7, 7],
                "segmentation": [outline],
            }
            for copy in range(2 if name == "0001" else 1)
        ]
    path = tmp_path / "shop" / "train.json"
    path.parent.mkdir()
    path.write_text(json.dumps({"images": images, "annotations": annotations}))
    found = list(lessons_of(load_coco(path)))
    assert [lesson.sighting.garment for lesson in found[:3]] == [
        "shop/mh1-red", "shop/mh1-red", "shop/mh1-blue",
    ]  # fmt: skip
    assert {lesson.style for lesson in found[:3]} == {"shop/mh1"}
    assert len({lesson.sighting.garment for lesson in found}) == 4
    assert len({lesson.style for lesson in found}) == 3


def test_half_of_the_styles_are_put_aside() -> None:
    aside = sum(is_put_aside(f"style{number}") for number in range(400))
    assert 150 < aside < 250


def test_what_was_seen_is_not_looked_at_again(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(descriptions, "_PART", 2)
    known = lessons(photos)[:4]
    looks: list[int] = []

    def look(pictures: Any) -> Any:
        looks.append(len(pictures))
        return pictures.mean(axis=(2, 3))

    whole = describe(known, look, 2, tmp_path)
    assert len(whole.described) == 3 * len(known)
    assert whole.views.tolist() == [0, 1, 2] * len(known)
    assert whole.lessons.tolist() == sorted(list(range(len(known))) * 3)
    next(iter(sorted(tmp_path.glob("*.npz")))).unlink()
    seen = sum(looks)
    again = describe(known, look, 2, tmp_path)
    np.testing.assert_array_equal(again.described, whole.described)
    assert sum(looks) == seen + 6


def test_it_is_fitted_exported_and_served_with_the_features_before_it(
    photos: Path, tmp_path: Path
) -> None:
    result = CliRunner().invoke(
        main,
        [
            "fit-embedder", "--data", str(photos), "--products", "shop_train",
            "--worn", "street_train", "--output", str(tmp_path),
            "--views", "1", "--dimensions", "16", "--steps", "2",
        ],
        catch_exceptions=False,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "| changed views |" in result.output
    served = ServedEmbedder(tmp_path / "weights")
    assert (served.dimensions, served.feature_dimensions) == (16, 1280)
    picture = np.asarray(cv2.resize(np.eye(40, dtype=np.uint8) * 200, (90, 120)))
    crop = np.dstack([picture] * 3)
    (vector,), (features,) = served.embed([crop]), served.features([crop])
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-3)
    (before,) = ServedEmbedder(WEIGHTS).features([crop])
    np.testing.assert_allclose(features, before, atol=1e-4)
