"""Whoever has looked at nothing yet is offered a picture to begin with."""

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import expect

from tests.support.server_process import running_server

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def new_server(tmp_path_factory) -> Iterator[str]:
    """Address of a server that nobody has used yet, as it is set up by default."""
    settings = {"WTB_UCP_ENABLED": "false"}
    with running_server(tmp_path_factory.mktemp("new"), settings) as running:
        yield f"{running.url}/"


@pytest.mark.parametrize("width", [1280, 320])
def test_one_click_on_the_sample_leads_to_garments_and_to_where_to_buy_them(
    visit, new_server, width
):
    requests.delete(f"{new_server}api/v1/looks", timeout=60)
    page = visit(url=new_server, viewport={"width": width, "height": 800})
    sample = page.get_by_role("button", name="No picture at hand? Try this one")
    sample.click()
    expect(page.locator(".garment-row")).to_have_count(3)
    names = page.locator(".garment-row .title").all_inner_texts()
    wanted = ("top", "skirt", "trousers")
    assert [any(word in name for name in names) for word in wanted] == [
        True, True, True,
    ]  # fmt: skip
    page.locator(".garment").first.click()
    expect(page.get_by_role("link", name="Google Shopping")).to_be_visible()
    # From now on there is a picture to come back to.
    page.goto(new_server)
    expect(page.get_by_role("button", name="Choose a picture")).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(sample).to_be_hidden()


def test_where_there_is_a_history_it_is_not_offered(visit, photo_file):
    page = visit()
    page.set_input_files("#file", photo_file)
    expect(page.locator(".garment").first).to_be_visible()
    with page.expect_response("**/api/v1/looks?limit=1"):
        page.goto(page.url.partition("?")[0])
    expect(page.locator("#sample")).to_be_hidden()


def test_it_can_be_taken_by_keyboard_and_says_when_the_server_is_gone(visit, new_server):
    requests.delete(f"{new_server}api/v1/looks", timeout=60)
    page = visit(url=new_server)
    sample = page.locator("#sample")
    expect(sample).to_be_visible()
    page.context.set_offline(True)
    sample.press("Enter")
    expect(page.locator("#address-fault")).to_contain_text("Your server does not answer")
    page.context.set_offline(False)
    sample.press("Enter")
    expect(page.locator(".garment-row").first).to_be_visible()
