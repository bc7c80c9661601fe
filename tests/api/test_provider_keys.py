"""Keys that are entered in the web app, and providers that are asked for real."""

import json
import stat
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from server.api.providers import TESTS_AT_ONCE
from server.errors import SettingsError
from server.offers.provider_calls import call
from server.offers.stored_keys import FILE, KeyNotKeptError, StoredKeys
from server.storage.backup import _files_beside
from tests.support.searxng_server import product_result, searxng_server

KEY = "a-secret-of-mine"


@pytest.fixture
def application(application_with):
    return application_with(ebay_id="from-the-environment", ucp_enabled=False)


def provider(client, name):
    listed = client.get("/api/v1/providers")
    assert KEY not in listed.text
    return next(each for each in listed.json["providers"] if each["name"] == name)


def enter(client, name, **keys):
    given = [{"name": key, "value": value} for key, value in keys.items()]
    return client.post(f"/api/v1/providers/{name}/keys", json={"keys": given})


def test_a_key_that_is_entered_sets_a_provider_up_at_once_and_is_never_given(client, application):
    assert provider(client, "serper")["enabled"] is False
    answer = enter(client, "serper", WTB_SERPER_KEY=KEY)
    assert answer.status_code == 200, answer.text
    assert KEY not in answer.text
    key = {"name": "WTB_SERPER_KEY", "is_set": True, "is_fixed": False}
    shown = provider(client, "serper")
    assert (shown["enabled"], shown["available"], shown["keys"]) == (True, True, [key])
    search = application.services.offers.search
    assert "serper" in {each.name for each in search.providers}
    file = application.services.settings.state_dir / FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert KEY in file.read_text(encoding="utf-8")


def test_it_is_there_after_a_restart_and_gone_once_it_is_deleted(client, application_with):
    enter(client, "serper", WTB_SERPER_KEY=KEY)
    again = application_with(ebay_id="from-the-environment", ucp_enabled=False)
    assert provider(again.client, "serper")["enabled"] is True
    assert enter(again.client, "serper", WTB_SERPER_KEY=None).json["enabled"] is False
    assert "serper" not in {each.name for each in again.services.offers.search.providers}


def test_what_is_set_where_the_server_runs_is_fixed(client):
    keys = {each["name"]: each for each in provider(client, "ebay")["keys"]}
    assert keys["WTB_EBAY_ID"] == {"name": "WTB_EBAY_ID", "is_set": True, "is_fixed": True}
    answer = enter(client, "ebay", WTB_EBAY_ID=KEY)
    assert (answer.status_code, answer.json["code"]) == (409, "key-is-fixed")
    assert enter(client, "ebay", WTB_EBAY_SECRET=KEY).json["enabled"] is True


@pytest.mark.parametrize(
    ("name", "keys", "status"),
    [
        ("serper", {"WTB_EBAY_SECRET": KEY}, 409),
        ("serper", {"WTB_ACCESS_TOKEN": KEY}, 409),
        ("searxng", {"WTB_SEARXNG_URL": "http://127.0.0.1:1"}, 409),
        ("nobody", {"WTB_SERPER_KEY": KEY}, 404),
        ("serper", {"WTB_SERPER_KEY": "two words"}, 400),
        ("serper", {"WTB_SERPER_KEY": ""}, 400),
        ("serper", {"PATH": KEY}, 400),
        ("serper", {}, 400),
    ],
)
def test_nothing_but_a_providers_own_keys_can_be_entered(client, name, keys, status):
    assert enter(client, name, **keys).status_code == status


def test_a_key_that_cannot_be_kept_changes_nothing(tmp_path):
    keys = StoredKeys(tmp_path / "gone" / FILE)
    (tmp_path / "gone").touch()
    with pytest.raises(KeyNotKeptError):
        keys.change({"WTB_SERPER_KEY": KEY})
    assert keys.names == frozenset()


@pytest.mark.parametrize("content", ["", "[]", "{"])
def test_a_file_that_cannot_be_read_stops_the_start(tmp_path, content):
    (tmp_path / FILE).write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match="keys"):
        StoredKeys(tmp_path / FILE)


def test_keys_are_in_no_backup(client, application):
    enter(client, "serper", WTB_SERPER_KEY=KEY)
    folder = application.services.settings.state_dir
    assert (folder / FILE).is_file()
    assert not [name for name in _files_beside(folder, folder / "x.sqlite3") if FILE in name]


def trial(client, name):
    answer = client.post(f"/api/v1/providers/{name}/test")
    assert answer.status_code == 200, answer.text
    return answer.json


def test_a_provider_is_asked_for_real_and_what_came_of_it_is_said(application_with):
    with searxng_server() as server:
        server.results = [product_result("https://mill.example/1")]
        client = application_with(searxng_url=server.url).client
        answers = trial(client, "searxng")
        assert (answers["verdict"], answers["offers"]) == ("answers", 1)
        server.formats = ("html",)
        fails = trial(client, "searxng")
    assert (fails["verdict"], fails["offers"]) == ("fails", 0)
    assert fails["code"]
    assert "settings.yml" in json.dumps(fails)
    assert trial(client, "catalog")["verdict"] == "answers"
    assert trial(client, "ebay")["verdict"] == "off"
    assert client.post("/api/v1/providers/nobody/test").status_code == 404


def test_tests_of_providers_that_do_not_answer_hold_few_threads(application_with, monkeypatch):
    asked, answers = threading.Semaphore(0), threading.Event()

    def hanging(state, query, settings):
        asked.release()
        answers.wait(45)
        return call(state, query, settings)

    monkeypatch.setattr("server.api.providers.call", hanging)
    application = application_with()

    def test_links():
        return application.client.post("/api/v1/providers/links/test")

    with ThreadPoolExecutor(TESTS_AT_ONCE) as pool:
        running = [pool.submit(test_links) for _ in range(TESTS_AT_ONCE)]
        for _ in running:
            assert asked.acquire(timeout=45)
        refused = test_links()
        assert (refused.status_code, refused.json["code"]) == (503, "provider-tests-busy")
        assert int(refused.headers["Retry-After"]) >= 1
        answers.set()
        assert [each.result(45).status_code for each in running] == [200] * TESTS_AT_ONCE
    assert test_links().status_code == 200
