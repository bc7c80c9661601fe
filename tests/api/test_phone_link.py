"""A link that signs a phone in once, and the list of who is signed in."""

import json
import time

import cv2
import numpy as np
import pytest

from server import lan
from server.api import sign_in_links
from server.api.qr_code import qr_rows, qr_text
from server.api.session_cookie import COOKIE

TOKEN = "open-sesame-and-barley"
OWN = {"Origin": "http://localhost"}
LINKS = "/api/v1/session/links"


@pytest.fixture
def guarded(application_with, monkeypatch):
    monkeypatch.setattr(lan, "lan_address", lambda: "192.168.1.20")
    client = application_with(access_token=TOKEN, host="0.0.0.0").client
    sign_in(client, token=TOKEN, name="Firefox on Linux")
    return client


def sign_in(client, **given):
    return client.post("/api/v1/session" + ("/links/use" if "link" in given else ""), json=given)


def secret_of(client):
    made = client.post(LINKS, headers=OWN)
    assert made.status_code == 201, made.json
    return made.json["address"].partition("#")[2]


def test_a_link_signs_one_phone_in_once(guarded):
    made = guarded.post(LINKS, headers=OWN).json
    address, _, secret = made["address"].partition("#")
    assert address == "http://192.168.1.20:80/enter"
    assert made["seconds"] == 600
    phone, other = (guarded.application.test_client() for _ in range(2))
    assert "enter.js" in phone.get("/enter").text
    assert phone.get("/api/v1/history").status_code == 401
    assert sign_in(phone, link=secret, name="Safari on iPhone").status_code == 204
    assert phone.get("/api/v1/history").status_code == 200
    again = sign_in(other, link=secret)
    assert (again.status_code, again.json["code"]) == (404, "link-ended")
    assert "Set-Cookie" not in again.headers


def test_a_link_ends_by_itself_and_with_five_newer_ones(guarded, monkeypatch):
    first = secret_of(guarded)
    kept = [secret_of(guarded) for _ in range(sign_in_links.MOST_OPEN)]
    assert sign_in(guarded, link=first).status_code == 404
    later = time.monotonic() + sign_in_links.SECONDS + 1
    assert sign_in(guarded, link=kept[0]).status_code == 204
    monkeypatch.setattr(time, "monotonic", lambda: later)
    assert sign_in(guarded, link=kept[1]).status_code == 404


def test_only_the_web_app_of_somebody_signed_in_makes_links(guarded):
    stranger = guarded.application.test_client()
    assert stranger.post(LINKS, headers=OWN).status_code == 401
    for origin in ("https://evil.example", "null", "moz-extension://12", "http://localhost:81"):
        assert guarded.post(LINKS, headers={"Origin": origin}).status_code == 403
    assert guarded.post(LINKS, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_links_are_guessed_as_rarely_as_tokens(guarded):
    guesses = [sign_in(guarded, link=f"guess-{number}").status_code for number in range(12)]
    assert guesses[0] == 404
    assert guesses[-1] == 429


@pytest.mark.parametrize(
    ("changes", "own"),
    [
        ({"access_token": TOKEN}, "192.168.1.20"),
        ({"access_token": TOKEN, "host": "0.0.0.0"}, None),
        ({}, "192.168.1.20"),
    ],
)
def test_a_server_that_no_phone_reaches_says_what_to_do(
    application_with, monkeypatch, changes, own
):
    monkeypatch.setattr(lan, "lan_address", lambda: own)
    client = application_with(**changes).client
    if changes:
        sign_in(client, token=TOKEN)
    answer = client.post(LINKS, headers=OWN)
    assert (answer.status_code, answer.json["code"]) == (409, "no-network")
    assert "--host 0.0.0.0" in answer.json["hint"]


def test_behind_a_proxy_the_link_has_the_proxys_name(application_with):
    client = application_with(access_token=TOKEN, allowed_hosts=("closet.example",)).client
    proxied = {"headers": {"Origin": "https://closet.example"}, "base_url": "http://closet.example"}
    assert client.post("/api/v1/session", json={"token": TOKEN}, **proxied).status_code == 204
    made = client.post(LINKS, **proxied)
    assert made.json["address"].startswith("https://closet.example/enter#")


def test_who_is_signed_in_is_listed_and_signed_out(guarded):
    phone = guarded.application.test_client()
    sign_in(phone, link=secret_of(guarded), name="Safari\n on\u202e iPhone")
    listed = guarded.get("/api/v1/session/all").json["sessions"]
    assert [one["name"] for one in listed] == ["Safari on iPhone", "Firefox on Linux"]
    assert [one["is_own"] for one in listed] == [False, True]
    path = f"/api/v1/session/all/{listed[0]['id']}"
    assert phone.delete(path, headers={"Origin": "https://evil.example"}).status_code == 403
    assert guarded.delete(path, headers=OWN).status_code == 204
    assert phone.get("/api/v1/history").status_code == 401
    assert guarded.get("/api/v1/history").status_code == 200
    gone = guarded.delete(path, headers=OWN)
    assert (gone.status_code, gone.json["code"]) == (404, "session-not-found")


def test_the_list_opens_nothing(guarded):
    for one in guarded.get("/api/v1/session/all").json["sessions"]:
        stranger = guarded.application.test_client()
        stranger.set_cookie(COOKIE, one["id"])
        assert stranger.get("/api/v1/history").status_code == 401


def test_sessions_from_before_they_had_names_go_on(application_with, guarded, settings):
    path = settings.state_dir / "sessions.json"
    path.write_text(json.dumps({key: time.time() - 60 for key in json.loads(path.read_text())}))
    again = application_with(access_token=TOKEN).client
    again.set_cookie(COOKIE, guarded.get_cookie(COOKIE).value)
    (one,) = again.get("/api/v1/session/all").json["sessions"]
    assert (one["name"], one["is_own"]) == ("", True)


def test_without_an_access_token_there_are_no_links_to_guess(application_with):
    assert sign_in(application_with().client, link="guess").status_code == 404


@pytest.mark.parametrize("body", [{}, {"link": "x" * 201}, {"link": 1}, {"link": "x", "more": 1}])
def test_what_is_no_link_is_refused(guarded, body):
    assert guarded.post("/api/v1/session/links/use", json=body).status_code == 400


@pytest.mark.parametrize("length", [1, 32, 120])
def test_a_qr_code_holds_its_text(length):
    text = "http://192.168.178.123:8000/enter#" + "aZ_9-"[: length % 5 + 1] * length
    rows = qr_rows(text)
    assert {len(row) for row in rows} == {len(rows)}
    assert read(rows) == text


def test_a_qr_code_is_drawn_in_a_terminal():
    rows = qr_rows("http://10.0.0.5:8000/enter#abc")
    upper, lower = {"█": "00", "▀": "01", "▄": "10", " ": "11"}, []
    for line in qr_text(rows).splitlines():
        lower += ["".join(upper[sign][half] for sign in line) for half in (0, 1)]
    assert [line[2:-2] for line in lower[2 : 2 + len(rows)]] == rows


def read(rows):
    modules = np.array([[0 if module == "1" else 255 for module in row] for row in rows], np.uint8)
    picture = cv2.resize(
        np.pad(modules, 4, constant_values=255), None, fx=6, fy=6, interpolation=cv2.INTER_NEAREST
    )
    return cv2.QRCodeDetector().detectAndDecode(picture)[0]
