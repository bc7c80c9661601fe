"""Asks all providers at once, each on a thread of its own, and compares what they find."""

import dataclasses
import logging
import queue
import threading
import time
from collections.abc import Container, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial

from server.metrics import Metrics
from server.offers.early_search import EarlySearch
from server.offers.errors import BrokenProviderError, CrowdedError, ProviderError
from server.offers.offer import ComparedOffer, GarmentQuery, Offer, RankedOffer, SearchContext
from server.offers.order.ranking import Ranking
from server.offers.pictures.budget import PictureBudget
from server.offers.pictures.compare import Comparer
from server.offers.provider import Provider
from server.offers.receipts import OpenReceipt
from server.offers.vendors.witness import noting

# Searches that may wait for one provider; one that hangs holds no more threads than that.
AT_ONCE = 8
# With fewer offers of the garment's kind than this, a free provider is asked again.
ENOUGH = 5
# Seconds that must be left for that.
AGAIN_SECONDS = 1.0
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
    """A provider has no answer, or no further one."""

    provider: Provider
    error: ProviderError


@dataclass(frozen=True, slots=True)
class ProviderFinished:
    """A provider's last update; it was not ``asked`` if nothing is known to ask it for."""

    provider: Provider
    asked: bool = True


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
    receipt: OpenReceipt


class FanOut:
    """Asks providers; safe to share between threads.

    Args:
        providers: All that may be asked.
        early: Asks and caches those that run early.
        comparer: Compares the pictures of offers that come without vectors.
        metrics: Where each provider's searches are measured.
        asked_again: Names of those that are asked again, by broader words, where they find too
            little.
    """

    def __init__(
        self,
        providers: Sequence[Provider],
        early: EarlySearch,
        comparer: Comparer,
        metrics: Metrics,
        asked_again: Container[str] = (),
    ) -> None:
        self._metrics = metrics
        self._asked_again = asked_again
        self._early = early
        self._comparer = comparer
        self._slots: dict[str, threading.BoundedSemaphore] = {}
        self.know(providers)

    def know(self, providers: Iterable[Provider]) -> None:
        """Have room for providers that may be asked; what is known stays."""
        for provider in providers:
            self._slots.setdefault(provider.name, threading.BoundedSemaphore(AT_ONCE))

    def start(
        self,
        asked: Sequence[Provider],
        query: GarmentQuery,
        context: SearchContext,
        ranking: Ranking,
        *,
        deadline: float,
        receipt: OpenReceipt,
    ) -> Updates:
        """Start asking providers, and return the queue in which their updates arrive.

        The last update of each provider is a `ProviderFinished`, unless it hangs.

        Args:
            asked: Some or all of those that this was made for.
            query: The garment.
            context: Whom the search is for.
            ranking: Ranks the offers.
            deadline: On the clock of `time.monotonic`.
            receipt: Where it is noted what is sent.
        """
        budget = PictureBudget([p.name for p in asked if p.compares])
        run = _Run(query, context, deadline, budget, ranking, queue.SimpleQueue(), receipt)
        for provider in asked:
            self._start(provider, run)
        return run.updates

    def _start(self, provider: Provider, run: _Run) -> None:
        slot = self._slots[provider.name]
        if not slot.acquire(blocking=False):
            run.budget.done(provider.name)
            run.updates.put(ProviderFailed(provider, CrowdedError(provider.title)))
            run.updates.put(ProviderFinished(provider))
            return

        def work() -> None:
            asked = _can_be_asked(provider, run.query)
            try:
                with noting(run.receipt):
                    self._ask(provider, run)
            finally:
                run.budget.done(provider.name)
                slot.release()
                run.updates.put(ProviderFinished(provider, asked))

        # A daemon, not a pool's thread: one that hangs must not keep the server from stopping.
        run_work = partial(copy_context().run, work)  # for the id of the request in log lines
        threading.Thread(target=run_work, name=f"offers-{provider.name}", daemon=True).start()

    def _ask(self, provider: Provider, run: _Run) -> None:
        began = time.perf_counter()
        outcome = "failed"
        try:
            found = self._pass_on(provider, run, set())
            if provider.name in self._asked_again and len(found) < ENOUGH:
                self._ask_again(provider, run, found)
            outcome = "answered"
        except ProviderError as error:
            _log.info("Provider %s has no answer: %s", provider.name, error)
            run.updates.put(ProviderFailed(provider, error))
        except Exception:  # noqa: BLE001 - logged with its traceback, and reported
            # A provider's own mistake costs its part of the search and nothing else.
            _log.exception("Provider %s failed", provider.name)
            run.updates.put(ProviderFailed(provider, BrokenProviderError(provider.title)))
        finally:
            seconds = time.perf_counter() - began
            self._metrics.search_seconds.labels(_label(provider), outcome).observe(seconds)

    def _ask_again(self, provider: Provider, run: _Run, found: AbstractSet[str]) -> None:
        """Ask by broader words, if there are any and time is left; it did answer already."""
        broader = run.query.broader()
        if broader is None or run.deadline - time.monotonic() < AGAIN_SECONDS:
            return
        try:
            self._pass_on(provider, dataclasses.replace(run, query=broader), found)
        except ProviderError as error:
            _log.info("Provider %s has no second answer: %s", provider.name, error)

    def _pass_on(self, provider: Provider, run: _Run, known: AbstractSet[str]) -> set[str]:
        """Ask a provider, and pass on its offers but for known ones; return the ids of all."""
        found = set(known)
        for batch in self._batches(provider, run):
            fitting = [
                each
                for each in batch
                if each.offer.id not in found and _fits(each.offer, run.query)
            ]
            found |= {each.offer.id for each in fitting}
            if offers := tuple(run.ranking.ranked(fitting)):
                run.updates.put(OffersFound(provider, offers))
        return found

    def _batches(self, provider: Provider, run: _Run) -> Iterator[Sequence[ComparedOffer]]:
        """Yield a provider's offers once they are compared.

        Raises:
            ProviderError: There are none, or no further ones, or they could not be compared.
        """
        seconds = max(0.01, run.deadline - time.monotonic())
        context = dataclasses.replace(run.context, seconds=seconds)
        found: Sequence[Offer | ComparedOffer]
        if not _can_be_asked(provider, run.query):
            return
        if provider.runs_early:
            found = self._early.answer(provider, run.query, context)
        else:
            found = provider.search(run.query, context)
        yield [offer for offer in found if isinstance(offer, ComparedOffer)]
        others = [offer for offer in found if not isinstance(offer, ComparedOffer)]
        yield from self._comparer.compare(
            others, run.query, run.deadline - COMPARE_MARGIN, run.budget
        )
        if any(offer.type == "product" for offer in others):
            run.query.vector_for(provider.title)


def _can_be_asked(provider: Provider, query: GarmentQuery) -> bool:
    """Return whether anything is known of a garment that a provider could be asked for."""
    return "words" not in provider.needs or query.has_words or provider.runs_early


def _label(provider: Provider) -> str:
    """Return what metrics call a provider: shops that the operator named share one name."""
    return "ucp-shops" if provider.name.startswith("ucp-") else provider.name


def _fits(offer: Offer, query: GarmentQuery) -> bool:
    return offer.type == "search" or query.kind is None or offer.kind == query.kind
