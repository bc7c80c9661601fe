"""What has room: on phones upright and lying, on a laptop, and on a very large screen."""

import pytest
from playwright.sync_api import Page, expect

from tests.pages.searches import answer_searches, found, open_first_garment
from tests.pages.test_offers import offer

pytestmark = pytest.mark.browser

ROWS = ".results > .offers > li"
_LEFT_EDGES = f"""() => new Set([...document.querySelectorAll("{ROWS}")].map(
  (row) => Math.round(row.getBoundingClientRect().left))).size"""
_IN_SIGHT = """(selector) => {
  const { top, bottom } = document.querySelector(selector).getBoundingClientRect();
  return Math.max(0, Math.min(bottom, innerHeight) - Math.max(top, 0)) / (bottom - top);
}"""


@pytest.fixture
def opened(visit, photo_file):
    """Opens the offers of a garment, 24 of them, in a window of some size."""

    def make(width: int, height: int, **options: object) -> Page:
        page = visit(
            viewport={"width": width, "height": height}, reduced_motion="reduce", **options
        )
        many = [offer(f"o{place}", title=f"Coat {place}") for place in range(24)]
        answer_searches(page, lambda _: found(many))
        open_first_garment(page, photo_file)
        expect(page.locator(ROWS)).to_have_count(24)
        return page

    return make


def in_sight(page: Page, selector: str) -> float:
    """Return how much of an element's height is in the window, 0 to 1."""
    share: float = page.evaluate(_IN_SIGHT, selector)
    return share


PHONE = {"has_touch": True, "is_mobile": True}


@pytest.mark.parametrize(
    ("width", "height", "columns"),
    [(320, 640, 1), (390, 844, 2), (1280, 800, 2), (3840, 2160, 5)],
)
def test_offers_stand_in_as_many_columns_as_there_is_room_for(opened, width, height, columns):
    page = opened(width, height)
    assert page.evaluate(_LEFT_EDGES) >= columns
    # No column is too narrow to be read.
    box = page.locator(ROWS).first.bounding_box()
    assert box is not None
    assert box["width"] >= 145


def test_a_very_large_screen_is_used_to_its_edges(opened):
    page = opened(3840, 2160)
    side, stage = (page.locator(each).bounding_box() for each in (".side", ".stage"))
    assert side is not None
    assert stage is not None
    assert side["x"] + side["width"] > 3700
    assert stage["x"] < 140
    assert in_sight(page, ".picture") == 1


def test_on_a_phone_the_picture_stays_in_sight_above_the_offers(opened):
    page = opened(390, 844, **PHONE)
    page.evaluate("scrollTo({ top: 900, behavior: 'instant' })")
    page.wait_for_function("() => scrollY > 800")
    assert in_sight(page, ".picture") == 1
    box = page.locator(".picture").bounding_box()
    assert box is not None
    assert box["height"] > 150
    # What is below it can be seen as well.
    assert box["y"] + box["height"] < 844 / 2


def test_a_phone_that_lies_on_its_side_shows_picture_and_offers(opened):
    page = opened(844, 390, **PHONE)
    box = page.locator(".picture").bounding_box()
    assert box is not None
    assert box["width"] > 200
    assert in_sight(page, ".picture") > 0.9
    assert in_sight(page, "#garment-name") == 1
    page.evaluate("scrollTo({ top: 260, behavior: 'instant' })")
    assert in_sight(page, ROWS) > 0.5
    assert in_sight(page, ".picture") > 0.9


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_the_field_for_an_address_has_the_whole_width(visit, width):
    page = visit(viewport={"width": width, "height": 700})
    box = page.locator("#url").bounding_box()
    assert box is not None
    assert box["width"] > width - 60


def test_at_320_pixels_what_is_said_of_the_offers_is_below_the_name_and_its_buttons(opened):
    page = opened(320, 640)
    box = {
        name: page.locator(selector).bounding_box()
        for name, selector in (
            ("back", ".panel header > .round:not(.heart)"), ("name", "#garment-name"),
            ("put right", ".put-right"), ("said", ".panel header .under"),
        )
    }  # fmt: skip
    assert all(box.values())
    middles = [box[name]["y"] + box[name]["height"] / 2 for name in ("back", "name", "put right")]
    assert max(middles) - min(middles) < 6
    assert box["back"]["x"] < box["name"]["x"] < box["put right"]["x"]
    assert box["back"]["x"] + box["back"]["width"] <= box["name"]["x"]
    assert box["said"]["y"] > max(middles)
    assert box["said"]["width"] > 240


@pytest.mark.parametrize("path", ["", "about", "history", "catalogue", "extension", "pairing"])
def test_every_page_follows_the_size_of_type_that_the_browser_is_set_to(visit, site, path):
    page = visit(path)
    expect(page.locator("[aria-busy]")).to_have_count(0)
    fixed = page.evaluate(
        """() => {
          const texts = [...document.querySelectorAll("body *")].filter((each) =>
            each.checkVisibility() &&
            [...each.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()));
          const sizes = () => texts.map((each) => parseFloat(getComputedStyle(each).fontSize));
          const before = sizes();
          document.documentElement.style.fontSize = "200%";
          const after = sizes();
          // Headings are limited by the window as well.
          return texts.filter((each, place) => each.localName !== "h1" &&
            after[place] < 1.9 * before[place]).map((each) => each.outerHTML.slice(0, 100));
        }"""
    )
    assert fixed == []
