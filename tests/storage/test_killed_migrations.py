"""Migrations that are killed: at every statement, by SIGKILL, in real processes.

A driver in a process of its own copies a database, and forks a child for each statement; the
child migrates the copy and kills itself there, with everything that it wrote already out of its
memory. Whatever is left is then opened as the next start of the server would.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from server.storage.database import Database
from server.storage.migrating import MIGRATIONS, newest

# One row for each table there was, which all refer to each other where they can.
_ROWS = (
    (
        "INSERT INTO looks (id, width, height, garments, picture, created_at)"
        " VALUES ('look', 3, 4, '[]', x'01', '2026-01-01')"
    ),
    (
        "INSERT INTO shops (id, name, source, partner, imported_at)"
        " VALUES (1, 'Shop', 'feed', 1, '2026-01-01')"
    ),
    "INSERT INTO thumbnails VALUES ('hash', 'image/jpeg', x'02', '2026-01-01')",
    (
        "INSERT INTO clicks (look_id, garment, provider, offer_id, title, link, created_at)"
        " VALUES ('look', 1, 'p', 'o', 'opened', 'l', '2026-01-01')"
    ),
    (
        "INSERT INTO products (shop_id, key, title, link, fingerprint, updated_at)"
        " VALUES (1, 'k', 'product', 'l', 'f', '2026-01-01')"
    ),
)
_DRIVER = """
import json, os, shutil, signal, sys
from pathlib import Path
from sqlalchemy import event
from server.storage.database import Database
from server.storage.migrating import newest, revision_of

before, folder = Path(sys.argv[1]), Path(sys.argv[2])


def migrate(file, number=0):
    database = Database(f"sqlite:///{file}")
    seen = 0

    @event.listens_for(database.engine, "before_cursor_execute")
    @event.listens_for(database.engine, "commit")
    def count(connection, *rest):
        nonlocal seen
        if seen == 0:  # pages go to the disk at once: the worst that can be left
            seen = 1
            connection.exec_driver_sql("PRAGMA cache_size=1")
            connection.exec_driver_sql("PRAGMA cache_spill=1")
        seen += 1
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)

    database.upgrade()
    database.dispose()


def copied(name):
    file = folder / name
    if before.exists():
        shutil.copyfile(before, file)
    return file


migrate(copied("first.sqlite3"))  # so that no child has to import anything
number, left = 3, []
while True:
    number += 1
    file = copied(f"{number}.sqlite3")
    child = os.fork()
    if child == 0:
        migrate(file, number)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    left.append([file.name, os.waitstatus_to_exitcode(status)])
    if status == 0:
        break
    if not os.WIFSIGNALED(status):
        raise SystemExit(f"child {number} ended with {status}")
print(json.dumps(left))
"""


def at_revision(file: Path, revision: str) -> None:
    database = Database(f"sqlite:///{file}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for row in _ROWS:
            connection.exec_driver_sql(row)
        command.upgrade(config, revision)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    database.dispose()


def columns_of(database):
    """Return the columns of each table; not its SQL, whose order Alembic does not always keep."""
    with database.session(read_only=True) as session:
        names = session.scalars(text("SELECT name FROM sqlite_master ORDER BY name")).all()
        return {
            name: sorted(
                tuple(row)[1:] for row in session.execute(text(f'PRAGMA table_info("{name}")'))
            )
            for name in names
        }


def assert_is_whole(database, *, rows):
    with database.session(read_only=True) as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == newest()
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"
        assert session.execute(text("PRAGMA foreign_key_check")).all() == []
        kept = session.execute(
            text(
                "SELECT looks.id, clicks.title, products.title, shops.partner, thumbnails.data"
                " FROM looks JOIN clicks ON clicks.look_id = looks.id, thumbnails,"
                " products JOIN shops ON shops.id = products.shop_id"
            )
        ).all()
        assert kept == [("look", "opened", "product", 1, b"\x02")] * rows


REVISIONS = sorted(file.name[:4] for file in MIGRATIONS.glob("versions/[0-9]*.py"))


@pytest.mark.parametrize("start", [None, *REVISIONS[:-1]])
def test_a_migration_that_is_killed_at_any_statement_is_done_by_the_next_start(tmp_path, start):
    before, folder = tmp_path / "before.sqlite3", tmp_path / "killed"
    folder.mkdir()
    if start is not None:
        at_revision(before, start)
    ended = subprocess.run(
        [sys.executable, "-c", _DRIVER, str(before), str(folder)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    left = json.loads(ended.stdout)
    assert [status for _, status in left] == [-9] * (len(left) - 1) + [0]
    assert len(left) > 5, "it was killed at so many statements"
    undisturbed = Database(f"sqlite:///{folder / left[-1][0]}")
    expected = columns_of(undisturbed)
    undisturbed.dispose()
    for name, _ in left:
        database = Database(f"sqlite:///{folder / name}")
        database.upgrade()
        assert_is_whole(database, rows=0 if start is None else 1)
        assert columns_of(database) == expected
        database.dispose()
