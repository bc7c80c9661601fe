"""The search for one garment: all providers at once, told as they answer."""

import dataclasses
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from server.looks.errors import GarmentNotFoundError, QueueFullError, StoppedError
from server.looks.look import Look
from server.looks.work_queue import WorkQueue
from server.offers.bounded import Bounded
from server.offers.events import DoneEvent, Event, FailedEvent, OffersEvent
from server.offers.joining.same_product import SameProducts
from server.offers.offer import GarmentQuery, Offer, SearchContext
from server.offers.order.ranking import DEFAULT_PUSHES, Pushes, Ranking
from server.offers.pictures.budget import PictureBudget
from server.offers.pictures.compare import Comparer
from server.offers.provider import Provider, ProviderError
from server.offers.queries import Queries

# Searches that one provider works on; what hangs holds no more threads than that.
AT_ONCE = 8
# Seconds before the end at which offers are told though not all pictures came.
COMPARED_BEFORE = 0.2
EARLY_WAITING = 16
# Of about 70 KB each: offers with what their pictures show.
EARLY_KEPT = 200
GIVEN_KEPT = 5000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Part:
    """What a provider's thread tells: offers, a failure, or (both empty) its end."""

    provider: Provider
    offers: tuple[Offer, ...] = ()
    failure: str | None = None

    @property
    def is_end(self) -> bool:
        return not self.offers and self.failure is None


@dataclass(frozen=True, slots=True)
class _Run:
    """One search while it runs; ``parts`` is where the providers' threads tell."""

    query: GarmentQuery
    context: SearchContext
    deadline: float
    budget: PictureBudget
    ranking: Ranking
    parts: "queue.SimpleQueue[_Part]"


@dataclass(frozen=True, slots=True)
class _Early:
    """Offers that were found before the click, and for which state of the provider."""

    version: object
    offers: tuple[Offer, ...]


class OfferSearch:
    """Asks the providers; safe to share between threads.

    Providers that send nothing off the machine are asked for every garment as soon as a
    look is made. All others are asked only once the user chose a garment: somebody who
    merely looks at what is in a picture tells nobody.

    Args:
        queries: Makes crops and vectors.
        providers: Whom to ask; the order breaks ties of nothing.
        comparer: Compares the pictures of those that bring no vector.
        defaults: For whom is searched early.
        seconds: How long a whole search may take.
        pushes: What moves offers beside their similarity.
        opened_shops: Gives what says whether the user opened offers of a shop before; None
            where that is not to count.
    """

    def __init__(
        self,
        queries: Queries,
        providers: Sequence[Provider],
        comparer: Comparer,
        defaults: SearchContext,
        seconds: float,
        *,
        pushes: Pushes = DEFAULT_PUSHES,
        opened_shops: Callable[[], Callable[[Offer], bool]] | None = None,
    ) -> None:
        self.providers = tuple(providers)
        self._queries = queries
        self._comparer = comparer
        self._defaults = defaults
        self._seconds = seconds
        self._pushes = pushes
        self._opened_shops = opened_shops
        self._room = {p.name: threading.BoundedSemaphore(AT_ONCE) for p in self.providers}
        self._early: Bounded[object, _Early] = Bounded(EARLY_KEPT)
        self._given: Bounded[tuple[str, int, str], Offer] = Bounded(GIVEN_KEPT)
        self._background: WorkQueue[None] = WorkQueue(EARLY_WAITING, name="early-offers")

    def start_early(self, look: Look) -> None:
        """Begin what may begin before the click, in the background.

        Under load it is left out: the click then does the same work.
        """
        try:
            self._background.submit(lambda: self._run_early(look))
        except (QueueFullError, StoppedError):
            _log.info("No early search for look %s: too much waits", look.id)

    def stream(self, look: Look, number: int, context: SearchContext) -> Iterator[Event]:
        """Search, telling each provider's offers when they are there.

        Every provider tells offers or a failure, never nothing; the last event is a
        `DoneEvent`, at the latest when the time is up.

        Args:
            look: The look.
            number: Which of its garments, from 1.
            context: For whom; its seconds are those of the settings at most.

        Raises:
            GarmentNotFoundError: Before anything is told.
            LookNotFoundError: Likewise: the look's picture is not kept any more.
        """
        if look.garment(number) is None:
            raise GarmentNotFoundError(number, len(look.garments))
        deadline = time.monotonic() + min(self._seconds, context.seconds)
        return self._events(self._queries.of(look)[number - 1], context, deadline)

    def given(self, look_id: str, number: int, offer_id: str) -> Offer | None:
        """Give an offer again that a search told lately."""
        return self._given.get((look_id, number, offer_id))

    def close(self) -> None:
        """Begin nothing any more."""
        self._background.close()
        self._comparer.close()

    def _run_early(self, look: Look) -> None:
        for query in self._queries.of(look):
            for provider in self.providers:
                if provider.runs_early:
                    self._answer_early(provider, query, self._defaults)

    def _answer_early(
        self, provider: Provider, query: GarmentQuery, context: SearchContext
    ) -> tuple[Offer, ...]:
        key = (
            (query.look_id, query.number, query.category.id, query.picture_url, provider.name),
            (context.country, context.language, context.currency),
        )
        version = provider.version()
        known = self._early.get(key)
        if known is not None and known.version == version:
            return known.offers
        offers = tuple(provider.search(query, context))
        self._early.put(key, _Early(version, offers))
        return offers

    def _events(
        self, query: GarmentQuery, context: SearchContext, deadline: float
    ) -> Iterator[Event]:
        parts: queue.SimpleQueue[_Part] = queue.SimpleQueue()
        running = {provider.name: provider for provider in self.providers}
        budget = PictureBudget([p.name for p in self.providers if p.compares])
        opened = self._opened_shops() if self._opened_shops is not None else None
        ranking = Ranking(self._pushes, opened, query.colours)
        for provider in self.providers:
            self._begin(provider, _Run(query, context, deadline, budget, ranking, parts))
        told: dict[str, Offer] = {}
        same = SameProducts()
        answered: set[str] = set()
        while running:
            try:
                part = parts.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                break
            name = part.provider.name
            if name not in running:
                continue
            if part.is_end:
                del running[name]
                if name not in answered:  # nothing found is an answer too
                    yield OffersEvent(name, ())
                continue
            answered.add(name)
            if part.failure is not None:
                yield FailedEvent(name, part.failure)
                continue
            for offer in part.offers:  # also one that became a seller of another can be opened
                if offer.id not in told:
                    kept = dataclasses.replace(offer, seen=None)
                    self._given.put((query.look_id, query.number, offer.id), kept)
            # Of what was told before, more is known now: it may stand higher.
            fresh = ranking.ranked(same.join(told, part.offers).values())
            if fresh:
                told |= {offer.id: offer for offer in fresh}
                yield OffersEvent(name, tuple(fresh))
        for name, provider in running.items():
            said = "did not answer" if name not in answered else "answered only in part"
            yield FailedEvent(name, f"{provider.title} {said} in time.")
        yield DoneEvent(tuple(offer.id for offer in ranking.ranked(told.values())))

    def _begin(self, provider: Provider, run: _Run) -> None:
        room = self._room[provider.name]
        if not room.acquire(blocking=False):
            run.budget.done(provider.name)
            run.parts.put(_Part(provider, failure=f"{provider.title} is busy with other searches."))
            run.parts.put(_Part(provider))
            return

        def work() -> None:
            try:
                self._ask(provider, run)
            finally:
                run.budget.done(provider.name)
                room.release()
                run.parts.put(_Part(provider))

        # A daemon, not a pool's thread: one that hangs must not keep the server from ending.
        threading.Thread(target=work, name=f"offers-{provider.name}", daemon=True).start()

    def _ask(self, provider: Provider, run: _Run) -> None:
        query = run.query
        try:
            left = max(0.01, run.deadline - time.monotonic())
            context = dataclasses.replace(run.context, seconds=left)
            if provider.runs_early:
                found: Sequence[Offer] = self._answer_early(provider, query, context)
            else:
                found = provider.search(query, context)
            batches = (
                self._comparer.compare(found, query, run.deadline - COMPARED_BEFORE, run.budget)
                if provider.compares
                else [found]
            )
            for batch in batches:
                offers = tuple(run.ranking.ranked(o for o in batch if _fits(o, query)))
                if offers:
                    run.parts.put(_Part(provider, offers))
        except ProviderError as error:
            _log.info("Provider %s has no answer: %s", provider.name, error)
            run.parts.put(_Part(provider, failure=str(error)))
        except Exception:  # noqa: BLE001 - logged with its traceback, and told
            # A provider's own mistake costs its part of the search and nothing else.
            _log.exception("Provider %s failed", provider.name)
            failure = f"{provider.title} failed; the server's log says why."
            run.parts.put(_Part(provider, failure=failure))


def _fits(offer: Offer, query: GarmentQuery) -> bool:
    return offer.type == "search" or offer.kind == query.kind
