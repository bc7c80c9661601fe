"""Clients behind a reverse proxy, told apart by what the proxy says of them."""

import pytest
import requests

from server.api.access import WRONG_TOKENS
from tests.support.server_process import running_server

TOKEN = "a token that nobody guesses 4711"
LOOKS = "/api/v1/looks"


@pytest.fixture(scope="module")
def behind(tmp_path_factory):
    """A server that believes the proxy on this machine, and no second one before it."""
    env = {"WTB_ACCESS_TOKEN": TOKEN, "WTB_TRUSTED_PROXY": "127.0.0.1"}
    with running_server(tmp_path_factory.mktemp("behind"), env, until="/healthz") as server:
        yield server.url


def ask(url, forwarded_for, token):
    headers = {"X-Forwarded-For": forwarded_for, "Authorization": f"Bearer {token}"}
    return requests.get(url + LOOKS, headers=headers, timeout=60).status_code


def guess_in_vain(url, forwarded_for):
    return [ask(url, forwarded_for, "wrong") for _ in range(WRONG_TOKENS + 1)]


def test_who_guesses_behind_a_proxy_locks_out_nobody_else_behind_it(behind):
    assert guess_in_vain(behind, "203.0.113.1")[-1] == 429
    assert ask(behind, "203.0.113.1", TOKEN) == 429
    assert ask(behind, "203.0.113.2", TOKEN) == 200


def test_a_client_cannot_choose_its_own_address(behind):
    answers = [ask(behind, f"198.51.100.{n}, 203.0.113.9", "wrong") for n in range(1, 13)]
    assert answers[-1] == 429
    # Another client that lends itself the guesser's address is not taken for it.
    assert ask(behind, "203.0.113.9, 203.0.113.10", TOKEN) == 200


def test_with_two_proxies_the_address_is_the_one_that_the_first_wrote(tmp_path):
    env = {
        "WTB_ACCESS_TOKEN": TOKEN,
        "WTB_TRUSTED_PROXY": "127.0.0.1",
        "WTB_TRUSTED_HOPS": "2",
    }
    with running_server(tmp_path, env, until="/healthz") as server:
        assert guess_in_vain(server.url, "203.0.113.1, 10.0.0.7")[-1] == 429
        assert ask(server.url, "203.0.113.2, 10.0.0.7", TOKEN) == 200


@pytest.mark.parametrize("proxy", [None, "192.0.2.1"])
def test_nobody_is_believed_whom_the_settings_do_not_name(tmp_path, proxy):
    env = {"WTB_ACCESS_TOKEN": TOKEN} | ({"WTB_TRUSTED_PROXY": proxy} if proxy else {})
    with running_server(tmp_path, env, until="/healthz") as server:
        assert guess_in_vain(server.url, "203.0.113.1")[-1] == 429
        assert ask(server.url, "203.0.113.2", TOKEN) == 429


def test_https_is_what_the_proxy_says(behind):
    secrets = {"token": TOKEN}
    for scheme, is_secure in (("https", True), ("http", False)):
        headers = {"X-Forwarded-For": "203.0.113.20", "X-Forwarded-Proto": scheme}
        answer = requests.post(
            f"{behind}/api/v1/session", json=secrets, headers=headers, timeout=60
        )
        assert answer.ok, answer.text
        assert ("; Secure" in answer.headers["Set-Cookie"]) is is_secure
