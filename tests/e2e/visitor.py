"""The person who sees a photo, right-clicks it, and wants to know where to buy what is on it.

Whatever they do goes through the X server: a real pointer and real keys.
"""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

from tests.e2e.chromium import heard_presses, wait_until_drawn
from tests.e2e.display import Display
from tests.e2e.overlay import Overlay, ShownOffer, Silhouette, middle
from tests.e2e.waiting import happens, press_until, wait_for
from tests.e2e.world import World

PHOTO = "article img"
# The first letter of the entry, "Where can I buy this?"; no other entry of the menu has it.
MENU_KEY = "w"

# Of 255, in any of the three colours.
_VISIBLE_CHANGE = 16
# Pixels: silhouettes are known to within two, the line is as thick.
_NEAR = 2


class Visitor:
    """One person with one window."""

    def __init__(self, world: World) -> None:
        self.page: Page = world.browser.pages[0]
        self.overlay = Overlay(self.page, PHOTO)
        self._browser = world.browser
        self._network = world.network
        self._display: Display = world.display
        self.size = (0, 0)
        self._clicks_before = 0

    def visit(self, code: str) -> None:
        """Go to a post and wait until its photo is there."""
        self.size = self._network.posts[code].size
        self._clicks_before = self._display.right_clicks
        self.page.goto(self._network.page_url(code))
        wait_for(lambda: self.page.evaluate(_PHOTO_IS_THERE, PHOTO), "the photo")
        wait_until_drawn(self.page)

    @property
    def right_clicks(self) -> int:
        """How many there were on this page: one, or more where the first was not heard."""
        return self._display.right_clicks - self._clicks_before

    def open_menu(self) -> set[str]:
        """Right-click in the middle of the photo; return the menu's windows."""
        self._display.point_at(*self.overlay.photo_point(0.5, 0.5))
        return self._display.open_menu()

    def choose_entry(self, menu: set[str]) -> None:
        """Choose our entry in the menu that is open, by its first letter."""
        before = heard_presses(self._browser)

        def is_heard() -> bool:
            return heard_presses(self._browser) != before

        def press(opened: set[str]) -> None:
            # A menu that has only just appeared may not listen yet.
            press_until(
                lambda: self._display.key(MENU_KEY),
                lambda: not self._display.windows() & opened,
                "the menu to close",
            )

        press(menu)
        # What opens over a menu takes it away before our entry is chosen.
        if not happens(is_heard, 10):
            press_until(lambda: press(self.open_menu()), is_heard, "our entry to be heard")

    def silhouettes(self) -> list[Silhouette]:
        """Wait until garments are drawn and at rest, and return them."""
        self._wait(lambda: self.overlay.count() and self.overlay.is_still(), "silhouettes")
        return self.overlay.silhouettes(*self.size)

    def click_on(self, silhouette: Silhouette, others: list[Silhouette]) -> None:
        """Click on a silhouette where it is widest, until its offers are looked for."""
        place = self.overlay.photo_point(*middle(silhouette, others))

        def press() -> None:
            self._display.point_at(*place)
            self._display.click()

        press_until(press, self.overlay.has_panel, "the panel")

    def offers(self) -> list[ShownOffer]:
        """Wait until the search is over and everything in sight has its picture."""
        self._wait(lambda: self.overlay.offers() and not self.overlay.is_searching(), "offers")
        self._wait(self.overlay.is_settled, "the offers' pictures")
        return self.overlay.offers()

    def open_offer(self, offer: ShownOffer) -> Page:
        """Click on an offer; return the tab that opens."""
        before = set(self._browser.pages)

        def press() -> None:
            self._display.point_at(*self.overlay.window_point(*offer.place))
            self._display.click()

        def opened() -> set[Page]:
            self.page.wait_for_timeout(20)  # the browser says what is new only while it is heard
            return set(self._browser.pages) - before

        press_until(press, opened, "the shop's page")
        return opened().pop()

    def screen(self) -> NDArray[np.uint8]:
        """Return what the screen shows, ``H x W x 3`` RGB."""
        return self._display.picture()

    def share_seen(self, silhouette: Silhouette, before: NDArray[np.uint8]) -> float:
        """Return the share of a silhouette's outline near which the screen has changed."""
        now = self.screen().astype(np.int16)
        changed = (np.abs(now - before).max(axis=-1) > _VISIBLE_CHANGE).astype(np.uint8)
        near = cv2.dilate(changed, np.ones((2 * _NEAR + 1, 2 * _NEAR + 1), np.uint8))
        mask = silhouette.mask.astype(np.uint8)
        rows, columns = np.nonzero(mask - cv2.erode(mask, np.ones((3, 3), np.uint8)))
        height, width = mask.shape
        (left, top), (right, bottom) = (
            self.overlay.photo_point(0, 0),
            self.overlay.photo_point(1, 1),
        )
        y = (top + (rows + 0.5) / height * (bottom - top)).astype(int)
        x = (left + (columns + 0.5) / width * (right - left)).astype(int)
        return float(near[y.clip(0, len(near) - 1), x.clip(0, near.shape[1] - 1)].mean())

    def _wait(self, condition: Callable[[], object], what: str) -> None:
        try:
            wait_for(condition, what, 60)
        except TimeoutError as error:
            raise TimeoutError(f"{error}; the page says: {self.overlay.text()!r}") from None


_PHOTO_IS_THERE = """
(selector) => {
  const photo = document.querySelector(selector);
  return Boolean(photo?.complete && photo.naturalWidth);
}
"""
