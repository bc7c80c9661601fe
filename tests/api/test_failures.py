"""A disk that is full, a database that cannot be used: what can work works, nothing is lost."""

import os
import sqlite3
import time
from contextlib import closing

import pytest
import requests
from skimage.data import astronaut
from sqlalchemy import func, select, update

from server.catalog.store import CatalogStore
from server.storage.database import Database
from server.storage.errors import DiskFullError
from server.storage.tables import ProductRow, ShopRow
from tests.support.locked_database import locked
from tests.support.pictures import outfit, picture_file
from tests.support.server_process import running_server
from tests.support.small_disk import fill, make_read_only, small_disk
from tests.support.uploads import upload

# The garments of the picture below have low scores.
SETTINGS = {"WTB_MIN_SCORE": "0.2"}
FILE = "where-to-buy.sqlite3"


@pytest.fixture
def disk(tmp_path):
    """A disk of 40 MB, for the server's folder alone."""
    with small_disk(tmp_path / "disk", 40) as folder:
        yield folder


def picture(number):
    pixels = astronaut().copy()
    pixels[:8, :8] = number
    return picture_file(pixels, "JPEG")


def ask_about(server, number):
    files = {"image": ("x.jpg", picture(number))}
    return requests.post(f"{server.url}/api/v1/looks", files=files, timeout=60)


def post(server, number):
    answer = ask_about(server, number)
    assert answer.status_code == 201, answer.text
    return answer.json()


def get(server, path):
    return requests.get(server.url + path, timeout=60)


def delete(server, path):
    return requests.delete(server.url + path, timeout=60)


def listed(server):
    return {look["id"] for look in get(server, "/api/v1/looks").json()["looks"]}


def wait_until(holds):
    end = time.monotonic() + 240
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def assert_is_shown(server, look):
    assert look["garments"]
    assert get(server, f"/api/v1/looks/{look['id']}").json() == look
    assert get(server, f"/api/v1/looks/{look['id']}/picture.jpg").status_code == 200
    assert get(server, look["garments"][0]["crop"]).headers["Content-Type"] == "image/png"
    offers = get(server, f"/api/v1/looks/{look['id']}/garments/1/offers")
    assert '"done"' in offers.text


def assert_says(answer, code, *hints):
    assert (answer.status_code, answer.json()["code"]) == (503, code)
    assert int(answer.headers["Retry-After"]) >= 1
    for hint in hints:
        assert hint in answer.json()["hint"]


def test_on_a_full_disk_a_picture_is_looked_up_and_kept_once_there_is_room(disk):
    with running_server(disk, SETTINGS) as server:
        before = post(server, 1)
        rest = fill(disk)
        meanwhile = post(server, 2)
        assert_is_shown(server, meanwhile)
        assert_is_shown(server, before)
        assert listed(server) == {before["id"], meanwhile["id"]}
        assert_says(get(server, "/readyz"), "disk-full", "Make room")
        rest.unlink()
        wait_until(lambda: get(server, "/readyz").status_code == 200)
        assert "where_to_buy_looks_unwritten 0.0" in get(server, "/metrics").text
        server.process.kill()
    with running_server(disk, SETTINGS) as server:
        assert listed(server) == {before["id"], meanwhile["id"]}


def test_what_is_kept_can_be_deleted_on_a_full_disk(disk):
    with running_server(disk, SETTINGS) as server:
        looks = [post(server, number) for number in range(3)]
        assert listed(server) == {look["id"] for look in looks}
        fill(disk)
        post(server, 3)
        assert delete(server, "/api/v1/looks").status_code == 204
        assert delete(server, "/api/v1/history").status_code == 204
        assert listed(server) == set()
    with running_server(disk, SETTINGS, until="/healthz") as server:
        assert listed(server) == set()


def test_a_server_starts_on_a_full_disk(disk):
    with running_server(disk, SETTINGS) as server:
        before = post(server, 1)
    (disk / "where-to-buy.reserve").unlink()
    rest = fill(disk)
    with running_server(disk, SETTINGS, until="/healthz") as server:
        assert_is_shown(server, post(server, 2))
        assert_is_shown(server, before)
        assert_says(get(server, "/readyz"), "disk-full", "Make room")
        rest.unlink()
        wait_until(lambda: get(server, "/readyz").status_code == 200)
        assert len(listed(server)) == 2
        assert delete(server, "/api/v1/looks").status_code == 204


def test_a_server_starts_on_a_full_disk_for_the_first_time(disk):
    fill(disk)
    with running_server(disk, SETTINGS, until="/healthz") as server:
        look = post(server, 1)
        assert_is_shown(server, look)
        assert_says(get(server, "/readyz"), "disk-full")


def test_from_a_disk_that_is_read_only_looks_are_shown_and_new_ones_made(disk):
    with running_server(disk, SETTINGS) as server:
        before = post(server, 1)
    make_read_only(disk)
    with running_server(disk, SETTINGS, until="/healthz") as server:
        assert_is_shown(server, before)
        assert_is_shown(server, post(server, 2))
        refused = delete(server, "/api/v1/looks")
        assert_says(refused, "database-read-only", "WTB_STATE_DIR", "mounted for writing")
        assert_says(get(server, "/readyz"), "database-read-only")
        make_read_only(disk, again_writable=True)
        wait_until(lambda: get(server, "/readyz").status_code == 200)
        assert delete(server, "/api/v1/looks").status_code == 204


def test_while_the_database_is_locked_looks_are_made_and_kept_afterwards(
    application, settings, monkeypatch
):
    monkeypatch.setattr("server.looks.keeping._RETRY_SECONDS", 0.2)
    client = application.client
    with locked(settings.state_dir / FILE):
        looks = [upload(client, picture_file(outfit(number))) for number in range(2)]
        assert [look.status_code for look in looks] == [201, 201]
        crop = client.get(looks[1].json["garments"][0]["crop"])
        assert crop.status_code == 200
        refused = client.post(
            f"/api/v1/looks/{looks[1].json['id']}/garments", json={"box": [10, 20, 50, 60]}
        )
        assert (refused.status_code, refused.json["code"]) == (503, "database-locked")
        assert "database browser" in refused.json["hint"]
        assert client.get("/readyz").json["code"] == "database-locked"
    wait_until(lambda: client.get("/readyz").status_code == 200)
    kept = sqlite3.connect(settings.state_dir / FILE)
    assert kept.execute("SELECT count(*) FROM looks").fetchone() == (2,)
    kept.close()


def test_what_waits_for_the_database_is_written_when_the_server_stops(application_with, settings):
    first = application_with()
    with locked(settings.state_dir / FILE):
        look = upload(first.client).json
    first.services.close()
    assert application_with().client.get(f"/api/v1/looks/{look['id']}").json == look


def test_with_a_damaged_database_pictures_are_looked_up_and_the_fault_is_named(
    application, settings
):
    client = application.client
    assert upload(client).status_code == 201
    file = settings.state_dir / FILE
    # A search for the look may still hold a connection, so the log is written into the file first.
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    # In place: whoever reads a file that is written anew may see an empty one.
    with file.open("r+b") as stream:
        stream.seek(4096)  # all pages but the first
        stream.write(b"\xa5" * (file.stat().st_size - 4096))
    application.services.database.dispose()  # nobody goes on with what was read before
    look = upload(client, picture_file(outfit(2)))
    assert look.status_code == 201
    assert client.get(look.json["garments"][0]["crop"]).status_code == 200
    answer = client.get("/api/v1/looks")
    assert (answer.status_code, answer.json["code"]) == (503, "database-damaged")
    assert "where-to-buy restore" in answer.json["hint"]
    assert client.get("/readyz").json["code"] == "database-damaged"


def cut_off(file):
    os.truncate(file, file.stat().st_size // 2)


def overwrite(file):
    file.write_bytes(b"<html>" * 4000)


@pytest.mark.parametrize("damage", [cut_off, overwrite])
def test_a_server_starts_with_a_damaged_database_and_keeps_looks_once_it_is_moved_away(
    tmp_path, damage
):
    file = tmp_path / FILE
    with running_server(tmp_path, SETTINGS) as server:
        post(server, 1)
    damage(file)
    with running_server(tmp_path, SETTINGS, until="/healthz") as server:
        look = post(server, 2)
        assert_is_shown(server, look)
        assert_says(get(server, "/readyz"), "database-damaged", "restore", "move the file away")
        assert_says(delete(server, "/api/v1/history"), "database-damaged")
        file.rename(tmp_path / "damaged")
        wait_until(lambda: get(server, "/readyz").status_code == 200)
        assert listed(server) == {look["id"]}
    with running_server(tmp_path, SETTINGS) as server:
        assert_is_shown(server, look)
    assert "Traceback" not in "\n".join(server.output)


def test_a_model_that_is_stuck_is_no_ready_server(application, segmenter, monkeypatch):
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    client = application.client
    segmenter.gate.clear()
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(upload, client)
        assert segmenter.begun.acquire(timeout=10)
        assert application.client.get("/readyz").status_code == 200
        monkeypatch.setattr("server.looks.service._STUCK_SECONDS", 0.0)
        answer = application.client.get("/readyz")
        assert (answer.status_code, answer.json["code"]) == (503, "analysis-stuck")
        segmenter.gate.set()
        assert running.result(10).status_code == 201
    assert application.client.get("/readyz").status_code == 200


def test_a_shop_can_be_removed_on_a_full_disk(disk):
    database = Database(f"sqlite:///{disk / FILE}")
    database.upgrade()
    database.reserve.keep()
    with database.session() as session:
        session.add(ShopRow(id=1, name="Shop", source="feed.xml"))
        session.flush()
        for number in range(3000):
            values = {"title": "t", "link": "l", "fingerprint": "f", "vector": bytes(5120)}
            session.add(ProductRow(shop_id=1, key=str(number), **values))
    database.dispose()  # so that the log's own room is given back
    fill(disk)
    database = Database(f"sqlite:///{disk / FILE}")
    database.upgrade()
    with pytest.raises(DiskFullError), database.session() as session:
        session.execute(update(ProductRow).values(title="another title"))
    assert CatalogStore(database).remove("Shop").products == 3000
    with database.session(read_only=True) as session:
        assert session.scalar(select(func.count()).select_from(ProductRow)) == 0
        assert session.scalar(select(func.count()).select_from(ShopRow)) == 0
    database.dispose()
