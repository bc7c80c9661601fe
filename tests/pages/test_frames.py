"""A frame around anything, and what was taken for something else: by mouse, touch and keyboard."""

import re

import pytest
import requests
from playwright.sync_api import Page, Route, expect

pytestmark = pytest.mark.browser

_SCROLL = "() => [scrollX, scrollY, getSelection().toString()]"


@pytest.fixture(autouse=True)
def _forget(site):
    """Leave no frame and no correction behind: the picture is that of other tests, too."""
    yield
    requests.delete(f"{site.url}api/v1/looks", timeout=60)


def show(visit, photo_file, **options: object) -> Page:
    page = visit(**options)
    page.set_input_files("#file", photo_file)
    expect(page.locator(".garment-row").first).to_be_visible()
    settled(page)
    return page


def settled(page: Page) -> None:
    """Wait until the picture has its width and its place: it glides, and pages scroll, smoothly."""
    page.evaluate(
        """async () => {
          const frame = document.querySelector(".frame");
          const place = () => JSON.stringify([scrollX, scrollY, frame.getBoundingClientRect()]);
          for (let last = "", still = 0; still < 5; still = place() === last ? still + 1 : 0) {
            last = place();
            await new Promise(requestAnimationFrame);
            await Promise.allSettled(frame.getAnimations().map((animation) => animation.finished));
          }
        }"""
    )


def point(page: Page, across: float, down: float) -> tuple[float, float]:
    box = page.locator(".picture").bounding_box()
    assert box is not None
    return box["x"] + across * box["width"], box["y"] + down * box["height"]


def drag(page: Page, *way: tuple[float, float]) -> None:
    page.mouse.move(*point(page, *way[0]))
    page.mouse.down()
    for step in way[1:]:
        page.mouse.move(*point(page, *step), steps=4)
    page.mouse.up()


def framed(page: Page) -> list[float]:
    """Wait for the offers of what was framed, and return where it is, in shares of the picture."""
    expect(page.locator("#garment-name")).to_be_focused()
    page.locator(".garment[aria-pressed=true]").wait_for(state="attached")
    box = page.evaluate(
        """() => {
          const { width, height } = document.querySelector(".drawing").viewBox.baseVal;
          const shape = document.querySelector(".garment[aria-pressed=true] .shape").getBBox();
          return [shape.x / width, shape.y / height, shape.width / width, shape.height / height];
        }"""
    )
    return list(box)


def test_a_drag_frames_what_is_under_it(visit, photo_file):
    page = show(visit, photo_file)
    count = page.locator(".garment").count()
    with page.expect_request("**/garments") as asked:
        drag(page, (0.02, 0.05), (0.1, 0.1), (0.18, 0.3))
    assert asked.value.post_data_json["box"] == pytest.approx([20, 26, 164, 128], abs=5)
    x, y, width, height = framed(page)
    assert x < 0.1 < x + width
    assert y < 0.2 < y + height
    expect(page.locator(".garment")).to_have_count(count + 1)
    expect(page.locator(".panel")).to_be_visible()
    assert page.evaluate(_SCROLL) == [0, 0, ""]
    # It is there again after the page was loaded anew.
    page.reload()
    expect(page.locator(".garment")).to_have_count(count + 1)


def test_a_drag_that_begins_on_a_garment_draws_as_well(visit, photo_file):
    page = show(visit, photo_file)
    with page.expect_request("**/garments") as asked:
        drag(page, (0.25, 0.85), (0.3, 0.7), (0.1, 0.5))
    assert asked.value.method == "POST"
    framed(page)


def test_a_click_that_trembles_is_a_click(visit, photo_file):
    page = show(visit, photo_file)
    row = page.locator(".garment-row .title").first.inner_text()
    inside = page.evaluate(
        """() => {
          const shape = document.querySelector(".garment .shape");
          const box = shape.getBoundingClientRect();
          const steps = Array.from({ length: 81 }, (_, n) => [n % 9 + 1, Math.floor(n / 9) + 1]);
          return steps.map(([across, down]) =>
            [box.x + across * box.width / 10, box.y + down * box.height / 10],
          ).find(([x, y]) =>
            [-4, 0, 4].every((by) => document.elementFromPoint(x + by, y + by) === shape));
        }"""
    )
    page.mouse.move(*inside)
    page.mouse.down()
    page.mouse.move(inside[0] + 2, inside[1] + 2)
    page.mouse.up()
    expect(page.locator("#garment-name")).to_have_text(row)


def test_a_frame_may_be_drawn_on_a_scrolled_and_zoomed_page(visit, photo_file):
    page = show(visit, photo_file, viewport={"width": 800, "height": 500})
    page.evaluate("document.body.style.zoom = '1.4'")
    page.mouse.wheel(0, 60)
    page.wait_for_function("() => scrollY > 30")
    settled(page)
    page.evaluate(
        """() => addEventListener("pointerup", () => {
          const box = document.querySelector(".picture").getBoundingClientRect();
          const frame = document.querySelector(".frame-shape").getBoundingClientRect();
          window.shares = [(frame.x - box.x) / box.width, (frame.y - box.y) / box.height,
            frame.width / box.width, frame.height / box.height];
        }, true)"""
    )
    drag(page, (0.3, 0.4), (0.4, 0.5), (0.6, 0.7))
    assert page.evaluate("shares") == pytest.approx([0.3, 0.4, 0.3, 0.3], abs=0.02)
    framed(page)


def test_escape_leaves_a_frame_and_nothing_else(visit, photo_file):
    page = show(visit, photo_file)
    page.locator(".garment-row").first.click()
    expect(page.locator("#garment-name")).to_be_focused()
    settled(page)
    page.mouse.move(*point(page, 0.4, 0.4))
    page.mouse.down()
    page.mouse.move(*point(page, 0.6, 0.6), steps=4)
    expect(page.locator(".frame-shape")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".frame-shape")).to_be_hidden()
    page.mouse.up()
    expect(page.locator("#garment-name")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#garment-name")).to_be_hidden()


def test_a_finger_draws_once_it_was_asked_to(visit, photo_file):
    page = show(
        visit, photo_file, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    touch = page.context.new_cdp_session(page)

    def swipe(*way: tuple[float, float]) -> None:
        for kind, place in zip(["touchStart", *["touchMove"] * 9], way, strict=False):
            x, y = point(page, *place)
            touch.send(
                "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]}
            )
        touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    way = [(0.1, 0.9), (0.15, 0.7), (0.2, 0.5), (0.3, 0.3)]
    swipe(*way)
    # Without having been asked, a finger scrolls.
    expect(page.locator(".frame-shape")).to_be_hidden()
    page.evaluate("scrollTo(0, 0)")
    page.get_by_role("button", name="Draw a frame").tap()
    page.wait_for_function("() => scrollY === 0")
    settled(page)
    swipe(*way)
    framed(page)


def test_the_keyboard_moves_and_sizes_a_frame(visit, photo_file):
    page = show(visit, photo_file)
    page.get_by_role("button", name="Draw a frame").focus()
    page.keyboard.press("Enter")
    frame = page.get_by_role("application", name="Arrow keys move it")
    expect(frame).to_be_focused()
    expect(page.get_by_text("Drag over what you want to buy.")).to_be_visible()
    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown"):
        page.keyboard.press(key)
    # The picture is twice as wide as it is high.
    expect(
        page.get_by_text("21% from the left, 21% from the top, 52% wide, 54% high")
    ).to_have_count(1)
    with page.expect_request("**/garments") as asked:
        page.keyboard.press("Enter")
    assert asked.value.post_data_json["box"] == pytest.approx([215, 107.5, 532.5, 276.5], abs=1)
    framed(page)


@pytest.fixture
def high(visit, another_photo, tmp_path):
    """A page with a picture as high as the window, on which the bar lies."""
    path = tmp_path / "high.jpg"
    path.write_bytes(another_photo)
    return show(visit, path, viewport={"width": 1280, "height": 700})


def test_the_bar_makes_room_for_a_frame_at_the_foot_of_the_picture(high):
    page = high
    page.get_by_role("button", name="Draw a frame").click()
    frame = page.get_by_role("application", name="Arrow keys move it")
    for key in ["Shift+ArrowUp"] * 3 + ["ArrowDown"] * 20:
        page.keyboard.press(key)
    boxes = [each.bounding_box() for each in (frame, page.locator(".frame-bar"))]
    (top, bottom), (upper, lower) = ((box["y"], box["y"] + box["height"]) for box in boxes)
    assert lower <= top or bottom <= upper


def test_a_drag_may_begin_on_the_words_of_the_bar(high):
    """They lie on the picture, and shoes below them."""
    page = high
    page.get_by_role("button", name="Draw a frame").click()
    words = page.get_by_text("Drag over what you want to buy.").bounding_box()
    page.mouse.move(words["x"] + 5, words["y"] + 5)
    page.mouse.down()
    page.mouse.move(words["x"] + 105, words["y"] - 95, steps=4)
    with page.expect_request("**/garments"):
        page.mouse.up()
    framed(page)


def test_a_picture_without_clothes_offers_to_draw_a_frame(visit, tmp_path):
    from PIL import Image  # noqa: PLC0415 - here alone

    picture = Image.new("RGB", (600, 400), "#c8ccd0")
    picture.paste("#aa2233", (200, 120, 330, 300))
    picture.save(tmp_path / "vase.png")
    page = visit()
    page.set_input_files("#file", tmp_path / "vase.png")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("No garment found")
    alert.get_by_role("button", name="Draw a frame").click()
    page.keyboard.press("Enter")
    expect(page.locator("#garment-name")).to_have_text("What you framed")
    assert framed(page) == pytest.approx([200 / 600, 0.3, 130 / 600, 0.45], abs=0.02)


def test_a_frame_that_the_server_cannot_look_into_says_so(visit, photo_file):
    page = show(visit, photo_file)
    page.route("**/garments", lambda route: route.abort())
    drag(page, (0.3, 0.4), (0.4, 0.5), (0.6, 0.7))
    bar = page.get_by_role("group", name="Frame", exact=True)
    expect(bar).to_contain_text("Your server does not answer")
    page.unroute("**/garments")
    bar.get_by_role("button", name="Search here").click()
    framed(page)


def test_a_garment_is_named_anew(visit, photo_file):
    page = show(visit, photo_file)
    page.locator(".garment-row").first.click()
    page.get_by_role("button", name="Put right what this is").click()
    with page.expect_request("**/offers*"):
        page.get_by_role("button", name="Skirt", exact=True).click()
    expect(page.locator("#garment-name")).to_contain_text("skirt")
    expect(page.get_by_role("link", name="Google Shopping")).to_have_attribute(
        "href", re.compile("skirt")
    )
    page.get_by_role("button", name="Put right what this is").click()
    expect(page.get_by_role("button", name="Skirt", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    page.keyboard.press("Escape")
    expect(page.locator("#corrections")).to_be_hidden()
    expect(page.get_by_role("button", name="Put right what this is")).to_be_focused()


def test_a_garment_in_doubt_is_named_so_and_put_right_by_a_tap(visit, photo_file):
    page = show(visit, photo_file)

    def doubt(route: Route) -> None:
        if route.request.method != "GET":
            route.fallback()
            return
        answer = route.fetch()
        look = answer.json()
        look["garments"][0]["rivals"] = [{"category": "skirt", "words": {"en": "skirt"}}]
        route.fulfill(response=answer, json=look)

    page.route(re.compile("/looks/[0-9a-f]+$"), doubt)
    page.reload()
    expect(page.locator(".garment-row").first).to_contain_text(" or skirt")
    settled(page)
    page.locator(".garment-row").first.click()
    expect(page.locator("#garment-name")).to_contain_text(" or skirt")
    expect(page.locator(".doubt")).to_contain_text("Perhaps rather:")
    with page.expect_request("**/offers*"):
        page.locator(".doubt").get_by_role("button", name="Skirt", exact=True).click()
    expect(page.locator("#garment-name")).to_have_text(re.compile(r"^(?!.* or ).*skirt$"))
    expect(page.locator(".doubt")).to_have_count(0)


def test_what_is_nothing_to_buy_goes_until_it_is_called_back(visit, photo_file):
    page = show(visit, photo_file)
    count = page.locator(".garment").count()
    page.locator(".garment-row").first.click()
    page.get_by_role("button", name="Put right what this is").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Nothing to buy")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".garment")).to_have_count(count - 1)
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.reload()
    expect(page.locator(".garment-row")).to_have_count(count - 1)


def test_what_was_put_away_is_called_back(visit, photo_file):
    page = show(visit, photo_file)
    count = page.locator(".garment").count()
    page.locator(".garment-row").last.click()
    page.get_by_role("button", name="Put right what this is").click()
    page.get_by_role("button", name="Nothing to buy").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".garment")).to_have_count(count)
    expect(page.locator("#garment-name")).to_be_visible()
