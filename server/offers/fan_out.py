"""Asks all providers at once, each on a thread of its own, and compares what they find."""

import dataclasses
import logging
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.offers.early_search import EarlySearch
from server.offers.errors import ProviderError
from server.offers.offer import ComparedOffer, GarmentQuery, Offer, RankedOffer, SearchContext
from server.offers.order.ranking import Ranking
from server.offers.pictures.budget import PictureBudget
from server.offers.pictures.compare import Comparer
from server.offers.provider import Provider

# Searches that may wait for one provider; one that hangs holds no more threads than that.
AT_ONCE = 8
# Seconds before the deadline at which comparing stops and the other offers are passed on.
COMPARE_MARGIN = 0.2

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OffersFound:
    """A provider found offers, best first; there may be more."""

    provider: Provider
    offers: tuple[RankedOffer, ...]


@dataclass(frozen=True, slots=True)
class ProviderFailed:
    """A provider has no answer, or no further one; the reason is in words for the user."""

    provider: Provider
    reason: str


@dataclass(frozen=True, slots=True)
class ProviderFinished:
    """A provider's last update."""

    provider: Provider


Update = OffersFound | ProviderFailed | ProviderFinished
Updates = queue.SimpleQueue[Update]


@dataclass(frozen=True, slots=True)
class _Run:
    """One search while it runs."""

    query: GarmentQuery
    context: SearchContext
    deadline: float
    budget: PictureBudget
    ranking: Ranking
    updates: Updates


class FanOut:
    """Asks providers; safe to share between threads.

    Args:
        providers: The providers to ask.
        early: Asks and caches those that run early.
        comparer: Compares the pictures of offers that come without vectors.
    """

    def __init__(
        self, providers: Sequence[Provider], early: EarlySearch, comparer: Comparer
    ) -> None:
        self._providers = tuple(providers)
        self._early = early
        self._comparer = comparer
        self._slots = {p.name: threading.BoundedSemaphore(AT_ONCE) for p in self._providers}

    def start(
        self, query: GarmentQuery, context: SearchContext, ranking: Ranking, deadline: float
    ) -> Updates:
        """Start asking all providers, and return the queue in which their updates arrive.

        The last update of each provider is a `ProviderFinished`, unless it hangs.

        Args:
            query: The garment.
            context: Whom the search is for.
            ranking: Ranks the offers.
            deadline: On the clock of `time.monotonic`.
        """
        budget = PictureBudget([p.name for p in self._providers if p.compares])
        run = _Run(query, context, deadline, budget, ranking, queue.SimpleQueue())
        for provider in self._providers:
            self._start(provider, run)
        return run.updates

    def _start(self, provider: Provider, run: _Run) -> None:
        slot = self._slots[provider.name]
        if not slot.acquire(blocking=False):
            run.budget.done(provider.name)
            reason = f"{provider.title} is busy with other searches."
            run.updates.put(ProviderFailed(provider, reason))
            run.updates.put(ProviderFinished(provider))
            return

        def work() -> None:
            try:
                self._ask(provider, run)
            finally:
                run.budget.done(provider.name)
                slot.release()
                run.updates.put(ProviderFinished(provider))

        # A daemon, not a pool's thread: one that hangs must not keep the server from stopping.
        threading.Thread(target=work, name=f"offers-{provider.name}", daemon=True).start()

    def _ask(self, provider: Provider, run: _Run) -> None:
        try:
            for batch in self._batches(provider, run):
                fitting = (each for each in batch if _fits(each.offer, run.query))
                if offers := tuple(run.ranking.ranked(fitting)):
                    run.updates.put(OffersFound(provider, offers))
        except ProviderError as error:
            _log.info("Provider %s has no answer: %s", provider.name, error)
            run.updates.put(ProviderFailed(provider, str(error)))
        except Exception:  # noqa: BLE001 - logged with its traceback, and reported
            # A provider's own mistake costs its part of the search and nothing else.
            _log.exception("Provider %s failed", provider.name)
            reason = f"{provider.title} failed; the server's log says why."
            run.updates.put(ProviderFailed(provider, reason))

    def _batches(self, provider: Provider, run: _Run) -> Iterator[Sequence[ComparedOffer]]:
        """Yield a provider's offers once they are compared."""
        seconds = max(0.01, run.deadline - time.monotonic())
        context = dataclasses.replace(run.context, seconds=seconds)
        found: Sequence[Offer | ComparedOffer]
        if provider.runs_early:
            found = self._early.answer(provider, run.query, context)
        else:
            found = provider.search(run.query, context)
        yield [offer for offer in found if isinstance(offer, ComparedOffer)]
        yield from self._comparer.compare(
            [offer for offer in found if not isinstance(offer, ComparedOffer)],
            run.query,
            run.deadline - COMPARE_MARGIN,
            run.budget,
        )


def _fits(offer: Offer, query: GarmentQuery) -> bool:
    return offer.type == "search" or offer.kind == query.kind
