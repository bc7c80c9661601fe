from collections.abc import Iterator

import pytest

from server.fetch.fetcher import Fetcher
from server.offers.found_pages import PageReader
from tests.support.chosen_settings import settings_with
from tests.support.google_server import GoogleServer, google_server
from tests.support.http_server import LocalServer, local_server
from tests.support.shop_pages import html, product_page


@pytest.fixture
def server() -> Iterator[GoogleServer]:
    with google_server() as running:
        yield running


@pytest.fixture
def shop() -> Iterator[LocalServer]:
    """Sells at /p/1 and /p/2, and answers no programs at /busy."""
    page = html(product_page())
    with local_server({"/p/1": page, "/p/2": page, "/busy": html(b"", 403)}) as running:
        yield running


@pytest.fixture
def pages(shop: LocalServer) -> PageReader:
    """May read the shop's pages."""
    return PageReader(Fetcher(settings_with(fetch_allow=(shop.address,))))
