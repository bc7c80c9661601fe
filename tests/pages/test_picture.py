"""From a picture, whichever way it comes in, to the garments that are lit up."""

import base64
import io
import re
from typing import Any

import pytest
import requests
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from tests.pages.conftest import Site
from tests.support.browser_waiting import wait_on
from tests.support.http_server import reply

pytestmark = pytest.mark.browser

_DRAWN = """async () => {
  // The picture glides to its new width: what is measured on the way fits nothing.
  await new Promise(requestAnimationFrame);
  const gliding = document.getAnimations().filter(
    (animation) => animation.effect.getComputedTiming().iterations !== Infinity);
  await Promise.allSettled(gliding.map((animation) => animation.finished));
  // In the order of their numbers: what lies on something larger is drawn after it.
  const garments = [...document.querySelectorAll(".garment")].sort(
    (one, other) => one.dataset.garment - other.dataset.garment);
  const shapes = garments.map((garment) => garment.querySelector(".shape")).map((path) => {
    const box = path.getBBox(), matrix = path.getScreenCTM();
    const [a, b] = [[box.x, box.y], [box.x + box.width, box.y + box.height]].map(
      ([x, y]) => new DOMPoint(x, y).matrixTransform(matrix));
    return [a.x, a.y, b.x, b.y];
  });
  const box = document.querySelector(".picture").getBoundingClientRect();
  return [shapes, [box.x, box.y, box.width, box.height]];
}"""
_HAND_OVER = """([kind, data, text]) => {
  const transfer = new DataTransfer();
  if (data) {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    transfer.items.add(new File([bytes], "photo.jpg", { type: "image/jpeg" }));
  }
  if (text) transfer.setData("text/plain", text);
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true })
    : new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
  document.body.dispatchEvent(event);
}"""


def corners(look: dict[str, Any], place: list[float]) -> list[list[float]]:
    """Return left, top, right and bottom of each garment on a picture of that place and size."""
    left, top, width, height = place
    scale_x, scale_y = width / look["width"], height / look["height"]
    boxes = []
    for garment in look["garments"]:
        points = [point for ring in garment["polygons"] for point in ring]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        boxes.append([left + min(xs) * scale_x, top + min(ys) * scale_y,
                      left + max(xs) * scale_x, top + max(ys) * scale_y])  # fmt: skip
    return boxes


def known_look(site: Site, photo: bytes) -> dict[str, Any]:
    answer = requests.post(f"{site.server.url}/api/v1/looks", files={"image": photo}, timeout=60)
    look: dict[str, Any] = answer.json()
    return look


def lit(page) -> None:
    expect(page.locator(".garment").first).to_be_visible()


def test_a_chosen_file_lights_up_where_the_server_found_garments(visit, site, photo, photo_file):
    page = visit(viewport={"width": 1280, "height": 800})
    page.set_input_files("#file", photo_file)
    lit(page)
    look = known_look(site, photo)
    assert len(look["garments"]) >= 2
    for width, height in ((1280, 800), (900, 500), (390, 700)):
        page.set_viewport_size({"width": width, "height": height})
        drawn, place = page.evaluate(_DRAWN)
        assert place[2] / place[3] == pytest.approx(look["width"] / look["height"], abs=0.01)
        for shape, expected in zip(drawn, corners(look, place), strict=True):
            assert shape == pytest.approx(expected, abs=2)


@pytest.mark.parametrize("way", ["drop", "paste"])
def test_a_picture_may_be_handed_over(visit, photo, way):
    page = visit()
    page.evaluate(_HAND_OVER, [way, base64.b64encode(photo).decode(), None])
    lit(page)


def test_of_a_screenshot_of_an_app_what_is_worn_on_the_photo_in_it_is_found(visit, photo):
    """Its bars, round faces and buttons are no clothes."""
    page = visit(viewport={"width": 1280, "height": 900})
    screen, (top, bottom) = screenshot_of_an_app(photo)
    page.evaluate(_HAND_OVER, ["paste", base64.b64encode(screen).decode(), None])
    lit(page)
    drawn, (_, start, _, height) = page.evaluate(_DRAWN)
    assert len(drawn) >= 2
    for _, upper, _, lower in drawn:
        assert start + top * height - 2 <= upper < lower <= start + bottom * height + 2


def screenshot_of_an_app(photo: bytes) -> tuple[bytes, tuple[float, float]]:
    """Draw a phone's screen around a photo; return it, and between which heights the photo is."""
    with Image.open(io.BytesIO(photo)) as opened:
        shown = opened.resize((1080, round(opened.height * 1080 / opened.width)))
    screen = Image.new("RGB", (1080, 1500), "white")
    screen.paste(shown, (0, 480))
    draw = ImageDraw.Draw(screen)
    draw.text((40, 20), "9:41", "black", font_size=44)
    for place, colour in enumerate(["#c2185b", "#5d7a9e", "#8a6d3b", "#2e7d32", "#6a1b9a"]):
        draw.ellipse((30 + 210 * place, 120, 210 + 210 * place, 300), fill=colour)
    draw.ellipse((30, 360, 120, 450), fill="#a1664a")
    draw.text((150, 380), "street.style", "black", font_size=40)
    for place in range(3):
        draw.rounded_rectangle(
            (40 + 130 * place, 1060, 110 + 130 * place, 1130), 16, outline="black", width=6
        )
    draw.text((40, 1170), "2,413 likes  autumn layers", "black", font_size=40)
    draw.rectangle((0, 1390, 1080, 1500), fill="#f4f4f4")
    file = io.BytesIO()
    screen.save(file, "PNG")
    return file.getvalue(), (480 / screen.height, (480 + shown.height) / screen.height)


def test_the_address_of_a_picture_is_downloaded_by_the_server(visit, site):
    page = visit()
    page.get_by_label("Address of a picture").fill(site.network.url("/photo.jpg"))
    page.get_by_role("button", name="Find the clothes").click()
    lit(page)
    # The picture that is shown comes from the server too: the page asks nobody else.
    assert page.locator(".picture").get_attribute("src").startswith("/api/v1/looks/")
    assert page.evaluate("document.querySelector('.picture').naturalWidth") == 1024


def test_the_address_of_a_post_leads_to_its_picture(visit, site):
    page_of_post = b'<!doctype html><meta property="og:image" content="/photo.jpg"><p>My new suit'
    site.network.routes["/p/1"] = reply(page_of_post, headers={"Content-Type": "text/html"})
    page = visit()
    page.get_by_label("Address of a picture or of a post").fill(site.network.url("/p/1"))
    page.get_by_role("button", name="Find the clothes").click()
    lit(page)
    assert page.evaluate("document.querySelector('.picture').naturalWidth") == 1024


def test_a_pasted_address_counts_as_one(visit, site):
    page = visit()
    page.evaluate(_HAND_OVER, ["paste", None, site.network.url("/photo.jpg")])
    lit(page)


def test_back_and_reload_keep_their_promise(visit, photo_file):
    page = visit()
    page.set_input_files("#file", photo_file)
    lit(page)
    page.wait_for_url("**/?look=*")
    page.reload()
    lit(page)
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("#workspace")).to_be_hidden()


def test_what_is_not_a_picture_is_reported_in_plain_words(visit, tmp_path):
    path = tmp_path / "letter.txt"
    path.write_text("Dear shop")
    page = visit()
    page.set_input_files("#file", path)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("This is not a picture that can be read")
    expect(alert).to_contain_text("JPEG, PNG, WebP, GIF and AVIF work")
    page.get_by_role("button", name="Another picture").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_damaged_picture_is_reported_as_one(visit, photo, tmp_path):
    path = tmp_path / "cut.jpg"
    path.write_bytes(photo[:2000])
    page = visit()
    page.set_input_files("#file", path)
    expect(page.get_by_role("alert")).to_contain_text("This picture is damaged")


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "dress", "https://name:word@shop.example/a"]
)
def test_what_is_not_an_address_is_reported_beside_the_field(visit, text):
    page = visit()
    field = page.get_by_label("Address of a picture")
    field.fill(text)
    page.get_by_role("button", name="Find the clothes").click()
    expect(page.locator("#address-fault")).to_contain_text("begins with https://")
    expect(field).to_be_focused()


def test_an_address_that_the_server_keeps_away_from(visit):
    page = visit()
    page.get_by_label("Address of a picture").fill("http://127.0.0.1:9/secret.jpg")
    page.get_by_role("button", name="Find the clothes").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The server does not download from there")
    expect(alert).to_contain_text("Save the picture, and choose the file here")


def test_no_server_and_then_one_again(visit, photo_file):
    page = visit()
    page.context.set_offline(True)
    page.set_input_files("#file", photo_file)
    expect(page.get_by_role("alert")).to_contain_text("Your server does not answer")
    page.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()
    lit(page)


def test_a_picture_without_clothes(visit, site, tmp_path):
    from PIL import Image  # noqa: PLC0415 - here alone

    Image.new("RGB", (300, 300), "#7799bb").save(tmp_path / "sky.png")
    page = visit()
    page.set_input_files("#file", tmp_path / "sky.png")
    expect(page.get_by_role("alert")).to_contain_text("No garment found")
    look = page.url.partition("look=")[2]
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("No garment found")
    # Nobody looks for it again, unless they draw something into it.
    page.goto(f"{site.url}history")
    expect(page.locator("#history:not([aria-busy])")).to_be_visible()
    expect(page.locator(f".tile[href*='{look}']")).to_have_count(0)
    page.go_back()
    page.get_by_role("button", name="Draw a frame").click()
    page.get_by_role("button", name="Search here").click()
    expect(page.locator("#garment-name")).to_be_visible()
    page.goto(f"{site.url}history")
    expect(page.locator(f".tile[href*='{look}']")).to_have_count(1)


def test_waiting_may_be_ended(visit, photo_file):
    page = visit()
    held = []
    page.route("**/api/v1/looks", lambda route: held.append(route))  # noqa: PLW0108 - inspected
    page.set_input_files("#file", photo_file)
    wait_on(page, lambda: held, "the picture to be sent")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert len(held) == 1
    page.unroute("**/api/v1/looks")
    page.set_input_files("#file", photo_file)
    lit(page)


def test_what_lies_on_something_larger_can_be_pointed_at(visit, site, photo):
    look = known_look(site, photo)
    whole = look["garments"][0]
    x, y, width, height = whole["box"]
    # A belt across the whole garment, of a better score: without care the garment covers it.
    belt = [x, y + 0.45 * height, width, 0.1 * height]
    look["garments"] = [
        {**whole, "number": number, "box": box, "polygons": [rectangle(*box)]}
        for number, box in ((1, belt), (2, [x, y, width, height]))
    ]
    page = visit()
    page.route("**/api/v1/looks/*", lambda route: route.fulfill(json=look))
    page.goto(f"{page.url}?look={look['id']}")
    lit(page)
    _, place = page.evaluate(_DRAWN)
    for above, number in ((0.5, "1"), (0.2, "2")):
        point = (
            place[0] + (x + width / 2) / look["width"] * place[2],
            place[1] + (y + above * height) / look["height"] * place[3],
        )
        found = "([x, y]) => document.elementFromPoint(x, y).closest('.garment').dataset.garment"
        assert page.evaluate(found, point) == number


def rectangle(x: float, y: float, width: float, height: float) -> list[list[float]]:
    """Return the corners of a box."""
    return [[x, y], [x + width, y], [x + width, y + height], [x, y + height]]


@pytest.fixture
def two_blocks(visit, site, photo):
    """Opens a look of two garments, of which the first ends where the second begins."""

    def make(**options: Any):
        look = known_look(site, photo)
        whole = look["garments"][0]
        width, height = look["width"], look["height"]
        boxes = [[0.3 * width, 0.2 * height, 0.2 * width, 0.3 * height],
                 [0.3 * width, 0.5 * height, 0.2 * width, 0.3 * height]]  # fmt: skip
        look["garments"] = [
            {**whole, "number": number, "box": box, "polygons": [rectangle(*box)]}
            for number, box in enumerate(boxes, 1)
        ]
        page = visit(reduced_motion="reduce", **options)
        page.route("**/api/v1/looks/*", lambda route: route.fulfill(json=look))
        page.goto(f"{page.url}?look={look['id']}")
        lit(page)
        shapes, _ = page.evaluate(_DRAWN)
        return page, shapes

    return make


def chosen(page) -> None:
    expect(page).to_have_url(re.compile("garment=1"))
    page.keyboard.press("Escape")
    expect(page.locator(".garment-row").first).to_be_visible()


def test_an_edge_need_not_be_hit_exactly(two_blocks):
    page, shapes = two_blocks(viewport={"width": 1280, "height": 800})
    left, top, right, bottom = shapes[0]
    middle = (top + bottom) / 2
    for x, y in ((left - 4, middle), (right + 4, middle), ((left + right) / 2, top - 4)):
        page.mouse.move(x, y)
        expect(page.locator(".garment.is-near")).to_have_attribute("data-garment", "1")
        expect(page.locator(".label")).to_have_class(re.compile("is-shown"))
        page.mouse.click(x, y)
        chosen(page)
    page.mouse.move(left - 30, middle)
    expect(page.locator(".garment.is-near")).to_have_count(0)
    page.mouse.click(left - 30, middle)
    expect(page.locator(".garment-row").first).to_be_visible()


def test_what_lies_beside_an_edge_and_is_hit_itself_is_meant(two_blocks):
    page, shapes = two_blocks(viewport={"width": 1280, "height": 800})
    left, _, right, bottom = shapes[0]
    found = "([x, y]) => document.elementFromPoint(x, y).closest('.garment')?.dataset.garment"
    for y, number in ((bottom - 3, "1"), (bottom + 3, "2")):
        assert page.evaluate(found, [(left + right) / 2, y]) == number


def test_a_finger_may_miss_by_more(two_blocks):
    page, shapes = two_blocks(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    left, top, _, bottom = shapes[0]
    page.touchscreen.tap(left - 11, (top + bottom) / 2)
    chosen(page)


def test_beside_an_edge_a_frame_can_be_drawn(two_blocks):
    page, shapes = two_blocks(viewport={"width": 1280, "height": 800})
    left, top, _, bottom = shapes[0]
    page.mouse.move(left - 4, (top + bottom) / 2)
    page.mouse.down()
    page.mouse.move(left - 60, (top + bottom) / 2 + 60, steps=4)
    expect(page.locator(".framing.has-frame")).to_be_attached()
    page.keyboard.press("Escape")
    page.mouse.up()
