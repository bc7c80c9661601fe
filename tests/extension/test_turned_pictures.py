"""The silhouettes turn with the picture, and are mirrored with it."""

import pytest

from tests.extension.browser import Browser
from tests.extension.shadow import Overlay
from tests.extension.sites import PHOTO
from tests.extension.test_overlay import HEAD

pytestmark = pytest.mark.browser

# The third garment is a rectangle from (480, 100) to (570, 300) in a picture of 600 x 800.
GARMENT = "left: 80%; top: 12.5%; width: 15%; height: 25%"
PLACE = "position: absolute; left: 150px; top: 80px; width: 450px; height: 600px;"
# CSS pixels.
TOLERANCE = 1.5

_DISTANCE = """
(root, x, y, width, height) => {
  const shape = root.querySelectorAll("[role=button] .shape")[2].getBoundingClientRect();
  const real = [shape.x, shape.y, shape.width, shape.height];
  return Math.max(...[x, y, width, height].map((goal, place) => Math.abs(goal - real[place])));
}
"""


def wait_turned(overlay: Overlay) -> None:
    """Wait until the third garment lies where the page itself has drawn it."""
    distances = []

    def lies_there() -> bool:
        box = overlay.page.evaluate("mark.getBoundingClientRect().toJSON()")
        distances.append(overlay.ask(_DISTANCE, *(box[k] for k in ("x", "y", "width", "height"))))
        return distances[-1] is not None and distances[-1] <= TOLERANCE

    overlay.until(lies_there, f"silhouettes on the turned picture; off by {distances[-1:]}")


def page(own: str = "", around: str = "", fit: str = "") -> str:
    """Return a page with the photo, and the third garment drawn by the page itself."""
    mark = f'<i id="mark" style="position: absolute; {fit or GARMENT}"></i>'
    return f"""{HEAD}<style>img, .twin {{ {PLACE} {own} }} .twin {{ pointer-events: none }}</style>
    <div style="{around}"><img src="{PHOTO}" alt=""><div class="twin">{mark}</div></div>"""


TURNS = {
    "turned": ("transform: rotate(8deg)", ""),
    "turned by a quarter": ("transform: rotate(90deg)", ""),
    "upside down": ("rotate: 180deg", ""),
    "mirrored": ("transform: scaleX(-1)", ""),
    "mirrored, and smaller": ("scale: -.7 .7", ""),
    "mirrored twice": ("transform: scaleX(-1)", "transform: scaleX(-1); width: 900px"),
    "turned by its holder": ("", "transform: rotate(-6deg) scale(.8); width: 700px; height: 700px"),
    "turned about another point": ("transform: rotate(5deg); transform-origin: 0 0", ""),
    "slanted": ("transform: skewX(9deg)", ""),
    "all at once": ("rotate: 4deg; scale: .9; transform: skewY(3deg)", "rotate: z -9deg"),
}


@pytest.mark.parametrize("name", TURNS)
def test_it_turns_with_the_picture(browser: Browser, name: str) -> None:
    browser.visit(page(*TURNS[name]))
    overlay = browser.ask_about(375, 380)
    overlay.garments()
    wait_turned(overlay)


def test_it_turns_with_a_picture_that_is_cut_to_its_frame(browser: Browser) -> None:
    """450 x 600 fills 450 x 300 by 150 too much above and below."""
    own = "height: 300px; object-fit: cover; transform: rotate(10deg) scaleX(-1)"
    browser.visit(page(own, fit="left: 80%; top: -25%; width: 15%; height: 50%"))
    overlay = browser.ask_about(375, 230)
    overlay.garments()
    wait_turned(overlay)
    box = browser.page.evaluate("document.images[0].getBoundingClientRect().toJSON()")
    frame = overlay.ask("(root) => root.querySelector('.frame').style.clipPath")
    top, right, bottom, left = (float(part.strip("inset()px")) for part in frame.split())
    assert left == pytest.approx(box["left"], abs=1)
    assert top == pytest.approx(box["top"], abs=1)
    assert 1280 - right == pytest.approx(box["right"], abs=1)
    assert 800 - bottom == pytest.approx(box["bottom"], abs=1)
    assert overlay.ask("(root) => root.querySelector('.drawing').style.clipPath") == (
        "inset(150px 0px)"
    )


def test_the_name_is_shown_at_the_mirrored_garment(browser: Browser) -> None:
    browser.visit(page("transform: scaleX(-1)"))
    overlay = browser.ask_about(375, 380)
    overlay.garments()
    wait_turned(overlay)
    box = browser.page.evaluate("mark.getBoundingClientRect().toJSON()")
    middle = box["x"] + box["width"] / 2
    browser.page.mouse.move(middle, box["y"] + box["height"] / 2)
    overlay.wait("(root) => root.querySelector('.label.is-shown')?.innerText === 'sling top'")
    label = overlay.rect(".label")
    assert label["x"] + label["width"] / 2 == pytest.approx(middle, abs=2)
