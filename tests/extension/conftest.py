"""One headless Chromium with the extension for all tests of this folder."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Playwright

from tests.extension.browser import Browser
from tests.extension.sites import Sites, running_sites
from tests.support import made_language
from tests.support.certificates import Authority
from tests.support.chromium import MISSING, find_chromium, headless_chromium
from tests.support.contract_server import ContractServer, contract_server

BUILDER = Path(__file__).resolve().parent.parent.parent / "manifest-builder"


@pytest.fixture(scope="session")
def _server() -> Iterator[ContractServer]:
    with contract_server() as running:
        yield running


@pytest.fixture
def server(_server: ContractServer) -> ContractServer:
    """A server that behaves well until it is told otherwise."""
    _server.reset()
    return _server


@pytest.fixture(scope="session")
def _sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    tls = Authority(tmp_path_factory.mktemp("tls")).server_context("www.instagram.com")
    with running_sites(tls) as running:
        yield running


@pytest.fixture
def sites(_sites: Sites) -> Sites:
    """Web sites without pages."""
    _sites.reset()
    return _sites


@pytest.fixture(scope="session")
def extension_folder(_server: ContractServer, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extension, built for the server of these tests."""
    folder = tmp_path_factory.mktemp("built") / "extension"
    command = [sys.executable, str(BUILDER), "--server", _server.url, "--out", str(folder)]
    subprocess.run(command, check=True, timeout=60)
    return folder


@pytest.fixture(scope="session")
def _context(
    playwright: Playwright,
    extension_folder: Path,
    _sites: Sites,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[BrowserContext]:
    if find_chromium() is None:
        pytest.fail(MISSING, pytrace=False)
    profile = tmp_path_factory.mktemp("profile")
    with headless_chromium(playwright, extension_folder, profile, tls_port=_sites.port) as context:
        yield context


@pytest.fixture(scope="session")
def mirrored_context(
    playwright: Playwright,
    extension_folder: Path,
    _sites: Sites,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[BrowserContext]:
    """A browser whose extension has one language more, which is read from right to left."""
    if find_chromium() is None:
        pytest.fail(MISSING, pytrace=False)
    folder = tmp_path_factory.mktemp("mirrored")
    extension = folder / "extension"
    shutil.copytree(extension_folder, extension)
    made_language.add_to_extension(extension, folder)
    profile = folder / "profile"
    with headless_chromium(playwright, extension, profile, tls_port=_sites.port) as context:
        yield context


@pytest.fixture
def browser(_context: BrowserContext, server: ContractServer, sites: Sites) -> Iterator[Browser]:
    """The browser with a new page, and the extension as it is after its installation."""
    browser = Browser(_context, sites)
    browser.forget_settings()
    yield browser
    browser.close()
