"""Pages that press, hide, zoom, dim or keep the focus: none of it reaches the overlay."""

import pytest

from tests.extension.browser import ELSEWHERE, PLAIN, Browser
from tests.extension.shadow import Overlay
from tests.extension.sites import PHOTO
from tests.extension.test_overlay import HEAD, WHOLE, wait_glued
from tests.support.contract_server import ContractServer

pytestmark = pytest.mark.browser

OFFERS = "/api/v1/looks/0123456789abcdef0123456789abcdef/garments/1/offers"
PLACE = "position: absolute; left: 100px; top: 60px; width: 450px; height: 600px;"


def open_over(browser: Browser, html: str) -> Overlay:
    browser.visit(html)
    overlay = browser.ask_about(300, 300)
    overlay.garments()
    return overlay


def test_a_page_cannot_press_a_garment(browser: Browser, server: ContractServer) -> None:
    """A click sends the cut-out to shops: only the user's own counts."""
    overlay = open_over(browser, PLAIN)
    browser.page.evaluate(
        """() => {
          const host = document.querySelector("[popover]");
          const where = { bubbles: true, composed: true, clientX: 300, clientY: 250 };
          host.dispatchEvent(new PointerEvent("click", where));
          host.dispatchEvent(new MouseEvent("click", where));
          const key = { bubbles: true, key: "Escape" };
          document.body.dispatchEvent(new KeyboardEvent("keydown", key));
        }"""
    )
    # What the page did would have been heard before this.
    overlay.page.mouse.click(300, 500)
    overlay.wait_text("Red skirt")
    assert not server.of("GET", OFFERS)


def test_a_page_cannot_say_where_the_user_pressed(browser: Browser, server: ContractServer) -> None:
    other = f'<img src="{PHOTO}?other" style="{PLACE} left: 600px">'
    browser.visit(PLAIN + other)
    browser.page.mouse.click(300, 300, button="right")
    browser.page.evaluate(
        "document.body.dispatchEvent(new MouseEvent('contextmenu', { clientX: 700, clientY: 300 }))"
    )
    browser.choose_menu_entry()
    browser.overlay.garments()
    assert server.of("POST", "/api/v1/looks")[0].json["image_url"] == PHOTO


TRAP = """<div id="dialog"><button id="one">One</button></div><script>
  const take = () => { if (!dialog.contains(document.activeElement)) one.focus(); };
  dialog.addEventListener("focusout", () => setTimeout(take));
  document.addEventListener("focusin", take);
  one.focus();
</script>"""


def test_a_page_that_keeps_the_focus_does_not_get_it_back(browser: Browser) -> None:
    browser.visit(PLAIN + TRAP)
    browser.page.mouse.click(300, 300, button="right")
    browser.page.focus("#one")
    browser.choose_menu_entry()
    overlay = browser.overlay
    overlay.garments()
    browser.page.keyboard.press("Tab")
    focused = "(root) => root.activeElement?.getAttribute('aria-label')"
    assert overlay.ask(focused) == "navy long sleeve top, 1 of 3"
    browser.page.keyboard.press("Escape")
    overlay.wait_gone()
    assert browser.page.evaluate("document.activeElement.id") == "one"


def test_tab_never_leaves_for_the_page(browser: Browser) -> None:
    overlay = open_over(browser, PLAIN + "<button>Page</button>")
    keys = browser.page.keyboard
    for key in ("Shift+Tab", "Tab"):
        keys.press(key)
        assert overlay.ask("(root) => root.activeElement !== null"), key
    focused = "(root) => root.activeElement.getAttribute('aria-label')"
    assert overlay.ask(focused) == "navy long sleeve top, 1 of 3"


def test_escape_closes_where_the_page_stops_every_key(browser: Browser) -> None:
    """Elsewhere the page's own listeners were there before ours."""
    stop = """<script>for (const type of ["keydown", "keyup", "keypress"])
      addEventListener(type, (event) => event.stopImmediatePropagation(), true)</script>"""
    browser.visit(stop + PLAIN, ELSEWHERE)
    browser.grant_active_tab()
    browser.choose_menu_entry(srcUrl=PHOTO)
    overlay = browser.overlay
    overlay.garments()
    overlay.click("[role=button]")
    overlay.wait_text("3 offers")
    browser.page.keyboard.press("Escape")
    overlay.wait("(root) => !root.querySelector('.panel')")
    browser.page.keyboard.press("Escape")
    overlay.wait_gone()


def test_a_page_that_removes_the_overlay_once_has_it_elsewhere(browser: Browser) -> None:
    overlay = open_over(browser, PLAIN)
    browser.page.evaluate("() => document.querySelector('[popover]').remove()")
    overlay.garments()
    assert browser.page.evaluate("document.querySelector('body > [popover]') !== null")
    overlay.click("[role=button]")
    overlay.wait_text("3 offers")


@pytest.mark.parametrize("how", ["remove()", "hidePopover()"])
def test_a_page_that_removes_the_overlay_gets_its_clicks_back(browser: Browser, how: str) -> None:
    open_over(browser, PLAIN)
    browser.page.evaluate(
        f"""() => {{
          window.clicks = 0;
          photo.addEventListener("click", () => window.clicks += 1);
          const end = () => document.querySelector("[popover]")?.{how};
          new MutationObserver(end).observe(document.body, {{ childList: true }});
          end();
        }}"""
    )
    browser.page.mouse.click(130, 100)
    assert browser.page.evaluate("clicks") == 1
    browser.overlay.wait_gone()


def test_it_lies_on_the_picture_of_a_zoomed_page(browser: Browser) -> None:
    overlay = open_over(browser, f'{HEAD}<style>html {{ zoom: 1.5 }}</style>'
                        f'<img id="photo" src="{PHOTO}" style="{PLACE}">')  # fmt: skip
    wait_glued(overlay, WHOLE)


def test_its_words_run_from_left_to_right_on_any_page(browser: Browser) -> None:
    overlay = open_over(browser, PLAIN.replace("<html", '<html dir="rtl"'))
    overlay.click("[role=button]")
    overlay.wait_text("3 offers")
    assert (
        overlay.ask("(root) => getComputedStyle(root.querySelector('.panel')).direction") == "ltr"
    )
    wait_glued(overlay, WHOLE)


def test_what_the_page_dims_behind_its_dialogs_stays_bright(browser: Browser) -> None:
    open_over(browser, PLAIN + "<style>::backdrop { background: red }</style>")
    drawn = browser.page.evaluate(
        "getComputedStyle(document.querySelector('[popover]'), '::backdrop').display"
    )
    assert drawn == "none"


def test_a_picture_that_is_cut_off_below_only(browser: Browser) -> None:
    style = f"{PLACE} width: 300px; height: 200px; overflow-x: visible; overflow-y: clip"
    picture = f'<img src="{PHOTO}" width="450" height="600">'
    browser.visit(f'{HEAD}<div style="{style}">{picture}</div>')
    overlay = browser.ask_about(300, 200)
    overlay.garments()
    clip = "(root) => root.querySelector('.drawing').style.clipPath"
    overlay.until(lambda: overlay.ask(clip) == "inset(0px 0px 400px)", "the part that is seen")


def test_borders_are_no_part_of_the_picture(browser: Browser) -> None:
    style = f"{PLACE} width: 300px; height: 200px; overflow: hidden; border: 10px solid"
    picture = f'<img src="{PHOTO}" width="450" height="600" style="display: block">'
    browser.visit(f"{HEAD}<div style='{style}'>{picture}</div>")
    overlay = browser.ask_about(300, 200)
    overlay.garments()
    clip = "(root) => root.querySelector('.drawing').style.clipPath"
    seen = "inset(0px 150px 400px 0px)"
    overlay.until(lambda: overlay.ask(clip) == seen, "the part that is seen")
