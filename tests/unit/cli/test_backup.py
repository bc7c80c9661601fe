"""Backing up and restoring on the command line."""

import hashlib
import io
import json
import shutil
import sqlite3
import stat
import tarfile
import tomllib
from contextlib import closing

import pytest
from sqlalchemy import select, text

from server.storage.archive import MANIFEST
from server.storage.database import Database
from server.storage.tables import LookRow

FILE = "where-to-buy.sqlite3"


def add_look(database, letter):
    with database.session() as session:
        session.add(LookRow(id=letter * 32, width=3, height=4, garments=[], picture=b"p" * 9999))


def looks_in(state):
    database = Database(f"sqlite:///{state / FILE}")
    try:
        with database.session(read_only=True) as session:
            return {look_id[0] for look_id in session.scalars(select(LookRow.id))}
    finally:
        database.dispose()


@pytest.fixture
def database(state, empty_database):
    """The database of the commands, with one look."""
    shutil.copy(empty_database, state / FILE)
    database = Database(f"sqlite:///{state / FILE}")
    add_look(database, "a")
    yield database
    database.dispose()


@pytest.fixture
def backup(where_to_buy, database, state, tmp_path):
    """A backup of one look and one file of weights."""
    (state / "weights" / "mine").mkdir(parents=True)
    (state / "weights" / "mine" / "weights.json").write_text("{}")
    (state / "thumbnails.key").write_bytes(b"a secret key" * 3)
    file = tmp_path / "backup.tar"
    done = where_to_buy("backup", str(file))
    assert done.returncode == 0, done.stderr
    return file


def test_what_is_backed_up_comes_back_and_what_was_there_is_kept(
    where_to_buy, backup, database, state
):
    add_look(database, "b")
    (state / "weights" / "mine" / "weights.json").write_text('{"changed": true}')
    database.dispose()
    done = where_to_buy("restore", str(backup))
    assert done.returncode == 0, done.stderr
    assert looks_in(state) == {"a"}
    assert (state / "weights" / "mine" / "weights.json").read_text() == "{}"
    (aside,) = state.glob("before-restore-*")
    assert str(aside) in done.stdout
    assert looks_in(aside) == {"a", "b"}
    assert (aside / "weights" / "mine" / "weights.json").read_text() == '{"changed": true}'


def test_a_backup_is_restored_where_there_is_nothing(where_to_buy, backup, tmp_path, monkeypatch):
    elsewhere = tmp_path / "another machine"
    monkeypatch.setenv("WTB_STATE_DIR", str(elsewhere))
    assert where_to_buy("restore", str(backup)).returncode == 0
    assert looks_in(elsewhere) == {"a"}
    assert list(elsewhere.glob("before-restore-*")) == []


def test_a_second_backup_holds_neither_what_was_moved_aside_nor_the_key(
    where_to_buy, backup, database, tmp_path
):
    database.dispose()
    where_to_buy("restore", str(backup))
    assert where_to_buy("backup", str(tmp_path / "second.tar")).returncode == 0
    with tarfile.open(tmp_path / "second.tar") as archive:
        names = archive.getnames()
    assert names == [
        "backup.json", "database.sqlite3", "files/weights/mine/weights.json", "where-to-buy.toml"
    ]  # fmt: skip


def test_a_backup_holds_settings_but_no_secret_and_only_its_owner_reads_it(
    where_to_buy, database, tmp_path, monkeypatch
):
    monkeypatch.setenv("WTB_ACCESS_TOKEN", "correct-horse-battery")
    monkeypatch.setenv("WTB_SERPER_KEY", "k-1234567890")
    monkeypatch.setenv("WTB_COUNTRY", "KR")
    monkeypatch.setenv("WTB_PER_DAY", "serper=80")
    monkeypatch.setenv("WTB_ALLOWED_HOSTS", "nas.home,nas")
    file = tmp_path / "backup.tar"
    assert where_to_buy("backup", str(file)).returncode == 0
    content = file.read_bytes()
    assert b"correct-horse" not in content
    assert b"k-1234567890" not in content
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    with tarfile.open(file) as archive:
        settings = tomllib.loads(archive.extractfile("where-to-buy.toml").read().decode())
    assert (settings["country"], settings["per_day"]) == ("KR", {"serper": 80})
    assert settings["allowed_hosts"] == ["nas.home", "nas"]


def test_a_backup_is_of_one_moment_while_others_write(where_to_buy, database, tmp_path, state):
    with database.session() as session:
        session.add(LookRow(id="u" * 32, width=3, height=4, garments=[], picture=b"p"))
        session.flush()  # not committed
        assert where_to_buy("backup", str(tmp_path / "b.tar")).returncode == 0
    database.dispose()
    assert where_to_buy("restore", str(tmp_path / "b.tar")).returncode == 0
    assert looks_in(state) == {"a"}


def flipped(content):
    middle = content.index(b"SQLite format 3") + 5000
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def another_name(content):
    return rebuilt(content, lambda text: text.replace("files/weights", "files/../weight"))


def of_a_newer_version(content):
    return rebuilt(content, lambda text: text.replace('"revision": "0', '"revision": "9'))


def rebuilt(content, change):
    """Change the list of members, and keep the members."""
    target = io.BytesIO()
    with (
        tarfile.open(fileobj=io.BytesIO(content)) as old,
        tarfile.open(fileobj=target, mode="w") as new,
    ):
        for entry in old:
            data = old.extractfile(entry).read()
            if entry.name == MANIFEST:
                data = change(json.dumps(json.loads(data))).encode()
                entry.size = len(data)
            new.addfile(entry, io.BytesIO(data))
    return target.getvalue()


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (flipped, "changed or damaged"),
        (lambda content: content[: len(content) // 2], "damaged"),
        (lambda content: b"a diary" * 1000, "no backup"),
        (lambda content: b"", "no backup"),
        (another_name, "belongs to none"),
        (of_a_newer_version, "newer version"),
    ],
)  # fmt: skip
def test_a_damaged_backup_is_refused_and_nothing_is_changed(
    where_to_buy, backup, database, state, damage, says
):
    backup.write_bytes(damage(backup.read_bytes()))
    add_look(database, "b")
    database.dispose()
    done = where_to_buy("restore", str(backup))
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert looks_in(state) == {"a", "b"}
    assert list(state.glob("before-restore-*")) == []
    assert list(state.glob(".restoring-*")) == []


def with_file(name):
    """Return what adds a file to a backup, with its right sum in the list of members."""

    def change(content):
        data = b"planted"
        entry = tarfile.TarInfo(name)
        entry.size = len(data)
        listed = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        target = io.BytesIO(rebuilt(content, lambda text: added(text, name, listed)))
        with tarfile.open(fileobj=target, mode="a") as archive:
            archive.addfile(entry, io.BytesIO(data))
        return target.getvalue()

    return change


def added(text, name, listed):
    manifest = json.loads(text)
    manifest["files"][name] = listed
    return json.dumps(manifest)


@pytest.mark.parametrize(
    "name",
    [
        "files/{elsewhere}/planted",
        "files/./planted",
        "files/",
        "files/a/../../planted",
        "files/where-to-buy.sqlite3",
        "files/where-to-buy.sqlite3-wal",
        "files/where-to-buy.reserve",
        "files/provider-keys.json",
        "files/thumbnails.key",
        "files/before-restore-1/planted",
    ],
)
def test_what_no_backup_holds_is_put_nowhere(where_to_buy, backup, database, state, tmp_path, name):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    backup.write_bytes(with_file(name.format(elsewhere=elsewhere))(backup.read_bytes()))
    database.dispose()
    before = {path: path.read_bytes() for path in state.rglob("*") if path.is_file()}
    done = where_to_buy("restore", str(backup))
    assert done.returncode == 1
    assert "belongs to none" in done.stderr
    assert list(elsewhere.iterdir()) == []
    assert {path: path.read_bytes() for path in state.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    "schema",
    [
        "CREATE TRIGGER planted AFTER INSERT ON looks BEGIN DELETE FROM shops; END",
        (
            "ALTER TABLE alembic_version RENAME TO other; CREATE VIEW alembic_version AS WITH"
            " RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r)"
            " SELECT max(i) AS version_num FROM r"
        ),
        "DELETE FROM alembic_version",
    ],
)
def test_a_database_that_is_not_ours_is_not_restored(
    where_to_buy, backup, database, state, tmp_path, schema
):
    file = state / "where-to-buy.sqlite3"
    database.dispose()
    strange = tmp_path / "strange.sqlite3"
    with tarfile.open(backup) as archive:
        members = {entry.name: archive.extractfile(entry).read() for entry in archive}
    strange.write_bytes(members["database.sqlite3"])
    with closing(sqlite3.connect(strange)) as connection:
        connection.executescript(schema)
    data = members["database.sqlite3"] = strange.read_bytes()
    manifest = json.loads(members[MANIFEST])
    manifest["files"]["database.sqlite3"] = {
        "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()
    }  # fmt: skip
    members[MANIFEST] = json.dumps(manifest).encode()
    with tarfile.open(backup, "w") as archive:
        for name, content in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    before = file.read_bytes()
    done = where_to_buy("restore", str(backup))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "damaged" in done.stderr
    assert file.read_bytes() == before


def test_a_damaged_database_is_not_backed_up_but_can_be_replaced(
    where_to_buy, backup, database, state, tmp_path
):
    database.dispose()
    content = bytearray((state / FILE).read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    (state / FILE).write_bytes(content)
    done = where_to_buy("backup", str(tmp_path / "second.tar"))
    assert done.returncode == 1
    assert "damaged" in done.stderr
    assert not (tmp_path / "second.tar").exists()
    assert where_to_buy("restore", str(backup)).returncode == 0
    assert looks_in(state) == {"a"}


def test_nothing_is_restored_while_somebody_has_the_database_open(
    where_to_buy, backup, database, state
):
    with database.session(read_only=True) as session:
        session.execute(text("SELECT 1 FROM looks"))
        done = where_to_buy("restore", str(backup))
    assert done.returncode == 1
    assert "Stop the server first" in done.stderr
    assert list(state.glob("before-restore-*")) == []


def test_a_backup_of_an_earlier_version_gets_the_tables_of_this_one(
    where_to_buy, backup, database, state, tmp_path
):
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    from server.storage.migrating import MIGRATIONS, newest  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0003")
    assert where_to_buy("backup", str(tmp_path / "old.tar")).returncode == 0
    database.dispose()
    assert where_to_buy("restore", str(tmp_path / "old.tar")).returncode == 0
    with sqlite3.connect(state / FILE) as connection:
        assert connection.execute("SELECT * FROM alembic_version").fetchall() == [(newest(),)]
    connection.close()


def test_a_file_that_exists_is_not_overwritten(where_to_buy, database, tmp_path):
    (tmp_path / "backup.tar").write_text("dear diary")
    done = where_to_buy("backup", str(tmp_path / "backup.tar"))
    assert (done.returncode, "exists already" in done.stderr) == (1, True)
    assert (tmp_path / "backup.tar").read_text() == "dear diary"


def test_without_a_database_there_is_nothing_to_back_up(where_to_buy, state):
    done = where_to_buy("backup")
    assert (done.returncode, "no database yet" in done.stderr) == (1, True)
    assert list(state.iterdir()) == []
