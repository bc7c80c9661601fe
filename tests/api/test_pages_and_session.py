"""Pages through the whole application, and the cookie in place of the access token."""

import pytest

from server.api.session_cookie import COOKIE
from tests.support.uploads import upload

TOKEN = "open-sesame-and-barley"
OWN = "http://localhost"


@pytest.fixture
def guarded(application_with):
    return application_with(access_token=TOKEN).client


def sign_in(client, token=TOKEN, **headers):
    return client.post("/api/v1/session", json={"token": token}, headers=headers)


@pytest.mark.parametrize("path", ["/", "/history", "/about"])
def test_pages_allow_only_what_the_server_itself_gives(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    policy = dict(part.strip().split(" ", 1) for part in
                  answer.headers["Content-Security-Policy"].split(";"))  # fmt: skip
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert answer.headers["Cache-Control"] == "no-store"


def test_static_files_stay_in_their_folder(client):
    assert client.get("/static/home.js").mimetype == "text/javascript"
    for name in ("../views.py", "..%2fviews.py", "words/../../views.py"):
        assert client.get(f"/static/{name}").status_code == 404


@pytest.mark.parametrize("name", ["If-Modified-Since", "If-Unmodified-Since", "If-Range"])
def test_a_date_that_is_none_is_as_good_as_no_date(client, name):
    headers = {name: "Sat, 29 Oct 99999999999999 19:43:31 GMT", "Range": "bytes=0-1"}
    answer = client.get("/static/home.js", headers=headers)
    assert answer.status_code in {200, 206}


def test_without_the_token_pages_only_ask_for_it(guarded):
    for path in ("/", "/history", "/about"):
        text = guarded.get(path).text
        assert "sign_in.js" in text
        assert "home.js" not in text
        assert "chrome://extensions" not in text
    assert guarded.get("/static/sign_in.js").status_code == 200
    assert guarded.get("/api/v1/history").status_code == 401
    assert guarded.get("/api/v1/looks").status_code == 401


def test_the_right_token_gives_a_cookie_that_opens_everything(guarded):
    answer = sign_in(guarded)
    assert answer.status_code == 204
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert TOKEN not in cookie
    assert "home.js" in guarded.get("/").text
    assert guarded.get("/api/v1/history").status_code == 200
    assert guarded.delete("/api/v1/history", headers={"Origin": OWN}).status_code == 204
    assert guarded.delete("/api/v1/session").status_code == 204
    assert guarded.get("/api/v1/history").status_code == 401


def test_a_cookie_ends_when_its_browser_signs_out(guarded):
    sign_in(guarded)
    copied = guarded.get_cookie(COOKIE).value
    assert guarded.delete("/api/v1/session").status_code == 204
    guarded.set_cookie(COOKIE, copied)
    assert guarded.get("/api/v1/history").status_code == 401


def test_another_browser_stays_signed_in(guarded):
    other = guarded.application.test_client()
    sign_in(guarded)
    sign_in(other)
    assert guarded.get_cookie(COOKIE).value != other.get_cookie(COOKIE).value
    guarded.delete("/api/v1/session")
    assert other.get("/api/v1/history").status_code == 200


def test_a_session_outlives_the_server_and_its_end_does_too(application_with, guarded):
    sign_in(guarded)
    value = guarded.get_cookie(COOKIE).value
    again = application_with(access_token=TOKEN).client
    again.set_cookie(COOKIE, value)
    assert again.get("/api/v1/history").status_code == 200
    again.delete("/api/v1/session")
    once_more = application_with(access_token=TOKEN).client
    once_more.set_cookie(COOKIE, value)
    assert once_more.get("/api/v1/history").status_code == 401


def test_the_file_of_sessions_shows_neither_cookies_nor_token_to_anybody(guarded, settings):
    sign_in(guarded)
    path = settings.state_dir / "sessions.json"
    text = path.read_text()
    assert guarded.get_cookie(COOKIE).value not in text
    assert TOKEN not in text
    assert path.stat().st_mode & 0o777 == 0o600


def test_sessions_that_cannot_be_read_or_written_only_ask_for_the_token_again(
    application_with, settings, caplog
):
    settings.state_dir.mkdir(parents=True, exist_ok=True)
    path = settings.state_dir / "sessions.json"
    path.write_bytes(b"\xff not json")
    client = application_with(access_token=TOKEN).client
    assert "sign in again" in caplog.text
    path.unlink()
    path.mkdir()
    assert sign_in(client).status_code == 204
    assert "not kept" in caplog.text
    assert client.get("/api/v1/history").status_code == 200
    assert client.delete("/api/v1/session").status_code == 204


@pytest.mark.parametrize("token", ["", TOKEN.upper(), TOKEN + "!", "é열", TOKEN[:-1]])
def test_another_token_gives_none(guarded, token):
    answer = sign_in(guarded, token)
    assert answer.status_code == 401
    assert "Set-Cookie" not in answer.headers


def test_a_cookie_is_worth_nothing_under_another_token(application_with, guarded):
    sign_in(guarded)
    value = guarded.get_cookie(COOKIE).value
    other = application_with(access_token="another-" + TOKEN).client
    other.set_cookie(COOKIE, value)
    assert other.get("/api/v1/history").status_code == 401
    for wrong in ("", TOKEN, value[:-1], value + "0"):
        guarded.set_cookie(COOKIE, wrong)
        assert guarded.get("/api/v1/history").status_code == 401


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "moz-extension://1234"])
def test_the_cookie_opens_nothing_for_other_origins(guarded, origin):
    sign_in(guarded)
    answer = guarded.delete("/api/v1/history", headers={"Origin": origin})
    assert answer.status_code == 403
    assert answer.json["code"] == "origin-not-allowed"
    assert sign_in(guarded, Origin=origin).status_code == 403


def test_looks_are_listed_shown_and_forgotten(client):
    look = upload(client).json
    listed = client.get("/api/v1/looks").json["looks"]
    assert [entry["id"] for entry in listed] == [look["id"]]
    picture = client.get(f"/api/v1/looks/{look['id']}/picture.jpg")
    assert picture.mimetype == "image/jpeg"
    assert picture.data.startswith(b"\xff\xd8")
    assert client.delete("/api/v1/looks").status_code == 204
    assert client.get("/api/v1/looks").json == {"looks": []}
    assert client.get(f"/api/v1/looks/{look['id']}/picture.jpg").status_code == 404


def test_a_language_is_remembered(client):
    assert 'lang="en"' in client.get("/").text
    answer = client.get("/language/ko?page=about")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/about")
    assert '<html lang="ko" dir="ltr">' in client.get("/").text
    assert client.get("/language/xx").status_code == 404


@pytest.mark.parametrize(
    ("query", "back"),
    [
        ("page=home&look=" + "a1" * 16, "/?look=" + "a1" * 16),
        ("page=https://evil.example", "/"),
        ("page=//evil.example&look=//evil.example", "/"),
        ("look=%0d%0aSet-Cookie:x", "/"),
        (
            "look=" + "a1" * 16 + "&word=%0d%0aSet-Cookie:x&then=//evil.example&size=" + "9" * 300,
            "/?word=%0D%0ASet-Cookie%3Ax&look=" + "a1" * 16,
        ),
    ],
)
def test_choosing_a_language_leads_nowhere_else(client, query, back):
    assert client.get(f"/language/en?{query}").headers["Location"] == back
