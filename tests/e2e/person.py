"""A person on any page of the web, in any browser: what they see of the overlay, and compare."""

import io
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
import requests
from numpy.typing import NDArray
from PIL import Image

from tests.e2e.open_web import SITE
from tests.e2e.waiting import at_rest, press_until, wait_for

# Silhouettes are compared at every sixth pixel of the window, each way.
_STEP = 6

# Asks the browser itself which points of the window the drawn shapes fill. `this` is the root.
_FILLED = """
function (step) {
  const shapes = [...this.querySelectorAll("svg [role=button] path")]
    .filter((shape) => getComputedStyle(shape).fill !== "none")
    .map((shape) => [shape, shape.getScreenCTM().inverse()]);
  const rows = [];
  for (let y = step / 2; y < innerHeight; y += step) {
    let row = "";
    for (let x = step / 2; x < innerWidth; x += step) {
      const point = new DOMPoint(x, y);
      row += shapes.some(([shape, toShape]) =>
        shape.isPointInFill(point.matrixTransform(toShape))) ? "1" : "0";
    }
    rows.push(row);
  }
  return rows;
}
"""
_BUTTON = """
function (text) {
  const found = [...this.querySelectorAll("button")].find((one) => one.innerText.includes(text));
  if (!found) return null;
  const { x, y, width, height } = found.getBoundingClientRect();
  return [x + width / 2, y + height / 2];
}
"""
_IS_PICKED = """
function () {
  return [...this.querySelectorAll(".picked")].some((one) => one.checkVisibility());
}
"""
_IS_PICKING = """
function () {
  return [...this.querySelectorAll(".picking")].some((one) => one.checkVisibility());
}
"""
_STATE = """
function () {
  const seen = (one) => one.checkVisibility({ visibilityProperty: true });
  const shown = (selector) => [...this.querySelectorAll(selector)].filter(seen);
  return {
    garments: shown("svg [role=button]").length,
    card: shown(".card").length > 0,
    panel: shown(".panel").length > 0,
    picking: shown(".picking").length > 0,
    picked: shown(".picked").map((one) => {
      const { x, y, width, height } = one.getBoundingClientRect();
      return [x, y, width, height];
    })[0] ?? null,
    busy: shown(".notice.is-busy").length > 0 || shown(".skeletons").length > 0,
    text: [...this.children].filter((one) => one.localName !== "style" && seen(one))
      .map((one) => one.innerText ?? "").join(" "),
  };
}
"""
_IS_STILL = """
function () { return this.getAnimations().every(({ playState }) => playState !== "running"); }
"""


class Person(ABC):
    """One person with one browser; a browser's own class says how they use it."""

    def __init__(self, server_url: str) -> None:
        self.server_url = server_url
        self._looks: dict[bytes, dict[str, Any]] = {}

    @abstractmethod
    def visit(self, name: str, site: str = SITE) -> None:
        """Open a page in a new tab, and close the one before."""

    @abstractmethod
    def evaluate(self, expression: str) -> Any:
        """Return what an expression of JavaScript, perhaps a promise, is in the page."""

    @abstractmethod
    def ask(self, function: str, *arguments: object) -> Any:
        """Call a JavaScript function with the overlay as ``this``; None where there is none."""

    @abstractmethod
    def ask_all(self, function: str, *arguments: object) -> list[Any]:
        """Call it in every overlay that there is, also in frames of the page's own site."""

    @abstractmethod
    def point_at(self, x: float, y: float) -> None:
        """Move the pointer to a point of the window."""

    @abstractmethod
    def click(self, x: float, y: float) -> None:
        """Click at a point of the window."""

    @abstractmethod
    def ask_about(self, x: float, y: float) -> None:
        """Right-click at a point, and choose our entry of the browser's own menu."""

    @abstractmethod
    def start_picking(self) -> None:
        """Start "Pick a picture" by the shortcut."""

    @abstractmethod
    def press(self, *names: str) -> None:
        """Press "Tab" or "Escape", one after the other."""

    @abstractmethod
    def window(self) -> NDArray[np.uint8]:
        """Return what the page's part of the window shows, ``H x W x 3`` RGB."""

    @abstractmethod
    def notice(self) -> str:
        """Return what the toolbar button says about the page; empty without a sign on it."""

    @abstractmethod
    def close_popup(self) -> None:
        """Close the extension's popup, once it has opened by itself."""

    def is_still(self) -> bool:
        """Return whether nothing moves."""
        return bool(self.ask(_IS_STILL))

    def state(self) -> dict[str, Any]:
        """Return what the overlay shows; empty where there is none."""
        return dict(self.ask(_STATE) or {})

    def until(
        self, condition: Callable[[dict[str, Any]], Any], what: str, seconds: float = 60
    ) -> dict[str, Any]:
        """Wait for a state of the overlay, and return it."""
        last: dict[str, Any] = {}

        def now() -> dict[str, Any] | None:
            nonlocal last
            last = self.state()
            return {**last, "is": True} if condition(last) else None

        try:
            return wait_for(now, what, seconds)
        except TimeoutError as error:
            seen = f"the overlay: {last}; the toolbar's button: {self.notice()!r}"
            raise TimeoutError(f"{error}; {seen}") from None

    def garments(self, seconds: float = 60) -> dict[str, Any]:
        """Wait for silhouettes at rest."""
        self.until(lambda now: now.get("garments"), "silhouettes", seconds)
        wait_for(self.is_still, "silhouettes at rest")
        return self.state()

    def filled(self) -> NDArray[np.bool_]:
        """Return which points of the window silhouettes lie on, one in `_STEP` each way."""
        rows = self.ask(_FILLED, _STEP) or []
        return np.array([[letter == "1" for letter in row] for row in rows])

    def look(self, photo: bytes) -> dict[str, Any]:
        """Return what the server finds in a photo."""
        if photo not in self._looks:
            files = {"image": photo}
            answer = requests.post(f"{self.server_url}/api/v1/looks", files=files, timeout=60)
            answer.raise_for_status()
            self._looks[photo] = answer.json()
        return self._looks[photo]

    def overlap(self, photo: bytes, box: tuple[float, float, float, float]) -> float:
        """Return the IoU of what is drawn with a photo's garments, if it is at a place.

        Args:
            photo: The file.
            box: Where the whole photo is: left, top, width and height in CSS pixels of the window.
        """
        look = self.look(photo)
        scale = np.array([box[2] / look["width"], box[3] / look["height"]])
        drawn = self.filled()
        if not drawn.size:
            return 0.0
        wanted = np.zeros(drawn.shape, np.uint8)
        for garment in look["garments"]:
            for ring in garment["polygons"]:
                points = (np.array(ring) * scale + box[:2]) / _STEP
                cv2.fillPoly(wanted, [points.round().astype(np.int32)], 1)
        union = np.count_nonzero(drawn | wanted.astype(bool))
        return float(np.count_nonzero(drawn & wanted.astype(bool)) / union) if union else 0.0

    def inside_garment(self) -> tuple[float, float]:
        """Return a point of the window deep inside what is drawn."""
        inside = np.pad(self.filled(), 1).astype(np.uint8)
        depth = cv2.distanceTransform(inside, cv2.DIST_L2, 5)[1:-1, 1:-1]
        y, x = np.unravel_index(int(depth.argmax()), depth.shape)
        return (float(x) + 0.5) * _STEP, (float(y) + 0.5) * _STEP

    def click_text(self, text: str, condition: Callable[[], object], what: str) -> None:
        """Click on a button of the overlay by its words, until something comes of it."""
        at_rest(lambda: self.ask(_BUTTON, text), f"the button {text!r}")

        def press() -> None:
            if place := self.ask(_BUTTON, text):
                self.click(*place)

        press_until(press, condition, what)

    def any_picked(self) -> bool:
        """Return whether a picture is lit up, in the page or a frame of it."""
        return any(self.ask_all(_IS_PICKED))

    def any_picking(self) -> bool:
        """Return whether a picture may be chosen, in the page or a frame of it."""
        return any(self.ask_all(_IS_PICKING))

    def hosts(self) -> int:
        """Return how many overlays there are."""
        return len(self.ask_all("function () { return true; }"))

    def resembles(self, box: tuple[float, float, float, float], photos: list[bytes]) -> int:
        """Return which of some photos is seen on the screen at a place; -1 where none is yet."""
        left, top = round(box[0]), round(box[1])
        part = self.window()[top : top + round(box[3]), left : left + round(box[2])]
        seen = cv2.resize(part, (24, 36), interpolation=cv2.INTER_AREA).astype(float)
        if not seen.std():
            return -1  # nothing is drawn there yet
        far = []
        for photo in photos:
            with Image.open(io.BytesIO(photo)) as opened:
                small = opened.convert("RGB").resize((24, 36), Image.Resampling.BOX)
            far.append(1 - np.corrcoef(seen.ravel(), np.asarray(small, float).ravel())[0, 1])
        return int(np.argmin(far))
