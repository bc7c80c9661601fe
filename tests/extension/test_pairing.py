"""A server that does not know this browser: the extension asks it to be allowed."""

import pytest
from playwright.sync_api import expect

from tests.extension.browser import Browser
from tests.support.browser_waiting import wait_on
from tests.support.contract_server import LOOK_ID, ContractServer, problem

pytestmark = pytest.mark.browser

OPTIONS = "options/options.html"
CHECK = "/api/v1/pairings/check"


def stored(browser: Browser) -> dict[str, str]:
    return dict(browser.worker.evaluate("() => chrome.storage.local.get()"))


def test_the_card_leads_to_the_servers_question(browser: Browser, server: ContractServer) -> None:
    server.answers["POST", "/api/v1/looks"] = problem(403, "origin-not-allowed")
    server.pairing = "waiting"
    browser.visit()
    browser.ask_about(300, 300)
    browser.overlay.wait_text("Your server does not know this browser yet")
    with (
        browser.context.expect_page(lambda page: "?pair" in page.url) as settings,
        browser.context.expect_page(lambda page: "/pairing" in page.url) as asking,
    ):
        browser.page.keyboard.press("Enter")  # the first choice has the focus
    asking.value.wait_for_url(f"{server.url}/pairing?request={LOOK_ID}")
    expect(settings.value.locator("#code")).to_have_text("ABC 234")
    (asked,) = server.of("POST", "/api/v1/pairings")
    assert asked.json == {"name": "Chrome on Linux"}
    server.pairing = "allowed"
    expect(settings.value.get_by_role("status").first).to_have_text(
        "Your server allows this browser from now on."
    )
    expect(settings.value.locator("#code")).to_be_hidden()
    assert stored(browser)["token"] == "token-of-this-browser"
    wait_on(browser.page, asking.value.is_closed, "the server's page to close")
    settings.value.close()
    server.answers.clear()
    browser.ask_about(300, 300).garments()
    assert server.of("POST", "/api/v1/looks")[-1].headers["authorization"].endswith("-browser")


def test_who_is_refused_is_told_so_and_keeps_no_token(
    browser: Browser, server: ContractServer
) -> None:
    server.pairing = "refused"
    browser.set(server=server.url, token="an old one")
    page = browser.page
    page.goto(browser.extension_url + OPTIONS)
    page.get_by_role("button", name="Ask to be allowed").click()
    expect(page.get_by_role("status").first).to_have_text("It was refused on your server.")
    (asked,) = server.of("POST", "/api/v1/pairings")
    assert "authorization" not in asked.headers, "a token that may be wrong would be counted"
    assert stored(browser)["token"] == "an old one"


def test_a_request_that_ended_says_so(browser: Browser, server: ContractServer) -> None:
    server.answers["POST", f"/api/v1/pairings/{LOOK_ID}/token"] = problem(404, "pairing-not-found")
    page = browser.page
    page.goto(browser.extension_url + OPTIONS)
    page.get_by_role("button", name="Ask to be allowed").click()
    expect(page.get_by_role("status").first).to_contain_text("This request has ended")
    expect(page.locator("#code")).to_be_hidden()


@pytest.mark.parametrize("code", ["origin-not-allowed", "unauthorized"])
def test_the_connections_test_and_the_popup_notice_that_it_is_not_allowed(
    browser: Browser, server: ContractServer, code: str
) -> None:
    """Everybody on the machine may read, so a server that answers need not be one that works."""
    server.answers["POST", CHECK] = problem(403, code)
    page = browser.page
    page.goto(browser.extension_url + OPTIONS)
    page.get_by_role("button", name="Test the connection").click()
    expect(page.get_by_role("status").first).to_contain_text("Ask to be allowed")
    expect(page.get_by_role("button", name="Ask to be allowed")).to_be_focused()
    page.goto(browser.extension_url + "popup/popup.html")
    expect(page.locator("#advice")).to_contain_text("Ask to be allowed")
    expect(page.get_by_role("button", name="Ask to be allowed")).to_be_visible()


def test_an_id_that_is_none_becomes_no_address(browser: Browser, server: ContractServer) -> None:
    server.answers["POST", "/api/v1/pairings"] = lambda handler: handler.give_json(
        {"id": "../../evil", "secret": "x", "code": "ABC234", "seconds": 300}, 201
    )
    page = browser.page
    page.goto(browser.extension_url + OPTIONS)
    page.get_by_role("button", name="Ask to be allowed").click()
    expect(page.get_by_role("status").first).to_contain_text("makes no sense")
