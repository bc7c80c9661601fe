"""Refreshes shops by themselves, each at the pace that was chosen for it."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from model.errors import WhereToBuyError
from server.catalog.catalog import Catalog
from server.catalog.locks import ShopBusyError
from server.catalog.store import ShopSummary
from server.storage.tables import now

# How often to look whether a shop is due.
LOOK_SECONDS = 60.0
# After a refresh that failed, the next is tried after this time, or later if so chosen.
_AGAIN = timedelta(hours=1)

_log = logging.getLogger(__name__)


def is_due(shop: ShopSummary) -> bool:
    """Return whether a shop is to be refreshed now."""
    if not shop.every_hours:
        return False
    checked = shop.checked_at or shop.imported_at
    wait = timedelta(hours=shop.every_hours)
    return now() - checked >= (min(wait, _AGAIN) if shop.unfinished else wait)


class Schedule:
    """A thread that has the shops refreshed that are due.

    Args:
        catalog: The catalogue.
        refresh: Refreshes a shop, given its number, or sees to it that this is done.
    """

    def __init__(self, catalog: Catalog, refresh: Callable[[int], object] | None = None) -> None:
        self._catalog = catalog
        self._refresh = refresh or catalog.refresh
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="shop-schedule", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Start no further refresh."""
        self._stopped.set()

    def refresh_due(self) -> int:
        """Refresh every shop that is due; return how many were."""
        count = 0
        for shop in self._catalog.store.shops():
            if self._stopped.is_set() or not is_due(shop):
                continue
            count += 1
            try:
                _log.debug("%s is due", shop.name)
                self._refresh(shop.id)
            except ShopBusyError:
                _log.info("%s is being read already", shop.name)
            except WhereToBuyError as error:
                _log.warning("%s could not be refreshed: %s", shop.name, error)
        return count

    def _run(self) -> None:
        while not self._stopped.wait(LOOK_SECONDS):
            try:
                self.refresh_due()
            except WhereToBuyError as error:
                _log.warning("The shops' schedule cannot be read: %s", error)
            except Exception:  # noqa: BLE001 - other shops must still be refreshed
                _log.exception("The shops' schedule failed, and goes on")
