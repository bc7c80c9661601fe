"""The history moves to another installation, whole, and only once."""

import csv
import io
import json
import zipfile

import pytest

from server.api import history_files
from server.catalog.catalog import Given
from tests.api.test_looks import upload
from tests.api.test_no_history import keep
from tests.api.test_saved import offer_of, save
from tests.support.feeds import feed_file, item
from tests.support.pictures import outfit, picture_file

EXPORT = "/api/v1/history/export"


@pytest.fixture
def application(application_with, tmp_path):
    """The garment is navy, and a shop has a tee whose title a spreadsheet would compute."""
    made = application_with()
    path = feed_file(tmp_path, item("navy", "=HYPERLINK(1) Tee", price="15.00 USD"))
    made.services.offers.catalog.import_feed(str(path), Given(name="Corner"))
    return made


@pytest.fixture
def another(application_with, tmp_path):
    """Another installation."""
    return application_with(state_dir=tmp_path / "another", database_url=None).client


def take_in(client, data):
    files = {"file": (io.BytesIO(data), "history.zip")}
    return client.post("/api/v1/history/import", data=files, content_type="multipart/form-data")


def state(client):
    """Return all that the pages show."""
    return {
        "looks": client.get("/api/v1/looks").json["looks"],
        "history": client.get("/api/v1/history").json,
        "saved": client.get("/api/v1/saved").json,
    }


def without_ids(kept):
    """Leave out what each installation counts for itself, and hashes of pictures made anew."""
    text = json.dumps(kept, sort_keys=True)
    clean = json.loads(text)
    for each in [*clean["history"]["clicks"], *clean["saved"]["saved"], *clean["saved"]["lists"]]:
        each.pop("id")
    for each in [
        *clean["history"]["clicks"],
        *clean["saved"]["saved"],
        *clean["history"]["put_away"],
    ]:
        each["picture"] = bool(each["picture"])
        each.pop("list_id", None)
    return clean


@pytest.fixture
def filled(client):
    """An installation that has everything once."""
    look = upload(client, picture_file(outfit())).json
    at = f"/api/v1/looks/{look['id']}/garments"
    client.post("/api/v1/history/garments", json={"look_id": look["id"], "garment": 1})
    offer = offer_of(client, look)
    click = {"look_id": look["id"], "garment": 1, "offer_id": offer["id"]}
    client.post("/api/v1/clicks", json=click)
    client.patch(f"{at}/2", json={"category": "skirt"})
    save(client, look, number=2)
    save(client, look, offer)
    client.patch(f"{at}/1/offers", json={"offer_id": offer["id"], "put_away": True})
    made = client.post("/api/v1/saved/lists", json={"name": "Summer"}).json
    [one, *_] = client.get("/api/v1/saved").json["saved"]
    client.patch(f"/api/v1/saved/{one['id']}", json={"list_id": made["id"]})
    return client


def test_one_file_brings_everything_to_another_installation(filled, another):
    data = filled.get(f"{EXPORT}.zip").data
    answer = take_in(another, data)
    assert answer.status_code == 200, answer.text
    assert answer.json == {
        "looks": 1, "garments": 1, "clicks": 1, "put_away": 1, "saved": 2, "pictures_missing": 0,
    }  # fmt: skip
    mine, theirs = state(filled), state(another)
    assert without_ids(theirs) == without_ids(mine)
    [summer] = theirs["saved"]["lists"]
    assert [each["list_id"] for each in theirs["saved"]["saved"]] == [summer["id"], None]
    shown = [
        theirs["history"]["clicks"][0],
        *theirs["saved"]["saved"],
        *theirs["history"]["put_away"],
    ]
    for each in shown:
        assert another.get(each["picture"]).data.startswith(b"\xff\xd8")
    look = theirs["looks"][0]["id"]
    # It can be used like one that was made there: cut out, searched for, corrected.
    assert another.get(f"/api/v1/looks/{look}/garments/1/crop.png").status_code == 200
    found = another.get(f"/api/v1/looks/{look}/garments/1/prices")
    assert {each["change"] for each in found.json["offers"]} == {"not found"}


def test_importing_twice_doubles_nothing(filled, another):
    data = filled.get(f"{EXPORT}.zip").data
    take_in(another, data)
    before = state(another)
    assert set(take_in(another, data).json.values()) == {0}
    assert state(another) == before
    # Nor does it where everything comes from, nor on the way back.
    before = state(filled)
    assert set(take_in(filled, another.get(f"{EXPORT}.zip").data).json.values()) == {0}
    assert state(filled) == before


def test_the_document_and_the_table_say_the_same(filled):
    answer = filled.get(f"{EXPORT}.json")
    assert "attachment" in answer.headers["Content-Disposition"]
    document = answer.json
    assert document["format"] == "where-to-buy-history"
    with zipfile.ZipFile(io.BytesIO(filled.get(f"{EXPORT}.zip").data)) as archive:
        packed = json.loads(archive.read("history.json"))
        assert archive.testzip() is None
    assert packed["clicks"] == document["clicks"]
    answer = filled.get(f"{EXPORT}.csv")
    assert answer.mimetype == "text/csv"
    table = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert [row["kind"] for row in table] == [
        "picture", "garment", "opened", "put away", "saved", "saved",
    ]  # fmt: skip
    [opened] = [row for row in table if row["kind"] == "opened"]
    # No spreadsheet computes what a shop wrote.
    assert opened["title"] == "'=HYPERLINK(1) Tee"
    assert (opened["price"], opened["currency"], opened["shop"]) == ("15.00", "USD", "Corner")


def test_what_is_no_history_is_refused_over_http_too(client, monkeypatch):
    answer = take_in(client, b"PK\x03\x04 no")
    assert (answer.status_code, answer.json["code"]) == (422, "bad-history-file")
    assert client.post("/api/v1/history/import", json={}).status_code == 415
    both = {"file": (io.BytesIO(b"x"), "x"), "more": "x"}
    url = "/api/v1/history/import"
    assert client.post(url, data=both, content_type="multipart/form-data").status_code == 400
    monkeypatch.setattr(history_files, "FILE_BYTES", 1000)
    assert take_in(client, b"x" * 2000).status_code == 413


def test_without_a_history_none_is_taken_in_and_none_is_given(filled):
    data = filled.get(f"{EXPORT}.zip").data
    keep(filled, False)
    assert take_in(filled, data).json["code"] == "history-off"
    # What was kept before is out of sight here as well; what was saved is not history.
    document = filled.get(f"{EXPORT}.json").json
    assert (document["looks"], document["clicks"]) == ([], [])
    assert len(document["saved"]) == 2


def test_no_other_site_can_have_the_file(filled):
    for suffix in ("json", "csv", "zip"):
        for site in ("cross-site", "same-site"):
            answer = filled.get(f"{EXPORT}.{suffix}", headers={"Sec-Fetch-Site": site})
            assert answer.status_code == 403
        own = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}
        assert filled.get(f"{EXPORT}.{suffix}", headers=own).status_code == 200
