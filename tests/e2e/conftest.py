"""The running world, and a report of what was tested on which photos."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Playwright

from tests.e2e import pages_seen
from tests.e2e.subjects import Subject, astronaut, street_subjects
from tests.e2e.world import World, running_world, what_is_missing
from tests.support import run_report
from tests.support.server_process import REPOSITORY


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Wait a second time for what did not come, and count that in the run's last line.

    The X server has no window manager: a native menu that opens just as another window does may
    close without a word, and what was pressed in it is lost. Wrong answers are not asked for again.
    """
    for item in items:
        if item.path.parent == Path(__file__).parent and item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1, only_rerun=["TimeoutError"]))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Note what a test of a page showed, for the table in docs/extension.md."""
    outcome = yield
    mark = item.get_closest_marker("shows")
    if mark is not None and call.when == "call":
        browser = item.getparent(pytest.Module).obj.BROWSER
        pages_seen.note(item.name, browser, *mark.args, is_shown=outcome.passed)
    return outcome


@pytest.fixture(scope="module")
def report(request: pytest.FixtureRequest) -> list[str]:
    """Lines that are shown when all tests are done."""
    return run_report.lines(request.config)


@pytest.fixture(scope="module")
def subjects(data_dir: Path | None, report: list[str]) -> list[Subject]:
    """The photos: all real street photos that fit, or the one picture that a package ships."""
    if data_dir is None:
        report.append(
            "The folder of street photos is absent (WTB_DATA names it). Tested instead on the "
            "picture of an astronaut that scikit-image ships, with a shop of drawn garments."
        )
        return [astronaut()]
    return street_subjects(data_dir)


@pytest.fixture(scope="module")
def world(
    playwright: Playwright, data_dir: Path | None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Server, shop, photo network, screen and browser."""
    missing = what_is_missing()
    if missing:
        pytest.fail(missing, pytrace=False)
    with running_world(playwright, tmp_path_factory.mktemp("world"), data_dir) as running:
        yield running


class Artifacts:
    """Screenshots for people to look at."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.png"):
            old.unlink()
        self._folder = folder

    def keep(self, name: str, picture: NDArray[np.uint8]) -> None:
        """Write a picture, ``H x W x 3`` RGB."""
        Image.fromarray(picture).save(self._folder / f"{name}.png")


@pytest.fixture(scope="module")
def artifacts() -> Artifacts:
    """The folder ``artifacts/e2e``, emptied."""
    return Artifacts(REPOSITORY / "artifacts" / "e2e")
