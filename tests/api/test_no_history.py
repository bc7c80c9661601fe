"""Whoever wants no history gets none: nothing that was looked at reaches a file."""

import json

import pytest

from server.errors import SettingsError
from server.history.keeping import FILE, Keeping, KeepingNotKeptError
from tests.api.test_looks import upload
from tests.support.pictures import outfit, picture_file

KEEPING = "/api/v1/history/keeping"


def keep(client, keep):
    return client.patch(KEEPING, json={"keep": keep})


def looks(client):
    return [look["id"] for look in client.get("/api/v1/looks").json["looks"]]


def files(application):
    """Return the bytes of every file, without SQLite's index of who reads what."""
    folder = application.services.settings.state_dir
    return {
        path: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith("-shm")
    }


def use(client, picture):
    """Look at a picture, and do with it whatever is remembered otherwise."""
    look = upload(client, picture).json
    at = f"/api/v1/looks/{look['id']}"
    found = client.get(f"{at}/garments/1/offers", headers={"Accept": "application/json"}).json
    offer = {"garment": 1, "offer_id": found["offers"][0]["id"]}
    assert client.post("/api/v1/clicks", json={"look_id": look["id"], **offer}).status_code == 201
    away = {"offer_id": offer["offer_id"], "put_away": True}
    assert client.patch(f"{at}/garments/1/offers", json=away).status_code == 204
    changed = client.patch(f"{at}/garments/2", json={"category": "skirt"})
    assert changed.json["garments"][1]["category"] == "skirt"
    assert client.post(f"{at}/garments", json={"box": [20, 10, 60, 70]}).status_code == 201
    return look["id"]


def test_nothing_reaches_a_file_while_no_history_is_kept(application_with):
    application = application_with()
    client = application.client
    assert client.get(KEEPING).json == {"keep": True, "fixed": False}
    before = use(client, picture_file(outfit()))
    assert keep(client, False).json == {"keep": False, "fixed": False}
    lie = files(application)
    other = picture_file(outfit()[:-8])
    look = use(client, other)
    # It can be used like any other, and what was kept before is out of sight.
    assert looks(client) == [look]
    assert len(client.get("/api/v1/history").json["clicks"]) == 1
    picture = client.get(f"/api/v1/looks/{look}/picture.jpg")
    assert picture.status_code == 200
    assert files(application) == lie
    assert not any(look.encode() in data for data in lie.values())
    application.services.close()
    assert not any(look.encode() in data for data in files(application).values())

    again = application_with().client
    assert again.get(KEEPING).json["keep"] is False
    assert looks(again) == []
    assert keep(again, True).json["keep"] is True
    assert looks(again) == [before]
    assert len(again.get("/api/v1/history").json["clicks"]) == 1


def test_what_was_kept_before_is_deleted_as_well(client):
    kept = use(client, picture_file(outfit()))
    keep(client, False)
    use(client, picture_file(outfit()[:-8]))
    assert client.delete("/api/v1/looks").status_code == 204
    assert client.delete("/api/v1/history").status_code == 204
    assert looks(client) == []
    keep(client, True)
    assert looks(client) == []
    assert client.get("/api/v1/history").json["clicks"] == []
    assert client.get(f"/api/v1/looks/{kept}").status_code == 404


def test_what_was_only_in_memory_is_gone_once_a_history_is_kept_again(client):
    keep(client, False)
    look = use(client, picture_file(outfit()))
    keep(client, True)
    assert looks(client) == []
    assert client.get(f"/api/v1/looks/{look}").status_code == 404
    keep(client, False)
    assert looks(client) == []


def test_the_settings_have_the_last_word(application_with):
    client = application_with(keep_history=False).client
    assert client.get(KEEPING).json == {"keep": False, "fixed": True}
    answer = keep(client, True)
    assert (answer.status_code, answer.json["code"]) == (409, "keeping-fixed")
    assert "WTB_KEEP_HISTORY" in answer.json["hint"]
    assert client.patch(KEEPING, json={"keep": "yes"}).status_code == 400


def test_a_choice_that_cannot_be_read_or_written_is_not_guessed(tmp_path):
    path = tmp_path / FILE
    path.write_text("{", "utf-8")
    with pytest.raises(SettingsError):
        Keeping(path)
    missing = Keeping(tmp_path / "file" / FILE)
    (tmp_path / "file").write_text("")
    with pytest.raises(KeepingNotKeptError):
        missing.turn(on=False)
    assert missing.is_on()
    path.unlink()
    Keeping(path).turn(on=False)
    assert json.loads(path.read_text("utf-8")) == {"keep": False}
    assert path.stat().st_mode & 0o077 == 0
