"""Providers that do what a test tells them."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from model.categories import Kind
from server.offers.offer import GarmentQuery, Offer, SearchContext


class ToldProvider:
    """Answers with offers, an error, or not before it is released.

    Attributes:
        asked: The queries that came, with their contexts.
        gate: While it is closed (``clear``), nothing is answered.
        state: What `version` gives.
    """

    discloses = "Nothing."
    cost = "Nothing."
    needs = ("vector",)

    def __init__(
        self,
        name: str,
        answer: Sequence[Any] | Exception | Callable[[], Any] = (),
        *,
        runs_early: bool = False,
        compares: bool = False,
    ) -> None:
        self.name = name
        self.title = name.capitalize()
        self.runs_early = runs_early
        self.compares = compares
        self.answer = answer
        self.asked: list[tuple[GarmentQuery, SearchContext]] = []
        self.begun = threading.Semaphore(0)
        self.gate = threading.Event()
        self.gate.set()
        self.state: object = 0

    def search(self, query: GarmentQuery, context: SearchContext) -> Any:
        """Answer as told."""
        self.asked.append((query, context))
        self.begun.release()
        self.gate.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer() if callable(self.answer) else list(self.answer)

    def version(self) -> object:
        """Give the state."""
        return self.state


def top(number: int, provider: str, cosine: float | None = 0.8, **more: Any) -> Offer:
    """Make an offer of a top."""
    values: dict[str, Any] = {
        "id": f"{provider}-{number}",
        "provider": provider,
        "title": f"Top {number}",
        "link": f"https://{provider}.example/{number}",
        "cosine": cosine,
        "kind": Kind.TOP,
    }
    return Offer(**(values | more))
