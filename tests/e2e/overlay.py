"""What the extension drew into the page, read from outside.

The overlay lives in a closed shadow root, which no script of the page can enter; the
browser's own debugging protocol can.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Error, Frame, Page

# A silhouette is tested at every second pixel of the picture, each way.
STEP = 2

# Asks the browser itself which points a drawn shape fills, so that it does not matter how the
# shape is written down, moved or scaled. `this` is the shadow root.
_SILHOUETTES = """
function (photo, width, height, step) {
  const picture = document.querySelector(photo).getBoundingClientRect();
  // In the order of their numbers: what lies on something larger is drawn after it.
  const buttons = [...this.querySelectorAll("svg [role=button]")].sort(
    (one, other) => one.dataset.garment - other.dataset.garment);
  return buttons.map((button) => {
    const filled = [...button.querySelectorAll("path")]
      .filter((shape) => getComputedStyle(shape).fill !== "none");
    const drawn = filled.map((shape) => [shape, shape.getScreenCTM().inverse()]);
    const rows = [];
    for (let y = step / 2; y < height + step / 2; y += step) {
      let row = "";
      for (let x = step / 2; x < width + step / 2; x += step) {
        const onScreen = new DOMPoint(
          picture.x + (x / width) * picture.width, picture.y + (y / height) * picture.height);
        row += drawn.some(([shape, toShape]) =>
          shape.isPointInFill(onScreen.matrixTransform(toShape))) ? "1" : "0";
      }
      rows.push(row);
    }
    return { label: button.getAttribute("aria-label"), rows };
  });
}
"""
# A root that was found before may have gone with its page, or with the overlay.
_IF_THERE = """
async function (...given) {{
  return this.isConnected ? [await ({function}).apply(this, given)] : null;
}}
"""
_COUNT = "function () { return this.querySelectorAll('svg [role=button]').length; }"
OFFERS = """
function () {
  const text = (row, selector) => row.querySelector(selector)?.innerText ?? null;
  return [...this.querySelectorAll("ol.offers > li")].map((row) => {
    const link = row.querySelector("a[href]");
    const box = link.getBoundingClientRect();
    return {
      title: text(row, ".title"), price: text(row, ".price"), shop: text(row, ".shop"),
      alike: parseFloat(row.querySelector(".fill")?.style.width ?? "-1"),
      link: link.href, x: box.x + box.width / 2, y: box.y + box.height / 2,
    };
  });
}
"""
_HAS_OFFERS = "function () { return this.querySelector('ol.offers > li') !== null; }"
_HAS_PANEL = "function () { return this.querySelector('.panel') !== null; }"
_IS_SEARCHING = "function () { return this.querySelector('.skeletons') !== null; }"
_SEARCH_LINKS = """
function () { return [...this.querySelectorAll(".chips a[href]")].map((link) => link.href); }
"""
_TEXT = "function () { return [...this.children].map((part) => part.innerText ?? '').join(' '); }"
_PICTURES_ARE_THERE = """
function () {
  const box = this.querySelector(".body").getBoundingClientRect();
  return [...this.querySelectorAll(".thumb, .crop")]
    .filter((place) => place.getBoundingClientRect().top < box.bottom)
    .every((place) => place.querySelector("img")?.naturalWidth > 0);
}
"""
_WINDOW_POINT = """
([x, y]) => {
  const border = (outerWidth - innerWidth) / 2;
  return [screenX + border + x, screenY + outerHeight - innerHeight - border + y];
}
"""
_IS_STILL = """
function () { return this.getAnimations().every(({ playState }) => playState !== "running"); }
"""
_PHOTO_BOX = """
(photo) => {
  const box = document.querySelector(photo).getBoundingClientRect();
  return [box.x, box.y, box.width, box.height];
}
"""


@dataclass(frozen=True, eq=False)
class Silhouette:
    """A garment as it is drawn.

    Attributes:
        label: What a screen reader says.
        mask: Which pixels of the picture its shape covers on the screen.
    """

    label: str
    mask: NDArray[np.bool_]


@dataclass(frozen=True)
class ShownOffer:
    """A product as the panel shows it.

    Attributes:
        alike: Length of the bar that says how similar it is, 0 to 100.
        place: Its middle, in CSS pixels of the window.
    """

    title: str
    price: str | None
    shop: str
    alike: float
    link: str
    place: tuple[float, float]


class Overlay:
    """The overlay of a page.

    Args:
        page: The page.
        photo: Selector of the picture that the overlay lies over.
    """

    def __init__(self, page: Page, photo: str) -> None:
        self._page = page
        self._photo = photo
        self._protocol = page.context.new_cdp_session(page)
        self._found: str | None = None

    def ask(self, function: str, *arguments: object) -> Any:
        """Call a JavaScript function with the shadow root as ``this``; None where there is none."""
        if self._found is not None:
            # Searching the page for it again would keep the page from its work.
            with suppress(Error):
                answer = self._call(self._found, _IF_THERE.format(function=function), arguments)
                if answer is not None:
                    return answer[0]
        self._found = self._root()
        return None if self._found is None else self._call(self._found, function, arguments)

    def ask_all(self, function: str, *arguments: object) -> list[Any]:
        """Call it in every overlay that there is, also in frames of the page's own site."""
        document = self._protocol.send("DOM.getDocument", {"depth": -1, "pierce": True})
        roots = [self._resolved(node) for node in _closed_roots(document["root"])]
        return [self._call(root, function, arguments) for root in roots if root]

    def ask_frame(self, frame: Frame, function: str) -> Any:
        """Call it in the overlay of a frame of another site, which is a process of its own."""
        try:
            protocol = self._page.context.new_cdp_session(frame)
        except Error:  # it shares its page's process
            return None
        inner = Overlay(self._page, self._photo)
        inner._protocol = protocol
        return inner.ask(function)

    def _call(self, root: str, function: str, arguments: Sequence[object]) -> Any:
        answer = self._protocol.send(
            "Runtime.callFunctionOn",
            {
                "functionDeclaration": function,
                "objectId": root,
                "arguments": [{"value": argument} for argument in arguments],
                "returnByValue": True,
                "awaitPromise": True,
            },
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"]["description"])
        return answer["result"].get("value")

    def silhouettes(self, width: int, height: int) -> list[Silhouette]:
        """Return what is drawn, in pixels of the picture, which is ``width x height``."""
        drawn = self.ask(_SILHOUETTES, self._photo, width, height, STEP) or []
        return [
            Silhouette(str(shape["label"]), _mask(shape["rows"], width, height)) for shape in drawn
        ]

    def count(self) -> int:
        """Return how many silhouettes are drawn."""
        return int(self.ask(_COUNT) or 0)

    def offers(self) -> list[ShownOffer]:
        """Return the products that the panel shows, from top to bottom."""
        return [
            ShownOffer(
                str(row["title"]),
                row["price"],
                str(row["shop"]),
                float(row["alike"]),
                str(row["link"]),
                (row["x"], row["y"]),
            )
            for row in self.ask(OFFERS) or []
        ]

    def has_offers(self) -> bool:
        """Return whether the panel shows any product."""
        return bool(self.ask(_HAS_OFFERS))

    def has_panel(self) -> bool:
        """Return whether the panel is there."""
        return bool(self.ask(_HAS_PANEL))

    def search_links(self) -> list[str]:
        """Return where the links below the products lead."""
        return list(self.ask(_SEARCH_LINKS) or [])

    def is_searching(self) -> bool:
        """Return whether more may come."""
        return bool(self.ask(_IS_SEARCHING))

    def is_settled(self) -> bool:
        """Return whether every picture in sight is there and nothing moves any more."""
        return bool(self.ask(_PICTURES_ARE_THERE)) and self.is_still()

    def is_still(self) -> bool:
        """Return whether nothing moves."""
        return bool(self.ask(_IS_STILL))

    def text(self) -> str:
        """Return all that can be read."""
        return str(self.ask(_TEXT) or "")

    def photo_point(self, x: float, y: float) -> tuple[float, float]:
        """Return the point of the screen that shows a point of the photo (0 to 1 each)."""
        left, top, width, height = self._page.evaluate(_PHOTO_BOX, self._photo)
        return self.window_point(left + x * width, top + y * height)

    def window_point(self, x: float, y: float) -> tuple[float, float]:
        """Return the point of the screen that shows a point of the browser's window."""
        point = self._page.evaluate(_WINDOW_POINT, [x, y])
        return point[0], point[1]

    def _root(self) -> str | None:
        document = self._protocol.send("DOM.getDocument", {"depth": -1, "pierce": True})
        node = _closed_root(document["root"])
        if node is None:
            return None
        return self._resolved(node)

    def _resolved(self, node: int) -> str | None:
        try:
            resolved = self._protocol.send("DOM.resolveNode", {"nodeId": node})
        except Error:  # it was removed meanwhile
            return None
        return str(resolved["object"]["objectId"])


def middle(silhouette: Silhouette, others: list[Silhouette]) -> tuple[float, float]:
    """Return the point of a silhouette that is farthest from its edge and from all others.

    In shares of the picture's width and height.
    """
    alone = silhouette.mask.copy()
    for other in others:
        if other is not silhouette:
            alone &= ~other.mask
    inside = np.pad(alone if alone.any() else silhouette.mask, 1).astype(np.uint8)
    depth = cv2.distanceTransform(inside, cv2.DIST_L2, 5)[1:-1, 1:-1]
    y, x = np.unravel_index(int(depth.argmax()), depth.shape)
    height, width = silhouette.mask.shape
    return (float(x) + 0.5) / width, (float(y) + 0.5) / height


def _mask(rows: list[str], width: int, height: int) -> NDArray[np.bool_]:
    points = np.array([[letter == "1" for letter in row] for row in rows])
    return points.repeat(STEP, axis=0).repeat(STEP, axis=1)[:height, :width]


def _closed_root(node: dict[str, Any]) -> int | None:
    return next(_closed_roots(node), None)


def _closed_roots(node: dict[str, Any]) -> Iterator[int]:
    roots = node.get("shadowRoots", [])
    # A page has closed roots of its own.
    if "popover" in node.get("attributes", []):
        yield from (int(root["nodeId"]) for root in roots if root["shadowRootType"] == "closed")
    inner = [node["contentDocument"]] if "contentDocument" in node else []
    for child in [*node.get("children", []), *roots, *inner]:
        yield from _closed_roots(child)
