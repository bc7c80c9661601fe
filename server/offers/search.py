"""The search for one garment's offers: merges what all providers find into one stream."""

import queue
import time
from collections.abc import Callable, Container, Iterator, Sequence

from server.catalog.preparing import Preparing
from server.goods.asked import NOTHING, Asked
from server.looks.errors import GarmentNotFoundError
from server.looks.look import Look
from server.metrics import Metrics
from server.offers.asking import as_asked
from server.offers.early_search import EarlySearch
from server.offers.errors import LateError, LateInPartError
from server.offers.fan_out import FanOut, OffersFound, ProviderFailed, ProviderFinished
from server.offers.joining.same_product import SameProducts
from server.offers.offer import (
    ComparedOffer,
    DoneEvent,
    Event,
    FailedEvent,
    GarmentQuery,
    Offer,
    OffersEvent,
    RankedOffer,
    SearchContext,
)
from server.offers.order.ranking import DEFAULT_BOOSTS, Boosts, Ranking, best_first
from server.offers.pictures.compare import Comparer
from server.offers.provider import Provider
from server.offers.queries import Queries
from server.offers.receipts import Receipts
from server.offers.recent_offers import RecentOffers


class OfferSearch:
    """Searches all providers; safe to share between threads.

    Providers that send nothing off the machine are asked about every garment as soon as a
    look is made. All others are asked only once the user chooses a garment: nobody learns what
    is in a picture that a user merely looks at.

    Args:
        queries: Makes crops and vectors.
        providers: The providers to ask.
        comparer: Compares the pictures of offers that come without vectors.
        defaults: Whom early searches are for.
        seconds: How long a whole search may take.
        metrics: Where the providers' searches are measured.
        boosts: What moves offers besides their similarity.
        asked_again: Names of the providers that are asked again, by broader words, where they
            find too little.
        opened_shops: Called once for each search; returns a function that says whether the
            user opened offers of an offer's shop before. None if that is not to count.
        has_products: Whether a provider, by its name, has any products to find: an empty
            catalogue has none, nor has one that only links to search engines.
        is_on: Whether a provider, by its name, may be asked now.
        preparing: How many products of a provider, by its name, cannot be found yet.

    Attributes:
        receipts: What recent searches sent.
    """

    def __init__(
        self,
        queries: Queries,
        providers: Sequence[Provider],
        comparer: Comparer,
        defaults: SearchContext,
        seconds: float,
        *,
        metrics: Metrics | None = None,
        boosts: Boosts = DEFAULT_BOOSTS,
        asked_again: Container[str] = (),
        opened_shops: Callable[[], Callable[[Offer], bool]] | None = None,
        has_products: Callable[[str], bool] = lambda _: True,
        is_on: Callable[[str], bool] = lambda _: True,
        preparing: Callable[[str], Preparing | None] = lambda _: None,
    ) -> None:
        self.providers = tuple(providers)
        self._queries = queries
        self._comparer = comparer
        self._seconds = seconds
        self._boosts = boosts
        self._opened_shops = opened_shops
        self._early = EarlySearch(queries, [p for p in providers if p.runs_early], defaults, is_on)
        self._fan_out = FanOut(providers, self._early, comparer, metrics or Metrics(), asked_again)
        self._recent = RecentOffers()
        self._has_products = has_products
        self._is_on = is_on
        self._preparing = preparing
        self.receipts = Receipts()

    def use(self, providers: Sequence[Provider]) -> None:
        """Ask these from now on; those that run early stay the ones that this was made with."""
        self._fan_out.know(providers)
        self.providers = tuple(providers)

    def start_early(self, look: Look) -> None:
        """Search, in the background, what may be searched before the click."""
        self._early.start(look)

    def stream(
        self, look: Look, number: int, context: SearchContext, asked: Asked = NOTHING
    ) -> Iterator[Event]:
        """Search, and yield each provider's offers as they arrive.

        Every provider has at least one event, with offers (or none) or a failure. The last
        event is a `DoneEvent`, at the deadline at the latest.

        Args:
            look: The look.
            number: Which of its garments, from 1.
            context: Whom the search is for; its seconds can only shorten those of the settings.
            asked: What is wanted that the picture does not show.

        Raises:
            GarmentNotFoundError: Immediately, before the first event.
            LookNotFoundError: Immediately as well: the look's picture is no longer kept.
        """
        garment = look.garment(number)
        if garment is None:
            raise GarmentNotFoundError(number, [each.number for each in look.garments])
        deadline = time.monotonic() + min(self._seconds, context.seconds)
        queries = {query.number: query for query in self._queries.of(look)}
        query = as_asked(queries[number], asked, garment.pattern)
        return self._events(query, context, deadline)

    def find(self, look_id: str, number: int, offer_id: str) -> RankedOffer | None:
        """Return an offer that a search for a garment found recently."""
        return self._recent.find(look_id, number, offer_id)

    def close(self) -> None:
        """Start nothing new."""
        self._early.close()
        self._comparer.close()

    def _events(
        self, query: GarmentQuery, context: SearchContext, deadline: float
    ) -> Iterator[Event]:
        opened = self._opened_shops() if self._opened_shops is not None else None
        ranking = Ranking(self._boosts, opened, query.colours, query.categories)
        receipt = self.receipts.open(query, context)
        asked = [provider for provider in self.providers if self._is_on(provider.name)]
        updates = self._fan_out.start(
            asked, query, context, ranking, deadline=deadline, receipt=receipt
        )
        running = {provider.name: provider for provider in asked}
        answered: set[str] = set()
        shops: list[str] = []
        failed: set[str] = set()
        products = SameProducts()
        shown: dict[str, RankedOffer] = {}
        while running:
            try:
                update = updates.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                break
            name = update.provider.name
            if name not in running:
                continue
            if isinstance(update, ProviderFinished):
                del running[name]
                if update.asked and name not in failed and self._has_products(name):
                    shops.append(name)
                if name not in answered:  # finding nothing is an answer too
                    yield OffersEvent(name, ())
                continue
            answered.add(name)
            if isinstance(update, ProviderFailed):
                failed.add(name)
                yield FailedEvent.of(name, update.error)
                continue
            # An offer that became a seller of another one can be opened too.
            self._recent.add(query, (o for o in update.offers if o.offer.id not in shown))
            fresh = _joined(update, products, ranking)
            if fresh:
                shown |= {ranked.offer.id: ranked for ranked in fresh}
                yield OffersEvent(name, tuple(fresh))
        for name, provider in running.items():
            late = LateInPartError if name in answered else LateError
            yield FailedEvent.of(name, late(provider.title))
        order = tuple(ranked.offer.id for ranked in best_first(shown.values()))
        waiting = (self._preparing(provider.name) for provider in asked)
        yield DoneEvent(
            order,
            answered=tuple(shops),
            receipt=receipt.receipt(),
            preparing=next(filter(None, waiting), None),
        )


def _joined(update: OffersFound, products: SameProducts, ranking: Ranking) -> list[RankedOffer]:
    """Join found offers with those of the same products, and return what is new, best first.

    Only an offer that gained something is ranked again: more may be known of it now, so that it
    may move up. The others keep their rank, which depends on nothing else.
    """
    ranks = {id(ranked.compared): ranked for ranked in update.offers}

    def rank(joined: ComparedOffer) -> RankedOffer:
        return ranks.get(id(joined)) or ranking.rank(joined)

    return best_first(map(rank, products.join(each.compared for each in update.offers)))
