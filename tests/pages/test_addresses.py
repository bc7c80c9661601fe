"""What is shown is in the address: Back, reload and another language keep it."""

import re

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.pages.searches import answer_searches, found, open_first_garment
from tests.pages.test_offers import offer, scripted

pytestmark = pytest.mark.browser

_HAND_OVER = """([kind, data]) => {
  const transfer = new DataTransfer();
  for (const [type, text] of Object.entries(data)) transfer.setData(type, text);
  const event = kind === "paste"
    ? new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true })
    : new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true });
  document.body.dispatchEvent(event);
}"""


@pytest.fixture
def look(visit, photo_file) -> Page:
    page = visit()
    page.set_input_files("#file", photo_file)
    expect(page.locator(".garment-row").first).to_be_visible()
    return page


def choose(page: Page, place: int = 0) -> str:
    name = page.locator(".garment-row .title").nth(place).inner_text()
    page.locator(".garment-row").nth(place).click()
    expect(page.locator("#garment-name")).to_have_text(name)
    return name


def test_back_leads_from_the_offers_to_the_garments(look):
    choose(look)
    expect(look).to_have_url(re.compile("garment=1"))
    look.go_back()
    expect(look.locator(".garment-row").first).to_be_visible()
    expect(look.locator("#start")).to_be_hidden()
    expect(look).not_to_have_url(re.compile("garment="))
    look.go_forward()
    expect(look.locator("#garment-name")).to_be_visible()


def test_closing_the_offers_is_the_way_back(look):
    before = look.evaluate("history.length")
    choose(look)
    look.get_by_role("button", name="All garments").click()
    expect(look.locator(".garment-row").first).to_be_visible()
    look.wait_for_url(lambda address: "garment=" not in address)
    choose(look)
    look.keyboard.press("Escape")
    look.wait_for_url(lambda address: "garment=" not in address)
    look.go_back()
    expect(look.locator("#start")).to_be_visible()
    assert look.evaluate("history.length") <= before + 1


def test_a_reload_keeps_the_garment_and_what_was_chosen(look):
    name = choose(look)
    expect(look.locator(".offers [data-offer]").first).to_be_visible()
    look.get_by_role("button", name="Price", exact=True).click()
    look.get_by_role("button", name="Filter").click()
    look.get_by_label("Highest price").fill("60")
    look.get_by_role("button", name="New", exact=True).click()
    look.reload()
    expect(look.locator("#garment-name")).to_have_text(name)
    expect(look.locator(".offers [data-offer]").first).to_be_visible()
    expect(look.get_by_role("button", name="Price", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    look.get_by_role("button", name="Filter").click()
    expect(look.get_by_label("Highest price")).to_have_value("60")
    expect(look.get_by_role("button", name="New", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )


def test_another_language_keeps_the_garment(look):
    choose(look)
    look.get_by_role("link", name="Español").click()
    expect(look.locator("html")).to_have_attribute("lang", "es")
    expect(look.locator("#garment-name")).to_be_visible()


def test_an_address_may_be_passed_on(look, visit):
    name = choose(look)
    expect(look).to_have_url(re.compile("garment="))
    other = visit(look.url.partition("/?")[2].join(["?", ""]))
    expect(other.locator("#garment-name")).to_have_text(name)


@pytest.mark.parametrize("garment", ["99", "-1", "x", "1e9", ""])
def test_a_garment_that_is_not_there_is_left_out(look, garment):
    look.goto(f"{look.url}&garment={garment}")
    expect(look.locator(".garment-row").first).to_be_visible()
    expect(look.locator("#garment-name")).to_have_count(0)


@pytest.mark.parametrize("way", ["paste", "drop"])
def test_a_text_destroys_nothing(look, way):
    name = choose(look)
    look.evaluate(_HAND_OVER, [way, {"text/plain": "a shopping list"}])
    expect(look.locator(".mention")).to_contain_text("That was not a picture")
    expect(look.locator("#garment-name")).to_have_text(name)
    look.locator(".mention").get_by_role("button", name="Close").click()
    expect(look.locator(".mention")).to_have_count(0)


def test_a_text_at_the_start_is_answered_in_its_place(visit):
    page = visit()
    page.evaluate(_HAND_OVER, ["paste", {"text/plain": "a shopping list"}])
    expect(page.locator("#address-fault")).to_contain_text("That was not a picture")
    expect(page.locator("#drop")).to_be_visible()


def test_a_picture_that_was_dragged_out_of_a_link_is_meant_itself(visit, site):
    page = visit()
    photo = site.network.url("/photo.jpg")
    page.evaluate(
        _HAND_OVER,
        [
            "drop",
            {
                "text/uri-list": "https://shop.example/a-page",
                "text/plain": "https://shop.example/a-page",
                "text/html": f'<a href="https://shop.example/"><img alt="" src="{photo}"></a>',
            },
        ],
    )
    expect(page.locator(".garment-row").first).to_be_visible()


def test_copied_markup_runs_nothing(visit):
    page = visit()
    script = '<img src="x" onerror="window.ran = true"><script>window.ran = true</script>'
    page.evaluate(_HAND_OVER, ["paste", {"text/html": script, "text/plain": "x"}])
    expect(page.locator("#address-fault")).to_be_visible()
    assert page.evaluate("window.ran") is None


def test_an_address_may_be_typed_without_its_scheme(visit):
    page = visit()
    page.get_by_label("Address of a picture").fill("www.example.com/a.jpg")
    with page.expect_request("**/api/v1/looks") as asked:
        page.get_by_role("button", name="Find the clothes").click()
    assert asked.value.post_data_json["image_url"] == "https://www.example.com/a.jpg"


def test_a_wrong_address_is_answered_with_a_page(visit, site):
    page = visit("nosuch")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing here")
    page.get_by_role("link", name="To the start").click()
    expect(page.locator("#drop")).to_be_visible()
    # A program is answered in its own way, and so is a browser that asks the API.
    for path, accepted in (("nosuch", "*/*"), ("api/v1/nosuch", "text/html")):
        answer = requests.get(site.url + path, headers={"Accept": accepted}, timeout=60)
        assert answer.status_code == 404
        assert answer.json()["code"] == "not-found"


def test_prices_that_cannot_be_compared_are_said_to_come_last(visit, photo_file):
    page = visit()
    dollars = {"price": "75.00", "currency": "USD"}
    euros = {"price": "19.00", "currency": "EUR"}
    found = [offer("dollars", **dollars), offer("euros", **euros), offer("more", **dollars)]
    scripted(
        page,
        {"event": "offers", "provider": "a", "offers": found},
        {"event": "done", "order": [each["id"] for each in found]},
    )
    page.set_input_files("#file", photo_file)
    choose(page)
    note = page.get_by_text("Prices in other currencies than USD come last")
    expect(note).to_have_count(0)
    page.get_by_role("button", name="Price", exact=True).click()
    expect(note).to_be_visible()
    expect(page.locator(".offers .title")).to_have_text(["dollars", "more", "euros"])


@pytest.mark.parametrize("way", ["a reload", "another language", "Back"])
def test_where_the_offers_were_scrolled_to_is_kept(visit, photo_file, way):
    page = visit(viewport={"width": 1000, "height": 500}, reduced_motion="reduce")
    many = [
        offer(f"o{number}", title=f"Coat {number}", score=1 - number / 50) for number in range(24)
    ]
    answer_searches(page, lambda _: found(many))
    open_first_garment(page, photo_file)
    expect(page.locator(".results > .offers > li")).to_have_count(24)
    page.mouse.move(800, 400)
    page.mouse.wheel(0, 700)
    page.wait_for_function("() => scrollY === 700")
    if way == "a reload":
        page.reload()
    elif way == "another language":
        page.evaluate("document.querySelector('a[data-language]').click()")
    else:
        page.evaluate("document.querySelector('a[href=\"/about\"]').click()")
        expect(page.locator("#providers")).to_be_visible()
        page.go_back()
    page.wait_for_function("() => scrollY === 700")
    # From then on the person alone scrolls.
    page.mouse.wheel(0, -300)
    page.wait_for_function("() => scrollY === 400")
