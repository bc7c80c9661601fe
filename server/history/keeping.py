"""Whether a history is kept: the person's own switch, beside the database."""

import json
import threading
from pathlib import Path

from model.errors import WhereToBuyError
from server.errors import SettingsError
from server.storage.kept_file import write_private

FILE = "history.json"


class KeepingFixedError(WhereToBuyError):
    """The operator decided."""

    code = "keeping-fixed"

    def __init__(self) -> None:
        super().__init__(
            "Whether a history is kept is fixed by the server's settings.",
            hint="WTB_KEEP_HISTORY says so, where the server runs.",
        )


class KeepingNotKeptError(WhereToBuyError):
    """The file cannot be written."""

    code = "keeping-not-kept"


class Keeping:
    """Whether a history is kept; safe to share between threads.

    Attributes:
        is_fixed: Whether the settings switch it off, for everybody.
    """

    def __init__(self, path: Path, *, allowed: bool = True) -> None:
        """Read what was chosen.

        Args:
            path: Where it is kept; need not exist.
            allowed: What the settings say; False is final.

        Raises:
            SettingsError: The file cannot be read. Whoever wanted no history must not get one
                only because of that.
        """
        self._path = path
        self.is_fixed = not allowed
        self._lock = threading.Lock()
        self._is_on = allowed and _read(path)

    def is_on(self) -> bool:
        """Return whether a history is kept."""
        return self._is_on

    def turn(self, *, on: bool) -> None:
        """Keep a history from now on, or none.

        Raises:
            KeepingFixedError: The settings decide.
            KeepingNotKeptError: It cannot be written; then nothing changes.
        """
        if self.is_fixed:
            raise KeepingFixedError
        with self._lock:
            try:
                write_private(self._path, json.dumps({"keep": on}))
            except OSError as error:
                raise KeepingNotKeptError(
                    f"Your choice cannot be kept: {error.strerror}.",
                    hint=f"Is {self._path.parent} writable, and the disk not full?",
                ) from error
            self._is_on = on


def _read(path: Path) -> bool:
    try:
        return bool(json.loads(path.read_text(encoding="utf-8"))["keep"])
    except FileNotFoundError:
        return True
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsError(
            f"The file {path} cannot be read, which says whether a history is kept.",
            hint="Delete it to keep one.",
        ) from error
