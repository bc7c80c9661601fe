"""Each fault is named, with what to do about it."""

import os
import shutil
import socket
import sqlite3

import pytest

from model.weights_description import SHIPPED
from server.storage.database import Database
from server.storage.tables import ClickRow, LookRow, ShopRow, now

FILE = "where-to-buy.sqlite3"


@pytest.fixture(autouse=True)
def free_port(monkeypatch):
    """Another port than that of a server that may be running here."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setenv("WTB_PORT", str(other.getsockname()[1]))


@pytest.fixture
def database(state, empty_database):
    state.chmod(0o700)
    shutil.copy(empty_database, state / FILE)
    database = Database(f"sqlite:///{state / FILE}")
    yield database
    database.dispose()


def found(done, mark):
    """Return the lines with a mark, each with the hint below it."""
    lines = done.stdout.splitlines()
    return [
        line[2:] + (" " + below.strip() if below.startswith("    ") else "")
        for line, below in zip(lines, [*lines[1:], ""], strict=True)
        if line.startswith(mark)
    ]


def only(found):
    assert len(found) == 1, found
    return found[0]


def test_where_nothing_is_wrong_everything_is_in_order(where_to_buy, database):
    done = where_to_buy("doctor")
    assert done.returncode == 0, done.stdout
    assert found(done, "✗") + found(done, "!") == []
    for part in ("Settings", "Folder", "Database", "Models", "Sources", "Port"):
        assert f"✓ {part}" in done.stdout
    assert "Everything is in order" in done.stdout


def test_before_the_first_start_there_is_nothing_wrong_and_nothing_is_made(where_to_buy, state):
    state.rmdir()
    assert where_to_buy("doctor").returncode == 0
    assert not state.exists()


def test_a_damaged_database_leads_to_the_backups(where_to_buy, database, state):
    database.dispose()
    content = bytearray((state / FILE).read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    (state / FILE).write_bytes(content)
    done = where_to_buy("doctor")
    assert done.returncode == 1
    assert "where-to-buy restore" in found(done, "✗ Database")[0]


def test_a_row_that_belongs_to_none_is_found(where_to_buy, database, state):
    with sqlite3.connect(state / FILE) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute(
            "INSERT INTO clicks (look_id, provider, offer_id, title, link, created_at) "
            "VALUES ('gone', 'links', 'o', 't', 'l', '2026-11-28')"
        )
    connection.close()
    assert ClickRow.__tablename__ in only(found(where_to_buy("doctor"), "✗ Database"))


def test_a_file_that_is_no_database_is_named(where_to_buy, state):
    (state / FILE).write_bytes(b"a diary" * 1000)
    assert FILE in only(found(where_to_buy("doctor"), "✗ Database"))


def test_a_locked_database_is_named(where_to_buy, database, state):
    other = sqlite3.connect(state / FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert "database browser" in only(found(where_to_buy("doctor"), "✗ Database"))
    other.close()


def test_altered_weights_are_named(where_to_buy, tmp_path, monkeypatch):
    folder = tmp_path / "weights"
    shutil.copytree(SHIPPED, folder)
    segmenter = next(folder.glob("segmenter*.onnx"))
    segmenter.write_bytes(segmenter.read_bytes() + b"x")
    monkeypatch.setenv("WTB_WEIGHTS_DIR", str(folder))
    done = where_to_buy("doctor")
    assert done.returncode == 1
    assert "WTB_WEIGHTS_DIR" in only(found(done, "✗ Models"))


@pytest.mark.parametrize(
    "names", [["embedder.onnx"], ["verifier.onnx"], ["segmenter.onnx", "embedder.onnx"]]
)
def test_each_model_that_is_missing_is_named(where_to_buy, tmp_path, monkeypatch, names):
    folder = tmp_path / "weights"
    shutil.copytree(SHIPPED, folder)
    for name in names:
        (folder / name).unlink()
    monkeypatch.setenv("WTB_WEIGHTS_DIR", str(folder))
    done = where_to_buy("doctor")
    assert done.returncode == 1
    faults = found(done, "✗ Models")
    assert len(faults) == len(names)
    for name, fault in zip(names, faults, strict=True):
        assert str(folder / name) in fault
        assert "WTB_WEIGHTS_DIR" in fault


def test_a_setting_that_nothing_reads_is_named(where_to_buy, monkeypatch, tmp_path):
    monkeypatch.setenv("WTB_ACCES_TOKEN", "correct-horse-battery")
    (tmp_path / "where-to-buy.toml").write_text('colour = "red"\n')
    warnings = found(where_to_buy("doctor"), "!")
    assert any("WTB_ACCESS_TOKEN?" in line for line in warnings)
    assert any("colour in where-to-buy.toml is no setting" in line for line in warnings)
    assert "correct-horse" not in "".join(warnings)


def test_a_setting_that_cannot_be_used_is_a_fault(where_to_buy, monkeypatch):
    monkeypatch.setenv("WTB_PORT", "http")
    done = where_to_buy("doctor")
    assert (done.returncode, "port" in only(found(done, "✗"))) == (1, True)


def test_an_unsafe_address_is_a_fault(where_to_buy, monkeypatch):
    monkeypatch.setenv("WTB_HOST", "0.0.0.0")
    assert "WTB_ACCESS_TOKEN" in only(found(where_to_buy("doctor"), "✗ Settings"))


def test_a_port_that_something_else_has_is_a_fault(where_to_buy):
    with socket.create_server(("127.0.0.1", int(os.environ["WTB_PORT"]))):
        assert "WTB_PORT" in only(found(where_to_buy("doctor"), "✗ Port"))


def test_a_database_that_all_may_read_is_named(where_to_buy, database, state):
    state.chmod(0o755)
    (state / FILE).chmod(0o644)
    assert "chmod 600" in only(found(where_to_buy("doctor"), "! Folder"))


def test_a_clock_that_was_set_back_is_named(where_to_buy, database):
    with database.session() as session:
        later = now().replace(year=now().year + 1)
        values = {"width": 3, "height": 4, "garments": [], "picture": b"p", "created_at": later}
        session.add(LookRow(id="a" * 32, **values))
    done = where_to_buy("doctor")
    assert done.returncode == 0
    assert "timedatectl" in only(found(done, "! Clock"))


def test_a_feed_that_is_gone_is_named(where_to_buy, database, tmp_path):
    with database.session() as session:
        session.add(ShopRow(name="Shop", source=str(tmp_path / "gone.xml")))
    assert "gone.xml" in only(found(where_to_buy("doctor"), "! Sources"))


def test_half_of_a_providers_keys_are_named(where_to_buy, monkeypatch):
    monkeypatch.setenv("WTB_EBAY_ID", "id-1234567890")
    line = only(found(where_to_buy("doctor"), "! Sources"))
    assert "WTB_EBAY_SECRET" in line
    assert "id-1234567890" not in line
