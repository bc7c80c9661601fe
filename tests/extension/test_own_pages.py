"""The settings page and the toolbar button's window."""

import pytest
from playwright.sync_api import expect

from tests.extension.browser import Browser
from tests.support.contract_server import ContractServer, problem

pytestmark = pytest.mark.browser

OPTIONS = "options/options.html"


def test_what_leaves_the_machine(browser: Browser, server: ContractServer) -> None:
    page = browser.page
    page.goto(browser.extension_url + OPTIONS)
    providers = page.locator("#providers")
    expect(providers).to_contain_text("Shopify")
    expect(providers).to_contain_text("The cut-out garment and words.")
    expect(providers).to_contain_text("WTB_UCP_ENABLED")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_another_address_on_this_machine(browser: Browser, server: ContractServer) -> None:
    page = browser.page
    page.goto(browser.extension_url + OPTIONS)
    page.get_by_label("Address").fill(f" {server.url.removeprefix('http://')}/ ")
    page.get_by_label("Access token").fill(" secret ")
    page.get_by_role("button", name="Test the connection").click()
    expect(page.get_by_role("status")).to_have_text("Your server is ready")
    stored = browser.worker.evaluate("() => chrome.storage.local.get()")
    assert stored == {"server": server.url, "token": "secret"}
    assert server.of("GET", "/api/v1/providers")[-1].headers["authorization"] == "Bearer secret"


@pytest.mark.parametrize(
    "typed", ["", "ftp://x", "http://a b", "javascript:alert(1)", "http://x/path"]
)
def test_what_is_not_an_address_changes_nothing(
    browser: Browser, server: ContractServer, typed: str
) -> None:
    page = browser.page
    page.goto(browser.extension_url + OPTIONS)
    page.get_by_label("Address").fill(typed)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("That is not an address")
    assert browser.worker.evaluate("() => chrome.storage.local.get()") == {}


def test_the_return_key_saves_like_the_button(browser: Browser, server: ContractServer) -> None:
    page = browser.page
    page.goto(browser.extension_url + OPTIONS)
    page.get_by_label("Access token").fill("secret")
    page.get_by_label("Access token").press("Enter")
    expect(page.get_by_role("status")).to_have_text("Saved.")
    assert browser.worker.evaluate("() => chrome.storage.local.get()")["token"] == "secret"


def test_a_wrong_token_is_noticed_by_the_test(browser: Browser, server: ContractServer) -> None:
    server.answers["GET", "/api/v1/providers"] = problem(401, "unauthorized")
    page = browser.page
    page.goto(browser.extension_url + OPTIONS)
    page.get_by_role("button", name="Test the connection").click()
    expect(page.get_by_role("status")).to_contain_text("The access token is missing or wrong")


def test_the_language_changes_at_once_and_in_the_menu(browser: Browser) -> None:
    page = browser.page
    page.goto(browser.extension_url + OPTIONS)
    page.get_by_label("Language").select_option("ko")
    expect(page.get_by_role("heading", level=1)).to_have_text("이거 어디서 사?")
    expect(page.locator("#country")).to_contain_text("대한민국")
    expect(page.locator("#providers")).to_contain_text("내 카탈로그")
    # The browser does not reveal an entry's title, only whether it exists.
    browser.worker.evaluate("() => chrome.contextMenus.update('where-to-buy', {})")


def test_the_popup_tells_the_servers_state(browser: Browser, server: ContractServer) -> None:
    page = browser.page
    page.goto(browser.extension_url + "popup/popup.html")
    expect(page.get_by_role("status")).to_have_text("Your server is ready")
    server.answers["GET", "/readyz"] = problem(503, "not-ready")
    page.reload()
    expect(page.get_by_role("status")).to_have_text("Your server is starting")
    browser.set(server="http://127.0.0.1:9")
    page.reload()
    expect(page.get_by_role("status")).to_have_text("Your server does not answer")
    expect(page.locator("#advice")).to_contain_text("make run")


def test_the_popup_starts_picking(browser: Browser) -> None:
    browser.visit()
    popup = browser.context.new_page()
    popup.goto(browser.extension_url + "popup/popup.html")
    identifier = browser.tab_id()
    popup.evaluate("(tabId) => chrome.runtime.sendMessage({ type: 'pick', tabId })", identifier)
    browser.overlay.wait_text("Click a picture")
