"""In a language that is read from right to left the web app is mirrored, and the picture is not."""

import json
import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.pages.searches import answer_searches
from tests.pages.test_picture import _DRAWN, corners, known_look
from tests.support import made_language
from tests.support.choices import events

pytestmark = pytest.mark.browser

_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
_WORDS = re.compile(r'(<script type="application/json" id="words">).*?(</script>)', re.DOTALL)
VIEWS = {"wide": {"width": 1280, "height": 800}, "narrow": {"width": 320, "height": 640}}


def mirror(page: Page) -> None:
    """Let every further page be in the made language, as if its file lay among the others."""
    words = json.dumps(made_language.words())

    def speak(route: Route) -> None:
        if route.request.resource_type != "document":
            route.fallback()
            return
        answer = route.fetch()
        text = answer.text().replace('lang="en" dir="ltr"', f'lang="{made_language.TAG}" dir="rtl"')
        route.fulfill(
            response=answer, body=_WORDS.sub(lambda found: found[1] + words + found[2], text)
        )

    page.route("**/*", speak)


def middle(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2


@pytest.mark.parametrize("view", VIEWS)
def test_the_way_to_an_offer_is_mirrored(visit, site, photo, photo_file, view):
    page = visit(viewport=VIEWS[view], reduced_motion="reduce")
    mirror(page)
    page.reload()
    assert not page.evaluate(_WIDE)
    answer_searches(page, lambda _: events())
    page.set_input_files("#file", photo_file)
    expect(page.locator(".garment").first).to_be_visible()
    # What is drawn lies where the garments are.
    look = known_look(site, photo)
    drawn, place = page.evaluate(_DRAWN)
    for shape, expected in zip(drawn, corners(look, place), strict=True):
        assert shape == pytest.approx(expected, abs=2)
    assert middle(page, ".garment-row .crop") > middle(page, ".garment-row .title")
    assert middle(page, ".garment-row > .icon") < middle(page, ".garment-row .title")
    if view == "wide":
        assert middle(page, ".side") < middle(page, ".stage")
    assert not page.evaluate(_WIDE)
    page.locator(".garment-row").first.click()
    expect(page.locator(".skeleton")).to_have_count(0)
    whole = middle(page, ".panel")
    assert middle(page, ".panel header > .round") > whole
    assert middle(page, ".put-right") < whole
    page.locator(".put-right").click()
    expect(page.locator(".corrections .toggle[aria-pressed]").first).to_be_visible()
    assert not page.evaluate(_WIDE)
    page.keyboard.press("Escape")
    page.locator(".filter-opener").click()
    page.locator(".more").first.click()
    menu = page.locator(".shop-menu")
    expect(menu).to_be_visible()
    box, panel = menu.bounding_box(), page.locator(".panel").bounding_box()
    assert box is not None
    assert panel is not None
    assert panel["x"] <= box["x"]
    assert box["x"] + box["width"] <= panel["x"] + panel["width"]
    assert not page.evaluate(_WIDE)


@pytest.mark.parametrize("view", VIEWS)
def test_the_pages_that_are_read_are_mirrored(visit, site, view):
    page = visit(viewport=VIEWS[view])
    mirror(page)
    for path in ("", "about", "history", "catalogue", "extension"):
        page.goto(site.url + path)
        expect(page.locator("[aria-busy]")).to_have_count(0)
        assert middle(page, ".brand .mark") > middle(page, "header nav"), path
        assert not page.evaluate(_WIDE), path
