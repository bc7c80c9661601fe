import signal
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from server.goods.money import Money
from server.history.clicks import ClickHistory
from server.history.noted import NotedOffer
from server.history.put_away import PutAway
from server.storage.database import Database
from server.storage.errors import DatabaseError
from server.storage.migrating import MIGRATIONS, newest
from server.storage.tables import Base, ClickRow, LookRow, ProductRow, ShopRow


@pytest.fixture
def database(settings):
    """An empty database that was made here, by the migrations."""
    database = Database(settings.database)
    database.upgrade()
    yield database
    database.dispose()


def a_look(look_id="a" * 32, **changes):
    return LookRow(
        **{"id": look_id, "width": 3, "height": 4, "garments": [], "picture": b"p", **changes}
    )


def count(database, table=LookRow):
    with database.session(read_only=True) as session:
        return session.scalar(select(func.count()).select_from(table))


def test_migrations_lead_to_the_tables_as_they_are_declared(database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_file_with_the_highest_number_is_the_newest_migration():
    assert ScriptDirectory(str(MIGRATIONS)).get_heads() == [newest()]


def test_migrating_again_changes_nothing(database):
    with database.session() as session:
        session.add(a_look())
    database.upgrade()
    assert count(database) == 1


def test_several_may_migrate_a_new_database_at_once(tmp_path):
    databases = [Database(f"sqlite:///{tmp_path / 'new.sqlite3'}") for _ in range(4)]
    together = threading.Barrier(4)

    def upgrade(database):
        together.wait()
        database.upgrade()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(upgrade, databases))
    assert count(databases[0]) == 0
    for database in databases:
        database.dispose()


def test_a_failed_migration_leaves_nothing_behind(tmp_path, monkeypatch):
    database = Database(f"sqlite:///{tmp_path / 'new.sqlite3'}")
    from alembic import op  # noqa: PLC0415

    def fail(name, *_):
        raise OSError(name)

    with monkeypatch.context() as patch:
        patch.setattr(op, "create_index", fail)
        with pytest.raises(DatabaseError):
            database.upgrade()
    with database.engine.connect() as connection:
        tables = connection.scalar(text("SELECT count(*) FROM sqlite_master"))
    assert tables == 0
    database.upgrade()
    assert count(database) == 0
    database.dispose()


def test_a_session_is_committed(database):
    with database.session() as session:
        session.add(a_look())
    assert count(database) == 1


def test_a_session_that_fails_leaves_nothing(database):
    def fail():
        with database.session() as session:
            session.add(a_look())
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert count(database) == 0


def test_a_session_that_only_reads_keeps_nothing(database):
    with database.session(read_only=True) as session:
        session.add(a_look())
        session.flush()
    assert count(database) == 0


def test_a_product_needs_its_shop(database):
    with pytest.raises(IntegrityError), database.session() as session:
        session.add(ProductRow(shop_id=7, key="1", title="t", link="l", fingerprint="f"))


def test_products_go_with_their_shop(database):
    with database.session() as session:
        session.add(ShopRow(id=7, name="Shop", source="feed.xml"))
        session.flush()
        session.add(ProductRow(shop_id=7, key="1", title="t", link="l", fingerprint="f"))
    with database.session() as session:
        session.execute(delete(ShopRow))
    assert count(database, ProductRow) == 0


def test_a_click_outlives_its_look(database):
    with database.session() as session:
        session.add(a_look())
        session.flush()
        session.add(ClickRow(look_id="a" * 32, provider="links", offer_id="o", title="t", link="l"))
    with database.session() as session:
        session.execute(delete(LookRow))
    with database.session(read_only=True) as session:
        assert session.scalars(select(ClickRow.look_id)).all() == [None]


def test_a_reader_does_not_wait_for_a_writer(database):
    with database.session() as writing:
        writing.add(a_look())
        writing.flush()
        assert count(database) == 0
    assert count(database) == 1


def test_writers_that_read_first_wait_for_each_other(database):
    with database.session() as session:
        session.add(a_look())

    def widen(_):
        with database.session() as session:
            row = session.get_one(LookRow, "a" * 32)
            row.width += 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(widen, range(40)))
    with database.session(read_only=True) as session:
        assert session.scalar(select(LookRow.width)) == 3 + 40


def test_more_threads_than_pooled_connections_are_served(database):
    together = threading.Barrier(24, timeout=20)

    def read(_):
        with database.session(read_only=True) as session:
            session.execute(text("SELECT 1"))
            together.wait()

    with ThreadPoolExecutor(24) as pool:
        list(pool.map(read, range(24)))


def test_times_come_back_in_utc(database):
    seoul = timezone(timedelta(hours=9))
    with database.session() as session:
        session.add(a_look(created_at=datetime(2026, 11, 24, 9, 30, tzinfo=seoul)))
    with database.session(read_only=True) as session:
        found = session.scalar(select(LookRow.created_at))
    assert found == datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
    assert found.tzinfo is UTC


def test_a_time_without_a_zone_is_refused(database):
    with pytest.raises(StatementError), database.session() as session:
        session.add(a_look(created_at=datetime(2026, 11, 24)))  # noqa: DTZ001


def test_only_its_owner_can_look_into_the_folder(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'state' / 'x.sqlite3'}")
    database.upgrade()
    database.dispose()
    assert stat.S_IMODE((tmp_path / "state").stat().st_mode) == 0o700


def test_a_database_of_a_newer_version_is_left_alone(database, settings):
    with database.session() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match="another version"):
        database.upgrade()


def test_a_file_that_is_not_a_database_is_left_alone(tmp_path):
    file = tmp_path / "x.sqlite3"
    file.write_bytes(b"a diary" * 1000)
    database = Database(f"sqlite:///{file}")
    with pytest.raises(DatabaseError, match=r"x\.sqlite3"):
        database.upgrade()
    database.dispose()
    assert file.read_bytes() == b"a diary" * 1000


def test_a_folder_that_cannot_be_made_is_an_error_that_names_the_file(tmp_path):
    (tmp_path / "state").write_text("a file")
    database = Database(f"sqlite:///{tmp_path / 'state' / 'x.sqlite3'}")
    with pytest.raises(DatabaseError, match=r"x\.sqlite3"):
        database.upgrade()


@pytest.mark.parametrize("url", ["nonsense", "nosuch://host/x", "mysql+nosuchdriver://host/x"])
def test_an_address_that_cannot_be_used_is_an_error(url):
    with pytest.raises(DatabaseError, match="address"):
        Database(url)


def test_what_is_deleted_is_gone_from_the_file_too(database, settings):
    with database.session() as session:
        session.add(a_look(picture=b"a private picture" * 1000))
    with database.session() as session:
        session.execute(delete(LookRow))
    with database.engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")  # a checkpoint is made outside transactions
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    assert b"a private picture" not in (settings.state_dir / "where-to-buy.sqlite3").read_bytes()


def test_a_migration_that_is_killed_half_way_is_done_again_and_loses_nothing(tmp_path):
    file = tmp_path / "x.sqlite3"
    script = f"""
import os, signal, sys
from alembic import command
from alembic.config import Config
from server.history.put_away import PutAway
from server.storage.database import Database
from server.storage.migrating import MIGRATIONS
database = Database("sqlite:///{file}")
config = Config()
config.set_main_option("script_location", str(MIGRATIONS))
with database.engine.begin() as connection:
    config.attributes["connection"] = connection
    command.upgrade(config, "0003")
with database.engine.begin() as connection:
    connection.exec_driver_sql("INSERT INTO shops VALUES (1, 'Shop', 'feed', 0, '2026-11-28')")
with database.engine.begin() as connection:
    config.attributes["connection"] = connection
    command.upgrade(config, "0004")
    connection.exec_driver_sql("PRAGMA cache_spill=1")
    connection.exec_driver_sql("PRAGMA cache_size=1")
    connection.exec_driver_sql("CREATE TABLE large AS SELECT zeroblob(1000000)")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    ended = subprocess.run([sys.executable, "-c", script], check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    assert file.with_name("x.sqlite3-wal").stat().st_size > 1_000_000
    database = Database(f"sqlite:///{file}")
    database.upgrade()
    with database.session(read_only=True) as session:
        assert session.scalars(select(ShopRow.name)).all() == ["Shop"]
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == newest()
        assert session.scalar(text("SELECT count(*) FROM sqlite_master WHERE name='large'")) == 0
    database.dispose()


def test_a_database_of_before_offers_could_be_put_away_keeps_its_looks(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0006")
        connection.exec_driver_sql(
            "INSERT INTO looks (id, picture_hash, width, height, garments, picture, created_at)"
            " VALUES ('a', 'b', 1, 1, '[]', 'c', '2026-11-28')"
        )
    database.upgrade()
    put_away = PutAway(database)
    for each in ("one", "two"):
        put_away.put("b", 1, NotedOffer("p", each, "Coat", "https://shop.example/1"))
    put_away.put_back("b", 1, ["two"])
    assert put_away.of("b", 1) == {"one"}
    assert put_away.of("b", 2) == frozenset()
    with database.session(read_only=True) as session:
        assert session.scalars(select(LookRow.id)).all() == ["a"]
    database.dispose()


def test_a_file_that_is_made_is_its_owners_alone_also_in_a_folder_for_all(tmp_path):
    tmp_path.chmod(0o755)
    database = Database(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    database.upgrade()
    database.reserve.keep()
    with database.session() as session:
        session.add(a_look())
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    names = ("x.sqlite3", "x.sqlite3-wal", "x.sqlite3-shm", "x.reserve")
    assert modes == dict.fromkeys(names, 0o600)
    database.dispose()


def test_a_database_of_before_anything_could_be_saved_keeps_everything(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'x.sqlite3'}")
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    rows = (
        (
            "INSERT INTO looks (id, picture_hash, width, height, garments, picture, created_at)"
            " VALUES ('a', 'b', 1, 1, '[]', x'01', '2026-11-28')"
        ),
        "INSERT INTO corrections VALUES ('b', 1, 'drawn', '{}', '2026-11-28')",
        "INSERT INTO put_away VALUES ('b', 1, 'x-1', '2026-11-28')",
        (
            "INSERT INTO clicks (id, look_id, garment, provider, offer_id, title, link, price,"
            " currency, created_at) VALUES (7, 'a', 1, 'p', 'x-2', 'Coat', 'https://shop.example/2',"
            " '9.50', 'EUR', '2026-11-28')"
        ),
        (
            "INSERT INTO shops (id, name, source, partner, imported_at)"
            " VALUES (1, 'Shop', 'feed', 1, '2026-11-28')"
        ),
        "INSERT INTO thumbnails VALUES ('h', 'image/jpeg', x'02', '2026-11-28')",
        "INSERT INTO vendor_calls VALUES ('ucp', '2026-11-28', 3)",
    )
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0007")
        for row in rows:
            connection.exec_driver_sql(row)
    database.upgrade()
    [click] = ClickHistory(database).newest()
    assert (click.id, click.look_id, click.title, click.price) == (
        7, "a", "Coat", Money("9.50", "EUR"),
    )  # fmt: skip
    put_away = PutAway(database)
    assert put_away.of("b", 1) == {"x-1"}
    # It is not known what it was, so it is not listed; it can be put away anew, and then is.
    assert put_away.newest() == []
    put_away.put("b", 1, NotedOffer("p", "x-1", "Coat", "https://shop.example/1"))
    assert [each.title for each in put_away.newest()] == ["Coat"]
    with database.session(read_only=True) as session:
        for table, count in (("corrections", 1), ("shops", 1), ("thumbnails", 1), ("saved", 0)):
            assert session.scalar(text(f"SELECT count(*) FROM {table}")) == count
        assert session.scalar(text("SELECT sent FROM vendor_calls")) == 3
    database.dispose()
