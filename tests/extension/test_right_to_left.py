"""In a language that is read from right to left, which is data as any other, all is mirrored."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.extension.browser import PLAIN, Browser
from tests.extension.shadow import Overlay
from tests.extension.sites import Sites
from tests.extension.test_overlay import WHOLE, wait_glued
from tests.support import made_language
from tests.support.choices import events
from tests.support.contract_server import ContractServer

pytestmark = pytest.mark.browser

WORDS = made_language.words()
_NOT_WAITING = "(root) => root.querySelector('.panel') && !root.querySelector('.skeletons')"
_DIRECTION = "(root, selector) => getComputedStyle(root.querySelector(selector)).direction"
# What is cut off at either side of the panel, or of what scrolls in it.
_SPILLED = """(root) => {
  const panel = root.querySelector(".panel").getBoundingClientRect();
  const all = ".panel :is(button, input, a, select, h2)";
  return [...root.querySelectorAll(all)]
    .filter((one) => one.checkVisibility() && !one.closest(".refine-chips"))
    .filter((one) => {
      const { left, right } = one.getBoundingClientRect();
      return left < panel.left - 1 || right > panel.right + 1;
    })
    .map((one) => one.outerHTML.slice(0, 120));
}"""


@pytest.fixture
def browser(
    mirrored_context: BrowserContext, server: ContractServer, sites: Sites
) -> Iterator[Browser]:
    """A browser whose user reads from right to left."""
    browser = Browser(mirrored_context, sites)
    browser.forget_settings()
    browser.set(language=made_language.TAG)
    yield browser
    browser.close()


@pytest.fixture
def panel(browser: Browser, server: ContractServer) -> Overlay:
    """The panel with offers that are known in full."""
    server.lines = events()
    overlay = browser.ask_about_photo()
    overlay.click("[role=button]")
    overlay.wait(_NOT_WAITING)
    return overlay


def middle(overlay: Overlay, selector: str) -> float:
    box = overlay.rect(selector)
    return box["x"] + box["width"] / 2


def test_the_bar_reads_from_right_to_left_and_the_silhouettes_stay_where_they_are(
    browser: Browser,
) -> None:
    overlay = browser.ask_about_photo()
    wait_glued(overlay, WHOLE)
    overlay.wait_text(WORDS["found_many@extension"].replace("$1", "3"))
    assert overlay.ask(_DIRECTION, ".notice") == "rtl"
    assert middle(overlay, ".notice [role=status]") > middle(overlay, ".notice .tools")
    # The page below is read as it was.
    assert browser.page.evaluate("getComputedStyle(document.body).direction") == "ltr"


def test_the_panel_is_mirrored(panel: Overlay) -> None:
    assert panel.ask(_DIRECTION, ".panel") == "rtl"
    whole = middle(panel, ".panel")
    assert middle(panel, ".panel header .crop") > whole
    assert middle(panel, ".panel header > button:last-of-type") < whole
    assert middle(panel, ".offers .thumb") > middle(panel, ".offers .facts")
    assert middle(panel, ".offers .more") < whole
    heading = "(root) => getComputedStyle(root.querySelector('.panel h2')).textAlign"
    assert panel.ask(heading) in ("start", "right")
    assert panel.ask(_SPILLED) == []


def test_menus_open_within_the_panel_on_the_other_side(panel: Overlay) -> None:
    panel.click(".more")
    menu, whole = panel.rect(".shop-menu"), panel.rect(".panel")
    assert menu["x"] - whole["x"] < whole["x"] + whole["width"] - menu["x"] - menu["width"]
    assert panel.ask(_SPILLED) == []
    panel.page.keyboard.press("Escape")
    panel.click(".put-right")
    panel.wait("(root) => root.querySelector('.corrections .toggle') !== null")
    assert panel.ask(_DIRECTION, ".corrections") == "rtl"
    assert panel.ask(_SPILLED) == []


def test_filters_and_chips_are_mirrored_and_arrows_go_where_they_point(panel: Overlay) -> None:
    panel.click(".filter-opener")
    panel.wait("(root) => root.querySelector('.filters .toggle') !== null")
    assert middle(panel, ".segment:first-child") > middle(panel, ".filter-opener")
    assert panel.ask(_SPILLED) == []
    place = "(root) => root.activeElement.getBoundingClientRect().x"
    panel.wait("(root) => root.querySelectorAll('.refine-chips button').length > 1")
    panel.ask("(root) => root.querySelector('.refine-chips button[tabindex=\"0\"]').focus()")
    panel.page.keyboard.press("Home")
    first = panel.ask(place)
    panel.page.keyboard.press("ArrowLeft")
    assert panel.ask(place) < first
    panel.page.keyboard.press("ArrowRight")
    assert panel.ask(place) == first


def test_at_320_pixels_nothing_is_cut_off(browser: Browser, server: ContractServer) -> None:
    server.lines = events()
    browser.page.set_viewport_size({"width": 320, "height": 640})
    wide = "left: 100px; top: 60px; width: 450px; height: 600px"
    browser.visit(PLAIN.replace(wide, "left: 0; top: 0; width: 320px; height: 427px"))
    overlay = browser.ask_about(100, 100)
    overlay.garments()
    bar = overlay.rect(".notice")
    assert bar["x"] >= 0
    assert bar["x"] + bar["width"] <= 320
    overlay.click("[role=button]")
    overlay.wait(_NOT_WAITING)
    overlay.click(".filter-opener")
    assert overlay.ask(_SPILLED) == []
    overlay.ask("(root) => root.querySelector('.more').scrollIntoView({ behavior: 'instant' })")
    overlay.click(".more")
    assert overlay.ask(_SPILLED) == []
    browser.page.set_viewport_size({"width": 1280, "height": 800})


@pytest.mark.parametrize("name", ["options/options.html", "popup/popup.html"])
def test_the_extensions_own_pages_are_mirrored(browser: Browser, name: str) -> None:
    page = browser.page
    page.set_viewport_size({"width": 400, "height": 700})
    page.goto(browser.extension_url + name)
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("[א-ת]"))
    wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(wide)
    page.set_viewport_size({"width": 1280, "height": 800})
