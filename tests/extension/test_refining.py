"""What is asked for besides the picture, and what is done with an offer that was found."""

import threading
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.extension.browser import Browser
from tests.extension.shadow import Overlay
from tests.extension.test_offers import open_panel
from tests.support.contract_server import (
    LIKED_ID,
    LOOK_ID,
    UNDERSTOOD,
    ContractServer,
    Handler,
    offer,
    problem,
)

pytestmark = pytest.mark.browser

GARMENT = f"/api/v1/looks/{LOOK_ID}/garments/1"
_ORDER = "(root) => [...root.querySelectorAll('.offers > li')].map((row) => row.dataset.offer)"
_SETTLED = "(root) => root.querySelector('.panel') && !root.querySelector('.skeletons')"


@pytest.fixture
def panel(browser: Browser) -> Overlay:
    """The offers of the first garment, all there."""
    overlay = open_panel(browser)
    overlay.wait(_SETTLED)
    return overlay


def last_query(server: ContractServer, path: str = f"{GARMENT}/offers") -> dict[str, list[str]]:
    return parse_qs(urlsplit(server.of("GET", path)[-1].path).query)


def test_what_is_typed_is_sent_to_the_sources_and_shown_as_chips(
    browser: Browser, server: ContractServer, panel: Overlay
) -> None:
    server.lines[0]["offers"][0]["against"] = "asked_colour"
    panel.click(".refine-field")
    browser.page.keyboard.type("blue linen, long sleeves, under 60")
    browser.page.keyboard.press("Enter")
    panel.wait_text("Not blue: 1.")
    assert panel.ask(_ORDER) == ["offer-1", "offer-2"]
    query = last_query(server)
    assert (query["colour"], query["word"], query["sleeves"]) == (["blue"], ["linen"], ["long"])
    assert (query["max_price"], query["mark"]) == (["60"], ["true"])
    assert browser.page.url.endswith("/p/one/"), "the page is not left"
    panel.press("“linen”")
    panel.until(lambda: "word" not in last_query(server), "a search without the word")


def test_chips_are_reached_by_arrow_keys(browser: Browser, server, panel: Overlay) -> None:
    panel.wait("(root) => root.querySelector('[data-chip=\"colour red\"]') !== null")
    panel.click(".refine-field")
    browser.page.keyboard.press("Tab")
    browser.page.keyboard.press("Tab")
    browser.page.keyboard.press("End")
    assert panel.ask("(root) => root.activeElement.closest('[data-chip]') !== null")
    browser.page.keyboard.press("Home")
    for _ in range(3):
        if panel.ask("(root) => root.activeElement.innerText") == "Red":
            break
        browser.page.keyboard.press("ArrowRight")
    browser.page.keyboard.press("Enter")
    panel.until(lambda: last_query(server).get("colour") == ["red"], "a search for red")


def test_an_offer_that_is_not_the_same_is_put_away_and_undone(
    server: ContractServer, panel: Overlay
) -> None:
    panel.press("More about Northern Mill")
    panel.press("Not the same")
    panel.wait_text("was put away.")
    panel.wait(f'(root) => JSON.stringify(({_ORDER})(root)) === \'["offer-2","offer-3"]\'')
    panel.press("Undo")
    panel.wait("(root) => root.querySelectorAll('.offers > li').length === 3")
    panel.until(lambda: len(server.of("PATCH", f"{GARMENT}/offers")) == 2, "both are kept")
    said = [asked.json for asked in server.of("PATCH", f"{GARMENT}/offers")]
    assert said == [{"offer_id": "offer-1", "put_away": away} for away in (True, False)]


def test_an_offer_is_put_back_only_after_it_was_put_away(
    browser: Browser, server: ContractServer, panel: Overlay
) -> None:
    """Undoing is quicker than a busy server: it must not hear of it first."""
    answered: list[bool] = []
    told = threading.Event()

    def keep(handler: Handler) -> None:
        wanted = handler.heard.json["put_away"]
        if wanted:
            told.wait(120)
        answered.append(wanted)
        handler.give(b"", "text/plain", 204)

    server.answers["PATCH", f"{GARMENT}/offers"] = keep
    panel.press("More about Northern Mill")
    panel.press("Not the same")
    panel.press("Undo")
    panel.wait("(root) => root.querySelectorAll('.offers > li').length === 3")
    # What is asked later has come by now.
    panel.click(".refine-field")
    browser.page.keyboard.type("blue")
    browser.page.keyboard.press("Enter")
    panel.until(lambda: server.of("GET", "/api/v1/asked"), "a question for words")
    told.set()
    panel.until(lambda: len(answered) == 2, "both to be kept")
    assert answered == [True, False]


def test_words_that_are_typed_while_others_are_read_stay(
    browser: Browser, server: ContractServer, panel: Overlay
) -> None:
    told = threading.Event()

    def understand(handler: Handler) -> None:
        told.wait(120)
        handler.give_json(UNDERSTOOD)

    server.answers["GET", "/api/v1/asked"] = understand
    panel.click(".refine-field")
    keys = browser.page.keyboard
    keys.type("blue")
    keys.press("Enter")
    keys.press("Enter")
    panel.until(lambda: server.of("GET", "/api/v1/asked"), "a question for words")
    keys.type(" linen")
    told.set()
    panel.until(lambda: last_query(server).get("colour") == ["blue"], "a search for blue")
    assert panel.ask("(root) => root.querySelector('.refine-field').value") == "blue linen"
    assert len(server.of("GET", "/api/v1/asked")) == 1


def test_chips_and_field_stay_in_their_places_whatever_comes(
    browser: Browser, server: ContractServer
) -> None:
    """The chips' row is there before them, and what comes with the offers comes behind."""
    told = threading.Event()

    def colours(handler: Handler) -> None:
        told.wait(120)
        handler.give_json({"colours": [{"name": "red", "hex": "#b22222"}]})

    server.answers["GET", "/api/v1/asked/colours"] = colours
    server.lines[0]["offers"] = [
        offer(n, shop=f"Shop {n}", link=f"https://shop{n}.example/") for n in range(1, 6)
    ]
    server.lines.insert(0, {"event": "offers", "provider": "slow", "offers": []})
    server.gate.clear()
    overlay = open_panel(browser)
    place = """(root) => {
      const { y, height } = root.querySelector(".refine").getBoundingClientRect();
      return [y, height];
    }"""
    overlay.wait(
        "(root) => root.querySelector('.panel')?.getAnimations()"
        ".every(({ playState }) => playState === 'finished')"
    )
    before = overlay.ask(place)
    assert overlay.ask("(root) => root.querySelector('.refine-chips').childElementCount") == 0
    told.set()
    overlay.wait("(root) => root.querySelector('[data-chip=\"colour red\"]') !== null")
    first = "(root) => root.querySelector('.refine-chips').firstElementChild.dataset.chip"
    assert overlay.ask(first) == "colour red"
    server.gate.set()
    overlay.wait(_SETTLED)
    assert overlay.ask("(root) => root.querySelectorAll('.refine-chips > *').length") > 3
    assert overlay.ask(first) == "colour red"
    assert overlay.ask(place) == before


def test_an_offer_that_cannot_be_put_away_is_back_and_it_is_said(
    server: ContractServer, panel: Overlay
) -> None:
    server.answers["PATCH", f"{GARMENT}/offers"] = problem(503, "database-unavailable")
    panel.press("More about Northern Mill")
    panel.press("Not the same")
    panel.wait_text("Your server cannot use its database")
    assert panel.ask(_ORDER) == ["offer-1", "offer-2", "offer-3"]


def test_more_like_an_offer_is_searched_by_its_picture_and_back_leads_back(
    server: ContractServer, panel: Overlay
) -> None:
    panel.press("More about Northern Mill")
    panel.press("More like this")
    panel.wait_text("More like “Ribbed knit jumper in navy 1”")
    panel.wait(_SETTLED)
    assert server.of("POST", f"{GARMENT}/like")[0].json == {"offer_id": "offer-1"}
    assert server.of("GET", f"/api/v1/looks/{LIKED_ID}/garments/2/offers")
    panel.press("Back")
    panel.wait("(root) => !root.querySelector('.origin')")
    panel.wait(_SETTLED)
    panel.wait_text("Navy long sleeve top")


def test_the_menus_entry_on_an_offers_picture_searches_for_more_like_it(
    browser: Browser, server: ContractServer, panel: Overlay
) -> None:
    looked = len(server.of("POST", "/api/v1/looks"))
    panel.right_click("[data-offer=offer-2] .thumb")
    browser.choose_menu_entry()
    panel.wait_text("More like “Ribbed knit jumper in navy 2”")
    assert server.of("POST", f"{GARMENT}/like")[0].json == {"offer_id": "offer-2"}
    panel.wait(_SETTLED)
    panel.garments()
    assert len(server.of("POST", "/api/v1/looks")) == looked, (
        "it was taken for a picture of the page"
    )


def test_the_menus_entry_on_the_picture_below_opens_it_anew(
    browser: Browser, server: ContractServer, panel: Overlay
) -> None:
    looked = len(server.of("POST", "/api/v1/looks"))
    browser.ask_about(120, 640)
    panel.until(lambda: len(server.of("POST", "/api/v1/looks")) > looked, "another look")
    assert not server.of("POST", f"{GARMENT}/like")
    panel.garments()


def test_the_whole_outfit_is_one_list_with_a_section_a_garment(
    browser: Browser, server: ContractServer
) -> None:
    overlay = browser.ask_about_photo()
    overlay.press("The whole outfit")
    overlay.wait(
        """(root) => {
          const parts = [...root.querySelectorAll(".outfit-part")];
          const counts = parts.map((part) => part.querySelectorAll(".offers > li").length);
          return counts.length === 3 && counts.every((count) => count === 3);
        }"""
    )
    overlay.wait_text("The most similar of each")
    overlay.press("All offers for Red skirt")
    overlay.wait(_SETTLED)
    overlay.wait("(root) => root.querySelector('#garment-name')?.textContent === 'Red skirt'")
    browser.page.keyboard.press("Escape")
    overlay.wait("(root) => !root.querySelector('.panel')")


def test_a_size_is_asked_for_where_offers_differ_in_it(
    browser: Browser, server: ContractServer
) -> None:
    sizes = [["S"], ["M"], []]
    offers = [offer(n, sizes=each, brand="Acme") for n, each in enumerate(sizes, 1)]
    server.lines = [
        {"event": "offers", "provider": "catalog", "offers": offers},
        {"event": "done", "order": ["offer-1", "offer-2", "offer-3"], "answered": ["catalog"]},
    ]
    overlay = browser.ask_about_photo()
    overlay.click("[role=button]")
    overlay.wait(_SETTLED)
    overlay.click(".filter-opener")
    shown = overlay.ask(
        """(root) => [...root.querySelectorAll(".refine-menu select")]
          .filter((menu) => menu.checkVisibility())
          .map((menu) => [menu.ariaLabel, ...[...menu.options].map((each) => each.textContent)])"""
    )
    assert shown == [["Size", "Size", "S", "M"]]
    overlay.ask("(root) => root.querySelector('.refine-menu select').focus()")
    browser.page.keyboard.type("M")
    overlay.wait("(root) => root.querySelector('.refine-menu.is-on select')?.value === 'M'")
    overlay.wait(_SETTLED)
    asked = parse_qs(urlsplit(server.of("GET", f"{GARMENT}/offers")[-1].path).query)
    assert asked["size"] == ["M"]


_PRESSED = (
    "(root) => [...root.querySelectorAll('.heart')].map((e) => e.getAttribute('aria-pressed'))"
)


def test_a_heart_saves_a_garment_or_an_offer_and_removes_it_again(
    server: ContractServer, panel: Overlay
) -> None:
    # The garment's own, then those of the offers; the server knows what is saved.
    panel.wait(
        f'(root) => JSON.stringify(({_PRESSED})(root)) === \'["false","false","true","false"]\''
    )
    panel.press("Save: Navy long sleeve top")
    panel.press("Save: Ribbed knit jumper in navy 1")
    panel.press("Save: Ribbed knit jumper in navy 2")
    panel.wait(
        f'(root) => JSON.stringify(({_PRESSED})(root)) === \'["true","true","false","false"]\''
    )
    panel.until(lambda: len(server.of("PATCH", f"{GARMENT}/saved")) == 3, "all are kept")
    assert [asked.json for asked in server.of("PATCH", f"{GARMENT}/saved")] == [
        {"offer_id": None, "saved": True},
        {"offer_id": "offer-1", "saved": True},
        {"offer_id": "offer-2", "saved": False},
    ]  # fmt: skip
    seen = server.of("POST", "/api/v1/history/garments")
    assert [asked.json for asked in seen] == [{"look_id": LOOK_ID, "garment": 1}]


def test_a_heart_that_is_not_kept_says_so_and_is_as_before(
    server: ContractServer, panel: Overlay
) -> None:
    server.answers["PATCH", f"{GARMENT}/saved"] = problem(409, "too-many-saved")
    panel.wait("(root) => root.querySelector('.heart:not([hidden])') !== null")
    panel.press("Save: Ribbed knit jumper in navy 1")
    panel.wait_text("So much is saved already")
    panel.wait(f"(root) => !({_PRESSED})(root).slice(0, 2).includes('true')")


def test_with_a_server_that_keeps_nothing_there_are_no_hearts(
    browser: Browser, server: ContractServer
) -> None:
    server.answers["GET", f"/api/v1/looks/{LOOK_ID}/saved"] = problem(404, "not-found")
    overlay = open_panel(browser)
    overlay.wait(_SETTLED)
    overlay.until(lambda: server.of("GET", f"/api/v1/looks/{LOOK_ID}/saved"), "it was asked")
    assert overlay.ask("(root) => root.querySelectorAll('.heart:not([hidden])').length") == 0
