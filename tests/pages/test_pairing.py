"""Allowing an extension that asks, and taking it back, in the web app."""

import pytest
import requests
from playwright.sync_api import expect

from tests.support.server_process import running_server

pytestmark = pytest.mark.browser

FIREFOX = "moz-extension://4f2c0f1e-6a52-4a8e-9d0f-0f6f6c1f7c11"
TOKEN = "open sesame, 열려라 참깨"


def ask(url, name="Firefox on Linux"):
    """Ask to be allowed, as an extension does."""
    answer = requests.post(
        f"{url}/api/v1/pairings", json={"name": name}, headers={"Origin": FIREFOX}, timeout=60
    )
    answer.raise_for_status()
    return answer.json()


def answer_for(url, asked):
    """Fetch the answer, as an extension does."""
    address = f"{url}/api/v1/pairings/{asked['id']}/token"
    body = {"secret": asked["secret"]}
    return requests.post(address, json=body, headers={"Origin": FIREFOX}, timeout=60).json()


def refuse(page):
    """Leave nobody waiting, whom another test would see."""
    page.get_by_role("button", name="Refuse").click()
    expect(page.get_by_role("status")).to_contain_text("Refused")


def spaced(code):
    return f"{code[:3]} {code[3:]}"


def test_who_asks_is_shown_allowed_listed_and_removed(visit, site):
    url = site.server.url
    asked = ask(url, "<img src=x onerror=alert(1)>Firefox on Linux")
    page = visit(f"pairing?request={asked['id']}")
    expect(page.get_by_text("“Firefox on Linux”")).to_be_visible()
    expect(page.get_by_text(spaced(asked["code"]))).to_be_visible()
    expect(page.get_by_text(FIREFOX)).to_be_visible()
    page.get_by_role("button", name="Allow").click()
    expect(page.get_by_role("status")).to_contain_text("Allowed")
    assert answer_for(url, asked)["state"] == "allowed"
    page.goto(f"{url}/about")
    expect(page.get_by_role("heading", name="Allowed browsers")).to_be_visible()
    row = page.locator("#device-list > li")
    expect(row).to_contain_text("Firefox on Linux")
    page.get_by_role("button", name="Remove Firefox on Linux").click()
    expect(row).to_have_count(0)
    expect(page.get_by_role("heading", name="Allowed browsers")).to_be_hidden()
    assert requests.get(f"{url}/api/v1/pairings", timeout=60).json()["allowed"] == []


def test_who_is_refused_is_told_so(visit, site):
    asked = ask(site.server.url)
    page = visit("pairing")
    refuse(page)
    assert answer_for(site.server.url, asked) == {"state": "refused", "token": None}
    page.reload()
    expect(page.locator("#pairing")).to_contain_text("Nobody asks")


def test_a_click_that_was_on_its_way_allows_nothing(visit, site):
    """Another page could have lured the person into clicking where the button is about to be."""
    asked = ask(site.server.url)
    page = visit("about")
    # Time stands still but for what is said here.
    page.clock.install(time=0)
    page.clock.pause_at(1000)
    page.goto(f"{site.url}pairing?request={asked['id']}")
    allow = page.get_by_role("button", name="Allow")
    expect(allow).to_be_disabled()
    page.clock.run_for(600)
    expect(allow).to_be_disabled()
    page.evaluate("dispatchEvent(new Event('focus'))")
    page.clock.run_for(600)
    expect(allow).to_be_disabled()
    page.clock.run_for(200)
    expect(allow).to_be_enabled()
    refuse(page)


def test_a_page_that_shows_another_request_does_not_show_this_one(visit, site):
    asked = ask(site.server.url)
    page = visit(f"pairing?request={'0' * 32}")
    expect(page.locator("#pairing")).to_contain_text("Nobody asks")
    page.goto(f"{site.url}pairing?request={asked['id']}")
    refuse(page)


def test_a_server_with_a_token_first_asks_who_answers(visit, tmp_path):
    settings = {"WTB_ACCESS_TOKEN": TOKEN}
    with running_server(tmp_path, settings, until="/healthz") as server:
        asked = ask(server.url)
        page = visit(f"/pairing?request={asked['id']}", url=server.url)
        expect(page.get_by_text(asked["code"][:3])).to_have_count(0)
        page.get_by_label("Access token").fill(TOKEN)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_text(spaced(asked["code"]))).to_be_visible()
        page.get_by_role("button", name="Allow").click()
        expect(page.get_by_role("status")).to_contain_text("Allowed")
        assert answer_for(server.url, asked)["token"]


def test_every_language_asks(visit, site):
    asked = ask(site.server.url)
    for language, word in (("es", "Permitir"), ("ja", "許可する"), ("ko", "허용")):
        page = visit(f"pairing?request={asked['id']}", locale=language)
        expect(page.get_by_role("button", name=word, exact=True)).to_be_visible()
