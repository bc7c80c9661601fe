"""Fixtures for every test, and how tests are spread over parallel workers."""

import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import hypothesis
import pytest

from server.config import Settings
from server.storage.database import Database
from tests.support import run_report

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

TESTS = Path(__file__).resolve().parent
REPOSITORY = TESTS.parent

# All that is imported and collected stays to the end: looking through it again and again for
# garbage is a quarter of the time that it takes.
gc.disable()

INDEXES = "tests/unit/catalog/every_index"
# Files with few tests that take longer than most files: they start processes, or run models.
LONG_FILES = (
    "tests/storage/test_killed_migrations.py",
    INDEXES,
    "tests/unit/catalog/test_refresh.py",
    "tests/unit/cli/test_analyze.py",
    "tests/unit/cli/test_catalog.py",
    "tests/unit/cli/test_weights.py",
    "tests/unit/front/test_front.py",
    "tests/unit/goods/test_types.py",
    "tests/unit/model/test_decoding.py",
    "tests/unit/model/test_graph.py",
    "tests/unit/model/test_memory.py",
    "tests/unit/model/test_segmenter.py",
    "tests/unit/offers/pictures/test_hostile_shop.py",
    "tests/unit/offers/providers/test_misbehaviour.py",
    "tests/unit/shop_page/test_hostile_pages.py",
    "tests/unit/ui/test_protocol_types.py",
)

# An example's time says how busy the machine is, not whether the code is right.
hypothesis.settings.register_profile("no-deadline", deadline=None)
hypothesis.settings.load_profile("no-deadline")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep tests on one worker that share what is slow to start; spread the others by file.

    Spread singly, handing them out takes longer than the quicker half of them. Files of many
    tests come first, and before them the few whose tests take long, so that no worker is left
    alone with one at the end.
    """
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415 - of the parallel run only

    class Scheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _group(nodeid)

        def _assign_work_unit(self, node: Any) -> None:
            long = next((file for file in LONG_FILES if file in self.workqueue), None)
            if long is not None:
                self.workqueue.move_to_end(long, last=False)
            super()._assign_work_unit(node)

    return Scheduling(config, log)


def _group(nodeid: str) -> str:
    path = nodeid.partition("::")[0]
    room = path.split("/")[1]
    if room in ("extension", "pages", "e2e"):
        return room  # one browser, and one server to visit
    if path.startswith(INDEXES):
        return INDEXES  # one PostgreSQL
    return path  # perhaps a running server, or a model that was trained


def pytest_collection_finish() -> None:
    """Let no later garbage collection go through what stays to the end: modules and tests."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """Collect garbage again, also in the process that only hands tests out."""
    gc.enable()


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
def playwright() -> "Iterator[Playwright]":
    """The one Playwright of a worker: its synchronous form cannot be started twice in a thread."""
    from playwright.sync_api import expect, sync_playwright  # noqa: PLC0415 - unit tests need none

    from tests.support.browser_waiting import SECONDS  # noqa: PLC0415

    expect.set_options(timeout=SECONDS * 1000)
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def defaults() -> Settings:
    """The defaults, checked once: that takes longer than many a test."""
    with pytest.MonkeyPatch.context() as environment:
        _forget_settings(environment)
        return Settings(ucp_enabled=False)


@pytest.fixture
def settings(defaults: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Defaults, whatever the developer's own environment says, with a state of its own."""
    _forget_settings(monkeypatch)
    return defaults.model_copy(update={"state_dir": tmp_path / "state"})


def _forget_settings(environment: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("WTB_")]:
        environment.delenv(name)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an empty database in its newest form: making it takes longer than most tests."""
    file = tmp_path_factory.mktemp("database") / "empty.sqlite3"
    made = Database(f"sqlite:///{file}")
    made.upgrade()
    made.dispose()
    assert [path.name for path in file.parent.glob("empty*")] == [file.name]
    return file


@pytest.fixture
def sqlite_database(settings: Settings, empty_database: Path):
    """An empty database in its newest form."""
    database = Database(settings.database)
    assert database.file is not None
    database.file.parent.mkdir(mode=0o700)
    shutil.copy(empty_database, database.file)
    yield database
    database.dispose()


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """The same; some folders of tests have another."""
    return sqlite_database
