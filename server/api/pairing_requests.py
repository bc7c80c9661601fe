"""Requests to be allowed: who asks, until a person has answered or some minutes have passed.

They are kept in memory: a server that starts again has none.
"""

import secrets
import threading
import time
from dataclasses import dataclass, field
from hmac import compare_digest
from typing import Literal

SECONDS = 300.0
# Who asks while so many wait is turned away, so that nobody has to look for theirs in a long list.
MOST_OPEN = 5
# Without letters and digits that look alike.
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_CODE_LENGTH = 6

State = Literal["waiting", "allowed", "refused"]


def _code() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH))


@dataclass
class PairingRequest:
    """Somebody who wants to be allowed.

    Attributes:
        id: In addresses; no secret.
        name: What it calls itself; one line of plain text.
        origin: The origin of its requests.
        code: What both it and the server show, for the person to compare.
        secret: Known to who asks; it fetches the answer.
        until: When the request ends (``time.monotonic``).
        state: What the person answered.
    """

    name: str
    origin: str
    until: float
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    code: str = field(default_factory=_code)
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    state: State = "waiting"

    @property
    def seconds_left(self) -> float:
        """Return for how long it can still be answered."""
        return max(0.0, self.until - time.monotonic())


class WrongSecretError(Exception):
    """Somebody guesses the secret of a request."""


class PairingRequests:
    """The requests that are open; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: dict[str, PairingRequest] = {}

    def ask(self, name: str, origin: str) -> PairingRequest | None:
        """Open a request; one of the same origin ends with it. None if too many are open."""
        with self._lock:
            self._requests = {
                key: one
                for key, one in self._requests.items()
                if one.seconds_left and one.origin != origin
            }
            if sum(one.state == "waiting" for one in self._requests.values()) >= MOST_OPEN:
                return None
            request = PairingRequest(name, origin, time.monotonic() + SECONDS)
            self._requests[request.id] = request
            return request

    def waiting(self) -> list[PairingRequest]:
        """Return those that nobody answered yet, the newest first."""
        with self._lock:
            found = [one for one in self._requests.values() if one.seconds_left]
        return [one for one in found if one.state == "waiting"][::-1]

    def answer(self, request_id: str, *, allow: bool) -> bool:
        """Answer a request; return whether it was still waiting."""
        with self._lock:
            request = self._open(request_id)
            if request is None or request.state != "waiting":
                return False
            request.state = "allowed" if allow else "refused"
            return True

    def claim(self, request_id: str, secret: str, origin: str) -> PairingRequest | None:
        """Return a request to whoever made it; None if it has ended, or is another origin's.

        Once it was answered, it is returned a single time.

        Raises:
            WrongSecretError: It is not theirs.
        """
        with self._lock:
            request = self._open(request_id)
            if request is None or request.origin != origin:
                return None
            if not compare_digest(request.secret.encode(), secret.encode("utf-8", "replace")):
                raise WrongSecretError
            if request.state != "waiting":
                del self._requests[request_id]
            return request

    def _open(self, request_id: str) -> PairingRequest | None:
        request = self._requests.get(request_id)
        return request if request is not None and request.seconds_left else None
