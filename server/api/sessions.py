"""Who is signed in: a file in the state folder, so that signing out ends a session everywhere.

A cookie holds a random value; the file holds only a digest of it, made with the access token, so
that neither shows the token and another token ends every session.
"""

import hmac
import logging
import secrets
import threading
import time
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, TypeAdapter, ValidationError

from server.storage.kept_file import write_private

SECONDS = 180 * 24 * 3600
_MOST = 1000
_FILE = "sessions.json"
# How much of a digest names a session: it is shown, and opens nothing.
_ID_LENGTH = 16

_log = logging.getLogger(__name__)


class Session(BaseModel):
    """A browser that is signed in.

    Attributes:
        began: Seconds since 1970.
        name: What it called itself, one line of plain text; empty if it said nothing.
    """

    began: float
    name: str = ""


def _session(kept: object) -> object:
    # Before sessions had names, their beginning alone was kept.
    return {"began": kept} if isinstance(kept, int | float) else kept


_FORM = TypeAdapter(dict[str, Annotated[Session, BeforeValidator(_session)]])


class Sessions:
    """The sessions of one access token; safe to share between threads."""

    def __init__(self, state_dir: Path, token: str) -> None:
        """Read the sessions that are kept."""
        self._path = state_dir / _FILE
        self._token = token.encode()
        self._lock = threading.Lock()
        # By digest.
        self._sessions: dict[str, Session] = _read(self._path)

    def begin(self, name: str = "") -> str:
        """Begin a session and return its secret value.

        Args:
            name: What the browser calls itself; one line of plain text.
        """
        value = secrets.token_urlsafe(32)
        with self._lock:
            kept = self._open()
            newest = sorted(kept, key=lambda key: kept[key].began)[1 - _MOST :]
            begun = Session(began=time.time(), name=name)
            self._sessions = {key: kept[key] for key in newest} | {self._digest(value): begun}
            self._write()
        return value

    def has(self, value: str) -> bool:
        """Return whether a value is that of a session which has not ended."""
        session = self._sessions.get(self._digest(value))
        return session is not None and _is_open(session)

    def end(self, value: str) -> None:
        """End a session; a value that is that of none does nothing."""
        self._end(self._digest(value))

    def all(self) -> list[tuple[str, Session]]:
        """Return those that have not ended, each after its id, the newest first."""
        kept = sorted(self._open().items(), key=lambda entry: entry[1].began, reverse=True)
        return [(digest[:_ID_LENGTH], session) for digest, session in kept]

    def id_of(self, value: str) -> str:
        """Return the id that `all` gives the session of a value."""
        return self._digest(value)[:_ID_LENGTH]

    def end_by_id(self, session_id: str) -> bool:
        """End a session by what `all` calls it; return whether there was one."""
        found = (digest for digest in self._open() if digest[:_ID_LENGTH] == session_id)
        return any(self._end(digest) for digest in found)

    def _end(self, digest: str) -> bool:
        with self._lock:
            was_there = self._sessions.pop(digest, None) is not None
            if was_there:
                self._write()
        return was_there

    def _open(self) -> dict[str, Session]:
        return {key: one for key, one in list(self._sessions.items()) if _is_open(one)}

    def _digest(self, value: str) -> str:
        # Comparing digests reveals nothing of a value by the time that it takes.
        return hmac.new(self._token, value.encode("utf-8", "replace"), "sha256").hexdigest()

    def _write(self) -> None:
        try:
            write_private(self._path, _FORM.dump_json(self._sessions).decode())
        except OSError as error:
            # It holds until the server is started again.
            _log.warning("Sessions are not kept, because %s cannot be written: %s", _FILE, error)


def _is_open(session: Session) -> bool:
    return session.began + SECONDS > time.time()


def _read(path: Path) -> dict[str, Session]:
    try:
        return _FORM.validate_json(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValidationError) as error:
        _log.warning("Everybody has to sign in again, because %s cannot be read: %s", path, error)
        return {}
