"""The picture under the pointer is found, through whatever the page laid over it."""

import base64
import re
import threading

import pytest

from tests.extension.browser import INSTAGRAM, PLAIN, Browser
from tests.extension.sites import PHOTO, photo_bytes
from tests.support.contract_server import ContractServer, Handler, look, problem

pytestmark = pytest.mark.browser

CDN = "https://scontent.cdninstagram.com"
HEAD = """<!doctype html><meta charset="utf-8"><style>
body { margin: 0 } .box { position: absolute; left: 100px; top: 60px; width: 450px; height: 600px }
</style>"""
IMG = f'<img class="box" src="{PHOTO}">'
AVATAR = '<img src="/small.jpg" style="position: absolute; left: 285px; top: 285px; width: 30px">'
SPACER = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


def in_shadow(mode: str) -> str:
    return f"""<div id="host"></div><script>
    document.getElementById("host").attachShadow({{ mode: "{mode}" }}).innerHTML =
      '<style>.box {{ position: absolute; left: 100px; top: 60px; width: 450px; height: 600px }}'
      + '</style><img class="box" src="{PHOTO}">';
    </script>"""


MARKUPS = {
    "an image": (IMG, PHOTO),
    "under a transparent layer": (f'{IMG}<div class="box"></div>', PHOTO),
    "under a layer with a gradient": (
        f'{IMG}<div class="box" style="background: linear-gradient(transparent, #0008)"></div>',
        PHOTO,
    ),
    "under a stretched placeholder": (f'{IMG}<img class="box" src="{SPACER}">', PHOTO),
    "under an invisible image": (f'{IMG}<img class="box" style="opacity: 0" src="/b.jpg">', PHOTO),
    "under an avatar": (IMG + AVATAR, PHOTO),
    "without pointer events": (
        f'<div class="box"><img style="pointer-events: none; width: 100%" src="{PHOTO}"></div>',
        PHOTO,
    ),
    "without pointer events, over a blurred background": (
        (
            f'<div class="box" style="background: url(/blur.jpg)"></div>'
            f'<img class="box" style="pointer-events: none" src="{PHOTO}">'
        ),
        PHOTO,
    ),
    "in an open shadow root": (in_shadow("open"), PHOTO),
    "in a closed shadow root": (in_shadow("closed"), PHOTO),
    "in a modal dialog": (
        (
            f'<dialog style="border: 0; padding: 0; margin: 0; width: 600px; height: 700px">'
            f"{IMG}</dialog>"
            "<script>document.querySelector('dialog').showModal()</script>"
        ),
        PHOTO,
    ),
    "the largest of a srcset": (
        (
            f'<img class="box" sizes="100px" srcset="{CDN}/s.jpg?a,b=1 320w, '
            f"{CDN}/l.jpg?a,b=2 1440w, "
            f'{CDN}/m.jpg 640w" src="{CDN}/s.jpg">'
        ),
        f"{CDN}/l.jpg?a,b=2",
    ),
    "by density": (
        f'<img class="box" srcset="{CDN}/one.jpg, {CDN}/two.jpg 2x" src="{CDN}/one.jpg">',
        f"{CDN}/two.jpg",
    ),
    "of a picture's source in force": (
        (
            f'<picture><source media="(max-width: 10px)" srcset="{CDN}/other.jpg 2000w">'
            f'<source srcset="{CDN}/a.jpg 300w, {CDN}/b.jpg 900w" sizes="100px">'
            f'<img class="box" src="{CDN}/fallback.jpg"></picture>'
        ),
        f"{CDN}/b.jpg",
    ),
    "an SVG image": (
        f'<svg class="box"><image width="450" height="600" href="{PHOTO}"/></svg>',
        PHOTO,
    ),
    "a background": (f'<div class="box" style="background: url({PHOTO}) 0/cover"></div>', PHOTO),
    "a background of ::before": (
        (
            f"<style>#b::before {{ content: ''; position: absolute; inset: 0; "
            f'background: url({PHOTO}) }}</style><div id="b" class="box"></div>'
        ),
        PHOTO,
    ),
    "a background without pointer events": (
        f'<div class="box" style="pointer-events: none; background: url({PHOTO})"></div>',
        PHOTO,
    ),
    "a poster": (f'<video class="box" poster="{PHOTO}"></video>', PHOTO),
    "larger at Pinterest": (
        '<img class="box" src="https://i.pinimg.com/236x/a/b/c.jpg">',
        "https://i.pinimg.com/originals/a/b/c.jpg",
    ),
    "larger at X": (
        '<img class="box" src="https://pbs.twimg.com/media/A.jpg?format=jpg&amp;name=small">',
        "https://pbs.twimg.com/media/A.jpg?format=jpg&name=orig",
    ),
}


@pytest.mark.parametrize("name", MARKUPS)
def test_finds_the_address(browser: Browser, server: ContractServer, name: str) -> None:
    markup, expected = MARKUPS[name]
    browser.visit(HEAD + markup)

    browser.ask_about(300, 300).garments()

    assert server.of("POST", "/api/v1/looks")[0].json == {
        "image_url": expected,
        "page_url": INSTAGRAM,
    }


CANDIDATES = f"""<img class="box" sizes="100px" src="{CDN}/s.jpg"
srcset="{CDN}/s.jpg 320w, {CDN}/l.jpg 1440w">"""
DATA = "data:image/jpeg;base64," + base64.b64encode(photo_bytes((90, 120))).decode()
DRAW = """const c = document.createElement("canvas"); c.width = 90; c.height = 120;
const p = c.getContext("2d"); p.fillStyle = "#28c"; p.fillRect(0, 0, 90, 120);"""
PIXELS = {
    "data": f'<img class="box" src="{DATA}">',
    "canvas": f"<script>{DRAW} c.className = 'box'; document.body.append(c)</script>",
    "blob": f'<img class="box"><script>{DRAW} c.toBlob((b) => '
    "{ document.querySelector('img').src = URL.createObjectURL(b) })</script>",
    "video frame": f'<video class="box" muted autoplay></video><script>{DRAW} '
    "document.querySelector('video').srcObject = c.captureStream(0)</script>",
}


@pytest.mark.parametrize("name", PIXELS)
def test_uploads_what_has_no_address(browser: Browser, server: ContractServer, name: str) -> None:
    browser.visit(HEAD + "<body>" + PIXELS[name])
    browser.page.wait_for_function(
        "() => { const e = document.querySelector('.box');"
        " return e.naturalWidth || e.readyState >= 2 || e instanceof HTMLCanvasElement }"
    )

    browser.ask_about(300, 300).garments()

    (asked,) = server.of("POST", "/api/v1/looks")
    assert asked.headers["content-type"].startswith("multipart/form-data")
    assert b"\xff\xd8\xff" in asked.body
    assert b'name="image_url"' not in asked.body


@pytest.mark.parametrize("address", ["about:blank", "https://www.instagram.com/embed/"])
def test_finds_it_in_a_frame(browser: Browser, server: ContractServer, address: str) -> None:
    browser.sites.pages["https://www.instagram.com/embed/"] = HEAD + IMG
    html = f'<iframe src="{address}" width="700" height="700" style="border: 0"></iframe>'
    browser.visit("<!doctype html><style>body { margin: 0 }</style>" + html)
    if address == "about:blank":
        browser.page.frames[1].set_content(HEAD + IMG)
    frame = browser.frame_id()

    browser.ask_about(300, 300, frameId=frame).garments()

    assert server.of("POST", "/api/v1/looks")[0].json["image_url"] == PHOTO


def test_the_plain_address_is_next_where_the_larger_one_fails(
    browser: Browser, server: ContractServer
) -> None:
    small = "https://i.pinimg.com/236x/a/b/c.jpg"

    def only_small(handler: Handler) -> None:
        if b"236x" in handler.heard.body:
            server.answers.clear()
        problem(502, "fetch-failed")(handler)

    server.answers["POST", "/api/v1/looks"] = only_small
    browser.visit(f'{HEAD}<img class="box" src="{small}">')

    browser.ask_about(300, 300).garments()

    asked = server.of("POST", "/api/v1/looks")
    addresses = [re.search(rb"pinimg\.com/(\w+)", request.body) for request in asked]
    assert [found[1] for found in addresses if found][:3] == [b"originals", b"736x", b"236x"]


def test_no_picture_is_said_kindly_and_offers_to_pick_one(browser: Browser) -> None:
    browser.visit("<!doctype html><p>Only words.</p>")
    overlay = browser.ask_about(300, 300)
    overlay.wait_text("No picture found there")
    browser.page.keyboard.press("Enter")
    overlay.wait_text("Click a picture")


def test_picking_with_the_mouse(browser: Browser, server: ContractServer) -> None:
    browser.visit()
    browser.run_command()
    browser.overlay.wait_text("Click a picture")
    browser.page.mouse.move(320, 320)
    frame = browser.overlay.rect(".picked:not([hidden])")
    assert (frame["x"], frame["y"], frame["width"], frame["height"]) == (100, 60, 450, 600)
    browser.page.mouse.click(320, 320)
    browser.overlay.garments()
    assert server.of("POST", "/api/v1/looks")[0].json["image_url"] == PHOTO


def test_picking_with_the_keyboard_and_leaving(browser: Browser, server: ContractServer) -> None:
    browser.visit()
    browser.run_command()
    browser.overlay.wait_text("Click a picture")
    browser.page.keyboard.press("Escape")
    browser.overlay.wait_gone()
    browser.run_command()
    browser.overlay.wait_text("Click a picture")
    browser.page.keyboard.press("ArrowRight")
    browser.page.keyboard.press("Enter")
    browser.overlay.garments()


def test_a_page_that_was_open_before_is_entered_at_the_click(browser: Browser) -> None:
    """On a site that is not listed, with activeTab, as after a real click."""
    url = "https://blog.example/post"
    browser.visit(PLAIN, url)
    browser.grant_active_tab()
    browser.choose_menu_entry(srcUrl=PHOTO)
    assert browser.overlay.garments()[0] == "navy long sleeve top, 1 of 3"


def test_a_picture_that_was_seen_only_while_it_was_pointed_at_is_asked_for(
    browser: Browser, server: ContractServer
) -> None:
    """The menu names it, and nobody heard the press: what is seen now is another picture."""
    card = """<style>#card { position: absolute; left: 100px; top: 60px }
    #card img { position: absolute; left: 0; top: 0; width: 450px; height: 600px }
    #card .second { opacity: 0 } #card:hover .second { opacity: 1 }</style>
    <div id="card"><img src="/first.jpg" alt="">
    <img class="second" src="/second.jpg" alt=""></div>"""
    browser.visit(HEAD + card, "https://blog.example/card")
    browser.grant_active_tab()
    browser.choose_menu_entry(srcUrl="https://blog.example/second.jpg")
    browser.overlay.wait_text("Which picture did you mean?")
    assert not server.of("POST", "/api/v1/looks")


def test_where_the_largest_candidate_cannot_be_loaded_the_one_that_is_seen_is_taken(
    browser: Browser, server: ContractServer
) -> None:
    def only_shown(handler: Handler) -> None:
        if b"s.jpg" in handler.heard.body:
            server.answers.clear()
        problem(502, "fetch-failed")(handler)

    server.answers["POST", "/api/v1/looks"] = only_shown
    browser.visit(HEAD + CANDIDATES)

    browser.ask_about(300, 300).garments()

    asked = [request.json["image_url"] for request in server.of("POST", "/api/v1/looks")[:2]]
    assert asked == [f"{CDN}/l.jpg", f"{CDN}/s.jpg"]


def test_a_larger_candidate_that_takes_long_is_not_waited_for(
    browser: Browser, server: ContractServer
) -> None:
    told = threading.Event()

    def slow(handler: Handler) -> None:
        if handler.heard.json["image_url"].endswith("l.jpg"):
            told.wait(120)
        handler.give_json(look(server.garments), 201)

    server.answers["POST", "/api/v1/looks"] = slow
    browser.visit(HEAD + CANDIDATES)

    browser.ask_about(300, 300).garments()

    asked = [request.json["image_url"] for request in server.of("POST", "/api/v1/looks")]
    assert asked == [f"{CDN}/l.jpg", f"{CDN}/s.jpg"]
    told.set()


def test_pages_that_were_open_at_the_installation_are_entered(browser: Browser) -> None:
    """The page part comes again, finds itself there, and does not answer twice."""
    browser.visit()
    browser.worker.evaluate("() => chrome.runtime.onInstalled.dispatch({ reason: 'install' })")
    browser.ask_about(300, 300).garments()
    assert browser.page.evaluate("document.querySelectorAll('[popover]').length") == 1


def test_without_permission_the_toolbar_button_says_so(browser: Browser) -> None:
    browser.visit(PLAIN, "https://blog.example/other")
    browser.choose_menu_entry(srcUrl=PHOTO)
    assert browser.overlay.until(browser.badge, "a badge") == "!"
