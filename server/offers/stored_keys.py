"""Keys of providers that were entered in the web app: kept beside the database, given to nobody.

What is set where the server runs, by environment or file, goes first and stays as it is.
"""

import json
import threading
from collections.abc import Mapping
from pathlib import Path

from pydantic import SecretStr

from model.errors import WhereToBuyError
from server.config import Settings
from server.errors import SettingsError
from server.storage.kept_file import write_private

FILE = "provider-keys.json"
_PREFIX = "WTB_"


class KeyNotKeptError(WhereToBuyError):
    """The file cannot be written."""

    code = "key-not-kept"


class FixedKeyError(WhereToBuyError):
    """A key cannot be stored here."""

    code = "key-is-fixed"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is set where the server runs.", hint="Change it there, or remove it there."
        )


class StoredKeys:
    """The keys that were entered, by setting ("WTB_SERPER_KEY"); safe to share between threads.

    Args:
        path: Where they are kept, for this user's eyes only; need not exist.

    Raises:
        SettingsError: The file cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._keys = _read(path)

    @property
    def names(self) -> frozenset[str]:
        """The settings that are set here."""
        return frozenset(self._keys)

    def over(self, settings: Settings) -> Settings:
        """Return settings with what they lack."""
        lacking = {
            field_of(name): SecretStr(value)
            for name, value in self._keys.items()
            if not is_fixed(settings, name)
        }
        return settings.model_copy(update=lacking)

    def change(self, changes: Mapping[str, str | None]) -> None:
        """Store keys, or forget those that are None, for good.

        Raises:
            KeyNotKeptError: It cannot be written; then nothing changes.
        """
        with self._lock:
            given = {name: value for name, value in changes.items() if value is not None}
            kept = {n: v for n, v in self._keys.items() if n not in changes} | given
            try:
                write_private(self._path, json.dumps(kept, sort_keys=True))
            except OSError as error:
                raise KeyNotKeptError(
                    f"The key cannot be kept: {error.strerror}.",
                    hint=f"Is {self._path.parent} writable, and the disk not full?",
                ) from error
            self._keys = kept


def field_of(name: str) -> str:
    """Return the field of the settings that a variable sets."""
    return name.removeprefix(_PREFIX).lower()


def is_fixed(settings: Settings, name: str) -> bool:
    """Return whether a key is set where the server runs."""
    return bool(getattr(settings, field_of(name), None))


def can_be_stored(name: str) -> bool:
    """Return whether a setting is a key; whom the server calls is said where it runs."""
    return not name.endswith("_URL")


def _read(path: Path) -> dict[str, str]:
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): str(value) for name, value in kept.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError) as error:
        raise SettingsError(
            f"The file {path} cannot be read, which holds the providers' keys.",
            hint="Delete it, and enter the keys again.",
        ) from error
