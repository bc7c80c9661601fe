"""A person on any page of the web, with a mouse: the entry is chosen with it, too.

By key, the pointer would stay over the picture that was pressed, and faults that come of a menu's
entry lying over another picture could not be seen.
"""

from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import BrowserContext, Page

from tests.e2e.chromium import extension_worker, heard_presses, wait_until_drawn
from tests.e2e.display import Display
from tests.e2e.open_web import SITE
from tests.e2e.overlay import Overlay
from tests.e2e.person import Person
from tests.e2e.waiting import happens, press_until, wait_for
from tests.support.server_process import REPOSITORY

# How well the extension's icon must be matched to be it.
_SURE = 0.8

_NOTICE = """
async () => {
  const [tab] = await chrome.tabs.query({ active: true });
  const has = await chrome.action.getBadgeText({ tabId: tab.id });
  return has && chrome.action.getTitle({ tabId: tab.id });
}
"""
_HAS_ENTRY = """
() => chrome.contextMenus.update("where-to-buy", {}).then(() => true, () => false)
"""
_POPUPS = """
async () => (await chrome.runtime.getContexts({ contextTypes: ["POPUP"] })).length
"""
_HAS_GARMENT = "function () { return this.querySelector('svg [role=button]') !== null; }"


class PasserBy(Person):
    """One person with Chromium, a screen, a mouse and a keyboard."""

    def __init__(self, browser: BrowserContext, display: Display, server_url: str) -> None:
        super().__init__(server_url)
        self._browser = browser
        self._display = display
        self._icon = _icon()
        self.page: Page = browser.pages[0]
        self.overlay = Overlay(self.page, "img")

    def visit(self, name: str, site: str = SITE) -> None:
        """Open a page in a new tab, and close the one before."""
        page = self._browser.new_page()
        for other in self._browser.pages:
            if other is not page:
                other.close()
        self.page = page
        self.overlay = Overlay(page, "img")
        page.goto(f"{site}/{name}")
        wait_until_drawn(self.page)

    def evaluate(self, expression: str) -> Any:
        """Return what an expression of JavaScript, perhaps a promise, is in the page."""
        return self.page.evaluate(expression)

    def ask(self, function: str, *arguments: object) -> Any:
        """Call a JavaScript function with the overlay as ``this``; None where there is none."""
        return self.overlay.ask(function, *arguments)

    def ask_all(self, function: str, *arguments: object) -> list[Any]:
        """Call it in every overlay that there is, also in frames of the page's own site."""
        return self.overlay.ask_all(function, *arguments)

    def reload(self) -> None:
        """Load the page again."""
        self.page.reload()
        wait_until_drawn(self.page)

    def point_at(self, x: float, y: float) -> None:
        """Move the pointer to a point of the window."""
        self._display.point_at(*self.overlay.window_point(x, y))

    def click(self, x: float, y: float, button: int = 1) -> None:
        """Click at a point of the window."""
        self.point_at(x, y)
        self._display.click(button)

    def _entry(self) -> tuple[float, float] | None:
        """Return where on the screen our entry is in the menu that is open; None if it has none."""
        # The same icon is in the toolbar while the extension's popup is open.
        top = round(self.overlay.window_point(0, 0)[1])

        def found() -> tuple[float, float] | None:
            below = self._display.picture()[top:]
            match = cv2.matchTemplate(below, self._icon, cv2.TM_CCOEFF_NORMED)
            _, best, _, (x, y) = cv2.minMaxLoc(match)
            return (x + 60.0, top + y + 8.0) if best > _SURE else None

        try:
            return wait_for(found, "our entry", 15)
        except TimeoutError:
            return None

    def ask_about(self, x: float, y: float, meanwhile: Callable[[], object] = lambda: None) -> None:
        """Right-click at a point, and choose our entry with the mouse.

        Args:
            x: In CSS pixels of the window.
            y: The same.
            meanwhile: What is waited for while the menu is open.
        """
        heard = heard_presses(self._browser)

        def press() -> None:
            self.point_at(x, y)
            menu = self._display.open_menu()
            meanwhile()
            if place := self._entry():
                self._display.point_at(*place)
                self._display.click()
            # A menu hears nothing in its first moments; and one without our entry has to go, too.
            if not happens(lambda: not self._display.windows() & menu, 5):
                self._display.key("Escape")
                wait_for(lambda: not self._display.windows() & menu, "the menu to close")

        # What opens over a menu, as the popup may, takes it away under the pointer.
        press_until(
            press,
            lambda: heard_presses(self._browser) != heard,
            "our entry of the menu to be heard",
        )

    def press(self, *names: str) -> None:
        """Press "Tab" or "Escape", one after the other."""
        self._display.key(*names)

    def start_picking(self) -> None:
        """Start "Pick a picture" by the shortcut."""
        press_until(
            lambda: self._display.key("alt+shift+s"),
            lambda: self.state().get("picking"),
            "pick mode",
        )

    def any_garment(self) -> bool:
        """Return whether a garment is drawn, in the page or a frame of it, of any site."""
        return bool(self.state().get("garments")) or any(
            self.overlay.ask_frame(frame, _HAS_GARMENT)
            for frame in self.page.frames
            if frame.parent_frame
        )

    def is_asked(self) -> bool:
        """Return whether the browser asks for a permission."""
        return self._allow_button() is not None

    def allow(self) -> None:
        """Allow what the browser asks about, in its own window."""
        before = self._granted()

        # For half a second the question hears nothing, so that nobody allows it by accident.
        def press() -> None:
            if place := self._allow_button():
                self._display.point_at(*place)
                self._display.click()

        press_until(press, lambda: self._granted() != before, "the permission", seconds=5)

    def _allow_button(self) -> tuple[float, float] | None:
        """Return where on the screen "Allow" is; None where nothing is asked."""
        white = (self._display.picture() == 255).all(axis=-1).astype(np.uint8)
        count, _, boxes, _ = cv2.connectedComponentsWithStats(white)
        if count < 2:
            return None
        # All around the question is dimmed: what is white is the question.
        left, top, width, height, area = max(boxes[1:], key=lambda box: box[cv2.CC_STAT_AREA])
        if not 150 < height < 400 or not 300 < width < 600 or area < width * height * 0.7:
            return None
        return left + width - 55.0, top + height - 36.0

    def _granted(self) -> list[str]:
        worker = extension_worker(self._browser)
        return list(worker.evaluate("async () => (await chrome.permissions.getAll()).origins"))

    def enlarge(self, factor: float) -> None:
        """Enlarge what is at the window's left upper corner, as two fingers do."""
        protocol = self._browser.new_cdp_session(self.page)
        protocol.send("Emulation.setPageScaleFactor", {"pageScaleFactor": factor})
        wait_for(lambda: self.evaluate("visualViewport.scale") == factor, "the larger page")

    def options(self) -> Page:
        """Open the settings in a tab."""
        page = self._browser.new_page()
        own = extension_worker(self._browser).url.removesuffix("background/worker.js")
        page.goto(f"{own}options/options.html")
        return page

    def notice(self) -> str:
        """Return what the toolbar button says about the page; empty without a sign on it."""
        return str(extension_worker(self._browser).evaluate(_NOTICE))

    def close_popup(self) -> None:
        """Close the extension's popup, once it has opened by itself."""
        worker = extension_worker(self._browser)
        if not happens(lambda: worker.evaluate(_POPUPS), 10):
            return  # a browser whose window is not in front opens none
        press_until(
            lambda: self._display.key("Escape"),
            lambda: not worker.evaluate(_POPUPS),
            "the popup to close",
        )

    def wait_for_menu(self) -> None:
        """Wait until the extension has made its entry, as it does once it is installed."""
        wait_for(lambda: self._pumped().service_workers, "the extension")
        worker = extension_worker(self._browser)
        wait_for(lambda: worker.evaluate(_HAS_ENTRY), "the menu's entry")

    def _pumped(self) -> BrowserContext:
        """Return the browser, after it could say what is new."""
        self.page.wait_for_timeout(20)
        return self._browser

    def reload_extension(self) -> None:
        """Reload it as `chrome://extensions` does."""
        worker = extension_worker(self._browser)
        worker.evaluate("() => setTimeout(() => chrome.runtime.reload(), 50)")
        wait_for(lambda: worker not in self._pumped().service_workers, "the extension to end")
        self.wait_for_menu()

    def window(self) -> NDArray[np.uint8]:
        """Return what the page's part of the window shows, ``H x W x 3`` RGB."""
        left, top = (round(at) for at in self.overlay.window_point(0, 0))
        return self.screen()[top:, left:]

    def screen(self) -> NDArray[np.uint8]:
        """Return what the screen shows, ``H x W x 3`` RGB."""
        return self._display.picture()


def _icon() -> NDArray[np.uint8]:
    with Image.open(REPOSITORY / "extension" / "icons" / "icon-16.png") as icon:
        white = Image.new("RGBA", icon.size, "white")
        white.alpha_composite(icon.convert("RGBA"))
        return np.asarray(white.convert("RGB"))
