"""Deletions while another program keeps the database to itself: hidden at once, made afterwards."""

import sqlite3
from contextlib import closing

from server.history.noted import NotedOffer
from tests.e2e.waiting import wait_for
from tests.support.locked_database import locked
from tests.support.pictures import outfit, picture_file
from tests.support.uploads import upload

FILE = "where-to-buy.sqlite3"
WAITING = "deletions.json"
OPENED = NotedOffer("catalog", "1", "Blue trousers", "https://shop.example/1")


def listed(client):
    return client.get("/api/v1/looks").json["looks"]


def test_what_is_deleted_is_hidden_at_once_and_deleted_once_the_database_is_free(
    application, settings, monkeypatch
):
    monkeypatch.setattr("server.storage.waiting.RETRY_SECONDS", 0.2)
    client = application.client
    looks = [upload(client, picture_file(outfit(number))).json["id"] for number in range(3)]
    with locked(settings.state_dir / FILE):
        assert client.delete(f"/api/v1/looks/{looks[0]}").status_code == 202
        assert client.get(f"/api/v1/looks/{looks[0]}").status_code == 404
        assert client.get(f"/api/v1/looks/{looks[0]}/picture.jpg").status_code == 404
        assert client.delete(f"/api/v1/looks/{looks[0]}").status_code == 404
        assert [look["id"] for look in listed(client)] == [looks[2], looks[1]]
        assert client.delete("/api/v1/looks").status_code == 202
        assert listed(client) == []
        # The same picture once more is a new look.
        again = upload(client, picture_file(outfit(1))).json["id"]
        assert [look["id"] for look in listed(client)] == [again]
    wait_for(lambda: not (settings.state_dir / WAITING).exists(), "the deletions")
    wait_for(lambda: client.get("/readyz").status_code == 200, "the database")
    with closing(sqlite3.connect(settings.state_dir / FILE)) as kept:
        assert kept.execute("SELECT id FROM looks").fetchall() == [(again,)]


def test_deletions_that_wait_survive_the_server(application_with, settings):
    first = application_with()
    look = upload(first.client).json["id"]
    with locked(settings.state_dir / FILE):
        assert first.client.delete(f"/api/v1/looks/{look}").status_code == 202
        first.services.close()
        # A start takes no writing where nothing is to be migrated.
        second = application_with()
        assert listed(second.client) == []
    second.services.close()
    with closing(sqlite3.connect(settings.state_dir / FILE)) as kept:
        assert kept.execute("SELECT count(*) FROM looks").fetchone() == (0,)


def test_what_was_opened_is_deleted_while_the_database_is_locked(
    application, settings, monkeypatch
):
    monkeypatch.setattr("server.storage.waiting.RETRY_SECONDS", 0.2)
    client, clicks = application.client, application.services.clicks
    look = upload(client).json["id"]
    first, second = (clicks.add(look, 1, "trousers", OPENED).id for _ in range(2))
    seen = {"look_id": look, "garment": 1}
    assert client.post("/api/v1/history/garments", json=seen).status_code == 204
    with locked(settings.state_dir / FILE):
        assert client.delete(f"/api/v1/history/{first}").status_code == 202
        assert client.delete(f"/api/v1/history/{first}").status_code == 404
        assert client.delete("/api/v1/history/999").status_code == 404
        assert [each["id"] for each in client.get("/api/v1/history").json["clicks"]] == [second]
        assert len(client.get("/api/v1/history").json["garments"]) == 1
        assert client.delete(f"/api/v1/history/garments/{look}/1").status_code == 202
        assert client.delete(f"/api/v1/history/garments/{look}/1").status_code == 404
        assert client.get("/api/v1/history").json["garments"] == []
        assert client.delete("/api/v1/history").status_code == 202
        assert client.get("/api/v1/history").json["clicks"] == []
    wait_for(lambda: not (settings.state_dir / WAITING).exists(), "the deletions")
    with closing(sqlite3.connect(settings.state_dir / FILE)) as kept:
        assert kept.execute("SELECT count(*) FROM clicks").fetchone() == (0,)
        assert kept.execute("SELECT count(*) FROM seen_garments").fetchone() == (0,)


def test_a_deletion_that_cannot_even_be_noted_is_refused(application, settings):
    client = application.client
    look = upload(client).json["id"]
    (settings.state_dir / WAITING).mkdir()
    with locked(settings.state_dir / FILE):
        refused = client.delete(f"/api/v1/looks/{look}")
        assert (refused.status_code, refused.json["code"]) == (503, "database-locked")
        assert client.get(f"/api/v1/looks/{look}").status_code == 200
