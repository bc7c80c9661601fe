"""Patterns are named where they are sure, and only then."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from model.errors import WeightsError
from model.pattern_names import PATTERNS
from model.patterns import Patterns, as_input
from model.weights_description import SHIPPED


@pytest.fixture(scope="module")
def patterns() -> Patterns:
    return Patterns()


def shirt(cloth: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A crop in the shape of a shirt, cut from 320 x 320 x 3 of cloth."""
    crop = np.dstack([cloth, np.zeros(cloth.shape[:2], np.uint8)])
    crop[20:300, 90:230, 3] = crop[30:120, 20:300, 3] = 255
    return crop


def striped() -> NDArray[np.uint8]:
    rows = (np.arange(320) // 10 % 2)[:, None, None]
    folds = 1 + 0.08 * np.sin(np.arange(320) / 23)[None, :, None]
    cloth = np.where(rows == 0, (232, 230, 225), (32, 40, 70)) * folds
    noise = np.random.default_rng(1).normal(0, 4, (320, 320, 3))
    return (cloth + noise).clip(0, 255).astype(np.uint8)


def checked() -> NDArray[np.uint8]:
    across, down = np.arange(320) // 13 % 2, np.arange(320) // 13 % 2
    amount = (across[None, :] + down[:, None])[:, :, None] / 2
    cloth = (1 - amount) * np.array((238, 236, 232)) + amount * np.array((30, 50, 110))
    noise = np.random.default_rng(2).normal(0, 4, (320, 320, 3))
    return (cloth + noise).clip(0, 255).astype(np.uint8)


def plain(colour: tuple[int, int, int]) -> NDArray[np.uint8]:
    folds = 1 + 0.12 * np.sin(np.arange(320) / 31)[None, :, None]
    noise = np.random.default_rng(3).normal(0, 3, (320, 320, 3))
    cloth = np.ones((320, 320, 3)) * np.array(colour) * folds + noise
    return cloth.clip(0, 255).astype(np.uint8)


def test_stripes_are_striped_and_checks_are_checked(patterns: Patterns) -> None:
    assert patterns.name(shirt(striped())) == "striped"
    assert patterns.name(shirt(checked())) == "checked"


@pytest.mark.parametrize("colour", [(30, 40, 70), (150, 30, 40), (210, 205, 195)])
def test_plain_cloth_gets_no_pattern(patterns: Patterns, colour: tuple[int, int, int]) -> None:
    assert patterns.name(shirt(plain(colour))) in {"solid", None}


def test_what_lies_beside_the_garment_does_not_count(patterns: Patterns) -> None:
    crop = shirt(striped())
    behind = crop.copy()
    behind[crop[..., 3] == 0, :3] = np.random.default_rng(4).integers(0, 255, 3, np.uint8)
    np.testing.assert_allclose(
        patterns.probabilities([crop]), patterns.probabilities([behind]), atol=1e-5
    )


def test_probabilities_are_of_each_crop_for_itself(patterns: Patterns) -> None:
    crops = [shirt(striped()), shirt(plain((30, 40, 70)))]
    together = patterns.probabilities(crops)
    assert together.shape == (2, len(PATTERNS))
    np.testing.assert_allclose(together.sum(axis=1), 1, atol=1e-4)
    np.testing.assert_allclose(together[1:], patterns.probabilities(crops[1:]), atol=1e-4)


@pytest.mark.parametrize("shape", [(1, 1), (1, 700), (900, 3), (2000, 1500)])
def test_any_size_is_taken(patterns: Patterns, shape: tuple[int, int]) -> None:
    crop = np.full((*shape, 4), 255, np.uint8)
    assert as_input(crop, 224).shape == (4, 224, 224)
    assert patterns.name(crop) in {*PATTERNS, None}


def test_nothing_has_no_pattern(patterns: Patterns) -> None:
    assert patterns.name(np.zeros((10, 10, 4), np.uint8)) is None


def copied(folder: Path, **changes: object) -> Path:
    """The network's file and a description of it that was changed."""
    entry = json.loads((SHIPPED / "weights.json").read_text())["patterns"]
    shutil.copyfile(SHIPPED / entry["file"], folder / entry["file"])
    (folder / "weights.json").write_text(json.dumps({"patterns": entry | changes}))
    return folder


def test_a_word_below_its_threshold_is_not_used(tmp_path: Path) -> None:
    assert Patterns(folder=copied(tmp_path)).name(shirt(striped())) == "striped"
    strict = Patterns(folder=copied(tmp_path, thresholds={"striped": 1.1}))
    assert strict.name(shirt(striped())) is None


def test_a_word_without_a_threshold_is_never_used(tmp_path: Path) -> None:
    silent = Patterns(folder=copied(tmp_path, thresholds={"solid": 0.4}))
    assert silent.name(shirt(striped())) is None


def test_every_word_that_is_used_has_a_threshold_that_was_measured() -> None:
    entry = json.loads((SHIPPED / "weights.json").read_text())["patterns"]
    assert "other" not in entry["thresholds"]
    assert all(0.4 <= value < 1 for value in entry["thresholds"].values())


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"words": ["solid"]}, "patterns.words"),
        ({"thresholds": {"paisley": 0.5}}, "paisley"),
        ({"size": 5}, "patterns.size"),
        ({"sha256": "0" * 64}, "SHA-256"),
        ({"input": "picture"}, "picture"),
    ],
)
def test_a_wrong_description_is_refused(
    tmp_path: Path, changes: dict[str, object], part: str
) -> None:
    if "words" in changes:
        part = "expected the patterns"
    with pytest.raises(WeightsError, match=part):
        Patterns(folder=copied(tmp_path, **changes))


def test_a_folder_without_patterns_is_refused_in_plain_words(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="cannot be read"):
        Patterns(folder=tmp_path)
    (tmp_path / "weights.json").write_text("{}")
    with pytest.raises(WeightsError, match="lists no network for patterns"):
        Patterns(folder=tmp_path)
    (tmp_path / "weights.json").write_text("{")
    with pytest.raises(WeightsError, match="not JSON"):
        Patterns(folder=tmp_path)
