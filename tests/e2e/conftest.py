"""The running world, and a report of what was tested on which photos."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Playwright

from tests.e2e.subjects import Subject, astronaut, street_subjects
from tests.e2e.world import World, running_world, what_is_missing
from tests.support import run_report
from tests.support.server_process import REPOSITORY

# The model knows street clothes; its score for a spacesuit is below the usual threshold.
SPACESUIT_SETTINGS = {"WTB_MIN_SCORE": "0.2"}


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
    settings = SPACESUIT_SETTINGS if data_dir is None else {}
    with running_world(playwright, tmp_path_factory.mktemp("world"), data_dir, settings) as running:
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
