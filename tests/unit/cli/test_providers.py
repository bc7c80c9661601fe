import json
import re
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner

from server.cli.main import cli
from server.errors import SettingsError
from server.storage.errors import DatabaseError
from tests.support.ucp_server import product, ucp_server


@pytest.fixture
def run(tmp_path, monkeypatch, settings, shipped_models):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("WTB_STATE_DIR", str(settings.state_dir))
    monkeypatch.setenv("COLUMNS", "200")

    def call(*arguments, **variables):
        env = {f"WTB_{name.upper()}": value for name, value in variables.items()}
        return CliRunner().invoke(cli, ["providers", *arguments], env=env)

    return call


def listed(result):
    assert result.exit_code == 0, result.output
    return {row["name"]: row for row in json.loads(result.stdout)}


def test_every_provider_is_listed_with_what_switches_it(run):
    rows = listed(run("--json"))
    assert rows["ucp"]["enabled"]
    assert rows["links"]["enabled"]
    assert not rows["ebay"]["enabled"]
    assert rows["ebay"]["switch"] == "WTB_EBAY_ID, WTB_EBAY_SECRET"
    assert "catalog.shopify.com" in rows["ucp"]["discloses"]
    assert all(row["cost"] for row in rows.values())


def test_your_catalogue_is_listed_before_all_that_something_is_sent_to(run):
    rows = listed(run("--json"))
    assert list(rows) == [
        "catalog",
        *(name for name in rows if name not in "catalog links"),
        "links",
    ]
    assert rows["catalog"]["enabled"]
    assert rows["catalog"]["quota"] is None


def test_a_list_makes_no_database(run, settings):
    assert "0 requests sent today" in run().output
    assert not settings.state_dir.exists() or not any(settings.state_dir.iterdir())


def test_your_catalogue_is_searched_for_the_drawn_garment(run):
    result = run("test", "catalog")
    assert result.exit_code == 0, result.output
    assert "Your catalogue answered with no offers." in result.output


def test_a_database_that_cannot_be_read_is_reported_plainly(run, settings):
    settings.state_dir.mkdir(exist_ok=True)
    (settings.state_dir / "where-to-buy.sqlite3").write_bytes(b"x" * 5000)
    for arguments in ((), ("test", "ucp")):
        error = run(*arguments).exception
        assert isinstance(error, DatabaseError)
        assert "cannot be opened" in str(error)


def test_a_key_switches_its_provider_on_and_is_not_shown(run):
    for arguments in (("--json",), ()):
        result = run(*arguments, serper_key="k-1234567890")
        assert result.exit_code == 0
        assert "k-1234567890" not in result.output
    assert listed(run("--json", serper_key="k-1234567890"))["serper"]["enabled"]


def test_what_a_search_costs_is_reported(run):
    assert listed(run("--json"))["ucp"]["cost"] == "Nothing."
    assert "Cost: Nothing." in run().output


def test_a_call_shows_what_was_answered(run):
    with ucp_server() as server:
        server.products = [product("Navy Tee")]
        result = run("test", "ucp", ucp_endpoint=server.url, fetch_allow=server.address)
    assert result.exit_code == 0, result.output
    assert "answered with 1 offer." in result.output
    assert re.search(
        r"It took \d+\.\d\d s\. 1 request sent today; no quota is set\.", result.output
    )
    assert "Navy Tee" in result.output


def test_what_was_sent_today_is_shown_with_the_quota(run):
    with ucp_server() as server:
        where = {"ucp_endpoint": server.url, "fetch_allow": server.address, "per_day": "ucp=1"}
        assert listed(run("--json", **where))["ucp"]["quota"]["sent"] == 0
        first, second = run("test", "ucp", **where), run("test", "ucp", **where)
    assert "answered with no offers" in first.output
    assert "1 of 1 request sent today." in first.output
    assert second.exit_code == 1
    assert "today's quota of 1 request is used up. It renews at 00:00 UTC" in second.output
    assert len(server.requests) == 1
    quotas = {name: row["quota"] for name, row in listed(run("--json", **where)).items()}
    assert (quotas["ucp"]["sent"], quotas["ucp"]["per_day"]) == (1, 1)
    assert datetime.fromisoformat(quotas["ucp"]["renews_at"]) > datetime.now(UTC)
    assert (quotas["ebay"]["sent"], quotas["ebay"]["per_day"]) == (0, None)
    assert quotas["links"] is None
    assert "asked, 1 of 1 request sent today, switched by WTB_UCP_ENABLED" in run(**where).output


def test_settings_can_be_copied_whole_from_a_narrow_terminal(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    output = run(ucp_shops="shop.example").output
    assert "ucp-shop.example  shop.example" in output
    for setting in ("WTB_GOOGLE_VISION_KEY", "WTB_EBAY_ID", "WTB_EBAY_SECRET", "WTB_UCP_SHOPS"):
        assert setting in output
    assert max(map(len, output.splitlines())) <= 60


def test_a_quota_for_nobody_is_refused(run):
    assert isinstance(run(per_day="nobody=5").exception, SettingsError)


def test_a_provider_that_does_not_answer_is_reported_plainly(run):
    with ucp_server() as server:
        url, address = server.url, server.address
    result = run("test", "ucp", ucp_endpoint=url, fetch_allow=address)
    assert result.exit_code == 1
    assert "cannot be reached" in result.output


def test_one_that_is_off_says_how_to_switch_it_on(run):
    result = run("test", "ebay")
    assert result.exit_code == 1
    assert "eBay is off. Set WTB_EBAY_ID, WTB_EBAY_SECRET first." in result.output
    result = run("test", "ebay", ebay_id="an-id")
    assert "eBay is off. Set WTB_EBAY_SECRET first." in result.output


def test_an_unknown_name_is_refused_with_the_known_ones(run):
    result = run("test", "nobody")
    assert result.exit_code == 2
    assert "ebay" in result.output


@pytest.mark.parametrize("given", [(), ("--picture-url", "http://192.168.1.1/x.jpg")])
def test_a_provider_that_needs_a_public_address_says_so_and_how_to_give_one(run, given):
    result = run("test", "serper", *given, serper_key="k-1234567890")
    assert result.exit_code == 1
    assert "needs the picture's public address" in result.output
    assert "--picture-url" in result.output
    assert "k-1234567890" not in result.output


def test_each_key_of_a_provider_is_shown_as_found_or_missing(run):
    shown = run(ebay_id="an-id-nobody-may-see").output
    assert "WTB_EBAY_ID found, WTB_EBAY_SECRET missing" in shown
    assert "an-id-nobody-may-see" not in shown
    row = listed(run("--json", ebay_id="an-id-nobody-may-see"))["ebay"]
    assert row["keys"] == {"WTB_EBAY_ID": True, "WTB_EBAY_SECRET": False}
    assert not row["enabled"]
