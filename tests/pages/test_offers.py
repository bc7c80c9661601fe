"""Choosing a garment, by pointer and keyboard, and what is shown of its offers."""

import re

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.pages.searches import answer_searches

pytestmark = pytest.mark.browser

TITLE = "<img src=x onerror=document.title='broken'> Silk & \u202e tee"


@pytest.fixture
def look(visit, photo_file):
    """The page with the garments lit up."""

    def make(path="", **options) -> Page:
        page = visit(path, **options)
        page.set_input_files("#file", photo_file)
        expect(page.locator(".garment").first).to_be_visible()
        return page

    return make


def finished(page: Page) -> None:
    expect(page.locator(".skeleton")).to_have_count(0)


def scripted(page: Page, *events: dict) -> None:
    """Have the server say something hostile, which the real one would not pass on."""
    answer_searches(page, lambda _: events)


def offer(key: str, **more: object) -> dict:
    return {
        "id": key, "provider": "catalog", "type": "product", "title": key, "shop": "Shop",
        "link": "https://shop.example/x", "price": None, "currency": None, "list_price": None,
        "availability": None, "picture": None, "similarity": None, "score": 0.5, "kind": None,
        "partner": False, "why": [], "sellers": [],
    } | more  # fmt: skip


def test_a_garment_shows_its_offers_and_an_opened_one_is_noted(look, site):
    page = look()
    page.locator(".garment").first.click()
    finished(page)
    panel = page.locator(".panel")
    tee = panel.get_by_role("link", name="Navy Tee")
    expect(tee).to_contain_text("$15.00")
    expect(tee.locator("s")).to_have_text("$25.00")
    expect(tee).to_contain_text("Partner")
    expect(tee).to_contain_text("In stock")
    expect(tee.locator("img")).to_be_visible()
    expect(panel).to_contain_text("Orange Long Sleeve Shirt")
    expect(panel).to_contain_text("The cut-out and its words were sent to Shopify's catalogue")
    expect(panel.get_by_role("heading", name="Also look on")).to_be_visible()
    expect(panel.get_by_role("link", name="Google Shopping")).to_be_visible()
    with page.context.expect_page() as opened, page.expect_response("**/api/v1/clicks") as noted:
        tee.click()
    expect(opened.value).to_have_url(re.compile(r"^https://shop\.example/p/tee"))
    assert opened.value.evaluate("document.referrer") == ""
    assert opened.value.evaluate("window.opener") is None
    assert noted.value.status == 201
    clicks = requests.get(f"{site.server.url}/api/v1/history", timeout=60).json()["clicks"]
    assert clicks[0]["title"] == "Navy Tee"


def test_offers_are_in_the_order_of_the_server(look, site):
    page = look()
    page.locator(".garment-row").first.click()
    finished(page)
    page.wait_for_url("**/?garment=*")
    look_id = page.url.partition("look=")[2]
    answer = requests.get(
        f"{site.server.url}/api/v1/looks/{look_id}/garments/1/offers",
        headers={"Accept": "application/json"},
        timeout=60,
    ).json()["offers"]
    ids = [offer["id"] for offer in answer if offer["type"] == "product"]
    shown = page.locator(".offers [data-offer]").evaluate_all(
        "all => all.map(o => o.dataset.offer)"
    )
    assert len(ids) >= 2
    assert shown == ids


def test_late_offers_are_sorted_in_by_their_score(look):
    # Without the end, which names the final order.
    page = look()
    scripted(
        page,
        {"event": "offers", "provider": "a", "offers": [offer("mid"), offer("low", score=0.1)]},
        {"event": "offers", "provider": "b", "offers": [offer("best", score=0.9)]},
    )
    page.locator(".garment-row").first.click()
    expect(page.locator(".offers .title")).to_have_text(["best", "mid", "low"])


def test_the_keyboard_alone_is_enough(look):
    page = look()
    first, second = page.locator(".garment").nth(0), page.locator(".garment").nth(1)
    for _ in range(20):
        page.keyboard.press("Tab")
        if first.evaluate("own => own === document.activeElement"):
            break
        if page.evaluate("document.activeElement === document.body"):
            continue
    else:
        pytest.fail("Tab never came to the first garment.")
    page.keyboard.press("ArrowRight")
    expect(second).to_be_focused()
    # From the last one on, the arrow comes round to the first.
    for _ in range(page.locator(".garment").count() - 1):
        page.keyboard.press("ArrowRight")
    expect(first).to_be_focused()
    page.keyboard.press("Enter")
    expect(first).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#garment-name")).to_be_focused()
    finished(page)
    page.keyboard.press("Tab")
    expect(page.locator(".panel header .heart")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Put right what this is")).to_be_focused()
    focused = "document.activeElement.closest('.doubt, .refine, .choice, .offers').className"
    doubts = ["doubt"] * page.locator(".doubt button").count()
    stops = []
    # The field for words, the button that sends them, and one stop for all chips.
    for _ in range(7 + len(doubts)):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(focused))
    assert stops == doubts + ["refine"] * 3 + ["choice"] * 3 + ["offers"]
    page.keyboard.press("Escape")
    expect(page.locator("#garment-name")).to_have_count(0)
    expect(first).to_be_focused()


def test_garments_are_named_for_those_who_hear_them(look):
    page = look()
    group = page.get_by_role("group", name="Garments in the picture")
    names = group.get_by_role("button").evaluate_all("all => all.map(o => o.ariaLabel)")
    assert len(names) >= 2
    assert names[0].endswith(f", 1 of {len(names)}")


def test_a_provider_that_fails_costs_one_quiet_line(visit, site, another_photo, tmp_path):
    (tmp_path / "other.jpg").write_bytes(another_photo)
    page = visit()
    site.ucp.mode = "server-error"
    try:
        page.set_input_files("#file", tmp_path / "other.jpg")
        page.locator(".garment-row").first.click()
        expect(page.locator(".quiet")).to_have_text("No answer from Shopify's catalogue this time.")
        finished(page)
        expect(page.get_by_role("link", name="Navy Tee")).to_be_visible()
    finally:
        site.ucp.mode = "success"


def test_what_strangers_wrote_stays_text_and_leads_only_to_the_web(look):
    page = look()
    hostile = [
        offer("title", title=TITLE, why=["<b>no</b>"], shop="<i>Shop</i>"),
        offer("script", link="javascript:document.title='broken'"),
        offer("data", link="data:text/html,hello"),
        offer("password", link="https://name:word@shop.example/"),
        offer("picture", picture="https://spy.example/pixel.gif", price="1e3", currency="no"),
        offer("chip", type="search", link="vbscript:x"),
    ]
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    scripted(
        page,
        {"event": "offers", "provider": "x", "offers": hostile},
        {"event": "failed", "provider": "<u>x</u>", "reason": "<u>"},
        {"event": "done", "order": [entry["id"] for entry in hostile]},
    )
    page.locator(".garment-row").first.click()
    finished(page)
    expect(page.locator(".offers .title")).to_have_text([TITLE, "picture"])
    assert page.locator(".panel b:not(.skeleton b), .panel u, .panel .shop i").count() == 0
    hrefs = page.locator(".panel a").evaluate_all("all => all.map(a => a.protocol)")
    assert set(hrefs) <= {"https:", "http:"}
    assert page.title() == "Where can I buy this?"
    assert not [address for address in asked if "spy.example" in address]


def test_a_search_that_is_cut_off_shows_what_came_and_can_be_repeated(look):
    page = look()
    scripted(page, {"event": "offers", "provider": "a", "offers": [offer("early")]})
    page.locator(".garment-row").first.click()
    expect(page.get_by_role("alert")).to_contain_text("The search was cut off")
    expect(page.locator(".offers .title")).to_have_text(["early"])
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("link", name="Navy Tee")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_nonsense_within_a_search_is_shown(look):
    page = look()
    broken = {"event": "offers", "provider": "a", "offers": [offer("one") | {"why": "because"}]}
    scripted(page, broken, {"event": "done", "order": []})
    page.locator(".garment-row").first.click()
    expect(page.get_by_role("alert")).to_contain_text("The server's answer makes no sense")


def test_an_offer_without_sense_costs_itself_alone(look):
    page = look()
    found = [offer("one") | {"title": None}, offer("two")]
    scripted(
        page,
        {"event": "offers", "provider": "a", "offers": found},
        {"event": "done", "order": ["one", "two"]},
    )
    page.locator(".garment-row").first.click()
    finished(page)
    expect(page.locator(".offers .title")).to_have_text(["two"])


@pytest.mark.parametrize("body", ["{}", "[]", "no JSON", '{"id": "../x", "width": 1}'])
def test_a_look_that_makes_no_sense_is_reported(visit, body):
    page = visit()
    page.route("**/api/v1/looks/*", lambda route: route.fulfill(body=body))
    page.goto(page.url + "?look=" + "0" * 32)
    expect(page.get_by_role("alert")).to_contain_text("The server's answer makes no sense")


def test_a_look_that_is_gone_says_so(visit):
    page = visit()
    with page.expect_response("**/api/v1/looks/*") as answered:
        page.goto(page.url + "?look=" + "0" * 32)
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("The server no longer has this picture")
    # The name of the request in the server's log, which one click selects.
    name = answered.value.headers["x-request-id"]
    expect(alert).to_contain_text(f"Request id {name}")
    alert.locator("code").click()
    assert page.evaluate("getSelection().toString()") == name


def test_korean_all_the_way(look):
    page = look(locale="ko-KR")
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    with page.expect_request("**/offers?*") as asked:
        page.locator(".garment-row").first.click()
    assert "language=ko&country=KR&currency=KRW" in asked.value.url
    finished(page)
    expect(page.get_by_role("heading", name="다른 곳에서도 찾아보기")).to_be_visible()
    expect(page.get_by_role("link", name="네이버 쇼핑")).to_be_visible()
    expect(page.locator(".sent")).to_contain_text("Shopify 카탈로그에 보냈습니다")
    expect(page.locator("#garment-name")).to_have_text(page.locator("#garment-name").inner_text())
    assert any("가" <= letter <= "힣" for letter in page.locator("#garment-name").inner_text())


def test_what_becomes_known_later_is_shown_in_the_same_row(look):
    page = look()
    known = {"price": "49.00", "currency": "USD", "similarity": 0.9, "score": 0.9}
    scripted(
        page,
        {"event": "offers", "provider": "a", "offers": [offer("one"), offer("two", score=0.0)]},
        {"event": "offers", "provider": "b", "offers": [offer("two") | known]},
    )
    page.evaluate(
        """() => new MutationObserver(() => {
          if (!window.rows?.length) window.rows = [...document.querySelectorAll(".offers > li")];
        }).observe(document.body, { childList: true, subtree: true })"""
    )
    page.locator(".garment-row").first.click()
    expect(page.locator(".offers .title")).to_have_text(["two", "one"])
    row = page.locator("[data-offer=two]")
    expect(row.locator(".price")).to_have_text("$49.00")
    expect(row.locator(".alike")).to_have_text("very similar")
    assert page.evaluate("rows.length === 2 && rows.every((row) => row.isConnected)")


def test_further_sellers_that_come_later_are_under_the_row(look):
    page = look()
    seller = {
        "id": "other-1",
        "provider": "b",
        "link": "https://other.example/1",
        "shop": "<b>Other</b>",
        "price": {"amount": "45.00", "currency": "USD"},
    }
    evil = seller | {"id": "evil", "link": "javascript:alert(1)"}
    scripted(
        page,
        {"event": "offers", "provider": "a", "offers": [offer("mid"), offer("low", score=0.1)]},
        {
            "event": "offers",
            "provider": "b",
            "offers": [offer("mid") | {"sellers": [seller, evil]}],
        },
    )
    page.locator(".garment-row").first.click()
    links = page.locator(".offers > li").first.get_by_label("Also sold by").get_by_role("link")
    expect(links).to_have_count(1)
    expect(links).to_contain_text("<b>Other</b> $45.00")
    expect(links).to_have_attribute("href", "https://other.example/1")
    expect(page.locator(".offers .title")).to_have_text(["mid", "low"])
