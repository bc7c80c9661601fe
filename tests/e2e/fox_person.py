"""A person with Firefox."""

from collections.abc import Callable
from typing import Any

import numpy as np
import requests
from numpy.typing import NDArray

from tests.e2e.firefox import ESCAPE, TAB, Firefox
from tests.e2e.open_web import SITE
from tests.e2e.person import Person
from tests.e2e.waiting import at_rest, happens, press_until, wait_for

ENTRY = "Where can I buy this?"
_KEYS = {"Tab": TAB, "Escape": ESCAPE}
_CODE = "document.querySelector('#code:not([hidden])')?.innerText"
_POINT_OF = """
const button = [...document.querySelectorAll("button")].find(
  (one) => one.innerText === arguments[0] && !one.disabled);
if (!button) return null;
button.scrollIntoView({ block: "center" });
const { x, y, width, height } = button.getBoundingClientRect();
return [x + width / 2, y + height / 2];
"""


class FoxPerson(Person):
    """One person with Firefox, which Marionette lends them mouse and keyboard for."""

    def __init__(self, firefox: Firefox, server_url: str) -> None:
        super().__init__(server_url)
        self.firefox = firefox

    def visit(self, name: str, site: str = SITE) -> None:
        """Open a page in a new tab, and close the one before."""
        self.firefox.visit(f"{site}/{name}")

    def evaluate(self, expression: str) -> Any:
        """Return what an expression of JavaScript, perhaps a promise, is in the page."""
        return self.firefox.page(f"return ({expression});")

    def ask(self, function: str, *arguments: object) -> Any:
        """Call a JavaScript function with the overlay as ``this``; None where there is none."""
        return next(iter(self.firefox.roots(function, *arguments)), None)

    def ask_all(self, function: str, *arguments: object) -> list[Any]:
        """Call it in every overlay that there is, also in frames of the page's own site."""
        return self.firefox.roots(function, *arguments)

    def point_at(self, x: float, y: float) -> None:
        """Move the pointer to a point of the window."""
        self.firefox.point_at(x, y)

    def click(self, x: float, y: float) -> None:
        """Click at a point of the window."""
        self.firefox.click(x, y)

    def ask_about(self, x: float, y: float) -> None:
        """Right-click at a point, and choose our entry of the browser's own menu."""
        self.firefox.choose_entry(x, y, ENTRY)

    def start_picking(self) -> None:
        """Start "Pick a picture" by the shortcut."""
        press_until(self.firefox.shortcut, lambda: self.state().get("picking"), "pick mode")

    def press(self, *names: str) -> None:
        """Press "Tab" or "Escape", one after the other."""
        for name in names:
            self.firefox.key(_KEYS[name])

    def window(self) -> NDArray[np.uint8]:
        """Return what the page's part of the window shows, ``H x W x 3`` RGB."""
        return self.firefox.screen()

    screen = window

    def notice(self) -> str:
        """Return what the toolbar button says about the page; empty without a sign on it."""
        return self.firefox.notice

    def close_popup(self) -> None:
        """Close the extension's popup, once it has opened by itself."""
        if happens(self.firefox.has_popup, 10):
            press_until(
                self.firefox.close_popup, lambda: not self.firefox.has_popup(), "the popup to close"
            )

    def text(self) -> str:
        """Return what can be read on the page itself."""
        return str(self.evaluate("document.body?.innerText"))

    def click_on_page(self, text: str, condition: Callable[[], object], what: str) -> None:
        """Click on a button of the page itself, until something comes of it."""
        at_rest(lambda: self.firefox.page(_POINT_OF, text), f"the button {text!r}")

        def press() -> None:
            if place := self.firefox.page(_POINT_OF, text):
                self.click(*place)

        press_until(press, condition, what)

    def ask_to_be_allowed(self) -> None:
        """Have the server allow this browser's extension, as a person does.

        The settings show a code, and the server's page the same; there one click allows it.
        """
        firefox = self.firefox
        before = set(firefox.tabs())
        self.click_text("Ask to be allowed", lambda: set(firefox.tabs()) - before, "the settings")
        asking = wait_for(lambda: self._tab_of(self.server_url, before), "the server's page")
        settings = wait_for(lambda: self._tab_of(firefox.extension_url, before), "the settings")
        firefox.switch_to(settings)
        self.code_shown = wait_for(lambda: self.evaluate(_CODE), "the code")
        firefox.switch_to(asking)
        wait_for(lambda: self.code_shown in self.text(), "the same code")
        self.click_on_page("Allow", self.who_is_allowed, "the server to allow it")
        firefox.switch_to(settings)
        wait_for(lambda: "allows this browser" in self.text(), "the server's answer")
        wait_for(lambda: asking not in firefox.tabs(), "the server's page to close")

    def _tab_of(self, address: str, others: set[str]) -> str | None:
        """Return a tab whose address begins so, and look at it; None where only ``others`` have."""
        for tab in set(self.firefox.tabs()) - others:
            self.firefox.switch_to(tab)
            if str(self.evaluate("location.href")).startswith(address):
                return tab
        return None

    def who_is_allowed(self) -> list[dict[str, Any]]:
        """Return the server's list."""
        answer = requests.get(f"{self.server_url}/api/v1/pairings", timeout=20)
        return list(answer.json()["allowed"])
