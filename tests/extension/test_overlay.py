"""The overlay lies exactly on the picture, is usable without a mouse, and leaves the page alone."""

from typing import Any

import pytest

from tests.extension.browser import PLAIN, Browser
from tests.extension.shadow import Overlay
from tests.extension.sites import PHOTO
from tests.support.contract_server import GARMENTS, ContractServer

pytestmark = pytest.mark.browser

NAMES = [
    "navy long sleeve top, 1 of 3",
    "red skirt, 2 of 3",
    "sling top, 3 of 3",
]
# CSS pixels.
TOLERANCE = 2
HEAD = "<!doctype html><style>body { margin: 0; height: 4000px }</style>"

_DISTANCE = """
(root, x, y, width, height) => {
  // The first garment is a rectangle from (150, 120) to (450, 400) in a picture of 600 x 800.
  const shape = root.querySelector("[role=button] .shape").getBoundingClientRect();
  const goal = [x + width * .25, y + height * .15, width * .5, height * .35];
  const real = [shape.x, shape.y, shape.width, shape.height];
  return Math.max(...goal.map((value, place) => Math.abs(value - real[place])));
}
"""


def wait_glued(overlay: Overlay, picture: str) -> None:
    """Wait until the silhouettes lie where the script says that the whole picture is."""
    last: list[object] = [None]

    def is_glued() -> bool:
        rect = overlay.page.evaluate(picture)
        last[0] = overlay.ask(_DISTANCE, *(rect[k] for k in ("x", "y", "width", "height")))
        return last[0] is not None and float(str(last[0])) <= TOLERANCE

    overlay.until(is_glued, f"silhouettes on the picture; off by {last}")


WHOLE = "() => document.querySelector('#photo').getBoundingClientRect().toJSON()"


def test_it_stays_on_the_picture(browser: Browser) -> None:
    overlay = browser.ask_about_photo()
    page = browser.page
    wait_glued(overlay, WHOLE)
    page.mouse.move(900, 300)
    page.mouse.wheel(0, 180)
    page.wait_for_function("scrollY > 100")
    wait_glued(overlay, WHOLE)
    page.set_viewport_size({"width": 900, "height": 700})
    page.evaluate("photo.style.left = '31.5px'; photo.style.width = '333px'")
    wait_glued(overlay, WHOLE)
    page.evaluate("photo.style.transform = 'scale(.7)'")
    wait_glued(overlay, WHOLE)
    page.set_viewport_size({"width": 1280, "height": 800})


def test_it_stays_on_the_picture_at_another_zoom(browser: Browser) -> None:
    overlay = browser.ask_about_photo()
    browser.zoom(1.5)
    browser.page.wait_for_function("devicePixelRatio > 1.4")
    wait_glued(overlay, WHOLE)


FITS = {
    "contain": ("object-fit: contain", (100, 160, 450, 600)),
    "contain, at the top": ("object-fit: contain; object-position: 50% 0", (100, 60, 450, 600)),
    "cover": ("object-fit: cover; height: 300px", (100, -90, 450, 600)),
    "cover, from pixels": (
        "object-fit: cover; height: 300px; object-position: 0 -40px",
        (100, 20, 450, 600),
    ),
    "none": ("object-fit: none", (25, 60, 600, 800)),
    "scale-down": ("object-fit: scale-down", (100, 160, 450, 600)),
    "with border and padding": (
        "box-sizing: border-box; border: 10px solid; padding: 15px 20px 5px",
        (130, 85, 390, 760),
    ),
}


@pytest.mark.parametrize("name", FITS)
def test_it_lies_on_the_picture_as_fitted(browser: Browser, name: str) -> None:
    style, (x, y, width, height) = FITS[name]
    box = "position: absolute; left: 100px; top: 60px; width: 450px; height: 800px;"
    browser.visit(f'{HEAD}<img id="photo" src="{PHOTO}" style="{box} {style}">')
    overlay = browser.ask_about(300, 300)
    overlay.garments()
    wait_glued(overlay, f"() => ({{ x: {x}, y: {y}, width: {width}, height: {height} }})")


BACKGROUNDS = {
    "cover": ("background-size: cover; background-position: 50% 100%", (100, -240, 450, 600)),
    "contain": ("background-size: contain; background-position: right", (325, 60, 225, 300)),
    "width": ("background-size: 50% auto", (100, 60, 225, 300)),
    "as it is": ("background-position: 10px 20px", (110, 80, 600, 800)),
}


@pytest.mark.parametrize("name", BACKGROUNDS)
def test_it_lies_on_a_background_as_fitted(browser: Browser, name: str) -> None:
    style, (x, y, width, height) = BACKGROUNDS[name]
    box = "position: absolute; left: 100px; top: 60px; width: 450px; height: 300px;"
    image = f"background-image: url({PHOTO}); background-repeat: no-repeat;"
    browser.visit(f'{HEAD}<div style="{box} {image} {style}"></div>')
    overlay = browser.ask_about(300, 200)
    overlay.garments()
    wait_glued(overlay, f"() => ({{ x: {x}, y: {y}, width: {width}, height: {height} }})")


GONE = {
    "removed": "photo.remove()",
    "swapped": "photo.src = 'https://scontent.cdninstagram.com/v/next.jpg'",
    "hidden": "photo.style.visibility = 'hidden'",
    "faded out by a slide show": "photo.style.opacity = '0'",
    "moved on by a carousel": "frame.scrollTo(500, 0)",
}


@pytest.mark.parametrize("name", GONE)
def test_it_closes_when_the_picture_is_gone(browser: Browser, name: str) -> None:
    browser.visit(f"""{HEAD}
    <style>#frame {{ margin-left: 300px; width: 450px; overflow: hidden; white-space: nowrap }}
    </style><div id="frame">
    <img id="photo" src="{PHOTO}" width="450" height="600"><img src="{PHOTO}?2" width="450">
    </div>""")
    overlay = browser.ask_about(400, 200)
    overlay.garments()
    # Beside the picture: some pages show another one where they are pointed at.
    browser.page.mouse.move(900, 700)
    browser.page.evaluate(GONE[name])
    overlay.wait_gone()


def test_it_stays_on_a_picture_that_the_page_hides_while_it_is_pointed_at(browser: Browser) -> None:
    """As on cards of shops: it comes back."""
    overlay = browser.ask_about_photo()
    browser.page.mouse.move(900, 700)
    browser.page.add_style_tag(content="body:has(#photo:hover) #photo { opacity: 0 }")
    wait_glued(overlay, WHOLE)
    browser.page.mouse.move(120, 640)
    browser.page.wait_for_function("getComputedStyle(photo).opacity === '0'")
    # As long as it takes to look at the picture several times.
    browser.page.evaluate(
        """async () => {
          for (let frame = 0; frame < 30; frame += 1) await new Promise(requestAnimationFrame);
        }"""
    )
    browser.page.mouse.move(900, 700)
    wait_glued(overlay, WHOLE)


def test_it_moves_to_the_new_element_when_an_application_draws_again(browser: Browser) -> None:
    overlay = browser.ask_about_photo()
    browser.page.evaluate(
        "photo.style.left = '300px'; photo.replaceWith(photo.cloneNode()); undefined"
    )
    wait_glued(overlay, WHOLE)


def test_walking_by_keyboard(browser: Browser, server: ContractServer) -> None:
    browser.visit(PLAIN + '<button id="before" style="position: absolute">Page</button>')
    browser.page.mouse.click(300, 300, button="right")
    browser.page.focus("#before")
    browser.choose_menu_entry()
    overlay = browser.overlay
    overlay.garments()
    keys = browser.page.keyboard
    focused = "(root) => root.activeElement?.getAttribute('aria-label') ?? root.activeElement?.id"
    stops = []
    for key in (
        "Tab",
        "Tab",
        "Tab",
        "Tab",
        "Tab",
        "Tab",
        "Tab",
        "ArrowRight",
        "ArrowLeft",
        "ArrowUp",
        "Home",
    ):
        keys.press(key)
        stops.append(overlay.ask(focused))
    one, two, three = NAMES
    beside = ["The whole outfit", "Draw a frame", "Close"]
    assert stops == [one, two, three, *beside, one, two, one, three, one]

    keys.press("ArrowRight")
    overlay.wait(
        "(r) => getComputedStyle(r.activeElement.querySelector('.edge')).strokeWidth === '9px'"
    )
    keys.press("Enter")
    overlay.wait_text("offers, most similar first")
    assert overlay.ask(focused) == "garment-name"
    assert server.asked[-1] is not None
    assert server.of("GET", "/api/v1/looks/0123456789abcdef0123456789abcdef/garments/2/offers")
    keys.press("Tab")
    assert overlay.ask(focused) == "Save: Red skirt"
    keys.press("Tab")
    assert overlay.ask(focused) == "Put right what this is"
    keys.press("Tab")
    assert overlay.ask(focused) == "Close the offers"
    keys.press("Escape")
    assert overlay.ask(focused) == two
    assert overlay.ask("(root) => root.querySelector('.panel')") is None
    keys.press("Escape")
    overlay.wait_gone()
    browser.page.wait_for_function("document.activeElement?.id === 'before'")


def test_a_screen_reader_hears_the_garments(browser: Browser) -> None:
    overlay = browser.ask_about_photo()
    overlay.click("[role=button]")
    overlay.wait_text("3 offers")
    nodes: list[dict[str, Any]] = overlay.protocol.send("Accessibility.getFullAXTree")["nodes"]
    heard = {
        (node["role"]["value"], node["name"]["value"])
        for node in nodes
        if not node["ignored"] and node.get("name", {}).get("value")
    }
    for name in NAMES:
        assert ("button", name) in heard
    assert ("dialog", "Navy long sleeve top") in heard
    assert ("image", "navy") in heard
    links = [name for role, name in heard if role == "link"]
    assert any("Ribbed knit jumper in navy 2" in n and "instead of" in n for n in links)


def test_a_screen_reader_can_press_a_garment(browser: Browser) -> None:
    """Its click comes without a place, and without the focus."""
    overlay = browser.ask_about_photo()
    overlay.ask(
        """(root) => { root.querySelectorAll("[role=button]")[1].dispatchEvent(
          new PointerEvent("click", { bubbles: true, composed: true, pointerId: -1 })) }"""
    )
    overlay.wait_text("Red skirt")


LISTEN = """
<script>
  window.heard = [];
  for (const type of ["pointerdown", "pointerup", "mousedown", "mouseup", "click", "keydown",
      "keyup", "keypress", "focusin", "focusout", "wheel", "touchstart", "auxclick", "focus"]) {
    for (const node of [window, document, document.documentElement]) {
      for (const capture of [true, false]) {
        node.addEventListener(type, (event) => heard.push(event.type), { capture });
      }
    }
  }
</script>"""


def test_the_page_hears_nothing(browser: Browser) -> None:
    browser.visit(PLAIN + LISTEN)
    overlay = browser.ask_about(300, 300)
    overlay.garments()
    browser.page.evaluate("heard.length = 0")
    overlay.click("[role=button]")
    overlay.wait_text("3 offers")
    keys = browser.page.keyboard
    for key in (
        "Tab",
        "Tab",
        "Tab",
        "ArrowDown",
        "a",
        "Shift+Tab",
        "Escape",
        "ArrowRight",
        "Enter",
    ):
        keys.press(key)
    panel = overlay.rect(".panel .body")
    browser.page.mouse.move(panel["x"] + 50, panel["y"] + 50)
    browser.page.mouse.wheel(0, 30)
    overlay.click(".panel .round:not(.heart)")
    # On the picture, beside every garment: leaves the overlay, and is not the page's.
    browser.page.mouse.click(120, 590)
    overlay.wait_gone()
    assert browser.page.evaluate("heard") == []


def test_the_page_hears_everything_again_afterwards(browser: Browser) -> None:
    browser.visit(PLAIN + LISTEN)
    overlay = browser.ask_about(300, 300)
    overlay.garments()
    browser.page.keyboard.press("Escape")
    overlay.wait_gone()
    browser.page.evaluate("heard.length = 0")
    browser.page.mouse.click(300, 300)
    assert browser.page.evaluate("heard.filter((type) => type === 'click').length") == 6


def test_it_works_under_the_strictest_policy(browser: Browser, server: ContractServer) -> None:
    policy = (
        "default-src 'none'; img-src https://scontent.cdninstagram.com; style-src 'unsafe-inline';"
        " require-trusted-types-for 'script'; trusted-types 'none'"
    )
    browser.visit(PLAIN, Content_Security_Policy=policy)
    overlay = browser.ask_about(300, 300)
    overlay.garments()
    assert overlay.ask("(r) => getComputedStyle(r.querySelector('.drawing')).position") == "fixed"
    overlay.click("[role=button]")
    overlay.wait("(root) => root.querySelector('.offer img')?.naturalWidth > 0")


def test_the_pages_own_style_does_not_reach_it(browser: Browser) -> None:
    rude = "<style>div, [popover] { display: none !important; opacity: 0 !important }</style>"
    browser.visit(PLAIN + rude)
    overlay = browser.ask_about(300, 300)
    overlay.garments()
    overlay.click("[role=button]")
    overlay.wait_text("3 offers")


def test_it_comes_alone_for_those_who_want_no_motion(browser: Browser) -> None:
    browser.page.emulate_media(reduced_motion="reduce")
    overlay = browser.ask_about_photo()
    durations = "(r) => getComputedStyle(r.querySelector('.garment')).animationDuration"
    assert float(str(overlay.ask(durations)).removesuffix("s")) < 0.01


def test_the_bar_keeps_off_the_garments(browser: Browser, server: ContractServer) -> None:
    """It lies in the picture where that is free, and below it where it is not."""
    bottoms = {}
    for end in (700, 800):
        low = {**GARMENTS[1], "box": [180, 410, 240, end - 410]}
        server.garments = [low]
        browser.visit()
        overlay = browser.ask_about(300, 300)
        overlay.garments(1)
        bar = overlay.rect(".notice")
        bottoms[end] = bar["y"] + bar["height"]
    assert 60 + 525 < bottoms[700] <= 660
    assert 660 < bottoms[800] < 740


def test_asking_again_starts_again(browser: Browser) -> None:
    overlay = browser.ask_about_photo()
    browser.choose_menu_entry()
    overlay.garments()
    assert browser.page.evaluate("document.querySelectorAll('[popover]').length") == 1


CHOSEN = "(r) => r.querySelector('#garment-name')?.textContent.includes('long sleeve top')"


def at_left_edge(overlay: Overlay, beside: float) -> tuple[float, float]:
    """Return a point so many pixels to the left of the first garment's left edge."""
    edge = overlay.rect("[role=button] .shape")
    return edge["x"] - beside, edge["y"] + edge["height"] / 2


def test_an_edge_need_not_be_hit_exactly(browser: Browser) -> None:
    overlay = browser.ask_about_photo()
    point = at_left_edge(overlay, 4)
    browser.page.mouse.move(*point)
    overlay.wait("(root) => root.querySelector('.garment.is-near')?.dataset.garment === '1'")
    browser.page.mouse.click(*point)
    overlay.wait(
        "(root) => root.querySelector('#garment-name')?.textContent.includes('long sleeve top')"
    )
    browser.page.keyboard.press("Escape")
    overlay.wait("(root) => !root.querySelector('.panel')")
    # Beside that, it is the picture, and everything closes.
    browser.page.mouse.click(*at_left_edge(overlay, 25))
    overlay.wait_gone()


def test_a_finger_may_miss_an_edge_by_more(browser: Browser) -> None:
    touch = browser.page.context.new_cdp_session(browser.page)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    overlay = browser.ask_about_photo()
    x, y = at_left_edge(overlay, 11)
    touch.send(
        "Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]}
    )
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    overlay.wait(
        "(root) => root.querySelector('#garment-name')?.textContent.includes('long sleeve top')"
    )
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
