"""The settings page and the toolbar button's window."""

import io
import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.extension.browser import Browser
from tests.support.browser_waiting import wait_on
from tests.support.contract_server import LOOK_ID, ContractServer, picture, problem

pytestmark = pytest.mark.browser

OPTIONS = "options/options.html"


def test_what_leaves_the_machine(browser: Browser, server: ContractServer) -> None:
    page = browser.page
    page.goto(browser.extension_url + OPTIONS)
    providers = page.locator("#providers")
    expect(providers).to_contain_text("Shopify")
    expect(providers).to_contain_text("The cut-out garment and words.")
    expect(providers).to_contain_text("WTB_FASHION_INDEXES_ENABLED")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_a_provider_is_switched_off_in_the_settings(
    browser: Browser, server: ContractServer
) -> None:
    page = browser.page
    page.goto(browser.extension_url + OPTIONS)
    toggle = page.get_by_role("switch", name="Shopify")
    expect(toggle).to_have_attribute("aria-checked", "true")
    toggle.press("Space")
    expect(toggle).to_have_attribute("aria-checked", "false")
    expect(toggle).to_be_focused()
    asked = server.of("PATCH", "/api/v1/providers/ucp")
    assert [one.json for one in asked] == [{"enabled": False}]


def test_a_provider_that_cannot_be_switched_stays_and_says_why(
    browser: Browser, server: ContractServer
) -> None:
    server.answers["PATCH", "/api/v1/providers/ucp"] = problem(
        507, "storage-full", "The disk is full.", "Free some space."
    )
    page = browser.page
    page.goto(browser.extension_url + OPTIONS)
    row = page.locator("[data-provider=ucp]")
    row.get_by_role("switch").click()
    expect(row.get_by_role("alert")).to_be_visible()
    expect(row.get_by_role("switch")).to_have_attribute("aria-checked", "true")
    del server.answers["PATCH", "/api/v1/providers/ucp"]
    row.get_by_role("switch").click()
    expect(row.get_by_role("alert")).to_have_count(0)


def test_a_provider_is_tried_in_the_settings(browser: Browser, server: ContractServer) -> None:
    page = browser.page
    page.goto(browser.extension_url + OPTIONS)
    row = page.locator("[data-provider=ucp]")
    row.get_by_role("button", name="Test Shopify").click()
    expect(row.get_by_role("status")).to_have_text("It answered in 0.4 s. Offers: 7.")


def test_a_key_is_sent_to_the_server_and_never_shown(
    browser: Browser, server: ContractServer
) -> None:
    page = browser.page
    page.goto(browser.extension_url + OPTIONS)
    row = page.locator("[data-provider=lykdat]")
    row.get_by_text("Set it up").click()
    row.get_by_label("WTB_LYKDAT_KEY").fill("k-123")
    row.get_by_role("button", name="Save the key").click()
    expect(row.get_by_text("Set it up")).to_be_visible()
    (sent,) = server.of("POST", "/api/v1/providers/lykdat/keys")
    assert sent.json == {"keys": [{"name": "WTB_LYKDAT_KEY", "value": "k-123"}]}
    assert "k-123" not in page.content()
    stored = browser.worker.evaluate("() => chrome.storage.local.get()")
    assert stored == {}


def test_a_server_that_lists_no_providers_is_asked_again(
    browser: Browser, server: ContractServer
) -> None:
    server.answers["GET", "/api/v1/providers"] = problem(503, "not-ready")
    page = browser.page
    page.goto(browser.extension_url + OPTIONS)
    again = page.locator("#providers").get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    del server.answers["GET", "/api/v1/providers"]
    again.click()
    expect(page.locator("#providers")).to_contain_text("Shopify")


def test_shops_that_were_preferred_or_blocked_can_be_forgotten(
    browser: Browser, server: ContractServer
) -> None:
    wishes = [{"name": "Spam & Co", "wish": "block"}, {"name": "Luma", "wish": "prefer"}]
    browser.worker.evaluate("(shops) => chrome.storage.local.set({ shops })", wishes)
    page = browser.page
    page.goto(browser.extension_url + OPTIONS)
    rows = page.locator("#wishes li")
    expect(rows).to_have_text([re.compile("Luma.*Preferred"), re.compile("Spam & Co.*Blocked")])
    page.get_by_role("button", name="Unblock Spam & Co").click()
    expect(rows).to_have_text([re.compile("Luma")])
    assert browser.worker.evaluate("() => chrome.storage.local.get()") == {"shops": [wishes[1]]}
    page.get_by_role("button", name="No longer prefer Luma").click()
    expect(rows).to_have_text([re.compile("None yet")])


def test_another_address_on_this_machine(browser: Browser, server: ContractServer) -> None:
    page = browser.page
    page.goto(browser.extension_url + OPTIONS)
    page.get_by_label("Address").fill(f" {server.url.removeprefix('http://')}/ ")
    page.get_by_label("Access token").fill(" secret ")
    page.get_by_role("button", name="Test the connection").click()
    expect(page.locator("#result")).to_have_text("Your server is ready")
    stored = browser.worker.evaluate("() => chrome.storage.local.get()")
    assert stored == {"server": server.url, "token": "secret"}
    checked = server.of("POST", "/api/v1/pairings/check")[-1]
    assert checked.headers["authorization"] == "Bearer secret"


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
    expect(page.locator("#result")).to_contain_text("That is not an address")
    assert browser.worker.evaluate("() => chrome.storage.local.get()") == {}


def test_the_return_key_saves_like_the_button(browser: Browser, server: ContractServer) -> None:
    page = browser.page
    page.goto(browser.extension_url + OPTIONS)
    page.get_by_label("Access token").fill("secret")
    page.get_by_label("Access token").press("Enter")
    expect(page.locator("#result")).to_have_text("Saved.")
    assert browser.worker.evaluate("() => chrome.storage.local.get()")["token"] == "secret"


def test_a_wrong_token_is_noticed_by_the_test(browser: Browser, server: ContractServer) -> None:
    server.answers["POST", "/api/v1/pairings/check"] = problem(401, "unauthorized")
    page = browser.page
    page.goto(browser.extension_url + OPTIONS)
    page.get_by_role("button", name="Test the connection").click()
    expect(page.locator("#result")).to_contain_text("The access token is missing or wrong")


def test_the_language_changes_at_once_and_in_the_menu(browser: Browser) -> None:
    page = browser.page
    page.goto(browser.extension_url + OPTIONS)
    page.get_by_label("Language").select_option("ko")
    expect(page.get_by_role("heading", level=1)).to_have_text("이거 어디서 사?")
    expect(page.locator("#country")).to_contain_text("대한민국")
    expect(page.locator("#providers")).to_contain_text("내 카탈로그")
    # The browser does not reveal an entry's title, only whether it exists.
    has_entry = "() => chrome.contextMenus.update('where-to-buy', {}).then(() => true, () => false)"
    wait_on(page, lambda: browser.worker.evaluate(has_entry), "the menu's entry")


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


def test_what_is_on_the_screen_is_asked_about_and_a_frame_drawn_on_it(
    browser: Browser, server: ContractServer
) -> None:
    page = browser.visit()
    page.evaluate("scrollTo(0, 200)")
    browser.grant_active_tab()
    browser.worker.evaluate(
        """(url) => chrome.tabs.query({}).then((tabs) => {
          const tab = tabs.find((one) => one.url === url);
          chrome.runtime.onMessage.dispatch({ type: "screen", tabId: tab.id },
            { id: chrome.runtime.id, url: chrome.runtime.getURL("popup/popup.html") }, () => {});
        })""",
        page.url,
    )
    overlay = browser.overlay
    overlay.garments()
    sent = server.of("POST", "/api/v1/looks")[0].body
    size = page.viewport_size
    assert size is not None
    start = sent.index(b"\xff\xd8\xff")
    with Image.open(io.BytesIO(sent[start:])) as picture:
        assert picture.width / picture.height == pytest.approx(
            size["width"] / size["height"], rel=0.02
        )
    overlay.click(".draw-frame")
    page.mouse.move(30, 30)
    page.mouse.down()
    page.mouse.move(200, 200, steps=4)
    page.mouse.up()
    overlay.wait_text("What you framed")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    overlay.wait_gone()
    assert page.evaluate("scrollY") == 200


def test_the_popup_takes_a_picture_and_shows_it_on_the_servers_own_page(
    browser: Browser, server: ContractServer
) -> None:
    page = browser.page
    page.goto(browser.extension_url + "popup/popup.html")
    # Its script listens by then.
    expect(page.get_by_role("status")).to_have_text("Your server is ready")
    file = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    with browser.context.expect_page() as opened:
        page.get_by_label("Choose, drop or paste a picture").set_input_files([file])
    opened.value.wait_for_url(f"{server.url}/?look={LOOK_ID}")
    page = browser.context.new_page()
    page.goto(browser.extension_url + "popup/popup.html")
    expect(page.get_by_role("status")).to_have_text("Your server is ready")
    with browser.context.expect_page() as opened:
        page.get_by_role("button", name="History").click()
    opened.value.wait_for_url(f"{server.url}/history")


def test_a_picture_that_the_popups_server_refuses_is_said_there(
    browser: Browser, server: ContractServer
) -> None:
    server.answers["POST", "/api/v1/looks"] = problem(415, "unsupported-picture")
    page = browser.page
    page.goto(browser.extension_url + "popup/popup.html")
    # Its script listens by then.
    expect(page.get_by_role("status")).to_have_text("Your server is ready")
    file = {"name": "a.txt", "mimeType": "text/plain", "buffer": b"no"}
    page.locator("#file").set_input_files([file])
    expect(page.locator("#working")).to_contain_text("This is not a picture that can be read")


def test_the_popup_starts_picking(browser: Browser) -> None:
    browser.visit()
    popup = browser.context.new_page()
    popup.goto(browser.extension_url + "popup/popup.html")
    identifier = browser.tab_id()
    popup.evaluate("(tabId) => chrome.runtime.sendMessage({ type: 'pick', tabId })", identifier)
    browser.overlay.wait_text("Click a picture")
