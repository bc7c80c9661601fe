"""What is asked for in words and by chips, and what is done with an offer that was found."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Response, Route, expect

from tests.pages import axe
from tests.pages.searches import Event, Query, answer_searches, found, open_first_garment
from tests.support.browser_waiting import wait_on
from tests.support.choices import offers

pytestmark = pytest.mark.browser


@pytest.fixture
def told(visit, photo_file):
    """A page whose searches find three offers; with what was asked for, one of them is marked."""

    def make(**options) -> Page:
        page = visit(**options)

        def events(query: Query) -> list[Event]:
            asked = "colour" in query or "word" in query
            return found(
                [
                    offers()[0]
                    | {"id": f"o{n}", "title": f"Offer {n}", "shop": f"Shop {n}", "sellers": []}
                    | {"against": "asked_colour" if asked and n == 1 else None, "picture": "/x.jpg"}
                    | {"price": f"{n + 1}0.00", "converted": None}
                    for n in range(5)
                ]
            )

        page.queries = answer_searches(page, events)
        page.set_input_files("#file", photo_file)
        page.locator(".garment-row").first.click()
        expect(page.locator(".results > .offers > li")).to_have_count(5)
        return page

    return make


def rows(page: Page):
    return page.locator(".results > .offers > li")


def searched(page: Page, fits) -> dict[str, list[str]]:
    """Wait until what was asked for last is this, and return it."""
    wait_on(page, lambda: fits(page.queries[-1]), "the search")
    return page.queries[-1]


def chip(page: Page, name: str):
    return page.get_by_role("button", name=name, exact=True)


def test_words_are_understood_sent_to_the_sources_and_what_else_came_is_counted(told):
    page = told()
    page.get_by_label("What else should it be?").fill("Blue linen under 45 euros")
    page.keyboard.press("Enter")
    expect(chip(page, "Blue")).to_have_attribute("aria-pressed", "true")
    expect(chip(page, "Under €45")).to_have_attribute("aria-pressed", "true")
    expect(chip(page, "“linen”")).to_have_attribute("aria-pressed", "true")
    sent = searched(page, lambda query: "colour" in query)
    assert (sent["colour"], sent["word"], sent["mark"]) == (["blue"], ["linen"], ["true"])
    assert (sent["max_price"], sent["currency"]) == (["45"], ["EUR"])
    expect(page.locator(".left-out")).to_contain_text("Not blue: 1.")
    page.get_by_role("button", name="Show all").click()
    expect(rows(page)).to_have_count(5)
    expect(rows(page).last).to_contain_text("another colour")


def test_chips_work_by_touch_and_the_address_keeps_what_was_asked_for(told):
    page = told(has_touch=True, viewport={"width": 390, "height": 844})
    chip(page, "Red").tap()
    expect(rows(page)).to_have_count(4)
    searched(page, lambda query: query.get("colour") == ["red"])
    expect(page).to_have_url(re.compile("wanted_colour=red"))
    before = len(page.queries)
    page.reload()
    expect(chip(page, "Red")).to_have_attribute("aria-pressed", "true")
    again = searched(page, lambda _: len(page.queries) > before)
    assert again["colour"] == ["red"]
    expect(rows(page)).to_have_count(4)
    chip(page, "Red").tap()
    expect(rows(page)).to_have_count(5)
    searched(page, lambda query: "colour" not in query)
    expect(page).not_to_have_url(re.compile("wanted_colour"))


def test_limits_and_shops_are_offered_from_what_was_found(told):
    page = told()
    page.get_by_role("button", name=re.compile(r"^Under \$\d+$")).first.click()
    expect(page.locator(".left-out")).to_contain_text("Left out by your choice")
    searched(page, lambda query: "max_price" in query)
    chip(page, "Shop 2").click()
    expect(chip(page, "Shop 2")).to_have_attribute("aria-pressed", "true")
    searched(page, lambda query: query.get("only_shop") == ["Shop 2"])


def test_what_cannot_be_understood_is_said_below_the_field(told):
    page = told()
    page.route("**/api/v1/asked?*", lambda route: route.abort())
    page.get_by_label("What else should it be?").fill("blue")
    page.get_by_role("button", name="Search for it").click()
    expect(page.locator(".refine [role=alert]")).to_contain_text("Your server does not answer")


@pytest.fixture
def searching(visit, photo_file):
    """The page with the offers that the server really finds."""

    def make(**options) -> Page:
        page = visit(**options)
        page.set_input_files("#file", photo_file)
        page.locator(".garment-row").first.click()
        expect(page.locator(".skeleton")).to_have_count(0)
        return page

    return make


def is_put(answer: Response) -> bool:
    """Return whether an answer is to an offer that was put away, or back."""
    return answer.request.method == "PATCH"


def choose(page: Page, row, entry: str) -> None:
    row.get_by_role("button", name=re.compile("^More about")).click()
    page.get_by_role("button", name=entry, exact=True).click()


def test_an_offer_that_is_not_the_same_goes_stays_away_and_comes_back(searching):
    page = searching()
    tee = rows(page).filter(has_text="Navy Tee")
    expect(tee).to_have_count(1)
    with page.expect_response(is_put) as kept:
        choose(page, tee, "Not the same")
    assert kept.value.status == 204
    expect(page.get_by_role("status").filter(has_text="“Navy Tee” was put away.")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.reload()
    expect(page.locator(".left-out")).to_contain_text("Put away by you: 1.")
    expect(tee).to_have_count(0)
    page.get_by_role("button", name="Show all").click()
    with page.expect_response(is_put):
        choose(page, tee, "It is the same after all")
    expect(page.get_by_role("status").filter(has_text="is back")).to_be_visible()
    page.reload()
    expect(tee).to_have_count(1)
    expect(page.locator(".skeleton")).to_have_count(0)
    expect(page.locator(".panel")).not_to_contain_text("Put away by you")


def test_undo_brings_an_offer_back_at_once(searching):
    page = searching()
    tee = rows(page).filter(has_text="Navy Tee")
    with page.expect_response(is_put):
        choose(page, tee, "Not the same")
    expect(tee).to_have_count(0)
    # The next test's server is the same one.
    with page.expect_response(is_put) as kept:
        page.keyboard.press("Enter")
        expect(tee).to_have_count(1)
    assert kept.value.status == 204


def test_an_offers_own_picture_becomes_what_is_looked_for_and_back_leads_back(searching):
    page = searching()
    first = page.url
    choose(page, rows(page).filter(has_text="Navy Tee"), "More like this")
    expect(page.locator(".origin")).to_contain_text("More like “Navy Tee”")
    expect(page.locator(".garment[aria-pressed=true]")).to_have_count(1)
    expect(page).not_to_have_url(first)
    page.reload()
    page.locator(".origin").get_by_role("button", name="Back").click()
    expect(page).to_have_url(first)
    expect(page.locator(".panel h2")).to_be_visible()
    expect(page.locator(".origin")).to_have_count(0)


def test_the_whole_outfit_has_a_section_a_garment_each_with_its_best_offers(told):
    page = told()
    page.get_by_role("button", name="All garments").click()
    page.get_by_role("button", name="The whole outfit").click()
    parts = page.locator(".outfit-part")
    expect(parts.first).to_be_visible()
    for part in parts.all():
        expect(part.locator(".offers > li")).to_have_count(3)
    expect(page.locator(".outfit .status")).to_have_text("The most similar of each")
    parts.last.get_by_role("button", name=re.compile("^All offers for")).click()
    expect(rows(page)).to_have_count(5)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="The whole outfit").click()
    page.keyboard.press("Escape")
    expect(page.locator(".garment-row").first).to_be_visible()


FACTS = [
    {"sizes": ["S"], "also_in": ["XL", "M"], "brand": "Acme", "gender": "female"},
    {"sizes": ["s", "2XL"], "brand": "Kite", "gender": "male", "availability": "in_stock"},
    {"sizes": ["42"], "also_in": ["38.5"], "brand": "acme", "gender": "unisex"},
    {"sizes": ["One size"], "availability": "out_of_stock"},
    {},
]


@pytest.fixture
def differing(visit, photo_file):
    """A page whose searches find five offers that say of what brand, size and so on they are."""

    def make(facts=FACTS, **options) -> Page:
        page = visit(**options)

        def events(query: Query) -> list[Event]:
            against = "asked_size" if "size" in query else None
            return found(
                [
                    offers()[0]
                    | {"id": f"o{n}", "title": f"Offer {n}", "sellers": [], "picture": "/x.jpg"}
                    | {"against": against if n else None}
                    | each
                    for n, each in enumerate(facts)
                ]
            )

        page.queries = answer_searches(page, events)
        open_first_garment(page, photo_file)
        return page

    return make


def menu(page: Page, name: str):
    """Return a menu that lies among the filters, which are opened."""
    filters = page.get_by_role("button", name=re.compile("^Filter"))
    if filters.get_attribute("aria-expanded") == "false":
        filters.click()
    return page.get_by_role("combobox", name=name, exact=True)


def choices(page: Page, name: str) -> list[str]:
    expect(menu(page, name)).to_be_visible()
    return menu(page, name).locator("option").all_text_contents()


def test_menus_offer_what_the_offers_differ_in(differing):
    page = differing()
    assert choices(page, "Size") == ["Size", "S", "M", "XL", "2XL", "38.5", "42", "One size"]
    assert choices(page, "Brand") == ["Brand", "Acme", "Kite"]
    assert choices(page, "For whom") == ["For whom", "For women", "For men"]
    expect(chip(page, "In stock")).to_have_attribute("aria-pressed", "false")


def test_where_offers_do_not_differ_there_is_no_menu(differing):
    page = differing([{"sizes": ["M"], "brand": "Acme", "gender": "male"}] * 2)
    expect(rows(page)).to_have_count(2)
    page.get_by_role("button", name="Filter").click()
    expect(page.locator(".filters")).to_be_visible()
    expect(page.get_by_role("combobox")).to_have_count(0)
    expect(chip(page, "In stock")).to_have_count(0)


def test_what_is_there_does_not_move_when_offers_come(differing, photo_file):
    """Chips, sort and filters have their places before the first offer has come."""
    page = differing()
    places = """async () => {
      const ends = document.getAnimations()
        .filter((one) => one.effect.getComputedTiming().endTime < Infinity);
      await Promise.allSettled(ends.map((one) => one.finished));
      return [".refine-chip", ".choice", ".offers"].map((selector) => {
        const { x, y } = document.querySelector(selector).getBoundingClientRect();
        return [selector, x, y];
      });
    }"""
    held = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(re.compile(r"/garments/\d+/offers\?"), hold)
    page.reload()
    expect(page.locator(".skeleton").first).to_be_visible()
    expect(page.locator(".refine-chip").first).to_be_visible()
    wait_on(page, lambda: held, "the search")
    before = page.evaluate(places)
    held[0].fallback()
    expect(rows(page)).to_have_count(5)
    assert page.evaluate(places) == before


def test_what_the_menus_ask_for_has_a_chip_that_takes_it_back(differing):
    page = differing()
    menu(page, "Size").select_option("XL")
    expect(page.get_by_role("button", name="Filter, 1 in use")).to_be_visible()
    chip(page, "XL").click()
    expect(chip(page, "XL")).to_have_count(0)
    searched(page, lambda query: "size" not in query)
    expect(menu(page, "Size")).to_have_value("")


def test_filters_stay_where_nothing_has_the_size_that_was_asked_for(differing):
    page = differing()
    menu(page, "Size").select_option("XL")
    expect(page.locator(".skeleton")).to_have_count(0)
    page.unroute_all()
    answer_searches(page, lambda _: found([]))
    menu(page, "For whom").focus()
    menu(page, "For whom").select_option("For men")
    expect(rows(page)).to_have_count(0)
    expect(menu(page, "For whom")).to_be_focused()
    expect(menu(page, "Size")).to_have_value("XL")


def test_a_size_is_asked_for_by_keyboard_kept_in_the_address_and_taken_back(differing):
    page = differing()
    menu(page, "Size").focus()
    page.keyboard.type("M")
    expect(menu(page, "Size")).to_have_value("M")
    assert page.queries[-1]["size"] == ["M"]
    expect(menu(page, "Size")).to_be_focused()
    expect(page.locator(".left-out")).to_contain_text("Not said to be there in M: 4.")
    assert parse_qs(urlsplit(page.url).query)["size"] == ["M"]
    page.reload()
    expect(menu(page, "Size")).to_have_value("M")
    assert page.queries[-1]["size"] == ["M"]
    # What was chosen can be taken back, also by the browser's own button.
    menu(page, "Size").select_option("")
    expect(page.locator(".left-out")).to_be_hidden()
    assert "size" not in page.queries[-1]
    assert "size" not in page.url
    assert choices(page, "Size")[0] == "Size"


def test_brand_whom_it_is_for_and_stock_are_asked_for_together(differing):
    page = differing(has_touch=True, viewport={"width": 320, "height": 700})
    menu(page, "Brand").select_option("Acme")
    menu(page, "For whom").select_option("For women")
    chip(page, "In stock").tap()
    expect(chip(page, "In stock")).to_have_attribute("aria-pressed", "true")
    sent = page.queries[-1]
    asked = (sent["brand"], sent["gender"], sent["availability"])
    assert asked == (["Acme"], ["female"], ["in_stock"])
    shared = page.url
    page.goto(shared)
    expect(menu(page, "Brand")).to_have_value("Acme")
    expect(menu(page, "For whom")).to_have_value("female")
    expect(chip(page, "In stock")).to_have_attribute("aria-pressed", "true")
    chip(page, "In stock").tap()
    expect(chip(page, "In stock")).to_have_attribute("aria-pressed", "false")
    assert "availability" not in page.queries[-1]


def test_nonsense_in_the_address_asks_for_nothing(differing):
    page = differing()
    page.goto(f"{page.url}&gender=robots&availability=maybe&size={'x' * 60}")
    expect(rows(page)).to_have_count(5)
    assert page.queries[-1].keys().isdisjoint({"gender", "availability", "size"})


def test_from_right_to_left_names_menus_and_arrows_follow(differing):
    page = differing()
    axe.turn(page)
    card, more = (each.bounding_box() for each in (rows(page).first, page.locator(".more").first))
    assert more["x"] + more["width"] / 2 < card["x"] + card["width"] / 2
    style = "(element, name) => getComputedStyle(element)[name]"
    assert rows(page).first.locator(".title").evaluate(style, "textAlign") == "right"
    back = page.get_by_role("button", name="All garments").locator(".icon")
    assert back.evaluate(style, "scale") == "-1 1"
    expect(menu(page, "Size")).to_be_visible()
    opener = page.locator(".refine-menu .icon").first
    assert (opener.evaluate(style, "scale"), opener.evaluate(style, "rotate")) == ("none", "90deg")


def test_another_language_keeps_what_is_asked_for(differing):
    page = differing()
    menu(page, "Size").select_option("M")
    menu(page, "Brand").select_option("Acme")
    asked = searched(page, lambda query: "brand" in query)
    page.get_by_role("link", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    wait_on(page, lambda: page.queries[-1] is not asked, "the search")
    assert {name: page.queries[-1][name] for name in ("size", "brand")} == {
        "size": ["M"], "brand": ["Acme"],
    }  # fmt: skip
