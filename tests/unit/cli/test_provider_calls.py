"""`where-to-buy providers --test`: a line for each provider, with the setting to change."""

import dataclasses
import json

import pytest
from click.testing import CliRunner

from server.cli.main import cli
from server.fetch.fetcher import Fetcher
from server.offers.provider import ProviderState
from server.offers.provider_calls import call, drawn_query
from server.offers.providers.from_settings import vendor_providers
from tests.support.chosen_settings import settings_with
from tests.support.every_vendor import SECRETS, VENDORS
from tests.support.searxng_server import product_result, searxng_server
from tests.support.ucp_server import Mode, product, ucp_server
from tests.support.vendor_server import Reply, vendor_server

PICTURE = "https://pictures.example/look.jpg"


@pytest.fixture
def run(tmp_path, monkeypatch, settings, shipped_models):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WTB_STATE_DIR", str(settings.state_dir))
    monkeypatch.setenv("COLUMNS", "60")

    def call(*arguments, **variables):
        env = {f"WTB_{name.upper()}": value for name, value in variables.items()}
        return CliRunner().invoke(cli, ["providers", "--test", *arguments], env=env)

    return call


def lines_of(result):
    return {line.split()[0]: line for line in result.output.splitlines()}


def test_each_provider_has_one_line_and_all_that_are_on_answer(run):
    with ucp_server([product("Navy Tee")]) as ucp, searxng_server() as searxng:
        searxng.results = [product_result("https://mill.example/1")]
        result = run(ucp_endpoint=ucp.url, fetch_allow=ucp.address, searxng_url=searxng.url)
    assert result.exit_code == 0, result.output
    lines = lines_of(result)
    assert len(lines) == len(result.output.splitlines())
    assert lines["ucp"].split()[1:4] == ["answers", "1", "offer"]
    assert lines["searxng"].split()[1:4] == ["answers", "1", "offer"]
    assert lines["links"].split()[1] == "answers"
    assert lines["serper"].endswith("off       Off. Set WTB_SERPER_KEY.")
    assert lines["ebay"].endswith("Off. Set WTB_EBAY_ID and WTB_EBAY_SECRET.")
    assert lines["channel3-ucp"].endswith("Off. Set WTB_CHANNEL3_UCP=true.")


def test_an_instance_that_may_not_answer_in_json_is_told_what_to_allow(run):
    with searxng_server() as server:
        server.formats = ("html",)
        result = run(searxng_url=server.url, ucp_enabled="false")
    assert result.exit_code == 1
    line = lines_of(result)["searxng"]
    assert "fails" in line
    assert "(403)" in line
    assert "settings.yml" in line
    assert "search.formats" in line
    assert "json" in line


@pytest.mark.parametrize(
    ("mode", "change"),
    [
        ("discovery-error", "Check WTB_UCP_PROFILE."),
        ("rate-limit-http", "Wait 120 seconds. WTB_UCP_PROFILE raises its limit."),
        ("rate-limit-rpc", "Wait 60 seconds. WTB_UCP_PROFILE raises its limit."),
        ("malformed", "Check WTB_UCP_ENDPOINT."),
    ],
)
def test_each_fault_of_the_catalogue_names_its_setting(run, mode: Mode, change):
    with ucp_server(mode=mode) as server:
        result = run("--json", ucp_endpoint=server.url, fetch_allow=server.address)
    assert result.exit_code == 1
    [row] = [row for row in json.loads(result.stdout) if row["name"] == "ucp"]
    assert (row["verdict"], row["change"]) == ("fails", change)


def test_an_address_that_must_be_allowed_first_is_named(run):
    with ucp_server() as server:
        result = run(ucp_endpoint=server.url)
    assert f"add {server.address} to WTB_FETCH_ALLOW." in lines_of(result)["ucp"]
    assert result.exit_code == 1


def test_one_that_is_too_late_names_the_time(run):
    with ucp_server(delay=30) as server:
        result = run(
            ucp_endpoint=server.url, fetch_allow=server.address, search_seconds="0.3", shop_mcp=""
        )
        server.released.set()
    assert result.exit_code == 1
    assert lines_of(result)["ucp"].endswith("did not answer in time. Check WTB_SEARCH_SECONDS.")


def test_a_quota_that_is_used_up_names_the_quota(run):
    with ucp_server() as server:
        where = {"ucp_endpoint": server.url, "fetch_allow": server.address, "per_day": "ucp=1"}
        assert run(**where).exit_code == 0
        again = run(**where)
    assert again.exit_code == 1
    assert "Raise ucp's number in WTB_PER_DAY" in lines_of(again)["ucp"]


def test_one_that_is_shown_a_picture_s_address_is_not_tried_without_one(run):
    result = run(serper_key="k-1234567890", ucp_enabled="false")
    assert result.exit_code == 0
    line = lines_of(result)["serper"]
    assert "not tried" in line
    assert "--picture-url" in line


def states() -> dict[str, ProviderState]:
    """The state of each vendor's provider, as the settings make it."""
    on = {"ucp_shops": ("shop.example",), "fashion_indexes": ("vistoya", "polopan")}
    settings = settings_with(channel3_ucp=True, **on)
    return {s.provider.name: s for s in vendor_providers(settings, Fetcher(settings))}


FAULTS = {
    "refuses the key": Reply({"error": "no"}, 401),
    "refuses the search": Reply(b"<h1>Forbidden</h1>", 403),
    "asks to wait": Reply(b"later", 429, {"Retry-After": "120"}),
    "is broken": Reply(b"oops", 500),
    "answers a page": Reply(b"<!doctype html><title>Login</title>"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", VENDORS)
def test_whatever_a_vendor_does_its_line_says_what_to_change(name, fault, monkeypatch):
    monkeypatch.setattr("server.offers.vendors.client._PAUSE", (0.0, 0.01))
    vendor = VENDORS[name]
    with vendor_server() as server:
        server.answer = lambda request: vendor.prelude(request) or FAULTS[fault]
        provider = vendor.make(server.http)
        state = dataclasses.replace(states()[provider.name], provider=provider, enabled=True)
        outcome = call(state, drawn_query("navy top", PICTURE), settings_with())
    assert outcome.verdict == "fails"
    shown = f"{outcome.message} {outcome.change}"
    assert "\n" not in shown
    assert not [secret for secret in SECRETS if secret in shown]
    if fault == "asks to wait":
        assert outcome.change.startswith("Wait 120 seconds.")
    else:
        assert "WTB_" in outcome.change or "settings.yml" in outcome.change
    for key, _ in state.keys if fault == "refuses the key" else ():
        assert key in outcome.change
