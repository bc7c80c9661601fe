"""axe-core finds nothing in any state: wide and narrow, light and dark, and from right to left."""

import pytest
from playwright.sync_api import Page, expect

from tests.pages import axe
from tests.pages.searches import answer_searches, found, open_first_garment
from tests.support.choices import events, offers

pytestmark = pytest.mark.browser

STATES = {
    "wide": {"viewport": {"width": 1280, "height": 800}},
    "narrow": {"viewport": {"width": 320, "height": 600}},
    "dark": {"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark"},
    "right to left": {"viewport": {"width": 390, "height": 844}},
    "Korean on its side": {"viewport": {"width": 844, "height": 390}, "locale": "ko-KR"},
}


def findings(page: Page, state: str) -> list[str]:
    if state == "right to left":
        axe.turn(page)
    return axe.findings(page)


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_on_the_way_to_an_offer(visit, photo_file, state):
    page = visit(reduced_motion="reduce", **STATES[state])
    assert findings(page, state) == []
    page.locator("#url").fill("nonsense")
    page.keyboard.press("Enter")
    expect(page.locator("#address-fault")).to_be_visible()
    assert findings(page, state) == []
    page.set_input_files("#file", photo_file)
    expect(page.locator(".garment-row").first).to_be_visible()
    assert findings(page, state) == []
    page.locator(".garment-row").first.click()
    expect(page.locator(".skeleton")).to_have_count(0)
    page.locator(".receipt summary").click()
    assert findings(page, state) == []
    page.locator(".put-right").click()
    expect(page.locator(".corrections .toggle").first).to_be_visible()
    assert findings(page, state) == []


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_where_offers_are_chosen(visit, photo_file, state):
    page = visit(reduced_motion="reduce", **STATES[state])
    answer_searches(page, lambda _: events())
    page.set_input_files("#file", photo_file)
    page.locator(".garment-row").first.click()
    expect(page.locator(".skeleton")).to_have_count(0)
    page.locator(".filter-opener").click()
    page.locator(".filters .toggle").nth(1).click()
    assert findings(page, state) == []
    page.locator(".more").first.click()
    assert findings(page, state) == []
    page.keyboard.press("Escape")
    page.get_by_label("What else" if "locale" not in STATES[state] else "어떤 것이어야").fill(
        "blue"
    )
    page.keyboard.press("Enter")
    expect(page.locator(".refine-chip[aria-pressed=true]")).to_have_count(1)
    expect(page.locator(".skeleton")).to_have_count(0)
    assert findings(page, state) == []
    page.keyboard.press("Escape")
    page.locator(".foot .button").first.click()
    expect(page.locator(".outfit .skeleton")).to_have_count(0)
    assert findings(page, state) == []


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_on_the_pages_that_are_read(visit, site, state):
    page = visit(reduced_motion="reduce", **STATES[state])
    for path in ("about", "history", "saved", "extension", "pairing", "nosuch"):
        page.goto(site.url + path)
        expect(page.locator("[aria-busy]")).to_have_count(0)
        assert findings(page, state) == [], path


FACTS = [
    {"sizes": ["S"], "also_in": ["XL"], "brand": "Acme", "gender": "female"},
    {"sizes": ["42"], "brand": "Kite & Sons", "gender": "male", "availability": "in_stock"},
]
PREPARING = {"left": 300, "hidden": 300, "total": 1200, "going": True, "seconds_left": 170.0}


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_among_menus_wishes_and_while_pictures_are_prepared(
    visit, photo_file, site, state
):
    page = visit(reduced_motion="reduce", **STATES[state])
    made = [
        offer | {"id": f"o{n}", "sellers": []} | facts
        for n, (offer, facts) in enumerate(zip(offers()[1:3], FACTS, strict=True))
    ]
    answer_searches(page, lambda _: found(made, preparing=PREPARING))
    page.route(
        "**/api/v1/catalog/preparing", lambda route: route.fulfill(json={"preparing": PREPARING})
    )
    open_first_garment(page, photo_file)
    expect(page.locator(".preparing progress")).to_be_visible()
    page.locator(".filter-opener").click()
    expect(page.locator(".refine-menu select")).to_have_count(3)
    page.locator(".refine-menu select").first.select_option("XL")
    expect(page.locator(".refine-menu.is-on")).to_be_visible()
    expect(page.locator(".skeleton")).to_have_count(0)
    assert findings(page, state) == []
    for offer in range(2):
        page.locator(".more").nth(offer).click()
        page.locator(".shop-choice").nth(1 + offer).click()
    expect(page.locator(".shop-notice-text")).not_to_be_empty()
    assert findings(page, state) == []
    page.goto(f"{site.url}about")
    expect(page.locator("#wishes .wish, #wishes li").first).to_be_visible()
    expect(page.locator("[aria-busy]")).to_have_count(0)
    assert findings(page, state) == []
