"""What the extension drew, read through the browser's debugging protocol.

It lives in a closed shadow root, which no script of the page can enter.
"""

from collections.abc import Callable
from typing import Any, Literal

from playwright.sync_api import Error, Page

from tests.support.browser_waiting import wait_on

# What a screen reader calls an element.
NAME_OF = """
const nameOf = (element) => {
  const copy = element.cloneNode(true);
  for (const hidden of copy.querySelectorAll("[aria-hidden=true]")) hidden.remove();
  return element.getAttribute("aria-label") ?? copy.textContent.trim();
};
"""
_BY_SELECTOR = "(root, selector) => root.querySelector(selector)"
_BY_NAME = f"""(root, name) => {{ {NAME_OF}
  const all = [...root.querySelectorAll("button")].filter((each) => each.checkVisibility());
  return all.find((each) => nameOf(each) === name);
}}"""
# Where to press an element; null while it moves, or something else lies over it.
_POINT_OF = """async (root, find, what) => {
  const element = find(root, what);
  if (!element) return null;
  const show = (place) => {
    const wanted = { block: place, inline: place, behavior: "instant" };
    if (element.closest(".panel")) element.scrollIntoView(wanted);
  };
  show("nearest");
  const box = () => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [x, y, width, height];
  };
  const before = box();
  for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
  const [x, y, width, height] = box();
  if (!element.isConnected || before.join() !== [x, y, width, height].join()) return null;
  const point = [x + width / 2, y + height / 2];
  if (element.contains(root.elementFromPoint(...point))) return point;
  show("center");
  return null;
}"""


class Overlay:
    """The overlay of a page.

    Args:
        page: The page.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.protocol = page.context.new_cdp_session(page)

    def ask(self, expression: str, *arguments: object) -> Any:
        """Evaluate ``(root, ...arguments) => ...``; None where there is no overlay."""
        node = self._root()
        if node is None:
            return None
        object_id = self.protocol.send("DOM.resolveNode", {"nodeId": node})["object"]["objectId"]
        answer = self.protocol.send(
            "Runtime.callFunctionOn",
            {
                "functionDeclaration": f"function (...a) {{ return ({expression})(this, ...a) }}",
                "objectId": object_id,
                "arguments": [{"value": argument} for argument in arguments],
                "returnByValue": True,
                "awaitPromise": True,
            },
        )
        if "exceptionDetails" in answer:
            raise AssertionError(answer["exceptionDetails"]["exception"]["description"])
        return answer["result"].get("value")

    def wait(self, expression: str, *arguments: object) -> Any:
        """Wait until ``(root, ...) => ...`` is truthy, and return it."""
        return self.until(lambda: self.ask(expression, *arguments), expression)

    def until(self, condition: Callable[[], Any], what: str) -> Any:
        """Wait until a condition holds, and return what it gave."""

        def ask() -> Any:
            try:
                return condition()
            except Error as error:
                # The document may be replaced between two questions.
                if "node" not in str(error).lower() and "context" not in str(error).lower():
                    raise
                return None

        try:
            return wait_on(self.page, ask, what)
        except AssertionError as error:
            error.add_note(self.text())
            raise

    def text(self) -> str:
        """Return all that can be read."""
        parts = "[...root.children].filter((e) => e.localName !== 'style')"
        return str(self.ask(f"(root) => {parts}.map((e) => e.innerText).join('\\n')"))

    def wait_text(self, part: str) -> None:
        """Wait until something can be read."""
        self.wait(
            "(root, part) => [...root.children].some("
            "(e) => e.localName !== 'style' && e.innerText.includes(part))",
            part,
        )

    def wait_gone(self) -> None:
        """Wait until there is no overlay."""
        self.until(lambda: self._root() is None, "the overlay to be gone")

    def rect(self, selector: str) -> dict[str, float]:
        """Wait for an element, and return its place in the window."""
        found = self.wait(
            """(root, selector) => {
              const element = root.querySelector(selector);
              if (!element) return null;
              const { x, y, width, height } = element.getBoundingClientRect();
              return { x, y, width, height };
            }""",
            selector,
        )
        return dict(found)

    def click(self, selector: str) -> None:
        """Click with the mouse in the middle of an element, once it stays in its place."""
        self._click(_BY_SELECTOR, selector)

    def right_click(self, selector: str) -> None:
        """Click with the right button, as before an entry of the menu is chosen."""
        self._click(_BY_SELECTOR, selector, "right")

    def press(self, name: str) -> None:
        """Click a button of this name that can be seen."""
        self._click(_BY_NAME, name)

    def _click(self, find: str, what: str, button: Literal["left", "right"] = "left") -> None:
        expression = f"(root, what) => ({_POINT_OF})(root, {find}, what)"
        point = self.until(lambda: self.ask(expression, what), f"{what} to stay in its place")
        self.page.mouse.click(*point, button=button)

    def garments(self, count: int = 3) -> list[str]:
        """Wait for the silhouettes, and return their names."""
        labels = self.wait(
            """(root, count) => {
              const all = [...root.querySelectorAll("[role=button]")];
              return all.length === count && all.map((e) => e.getAttribute("aria-label"));
            }""",
            count,
        )
        return list(labels)

    def _root(self) -> int | None:
        document = self.protocol.send("DOM.getDocument", {"depth": -1, "pierce": True})
        return _closed_root(document["root"])


def _closed_root(node: dict[str, Any]) -> int | None:
    attributes = node.get("attributes", [])
    is_ours = "popover" in attributes
    for root in node.get("shadowRoots", []):
        if is_ours and root["shadowRootType"] == "closed":
            return int(root["nodeId"])
    inner = [node["contentDocument"]] if "contentDocument" in node else []
    for child in [*node.get("children", []), *node.get("shadowRoots", []), *inner]:
        found = _closed_root(child)
        if found is not None:
            return found
    return None
