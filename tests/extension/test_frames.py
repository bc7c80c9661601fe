"""A frame around anything in the page's picture, and what was taken for something else."""

import pytest

from tests.e2e.waiting import wait_for
from tests.extension.browser import PLAIN, Browser
from tests.extension.shadow import Overlay
from tests.support.contract_server import LOOK_ID, ContractServer

pytestmark = pytest.mark.browser

FRAMES = f"/api/v1/looks/{LOOK_ID}/garments"
# The picture of 600 x 800 pixels is shown at (100, 60), at three quarters of its size.
SCALE = 0.75
COUNT = "(root) => root.querySelectorAll('[role=button]').length"
SHOWN = "(root) => root.querySelector('.frame-shape').checkVisibility()"


def on_screen(x: float, y: float) -> tuple[float, float]:
    return 100 + x * SCALE, 60 + y * SCALE


def drag(browser: Browser, *way: tuple[float, float]) -> None:
    mouse = browser.page.mouse
    mouse.move(*way[0])
    mouse.down()
    for step in way[1:]:
        mouse.move(*step, steps=4)
    mouse.up()


def box_of(server: ContractServer, overlay: Overlay) -> list[float]:
    """Wait for the offers of what was framed, and return what the server was asked to look into."""
    overlay.wait("(root) => root.querySelector('#garment-name')?.textContent === 'What you framed'")
    (asked,) = server.of("POST", FRAMES)
    return list(asked.json["box"])


def test_a_drag_beside_every_garment_frames_what_is_under_it(browser, server) -> None:
    overlay = browser.ask_about_photo()
    drag(browser, on_screen(20, 600), on_screen(60, 700), on_screen(120, 780))
    assert box_of(server, overlay) == pytest.approx([20, 600, 100, 180], abs=2)
    assert overlay.ask(COUNT) == 4
    overlay.until(lambda: server.of("GET", f"{FRAMES}/4/offers"), "a search for what was framed")
    # The way back is the usual one: the panel first, then the overlay.
    browser.page.keyboard.press("Escape")
    overlay.wait("(root) => !root.querySelector('.panel')")
    browser.page.keyboard.press("Escape")
    overlay.wait_gone()


def test_a_drag_over_garments_and_beyond_the_picture_is_cut_to_it(browser, server) -> None:
    overlay = browser.ask_about_photo()
    drag(browser, on_screen(200, 200), on_screen(500, 500), (1200, 790))
    assert box_of(server, overlay) == pytest.approx([200, 200, 400, 600], abs=2)


def test_a_drag_selects_nothing_and_drags_nothing(browser: Browser, server) -> None:
    text = "<p style='position:absolute;left:600px;top:100px'>Some text of the page</p>"
    noted = """<script>window.heard = [];
      for (const type of ["dragstart", "pointermove", "mousemove", "click", "mouseup"]) {
        addEventListener(type, () => heard.push(type), true);
      }</script>"""
    browser.visit(PLAIN + text + noted)
    overlay = browser.ask_about(300, 300)
    overlay.garments()
    browser.page.evaluate("heard.length = 0")
    drag(browser, on_screen(20, 600), on_screen(100, 300), (700, 110), on_screen(120, 780))
    box_of(server, overlay)
    assert browser.page.evaluate("getSelection().toString()") == ""
    assert set(browser.page.evaluate("heard")) <= {"pointermove", "mousemove"}


def test_a_click_beside_every_garment_still_closes(browser: Browser, server) -> None:
    overlay = browser.ask_about_photo()
    browser.page.mouse.click(*on_screen(30, 700))
    overlay.wait_gone()
    # A frame would have been asked about before this.
    browser.ask_about(300, 300).garments()
    assert server.of("POST", FRAMES) == []


def test_a_frame_may_be_drawn_on_a_zoomed_and_scrolled_page(browser: Browser, server) -> None:
    overlay = browser.ask_about_photo()
    browser.zoom(1.5)
    browser.page.wait_for_function("devicePixelRatio > 1.4")
    browser.page.evaluate("scrollTo(0, 200)")
    browser.page.wait_for_function("scrollY === 200")
    place = browser.page.evaluate("photo.getBoundingClientRect().toJSON()")
    overlay.wait(
        """(root, x, y, width) => {
          const drawn = root.querySelector(".drawing").getBoundingClientRect();
          const away = [drawn.x - x, drawn.y - y, drawn.width - width];
          return Math.max(...away.map(Math.abs)) < 1;
        }""",
        *(place[name] for name in ("x", "y", "width")),
    )
    left, top, scale = place["x"], place["y"], place["width"] / 600

    def at(x: float, y: float) -> tuple[float, float]:
        return left + x * scale, top + y * scale

    drag(browser, at(20, 420), at(60, 460), at(120, 560))
    assert box_of(server, overlay) == pytest.approx([20, 420, 100, 140], abs=4)
    browser.zoom(1)


def test_a_frame_follows_a_picture_that_is_turned(browser: Browser, server) -> None:
    browser.visit(PLAIN + "<style>#photo { transform: rotate(90deg) }</style>")
    overlay = browser.ask_about(300, 300)
    overlay.garments()
    # Turned about its centre (325, 360): what is above it in the picture is to its right now.
    drag(browser, (325 + 200, 360 - 100), (325 + 150, 360 + 50), (325 + 100, 360 + 100))
    x, y, width, height = box_of(server, overlay)
    assert (x, width) == pytest.approx((300 - 100 / SCALE, 200 / SCALE), abs=4)
    assert (y, height) == pytest.approx((400 - 200 / SCALE, 100 / SCALE), abs=4)


def test_escape_leaves_the_frame_first(browser: Browser, server) -> None:
    overlay = browser.ask_about_photo()
    mouse = browser.page.mouse
    mouse.move(*on_screen(20, 600))
    mouse.down()
    mouse.move(*on_screen(100, 700), steps=4)
    overlay.wait(SHOWN)
    browser.page.keyboard.press("Escape")
    overlay.wait(f"(root) => !({SHOWN})(root)")
    mouse.up()
    # A frame would have been asked about before this.
    overlay.click("[role=button]")
    overlay.wait_text("3 offers")
    assert overlay.ask(COUNT) == 3
    assert server.of("POST", FRAMES) == []


def test_the_keyboard_draws_a_frame(browser: Browser, server: ContractServer) -> None:
    overlay = browser.ask_about_photo()
    overlay.ask("(root) => root.querySelector('.draw-frame').focus()")
    keys = browser.page.keyboard
    keys.press("Enter")
    overlay.wait("(root) => root.activeElement?.matches('.frame-shape')")
    for key in ("ArrowRight", "ArrowDown", "Shift+ArrowLeft", "Shift+ArrowUp"):
        keys.press(key)
    overlay.wait_text("28% from the left, 27% from the top, 47% wide, 48% high")
    bar = overlay.rect(".frame-bar")
    # In the middle of the picture, whose middle is at 325.
    assert bar["x"] + bar["width"] / 2 == pytest.approx(325, abs=2)
    stops = []
    for _ in range(3):
        keys.press("Tab")
        stops.append(overlay.ask("(root) => root.activeElement.textContent"))
    assert stops == ["Search here", "Cancel", ""]
    keys.press("Enter")
    assert box_of(server, overlay) == pytest.approx([166, 216, 284, 384], abs=1)


def test_a_finger_draws_a_frame(browser: Browser, server: ContractServer) -> None:
    overlay = browser.ask_about_photo()
    touch = browser.page.context.new_cdp_session(browser.page)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    overlay.click(".draw-frame")
    overlay.wait(SHOWN)
    for kind, x, y in (("touchStart", 20, 600), ("touchMove", 60, 660), ("touchMove", 120, 780)):
        at = dict(zip("xy", on_screen(x, y), strict=True))
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [at]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert box_of(server, overlay) == pytest.approx([20, 600, 100, 180], abs=2)
    touch.send("Emulation.setTouchEmulationEnabled", {"enabled": False})


def test_a_picture_without_clothes_offers_to_draw_a_frame(browser: Browser, server) -> None:
    server.garments = []
    browser.visit()
    overlay = browser.ask_about(300, 300)
    overlay.wait_text("No garment found")
    overlay.click(".card .button")
    overlay.wait("(root) => root.activeElement?.matches('.frame-shape')")
    browser.page.keyboard.press("Enter")
    assert box_of(server, overlay) == [150, 200, 300, 400]


def test_a_frame_that_the_server_refuses_can_be_drawn_again(browser: Browser, server) -> None:
    server.answers["POST", FRAMES] = lambda it: it.give_problem(422, "bad-frame")
    overlay = browser.ask_about_photo()
    drag(browser, on_screen(20, 600), on_screen(120, 780))
    overlay.wait_text("That frame cannot be searched")
    server.answers.clear()
    server.asked.clear()
    overlay.click(".frame-bar .is-first")
    box_of(server, overlay)


def test_a_garment_is_named_anew(browser: Browser, server: ContractServer) -> None:
    overlay = browser.ask_about_photo()
    overlay.click("[role=button]")
    overlay.wait_text("3 offers")
    overlay.click(".put-right")
    overlay.wait_text("This is a …")
    overlay.wait(
        "(root) => { const skirt = [...root.querySelectorAll('.choices .toggle')]"
        ".find((each) => each.textContent === 'Skirt'); skirt?.focus();"
        " return skirt && root.activeElement === skirt; }"
    )
    server.asked.clear()
    browser.page.keyboard.press("Enter")
    overlay.wait("(root) => root.querySelector('#garment-name').textContent === 'Navy skirt'")
    (asked,) = server.of("PATCH", f"{FRAMES}/1")
    assert asked.json == {"category": "skirt"}
    wait_for(lambda: server.of("GET", f"{FRAMES}/1/offers"), "the offers for a skirt")
    overlay.until(lambda: overlay.garments()[0] == "navy skirt, 1 of 3", "the skirt's name")


def test_what_is_nothing_to_buy_goes_until_it_is_called_back(browser: Browser, server) -> None:
    overlay = browser.ask_about_photo()
    overlay.click("[role=button]")
    overlay.wait_text("3 offers")
    overlay.click(".put-right")
    overlay.wait("(root) => root.querySelector('.corrections .toggle') === root.activeElement")
    browser.page.keyboard.press("Enter")
    overlay.wait_text("Navy long sleeve top was put away.")
    assert len(overlay.garments(2)) == 2
    assert overlay.ask("(root) => root.querySelector('.panel')") is None
    overlay.click(".notice .link")
    assert len(overlay.garments(3)) == 3
    assert server.of("PATCH", f"{FRAMES}/1")[-1].json == {"garment": True}


def test_escape_closes_the_choices_before_the_panel(browser: Browser) -> None:
    overlay = browser.ask_about_photo()
    overlay.click("[role=button]")
    overlay.wait_text("3 offers")
    overlay.click(".put-right")
    overlay.wait("(root) => root.querySelector('.corrections .toggle') === root.activeElement")
    browser.page.keyboard.press("Escape")
    overlay.wait("(root) => root.activeElement?.matches('.put-right')")
    assert overlay.ask("(root) => root.querySelector('.panel') !== null")
