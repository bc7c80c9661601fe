"""The person who sees a photo, right-clicks it, and wants to know where to buy what is on it.

Whatever they do goes through the X server: a real pointer and real keys.
"""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page

from tests.e2e.display import Display
from tests.e2e.overlay import Overlay, ShownOffer, Silhouette, middle
from tests.e2e.waiting import wait_for
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
        self._network = world.network
        self._display: Display = world.display
        self.size = (0, 0)

    def visit(self, code: str) -> None:
        """Go to a post and wait until its photo is there."""
        self.size = self._network.posts[code].size
        self.page.goto(self._network.page_url(code))
        wait_for(lambda: self.page.evaluate(_PHOTO_IS_THERE, PHOTO), "the photo")

    def open_menu(self) -> set[str]:
        """Right-click in the middle of the photo; return the windows that were there before."""
        before = self._display.windows()
        self._display.point_at(*self.overlay.photo_point(0.5, 0.5))
        self._display.click(3)
        wait_for(lambda: self._display.windows() - before, "the browser's own menu")
        return before

    def choose_entry(self, before: set[str]) -> None:
        """Choose our entry in the menu that is open, by its first letter."""
        # A menu that has only just appeared may not listen yet.
        for _ in range(5):
            self._display.key(MENU_KEY)
            try:
                wait_for(lambda: not self._display.windows() - before, "the menu to close", 1.5)
            except TimeoutError:
                continue
            return
        raise TimeoutError("The menu did not close")

    def silhouettes(self) -> list[Silhouette]:
        """Wait until garments are drawn and at rest, and return them."""
        self._wait(lambda: self.overlay.count() and self.overlay.is_still(), "silhouettes")
        return self.overlay.silhouettes(*self.size)

    def click_on(self, silhouette: Silhouette, others: list[Silhouette]) -> None:
        """Click on a silhouette where it is widest."""
        self._display.point_at(*self.overlay.photo_point(*middle(silhouette, others)))
        self._display.click()

    def offers(self) -> list[ShownOffer]:
        """Wait until the search is over and everything in sight has its picture."""
        self._wait(lambda: self.overlay.offers() and not self.overlay.is_searching(), "offers")
        self._wait(self.overlay.is_settled, "the offers' pictures")
        return self.overlay.offers()

    def open_offer(self, offer: ShownOffer) -> Page:
        """Click on an offer; return the tab that opens."""
        with self.page.context.expect_page() as opened:
            self._display.point_at(*self.overlay.window_point(*offer.place))
            self._display.click()
        return opened.value

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
