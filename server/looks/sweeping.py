"""Forgets the pictures in which there was nothing, an hour or so after they were looked at."""

import logging
import threading

from server.looks.service import LookService
from server.storage.errors import DatabaseError

_PAUSE_SECONDS = 300.0

_log = logging.getLogger(__name__)


class Sweeping:
    """A thread that drops empty looks from time to time."""

    def __init__(self, looks: LookService, *, pause: float = _PAUSE_SECONDS) -> None:
        """Take what it drops them from, and the seconds between two times."""
        self._looks = looks
        self._pause = pause
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="look-sweeping", daemon=True)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def stop(self) -> None:
        """Drop nothing more."""
        self._stopped.set()

    def _run(self) -> None:
        while not self._stopped.wait(self._pause):
            try:
                dropped = self._looks.drop_empty()
            except DatabaseError as error:
                _log.warning("Pictures without garments are not forgotten yet: %s", error)
            else:
                if dropped:
                    _log.info("%d pictures without garments were forgotten", dropped)
