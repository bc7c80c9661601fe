"""Notices that other weights were put to use, for which the server needs a restart."""

import logging

from model.errors import WhereToBuyError
from model.weights_description import load_description
from server.config import Settings

NOTICE = "Other weights were put to use since this server started: restart it to load them."

_log = logging.getLogger(__name__)


class WeightsWatch:
    """Remembers which weights were in force when it was made."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._at_start = self._in_force()
        self._logged = False

    def notice(self) -> str | None:
        """Return a notice for the operator, and log it once.

        None while the weights are those of the start.
        """
        if self._in_force() == self._at_start:
            return None
        if not self._logged:
            self._logged = True
            _log.warning(NOTICE)
        return NOTICE

    def _in_force(self) -> str:
        """Identify the weights that a start would load now, or the error that prevents it."""
        try:
            return load_description(self._settings.weights_in_force).fingerprint
        except WhereToBuyError as error:
            return str(error)
