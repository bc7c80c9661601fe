"""Where a page rounds a picture's corners, nothing is drawn outside them."""

import pytest

from tests.extension.browser import Browser
from tests.extension.shadow import Overlay
from tests.extension.sites import PHOTO
from tests.extension.test_overlay import HEAD

pytestmark = pytest.mark.browser

CLIP = "(root) => root.querySelector('.drawing').style.clipPath"
PLACE = "position: absolute; left: 100px; top: 60px; width: 450px; height: 600px;"
HALF = "width: 225px; height: 300px; scale: 2; transform-origin: 0 0;"
PHOTO_IN = f'<img alt="" src="{PHOTO}" style="width: 100%; height: 100%; display: block">'
ROUNDED = {
    "the picture": (f'<img alt="" src="{PHOTO}" style="{PLACE} border-radius: 24px">', "24px"),
    "what holds it": (
        f'<div style="{PLACE} border-radius: 24px; overflow: hidden">{PHOTO_IN}</div>',
        "24px",
    ),
    "a part of the whole": (
        f'<img alt="" src="{PHOTO}" style="{PLACE} border-radius: 20%">',
        "90px / 120px",
    ),
    "it is shown larger": (
        f'<img alt="" src="{PHOTO}" style="{PLACE} {HALF} border-radius: 12px">',
        "24px",
    ),
    "two of them": (
        f'<img alt="" src="{PHOTO}" style="{PLACE} border-radius: 24px 24px 0 0">',
        "24px 24px 0px 0px",
    ),
}


def clipped(overlay: Overlay, clip: str) -> None:
    overlay.until(lambda: overlay.ask(CLIP) == clip, f"the clip {clip}")


@pytest.mark.parametrize("name", ROUNDED)
def test_silhouettes_keep_within_round_corners(browser: Browser, name: str) -> None:
    html, corners = ROUNDED[name]
    browser.visit(HEAD + html)
    overlay = browser.ask_about(300, 300)
    overlay.garments()
    clipped(overlay, f"inset(0px round {corners})")


def test_an_edge_that_the_window_cuts_is_straight(browser: Browser) -> None:
    browser.visit(HEAD + ROUNDED["the picture"][0])
    overlay = browser.ask_about(300, 300)
    overlay.garments()
    browser.page.evaluate("scrollTo(0, 200)")
    clipped(overlay, "inset(140px 0px 0px round 0px 0px 24px 24px)")


def test_corners_of_what_only_lies_around_it_are_not_its_own(browser: Browser) -> None:
    browser.visit(f'{HEAD}<div style="{PLACE} border-radius: 24px">{PHOTO_IN}</div>')
    overlay = browser.ask_about(300, 300)
    overlay.garments()
    clipped(overlay, "inset(0px)")
