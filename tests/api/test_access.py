import pytest

from server.app import create_app
from server.config import EXTENSION_ID, Settings
from server.errors import SettingsError

EXTENSION = f"chrome-extension://{EXTENSION_ID}"
TOKEN = "correct-horse-battery"
LOOKS = "/api/v1/looks"


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:8000", "LOCALHOST", "127.0.0.1:8000", "127.0.0.2", "[::1]:8000"],
)
def test_the_server_answers_under_the_names_of_this_machine(client, host):
    assert client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "rebound.example",
        "rebound.example:8000",
        "127.0.0.1.rebound.example",
        "localhost.rebound.example",
        "192.168.1.2",
        "user@127.0.0.1",
        "127.0.0.1:80:80",
        "127.0.0.1/",
        "[::1",
        "",
    ],
)
def test_a_name_that_was_rebound_to_this_machine_is_refused(client, host):
    for path in ("/healthz", LOOKS + "/x", "/metrics"):
        answer = client.get(path, headers={"Host": host})
        assert answer.status_code == 403
        assert answer.json["code"] == "host-not-allowed"


def test_a_forwarded_host_does_not_count(client):
    headers = {"Host": "rebound.example", "X-Forwarded-Host": "localhost"}
    assert client.get("/healthz", headers=headers).status_code == 403


def test_further_names_may_be_allowed(application_with):
    client = application_with(allowed_hosts=("nas.home", "nas.home:9000")).client
    assert client.get("/healthz", headers={"Host": "nas.home:8000"}).status_code == 200
    assert client.get("/healthz", headers={"Host": "NAS.home"}).status_code == 200
    assert client.get("/healthz", headers={"Host": "other.home"}).status_code == 403


def test_a_server_for_others_answers_under_bare_addresses_but_not_under_any_name(
    application_with,
):
    client = application_with(host="0.0.0.0", access_token=TOKEN).client
    assert client.get("/healthz", headers={"Host": "192.168.1.2:8000"}).status_code == 200
    assert client.get("/healthz", headers={"Host": "rebound.example"}).status_code == 403


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://localhost.evil.example",
        "http://localhost:9999",
        "null",
        "chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "moz-extension://2a9a7b0c-0000-0000-0000-000000000000",
        "",
    ],
)
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE", "PUT"])
def test_pages_of_other_sites_change_nothing(client, origin, method):
    answer = client.open(LOOKS, method=method, headers={"Origin": origin})
    assert answer.status_code == 403
    assert answer.json["code"] == "origin-not-allowed"


@pytest.mark.parametrize("origin", [EXTENSION, "http://localhost"])
def test_the_extension_and_the_servers_own_pages_may_ask(client, origin):
    assert client.post(LOOKS, json={}, headers={"Origin": origin}).status_code == 400


def test_a_program_that_sends_no_origin_may_ask(client):
    assert client.post(LOOKS, json={}).status_code == 400


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_browser_that_hides_the_origin_of_another_site_is_refused(client, site):
    answer = client.post(LOOKS, json={}, headers={"Sec-Fetch-Site": site})
    assert answer.json["code"] == "origin-not-allowed"


def test_the_extension_may_read_the_answers(client):
    answer = client.get("/healthz", headers={"Origin": EXTENSION})
    assert answer.headers["Access-Control-Allow-Origin"] == EXTENSION
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "Location" in answer.headers["Access-Control-Expose-Headers"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_pages_of_other_sites_may_not_read_the_answers(client, origin):
    answer = client.get("/healthz", headers={"Origin": origin})
    assert answer.headers.get("Access-Control-Allow-Origin") not in (origin, "*")


def preflight(client, origin, **headers):
    return client.options(
        LOOKS,
        headers={
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "authorization,content-type",
            **headers,
        },
    )


def test_the_extension_is_told_that_it_may_ask(client):
    answer = preflight(client, EXTENSION)
    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == EXTENSION
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    allowed = answer.headers["Access-Control-Allow-Headers"].lower()
    assert "authorization" in allowed
    assert "content-type" in allowed


def test_the_extension_is_told_so_for_a_private_network_too(client):
    answer = preflight(client, EXTENSION, **{"Access-Control-Request-Private-Network": "true"})
    assert answer.headers["Access-Control-Allow-Private-Network"] == "true"


def test_pages_of_other_sites_get_no_permission(client):
    answer = preflight(client, "https://evil.example")
    assert answer.headers.get("Access-Control-Allow-Origin") != "https://evil.example"


def test_other_extensions_may_be_allowed(application_with):
    other = "moz-extension://2a9a7b0c-0000-0000-0000-000000000000"
    client = application_with(extension_origins=(EXTENSION, other)).client
    for origin in (EXTENSION, other):
        answer = client.post(LOOKS, json={}, headers={"Origin": origin})
        assert answer.status_code == 400
        assert answer.headers["Access-Control-Allow-Origin"] == origin


@pytest.fixture
def guarded(application_with):
    return application_with(access_token=TOKEN).client


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "Bearer",
        "Bearer ",
        "Bearer wrong",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        f"Basic {TOKEN}",
        TOKEN,
        "Bearer \xe4\xf6",
    ],
)
@pytest.mark.parametrize("path", [LOOKS + "/x", "/metrics", "/api/v1/nothing"])
def test_without_the_token_nothing_is_shown(guarded, path, authorization):
    headers = {"Authorization": authorization} if authorization else {}
    answer = guarded.get(path, headers=headers)
    assert answer.status_code == 401
    assert answer.json["code"] == "unauthorized"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
def test_with_the_token_everything_is_answered(guarded, scheme):
    headers = {"Authorization": f"{scheme} {TOKEN}"}
    assert guarded.get(LOOKS + "/x", headers=headers).status_code == 404
    assert guarded.post(LOOKS, json={}, headers=headers).status_code == 400


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/api/v1/openapi.json"])
def test_what_says_nothing_of_the_user_is_said_without_the_token(guarded, path):
    assert guarded.get(path).status_code == 200


def test_a_preflight_carries_no_token_and_is_answered(guarded):
    assert preflight(guarded, EXTENSION).status_code == 200


def test_firefox_whose_origin_nobody_knows_may_ask_with_the_token(guarded):
    headers = {"Origin": "moz-extension://2a9a7b0c-0000-0000-0000-000000000000"}
    assert guarded.post(LOOKS, json={}, headers=headers).status_code == 401
    headers["Authorization"] = f"Bearer {TOKEN}"
    assert guarded.post(LOOKS, json={}, headers=headers).status_code == 400


def test_a_page_of_another_site_may_not_ask_even_with_the_token(guarded):
    headers = {"Origin": "https://evil.example", "Authorization": f"Bearer {TOKEN}"}
    assert guarded.post(LOOKS, json={}, headers=headers).status_code == 403


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "nas.home", ""])
def test_an_application_for_others_needs_a_token(settings, host):
    with pytest.raises(SettingsError, match="token"):
        create_app(Settings(**{**settings.model_dump(), "host": host}))


def test_a_token_that_can_be_guessed_is_refused(settings):
    with pytest.raises(SettingsError, match="shorter"):
        create_app(Settings(**{**settings.model_dump(), "access_token": "secret"}))


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/nothing", "/api/v1/openapi.json"])
def test_browsers_are_told_to_make_nothing_else_of_an_answer(client, path):
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert headers["Cache-Control"] == "no-store"


def test_a_page_may_run_only_the_servers_own_scripts(application):
    @application.app.get("/page")
    def page():
        return "<p>"

    policy = application.client.get("/page").headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
