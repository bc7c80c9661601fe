"""Any page of the web: the pressed picture, and none but that.

Each page of `any_page/` stands for a kind that extensions of this sort are reported to fail on.
`WTB_ANY_PAGE` names another folder with pages of the same names.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Playwright

from tests.e2e.conftest import Artifacts
from tests.e2e.flows import (
    BOX,
    POINT,
    SAME,
    ask_about_screen,
    ask_or_show,
    choose_picked,
    click_garment,
    covering,
    lie_on_what_is_seen,
    open_offers,
)
from tests.e2e.street import NAMES, Street
from tests.e2e.strolling import strolling
from tests.e2e.waiting import at_rest, press_until, wait_for
from tests.support.server_process import REPOSITORY

BROWSER = "Chromium"
pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def street(
    playwright: Playwright, data_dir: Path | None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Street]:
    """Server, web, screen and browser."""
    with strolling(playwright, tmp_path_factory.mktemp("street"), data_dir) as running:
        yield running


@pytest.fixture(scope="module")
def screens() -> Artifacts:
    """The folder ``artifacts/any_page``, emptied."""
    return Artifacts(REPOSITORY / "artifacts" / "any_page")


@pytest.fixture
def keep(screens: Artifacts, request: pytest.FixtureRequest, street: Street) -> Iterator[None]:
    """Keep a screenshot of how each test ended."""
    yield
    screens.keep(request.node.name.removeprefix("test_")[:80], street.person.screen())


pytestmark.append(pytest.mark.usefixtures("keep"))


@pytest.mark.shows("img below a link", "reactgrid", "the pressed one, or the question which one")
def test_of_cards_that_hide_their_picture_the_pressed_one_is_shown_or_asked_for(
    street: Street,
) -> None:
    """At first use on a site, nobody heard the press; the menu's entry lies over another card."""
    person = street.person
    for card in (0, 2, 5):
        person.visit("reactgrid.html")
        x, y = 30 + card % 4 * 320 + 220, 20 + card // 4 * 420 + 300
        person.ask_about(x, y)
        ask_or_show(person, (x, y))
        left, top = 30 + card % 4 * 320, 20 + card // 4 * 420
        photo = street.photos[NAMES[card]]
        assert person.overlap(photo, covering(photo, (left, top, 300, 370), 0.5)) > SAME, card


@pytest.mark.shows("CSS background", "bg", "the pressed one, or the question which one")
def test_of_two_backgrounds_the_pressed_one_is_shown_or_asked_for(street: Street) -> None:
    person = street.person
    person.visit("bg.html")
    person.ask_about(520, 500)
    ask_or_show(person, (520, 500))
    photo = street.photos["0035"]
    assert person.overlap(photo, covering(photo, BOX)) > SAME


@pytest.mark.shows("canvas", "canvas2d", "its garments; the menu has the entry")
def test_a_canvas_has_an_entry_and_is_analysed(street: Street) -> None:
    person = street.person
    person.visit("canvas2d.html")
    person.ask_about(*POINT)
    ask_or_show(person, POINT)
    assert person.overlap(street.photos["0035"], BOX) > SAME


@pytest.mark.shows(
    "img in a frame of another site", "xframe", "a card that names the site, and offers to allow it"
)
def test_a_frame_of_another_site_says_so_and_offers_to_allow_it(street: Street) -> None:
    person = street.person
    person.visit("xframe.html")
    person.ask_about(*POINT)
    now = person.until(lambda now: now.get("card"), "a card")
    assert "embed.example" in now["text"]


@pytest.mark.shows("img in a frame", "sameframe", "“Pick a picture” reaches it")
def test_pictures_in_a_frame_can_be_picked(street: Street) -> None:
    person = street.person
    person.visit("sameframe.html")
    person.start_picking()
    choose_picked(person, POINT)
    assert person.garments()["garments"]


@pytest.mark.shows(
    "hotlinked img",
    "hot200",
    "the garments of what is on the screen, not of the notice that the server got",
)
def test_a_notice_in_place_of_a_hotlinked_picture_is_not_analysed(street: Street) -> None:
    person = street.person
    person.visit("hot200.html")
    person.ask_about(*POINT)
    person.garments()
    assert person.overlap(street.photos["0035"], BOX) > SAME


@pytest.mark.shows(
    "animated img", "anim2", "the garments of the frame on the screen, over a still of it"
)
def test_the_frame_of_an_animation_that_is_seen_is_analysed(street: Street) -> None:
    person = street.person
    person.visit("anim2.html")
    frames = [street.photos[name] for name in NAMES[:2]]
    wait_for(lambda: person.resembles(BOX, frames) == 1, "the second frame")
    person.ask_about(*POINT)
    person.garments()
    assert person.overlap(street.photos["0040"], BOX) > SAME


@pytest.mark.shows("img longer than the window", "strip", "the garments of what is in the window")
def test_of_a_long_strip_what_is_in_the_window_is_analysed(street: Street) -> None:
    person = street.person
    person.visit("strip.html")
    person.evaluate("scrollTo(0, 1325 * 3)")
    x = person.evaluate("document.documentElement.clientWidth") / 2
    person.ask_about(x, 300)
    person.garments()
    photo = street.photos[NAMES[3]]
    assert person.overlap(photo, (x - 430, 0, 860, 1325)) > SAME


@pytest.mark.shows("img in fullscreen", "full", "a click chooses the garment")
def test_a_click_chooses_a_garment_in_fullscreen(street: Street) -> None:
    person = street.person
    person.visit("full.html")
    x = person.evaluate("innerWidth / 2")
    person.evaluate("v.addEventListener('click', () => v.requestFullscreen())")
    press_until(
        lambda: person.click(x, 400),
        lambda: person.evaluate("document.fullscreenElement !== null"),
        "fullscreen",
    )
    # The window grows into it.
    x = at_rest(lambda: person.evaluate("[innerWidth / 2, innerHeight]"), "the window")[0]
    person.ask_about(x, 400)
    open_offers(person)


@pytest.mark.shows("img in a popover", "popover", "a click chooses the garment")
def test_a_click_chooses_a_garment_in_a_popover(street: Street) -> None:
    person = street.person
    person.visit("popover.html")
    is_open = "document.querySelector('[popover]').matches(':popover-open')"
    press_until(lambda: person.click(25, 20), lambda: person.evaluate(is_open), "the popover")
    x = person.evaluate("innerWidth / 2")
    person.ask_about(x, 400)
    open_offers(person)


@pytest.mark.shows(
    "img that moves on", "carousel", "the offers stay; the picture can be shown again"
)
def test_offers_outlive_the_picture_and_open_it_again(street: Street) -> None:
    person = street.person
    person.visit("carousel.html")
    person.ask_about(*POINT)
    open_offers(person)
    press_until(
        lambda: person.click(590, 390),
        lambda: "no longer" in person.state().get("text", ""),
        "a word",
    )
    assert person.state()["panel"]
    person.press("Tab")
    person.click_text("Show the picture", lambda: person.state().get("garments"), "silhouettes")
    person.garments()
    person.press("Escape", "Escape")


@pytest.mark.shows("img of a page that comes back", "base", "offers")
def test_a_page_that_comes_back_as_it_was_left_still_has_offers(street: Street) -> None:
    """The browser that runs tests keeps no pages; what such a page is told is the same."""
    person = street.person
    person.visit("base.html")
    person.ask_about(*POINT)
    person.garments()
    person.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    click_garment(person)
    person.until(lambda now: now.get("panel") and not now["busy"], "an end")
    assert "cut off" not in person.state()["text"]


@pytest.mark.shows("video", "videokeep", "the frame that was analysed, as a still")
def test_a_video_that_plays_on_is_shown_as_it_was(street: Street) -> None:
    person = street.person
    person.visit("videokeep.html")
    person.evaluate(
        "new Promise((go) => { const v = document.querySelector('video');"
        " const ask = () => v.currentTime > 0.5 && v.currentTime < 1.2 ? go()"
        " : requestAnimationFrame(ask); ask(); })"
    )
    person.ask_about(*POINT)
    person.garments()
    overlaps = [person.overlap(street.photos[name], BOX) for name in NAMES[:2]]
    # What is seen is what was analysed, whatever the film shows meanwhile.
    for _ in range(3):
        seen = person.resembles(BOX, [street.photos[name] for name in NAMES[:2]])
        assert seen == int(np.argmax(overlaps))
        person.evaluate("new Promise((go) => setTimeout(go, 1500))")
    assert max(overlaps) > SAME


@pytest.mark.shows("img over img, without pointer events", "stack", "the topmost")
def test_the_visible_picture_of_a_stack_is_analysed(street: Street) -> None:
    person = street.person
    person.visit("stack.html")
    person.ask_about(*POINT)
    ask_or_show(person, POINT)
    assert person.overlap(street.photos["0035"], BOX) > SAME


@pytest.mark.shows("fixed CSS background", "fixedbg", "silhouettes on the garments")
def test_silhouettes_lie_on_a_fixed_background(street: Street) -> None:
    person = street.person
    person.visit("fixedbg.html")
    person.ask_about(600, 500)
    ask_or_show(person, (600, 500))
    window = person.evaluate("[0, 0, document.documentElement.clientWidth, innerHeight]")
    photo = street.photos["0035"]
    assert person.overlap(photo, covering(photo, window, 0.5)) > SAME


@pytest.mark.shows("CSS background below an icon", "bglayer", "the garments of the photo")
def test_the_photo_below_an_icon_is_analysed(street: Street) -> None:
    person = street.person
    person.visit("bglayer.html")
    person.ask_about(*POINT)
    ask_or_show(person, POINT)
    photo = street.photos["0040"]
    assert person.overlap(photo, covering(photo, BOX)) > SAME


@pytest.mark.shows("input, CSS content", "misc", "found")
@pytest.mark.parametrize(("left", "name"), [(10, "0035"), (650, "0050")])
def test_rare_elements_that_show_a_picture_are_found(street: Street, left: int, name: str) -> None:
    person = street.person
    person.visit("misc.html")
    person.ask_about(left + 150, 300)
    ask_or_show(person, (left + 150, 300))
    assert person.overlap(street.photos[name], (left, 20, 300, 452)) > SAME


@pytest.mark.shows("SVG pattern", "svgpattern", "its garments")
def test_a_shape_that_is_filled_with_a_photo_is_analysed(street: Street) -> None:
    show_garments_of_the_photo(street, "svgpattern.html")


@pytest.mark.shows("SVG use", "svguse", "its garments")
def test_a_photo_that_a_drawing_repeats_is_analysed(street: Street) -> None:
    show_garments_of_the_photo(street, "svguse.html")


@pytest.mark.shows("CSS border", "borderimage", "its garments")
def test_a_photo_that_is_a_border_is_analysed(street: Street) -> None:
    show_garments_of_the_photo(street, "borderimage.html")


@pytest.mark.shows("WebGL", "webgl", "its garments")
def test_what_the_graphics_card_has_drawn_is_analysed(street: Street) -> None:
    show_garments_of_the_photo(street, "webgl.html")


@pytest.mark.shows("img in a closed shadow root", "closedroot", "its garments")
def test_a_photo_in_a_closed_shadow_root_is_analysed(street: Street) -> None:
    show_garments_of_the_photo(street, "closedroot.html")


@pytest.mark.shows("img with an image map", "imagemap", "its garments")
def test_a_photo_below_an_image_map_is_analysed(street: Street) -> None:
    show_garments_of_the_photo(street, "imagemap.html")


def show_garments_of_the_photo(street: Street, name: str) -> None:
    """Ask about the only photo of a page."""
    person = street.person
    person.visit(name)
    wait_for(lambda: person.resembles(BOX, [street.photos["0035"]]) == 0, "the photo")
    person.ask_about(*POINT)
    ask_or_show(person, POINT)
    assert person.overlap(street.photos["0035"], BOX) > SAME


@pytest.mark.shows("SVG filter", "svgfilter", "a card that offers to ask about the screen")
def test_what_no_element_shows_is_asked_about_as_it_is_on_the_screen(street: Street) -> None:
    person = street.person
    person.visit("svgfilter.html")
    wait_for(lambda: person.resembles(BOX, [street.photos["0035"]]) == 0, "the photo")
    person.ask_about(*POINT)
    ask_about_screen(person)
    assert person.overlap(street.photos["0035"], BOX) > SAME


@pytest.mark.shows("img under a strict policy, turned in space", "policy", "over a still")
def test_a_strict_policy_keeps_no_still_from_being_seen(street: Street) -> None:
    lie_on_what_is_seen(street.person, "policy.html")


@pytest.mark.shows(
    "img with a slow larger version",
    "srcsetslow",
    "the one on the screen, after a second and a half",
)
def test_a_slow_larger_version_is_not_waited_for(street: Street) -> None:
    person = street.person
    person.visit("srcsetslow.html")
    person.ask_about(*POINT)
    person.garments()
    assert street.web.waiting, "the server had given up on it"
    assert person.overlap(street.photos["0035"], BOX) > SAME


@pytest.mark.shows("img turned in space", "turned3d", "silhouettes on the garments, over a still")
def test_silhouettes_lie_on_a_picture_that_is_turned_in_space(street: Street) -> None:
    lie_on_what_is_seen(street.person, "turned3d.html")


@pytest.mark.shows("part of an img by object-view-box", "viewbox", "silhouettes on the garments")
def test_silhouettes_lie_on_a_part_of_a_picture(street: Street) -> None:
    lie_on_what_is_seen(street.person, "viewbox.html")


@pytest.mark.shows("img whose largest candidate the browser left", "srcsetrefused", "its garments")
def test_a_candidate_that_the_browser_left_is_not_analysed(street: Street) -> None:
    person = street.person
    person.visit("srcsetrefused.html")
    person.ask_about(*POINT)
    person.garments()
    assert person.overlap(street.photos["0035"], BOX) > SAME


@pytest.mark.shows(
    "img of a page that removes foreign nodes",
    "cleaner",
    "one try elsewhere, then a word at the toolbar button",
)
def test_a_page_that_removes_foreign_nodes_is_named(street: Street) -> None:
    person = street.person
    person.visit("cleaner.html")
    person.ask_about(*POINT)
    wait_for(lambda: "removes" in person.notice() or person.state().get("garments"), "a word", 60)
    if "removes" in person.notice():
        person.close_popup()


@pytest.mark.shows(
    "CSS background, on an allowed site", "bg", "the pressed one, without a question"
)
def test_on_a_site_that_was_allowed_for_good_nothing_is_asked(street: Street) -> None:
    person = street.person
    person.visit("bg.html")
    person.ask_about(520, 500)
    person.until(lambda now: now.get("picking"), "the question")
    person.click_text("Always on this site", person.is_asked, "the browser's question")
    person.allow()
    person.reload()
    person.ask_about(520, 500)
    person.garments()
    photo = street.photos["0035"]
    assert person.overlap(photo, covering(photo, BOX)) > SAME
    options = person.options()
    wait_for(lambda: options.locator("#sites li").count() == 1, "the list of sites")
    assert options.locator("#sites li span").inner_text() == "blog.example"
    options.locator("#sites button").click()
    wait_for(lambda: options.locator("#sites li").count() == 0, "the site to be gone")
    person.visit("bg.html")
    person.ask_about(520, 500)
    person.until(lambda now: now.get("picking"), "the question")


@pytest.mark.shows("img in a frame of an allowed site", "xframe", "its garments")
def test_in_a_frame_that_was_allowed_the_picture_is_analysed(street: Street) -> None:
    person = street.person
    person.visit("xframe.html")
    person.ask_about(*POINT)
    person.until(lambda now: now.get("card"), "a card")
    person.click_text("Allow embed.example", person.is_asked, "the browser's question")
    person.allow()
    wait_for(person.any_garment, "silhouettes in the frame", 60)


@pytest.mark.shows("img, the extension reloaded meanwhile", "base", "the overlay closes; one opens")
def test_an_overlay_of_an_extension_that_was_reloaded_closes(street: Street) -> None:
    person = street.person
    person.visit("base.html")
    person.ask_about(*POINT)
    person.garments()
    person.reload_extension()
    person.until(lambda now: not now, "the overlay to be gone")
    person.ask_about(*POINT)
    person.garments()
    assert person.hosts() == 1
