"""The panel: sorting, filters, shops to prefer and block; where it lies, and what it covers."""

from typing import Any

import pytest

from tests.extension.browser import PLAIN, Browser
from tests.extension.shadow import NAME_OF, Overlay
from tests.extension.sites import PHOTO
from tests.support.choices import events
from tests.support.contract_server import ContractServer

pytestmark = pytest.mark.browser

_TITLES = "(root) => [...root.querySelectorAll('.offers .title')].map((e) => e.innerText)"
_NOT_WAITING = "(root) => root.querySelector('.panel') && !root.querySelector('.skeletons')"
_FOCUSED = f"(root) => {{ {NAME_OF} return root.activeElement && nameOf(root.activeElement); }}"


@pytest.fixture
def panel(browser: Browser, server: ContractServer) -> Overlay:
    """The panel with offers that the tests know in full."""
    server.lines = events()
    return open_panel(browser)


def open_panel(browser: Browser) -> Overlay:
    overlay = browser.ask_about_photo()
    overlay.click("[role=button]")
    overlay.wait(_NOT_WAITING)
    return overlay


def shows(overlay: Overlay, *titles: str) -> None:
    overlay.until(lambda: overlay.ask(_TITLES) == list(titles), f"{titles}")


def focused(overlay: Overlay) -> Any:
    return overlay.ask(_FOCUSED)


def test_by_price_and_back_without_asking_again(panel: Overlay, server: ContractServer) -> None:
    shows(panel, "Dear", "Used", "Won", "Priceless")
    before = len([one for one in server.asked if "/offers" in one.path])
    panel.press("Price")
    shows(panel, "Used", "Dear", "Won", "Priceless")
    sold = panel.ask("(r) => r.querySelector('[data-offer=other-1]').innerText")
    for part in ("Other Shop", "$45.00", "Also sold by", "Northern Mill", "$90.00"):
        assert part in sold
    panel.wait_text("4 offers, cheapest first")
    panel.press("Most similar")
    shows(panel, "Dear", "Used", "Won", "Priceless")
    assert len([one for one in server.asked if "/offers" in one.path]) == before == 1


def test_what_is_known_of_buying_it_is_reported(panel: Overlay) -> None:
    used = panel.ask("(r) => r.querySelector('[data-offer=used]').innerText")
    for part in ("$30.00", "≈", "₩41,667", "Second-hand", "+ $4.90 shipping"):
        assert part in used
    dear = panel.ask("(r) => r.querySelector('[data-offer=dear]').innerText")
    for part in ("Free shipping", "Also sold by", "Other Shop", "$45.00"):
        assert part in dear
    assert "price unknown" in panel.ask(
        "(r) => r.querySelector('[data-offer=priceless]').innerText"
    )
    cheaper = panel.ask("(r) => r.querySelector('[data-offer=other-1] strong').innerText")
    assert "$45.00" in cheaper
    panel.wait_text("≈ by the European Central Bank's rates of Nov 24, 2026")
    rate = panel.ask("(r) => r.querySelector('[data-offer=used] .about').title")
    assert rate == "1 USD = 1388.888889 KRW (European Central Bank, Nov 24, 2026)"


def test_a_price_range_can_be_typed_and_the_page_hears_nothing(
    browser: Browser, server: ContractServer
) -> None:
    server.lines = events()
    overlay = open_panel(browser)
    browser.page.evaluate(
        """() => { window.heard = [];
          for (const type of ["keydown", "keypress", "keyup", "input", "beforeinput"]) {
            addEventListener(type, (event) => heard.push(event.type), true);
          } }"""
    )
    overlay.press("Filter")
    overlay.click(".amount:last-child input")
    browser.page.keyboard.type("70,000")
    shows(overlay, "Dear", "Used", "Won")
    overlay.wait_text("3 of 4 offers, most similar first")
    overlay.wait_text("1 without a price to compare.")
    browser.page.keyboard.press("Shift+Tab")
    browser.page.keyboard.type("x")
    overlay.wait_text("That is not an amount.")
    assert browser.page.evaluate("heard") == []


def test_filters_that_hide_everything_can_be_undone_at_once(panel: Overlay) -> None:
    panel.press("Filter")
    panel.press("Second-hand")
    shows(panel, "Used")
    panel.press("Same colour")
    shows(panel)
    panel.wait_text("No offer fits your filters.")
    panel.wait_text("0 of 4 offers")
    assert panel.ask("(root) => root.querySelectorAll('.chip').length") == 1
    panel.press("Show all")
    shows(panel, "Dear", "Used", "Won", "Priceless")


def test_a_shop_is_blocked_undone_and_stays_blocked(browser: Browser, panel: Overlay) -> None:
    panel.press("More about Second Wave")
    panel.until(lambda: focused(panel) == "Not the same", "the menu's first entry")
    panel.press("Block Second Wave")
    shows(panel, "Dear", "Won", "Priceless")
    panel.wait_text("Second Wave is blocked.")
    assert focused(panel) == "Undo"
    browser.page.keyboard.press("Enter")
    shows(panel, "Dear", "Used", "Won", "Priceless")
    panel.press("More about Second Wave")
    panel.press("Block Second Wave")
    shows(panel, "Dear", "Won", "Priceless")
    kept = "async () => (await chrome.storage.local.get('shops')).shops"
    panel.until(
        lambda: browser.worker.evaluate(kept) == [{"name": "Second Wave", "wish": "block"}],
        "the shop in the extension's storage",
    )
    assert browser.read_storage_from_page() == "refused"
    overlay = open_panel(browser)
    shows(overlay, "Dear", "Won", "Priceless")
    overlay.press("Filter")
    overlay.press("Unblock Second Wave")
    shows(overlay, "Dear", "Used", "Won", "Priceless")


def test_what_a_blocked_shop_sells_is_shown_as_another_sells_it(panel: Overlay) -> None:
    panel.press("More about Northern Mill")
    panel.press("Block Northern Mill")
    shows(panel, "Dear", "Used", "Won")
    panel.until(
        lambda: (
            panel.ask(
                """(r) => [".shop", ".price", "a.row"].map((part) => {
              const found = r.querySelector("[data-offer='other-1']").querySelector(part);
              return found.href ?? found.innerText;
            })"""
            )
            == ["Other Shop", "$45.00", "https://other.example/1"]
        ),
        "the other seller's shop, price and link",
    )
    panel.press("Show all")
    shows(panel, "Dear", "Used", "Won", "Priceless")


def test_a_preferred_shop_comes_first_among_equals(panel: Overlay) -> None:
    panel.press("More about Northern Mill")
    panel.press("Prefer Northern Mill")
    shows(panel, "Dear", "Used", "Priceless", "Won")
    liked = "(r) => [...r.querySelectorAll('.liked')].map((e) => e.checkVisibility())"
    assert panel.ask(liked) == [True, False, True, False]


def test_a_stored_choice_that_is_malformed_breaks_nothing(
    browser: Browser, server: ContractServer
) -> None:
    server.lines = events()
    browser.worker.evaluate(
        "() => chrome.storage.local.set({ shops: [null, 5, { name: {}, wish: 'block' }, "
        "{ name: 'Atelier', wish: 'adore' }, { name: 'atelier', wish: 'block' }] })"
    )
    overlay = open_panel(browser)
    shows(overlay, "Dear", "Used", "Priceless")


def test_the_keyboard_reaches_everything_and_escape_closes_one_thing_at_a_time(
    browser: Browser, panel: Overlay
) -> None:
    keys = browser.page.keyboard
    panel.wait("(r) => r.querySelector('.heart:not([hidden])') !== null")
    keys.press("Tab")
    assert focused(panel) == "Save: Navy long sleeve top"
    keys.press("Tab")
    assert focused(panel) == "Put right what this is"
    keys.press("Tab")
    assert focused(panel) == "Close the offers"
    stops = []
    for _ in range(6):
        keys.press("Tab")
        stops.append(focused(panel))
    assert stops[0] == "What else should it be?"
    assert stops[1] == "Search for it"
    assert stops[3:] == ["Most similar", "Price", "Filter"]
    keys.press("Enter")
    stops = []
    for _ in range(5):
        keys.press("Tab")
        stops.append(focused(panel))
    assert stops == [
        "Lowest price in KRW", "Highest price in KRW", "New", "Second-hand", "Same colour",
    ]  # fmt: skip
    keys.press("Tab")
    keys.press("Tab")
    assert focused(panel) == "Save: Dear"
    keys.press("Tab")
    assert focused(panel) == "More about Northern Mill"
    keys.press("Enter")
    panel.until(lambda: focused(panel) == "Not the same", "the menu's first entry")
    keys.press("Escape")
    assert focused(panel) == "More about Northern Mill"
    assert panel.ask("(r) => r.querySelector('.shop-menu')") is None
    keys.press("Escape")
    assert panel.ask("(r) => r.querySelector('.panel')") is None


def test_the_close_button_closes_the_panel_also_while_a_menu_is_open(panel: Overlay) -> None:
    panel.press("More about Second Wave")
    panel.press("Close the offers")
    panel.wait("(r) => !r.querySelector('.panel')")


def test_the_count_is_in_a_live_region(panel: Overlay) -> None:
    panel.press("Price")
    nodes: list[dict[str, Any]] = panel.protocol.send("Accessibility.getFullAXTree")["nodes"]
    names = {node["nodeId"]: node.get("name", {}).get("value") for node in nodes}
    heard = [
        names[child]
        for node in nodes
        if node["role"]["value"] == "status"
        for child in node.get("childIds", [])
    ]
    assert "4 offers, cheapest first" in heard


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_at_320_pixels_everything_can_be_reached(
    browser: Browser, server: ContractServer, scheme: Any
) -> None:
    server.lines = events()
    browser.page.emulate_media(color_scheme=scheme)
    browser.page.set_viewport_size({"width": 320, "height": 640})
    wide = "left: 100px; top: 60px; width: 450px; height: 600px"
    assert wide in PLAIN
    browser.visit(PLAIN.replace(wide, "left: 0; top: 0; width: 320px; height: 427px"))
    overlay = browser.ask_about(100, 100)
    overlay.garments()
    overlay.click("[role=button]")
    overlay.wait(_NOT_WAITING)
    overlay.press("Filter")
    overlay.ask("(root) => root.querySelector('.more').scrollIntoView({ behavior: 'instant' })")
    overlay.click(".more")
    outside = overlay.wait(
        """(root) => {
          const all = [...root.querySelectorAll(".panel button, .panel input, .panel a")];
          if (!root.querySelector(".shop-menu")) return null;
          // Chips scroll sideways in a row of their own.
          return all.filter((e) => e.checkVisibility() && !e.closest(".refine-chips"))
            .map((e) => e.getBoundingClientRect())
            .filter((box) => box.left < 0 || box.right > 320).length + 1;
        }"""
    )
    browser.page.set_viewport_size({"width": 1280, "height": 800})
    assert outside == 1


def test_the_hint_to_click_a_garment_goes_when_one_is_chosen_and_comes_back(
    browser: Browser, server: ContractServer
) -> None:
    overlay = browser.ask_about_photo()
    shown = "(r) => r.querySelector('.notice').checkVisibility({ visibilityProperty: true })"
    overlay.wait_text("3 garments found. Click one.")
    assert overlay.ask(shown)
    overlay.click("[role=button]")
    overlay.wait(_NOT_WAITING)
    assert not overlay.ask(shown)
    browser.page.keyboard.press("Escape")
    assert overlay.ask(shown)


_TEXT = "<p>What a lovely outfit, where did you get it from?</p>" * 40


@pytest.mark.parametrize(
    ("photo", "comments", "side"),
    [
        # Room on both sides: where the comments are not.
        ("left: 480px; width: 320px", "left: 900px; width: 340px", "left"),
        ("left: 480px; width: 320px", "left: 40px; width: 340px", "right"),
        ("left: 480px; width: 320px", "display: none", "right"),
        # The picture comes first: never over it where the other side is free.
        ("left: 100px; width: 520px", "left: 640px; width: 600px", "right"),
        ("left: 700px; width: 520px", "left: 20px; width: 600px", "left"),
    ],
)
def test_the_panel_lies_where_it_covers_least(
    browser: Browser, server: ContractServer, photo: str, comments: str, side: str
) -> None:
    browser.visit(
        f"""<!doctype html><style>body {{ margin: 0; height: 3000px }}
        img, div {{ position: absolute; top: 40px }}</style>
        <img id="photo" alt="" src="{PHOTO}" style="{photo}">
        <div style="{comments}">{_TEXT}</div>"""
    )
    box = browser.page.locator("#photo").bounding_box()
    assert box is not None
    overlay = browser.ask_about(box["x"] + 100, 200)
    overlay.garments()
    overlay.click("[role=button]")
    overlay.wait("(root) => root.getAnimations().every((a) => a.playState !== 'running')")
    place = overlay.rect(".panel")
    assert ("left" if place["x"] < 640 else "right") == side
