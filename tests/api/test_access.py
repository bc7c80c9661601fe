import random

import pytest

from server.api.access import WRONG_TOKEN_SECONDS, WRONG_TOKENS
from server.app import create_app
from server.config import EXTENSION_ID, Settings
from server.errors import SettingsError
from server.listen_rules import TOKEN_BITS, token_bits

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


@pytest.mark.parametrize(
    "token",
    [
        "a" * 40,
        "passwordpassword",
        "abcdefghijklmnopqrstuvwxyz",
        "1234567890123456",
        "0000000000000001",
        "ababababababababab",
        "qwertyuiopasdfgh",
        "QwertzuiopAsdfgh",
        "azertyuiopqsdfgh",
        "1qaz2wsx3edc4rfv",
        "!QAZ@WSX#EDC$RFV",
        "q1w2e3r4t5y6u7i8",
    ],
)
def test_a_token_that_is_long_but_easy_to_guess_is_refused(settings, token):
    with pytest.raises(SettingsError, match="easy to guess"):
        create_app(Settings(**{**settings.model_dump(), "access_token": token}))


def test_random_tokens_are_strong():
    # Seeded, so that a run fails only where the rule changed.
    source = random.Random(20)
    for length in (8, 12, 24):
        tokens = [source.randbytes(length).hex() for _ in range(20_000)]
        assert min(map(token_bits, tokens)) >= TOKEN_BITS


def guess(client, number, **more):
    headers = {"Authorization": f"Bearer wrong-{number}"}
    return client.get("/api/v1/history", headers=headers, **more)


def test_after_ten_wrong_tokens_an_address_has_to_wait(guarded):
    for number in range(WRONG_TOKENS):
        assert guess(guarded, number).status_code == 401
    right = {"Authorization": f"Bearer {TOKEN}"}
    for path in ("/api/v1/history", "/api/v1/nothing", "/healthz"):
        answer = guarded.get(path, headers=right)
        assert (answer.status_code, answer.json["code"]) == (429, "too-many-requests")
        assert 0 < int(answer.headers["Retry-After"]) <= WRONG_TOKEN_SECONDS
    sign_in = guarded.post("/api/v1/session", json={"token": TOKEN})
    assert sign_in.status_code == 429


def test_wrong_tokens_at_sign_in_and_at_unknown_addresses_count_too(guarded):
    for number in range(WRONG_TOKENS // 2):
        guarded.post("/api/v1/session", json={"token": f"wrong-{number}"})
        headers = {"Authorization": f"Bearer wrong-{number}"}
        assert guarded.get("/api/v1/nothing", headers=headers).status_code == 401
    assert guess(guarded, 0).status_code == 429


def test_a_guesser_locks_out_neither_others_nor_who_is_signed_in(guarded):
    assert guarded.post("/api/v1/session", json={"token": TOKEN}).status_code == 204
    for number in range(WRONG_TOKENS + 1):
        guess(guarded.application.test_client(), number)
    assert guarded.get("/api/v1/history").status_code == 200
    other = {"REMOTE_ADDR": "192.168.1.7"}
    headers = {"Authorization": f"Bearer {TOKEN}"}
    client = guarded.application.test_client()
    assert client.get("/api/v1/history", headers=headers, environ_base=other).status_code == 200
    assert client.get("/api/v1/history", headers=headers).status_code == 429


def test_missing_tokens_are_no_guesses(guarded):
    for _ in range(WRONG_TOKENS + 1):
        assert guarded.get("/api/v1/history").status_code == 401


def test_one_network_of_ipv6_is_one_guesser(guarded):
    for number in range(WRONG_TOKENS):
        guess(guarded, number, environ_base={"REMOTE_ADDR": f"2001:db8::{number}"})
    assert guess(guarded, 0, environ_base={"REMOTE_ADDR": "2001:db8::ff:1"}).status_code == 429
    assert guess(guarded, 0, environ_base={"REMOTE_ADDR": "2001:db8:0:1::1"}).status_code == 401


def test_an_address_that_asks_too_often_has_to_wait(application_with):
    client = application_with(requests_per_minute=60).client
    for _ in range(60):
        assert client.get("/healthz").status_code == 200
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json["code"]) == (429, "too-many-requests")
    assert client.get("/healthz", environ_base={"REMOTE_ADDR": "10.0.0.9"}).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Host": "rebound.example", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_a_page_of_another_site_that_asks_without_end_takes_no_turn_of_its_visitors(
    application_with, headers
):
    client = application_with(requests_per_minute=60).client
    for _ in range(60):
        assert client.get("/healthz", headers=headers).status_code in {200, 403}
    assert client.get("/healthz", headers=headers).status_code == 429
    for own in ({}, {"Origin": EXTENSION}, {"Sec-Fetch-Site": "same-origin"}):
        assert client.get("/healthz", headers=own).status_code == 200


OFFERS = f"{LOOKS}/{'a1' * 16}/garments/1/offers"


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example", "Sec-Fetch-Mode": "cors"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
    ],
)
def test_pages_of_other_sites_start_no_search_for_offers(client, headers):
    answer = client.get(OFFERS, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (403, "origin-not-allowed")


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": EXTENSION, "Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Mode": "cors", "Sec-Fetch-Site": "cross-site"},
    ],
)
def test_own_pages_extensions_and_programs_may_search_for_offers(client, headers):
    assert client.get(OFFERS, headers=headers).json["code"] == "look-not-found"


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
