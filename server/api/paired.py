"""Browsers and devices that a person allowed: each has a token of its own.

The file in the state folder holds only digests of the tokens. A token is worth something to
nobody but the extension that it was given to: with any other origin it permits nothing. Another
access token of the server ends all of them, as it ends every session.
"""

import hmac
import logging
import secrets
import threading
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from flask import current_app
from pydantic import BaseModel, ValidationError

from server.storage.kept_file import write_private

# The application keeps its `Paired` under this name.
EXTENSION_KEY = "where-to-buy-paired"
_FILE = "paired.json"
_MOST = 100

_log = logging.getLogger(__name__)


class Device(BaseModel):
    """A browser or device that may use the server."""

    id: str
    # What it called itself; one line of plain text.
    name: str
    # The origin that its requests have.
    origin: str
    since: datetime
    # Of its token.
    digest: str


class _Kept(BaseModel):
    # Of the access token under which these were allowed.
    access: str
    devices: list[Device]


class Paired:
    """Who was allowed; safe to share between threads."""

    def __init__(self, state_dir: Path, access_token: str | None) -> None:
        """Read who is kept.

        Args:
            state_dir: Where the file is.
            access_token: The server's own, where it asks for one.
        """
        self._path = state_dir / _FILE
        self._access = hmac.new((access_token or "").encode(), b"paired", "sha256").hexdigest()
        self._lock = threading.Lock()
        self._devices: tuple[Device, ...] = tuple(self._read())

    def all(self) -> tuple[Device, ...]:
        """Return them all, those allowed last first."""
        return self._devices[::-1]

    def add(self, name: str, origin: str) -> str:
        """Let a device in, and return its token: only the device will know it."""
        token = secrets.token_urlsafe(32)
        device = Device(
            id=secrets.token_hex(8),
            name=name,
            origin=origin,
            since=datetime.now(UTC),
            digest=_digest(token),
        )
        with self._lock:
            # An extension that asks once more has lost its token, and needs one.
            others = [one for one in self._devices if one.origin != origin]
            self._devices = (*others[1 - _MOST :], device)
            self._write()
        return token

    def owner(self, token: str) -> Device | None:
        """Return whose token this is; None if nobody's."""
        # Comparing digests reveals nothing of a token by the time that it takes.
        digest = _digest(token)
        return next((one for one in self._devices if one.digest == digest), None)

    def remove(self, device_id: str) -> bool:
        """Let a device in no longer; return whether it was."""
        with self._lock:
            kept = tuple(one for one in self._devices if one.id != device_id)
            is_gone = len(kept) < len(self._devices)
            self._devices = kept
            if is_gone:
                self._write()
        return is_gone

    def _write(self) -> None:
        kept = _Kept(access=self._access, devices=list(self._devices))
        try:
            write_private(self._path, kept.model_dump_json())
        except OSError as error:
            # It holds until the server is started again.
            _log.warning("Who was allowed is not kept: %s cannot be written: %s", _FILE, error)

    def _read(self) -> list[Device]:
        try:
            kept = _Kept.model_validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return []
        except (OSError, ValidationError) as error:
            _log.warning("Browsers have to be allowed again: %s cannot be read: %s", _FILE, error)
            return []
        if not hmac.compare_digest(kept.access, self._access):
            _log.info("The access token is another one: browsers have to be allowed again.")
            return []
        return kept.devices


def paired() -> Paired:
    """Return who may use the application that answers this request."""
    devices: Paired = current_app.extensions[EXTENSION_KEY]
    return devices


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()
