"""Imports that the server runs in the background, a few at a time, and how far each is."""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from model.errors import WhereToBuyError
from server.catalog.catalog import NOTHING_SAID, Catalog, Given, Progress
from server.catalog.report import ImportReport

# A shop may take long to send its feed, and has its pages read one a second: meanwhile others come
# in. Each import holds the pictures of some products in memory.
AT_ONCE = 3
_MOST_WAITING = 200
_MOST_KEPT = 50

_log = logging.getLogger(__name__)


class TooManyImportsError(WhereToBuyError):
    """More shops wait to be read than are taken."""

    code = "too-many-imports"

    def __init__(self) -> None:
        super().__init__(
            "Too many shops wait to be read.", hint="Wait until some of them are done."
        )


@dataclass(slots=True)
class Job:
    """An import.

    Attributes:
        source: What was named, or the shop's source.
        shop_id: The shop, if it is known already.
        state: ``waiting``, ``running``, ``done`` or ``failed``.
        progress: How far it is.
        report: What it did, once it is done.
        error: Why it failed.
    """

    source: str
    shop_id: int | None = None
    state: str = "waiting"
    progress: Progress = field(default_factory=lambda: Progress(0, 0.0))
    report: ImportReport | None = None
    error: WhereToBuyError | None = None


class Jobs:
    """Runs imports in the order in which they come; safe to share between threads.

    Args:
        catalog: The catalogue.
        at_once: How many run at the same time.
    """

    def __init__(self, catalog: Catalog, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._catalog = catalog
        self._lock = threading.Lock()
        self._jobs: list[Job] = []
        self._queue: queue.Queue[tuple[Job, Callable[..., ImportReport]]] = queue.Queue()
        self._threads: list[threading.Thread] = []

    def add(self, source: str, given: Given = NOTHING_SAID) -> Job:
        """Add a shop or a feed by its address; `TooManyImportsError` if too many wait."""
        return self._put(Job(source), lambda **on: self._catalog.add(source, given, **on))

    def refresh(self, shop_id: int, *, accept_smaller: bool = False) -> Job:
        """Refresh a shop; `TooManyImportsError` if too many wait."""
        job = Job(self._catalog.store.row(shop_id).source, shop_id)
        return self._put(
            job,
            lambda **on: self._catalog.refresh(shop_id, accept_smaller=accept_smaller, **on),
        )

    def recent(self) -> list[Job]:
        """Return the imports that wait or run, and the last ones that ended, as they are now."""
        with self._lock:
            return [replace(each) for each in self._jobs]

    def _put(self, job: Job, work: Callable[..., ImportReport]) -> Job:
        with self._lock:
            waiting = [each for each in self._jobs if each.state in {"waiting", "running"}]
            for each in waiting:
                if each.source == job.source:
                    return each
            if len(waiting) >= _MOST_WAITING:
                raise TooManyImportsError
            ended = [
                each for each in self._jobs if each not in waiting and each.source != job.source
            ]
            self._jobs = [*ended[-_MOST_KEPT:], *waiting, job]
            self._queue.put((job, work))
            if len(self._threads) < self._at_once:
                thread = threading.Thread(target=self._run, name="shop-imports", daemon=True)
                self._threads.append(thread)
                thread.start()
        return job

    def _run(self) -> None:
        while True:
            job, work = self._queue.get()
            job.state = "running"

            def note(progress: Progress, job: Job = job) -> None:
                job.progress = progress

            try:
                job.report = work(on_progress=note)
                job.state = "done"
            except WhereToBuyError as error:
                _log.warning("%r could not be read: %s", job.source, error)
                job.error, job.state = error, "failed"
            except Exception:  # noqa: BLE001 - the next import must still run
                _log.exception("An import failed")
                job.error, job.state = WhereToBuyError("The import failed unexpectedly."), "failed"
