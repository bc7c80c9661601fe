"""Which providers the user switched off in the web app, kept beside the database.

A switch can only turn off what the settings turn on: keys and addresses stay in the settings.
"""

import json
import threading
from pathlib import Path

from model.errors import WhereToBuyError
from server.errors import SettingsError
from server.storage.kept_file import write_private

FILE = "providers.json"


class SwitchNotKeptError(WhereToBuyError):
    """The file cannot be written."""

    code = "switch-not-kept"


class Switches:
    """The providers that are switched off; safe to share between threads.

    Args:
        path: Where they are kept; need not exist.

    Raises:
        SettingsError: The file cannot be read. What was switched off must not be asked again
            only because of that.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._off = _read(path)

    def is_on(self, provider: str) -> bool:
        """Return whether a provider may be asked, as far as the user is concerned."""
        return provider not in self._off

    def turn(self, provider: str, *, on: bool) -> None:
        """Switch a provider on or off, for good.

        Raises:
            SwitchNotKeptError: It cannot be written; then nothing changes.
        """
        with self._lock:
            off = self._off - {provider} if on else self._off | {provider}
            try:
                write_private(self._path, json.dumps({"off": sorted(off)}))
            except OSError as error:
                raise SwitchNotKeptError(
                    f"What is switched off cannot be kept: {error.strerror}.",
                    hint=f"Is {self._path.parent} writable, and the disk not full?",
                ) from error
            self._off = off


def _read(path: Path) -> frozenset[str]:
    try:
        off = json.loads(path.read_text(encoding="utf-8"))["off"]
    except FileNotFoundError:
        return frozenset()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsError(
            f"The file {path} cannot be read, which says which providers are switched off.",
            hint="Delete it to ask all that the settings switch on.",
        ) from error
    return frozenset(map(str, off))
