"""More kinds of pages, from reports on extensions of this sort: what those did not find."""

from collections.abc import Iterator
from pathlib import Path

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
    covering,
    lie_on_what_is_seen,
    seen_in,
)
from tests.e2e.street import Street
from tests.e2e.strolling import strolling
from tests.e2e.waiting import at_rest, press_until, wait_for
from tests.support.server_process import REPOSITORY

BROWSER = "Chromium"
pytestmark = [pytest.mark.browser, pytest.mark.timeout(600), pytest.mark.usefixtures("keep")]

# A site on the fixed list: the press is heard at first use.
NETWORK = "https://www.instagram.com"


@pytest.fixture(scope="module")
def street(
    playwright: Playwright, data_dir: Path | None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Street]:
    """Server, web, screen and browser."""
    with strolling(playwright, tmp_path_factory.mktemp("street"), data_dir) as running:
        yield running


@pytest.fixture(scope="module")
def screens() -> Artifacts:
    """The folder ``artifacts/more_pages``, emptied."""
    return Artifacts(REPOSITORY / "artifacts" / "more_pages")


@pytest.fixture
def keep(screens: Artifacts, request: pytest.FixtureRequest, street: Street) -> Iterator[None]:
    """Keep a screenshot of how each test ended."""
    yield
    screens.keep(request.node.name.removeprefix("test_")[:80], street.person.screen())


def shown(picture: str, page: str, seen: str = "its garments") -> object:
    """Return a page to visit, which is a row of the table in docs/extension.md."""
    return pytest.param(
        page, id=page, marks=pytest.mark.shows(picture, page.partition(".")[0], seen)
    )


def visit(street: Street, page: str, site: str = "https://blog.example") -> None:
    """Open a page, and wait until its photo is seen."""
    person = street.person
    person.visit(page if "." in page else f"{page}.html", site=site)
    photos = [street.photos[name] for name in ("0035", "0040")]
    wait_for(lambda: person.resembles(BOX, photos) == 0, "the photo")


PAGES = [
    shown("CSS background in densities", "imageset"),
    shown("CSS background of ::after, in a variable", "variable"),
    shown("CSS background of the page", "pagebg"),
    shown("CSS background under zoom and scale", "zoomedbg"),
    shown("CSS background whose address is gone", "blobbg"),
    shown("SVG image, turned", "turneddrawing"),
    shown("SVG document", "drawing.svg"),
    shown("XHTML", "post.xhtml"),
    shown("canvas of a worker", "offscreen"),
    shown("canvas with pixels of another site", "tainted"),
    shown("img above its placeholder", "placeholder"),
    shown("img below a clear img", "shield"),
    shown("img in a box that is none", "boxless"),
    shown("img in a button out of use", "disabled"),
    shown("img in a drawing's HTML", "foreign"),
    shown("img in a link that clips nothing", "inlineclip"),
    shown("img in boxes that contain paint", "contained"),
    shown("img in columns", "columns"),
    shown("img in slides that snap", "snap"),
    shown("img of a drawing's file", "svgimg"),
    shown("img of a page that styles everything", "rude"),
    shown("img of a page that writes itself again", "rewritten"),
    shown("img that content replaces", "replaced"),
    shown("img that is inert", "inert"),
    shown("img that sticks", "sticky"),
    shown("img whose address is gone", "blobimg"),
    shown("img whose address shows another picture each time", "onetime"),
    shown("img with a mask", "masked"),
]


@pytest.mark.parametrize("page", PAGES)
def test_the_photo_is_analysed(street: Street, page: str) -> None:
    visit(street, page)
    street.person.ask_about(*POINT)
    ask_or_show(street.person, POINT)
    assert street.person.overlap(street.photos["0035"], BOX) > SAME


FRAMES = [
    shown("img in a frame from a blob", "blobframe"),
    shown("img in a frame that a script writes", "blankframe"),
    shown("img in a frame that is written out", "srcdoc"),
]


@pytest.mark.parametrize("page", FRAMES)
def test_the_photo_in_a_frame_without_an_address_is_analysed(street: Street, page: str) -> None:
    visit(street, page)
    street.person.ask_about(*POINT)
    street.person.garments()
    # The overlay is in the frame.
    assert street.person.overlap(street.photos["0035"], (0, 0, *BOX[2:])) > SAME


@pytest.mark.parametrize(
    "page",
    [
        shown("img in a frameset", "frameset", "“Pick a picture” reaches it"),
        shown("img in an object's document", "objectframe", "“Pick a picture” reaches it"),
    ],
)
def test_a_photo_in_a_frame_of_another_sort_can_be_picked(street: Street, page: str) -> None:
    street.person.visit(f"{page}.html")
    street.person.start_picking()
    choose_picked(street.person, POINT)
    street.person.garments()
    assert street.person.overlap(street.photos["0035"], (0, 0, 430, 640)) > SAME


# What the menu of Chromium has no entry on, or a page no menu.
PICKED = [
    shown("embed", "embedimg", "“Pick a picture” finds it"),
    shown("img of a page without a menu", "nopress", "“Pick a picture” finds it"),
    shown("object", "objectimg", "“Pick a picture” finds it"),
]


@pytest.mark.parametrize("page", PICKED)
def test_the_photo_can_be_picked(street: Street, page: str) -> None:
    visit(street, page)
    street.person.start_picking()
    choose_picked(street.person, POINT)
    street.person.garments()
    assert street.person.overlap(street.photos["0035"], BOX) > SAME


@pytest.mark.shows("object without a kind", "objectplain", "“Pick a picture” finds it")
def test_what_an_object_shows_of_itself_can_be_picked(street: Street) -> None:
    visit(street, "objectplain")
    seen = seen_in(street.person, BOX)
    street.person.start_picking()
    choose_picked(street.person, POINT)
    street.person.garments()
    assert street.person.overlap(seen, BOX) > SAME


@pytest.mark.shows("CSS content of ::before", "pseudocontent", "its garments")
def test_a_photo_that_is_generated_is_analysed(street: Street) -> None:
    visit(street, "pseudocontent")
    seen = seen_in(street.person, BOX)
    street.person.ask_about(*POINT)
    ask_or_show(street.person, POINT)
    assert street.person.overlap(seen, BOX) > SAME


@pytest.mark.shows("object", "objectimg", "the page's entry beside it leads to it")
def test_the_entry_beside_an_object_leads_to_it(street: Street) -> None:
    visit(street, "objectimg")
    street.person.ask_about(900, 400)
    ask_or_show(street.person, POINT)
    assert street.person.overlap(street.photos["0035"], BOX) > SAME


@pytest.mark.parametrize(
    "page",
    [
        shown("slides that go on while the menu is open", "autoplay", "the question which one"),
        shown("track that goes on while the menu is open", "moving", "the question which one"),
    ],
)
def test_what_has_moved_on_while_the_menu_was_open_is_asked_for(street: Street, page: str) -> None:
    person = street.person
    visit(street, page, NETWORK)
    has_moved = "document.body.dataset.moved"
    moves = lambda: wait_for(lambda: person.evaluate(has_moved), "the next slide")  # noqa: E731
    person.ask_about(*POINT, meanwhile=moves)
    now = person.until(lambda now: now.get("picking") or now.get("garments"), "an answer")
    assert now["picking"], "silhouettes of what nobody pressed"


@pytest.mark.shows(
    "CSS background of a page that keeps presses", "deafening", "the pressed one, or the question"
)
def test_a_press_that_the_page_keeps_is_not_taken_for_the_one_before(street: Street) -> None:
    person = street.person
    visit(street, "deafening")
    person.ask_about(*POINT)
    ask_or_show(person, POINT)
    press_until(lambda: person.press("Escape"), lambda: not person.state(), "the overlay to close")
    person.ask_about(885, 400)
    ask_or_show(person, (885, 400))
    assert person.overlap(street.photos["0040"], (660, *BOX[1:])) > SAME


SANDBOXED = [
    shown("img in a sandbox", "sandboxed", "its garments, or the offer to ask about the screen"),
    shown(
        "img in a sandbox with scripts",
        "sandboxscripts",
        "its garments, or the offer to ask about the screen",
    ),
]


@pytest.mark.parametrize("page", SANDBOXED)
def test_in_a_sandbox_the_photo_or_the_screen_is_analysed(street: Street, page: str) -> None:
    person = street.person
    visit(street, page)
    person.ask_about(*POINT)
    person.until(lambda now: now.get("card") or person.any_garment(), "an answer")
    if person.state().get("card"):
        ask_about_screen(person)
        assert person.overlap(street.photos["0035"], BOX) > SAME


@pytest.mark.shows("image document", "base", "its garments")
def test_the_photo_that_is_a_document_is_analysed(street: Street) -> None:
    person = street.person
    person.visit("0035.jpg")
    box = person.evaluate("Object.values(document.images[0].getBoundingClientRect().toJSON())")[:4]
    person.ask_about(box[0] + box[2] / 2, box[1] + box[3] / 2)
    person.garments()
    assert person.overlap(street.photos["0035"], box) > SAME


@pytest.mark.shows("img that grows", "kenburns", "silhouettes on the garments")
def test_silhouettes_follow_a_photo_that_grows(street: Street) -> None:
    person = street.person
    person.visit("kenburns.html")
    person.ask_about(*POINT)
    person.garments()
    person.evaluate("document.getAnimations().forEach((one) => one.pause())")
    at_rest(lambda: person.filled().tobytes(), "silhouettes")
    box = person.evaluate("Object.values(document.images[0].getBoundingClientRect().toJSON())")[:4]
    assert person.overlap(street.photos["0035"], box) > SAME


@pytest.mark.shows("img enlarged with two fingers", "base", "its garments")
def test_a_photo_that_two_fingers_have_enlarged_is_analysed(street: Street) -> None:
    person = street.person
    person.visit("base.html")
    person.enlarge(1.25)
    person.ask_about(*(at * 1.25 for at in POINT))
    person.garments()
    assert person.overlap(street.photos["0035"], BOX) > SAME


@pytest.mark.shows(
    "fixed CSS background without a doctype", "quirks", "silhouettes on the garments"
)
def test_silhouettes_lie_on_a_fixed_background_of_an_old_page(street: Street) -> None:
    person = street.person
    person.visit("quirks.html")
    person.ask_about(600, 500)
    ask_or_show(person, (600, 500))
    window = person.evaluate("[0, 0, document.body.clientWidth, innerHeight]")
    photo = street.photos["0035"]
    assert person.overlap(photo, covering(photo, window, 0.5)) > SAME


@pytest.mark.shows("img placed from its far edges", "edges", "silhouettes on the garments")
def test_silhouettes_lie_on_a_photo_that_is_placed_from_its_far_edges(street: Street) -> None:
    person = street.person
    person.visit("edges.html")
    person.ask_about(*POINT)
    person.garments()
    # Its right side is 30 px, its lower side 40 px within a box that is 560 px high.
    assert person.overlap(street.photos["0035"], (70, -98, 450, 678)) > SAME


@pytest.mark.parametrize(
    "page",
    [
        shown("img in a slot of a closed shadow root", "closedslot", "silhouettes on the garments"),
        shown("img on a path", "motion", "silhouettes on the garments"),
    ],
)
def test_silhouettes_lie_on_what_is_turned_out_of_sight(street: Street, page: str) -> None:
    lie_on_what_is_seen(street.person, f"{page}.html")


@pytest.mark.shows(
    "CSS background of ::backdrop", "backdrop", "a card that offers to ask about the screen"
)
def test_a_backdrop_is_asked_about_as_it_is_on_the_screen(street: Street) -> None:
    visit(street, "backdrop")
    street.person.ask_about(*POINT)
    ask_about_screen(street.person)
    assert street.person.overlap(street.photos["0035"], BOX) > SAME
