"""The history moves in files from one state folder to another."""

import json
import stat
from pathlib import Path

import pytest

from server.config import Settings
from server.goods.money import Money
from server.history.clicks import ClickHistory
from server.history.keeping import FILE, Keeping
from server.history.noted import NotedOffer
from server.looks.service import LookService
from server.storage.database import Database
from tests.support.pictures import outfit, picture_file
from tests.support.segmenters import ScriptedSegmenter

OFFER = NotedOffer("ucp", "ucp-1", "Tee", "https://shop.example/1", price=Money("9.50", "EUR"))


@pytest.fixture
def database(state: Path):
    """The database of the commands."""
    database = Database(Settings(state_dir=state).database)
    database.upgrade()
    yield database
    database.dispose()


def fill(database: Database, state: Path) -> None:
    service = LookService(database, ScriptedSegmenter(), Settings(state_dir=state))
    look = service.create(picture_file(outfit()))
    ClickHistory(database).add(look.id, 1, "top", OFFER)
    service.close()


def test_a_history_is_exported_and_imported_once(
    where_to_buy, database: Database, state: Path, tmp_path: Path
) -> None:
    fill(database, state)
    file = tmp_path / "history.zip"
    done = where_to_buy("history", "export", str(file))
    assert (done.returncode, done.stderr) == (0, "")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    ClickHistory(database).clear()
    done = where_to_buy("history", "import", str(file))
    assert "New: 0 pictures, 0 garments, 1 opened offers" in done.stdout
    assert [click.title for click in ClickHistory(database).newest()] == ["Tee"]
    assert "1 opened" not in where_to_buy("history", "import", str(file)).stdout


def test_other_forms_are_for_people_and_programs(
    where_to_buy, database: Database, state: Path, tmp_path: Path
) -> None:
    fill(database, state)
    for suffix, part in ((".json", '"where-to-buy-history"'), (".csv", "opened,")):
        file = tmp_path / f"history{suffix}"
        assert where_to_buy("history", "export", str(file)).returncode == 0
        assert part in file.read_text(encoding="utf-8-sig")
    assert json.loads((tmp_path / "history.json").read_text())["clicks"][0]["price"] == "9.50"


def test_nothing_is_overwritten_and_nothing_else_is_imported(
    where_to_buy, database: Database, state: Path, tmp_path: Path
) -> None:
    del database
    there = tmp_path / "there.zip"
    there.write_bytes(b"something")
    done = where_to_buy("history", "export", str(there))
    assert done.returncode == 1
    assert "there.zip" in done.stderr
    assert there.read_bytes() == b"something"
    assert where_to_buy("history", "export", str(tmp_path / "x.txt")).returncode != 0
    done = where_to_buy("history", "import", str(there))
    assert done.returncode == 1
    assert "cannot be imported" in done.stderr
    Keeping(state / FILE).turn(on=False)
    done = where_to_buy("history", "import", str(there))
    assert "No history is kept" in done.stderr
