"""The real server with the shipped weights, two shops, and a real Chromium to visit it with."""

import io
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Route
from skimage.data import astronaut

from server.lan import lan_address
from tests.support.browser_waiting import SECONDS
from tests.support.chromium import MISSING, find_chromium
from tests.support.feeds import feed_file, item
from tests.support.http_server import LocalServer, local_server, reply
from tests.support.pictures import picture_file
from tests.support.server_process import COMMAND, ServerProcess, environment, running_server
from tests.support.ucp_server import UcpServer, product, ucp_server

# The model knows street clothes; its score for a spacesuit is below the usual threshold.
LOW_SCORE = "0.2"


@dataclass(frozen=True)
class Site:
    """The server, and the network around it.

    Attributes:
        server: Has a partner's catalogue with a navy tee.
        ucp: A catalogue on the network; its products and ways to fail may be changed.
        network: Serves pictures, which the server is allowed to download.
    """

    server: ServerProcess
    ucp: UcpServer
    network: LocalServer

    @property
    def url(self) -> str:
        """Of the first page."""
        return f"{self.server.url}/"


@pytest.fixture(scope="session")
def photo() -> bytes:
    """A JPEG file with two people in it, who wear a garment each."""
    return picture_file(np.hstack([astronaut(), astronaut()]), "JPEG")


@pytest.fixture
def photo_file(photo: bytes, tmp_path: Path) -> Path:
    """The same, lying in a folder."""
    path = tmp_path / "photo.jpg"
    path.write_bytes(photo)
    return path


@pytest.fixture(scope="session")
def another_photo() -> bytes:
    """One person, mirrored: another picture for the server."""
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(astronaut()[:, ::-1])).save(file, "JPEG")
    return file.getvalue()


@pytest.fixture(scope="session")
def site(photo: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Everything that runs beside the browser."""
    state = tmp_path_factory.mktemp("state")
    jpeg = {"Content-Type": "image/jpeg"}
    pictures = {
        "/tee.png": reply(picture_file(astronaut(), "JPEG"), headers=jpeg),
        "/photo.jpg": reply(photo, headers=jpeg),
    }
    with local_server(pictures) as network, ucp_server() as ucp:
        ucp.products = [product("Orange Long Sleeve Shirt", picture=network.url("/tee.png"))]
        settings = {
            "WTB_MIN_SCORE": LOW_SCORE,
            # However busy the machine is, every provider is waited for.
            "WTB_SEARCH_SECONDS": "60",
            "WTB_RATES": "EUR=1, USD=1.25, KRW=1500",
            "WTB_UCP_ENABLED": "true",
            "WTB_UCP_ENDPOINT": ucp.url,
            "WTB_FETCH_ALLOW": f"{ucp.address},{network.address}",
        }
        _import_catalogue(tmp_path_factory.mktemp("feed"), state, settings)
        with running_server(state, settings) as server:
            yield Site(server, ucp, network)


def _import_catalogue(folder: Path, state: Path, settings: dict[str, str]) -> None:
    tee = item(
        "tee", "Navy Tee", price="25.00 USD", sale_price="15.00 USD", product_type="T-Shirts"
    )
    command = [*COMMAND, "catalog", "import", str(feed_file(folder, tee)), "--partner"]
    subprocess.run(
        command, cwd=state, env=environment(state, settings), check=True, timeout=300,
        capture_output=True,
    )  # fmt: skip


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The browser."""
    executable = find_chromium()
    if executable is None:
        pytest.fail(MISSING, pytrace=False)
    # The sandbox does not start as root, nor in most containers.
    browser = playwright.chromium.launch(
        executable_path=executable, chromium_sandbox=False, env={**os.environ}
    )
    yield browser
    browser.close()


Visit = Callable[..., Page]


@pytest.fixture
def visit(chromium: Browser, site: Site) -> Iterator[Visit]:
    """Opens the site in a browser of its own; arguments are those of a browser context.

    Shops on the internet are answered by a stand-in page. In the end, no page may have had
    an error or broken its own policy (browsers report both on the console).
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []
    own = {"127.0.0.1", lan_address() or "127.0.0.1"}

    def make(path: str = "", *, url: str = site.url, **options: object) -> Page:
        context = chromium.new_context(**{"locale": "en-US", **options})  # type: ignore[arg-type]
        context.set_default_timeout(SECONDS * 1000)
        contexts.append(context)
        context.route(lambda address: not any(name in address for name in own), _stand_in)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: _listen(message.type, message.text, faults))
        page.goto(url + path)
        return page

    yield make
    for context in contexts:
        context.close()
    assert faults == []


def _listen(kind: str, text: str, faults: list[str]) -> None:
    # Chromium itself reports every answer from 400 on; pages are supposed to show those.
    if kind in ("error", "warning") and not text.startswith("Failed to load resource"):
        faults.append(text)


def _stand_in(route: Route) -> None:
    route.fulfill(body="<title>A shop</title>", content_type="text/html")
