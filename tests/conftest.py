"""Fixtures for every test, and how tests are spread over parallel workers."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from playwright.sync_api import Playwright, sync_playwright

from server.config import Settings
from server.storage.database import Database
from tests.support import run_report

TESTS = Path(__file__).resolve().parent
REPOSITORY = TESTS.parent

# An example's time says how busy the machine is, not whether the code is right.
hypothesis.settings.register_profile("no-deadline", deadline=None)
hypothesis.settings.load_profile("no-deadline")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep tests on one worker that share what is slow to start; spread the others singly."""
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415 - of the parallel run only

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _group(nodeid)

    return Scheduling(config, log)


def _group(nodeid: str) -> str:
    path = nodeid.partition("::")[0]
    _, room, *inner = path.split("/")
    if room in ("extension", "pages", "e2e"):
        return room  # one browser, and one server to visit
    if room == "api" or inner[:1] == ["training"]:
        return path  # a running server, or a model that was trained
    return nodeid


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand a worker's lines of the report to the process that prints it."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["report"] = run_report.lines(session.config)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """Take over a worker's lines."""
    output = getattr(node, "workeroutput", {})
    run_report.lines(node.config).extend(output.get("report", ()))  # type: ignore[attr-defined]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what was tested on which photos, and how it went."""
    lines = run_report.lines(terminalreporter.config)
    if lines:
        terminalreporter.section("the way of one picture")
        for line in lines:
            terminalreporter.write_line(line)


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
    """The one Playwright of a worker: its synchronous form cannot be started twice in a thread."""
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
