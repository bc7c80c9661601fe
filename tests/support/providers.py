"""Providers that do what a test scripts, and offers for them."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from model.categories import Kind
from server.offers.offer import (
    ComparedOffer,
    GarmentQuery,
    Offer,
    PictureMatch,
    RankedOffer,
    SearchContext,
)


class ScriptedProvider:
    """Answers with offers, an error, or not before it is released.

    Attributes:
        asked: The queries that came, with their contexts.
        gate: While it is closed (``clear``), nothing is answered.
        state: What `version` returns.
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
        """Answer as scripted."""
        self.asked.append((query, context))
        self.begun.release()
        self.gate.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer() if callable(self.answer) else list(self.answer)

    def version(self) -> object:
        """Return the state."""
        return self.state


def top(number: int, provider: str, cosine: float | None = 0.8, **more: Any) -> ComparedOffer:
    """Make an offer of a top, compared unless ``cosine`` is None."""
    likeness = more.pop("colour_likeness", 0.0)
    values: dict[str, Any] = {
        "id": f"{provider}-{number}",
        "provider": provider,
        "title": f"Top {number}",
        "link": f"https://{provider}.example/{number}",
        "kind": Kind.TOP,
    }
    return ComparedOffer(Offer(**(values | more)), match_of(cosine, likeness))


def match_of(cosine: float | None, colour_likeness: float = 0.0) -> PictureMatch | None:
    """Make a match of a picture whose own features do not matter."""
    if cosine is None:
        return None
    return PictureMatch(cosine, colour_likeness, np.zeros(8, np.float16), b"")


def changed(ranked: RankedOffer, **changes: Any) -> RankedOffer:
    """Change fields of a ranked offer as it was found."""
    offer = replace(ranked.offer, **changes)
    return replace(ranked, compared=replace(ranked.compared, offer=offer))


def ranked_as(offer: Offer, similarity: float | None = None, score: float = 0.0) -> RankedOffer:
    """Make a ranked offer with this similarity and score."""
    return RankedOffer(ComparedOffer(offer), similarity, score)
