"""The history page and the page of what is saved, in a real browser."""

import re

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.pages import axe

pytestmark = pytest.mark.browser

_TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
STATES = {
    "wide": {"viewport": {"width": 1280, "height": 800}},
    "narrow": {"viewport": {"width": 320, "height": 600}},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "right to left": {"viewport": {"width": 390, "height": 844}},
    "Korean": {"viewport": {"width": 844, "height": 390}, "locale": "ko-KR"},
}


@pytest.fixture(autouse=True)
def nothing_kept(site):
    """Begin with nothing, and leave nothing to the tests that come after."""
    forget(site)
    yield
    forget(site)


def forget(site) -> None:
    for path in ("history", "looks", "saved"):
        requests.delete(f"{site.url}api/v1/{path}", timeout=60).raise_for_status()


def kept(site, path: str):
    return requests.get(f"{site.url}api/v1/{path}", timeout=60).json()


def fill(page: Page, photo_file) -> None:
    """Save a garment and an offer, open the offer, and put another away."""
    page.set_input_files("#file", photo_file)
    page.locator(".garment-row").first.click()
    expect(page.locator(".skeleton")).to_have_count(0)
    navy = page.locator(".offer").filter(has_text="Navy Tee")
    for heart in (page.locator(".panel header .heart"), navy.locator("> .heart")):
        with page.expect_response("**/saved"):
            heart.click()
        expect(heart).to_have_attribute("aria-pressed", "true")
    with page.context.expect_page(), page.expect_response("**/api/v1/clicks"):
        page.get_by_role("link", name="Navy Tee").first.click()
    page.locator(".offer").filter(has_text="Orange Long").locator(".more").click()
    with page.expect_response(re.compile("/garments/1/offers$")):
        page.get_by_role("button", name="Not the same").click()


def test_hearts_last_and_lead_to_the_page_of_what_is_saved(visit, site, photo_file):
    page = visit()
    fill(page, photo_file)
    page.reload()
    hearts = page.locator(".heart[aria-pressed=true]")
    expect(hearts).to_have_count(2)
    page.get_by_role("link", name="Saved").click()
    things = page.locator(".saved-things > li")
    expect(things).to_have_count(2)
    expect(things.first).to_contain_text("Navy Tee")
    expect(things.first.locator(".row .thumb img")).to_be_visible()
    expect(things.nth(1).locator(".row")).to_have_attribute(
        "href", re.compile(r"^/\?garment=1&look=")
    )
    page.get_by_role("button", name="Remove: Navy Tee").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(things).to_have_count(1)
    assert [each["link"] for each in kept(site, "saved")["saved"]] == [None]


def test_lists_have_addresses_of_their_own(visit, site, photo_file):
    page = visit()
    fill(page, photo_file)
    page.goto(f"{site.url}saved")
    page.get_by_role("button", name="New list").click()
    page.get_by_label("Name of the list").fill("Für den Sommer")
    page.keyboard.press("Enter")
    page.get_by_label("List of Navy Tee").select_option("Für den Sommer")
    tab = page.get_by_role("link", name="Für den Sommer 1")
    expect(tab).to_be_visible()
    tab.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Für den Sommer")
    expect(page.locator(".saved-things > li")).to_have_count(1)
    address = page.url
    # Somebody else opens it, in another language.
    other = visit(locale="ko-KR")
    other.goto(address)
    expect(other.get_by_role("heading", level=1)).to_have_text("Für den Sommer")
    other.get_by_role("link", name="English").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Für den Sommer")
    expect(other.get_by_role("button", name="Print")).to_be_visible()
    page.get_by_role("button", name="Rename").click()
    page.get_by_label("Name of the list").fill("Herbst")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Herbst")
    page.get_by_role("button", name="New list").click()
    page.get_by_label("Name of the list").fill("Herbst")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("There is such a list already")
    page.get_by_role("button", name="Delete the list").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator(".saved-things > li")).to_have_count(2)
    assert kept(site, "saved")["lists"] == []


def test_on_paper_there_is_nothing_to_press(visit, site, photo_file):
    page = visit()
    fill(page, photo_file)
    page.goto(f"{site.url}saved")
    expect(page.locator(".saved-things > li")).to_have_count(2)
    page.emulate_media(media="print")
    expect(page.get_by_text("Navy Tee")).to_be_visible()
    expect(page.locator(".printed").first).to_contain_text("https://")
    expect(page.locator(".top")).to_be_hidden()
    for button in page.get_by_role("button").all():
        expect(button).to_be_hidden()


def test_the_history_is_filtered_and_what_was_put_away_comes_back(visit, site, photo_file):
    page = visit()
    fill(page, photo_file)
    page.goto(f"{site.url}history")
    expect(page.locator(".known")).to_have_count(5)
    expect(page.locator(".opened .row .thumb img")).to_be_visible()
    page.get_by_label("What is shown").select_option("Put away")
    expect(page.locator(".known")).to_have_count(1)
    expect(page.locator(".known")).to_contain_text("Orange Long Sleeve Shirt")
    page.get_by_label("What is shown").select_option("Everything")
    page.get_by_label("Shop").select_option(index=1)
    expect(page.locator(".tile")).to_have_count(0)
    page.get_by_label("Search the history").fill("nothing of it")
    expect(page.locator("#history")).to_have_text("Nothing in the history has “nothing of it”.")
    page.get_by_label("Search the history").fill("")
    page.get_by_label("Shop").select_option("Any shop")
    page.get_by_role("button", name="It is the same after all: Orange").click()
    expect(page.locator(".known")).to_have_count(4)
    assert kept(site, "history")["put_away"] == []


def test_is_it_cheaper_now(visit, site, photo_file):
    page = visit()
    fill(page, photo_file)
    page.goto(f"{site.url}history")
    page.get_by_role("button", name="Is it cheaper now?").click()
    line = page.locator(".prices li")
    expect(line).to_have_count(1)
    expect(line).to_contain_text("The same price")
    expect(line).to_contain_text("$15.00")


def test_everything_moves_as_one_file_and_is_taken_in_once(visit, site, photo_file, tmp_path):
    page = visit()
    fill(page, photo_file)
    page.goto(f"{site.url}history")
    with page.expect_download() as download:
        page.get_by_role("link", name="Save as one file").click()
    file = tmp_path / "history.zip"
    download.value.save_as(file)
    forget(site)
    page.reload()
    expect(page.locator("#history")).to_contain_text("Nothing yet")
    page.get_by_label("Import a file").set_input_files(file)
    expect(page.locator("#history-imported")).to_contain_text("opened offers: 1")
    expect(page.locator(".known")).to_have_count(5)
    page.get_by_label("Import a file").set_input_files(file)
    expect(page.locator("#history-imported")).to_have_text("All of it was here already.")
    other = tmp_path / "other.zip"
    other.write_bytes(b"not a zip")
    page.get_by_label("Import a file").set_input_files(other)
    expect(page.get_by_role("alert")).to_contain_text("This file cannot be imported")


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_where_things_are_kept(visit, site, photo_file, state):
    page = visit(reduced_motion="reduce")
    fill(page, photo_file)
    requests.post(f"{site.url}api/v1/saved/lists", json={"name": "A list"}, timeout=60)
    page = visit("saved", reduced_motion="reduce", **STATES[state])
    number = kept(site, "saved")["lists"][0]["id"]
    for path in ("history", "saved", f"saved?list={number}"):
        page.goto(site.url + path)
        if state == "right to left":
            axe.turn(page)
        expect(page.locator("[aria-busy]")).to_have_count(0)
        assert axe.findings(page) == [], path
        assert not page.evaluate(_TOO_WIDE), path
    page.goto(f"{site.url}saved")
    page.locator("#list-new").click()
    assert axe.findings(page) == []
    page.goto(f"{site.url}history")
    page.locator(".is-garment .button").click()
    expect(page.locator(".prices li")).to_have_count(1)
    assert axe.findings(page) == []
    assert not page.evaluate(_TOO_WIDE)
