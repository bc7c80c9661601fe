"""A web search's pages become offers like any others: read, compared and ranked."""

import pytest

from tests.api.test_looks import upload
from tests.api.test_offers import address, events, offers_of
from tests.support.http_server import local_server, reply
from tests.support.pictures import outfit, picture_file
from tests.support.searxng_server import page_result, picture_result, searxng_server
from tests.support.shop_pages import html, product_page


@pytest.fixture
def shop():
    with local_server() as running:
        picture = running.url("/tee.png")
        running.routes |= {
            "/tee.png": reply(picture_file(outfit())),
            "/tee": html(product_page("Navy Tee", image=picture)),
            "/bag": html(product_page("Leather Bag", image=picture)),
            "/about": html(b"<html><title>About us</title><h1>About us</h1>"),
            "/closed": html(b"", 403),
        }
        yield running


@pytest.fixture
def searxng(shop):
    with searxng_server() as server:
        server.results = [
            picture_result(shop.url("/tee")),
            picture_result(shop.url("/bag")),
            page_result(shop.url("/about")),
            picture_result(
                shop.url("/closed"), title="Striped Tee", thumbnail_src=shop.url("/tee.png")
            ),
        ]
        yield server


@pytest.fixture
def application(application_with, searxng, shop):
    return application_with(searxng_url=searxng.url, fetch_allow=(shop.address,), search_seconds=60)


def test_pages_that_a_search_found_are_offers_of_the_garment_s_kind(client, searxng):
    look = upload(client).json
    assert searxng.vendor.requests == []
    found = {
        offer["title"]: offer for offer in offers_of(events(client.get(address(look))), "searxng")
    }
    assert set(found) == {"Navy Tee", "Striped Tee"}
    assert (found["Navy Tee"]["price"], found["Navy Tee"]["currency"]) == ("49.00", "USD")
    assert found["Navy Tee"]["availability"] == "in_stock"
    assert found["Striped Tee"]["price"] is None
    for offer in found.values():
        assert offer["similarity"] > 0.5
        assert client.get(offer["picture"]).status_code == 200


def test_what_is_sent_is_reported(client, searxng):
    listed = client.get("/api/v1/providers").json["providers"]
    providers = {provider["name"]: provider for provider in listed}
    assert providers["searxng"]["enabled"]
    assert not providers["google_vision"]["enabled"]
    assert "SearXNG" in providers["searxng"]["discloses"]
