"""The panel: what it shows, in what order, and what a click does."""

import re
import threading

import pytest

from tests.extension.browser import Browser
from tests.extension.shadow import Overlay
from tests.support.contract_server import LOOK_ID, ContractServer, Handler, offer, search_link

pytestmark = pytest.mark.browser

_ORDER = """
(root) => [...root.querySelectorAll(".offers > li")].map((row) => row.dataset.offer)
"""
_NOT_WAITING = "(root) => root.querySelector('.panel') && !root.querySelector('.skeletons')"


def open_panel(browser: Browser) -> Overlay:
    overlay = browser.ask_about_photo()
    overlay.click("[role=button]")
    return overlay


def test_offers_come_in_one_by_one_and_in_order(browser: Browser, server: ContractServer) -> None:
    server.gate.clear()
    overlay = open_panel(browser)
    overlay.wait("(root) => root.querySelectorAll('.offers > li').length === 2")
    assert overlay.ask(_ORDER) == ["offer-1", "offer-3"]
    assert overlay.ask("(root) => root.querySelectorAll('.skeleton').length") > 0
    server.gate.set()
    overlay.wait(_NOT_WAITING)
    assert overlay.ask(_ORDER) == ["offer-1", "offer-2", "offer-3"]


def test_the_servers_last_word_on_the_order_holds(browser: Browser, server: ContractServer) -> None:
    server.lines[-1] = {"event": "done", "order": ["offer-2", "offer-3", "offer-1"]}
    overlay = open_panel(browser)
    overlay.wait(_NOT_WAITING)
    assert overlay.ask(_ORDER) == ["offer-2", "offer-3", "offer-1"]


def test_an_offer_in_full(browser: Browser, server: ContractServer) -> None:
    overlay = open_panel(browser)
    overlay.wait(_NOT_WAITING)
    row = overlay.ask(
        """(root) => {
          const row = root.querySelector("[data-offer=offer-2]");
          const { href, target, rel } = row.querySelector("a");
          const bar = row.querySelector(".fill").style.width;
          return { text: row.innerText, href, target, rel, bar,
            before: row.querySelector("s").innerText };
        }"""
    )
    assert {k: row[k] for k in ("href", "target", "rel", "bar", "before")} == {
        "href": "https://shop.example/2",
        "target": "_blank",
        "rel": "noopener noreferrer",
        "bar": "74%",
        "before": "$79.00",
    }
    for part in ("Ribbed knit jumper in navy 2", "$49.00", "Northern Mill", "similar", "Partner"):
        assert part in row["text"]
    assert "In stock" in row["text"]


def test_the_worker_may_be_ended_meanwhile(browser: Browser, server: ContractServer) -> None:
    overlay = open_panel(browser)
    overlay.wait(_NOT_WAITING)
    browser.end_worker()
    assert overlay.ask(_ORDER) == ["offer-1", "offer-2", "offer-3"]
    overlay.click("[role=button]:nth-of-type(2)")
    overlay.wait_text("Red skirt")
    overlay.wait(_NOT_WAITING)
    assert overlay.ask(_ORDER) == ["offer-1", "offer-2", "offer-3"]


def test_a_search_under_way_when_the_worker_ends_is_reported(
    browser: Browser, server: ContractServer
) -> None:
    server.gate.clear()
    overlay = open_panel(browser)
    overlay.wait("(root) => root.querySelectorAll('.offers > li').length === 2")
    browser.end_worker()
    overlay.wait_text("The search was cut off")


def test_a_reason_that_has_no_place_of_its_own_is_reported(
    browser: Browser, server: ContractServer
) -> None:
    server.lines[0]["offers"][0]["why"] = ["very similar", "you liked this shop"]
    overlay = open_panel(browser)
    overlay.wait(_NOT_WAITING)
    row = overlay.ask("(root) => root.querySelector('[data-offer=offer-3]').innerText")
    assert "you liked this shop" in row
    assert "very similar" not in row


def test_reasons_are_told_in_the_users_language(browser: Browser, server: ContractServer) -> None:
    server.lines[0]["offers"][0]["why"] = ["same colour", "you opened this shop before"]
    browser.set(language="ko")
    overlay = open_panel(browser)
    overlay.wait(_NOT_WAITING)
    row = overlay.ask("(root) => root.querySelector('[data-offer=offer-3]').innerText")
    assert "비슷함, 같은 색" in row
    assert "전에 열어 본 쇼핑몰" in row


def test_thumbnails_come_from_the_server_as_bytes(browser: Browser, server: ContractServer) -> None:
    overlay = open_panel(browser)
    sources = overlay.wait(
        """(root) => {
          const images = [...root.querySelectorAll(".panel img")];
          return images.length === 4 && images.every((image) => image.naturalWidth > 0) &&
            images.map((image) => image.src.slice(0, 16));
        }"""
    )
    assert sources == ["data:image/jpeg;"] * 4
    assert not [url for url in browser.sites.asked if "shop.example" in url]
    paths = {request.path for request in server.asked}
    assert f"/api/v1/looks/{LOOK_ID}/garments/1/crop.png?background=white" in paths


def test_pictures_far_below_are_fetched_when_they_are_scrolled_to(
    browser: Browser, server: ContractServer
) -> None:
    many = [offer(number, similarity=0.9, score=1 - number / 100) for number in range(1, 41)]
    server.lines[:] = [
        {"event": "offers", "provider": "catalog", "offers": many},
        {"event": "done", "order": [each["id"] for each in many]},
    ]
    overlay = open_panel(browser)
    overlay.wait(_NOT_WAITING)
    overlay.wait(
        "(root) => root.querySelector('[data-offer=offer-1] .thumb img')?.naturalWidth > 0"
    )
    asked = {request.path for request in server.asked}
    assert many[0]["picture"] in asked
    assert many[-1]["picture"] not in asked
    overlay.ask("(root) => root.querySelector('[data-offer=offer-40]').scrollIntoView()")
    overlay.wait(
        "(root) => root.querySelector('[data-offer=offer-40] .thumb img')?.naturalWidth > 0"
    )


def test_a_click_opens_the_shop_and_is_recorded(browser: Browser, server: ContractServer) -> None:
    browser.sites.pages["https://shop.example/1"] = "<title>The shop</title>"
    overlay = open_panel(browser)
    overlay.wait(_NOT_WAITING)
    with browser.context.expect_page() as opened:
        overlay.click("[data-offer=offer-1] a")
    shop = opened.value
    shop.wait_for_url("https://shop.example/1")
    assert shop.evaluate("[document.referrer, window.opener]") == ["", None]
    (click,) = overlay.until(lambda: server.of("POST", "/api/v1/clicks"), "a click at the server")
    assert click.json == {"look_id": LOOK_ID, "garment": 1, "offer_id": "offer-1"}
    assert click.headers["origin"].startswith("chrome-extension://")


def test_links_into_search_engines_are_at_the_end(browser: Browser, server: ContractServer) -> None:
    overlay = open_panel(browser)
    overlay.wait(_NOT_WAITING)
    chips = overlay.ask("(root) => [...root.querySelectorAll('.chip')].map((e) => e.innerText)")
    assert chips == ["Google Lens", "Google Shopping"]
    assert overlay.ask("(root) => root.querySelector('.elsewhere h3').innerText") == "Also look on"


def test_a_provider_that_failed_costs_one_quiet_line(
    browser: Browser, server: ContractServer
) -> None:
    server.lines[2] = {"event": "failed", "provider": "ucp", "reason": "It took too long."}
    overlay = open_panel(browser)
    overlay.wait(_NOT_WAITING)
    assert overlay.ask(_ORDER) == ["offer-1", "offer-3"]
    assert overlay.ask("(r) => r.querySelector('.quiet').innerText") == (
        "No answer from Shopify this time."
    )


def test_why_it_failed_is_said_in_the_users_language(
    browser: Browser, server: ContractServer
) -> None:
    browser.set(language="ko")
    server.lines[2] = {"event": "failed", "provider": "ucp", "code": "provider-late", "details": [],
                       "reason": "It took too long."}  # fmt: skip
    overlay = open_panel(browser)
    overlay.wait(_NOT_WAITING)
    assert overlay.ask("(root) => root.querySelector('.quiet').title") == (
        "Shopify 카탈로그에서 제때 응답하지 않았습니다."
    )


def test_no_offers_is_shown(browser: Browser, server: ContractServer) -> None:
    server.lines = [{"event": "done", "order": []}]
    overlay = open_panel(browser)
    overlay.wait_text("No shop has anything like it yet.")


def test_it_says_what_left_the_machine(browser: Browser, server: ContractServer) -> None:
    overlay = open_panel(browser)
    overlay.wait_text("The cut-out and its words were sent to Shopify.")
    with browser.context.expect_page() as opened:
        overlay.ask("(root) => root.querySelector('footer .link').scrollIntoView()")
        overlay.click("footer .link")
    opened.value.wait_for_url(f"{browser.extension_url}options/options.html")


def test_whom_a_server_asks_may_stay_unknown(browser: Browser, server: ContractServer) -> None:
    """An older server: offers still come, and nothing is claimed about what was sent."""
    told = threading.Event()

    def fail(handler: Handler) -> None:
        told.wait(120)
        handler.give_problem(404, "not-found")

    server.answers["GET", "/api/v1/providers"] = fail
    overlay = open_panel(browser)
    overlay.wait_text("3 offers")
    assert overlay.ask("(root) => root.querySelector('footer').innerText") == "Change"
    told.set()
    overlay.wait_text("Your server did not say what it sent to whom.")
    assert overlay.ask("(root) => root.querySelector('.card')") is None


def test_the_garments_colours_are_seen_also_where_the_user_forces_others(browser: Browser) -> None:
    browser.page.emulate_media(forced_colors="active")
    overlay = open_panel(browser)
    colour = "(root) => getComputedStyle(root.querySelector('.dot')).backgroundColor"
    overlay.wait("(root) => root.querySelector('.dot') !== null")
    assert overlay.ask(colour) == "rgb(31, 42, 68)"


def test_hostile_offers_do_nothing(browser: Browser, server: ContractServer) -> None:
    script = "<img src=x onerror='document.title = `owned`'>"
    bad_links = ["javascript:alert(1)", "data:text/html,x", "https://user:pass@shop.example/",
                 "chrome://settings", "//shop.example", ""]  # fmt: skip
    offers = [offer(n, id=f"bad-{n}", link=link) for n, link in enumerate(bad_links)]
    good = offer(1, title=script, shop=script, currency="<b>", price="1e999", why=[script],
                 picture="/api/v1/history")  # fmt: skip
    server.lines = [
        {"event": "offers", "provider": script, "offers": [*offers, good]},
        {"event": "failed", "provider": script, "reason": script},
        {"event": "offers", "provider": "links", "offers": [
            search_link(script, 1) | {"link": "javascript:alert(1)"}]},
        {"event": "done", "order": ["nobody", "offer-1"]},
    ]  # fmt: skip
    overlay = open_panel(browser)
    overlay.wait(_NOT_WAITING)
    assert overlay.ask(_ORDER) == ["offer-1"]
    assert overlay.ask("(r) => r.querySelector('.title').innerText") == script
    assert overlay.ask("(root) => root.querySelectorAll('.chip, .panel b').length") == 0
    assert browser.page.title() == "A post"
    assert not server.of("GET", "/api/v1/history"), "the page part may not read this"


def test_a_search_that_breaks_off_keeps_what_came(browser: Browser, server: ContractServer) -> None:
    server.lines = server.lines[:1]
    overlay = open_panel(browser)
    overlay.wait_text("The search was cut off")
    assert overlay.ask(_ORDER) == ["offer-1", "offer-3"]
    server.reset()
    overlay.click(".trouble .button")
    overlay.wait_text("3 offers")


def test_nonsense_within_a_search_is_shown(browser: Browser, server: ContractServer) -> None:
    server.lines[2] = '{"event": "offers", "offers": [{"id": 1}]}'
    overlay = open_panel(browser)
    overlay.wait_text("The server's answer makes no sense")
    assert overlay.ask(_ORDER) == ["offer-1", "offer-3"]


def test_one_offer_without_sense_costs_itself_alone(
    browser: Browser, server: ContractServer
) -> None:
    server.lines[0]["offers"].insert(1, {"id": 1})
    overlay = open_panel(browser)
    overlay.wait_text("3 offers")
    assert overlay.ask(_ORDER) == ["offer-1", "offer-2", "offer-3"]


def test_choosing_another_garment_ends_the_first_search(
    browser: Browser, server: ContractServer
) -> None:
    server.gate.clear()
    overlay = open_panel(browser)
    overlay.wait("(root) => root.querySelectorAll('.offers > li').length === 2")
    overlay.click("[role=button]:nth-of-type(2)")
    overlay.wait_text("Red skirt")
    server.gate.set()
    overlay.wait(_NOT_WAITING)
    assert overlay.ask("(root) => root.querySelectorAll('.panel').length") == 1
    assert overlay.ask(_ORDER) == ["offer-1", "offer-2", "offer-3"]


def test_country_language_and_currency_are_asked_for(
    browser: Browser, server: ContractServer
) -> None:
    browser.set(language="ko", country="DE", currency="EUR")
    overlay = open_panel(browser)
    overlay.wait(_NOT_WAITING)
    (search,) = server.of("GET", f"/api/v1/looks/{LOOK_ID}/garments/1/offers")
    assert search.path.endswith("?language=ko&country=DE&currency=EUR&mark=true")


def test_in_korean(browser: Browser, server: ContractServer) -> None:
    browser.set(language="ko")
    browser.visit()
    overlay = browser.ask_about(300, 300)
    assert overlay.garments()[0] == "네이비 긴팔 상의, 3개 중 1번째"
    overlay.click("[role=button]")
    overlay.wait(_NOT_WAITING)
    text = overlay.text()
    for part in (
        "네이비 긴팔 상의",
        "매우 비슷함",
        "재고 있음",
        "다른 곳에서도 찾아보기",
        "Shopify 카탈로그에",
    ):
        assert part in text
    leftover = set(re.findall(r"[A-Za-z]{3,}", text))
    shops_own = {"Northern", "Mill", "Ribbed", "knit", "jumper", "navy", "Google", "Lens"}
    assert leftover <= shops_own | {"Shopping", "Shopify", "instead", "in"}


@pytest.mark.parametrize("width", [1280, 400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_can_be_read(
    browser: Browser, server: ContractServer, scheme: str, width: int
) -> None:
    """WCAG 2.2, 1.4.3: 4.5 to 1 between text and what is behind it."""
    server.lines[0]["offers"][0] |= {"availability": "out_of_stock"}
    server.lines.insert(1, {"event": "failed", "provider": "ucp", "reason": "x"})
    browser.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    browser.page.set_viewport_size({"width": width, "height": 800})
    overlay = open_panel(browser)
    overlay.wait(_NOT_WAITING)
    poor = overlay.ask(_POOR_CONTRAST)
    browser.page.set_viewport_size({"width": 1280, "height": 800})
    assert poor == []


_POOR_CONTRAST = """
(root) => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = (colour) => {
    const [r, g, b] = channels(colour).map((c) => c / 255)
      .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = getComputedStyle(e).backgroundColor;
      if ((channels(colour)[3] ?? 1) === 1) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const texts = [...root.querySelectorAll(".panel *, .notice *, .label")].filter((e) =>
    [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()));
  if (texts.length < 15) throw new Error("too little text to judge");
  return texts.map((e) => {
    const [a, b] = [light(getComputedStyle(e).color), light(behind(e))];
    return [e.textContent, (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)];
  }).filter(([, ratio]) => ratio < 4.5);
}
"""


def test_what_becomes_known_later_is_shown_in_the_same_row(
    browser: Browser, server: ContractServer
) -> None:
    first = offer(2, price=None, currency=None, similarity=None, score=0.0, picture=None)
    again = offer(2, similarity=0.95, score=0.95)
    server.lines = [
        {"event": "offers", "provider": "catalog", "offers": [offer(1), first]},
        {"event": "offers", "provider": "ucp", "offers": [again]},
        {"event": "done", "order": ["offer-2", "offer-1"], "left_out": {}},
    ]
    overlay = open_panel(browser)
    overlay.wait(_NOT_WAITING)
    assert overlay.ask(_ORDER) == ["offer-2", "offer-1"]
    row = overlay.ask("(root) => root.querySelector('[data-offer=offer-2]').innerText")
    assert "$49.00" in row
    assert "very similar" in row
    overlay.wait("(root) => Boolean(root.querySelector('[data-offer=offer-2] .thumb img'))")


def test_further_sellers_that_come_later_are_under_the_row_and_can_be_opened(
    browser: Browser, server: ContractServer
) -> None:
    sellers = [
        {
            "id": "other-1",
            "provider": "ucp",
            "link": "https://other.example/1",
            "shop": "<b>Other</b>",
            "price": {"amount": "45.00", "currency": "USD"},
            "availability": None,
        },
        {
            "id": "evil",
            "provider": "ucp",
            "link": "javascript:alert(1)",
            "shop": None,
            "price": None,
        },
    ]
    again = {"event": "offers", "provider": "ucp", "offers": [offer(1, sellers=sellers)]}
    server.lines.insert(1, again)
    overlay = open_panel(browser)
    overlay.wait(_NOT_WAITING)
    assert overlay.ask(_ORDER) == ["offer-1", "offer-2", "offer-3"]
    found = overlay.ask(
        """(root) => [...root.querySelectorAll("[data-offer=offer-1] .sellers a")].map(
          (a) => [a.textContent, a.href, a.rel, a.closest("[data-offer]").dataset.offer])"""
    )
    assert found == [
        ["<b>Other</b> $45.00", "https://other.example/1", "noopener noreferrer", "other-1"]
    ]


def test_while_pictures_are_prepared_no_shop_is_blamed_and_the_end_is_said(
    browser: Browser, server: ContractServer
) -> None:
    going = {"left": 3, "hidden": 3, "total": 9, "going": True, "seconds_left": None}
    server.preparing = going
    server.lines = [
        {"event": "offers", "provider": "catalog", "offers": []},
        {"event": "done", "order": [], "answered": ["catalog"], "preparing": going},
    ]
    overlay = open_panel(browser)
    overlay.wait_text("Nothing close found yet: the catalogue’s pictures are still being prepared.")
    overlay.wait_text("Products left: 3 of 9.")
    server.preparing = None
    server.lines = [
        {"event": "offers", "provider": "catalog", "offers": [offer(1)]},
        {"event": "done", "order": ["offer-1"], "answered": ["catalog"], "preparing": None},
    ]
    overlay.wait_text("The catalogue’s pictures are prepared.")
    overlay.click(".search-again")
    overlay.wait("(root) => root.querySelectorAll('.offers > li').length === 1")
