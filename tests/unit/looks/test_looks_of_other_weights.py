"""Looks that other weights made are not mixed with those of the weights in use."""

import json
from pathlib import Path

import pytest

from model.categories import CATEGORIES
from model.segmenter import Segmenter
from model.weight_files import intake
from model.weight_files.trial import try_out
from server.looks.service import LookService
from tests.support.onnx_files import finder
from tests.support.pictures import outfit, picture_file


@pytest.fixture
def other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Segmenter:
    """Sees a vest, of class 0, in the middle of every picture."""
    (tmp_path / "other.onnx").write_bytes(finder())
    folder = tmp_path / "other"
    folder.mkdir()
    monkeypatch.setattr(intake, "try_in_child", try_out)  # a process takes longer to start
    intake.take_in(folder, tmp_path / "other.onnx", classes=["vest"], changes={"short_side": 400})
    return Segmenter(folder)


def test_a_picture_is_another_look_under_other_weights(settings, database, other) -> None:
    data = picture_file(outfit(width=400, height=600))
    shipped, vests = (LookService(database, each, settings) for each in (Segmenter(), other))
    try:
        before = shipped.create(data)
        after = vests.create(data)
        assert before.id != after.id
        assert [garment.category.name for garment in after.garments] == ["vest"]
        assert [garment.category.name for garment in before.garments] != ["vest"]
        # Back under the first weights it is the first look again.
        assert shipped.create(data).id == before.id
        assert [garment.category.name for garment in vests.get(after.id).garments] == ["vest"]
    finally:
        shipped.close()
        vests.close()


def test_the_same_file_whose_classes_are_named_otherwise_makes_other_looks(
    settings, database, other, tmp_path: Path
) -> None:
    description = tmp_path / "other" / "weights.json"
    content = json.loads(description.read_text())
    content["segmenter"]["categories"] = [CATEGORIES[8].name]
    description.write_text(json.dumps(content))
    data = picture_file(outfit(width=400, height=600))
    looks = []
    for segmenter in (other, Segmenter(tmp_path / "other")):
        service = LookService(database, segmenter, settings)
        looks.append(service.create(data))
        service.close()
    assert looks[0].id != looks[1].id
    assert [look.garments[0].category.name for look in looks] == ["vest", "skirt"]
