"""What every test may ask for."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright

from server.config import Settings
from server.storage.database import Database

REPOSITORY = Path(__file__).resolve().parent.parent


def pytest_sessionstart(session: pytest.Session) -> None:
    """Bring the copies of ``ui/`` up to date that extension and pages load."""
    if not hasattr(session.config, "workerinput"):  # once a run, not once a worker
        command = [sys.executable, "-S", str(REPOSITORY / "manifest-builder")]
        subprocess.run(command, check=True, timeout=60)


@pytest.fixture(scope="session")
def data_dir() -> Path | None:
    """The folder of real photos (``WTB_DATA``), or None where there is none."""
    chosen = Path(os.environ.get("WTB_DATA") or REPOSITORY.parent / "shared" / "data")
    return chosen if chosen.is_dir() else None


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The one Playwright of a run: its synchronous form cannot be started twice in a thread."""
    with sync_playwright() as running:
        yield running


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Defaults, whatever the developer's own environment says, with a state of its own."""
    for name in [name for name in os.environ if name.startswith("WTB_")]:
        monkeypatch.delenv(name)
    return Settings(state_dir=tmp_path / "state", ucp_enabled=False)


@pytest.fixture
def database(settings: Settings):
    """An empty database in its newest form."""
    database = Database(settings.database)
    database.upgrade()
    yield database
    database.dispose()
