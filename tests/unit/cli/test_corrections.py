"""What people put right becomes a dataset that training reads."""

import json
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from model.picture import decode_picture
from server.config import Settings
from server.looks.editing import LookEditor
from server.looks.service import LookService
from server.storage.database import Database
from tests.support.pictures import outfit, picture_file
from tests.support.segmenters import ScriptedSegmenter


@pytest.fixture
def looks(state: Path):
    """A service on the database of the commands, and what changes its looks."""
    settings = Settings(state_dir=state, ucp_enabled=False)
    database = Database(settings.database)
    database.upgrade()
    segmenter = ScriptedSegmenter()
    service = LookService(database, segmenter, settings)
    yield service, LookEditor(service, database, segmenter), segmenter
    service.close()
    database.dispose()


def test_corrections_are_exported_as_coco(where_to_buy, looks, tmp_path: Path) -> None:
    service, editor, segmenter = looks
    data = picture_file(outfit())
    look = service.create(data)
    service.create(picture_file(outfit(7)))  # nobody said anything about this one
    editor.recategorise(look, 2, None)
    editor.recategorise(look, 2, look.garments[0].category)
    editor.put_away(look, 1)
    segmenter.boxes = ()
    editor.frame(look, (0, 150, 20, 40))  # not a garment: nothing to train with

    file, folder = tmp_path / "corrections.json", tmp_path / "pictures"
    done = where_to_buy("corrections", "export", str(file), "--pictures", str(folder))
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 pictures with 1 garments" in done.stdout

    dataset = json.loads(file.read_text())
    (image,) = dataset["images"]
    assert image["picture_hash"] == sha256(data).hexdigest()
    assert (image["width"], image["height"]) == (100, 200)
    assert image["not_garments"] == [[20, 10, 60, 70]]
    (annotation,) = dataset["annotations"]
    assert annotation["category_id"] == 2
    assert annotation["image_id"] == image["id"]
    assert annotation["corrected"] is True
    assert annotation["bbox"] == [25, 80, 50, 100]
    assert annotation["area"] == 50 * 100
    (ring,) = annotation["segmentation"]
    assert len(ring) % 2 == 0
    copy = decode_picture((folder / image["file_name"]).read_bytes())
    assert np.abs(copy.astype(int) - outfit()).mean() < 4
    names = {each["id"]: each["name"] for each in dataset["categories"]}
    assert names[2] == "long sleeve top"


def test_without_corrections_the_dataset_is_empty(where_to_buy, tmp_path: Path) -> None:
    done = where_to_buy("corrections", "export", str(tmp_path / "none.json"))
    assert done.returncode == 0
    assert json.loads((tmp_path / "none.json").read_text())["images"] == []


def test_a_place_that_cannot_be_written_is_named(where_to_buy, tmp_path: Path) -> None:
    done = where_to_buy("corrections", "export", str(tmp_path / "missing" / "none.json"))
    assert done.returncode == 1
    assert "missing/none.json cannot be written: No such file or directory" in done.stderr
