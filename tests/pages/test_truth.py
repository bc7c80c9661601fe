"""What the panel says of offers, and of what was sent: nothing that is not so."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.pages.searches import answer_searches, open_first_garment
from tests.support.browser_waiting import wait_on
from tests.support.choices import offers

pytestmark = pytest.mark.browser

SENDING = {
    "provider": "ucp", "title": "Shopify's catalogue", "host": "catalog.example", "method": "POST",
    "at": "2026-11-28T12:00:00Z", "what": ["crop", "words"], "words": "black skirt",
    "crop_bytes": 20_000, "sent_bytes": 27_000, "outcome": "answered", "status": 200,
    "answer_bytes": 5_000,
}  # fmt: skip
RECEIPT = {"id": "0" * 32, "look_id": "1" * 32, "garment": 1, "at": "2026-11-28T12:00:00Z"}


@pytest.fixture
def told(visit, photo_file):
    """The page after a search that had these events."""

    def make(*events: dict, before: Callable[[Page], None] = lambda _: None, **options) -> Page:
        page = visit(**options)
        before(page)
        answer_searches(page, lambda _: events)
        open_first_garment(page, photo_file)
        return page

    return make


def found(*changes: dict) -> dict:
    plain = offers()[0]
    made = [
        plain | {"id": f"o{number}", "title": f"Offer {number}", "sellers": []} | change
        for number, change in enumerate(changes)
    ]
    return {"event": "offers", "provider": "catalog", "offers": made}


def done(event: dict | None = None, *sendings: dict, answered: tuple[str, ...] = ()) -> dict:
    order = [offer["id"] for offer in event["offers"]] if event else []
    receipt = RECEIPT | {"sendings": [SENDING | sending for sending in sendings]}
    return {
        "event": "done", "order": order, "left_out": {}, "answered": list(answered),
        "receipt": receipt,
    }  # fmt: skip


OTHER = {"score": -0.4, "same_category": False, "similarity": 0.9}
UNLIKE = {"score": 0.05, "close": False, "similarity": 0.05}
FAILED = {"event": "failed", "provider": "ucp", "reason": "no", "code": "provider-unreachable"}


def status(page: Page):
    return page.locator(".panel .status")


def test_what_is_far_off_is_left_out_counted_and_can_be_shown(told):
    event = found({}, {}, {}, OTHER, UNLIKE, UNLIKE)
    page = told(event, done(event, answered=("catalog",)))
    expect(page.locator(".offers > li")).to_have_count(3)
    expect(status(page)).to_have_text("3 offers, most similar first")
    expect(page.locator(".left-out")).to_contain_text("Of another category: 1. Hardly alike: 2.")
    page.get_by_role("button", name="Show all").click()
    expect(page.locator(".offers > li")).to_have_count(6)
    expect(page.locator(".offers > li").filter(has_text="another category")).to_have_count(1)


def test_nothing_close_enough_is_said_and_only_the_nearest_three_are_shown(told):
    event = found(*[UNLIKE] * 24)
    page = told(event, done(event, answered=("catalog",)))
    expect(status(page)).to_have_text("Nothing close enough in the shops that answered.")
    expect(page.locator(".offers > li")).to_have_count(3)


def test_what_was_not_asked_for_does_not_fill_the_list(told):
    """Hardly alike and of another brand: it is not shown for want of something better."""
    other_brand = UNLIKE | {"against": "asked_brand"}
    event = found(UNLIKE, other_brand, OTHER | {"against": "asked_brand"})
    page = told(event, done(event, answered=("catalog",)))
    expect(page.locator(".offers > li")).to_have_count(1)
    expect(page.locator(".offers > li")).to_contain_text("Offer 0")
    page.get_by_role("button", name="Show all").click()
    expect(page.locator(".offers > li")).to_have_count(3)


def test_shops_without_the_category_are_said_to_have_none_of_it(told):
    event = found(OTHER, OTHER)
    page = told(event, done(event, answered=("catalog",)))
    expect(status(page)).to_contain_text("Nothing of this category (“")
    expect(page.locator(".alike").first).to_have_text("another category")


@pytest.mark.parametrize(
    ("events", "answered", "said"),
    [
        ((), ("catalog",), "No shop has anything like it yet."),
        ((FAILED,), (), "No shop answered this time."),
        ((), (), "No shop was asked"),
    ],
)
def test_no_shop_has_it_is_said_only_of_shops_that_answered(told, events, answered, said):
    page = told(*events, done(answered=answered))
    expect(status(page)).to_contain_text(said)


@pytest.mark.parametrize(
    ("sendings", "said"),
    [
        ([{}], "The cut-out and its words were sent to Shopify's catalogue."),
        ([{"what": ["words"]}], "Sent to Shopify's catalogue: its words."),
        ([{"outcome": "not sent"}], "Nothing left your own server."),
        ([{"what": [], "words": None}], "Nothing left your own server."),
        ([], "Nothing left your own server."),
    ],
)
def test_only_what_was_sent_is_said_to_be(told, sendings, said):
    page = told(done(None, *sendings))
    expect(page.locator(".sent > span")).to_have_text(said)


def test_the_receipt_shows_each_request_and_is_saved_as_json(told):
    page = told(done(None, {}, {"outcome": "not sent", "host": "gone.example", "what": []}))
    page.locator(".receipt summary").focus()
    page.keyboard.press("Enter")
    lines = page.locator(".receipt li")
    expect(lines).to_have_count(2)
    expect(lines.first).to_contain_text("catalog.example")
    expect(lines.first).to_contain_text("the cut-out (20 kB) and “black skirt” (27 kB in all)")
    expect(lines.first).to_contain_text("Came back: 5 kB")
    expect(lines.last).to_contain_text("Not sent: no connection")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as JSON").click()
    kept = json.loads(saved.value.path().read_text(encoding="utf-8"))
    assert kept["sendings"][0]["host"] == "catalog.example"


def test_a_receipt_that_was_opened_stays_open_when_the_providers_titles_arrive(told):
    held: list[Route] = []

    def keep(route: Route) -> None:
        held.append(route)

    def hold(page: Page) -> None:
        page.route("**/api/v1/providers", keep)

    page = told(done(None, {}), before=hold)
    expect(page.locator(".receipt li")).to_have_count(1)
    page.locator(".receipt summary").click()
    expect(page.locator(".receipt")).to_have_attribute("open", "")
    wait_on(page, lambda: held, "the question for providers")
    with page.expect_response("**/api/v1/providers"):
        held[0].continue_()
    expect(page.locator(".sent > span")).to_contain_text("Shopify's catalogue")
    expect(page.locator(".receipt")).to_have_attribute("open", "")


def test_a_search_for_real_has_a_receipt(visit, photo_file):
    page = visit()
    page.set_input_files("#file", photo_file)
    page.locator(".garment-row").first.click()
    expect(page.locator(".sent")).to_contain_text("were sent to Shopify's catalogue")
    page.locator(".receipt summary").click()
    expect(page.locator(".receipt li").first).to_contain_text("127.0.0.1")


def test_a_shop_that_is_blocked_after_all_were_shown_is_gone_from_list_and_count(told):
    event = found({}, {"shop": "Other Shop", "link": "https://other.example/"}, UNLIKE)
    page = told(event, done(event, answered=("catalog",)))
    page.get_by_role("button", name="Filter").click()
    page.get_by_role("button", name="Second-hand").click()
    page.get_by_role("button", name="Show all").click()
    expect(page.locator(".offers > li")).to_have_count(3)
    page.get_by_role("button", name="More about Other Shop").click()
    page.get_by_role("button", name="Block Other Shop", exact=True).click()
    expect(page.locator(".offers > li").filter(has_text="Other Shop")).to_have_count(0)
    expect(status(page)).to_have_text("2 of 3 offers, most similar first")


def test_what_went_wrong_is_said_once(told):
    page = told()
    title = "The search was cut off"
    expect(page.get_by_role("alert")).to_contain_text(title)
    assert page.locator(".panel").inner_text().count(title) == 1


def test_the_chosen_garment_keeps_its_colours(told):
    event = found({})
    page = told(event, done(event), reduced_motion="reduce")
    box = page.locator(".garment[aria-pressed=true] .shape").bounding_box()
    assert box is not None
    page.mouse.move(5, 5)
    middle = {"x": box["x"] + box["width"] / 2 - 10, "y": box["y"] + box["height"] / 2 - 10,
              "width": 20, "height": 20}  # fmt: skip
    with_outlines = page.screenshot(clip=middle)
    page.locator(".silhouettes").evaluate("element => { element.style.display = 'none'; }")
    assert page.screenshot(clip=middle) == with_outlines


def test_outlines_are_curves_and_keep_their_width_at_any_zoom(told):
    page = told(done())
    shape = page.locator(".garment .shape").first
    assert "Q" in (shape.get_attribute("d") or "")
    assert shape.evaluate("one => getComputedStyle(one).vectorEffect") == "non-scaling-stroke"
