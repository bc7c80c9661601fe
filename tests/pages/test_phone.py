"""A phone that scans a code, and who is signed in."""

import cv2
import numpy as np
import pytest
from playwright.sync_api import expect

from server.lan import lan_address
from tests.pages.axe import findings, turn
from tests.support.server_process import running_server

pytestmark = pytest.mark.browser

TOKEN = "open sesame, 열려라 참깨"
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"
)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """A server for the whole network, with an access token."""
    settings = {"WTB_ACCESS_TOKEN": TOKEN}
    arguments = ("--host", "0.0.0.0", "--port", "0")
    with running_server(tmp_path_factory.mktemp("lan"), settings, arguments=arguments) as running:
        yield running.url.replace("0.0.0.0", "127.0.0.1")


@pytest.fixture
def about(visit, guarded):
    """The privacy page of somebody who is signed in."""
    page = visit(url=f"{guarded}/about")
    page.get_by_label("Access token").fill(TOKEN)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="On your phone")).to_be_visible()
    expect(page.locator("[aria-busy]")).to_have_count(0)
    return page


@pytest.mark.skipif(lan_address() is None, reason="this machine is in no network")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_that_scans_the_code_is_signed_in_and_can_be_signed_out(about, visit, scheme):
    about.emulate_media(color_scheme=scheme)
    about.get_by_role("button", name="Show a code").click()
    code = about.get_by_role("img", name="QR code that signs one device in")
    expect(code).to_be_visible()
    expect(about.get_by_text("It works once, within 10 minutes.")).to_be_visible()
    assert findings(about) == []
    address = scanned(code.screenshot())
    assert address.startswith(f"http://{lan_address()}:")

    phone = visit(url=address, user_agent=IPHONE, **PHONE)
    expect(phone.locator("#file")).to_have_count(1)
    assert phone.url == address.partition("enter")[0]
    assert phone.evaluate("history.length") <= 2, "the link stays in the history"

    about.reload()
    row = about.locator("#session-list > li").filter(has_text="Safari on iPhone")
    expect(row).to_be_visible()
    for width in (1280, 320):
        about.set_viewport_size({"width": width, "height": 800})
        assert findings(about) == []
    turn(about)
    assert findings(about) == []
    row.get_by_role("button", name="Sign out Safari on iPhone").click()
    expect(row).to_have_count(0)
    phone.reload()
    expect(phone.get_by_role("heading", level=1)).to_have_text("This server asks who you are")


def test_a_code_that_was_used_says_so(visit, guarded):
    page = visit(url=f"{guarded}/enter#used")
    expect(page.get_by_role("alert")).to_contain_text("This code has ended")
    assert page.url == f"{guarded}/enter"


def test_where_no_phone_gets_the_page_says_what_to_do(visit):
    page = visit("/about")
    expect(page.locator("[aria-busy]")).to_have_count(0)
    page.get_by_role("button", name="Show a code").click()
    expect(page.get_by_role("alert")).to_contain_text("--host 0.0.0.0")


def scanned(png):
    """Read the QR code of a screenshot, as a camera would."""
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    return cv2.QRCodeDetector().detectAndDecode(picture)[0]
