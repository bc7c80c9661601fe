"""The server's composition root: its parts, built once and in the background.

The application answers from its first moment (``/readyz`` says 503) while the models load
and the database is migrated side by side. `server.parts` makes what the command line needs
as well, `server.offers.wiring` everything about offers; here they are put together.
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import current_app

from model.errors import WhereToBuyError
from server.catalog.jobs import Jobs
from server.catalog.reembedding import Reembedding
from server.catalog.schedule import Schedule
from server.config import Settings
from server.errors import NotReadyError
from server.fetch.fetcher import Fetcher
from server.history.clicks import ClickHistory
from server.history.keeping import FILE as KEEPING_FILE
from server.history.keeping import Keeping
from server.history.pictures import KeptPictures, PictureCleaning
from server.history.saved import Saved
from server.history.saved_lists import SavedLists
from server.history.seen import SeenGarments
from server.looks.download import LookDownload
from server.looks.editing import LookEditor
from server.looks.service import LookService
from server.looks.sweeping import Sweeping
from server.metrics import Metrics
from server.models import LoadingModels
from server.parts import Parts
from server.storage.database import Database
from server.storage.personal import PersonalDatabase
from server.storage.waiting import FILE as WAITING_FILE
from server.storage.waiting import WaitingDeletions
from server.weights_watch import WeightsWatch

if TYPE_CHECKING:
    from server.missing_models import ModelsAtHand
    from server.offers.likes import Likes
    from server.offers.wiring import OfferServices

# The application keeps its `Startup` under this name.
EXTENSION_KEY = "where-to-buy"
_WAIT_SECONDS = 20.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Services:
    """The parts that requests are answered with; all safe to share between threads."""

    settings: Settings
    metrics: Metrics
    database: Database
    personal: PersonalDatabase
    fetcher: Fetcher
    looks: LookService
    edits: LookEditor
    downloads: LookDownload
    offers: "OfferServices"
    likes: "Likes"
    clicks: ClickHistory
    seen: SeenGarments
    saved: Saved
    saved_lists: SavedLists
    pictures: KeptPictures
    cleaning: PictureCleaning
    keeping: Keeping
    later: WaitingDeletions
    models: "ModelsAtHand"
    weights: WeightsWatch
    imports: Jobs
    schedule: Schedule
    reembedding: Reembedding
    sweeping: Sweeping

    def close(self) -> None:
        """Stop what runs and close what is open."""
        self.sweeping.stop()
        self.schedule.stop()
        self.reembedding.stop()
        self.cleaning.stop()
        self.offers.close()
        self.looks.close()
        self.later.close()
        self.database.dispose()


def build_services(
    settings: Settings,
    metrics: Metrics | None = None,
    models: LoadingModels | None = None,
) -> Services:
    """Load the models, open the database and put everything together; takes about a second.

    Args:
        settings: What the operator chose.
        metrics: Where things are counted.
        models: Models that are being loaded already, if any.

    Raises:
        WhereToBuyError: Database or settings cannot be used.
    """
    metrics = metrics or Metrics()
    parts = Parts(settings, models or LoadingModels(settings))
    fetcher = parts.fetcher
    weights = WeightsWatch(settings)
    database = parts.database_when_possible
    keeping = Keeping(settings.state_dir / KEEPING_FILE, allowed=settings.keep_history)
    personal = PersonalDatabase(database, keeping.is_on)
    later = WaitingDeletions(settings.state_dir / WAITING_FILE)
    from server.missing_models import models_at_hand  # noqa: PLC0415 - not before the app answers
    from server.offers.likes import Likes  # noqa: PLC0415 - likewise
    from server.offers.wiring import build_offers  # noqa: PLC0415 - likewise

    known = models_at_hand(parts)
    looks = LookService(
        personal,
        known.segmenter,
        settings,
        metrics,
        known.patterns,
        second_look=known.second_look,
        later=later,
    )
    clicks = ClickHistory(personal, later)
    later.start()
    offers = build_offers(
        settings=settings,
        database=database,
        personal=personal,
        fetcher=fetcher,
        segmenter=known.segmenter,
        embedder=known.embedder,
        looks=looks,
        metrics=metrics,
    )
    # Providers that send nothing are searched as soon as a look is made, so that a click
    # on a garment answers at once.
    looks.on_created(offers.search.start_early)
    edits = LookEditor(looks, personal, known.segmenter, known.patterns)
    downloads = LookDownload(fetcher, looks, metrics, at_once=settings.server_threads // 2)
    sweeping = Sweeping(looks)
    sweeping.start()
    # Of their own: what somebody waits for does not stand behind what is due.
    due = Jobs(offers.catalog, at_once=2)
    schedule = Schedule(offers.catalog, due.refresh)
    reembedding = Reembedding(
        database, fetcher, known.segmenter, known.embedder, offers.catalog.preparation
    )
    cleaning = PictureCleaning(database, settings.picture_days)
    cleaning.start()
    if known.fault is None:
        schedule.start()
        reembedding.start()
    else:
        offers.catalog.preparation.end()
    return Services(
        settings=settings,
        metrics=metrics,
        database=database,
        personal=personal,
        fetcher=fetcher,
        looks=looks,
        edits=edits,
        downloads=downloads,
        offers=offers,
        likes=Likes(looks, edits, downloads, offers.thumbnails),
        clicks=clicks,
        seen=SeenGarments(personal, later),
        saved=Saved(database),
        saved_lists=SavedLists(database),
        pictures=KeptPictures(personal, database),
        cleaning=cleaning,
        keeping=keeping,
        later=later,
        models=known,
        weights=weights,
        imports=Jobs(offers.catalog),
        schedule=schedule,
        reembedding=reembedding,
        sweeping=sweeping,
    )


class Startup:
    """Services that are being built."""

    def __init__(
        self, settings: Settings, metrics: Metrics, models: LoadingModels | None = None
    ) -> None:
        self.settings = settings
        self.metrics = metrics
        self._models = models
        self._services: Future[Services] = Future()

    def run(self, on_failure: Callable[[BaseException], None] | None = None) -> None:
        """Build the services on a thread; ``on_failure`` gets the error that prevented it."""
        threading.Thread(target=self._build, args=(on_failure,), name="start").start()

    def use(self, services: Services) -> None:
        """Take services that were built elsewhere."""
        self._services.set_result(services)

    def get(self, seconds: float = _WAIT_SECONDS) -> Services:
        """Wait for the services.

        Raises:
            NotReadyError: They are not ready within ``seconds``.
            WhereToBuyError: They cannot be built.
        """
        try:
            return self._services.result(seconds)
        except TimeoutError:
            raise NotReadyError from None

    def stop_waiting(self) -> None:
        """Turn away the pictures that wait, if there are services."""
        if self._services.done() and self._services.exception() is None:
            self._services.result().looks.stop_waiting()

    def close(self) -> None:
        """Close the services, if there are any."""
        if self._services.done() and self._services.exception() is None:
            self._services.result().close()

    def _build(self, on_failure: Callable[[BaseException], None] | None) -> None:
        began = time.perf_counter()
        try:
            services = build_services(self.settings, self.metrics, self._models)
        except Exception as error:  # noqa: BLE001 - kept, and raised by `get`
            expected = isinstance(error, WhereToBuyError)
            if not expected or on_failure is None:
                # An expected error explains itself; any other needs its traceback.
                trace = None if expected else error
                _log.error("The server cannot start: %s", error, exc_info=trace)
            self._services.set_exception(error)
            if on_failure is not None:
                on_failure(error)
        else:
            if services.database.reserve is not None:
                services.database.reserve.keep()
            self._services.set_result(services)
            _log.info("Ready after %.1f s", time.perf_counter() - began)


def current_startup() -> Startup:
    """Return the startup of the application that answers this request."""
    return cast("Startup", current_app.extensions[EXTENSION_KEY])


def current_services() -> Services:
    """Return the services of the application that answers this request.

    Raises:
        NotReadyError: The server is still starting.
    """
    return current_startup().get()
