"""axe-core finds nothing in any state of the overlay and of the extension's own pages.

The overlay is in a closed shadow root, which axe-core does not enter: what is in it is copied into
an open one, on a page of its own.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.extension.browser import PLAIN, Browser
from tests.extension.shadow import Overlay
from tests.extension.sites import Sites
from tests.pages import axe
from tests.support import made_language
from tests.support.choices import events
from tests.support.contract_server import ContractServer, Handler, problem

pytestmark = pytest.mark.browser

WIDE = {"width": 1280, "height": 800}
VIEWS: dict[str, dict[str, Any]] = {
    "wide": {},
    "narrow": {"viewport": {"width": 320, "height": 640}},
    "dark": {"scheme": "dark"},
    "right to left": {"language": made_language.TAG},
}
_SETTLED = "(root) => root.querySelector('.panel') && !root.querySelector('.skeletons, .skeleton')"
_CONTENT = """(root) => {
  // What is typed and where the focus is does not belong to what is written down.
  const { lang, dir, style } = root.host;
  return { lang, dir, style: style.cssText, content: root.innerHTML };
}"""
_SHOW = """({ lang, dir, style, content }) => {
  const host = document.createElement("div");
  Object.assign(host, { lang, dir });
  host.style.cssText = style;
  // Keeps a page's style away, and would be taken for a rule of ours on text.
  host.style.removeProperty("all");
  host.attachShadow({ mode: "open" }).innerHTML = content;
  document.querySelector("main").append(host);
}"""
_BLANK = "<!doctype html><html lang=en><title>Overlay</title><main><h1>A page</h1></main>"

Show = Callable[[], Overlay]


@pytest.fixture(params=VIEWS)
def browser(
    request: pytest.FixtureRequest,
    mirrored_context: BrowserContext,
    server: ContractServer,
    sites: Sites,
) -> Iterator[Browser]:
    """A browser in each of the views, one after the other."""
    view = VIEWS[request.param]
    server.lines = events()
    browser = Browser(mirrored_context, sites)
    browser.forget_settings()
    if "language" in view:
        browser.set(language=view["language"])
    browser.page.set_viewport_size(view.get("viewport", WIDE))
    browser.page.emulate_media(color_scheme=view.get("scheme", "light"), reduced_motion="reduce")
    yield browser
    browser.close()


@pytest.fixture
def findings(browser: Browser) -> Callable[[], list[str]]:
    """What axe-core finds in the overlay as it is now."""

    def find() -> list[str]:
        shown: dict[str, str] = browser.overlay.ask(_CONTENT)
        assert shown["content"]
        copy = browser.context.new_page()
        copy.set_viewport_size(browser.page.viewport_size or WIDE)
        dark = "matchMedia('(prefers-color-scheme: dark)').matches"
        copy.emulate_media(
            color_scheme="dark" if browser.page.evaluate(dark) else "light",
            reduced_motion="reduce",
        )
        copy.set_content(_BLANK)
        copy.evaluate(_SHOW, shown)
        found = axe.findings(copy)
        copy.close()
        return found

    return find


@pytest.fixture
def silhouettes(browser: Browser) -> Overlay:
    """The photo of a page, lit up."""
    return lit_up(browser)


def lit_up(browser: Browser) -> Overlay:
    wide = "left: 100px; top: 60px; width: 450px; height: 600px"
    assert wide in PLAIN
    browser.visit(PLAIN.replace(wide, "left: 0; top: 0; width: 300px; height: 400px"))
    overlay = browser.ask_about(100, 100)
    overlay.garments()
    return overlay


def test_from_the_silhouettes_to_the_offers(
    browser: Browser, server: ContractServer, silhouettes: Overlay, findings
) -> None:
    assert findings() == []
    server.gate.clear()
    silhouettes.click("[role=button]")
    silhouettes.wait("(root) => root.querySelector('.skeleton') !== null")
    assert findings() == []
    server.gate.set()
    silhouettes.wait(_SETTLED)
    assert findings() == []
    silhouettes.click(".put-right")
    silhouettes.wait("(root) => root.querySelector('.corrections .toggle') !== null")
    assert findings() == []


def test_where_offers_are_chosen(browser: Browser, silhouettes: Overlay, findings) -> None:
    silhouettes.click("[role=button]")
    silhouettes.wait(_SETTLED)
    silhouettes.click(".filter-opener")
    silhouettes.wait("(root) => root.querySelector('.filters .toggle') !== null")
    assert findings() == []
    silhouettes.click(".more")
    assert findings() == []
    silhouettes.click(".shop-choice:nth-of-type(2)")
    silhouettes.wait("(root) => root.querySelector('.shop-notice-text')?.textContent")
    assert findings() == []


def test_the_whole_outfit(browser: Browser, silhouettes: Overlay, findings) -> None:
    silhouettes.click(".notice .tools button:not(.draw-frame)")
    silhouettes.wait("(root) => root.querySelector('.outfit') && !root.querySelector('.skeleton')")
    assert findings() == []


def test_while_a_frame_is_drawn_and_where_it_fails(
    browser: Browser, server: ContractServer, silhouettes: Overlay, findings
) -> None:
    silhouettes.click(".draw-frame")
    silhouettes.wait("(root) => root.querySelector('.frame-shape').checkVisibility()")
    assert findings() == []
    path = "/api/v1/looks/0123456789abcdef0123456789abcdef/garments"
    server.answers["POST", path] = problem(422, "bad-frame")
    browser.page.keyboard.press("Enter")
    silhouettes.wait("(root) => root.querySelector('.frame-bar.is-long') !== null")
    assert findings() == []


def test_where_nothing_was_found(browser: Browser, server: ContractServer, findings) -> None:
    server.garments = []
    browser.visit()
    overlay = browser.ask_about(110, 100)
    overlay.wait("(root) => root.querySelector('.card') !== null")
    assert findings() == []


def test_while_the_server_works_and_where_it_fails(
    browser: Browser, server: ContractServer, findings
) -> None:
    server.gate.clear()

    def fail_late(handler: Handler) -> None:
        server.gate.wait(120)
        handler.give_problem(500, "internal-error")

    server.answers["POST", "/api/v1/looks"] = fail_late
    browser.visit()
    overlay = browser.ask_about(110, 100)
    overlay.wait("(root) => root.querySelector('.notice.is-busy') !== null")
    assert findings() == []
    server.gate.set()
    overlay.wait("(root) => root.querySelector('.card') !== null")
    assert findings() == []


def test_where_no_picture_is_and_while_one_is_picked(browser: Browser, findings) -> None:
    browser.visit("<!doctype html><html lang=en><title>Text</title><p>Nothing but text.")
    overlay = browser.ask_about(100, 100)
    overlay.wait("(root) => root.querySelector('.card') !== null")
    assert findings() == []
    overlay.click(".card .button")
    overlay.wait("(root) => root.querySelector('.cover') !== null")
    assert findings() == []


def page_of(browser: Browser, name: str) -> Page:
    page = browser.page
    page.goto(browser.extension_url + name)
    return page


def test_the_settings(browser: Browser, server: ContractServer) -> None:
    wishes = [{"name": "Spam & Co", "wish": "block"}, {"name": "Luma", "wish": "prefer"}]
    browser.worker.evaluate("(shops) => chrome.storage.local.set({ shops })", wishes)
    page = page_of(browser, "options/options.html")
    row = page.locator("[data-provider=lykdat]")
    row.locator("summary").click()
    page.locator("[data-provider=ucp] button:not([role=switch])").first.click()
    expect(page.locator("[data-provider=ucp] [role=status]")).not_to_be_empty()
    assert axe.findings(page) == []
    server.answers["GET", "/api/v1/providers"] = problem(503, "not-ready")
    page.reload()
    expect(page.locator("#providers button")).to_be_visible()
    assert axe.findings(page) == []


def test_the_toolbar_buttons_window(browser: Browser, server: ContractServer) -> None:
    page = page_of(browser, "popup/popup.html")
    expect(page.locator("#state")).not_to_be_empty()
    assert axe.findings(page) == []
    browser.set(server="http://127.0.0.1:9")
    page.reload()
    expect(page.locator("#advice")).to_be_visible()
    assert axe.findings(page) == []
