"""Pairing: an extension asks, a person answers in the web app, and nobody else can do either."""

import json

import pytest

from server.api import pairing_requests
from server.api.access import WRONG_TOKENS
from server.api.pairing_requests import MOST_OPEN
from server.api.pairings import MOST_ASKED
from server.config import Settings

PAIRINGS = "/api/v1/pairings"
CHECK = f"{PAIRINGS}/check"
FIREFOX = "moz-extension://4f2c0f1e-6a52-4a8e-9d0f-0f6f6c1f7c11"
OTHER = "moz-extension://00000000-0000-4000-8000-000000000000"
OWN = "http://localhost"
TOKEN = "correct-horse-battery"


@pytest.fixture
def client(application):
    return application.client


def ask(client, origin=FIREFOX, name="Firefox on Linux"):
    return client.post(PAIRINGS, json={"name": name}, headers={"Origin": origin})


def answer(client, pairing_id, *, allow=True, **headers):
    return client.patch(
        f"{PAIRINGS}/{pairing_id}", json={"allow": allow}, headers={"Origin": OWN, **headers}
    )


def claim(client, asked, origin=FIREFOX, **changes):
    body = {"secret": asked["secret"], **changes}
    return client.post(f"{PAIRINGS}/{asked['id']}/token", json=body, headers={"Origin": origin})


def pair(client, origin=FIREFOX, **headers):
    asked = ask(client, origin).json
    assert answer(client, asked["id"], **headers).status_code == 204
    return claim(client, asked, origin).json["token"]


def may(client, token, origin=FIREFOX):
    headers = {"Authorization": f"Bearer {token}"} | ({"Origin": origin} if origin else {})
    return client.post(CHECK, headers=headers).status_code == 204


def test_an_extension_that_a_person_allowed_may_use_the_server(client):
    assert client.post(CHECK, headers={"Origin": FIREFOX}).json["code"] == "origin-not-allowed"
    asked = ask(client).json
    shown = client.get(PAIRINGS).json
    assert [(one["name"], one["origin"], one["code"]) for one in shown["waiting"]] == [
        ("Firefox on Linux", FIREFOX, asked["code"])
    ]
    assert shown["allowed"] == []
    assert claim(client, asked).json == {"state": "waiting", "token": None}
    assert answer(client, asked["id"]).status_code == 204
    got = claim(client, asked).json
    assert got["state"] == "allowed"
    assert may(client, got["token"])
    shown = client.get(PAIRINGS).json
    assert shown["waiting"] == []
    assert [(one["name"], one["origin"]) for one in shown["allowed"]] == [
        ("Firefox on Linux", FIREFOX)
    ]
    # Nobody who comes later gets it again.
    assert claim(client, asked).json["code"] == "pairing-not-found"


def test_what_was_allowed_can_be_taken_back(client):
    token = pair(client)
    (device,) = client.get(PAIRINGS).json["allowed"]
    address = f"{PAIRINGS}/{device['id']}"
    assert client.delete(address, headers={"Origin": OWN}).status_code == 204
    assert client.get(PAIRINGS).json["allowed"] == []
    assert not may(client, token)
    assert client.delete(address, headers={"Origin": OWN}).json["code"] == "pairing-not-found"


def test_who_is_refused_gets_nothing_and_is_told_so(client):
    asked = ask(client).json
    answer(client, asked["id"], allow=False)
    assert claim(client, asked).json == {"state": "refused", "token": None}
    assert client.get(PAIRINGS).json == {"waiting": [], "allowed": []}


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", OWN, "http://127.0.0.1:8000", "moz-extension://", "",
     "https://moz-extension://x", "moz-extension://x.evil.example", "file://"],
)  # fmt: skip
def test_no_web_page_can_ask(client, origin):
    assert ask(client, origin).json["code"] == "origin-not-allowed"
    assert client.get(PAIRINGS).json["waiting"] == []


def test_a_program_without_an_origin_cannot_ask(client):
    answer = client.post(PAIRINGS, json={"name": "curl"})
    assert answer.json["code"] == "origin-not-allowed"


def test_a_form_or_a_text_is_no_request(client):
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        answer = client.post(
            PAIRINGS, data='{"name": "x"}', content_type=kind, headers={"Origin": FIREFOX}
        )
        assert answer.status_code == 415


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": FIREFOX},
        {"Origin": "chrome-extension://gpdlkdmodnlokhfmmmaihkbiahihokdn"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_only_the_web_app_can_answer_and_take_back(client, headers):
    pair(client, OTHER)
    (device,) = client.get(PAIRINGS).json["allowed"]
    asked = ask(client).json
    allowing = client.patch(f"{PAIRINGS}/{asked['id']}", json={"allow": True}, headers=headers)
    assert allowing.json["code"] == "origin-not-allowed"
    removing = client.delete(f"{PAIRINGS}/{device['id']}", headers=headers)
    assert removing.json["code"] == "origin-not-allowed"
    shown = client.get(PAIRINGS).json
    assert (len(shown["waiting"]), len(shown["allowed"])) == (1, 1)


def test_an_extension_that_is_allowed_cannot_allow_others(client):
    token = pair(client)
    asked = ask(client, OTHER).json
    refused = answer(client, asked["id"], Origin=FIREFOX, Authorization=f"Bearer {token}")
    assert refused.json["code"] == "origin-not-allowed"


def test_the_page_of_the_question_cannot_be_framed_by_others(client):
    page = client.get("/pairing", headers={"Accept": "text/html"})
    assert page.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


def test_a_token_is_worth_nothing_to_any_other_origin(client):
    token = pair(client)
    assert may(client, token, None)  # a browser leaves the origin out where it asks itself
    for origin in (OTHER, "https://evil.example", "null"):
        assert not may(client, token, origin)
        headers = {"Authorization": f"Bearer {token}", "Origin": origin}
        assert client.get("/api/v1/history", headers=headers).status_code == 403


def test_the_answer_is_only_for_who_asked(client):
    asked = ask(client).json
    answer(client, asked["id"])
    assert claim(client, asked, secret="guessed").status_code == 404
    assert claim(client, asked, OTHER).status_code == 404
    assert claim(client, asked, "https://evil.example").status_code == 403
    assert claim(client, asked).json["state"] == "allowed"


def test_a_request_ends_after_some_minutes(client, monkeypatch):
    asked = ask(client).json
    now = pairing_requests.time.monotonic() + asked["seconds"] + 1
    monkeypatch.setattr(pairing_requests.time, "monotonic", lambda: now)
    assert client.get(PAIRINGS).json["waiting"] == []
    assert answer(client, asked["id"]).json["code"] == "pairing-not-found"
    assert claim(client, asked).json["code"] == "pairing-not-found"


def test_few_requests_are_open_at_once_and_one_of_each_extension(client):
    for number in range(MOST_OPEN):
        assert ask(client, f"moz-extension://{number}").status_code == 201
    assert ask(client).json["code"] == "too-many-requests"
    assert ask(client, "moz-extension://1").status_code == 201
    assert len(client.get(PAIRINGS).json["waiting"]) == MOST_OPEN


def test_an_address_that_asks_too_often_has_to_wait(client):
    for _ in range(MOST_ASKED):
        assert ask(client).status_code == 201
    refused = ask(client)
    assert refused.json["code"] == "too-many-requests"
    assert int(refused.headers["Retry-After"]) <= 60


def test_the_secret_of_a_request_is_guessed_as_rarely_as_the_token(client):
    asked = ask(client).json
    guesses = [claim(client, asked, secret=f"guess {n}").status_code for n in range(WRONG_TOKENS)]
    assert guesses == [404] * WRONG_TOKENS
    refused = claim(client, asked)
    assert (refused.status_code, refused.json["code"]) == (429, "too-many-requests")
    assert int(refused.headers["Retry-After"]) <= 60


def test_who_asks_again_and_again_for_an_answer_that_has_ended_guesses_nothing(client):
    ended, asked = {"id": "0" * 32, "secret": "x"}, ask(client).json
    for _ in range(WRONG_TOKENS + 1):
        assert claim(client, ended).status_code == 404
    assert claim(client, asked).json["state"] == "waiting"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("<b>Your bank</b>\n\u202eevil", "Your bank evil"),
        ("x" * 190, "x" * 59 + "…"),
        ("\u200b", "?"),
    ],
)
def test_a_name_is_one_short_line_of_plain_text(client, name, shown):
    ask(client, name=name)
    assert client.get(PAIRINGS).json["waiting"][0]["name"] == shown


def test_codes_differ(client):
    codes = {ask(client).json["code"] for _ in range(MOST_ASKED)}
    assert len(codes) == MOST_ASKED
    assert all(len(code) == 6 for code in codes)


def test_who_is_allowed_is_kept_and_no_token_is(application_with, application):
    token = pair(application.client)
    file = application.services.settings.state_dir / "paired.json"
    assert token not in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert may(application_with().client, token)


def test_a_server_with_an_access_token_takes_that_of_a_device(application_with):
    client = application_with(access_token=TOKEN).client
    assert client.get(PAIRINGS).status_code == 401
    asked = ask(client).json
    assert answer(client, asked["id"]).status_code == 401
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    assert answer(client, asked["id"], **bearer).status_code == 204
    token = claim(client, asked).json["token"]
    assert may(client, token)
    own = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/history", headers=own).status_code == 200
    assert not may(client, "another")


def test_another_access_token_ends_what_was_allowed(application_with):
    token = pair(application_with(access_token=TOKEN).client, Authorization=f"Bearer {TOKEN}")
    assert may(application_with(access_token=TOKEN).client, token)
    assert not may(application_with(access_token="another-horse-battery").client, token)


@pytest.mark.parametrize("text", ["", "{", "[]", json.dumps({"access": 1, "devices": []})])
def test_a_damaged_list_lets_nobody_in(application_with, settings: Settings, text):
    settings.state_dir.mkdir(exist_ok=True)
    (settings.state_dir / "paired.json").write_text(text)
    client = application_with().client
    assert client.get(PAIRINGS).json["allowed"] == []
    assert may(client, pair(client))
