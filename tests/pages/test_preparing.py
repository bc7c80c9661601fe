"""While the catalogue's pictures are prepared anew, nobody is told that no shop has anything."""

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.pages.searches import Event, Query, answer_searches, found, open_first_garment
from tests.support.choices import offers

pytestmark = pytest.mark.browser

GOING = {"left": 300, "hidden": 300, "total": 1200, "going": True, "seconds_left": 170.0}


class Catalogue:
    """A catalogue as the server tells of it; its one product is found when it is prepared."""

    def __init__(self) -> None:
        self.preparing: dict[str, Any] | None = GOING
        self.has_match = True

    def serve(self, page: Page) -> None:
        """Answer what a page asks about it."""
        answer_searches(page, self._events)
        page.route(
            "**/api/v1/catalog/preparing",
            lambda route: route.fulfill(json={"preparing": self.preparing}),
        )

    def _events(self, _: Query) -> list[Event]:
        offered = [] if self.preparing or not self.has_match else offers()[:1]
        return found(offered, answered=["catalog"], receipt=None, preparing=self.preparing)


@pytest.fixture
def catalogue() -> Catalogue:
    return Catalogue()


@pytest.fixture
def searched(visit, photo_file, catalogue):
    """The page after a search."""

    def make(**options) -> Page:
        page = visit(**options)
        catalogue.serve(page)
        open_first_garment(page, photo_file)
        return page

    return make


def status(page: Page):
    return page.locator(".under .status")


def test_a_search_that_finds_nothing_says_that_pictures_are_prepared_and_finds_in_the_end(
    searched, catalogue
):
    page = searched()
    expect(status(page)).to_have_text(
        "Nothing close found yet: the catalogue’s pictures are still being prepared."
    )
    note = page.locator(".preparing")
    expect(note).to_contain_text("Products left: 300 of 1,200.")
    expect(note).to_contain_text("Until then, no picture finds these. About 3 min left.")
    bar = note.get_by_role("progressbar", name="How much is prepared")
    assert bar.evaluate("(bar) => bar.position") == 0.75
    # It follows how far it is, and says when it is over.
    catalogue.preparing = GOING | {"left": 120, "hidden": 120, "seconds_left": None}
    expect(note).to_contain_text("Products left: 120 of 1,200.")
    expect(note).not_to_contain_text("min left")
    catalogue.preparing = None
    expect(note.get_by_role("status")).to_have_text("The catalogue’s pictures are prepared.")
    expect(bar).to_be_hidden()
    expect(status(page)).to_have_text("Nothing close was found while pictures were being prepared.")
    note.get_by_role("button", name="Search again").click()
    expect(status(page)).to_have_text("1 offer")
    expect(page.locator("#garment-name")).to_be_focused()
    expect(note).not_to_contain_text("prepared")


def test_after_the_end_nothing_is_blamed_on_pictures_any_more(searched, catalogue):
    catalogue.has_match = False
    page = searched()
    expect(status(page)).to_contain_text("still being prepared")
    catalogue.preparing = None
    page.get_by_role("button", name="Search again").click()
    expect(status(page)).to_have_text("No shop has anything like it yet.")


def test_what_the_old_weights_find_is_found(searched, catalogue):
    """Nothing is hidden, so that nothing close is all that there is to say."""
    catalogue.preparing = GOING | {"hidden": 0}
    page = searched()
    expect(status(page)).to_have_text("No shop has anything like it yet.")
    expect(page.locator(".preparing")).not_to_contain_text("prepared")


def test_pictures_that_cannot_be_had_are_named_where_nothing_is_found(searched, catalogue):
    catalogue.preparing = GOING | {"left": 4, "hidden": 4, "going": False, "seconds_left": None}
    page = searched()
    expect(status(page)).to_have_text("Nothing close among the products that a picture finds.")
    note = page.locator(".preparing")
    expect(note).to_contain_text("cannot be had, so no picture finds them: 4 of 1,200.")
    expect(note.get_by_role("progressbar")).to_have_count(0)


def test_the_whole_outfit_blames_no_shop_either(visit, photo_file, catalogue):
    page = visit()
    catalogue.serve(page)
    page.set_input_files("#file", photo_file)
    page.get_by_role("button", name="The whole outfit").click()
    parts = page.locator(".outfit-part .quiet")
    expect(parts.first).to_contain_text("still being prepared")
    expect(parts.last).to_contain_text("still being prepared")


def test_the_catalogues_page_says_how_far_it_is_until_the_end(visit, catalogue):
    page = visit()

    def shops(route: Route) -> None:
        shop = {
            "id": 1, "name": "Kiosk", "source": "https://kiosk.example/", "form": "shopify",
            "partner": False, "products": 1500, "searchable": 1200, "gone": 0, "every_hours": 0,
            "checked_at": "2026-11-28T12:00:00Z", "unfinished": False, "note": None,
            "progress": None,
        }  # fmt: skip
        route.fulfill(json={"shops": [shop], "adding": [], "preparing": catalogue.preparing})

    page.route("**/api/v1/catalog/shops", shops)
    page.goto(f"{page.url}catalogue")
    note = page.locator(".preparing")
    expect(note).to_contain_text("Products left: 300 of 1,200.")
    expect(note).to_contain_text("Until then, no picture finds these. About 3 min left.")
    catalogue.preparing = GOING | {"left": 10, "hidden": 0}
    expect(note).to_contain_text("Products left: 10 of 1,200.")
    expect(note).to_contain_text("Until then, these are found as before.")
    catalogue.preparing = GOING | {"left": 2, "hidden": 2, "going": False, "seconds_left": None}
    expect(note).to_contain_text("The catalogue’s pictures are prepared.")
    expect(note).to_contain_text("cannot be had, so no picture finds them: 2 of 1,200.")
