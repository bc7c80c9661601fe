"""What a person does in the browser, as far as a headless one can do it."""

from typing import Any

from playwright.sync_api import BrowserContext, Error, Page, Worker

from tests.extension.shadow import Overlay
from tests.extension.sites import PHOTO, Sites
from tests.support.browser_waiting import wait_on

INSTAGRAM = "https://www.instagram.com/p/one/"
ELSEWHERE = "https://blog.example/post"

PLAIN = f"""<!doctype html><html lang="en"><title>A post</title>
<style>body {{ margin: 0; height: 3000px; background: #fafafa }}
img {{ position: absolute; left: 100px; top: 60px; width: 450px; height: 600px }}</style>
<img id="photo" alt="" src="{PHOTO}">"""

_DISPATCH = """
async ([url, more]) => {
  const tabs = await chrome.tabs.query({});
  const tab = tabs.find((one) => one.active && (!url || one.url === url)) ?? tabs.at(-1);
  chrome.contextMenus.onClicked.dispatch(
    { menuItemId: "where-to-buy", frameId: 0, editable: false, pageUrl: url, ...more }, tab);
}
"""

_MAY_ENTER = """
async () => {
  const tabs = await chrome.tabs.query({ active: true });
  const entered = tabs.map(({ id }) =>
    chrome.scripting.executeScript({ target: { tabId: id }, func: () => true }));
  return Promise.any(entered).then(() => true, () => false);
}
"""

_IS_DRAWN = """
() => new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(() => go())))
"""


class Browser:
    """A browser with one page of its own."""

    def __init__(self, context: BrowserContext, sites: Sites) -> None:
        self.context = context
        self.sites = sites
        self.page: Page = context.new_page()
        self.overlay = Overlay(self.page)

    @property
    def worker(self) -> Worker:
        """The extension's service worker."""
        running = [w for w in self.context.service_workers if w.url.endswith("/worker.js")]
        return running[-1] if running else self.context.wait_for_event("serviceworker")

    @property
    def extension_url(self) -> str:
        """Address of the extension's own pages, with a slash at the end."""
        return self.worker.url.removesuffix("background/worker.js")

    def forget_settings(self) -> None:
        """Settings as after the installation."""
        self.worker.evaluate("() => chrome.storage.local.clear()")

    def set(self, **settings: str) -> None:
        """Change settings."""
        self.worker.evaluate("(settings) => chrome.storage.local.set(settings)", settings)

    def visit(self, html: str = PLAIN, url: str = INSTAGRAM, **headers: str) -> Page:
        """Open a page of our own making."""
        self.sites.pages[url] = html
        self.sites.headers[url] = {k.replace("_", "-"): v for k, v in headers.items()}
        self.page.goto(url)
        self.page.wait_for_load_state("load")
        # A browser drops what is pressed on a page that was never on the screen.
        self.page.evaluate(_IS_DRAWN)
        return self.page

    def choose_menu_entry(self, **info: Any) -> None:
        """Choose "Where can I buy this?" in a menu that was opened before."""
        self.worker.evaluate(_DISPATCH, [self.page.url, info])

    def ask_about(self, x: float, y: float, **info: Any) -> Overlay:
        """Right-click at a point, and choose "Where can I buy this?"."""
        self.page.mouse.click(x, y, button="right")
        self.choose_menu_entry(**info)
        return self.overlay

    def ask_about_photo(self) -> Overlay:
        """Open the plain page, ask about its photo, and wait for the silhouettes."""
        self.visit()
        overlay = self.ask_about(300, 300)
        overlay.garments()
        return overlay

    def run_command(self) -> None:
        """Press the extension's shortcut, which a headless browser does not deliver."""
        self.worker.evaluate(
            """async (url) => {
              const tab = (await chrome.tabs.query({})).find((one) => one.url === url);
              chrome.commands.onCommand.dispatch("pick-picture", tab);
            }""",
            self.page.url,
        )

    def frame_id(self) -> int:
        """Return the browser's number of the page's first frame."""
        found = self.worker.evaluate(
            """async (url) => {
              const tab = (await chrome.tabs.query({})).find((one) => one.url === url);
              const results = await chrome.scripting.executeScript({
                target: { tabId: tab.id, allFrames: true }, func: () => location.href });
              return results.map((result) => result.frameId).find((id) => id !== 0);
            }""",
            self.page.url,
        )
        return int(found)

    def grant_active_tab(self) -> None:
        """Do what grants ``activeTab``: press the toolbar button."""
        own = self.context.new_cdp_session(self.page).send("Target.getTargetInfo")["targetInfo"]
        assert self.context.browser is not None
        protocol = self.context.browser.new_browser_cdp_session()
        filters = [{"type": "tab", "exclude": False}]
        targets = protocol.send("Target.getTargets", {"filter": filters})["targetInfos"]
        (tab,) = [one for one in targets if one["url"] == own["url"]]
        identifier = self.extension_url.split("/")[2]
        action = {"id": identifier, "targetId": tab["targetId"]}
        protocol.send("Extensions.triggerAction", action)
        wait_on(self.page, lambda: self.worker.evaluate(_MAY_ENTER), "the permission")

    def zoom(self, factor: float) -> None:
        """Zoom the page as the browser's menu does."""
        self.worker.evaluate(
            """async ([url, factor]) => {
              const tab = (await chrome.tabs.query({})).find((one) => one.url === url);
              await chrome.tabs.setZoomSettings(tab.id, { scope: "per-tab" });
              await chrome.tabs.setZoom(tab.id, factor);
            }""",
            [self.page.url, factor],
        )

    def tab_id(self) -> int:
        """Return the browser's number of the page's tab."""
        found = self.worker.evaluate(
            "async (url) => (await chrome.tabs.query({})).find((one) => one.url === url).id",
            self.page.url,
        )
        return int(found)

    def read_storage_from_page(self) -> str:
        """Try to read the settings as the page part could."""
        answer = self.worker.evaluate(
            """async (tabId) => {
              const [{ result }] = await chrome.scripting.executeScript({ target: { tabId },
                func: async () => {
                  try { return JSON.stringify(await chrome.storage.local.get()); }
                  catch { return "refused"; }
                } });
              return result;
            }""",
            self.tab_id(),
        )
        return str(answer)

    def end_worker(self) -> None:
        """End the service worker, as browsers do when they like."""
        protocol = self.context.new_cdp_session(self.page)
        assert self.context.browser is not None
        whole = self.context.browser.new_browser_cdp_session()
        targets = whole.send("Target.getTargets")["targetInfos"]
        self.worker.evaluate("() => { globalThis.isEnded = true; }")
        (worker,) = [one for one in targets if one["url"] == self.worker.url]
        whole.send("Target.closeTarget", {"targetId": worker["targetId"]})
        protocol.detach()
        # The overlay that is open notices, and has another one started.
        wait_on(self.page, self._has_new_worker, "another worker")

    def _has_new_worker(self) -> bool:
        try:
            return bool(self.worker.evaluate("() => !globalThis.isEnded"))
        except Error:
            return False  # in between there is none

    def badge(self) -> str:
        """Return what the toolbar button shows for the page."""
        text = self.worker.evaluate(
            """async (url) => {
              const tabs = await chrome.tabs.query({});
              const tab = tabs.find((one) => one.url === url) ?? tabs.at(-1);
              return chrome.action.getBadgeText({ tabId: tab.id });
            }""",
            self.page.url,
        )
        return str(text)

    def close(self) -> None:
        """Close every page but the browser's first."""
        for page in self.context.pages[1:]:
            page.close()
