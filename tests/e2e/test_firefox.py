"""Firefox against a plain server: it asks to be allowed, and then finds the pressed picture."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from tests.e2e.conftest import Artifacts
from tests.e2e.firefox import find_firefox, open_firefox
from tests.e2e.flows import BOX, POINT, click_garment, open_offers
from tests.e2e.fox_person import FoxPerson
from tests.e2e.open_web import SITE, running_open_web
from tests.e2e.overlay import OFFERS
from tests.e2e.street import Street, made, street_photos
from tests.e2e.strolling import PAGES
from tests.e2e.test_any_page import (  # noqa: F401 - the same, in this browser
    test_a_candidate_that_the_browser_left_is_not_analysed,
    test_a_canvas_has_an_entry_and_is_analysed,
    test_a_click_chooses_a_garment_in_a_popover,
    test_a_notice_in_place_of_a_hotlinked_picture_is_not_analysed,
    test_a_page_that_removes_foreign_nodes_is_named,
    test_a_slow_larger_version_is_not_waited_for,
    test_a_video_that_plays_on_is_shown_as_it_was,
    test_of_a_long_strip_what_is_in_the_window_is_analysed,
    test_of_cards_that_hide_their_picture_the_pressed_one_is_shown_or_asked_for,
    test_of_two_backgrounds_the_pressed_one_is_shown_or_asked_for,
    test_offers_outlive_the_picture_and_open_it_again,
    test_pictures_in_a_frame_can_be_picked,
    test_rare_elements_that_show_a_picture_are_found,
    test_silhouettes_lie_on_a_fixed_background,
    test_silhouettes_lie_on_a_picture_that_is_turned_in_space,
    test_the_frame_of_an_animation_that_is_seen_is_analysed,
    test_the_photo_below_an_icon_is_analysed,
    test_the_visible_picture_of_a_stack_is_analysed,
    test_what_no_element_shows_is_asked_about_as_it_is_on_the_screen,
)
from tests.e2e.test_more_pages import (  # noqa: F401 - the same, too
    test_a_photo_that_is_generated_is_analysed,
    test_a_press_that_the_page_keeps_is_not_taken_for_the_one_before,
    test_silhouettes_follow_a_photo_that_grows,
    test_silhouettes_lie_on_a_fixed_background_of_an_old_page,
    test_the_photo_can_be_picked,
    test_the_photo_in_a_frame_without_an_address_is_analysed,
    test_the_photo_is_analysed,
    test_the_photo_that_is_a_document_is_analysed,
)
from tests.e2e.tunnel import running_tunnel
from tests.e2e.waiting import at_rest, press_until, wait_for
from tests.support.certificates import Authority
from tests.support.server_process import REPOSITORY, running_server
from tests.support.ucp_server import product, ucp_server

BROWSER = "Firefox"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.usefixtures("keep"),
]

SHOP = "https://shop.example"
MISSING = (
    "The tests need Firefox. On Debian: sudo apt-get install firefox-esr (or set WTB_FIREFOX)."
)


@pytest.fixture(scope="module")
def street(data_dir: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Street]:
    """Server, web, and a Firefox that the server has not allowed yet."""
    executable = find_firefox()
    if executable is None:
        pytest.fail(MISSING, pytrace=False)
    folder = tmp_path_factory.mktemp("fox")
    for name in ("state", "certificates", "log"):
        (folder / name).mkdir()
    photos = street_photos(data_dir)
    pictures = {f"{name}.jpg": photo for name, photo in photos.items()} | made(photos)
    with ExitStack() as stack:
        tls = Authority(folder / "certificates").server_context("blog.example", "*.example")
        web = stack.enter_context(running_open_web(PAGES, pictures, tls))
        ucp = stack.enter_context(ucp_server())
        garments = ("Blazer", "Trousers", "Long Sleeve Shirt", "Vest", "Shoes")
        ucp.products = [
            product(
                f"Black {name}",
                number=number,
                picture=f"{web.picture_host}/0035.jpg",
                link=f"{SHOP}/{number}",
            )
            for number, name in enumerate(garments, 1)
        ]
        settings = {
            "WTB_FETCH_ALLOW": f"127.0.0.1:{web.picture_port},{ucp.address}",
            "WTB_UCP_ENABLED": "true",
            "WTB_UCP_ENDPOINT": ucp.url,
        }
        if data_dir is None:
            settings["WTB_MIN_SCORE"] = "0.2"
        server = stack.enter_context(running_server(folder / "state", settings, timeout=240))
        proxy = stack.enter_context(running_tunnel(web.port))
        firefox = stack.enter_context(open_firefox(executable, folder / "log", proxy))
        firefox.install(server.url, folder / "extension")
        yield Street(FoxPerson(firefox, server.url), web, photos)


@pytest.fixture(scope="module")
def screens() -> Artifacts:
    """The folder ``artifacts/firefox``, emptied."""
    return Artifacts(REPOSITORY / "artifacts" / "firefox")


@pytest.fixture
def keep(screens: Artifacts, request: pytest.FixtureRequest, street: Street) -> Iterator[None]:
    """Keep a screenshot of how each test ended."""
    yield
    screens.keep(request.node.name.removeprefix("test_")[:80], street.person.screen())


@pytest.fixture(autouse=True)
def allowed(street: Street) -> None:
    """Allow the extension, where it is not."""
    person = street.person
    if person.who_is_allowed():
        return
    person.visit("base.html")
    person.ask_about(*POINT)
    person.until(lambda now: "does not know this browser" in now.get("text", ""), "a card")
    person.ask_to_be_allowed()


def test_what_was_allowed_can_be_taken_back_in_the_web_app(street: Street) -> None:
    person = street.person
    (device,) = person.who_is_allowed()
    assert device["name"] == "Firefox on Linux"
    assert device["origin"] == person.firefox.extension_url.rstrip("/")
    person.firefox.visit(f"{person.server_url}/about")
    wait_for(lambda: device["origin"] in person.text(), "the list")
    person.click_on_page("Remove", lambda: not person.who_is_allowed(), "the list to be empty")
    person.visit("base.html")
    person.ask_about(*POINT)
    person.until(lambda now: "does not know this browser" in now.get("text", ""), "a card")


@pytest.mark.shows(
    "CSS background, on a network", "bg", "the pressed one, its offers, and the shop"
)
def test_from_a_photo_on_a_network_to_a_shop(street: Street) -> None:
    """The main way: nothing is asked on a listed site, and the shop is in the history."""
    person = street.person
    person.visit("bg.html", site="https://www.instagram.com")
    person.ask_about(520, 500)
    open_offers(person)
    # Whatever comes later moves what is there.
    person.until(lambda now: now.get("panel") and not now["busy"], "an end")
    offers = at_rest(lambda: person.ask(OFFERS) or None, "offers")
    assert all(offer["link"].startswith(SHOP) for offer in offers)
    before = set(person.firefox.tabs())
    press_until(
        lambda: person.click(offers[0]["x"], offers[0]["y"]),
        lambda: set(person.firefox.tabs()) - before,
        "the shop's page",
    )
    tab = next(iter(set(person.firefox.tabs()) - before))
    person.firefox.switch_to(tab)
    wait_for(lambda: str(person.evaluate("location.href")).startswith(SHOP), "its address")
    assert person.evaluate("document.referrer") == ""
    history = f"{person.server_url}/api/v1/history"
    clicks = wait_for(lambda: requests.get(history, timeout=20).json()["clicks"], "the history")
    assert clicks[0]["title"] == offers[0]["title"]


@pytest.mark.shows("img of a page that comes back", "base", "offers")
def test_a_page_that_was_left_and_comes_back_still_has_offers(street: Street) -> None:
    person = street.person

    def leave_and_return() -> None:
        person.visit("base.html")
        person.evaluate("window.wasKept = true")
        person.ask_about(*POINT)
        person.garments()
        person.firefox.go(f"{SITE}/plain2.html")
        person.firefox.back()

    # A browser keeps a page when it can: not one that it is busy with, as a slow machine may be.
    press_until(
        leave_and_return,
        lambda: person.evaluate("window.wasKept === true"),
        "a page that was kept",
        seconds=1,
    )
    click_garment(person)
    person.until(lambda now: now.get("panel") and not now["busy"], "an end")
    assert "cut off" not in person.state()["text"]


@pytest.mark.shows(
    "img in a frame of another site", "xframe", "a card that names the site, and offers to allow it"
)
def test_a_frame_of_another_site_is_named_and_analysed_once_it_is_allowed(street: Street) -> None:
    person = street.person
    person.visit("xframe.html")
    ask_in_frame(person)
    person.until(lambda now: "embed.example" in now.get("text", ""), "a card")
    before = set(person.firefox.tabs())
    # Firefox asks for a permission only where the click was in a page of the extension's own.
    person.click_text(
        "Allow embed.example", lambda: set(person.firefox.tabs()) - before, "the settings"
    )
    person.firefox.switch_to(next(iter(set(person.firefox.tabs()) - before)))
    filled = "document.getElementById('site')?.value && document.querySelector('#providers li')"
    wait_for(lambda: person.evaluate(f"Boolean({filled})"), "the settings to be filled in")
    person.click_on_page("Add", person.firefox.is_asked, "the browser's question")
    person.firefox.allow()
    wait_for(lambda: "embed.example" in person.text(), "the list of sites")
    person.visit("xframe.html")
    ask_in_frame(person)
    person.firefox.switch_to_frame(0)
    person.garments()
    person.firefox.switch_to_frame(None)


def ask_in_frame(person: FoxPerson) -> None:
    """Right-click in the page's frame: what is pressed is at the frame's own coordinates."""
    person.firefox.switch_to_frame(0)
    person.ask_about(POINT[0] - BOX[0], POINT[1] - BOX[1])
    person.firefox.switch_to_frame(None)


def test_the_settings_name_firefoxs_own_addresses(street: Street) -> None:
    person = street.person
    person.firefox.visit(f"{person.firefox.extension_url}options/options.html")
    wait_for(lambda: "about:addons" in person.text(), "the shortcut's place")
    assert "chrome://" not in person.text()
