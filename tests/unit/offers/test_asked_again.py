"""A free provider that found too little is asked again, by the category's words alone."""

from typing import Any

import pytest

from server.offers.errors import ProviderError
from server.offers.offer import FailedEvent, GarmentQuery, OffersEvent, SearchContext
from server.offers.queries import Queries
from server.offers.search import OfferSearch
from tests.support.garments import garment_query
from tests.support.providers import ScriptedProvider, top


@pytest.fixture
def events_of(looks, look, embedder, comparer):
    searches = []

    def run(provider: ScriptedProvider, *, again: bool = True, seconds: float = 20.0) -> list[Any]:
        search = OfferSearch(
            Queries(looks, embedder),
            [provider],
            comparer,
            SearchContext(),
            seconds,
            asked_again={provider.name} if again else (),
        )
        searches.append(search)
        return list(search.stream(look, 1, SearchContext(seconds=seconds)))

    yield run
    for search in searches:
        search.close()


def answering(*answers: Any) -> ScriptedProvider:
    """Answer the first search with the first, and so on."""
    left = list(answers)

    def answer() -> Any:
        given = left.pop(0)
        if isinstance(given, Exception):
            raise given
        return given

    return ScriptedProvider("ucp", answer)


def ids(events: list[Any]) -> list[str]:
    found = [event for event in events if isinstance(event, OffersEvent)]
    return sorted(ranked.offer.id for event in found for ranked in event.offers)


def test_it_is_asked_without_colour_and_pattern_and_what_is_known_is_not_repeated(
    events_of,
) -> None:
    few, more = [top(n, "ucp") for n in (1, 2)], [top(n, "ucp") for n in (2, 3, 4)]
    provider = answering(few, more)
    assert ids(events_of(provider)) == ["ucp-1", "ucp-2", "ucp-3", "ucp-4"]
    first, second = (query.words("en") for query, _ in provider.asked)
    assert first != second
    assert second in first
    assert "navy" in first


def test_enough_offers_are_enough(events_of) -> None:
    provider = answering([top(n, "ucp") for n in range(5)])
    events_of(provider)
    assert len(provider.asked) == 1


def test_one_whose_searches_cost_something_is_asked_once(events_of) -> None:
    provider = answering([])
    events_of(provider, again=False)
    assert len(provider.asked) == 1


def test_without_time_it_is_asked_once(events_of) -> None:
    provider = answering([top(1, "ucp")])
    events_of(provider, seconds=0.9)
    assert len(provider.asked) == 1


def test_a_second_search_that_fails_takes_nothing_from_the_first(events_of) -> None:
    provider = answering([top(1, "ucp")], ProviderError("Ucp is away."))
    events = events_of(provider)
    assert ids(events) == ["ucp-1"]
    assert not [event for event in events if isinstance(event, FailedEvent)]


def test_a_query_of_the_category_alone_has_no_broader_one() -> None:
    broader = garment_query().broader()
    assert isinstance(broader, GarmentQuery)
    assert "navy" not in broader.words("en")
    assert broader.broader() is None
