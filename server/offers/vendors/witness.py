"""Who looks on while requests are sent, if anybody does: a search that writes a receipt."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from server.offers.sent import Outcome
from server.offers.vendors.request import Request


class Witness(Protocol):
    """Notes requests; safe to share between threads."""

    def begin(self, provider: str, title: str, request: Request) -> int:
        """Note that a request is about to be sent; return what it is settled by."""

    def settle(
        self, number: int, outcome: Outcome, status: int | None = None, answer_bytes: int = 0
    ) -> None:
        """Note what became of a request."""


_current: ContextVar[Witness | None] = ContextVar("witness", default=None)


@contextmanager
def noting(witness: Witness) -> Iterator[None]:
    """Have whatever this thread sends to vendors noted."""
    token = _current.set(witness)
    try:
        yield
    finally:
        _current.reset(token)


def witness() -> Witness | None:
    """Return who notes what this thread sends; None if nobody does."""
    return _current.get()
