"""Providers that the user switches off: nothing is sent to them, also after a restart."""

import json

import pytest

from server.errors import SettingsError
from server.offers.switches import FILE, Switches, SwitchNotKeptError
from tests.api.test_looks import upload

ENDPOINT = "http://nowhere.invalid/mcp"


@pytest.fixture
def application(application_with):
    return application_with(ucp_enabled=True, ucp_endpoint=ENDPOINT)


def listed(client):
    found = client.get("/api/v1/providers").json["providers"]
    return {each["name"]: (each["enabled"], each["available"]) for each in found}


def switch(client, name, enabled):
    return client.patch(f"/api/v1/providers/{name}", json={"enabled": enabled})


def asked(client):
    look = upload(client).json
    answer = client.get(f"/api/v1/looks/{look['id']}/garments/1/offers").text
    events = [json.loads(line) for line in answer.splitlines()]
    return {event["provider"] for event in events if "provider" in event}, events[-1]["receipt"]


def test_a_provider_that_is_switched_off_is_asked_nothing(client, application):
    assert listed(client)["ucp"] == (True, True)
    assert "ucp" in asked(client)[0]
    answer = switch(client, "ucp", False)
    assert (answer.status_code, answer.json["enabled"], answer.json["available"]) == (
        200, False, True,
    )  # fmt: skip
    assert listed(client)["ucp"] == (False, True)
    names, receipt = asked(client)
    assert "ucp" not in names
    assert receipt["sendings"] == []
    kept = Switches(application.services.settings.state_dir / FILE)
    assert not kept.is_on("ucp")
    assert kept.is_on("catalog")
    switch(client, "ucp", True)
    assert "ucp" in asked(client)[0]


def test_what_the_settings_leave_out_cannot_be_switched_on_here(client):
    assert listed(client)["ebay"] == (False, False)
    answer = switch(client, "ebay", True)
    assert (answer.status_code, answer.json["code"]) == (409, "provider-not-set-up")
    assert "WTB_" in answer.json["hint"]
    assert switch(client, "nobody", False).status_code == 404
    assert switch(client, "ucp", "no").status_code == 400


def test_a_file_that_cannot_be_read_switches_nothing_on(tmp_path):
    path = tmp_path / FILE
    path.write_text("{")
    with pytest.raises(SettingsError, match="cannot be read"):
        Switches(path)


def test_a_switch_that_cannot_be_kept_does_not_turn(tmp_path):
    switches = Switches(tmp_path / "gone" / FILE)
    (tmp_path / "gone").touch()
    with pytest.raises(SwitchNotKeptError, match="cannot be kept"):
        switches.turn("ucp", on=False)
    assert switches.is_on("ucp")
