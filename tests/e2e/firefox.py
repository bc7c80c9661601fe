"""A real Firefox with the extension, its native menu included, steered by Marionette."""

import base64
import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.e2e.marionette import Marionette, MarionetteError
from tests.e2e.waiting import happens, press_until, wait_for
from tests.support.server_process import REPOSITORY

# Of WebDriver.
TAB, ESCAPE = "\ue004", "\ue00c"
NAMES = ("firefox-esr", "firefox")
WIDTH, HEIGHT = 1360, 1000
_ID = "where-to-buy@where-to-buy.invalid"

_PREFERENCES = {
    "marionette.port": 0,
    # Nothing of its own is asked for, and nothing is installed or restored.
    "remote.prefs.recommended": True,
    "network.proxy.type": 1,
    "network.proxy.ssl": "127.0.0.1",
    "intl.accept_languages": "en-US",
    "browser.tabs.warnOnClose": False,
    # Pages may say more of where they are than they do by default: see `open_web`.
    "network.http.referer.disallowCrossSiteRelaxingDefault": False,
}

# Closed shadow roots are open to the browser itself. A frame of the page's own site counts as well.
_IN_ROOTS = """
const call = (root, given) => (%s).apply(root, given);
const roots = [];
const search = (place) => {
  for (const element of place.querySelectorAll("*")) {
    const root = element.openOrClosedShadowRoot;
    if (root?.isUAWidget()) continue;  // such as the controls of a film
    // A page has closed roots of its own.
    if (root?.mode === "closed" && element.hasAttribute("popover")) roots.push(root);
    if (root) search(root);
    if (element.localName === "iframe" && element.contentDocument) search(element.contentDocument);
  }
};
search(document);
const given = [...arguments];
return Promise.all(roots.map((root) => call(root, given)));
"""
_MENU_ENTRY = """
const menu = document.getElementById("contentAreaContextMenu");
if (menu.state !== "open") return "closed";
const item = [...menu.children].find((one) => one.label === arguments[0] && !one.hidden);
if (!item) return "no entry";
menu.activateItem(item);
return "chosen";
"""
_OPEN_MENU = 'return document.getElementById("contentAreaContextMenu").state === "open";'
# How many choices of an entry the extension was told; counted from the first question on.
_HEARD = f"""
const {{ extension }} = WebExtensionPolicy.getByID("{_ID}");
if (extension.heardPresses === undefined) {{
  extension.heardPresses = 0;
  extension.on("webext-menu-menuitem-click", () => {{ extension.heardPresses += 1; }});
}}
return extension.heardPresses;
"""
_IS_ASKED = """
const panel = document.getElementById("notification-popup");
return panel.state === "open" && panel.querySelector("popupnotification") !== null;
"""
_ALLOW = """
document.querySelector("#notification-popup popupnotification")?.button.click();
"""
# What a command says of a page that goes while it runs, as one that is pressed may.
_GONE = ("destroyed before query", "no such window", "AbortError", "has been discarded")
_IS_DRAWN = """
let frames = 4;
return new Promise((go) => {
  const next = () => (frames -= 1) ? requestAnimationFrame(next) : go();
  next();
});
"""
_NOTICE = f"""
const [button] = document.querySelectorAll("[data-extensionid='{_ID}'] toolbarbutton");
return button?.getAttribute("badge") ? button.getAttribute("tooltiptext") : "";
"""
# The popup is in a panel of its own, or in the one of all toolbar buttons.
_POPUP = """
const [inner] = document.querySelectorAll("panel browser[src^='" + arguments[0] + "']");
const panel = inner?.closest("panel");
return Boolean(panel && panel.state === "open" && (arguments[1] && panel.hidePopup(), true));
"""
_SHORTCUT = "document.querySelector('keyset[id*=ext-keyset] key').doCommand();"
_OWN_URL = f'return WebExtensionPolicy.getByID("{_ID}").getURL("");'


def find_firefox() -> str | None:
    """Return the browser: ``WTB_FIREFOX``, or what the path has; None where there is none."""
    chosen = os.environ.get("WTB_FIREFOX")
    return chosen or next((path for path in map(shutil.which, NAMES) if path), None)


class Firefox:
    """A running Firefox with one tab in front."""

    def __init__(self, marionette: Marionette) -> None:
        self._send = marionette.send
        self._front = self.tabs()[0]

    def install(self, server_url: str, folder: Path) -> None:
        """Build the extension for a server, and install it until the browser ends."""
        command = [sys.executable, str(REPOSITORY / "manifest-builder"), "--browser", "firefox"]
        command += ["--server", server_url, "--out", str(folder)]
        subprocess.run(command, check=True, timeout=60, stdout=subprocess.DEVNULL)
        self._send("Addon:Install", {"path": str(folder), "temporary": True})

    @property
    def extension_url(self) -> str:
        """Address of the extension's own pages, with a slash at the end."""
        return str(self.chrome(_OWN_URL))

    @property
    def notice(self) -> str:
        """What the toolbar button says about the page; empty without a sign on it."""
        return str(self.chrome(_NOTICE))

    def chrome(self, script: str, *arguments: object) -> Any:
        """Run a script in the browser's own window."""
        self._send("Marionette:SetContext", {"value": "chrome"})
        try:
            return self._run(script, arguments, "system")
        finally:
            self._send("Marionette:SetContext", {"value": "content"})

    def page(self, script: str, *arguments: object) -> Any:
        """Run a script in the page, as the page's own."""
        return self._run(script, arguments, None)

    def roots(self, function: str, *arguments: object) -> list[Any]:
        """Call a function with each closed shadow root of the page as ``this``."""
        return list(self._run(_IN_ROOTS % function, arguments, "system"))

    def visit(self, url: str) -> None:
        """Open a page in a new tab, and close all others."""
        self.switch_to(self._front)  # a small window of one page opens no tabs
        new = self._send("WebDriver:NewWindow", {"type": "tab", "focus": True})["handle"]
        for handle in self.tabs():
            if handle != new:
                self.switch_to(handle)
                self._send("WebDriver:CloseWindow")
        self._front = new
        self.switch_to(new)
        self.go(url)

    def tabs(self) -> list[str]:
        """Return the handles of all tabs."""
        return list(self._send("WebDriver:GetWindowHandles"))

    def switch_to(self, tab: str) -> None:
        """Look at another tab from now on."""
        self._send("WebDriver:SwitchToWindow", {"handle": tab, "focus": True})

    def switch_to_frame(self, number: int | None) -> None:
        """Look at a frame of the page from now on; None: at the whole page."""
        self._send("WebDriver:SwitchToFrame", {"id": number})

    def go(self, url: str) -> None:
        """Go to a page in the same tab, and wait until it is on the screen.

        A browser drops what is pressed on one that only just came.
        """
        self._send("WebDriver:Navigate", {"url": url})
        self.page(_IS_DRAWN)

    def back(self) -> None:
        """Go back in the tab's history."""
        self._send("WebDriver:Back")

    def point_at(self, x: float, y: float) -> None:
        """Move the pointer to a point of the window."""
        self._act([_move(x, y)])

    def click(self, x: float, y: float, button: int = 0) -> None:
        """Click at a point of the window; 2 is the right button."""
        press = [{"type": kind, "button": button} for kind in ("pointerDown", "pointerUp")]
        self._act([_move(x, y), *press])

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Drag with the mouse from one point of the window to another."""
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        down, up = ({"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp"))
        self._act([_move(*start), down, _move(*middle), _move(*end), up])

    def choose_file(self, selector: str, file: Path) -> None:
        """Choose a file in a field of the page, as the browser's own dialog does."""
        found = self._send("WebDriver:FindElement", {"using": "css selector", "value": selector})
        (identifier,) = found.values()
        self._send("WebDriver:ElementSendKeys", {"id": identifier, "text": str(file)})

    def key(self, name: str) -> None:
        """Press a key, by its value in WebDriver."""
        press = [{"type": kind, "value": name} for kind in ("keyDown", "keyUp")]
        actions = [{"type": "key", "id": "keyboard", "actions": press}]
        self._send("WebDriver:PerformActions", {"actions": actions})

    def shortcut(self) -> None:
        """Do what the extension's shortcut does; no key that Marionette presses gets there."""
        self.chrome(_SHORTCUT)

    def choose_entry(self, x: float, y: float, label: str) -> None:
        """Right-click at a point, and choose an entry of the browser's own menu.

        Raises:
            LookupError: The menu does not have it.
        """
        heard = self.chrome(_HEARD)

        def press() -> None:
            if not self.chrome(_OPEN_MENU):
                self.click(x, y, 2)
            if happens(lambda: self.chrome(_OPEN_MENU), 10) and (
                self.chrome(_MENU_ENTRY, label) == "no entry"
            ):
                raise LookupError(f"The menu has no entry {label!r}")

        press_until(
            press, lambda: self.chrome(_HEARD) != heard, "our entry of the menu to be heard"
        )

    def has_popup(self) -> bool:
        """Return whether the extension's popup is open."""
        return bool(self.chrome(_POPUP, self.extension_url, False))

    def close_popup(self) -> None:
        """Close the extension's popup, if it is open."""
        self.chrome(_POPUP, self.extension_url, True)

    def is_asked(self) -> bool:
        """Return whether the browser asks for a permission, in its own window."""
        return bool(self.chrome(_IS_ASKED))

    def allow(self) -> None:
        """Allow what the browser asks about."""
        wait_for(self.is_asked, "the browser's question")
        # For a moment the question hears nothing, so that nobody allows it by accident.
        press_until(
            lambda: self.chrome(_ALLOW), lambda: not self.is_asked(), "the permission", seconds=5
        )

    def screen(self) -> NDArray[np.uint8]:
        """Return what the page's part of the window shows, ``H x W x 3`` RGB."""
        data = base64.b64decode(self._send("WebDriver:TakeScreenshot", {"full": False}))
        with Image.open(io.BytesIO(data)) as picture:
            return np.asarray(picture.convert("RGB"))

    def _run(self, script: str, arguments: Sequence[object], sandbox: str | None) -> Any:
        parameters = {"script": script, "args": list(arguments), "sandbox": sandbox}
        try:
            return self._send("WebDriver:ExecuteScript", parameters)
        except MarionetteError as error:
            # A page that was about to be replaced by another: that one can answer.
            if not is_of_gone_page(error):
                raise
            return self._send("WebDriver:ExecuteScript", parameters)

    def _act(self, actions: list[dict[str, object]]) -> None:
        pointer = {"type": "pointer", "id": "mouse", "actions": actions}
        try:
            self._send("WebDriver:PerformActions", {"actions": [pointer]})
        except MarionetteError as error:
            # Pressing something may end its page.
            if not is_of_gone_page(error):
                raise


def is_of_gone_page(error: MarionetteError) -> bool:
    """Return whether a command failed because its page went, or its tab."""
    return any(part in str(error) for part in _GONE)


def _move(x: float, y: float) -> dict[str, object]:
    return {"type": "pointerMove", "x": round(x), "y": round(y)}


@contextmanager
def open_firefox(executable: str, folder: Path, proxy: int) -> Iterator[Firefox]:
    """Start Firefox without a window; it is gone when the block is left.

    Args:
        executable: Its path.
        folder: Empty; its profile and log go there.
        proxy: Port of a proxy for all https hosts.
    """
    preferences = {**_PREFERENCES, "network.proxy.ssl_port": proxy}
    profile = folder / "profile"
    profile.mkdir()
    (profile / "user.js").write_text(
        "".join(f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in preferences.items())
    )
    command = [executable, "--headless", "--no-remote", "--profile", str(profile)]
    command += ["--marionette", "--remote-allow-system-access"]
    with (folder / "firefox.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        active = profile / "MarionetteActivePort"
        port = wait_for(lambda: active.exists() and active.read_text(), "Firefox to listen", 120)
        with contextlib.closing(Marionette(int(port))) as marionette:
            marionette.send("WebDriver:NewSession", {"acceptInsecureCerts": True})
            marionette.send("WebDriver:SetWindowRect", {"width": WIDTH, "height": HEIGHT})
            yield Firefox(marionette)
    finally:
        process.terminate()
        process.wait(60)
