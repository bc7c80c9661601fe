"""axe-core finds nothing in any state: wide and narrow, light and dark, and from right to left."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.pages import axe
from tests.pages.searches import answer_searches, found, open_first_garment
from tests.pages.test_pairing import answer_for, ask
from tests.support.browser_waiting import wait_on
from tests.support.choices import events, offers
from tests.support.server_process import running_server

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
    for path in ("about", "history", "saved", "catalogue", "extension", "pairing", "nosuch"):
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


def show(page: Page, photo_file: Path) -> None:
    page.set_input_files("#file", photo_file)
    expect(page.locator(".garment-row").first).to_be_visible()


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_while_a_picture_comes_and_where_it_fails(
    visit, photo_file, tmp_path, state
):
    page = visit(reduced_motion="reduce", **STATES[state])
    page.evaluate("document.body.dispatchEvent(new DragEvent('dragover', { bubbles: true }))")
    expect(page.locator("body.is-dropping")).to_be_visible()
    assert findings(page, state) == []
    held: list[Route] = []
    page.route("**/api/v1/looks", lambda route: held.append(route))  # noqa: PLW0108 - inspected
    page.set_input_files("#file", photo_file)
    wait_on(page, lambda: held, "the picture to be sent")
    expect(page.locator(".stage .notice .quiet-button")).to_be_visible()
    assert findings(page, state) == []
    held[0].abort()
    expect(page.locator(".trouble")).to_be_visible()
    assert findings(page, state) == []
    page.unroute("**/api/v1/looks")
    Image.new("RGB", (300, 400), "#7799bb").save(tmp_path / "sky.png")
    page.goto(page.url)
    page.set_input_files("#file", tmp_path / "sky.png")
    expect(page.locator(".side [role=alert]")).to_be_visible()
    assert findings(page, state) == []


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_while_frames_are_drawn_and_things_put_right(visit, photo_file, state):
    page = visit(reduced_motion="reduce", **STATES[state])
    show(page, photo_file)
    page.locator(".foot .button").nth(1).click()
    expect(page.locator(".frame-bar")).to_be_visible()
    assert findings(page, state) == []
    page.route("**/looks/*/garments", lambda route: route.abort())
    page.keyboard.press("Enter")
    expect(page.locator(".frame-bar.is-long")).to_be_visible()
    assert findings(page, state) == []
    page.keyboard.press("Escape")
    page.evaluate(
        """() => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/plain", "a shopping list");
          const pasted = new ClipboardEvent("paste", { clipboardData, bubbles: true });
          document.body.dispatchEvent(pasted);
        }"""
    )
    expect(page.locator(".mention")).to_be_visible()
    assert findings(page, state) == []
    page.locator(".garment-row").last.click()
    page.locator(".put-right").click()
    page.locator(".corrections > .choices:first-child .toggle").first.click()
    undo = page.locator(".side > .shop-notice .link")
    expect(undo).to_be_focused()
    assert findings(page, state) == []
    # The next test's picture is the same one.
    undo.click()
    expect(page.locator("#garment-name")).to_be_visible()


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_in_a_history_with_something_in_it(visit, site, photo_file, state):
    page = visit(reduced_motion="reduce", **STATES[state])
    show(page, photo_file)
    page.locator(".garment-row").first.click()
    with page.context.expect_page(), page.expect_response("**/api/v1/clicks"):
        page.locator(".offers .row").first.click()
    page.goto(f"{site.url}history")
    expect(page.locator(".opened").first).to_be_visible()
    assert findings(page, state) == []
    page.locator(".forget").first.click()
    expect(page.locator("#confirm")).to_be_visible()
    assert findings(page, state) == []
    page.locator("#confirm button[value=keep]").click()
    page.locator("#history-search").fill("no such thing")
    expect(page.locator(".empty")).to_be_visible()
    assert findings(page, state) == []
    page.route(
        "**/api/v1/history/keeping",
        lambda route: route.fulfill(json={"keep": False, "fixed": True}),
    )
    page.reload()
    expect(page.locator("#history-keeping p")).not_to_be_empty()
    assert findings(page, state) == []


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_where_providers_and_devices_are_looked_after(visit, site, state):
    asked = ask(site.server.url)
    page = visit(f"pairing?request={asked['id']}", reduced_motion="reduce", **STATES[state])
    expect(page.locator(".pairing-code")).to_be_visible()
    assert findings(page, state) == []
    page.locator(".pairing .button.is-first").click()
    expect(page.locator("#pairing [role=status]")).not_to_be_empty()
    answer_for(site.server.url, asked)
    assert findings(page, state) == []
    page.goto(f"{site.url}about")
    expect(page.locator("#device-list li")).to_be_visible()
    page.locator("#providers summary").first.click()
    page.locator("#phone-show").click()
    expect(page.locator("#phone-code .trouble")).to_be_visible()
    page.locator("[data-provider=catalog] .trial-start").click()
    expect(page.locator("[data-provider=catalog] .trial-words")).not_to_be_empty()
    expect(page.locator("[data-provider=catalog] .trial-start")).to_be_enabled()
    assert findings(page, state) == []
    page.locator("#device-list .button").click()
    expect(page.locator("#device-list li")).to_have_count(0)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory) -> Iterator[str]:
    """Address of a server with an access token."""
    settings = {"WTB_ACCESS_TOKEN": "open sesame, 열려라 참깨"}
    with running_server(tmp_path_factory.mktemp("guarded"), settings) as running:
        yield running.url


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_where_somebody_has_to_sign_in(visit, guarded, state):
    page = visit(url=f"{guarded}/", reduced_motion="reduce", **STATES[state])
    assert findings(page, state) == []
    page.locator("#token").fill("open barley")
    page.keyboard.press("Enter")
    expect(page.locator("#token-fault")).to_be_visible()
    assert findings(page, state) == []
    page.goto(f"{guarded}/enter#used-up")
    expect(page.locator("main [role=alert], main .button").first).to_be_visible()
    assert findings(page, state) == []
