"""Problems are explained in plain words, with what to do; pixels go where addresses fail."""

import io
import socket

import numpy as np
import pytest
from PIL import Image

from tests.extension.browser import ELSEWHERE, PLAIN, Browser
from tests.extension.sites import PHOTO
from tests.support.contract_server import (
    REQUEST_ID,
    Asked,
    ContractServer,
    Handler,
    look,
    problem,
)

pytestmark = pytest.mark.browser

LOOKS = ("POST", "/api/v1/looks")
REFUSALS = ["fetch-failed", "address-not-allowed", "fetch-timeout", "not-a-picture"]


def refuse_addresses(server: ContractServer, code: str) -> None:
    """Answer 422 to every address, and a look to every upload."""

    def answer(handler: Handler) -> None:
        if handler.headers["Content-Type"] == "application/json":
            handler.give_problem(422, code)
        else:
            handler.give_json(look(), 201)

    server.answers[LOOKS] = answer


def uploaded(asked: Asked) -> Image.Image:
    """Return the picture in a multipart body."""
    boundary = asked.headers["content-type"].partition("boundary=")[2].encode()
    part = next(p for p in asked.body.split(b"--" + boundary) if b'name="image"' in p)
    return Image.open(io.BytesIO(part.partition(b"\r\n\r\n")[2]))


@pytest.mark.parametrize("code", REFUSALS)
def test_pixels_follow_where_the_address_fails(
    browser: Browser, server: ContractServer, code: str
) -> None:
    """Neither CORS nor CORP keep the worker from what the user sees."""
    refuse_addresses(server, code)
    browser.sites.picture_headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    browser.ask_about_photo()
    by_address, by_pixels = server.of(*LOOKS)
    assert by_address.json["image_url"] == PHOTO
    assert uploaded(by_pixels).size == (600, 800)
    assert PHOTO.encode() in by_pixels.body, "the address goes along, for links"


def test_pixels_through_cors_where_the_network_allows_it(
    browser: Browser, server: ContractServer
) -> None:
    refuse_addresses(server, "fetch-failed")
    browser.sites.picture_headers["Access-Control-Allow-Origin"] = "*"
    photo = "https://pictures.example/photo.jpg"
    browser.visit(PLAIN.replace(PHOTO, photo))
    browser.ask_about(300, 300).garments()
    assert uploaded(server.of(*LOOKS)[-1]).size == (600, 800)


def test_a_photo_of_the_tab_where_nothing_else_helps(
    browser: Browser, server: ContractServer
) -> None:
    """Cut to the picture, without our own overlay on it, and laid over what was cut."""
    refuse_addresses(server, "fetch-failed")
    page = browser.visit(PLAIN.replace(PHOTO, "https://pictures.example/photo.jpg"), ELSEWHERE)
    page.evaluate("photo.style.top = '400px'")
    plain = np.asarray(Image.open(io.BytesIO(page.screenshot())).convert("RGB"), int)
    browser.grant_active_tab()
    browser.choose_menu_entry(srcUrl="https://pictures.example/photo.jpg")
    browser.overlay.garments()

    photo = uploaded(server.of(*LOOKS)[-1])
    assert photo.size == (450, 400), "what of it is in the window"
    difference = np.abs(np.asarray(photo.convert("RGB"), int) - plain[400:800, 100:550])
    assert difference.mean() < 3
    drawing = browser.overlay.rect(".drawing")
    assert (drawing["y"], drawing["height"]) == (400, 400)


def test_out_of_reach(browser: Browser, server: ContractServer) -> None:
    refuse_addresses(server, "fetch-failed")
    photo = "https://pictures.example/photo.jpg"
    browser.visit(PLAIN.replace(PHOTO, photo))
    browser.ask_about(300, 300).wait_text("This picture is out of reach")
    browser.overlay.wait_text("Open the picture in a tab of its own")


SAID = {
    "unauthorized": (401, "The access token is missing or wrong", "Ask to be allowed"),
    "queue-full": (503, "Your server is busy", "Try again"),
    "not-ready": (503, "Your server is starting", "Try again"),
    "origin-not-allowed": (403, "Your server does not know this browser yet", "Ask to be allowed"),
    "host-not-allowed": (403, "The server does not go by this name", "Try again"),
    "a-new-code": (500, "Something went wrong", "Try again"),
}


@pytest.mark.parametrize("code", SAID)
def test_errors_in_plain_words(browser: Browser, server: ContractServer, code: str) -> None:
    status, title, first = SAID[code]
    server.answers[LOOKS] = problem(status, code, "What happened.", "What to do.")
    browser.visit()
    overlay = browser.ask_about(300, 300)
    overlay.wait_text(title)
    assert overlay.ask("(root) => root.activeElement.innerText") == first
    if code == "a-new-code":
        overlay.wait_text("What happened. What to do.")


def test_the_requests_name_in_the_servers_log_is_selected_by_one_click(
    browser: Browser, server: ContractServer
) -> None:
    server.answers[LOOKS] = problem(500, "internal-error")
    browser.visit()
    overlay = browser.ask_about(300, 300)
    overlay.wait_text(f"Request id {REQUEST_ID}")
    overlay.click(".request code")
    overlay.wait("(root, id) => root.getSelection().toString() === id", REQUEST_ID)


def test_trying_again(browser: Browser, server: ContractServer) -> None:
    server.answers[LOOKS] = problem(503, "queue-full")
    browser.visit()
    overlay = browser.ask_about(300, 300)
    overlay.wait_text("Your server is busy")
    server.answers.clear()
    browser.page.keyboard.press("Enter")
    overlay.garments()


def test_a_server_that_does_not_run(browser: Browser) -> None:
    # Bound, so that nobody else gets it meanwhile, but not listened to.
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
        browser.set(server=address)
        browser.visit()
        overlay = browser.ask_about(300, 300)
        overlay.wait_text("Your server does not answer")
        overlay.wait_text("make run")
        overlay.wait_text(address)


def test_an_address_that_the_browser_was_not_asked_about(
    browser: Browser, server: ContractServer
) -> None:
    browser.set(server=server.url.replace("127.0.0.1", "localhost"))
    browser.visit()
    browser.ask_about(300, 300).wait_text("The browser blocks your server's address")


NONSENSE = {
    "not JSON": b"<html>Hello</html>",
    "another program": b'{"hello": "world"}',
    "a broken look": b'{"id": "x", "width": 0, "height": 0, "garments": []}',
    "an id that is a path": b'{"id": "../history", "width": 9, "height": 9, "garments": []}',
}


@pytest.mark.parametrize("name", NONSENSE)
def test_answers_without_sense(browser: Browser, server: ContractServer, name: str) -> None:
    server.answers[LOOKS] = lambda h: h.give(NONSENSE[name], "application/json", 201)
    browser.visit()
    browser.ask_about(300, 300).wait_text("The server's answer makes no sense")


def test_no_garment_is_said_kindly(browser: Browser, server: ContractServer) -> None:
    server.garments = []
    browser.visit()
    overlay = browser.ask_about(300, 300)
    overlay.wait_text("No garment found")
    # After drawing a frame.
    browser.page.keyboard.press("Tab")
    browser.page.keyboard.press("Enter")
    overlay.wait_text("Click a picture")


def test_waiting_shows_a_spinner_with_words_and_can_be_left(
    browser: Browser, server: ContractServer
) -> None:
    server.gate.clear()

    def hang(handler: Handler) -> None:
        server.gate.wait(30)

    server.answers[LOOKS] = hang
    browser.visit()
    overlay = browser.ask_about(300, 300)
    overlay.wait_text("Finding the clothes")
    overlay.wait("(root) => root.querySelector('.spinner').checkVisibility()")
    delay = "(root) => getComputedStyle(root.querySelector('.notice')).animationDelay"
    assert overlay.ask(delay) == "0.15s"
    browser.page.keyboard.press("Escape")
    overlay.wait_gone()


def test_the_token_goes_to_the_server_only(browser: Browser, server: ContractServer) -> None:
    browser.set(token="open sesame")
    browser.ask_about_photo()
    assert server.of(*LOOKS)[0].headers["authorization"] == "Bearer open sesame"
    assert browser.read_storage_from_page() == "refused"


def test_a_redirect_is_not_followed_with_the_token(
    browser: Browser, server: ContractServer
) -> None:
    def redirect(handler: Handler) -> None:
        handler.send_response(307)
        handler.send_header("Location", f"{server.url}/elsewhere")
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    server.answers[LOOKS] = redirect
    browser.set(token="open sesame")
    browser.visit()
    browser.ask_about(300, 300).wait_text("Your server does not answer")
    assert not server.of("POST", "/elsewhere")
