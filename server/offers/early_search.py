"""Searches that run as soon as a look is made, and a cache of their answers."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from server.looks.errors import QueueFullError, StoppedError
from server.looks.look import Look
from server.looks.work_queue import WorkQueue
from server.offers.errors import ProviderError
from server.offers.lru import LruCache
from server.offers.offer import ComparedOffer, GarmentQuery, Offer, SearchContext
from server.offers.provider import Provider
from server.offers.queries import Queries

# Looks that may wait for their early search.
QUEUE_SIZE = 16
# About 70 KB each: a provider's offers with the features of their pictures.
ANSWERS_KEPT = 200

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Answer:
    """A provider's answer, and the provider's version that gave it."""

    version: object
    offers: tuple[Offer | ComparedOffer, ...]


class EarlySearch:
    """Asks the providers that run early, and caches their answers; safe to share between threads.

    Args:
        queries: Makes the queries of a look.
        providers: Those to ask in the background.
        context: Whom background searches are for.
        is_on: Whether a provider, by its name, may be asked now.
    """

    def __init__(
        self,
        queries: Queries,
        providers: Sequence[Provider],
        context: SearchContext,
        is_on: Callable[[str], bool] = lambda _: True,
    ) -> None:
        self._queries = queries
        self._providers = tuple(providers)
        self._context = context
        self._is_on = is_on
        self._answers: LruCache[object, _Answer] = LruCache(ANSWERS_KEPT)
        self._background: WorkQueue[None] = WorkQueue(QUEUE_SIZE, name="early-offers")

    def start(self, look: Look) -> None:
        """Search for every garment of a look in the background.

        Under load this is skipped: the search after the click then does the same work.
        """
        try:
            self._background.submit(lambda: self._run(look))
        except (QueueFullError, StoppedError):
            _log.info("No early search for look %s: too much waits", look.id)

    def answer(
        self, provider: Provider, query: GarmentQuery, context: SearchContext
    ) -> tuple[Offer | ComparedOffer, ...]:
        """Return a provider's cached answer, or ask it if that is missing or outdated.

        Raises:
            ProviderError: There is no answer.
        """
        key = (
            (query.look_id, query.number, query.categories, query.picture_url, query.asked),
            provider.name,
            (context.country, context.language, context.currency, context.wanted),
        )
        version = provider.version()
        cached = self._answers.get(key)
        if cached is not None and cached.version == version:
            return cached.offers
        offers = tuple(provider.search(query, context))
        self._answers.put(key, _Answer(version, offers))
        return offers

    def close(self) -> None:
        """Start nothing new."""
        self._background.close()

    def _run(self, look: Look) -> None:
        if self._queries.looks_wait():
            _log.info("No early search for look %s: other pictures are analysed first", look.id)
            return
        for query in self._queries.of(look):
            for provider in filter(lambda each: self._is_on(each.name), self._providers):
                try:
                    self.answer(provider, query, self._context)
                except ProviderError as error:
                    # The user is told after a click, when it is asked again.
                    _log.info("No early search of %s: %s", provider.name, error)
