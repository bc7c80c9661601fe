import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from prometheus_client import generate_latest

from model.categories import Kind
from model.errors import ForeignWeightsError
from server.catalog.preparing import Preparing, Waiting
from server.fetch.fetcher import Fetcher
from server.looks.errors import GarmentNotFoundError
from server.metrics import Metrics
from server.offers.errors import ProviderError
from server.offers.fan_out import AT_ONCE
from server.offers.offer import (
    DoneEvent,
    Event,
    FailedEvent,
    OffersEvent,
    RankedOffer,
    SearchContext,
)
from server.offers.pictures.budget import MOST_PICTURES
from server.offers.pictures.compare import Comparer
from server.offers.providers.links import LinksProvider
from server.offers.queries import Queries
from server.offers.search import OfferSearch
from tests.support.http_server import local_server
from tests.support.pictures import outfit, picture_file
from tests.support.providers import ScriptedProvider, top

CONTEXT = SearchContext("KR", "ko", "KRW")


def run(search: Any, look: Any, number: int = 1, context: SearchContext = CONTEXT) -> list[Event]:
    return list(search.stream(look, number, context))


def ids(events: list[Event], provider: str) -> list[str]:
    return [
        each.offer.id
        for event in events
        if isinstance(event, OffersEvent) and event.provider == provider
        for each in event.offers
    ]


def failures(events: list[Event]) -> dict[str, str]:
    return {event.provider: event.reason for event in events if isinstance(event, FailedEvent)}


def test_all_providers_are_asked_and_ranked_in_one_list(search_of, look) -> None:
    one = ScriptedProvider("one", [top(1, "one", 0.6), top(2, "one", 0.9)])
    two = ScriptedProvider("two", [top(1, "two", 0.8)])
    events = run(search_of(one, two), look)
    assert ids(events, "one") == ["one-2", "one-1"]
    assert ids(events, "two") == ["two-1"]
    assert events[-1] == DoneEvent(("one-2", "two-1", "one-1"))


def test_each_provider_s_offers_come_when_they_are_there(search_of, look) -> None:
    quick, slow = (
        ScriptedProvider("quick", [top(1, "quick")]),
        ScriptedProvider("slow", [top(1, "slow")]),
    )
    slow.gate.clear()
    events = search_of(slow, quick).stream(look, 1, CONTEXT)
    first = next(events)
    assert isinstance(first, OffersEvent)
    assert first.provider == "quick"
    slow.gate.set()
    assert ids(list(events), "slow") == ["slow-1"]


def test_a_provider_gets_the_crop_of_the_garment_that_was_chosen(search_of, look) -> None:
    provider = ScriptedProvider("one")
    run(search_of(provider), look, 2)
    [(query, context)] = provider.asked
    assert query.kind is Kind.BOTTOM
    assert query.number == 2
    assert query.jpeg.startswith(b"\xff\xd8")
    assert abs(float(np.linalg.norm(query.vector)) - 1) < 1e-5
    assert (context.country, context.language, context.currency) == ("KR", "ko", "KRW")
    assert 0 < context.seconds <= 5


def test_a_provider_that_has_no_answer_costs_its_own_part(search_of, look) -> None:
    bad = ScriptedProvider("bad", ProviderError("Bad asks to wait."))
    good = ScriptedProvider("good", [top(1, "good")])
    events = run(search_of(bad, good), look)
    assert failures(events) == {"bad": "Bad asks to wait."}
    assert events[-1] == DoneEvent(("good-1",))


@pytest.mark.parametrize("answer", [ValueError("oops"), lambda: None, lambda: ["nonsense"]])
def test_a_provider_that_breaks_costs_its_own_part_and_is_logged(
    search_of, look, caplog, answer
) -> None:
    good = ScriptedProvider("good", [top(1, "good")])
    events = run(search_of(ScriptedProvider("bad", answer), good), look)
    assert failures(events) == {"bad": "Bad failed; the server's log says why."}
    assert "oops" not in str(failures(events))
    assert ids(events, "good") == ["good-1"]
    assert "Traceback" in caplog.text


def test_a_provider_that_hangs_is_cut_off_with_the_deadline(search_of, look) -> None:
    hung, good = ScriptedProvider("hung"), ScriptedProvider("good", [top(1, "good")])
    hung.gate.clear()
    began = time.monotonic()
    events = run(search_of(hung, good, seconds=0.5), look)
    assert 0.4 < time.monotonic() - began < 5
    assert failures(events) == {"hung": "Hung did not answer in time."}
    assert events[-1] == DoneEvent(("good-1",))


def test_hung_searches_hold_a_limited_number_of_threads(search_of, look) -> None:
    hung = ScriptedProvider("hung")
    hung.gate.clear()
    search = search_of(hung, seconds=0.01)
    for _ in range(AT_ONCE):
        run(search, look)
    threads = threading.active_count()
    assert failures(run(search, look)) == {"hung": "Hung is busy with other searches."}
    assert threading.active_count() <= threads
    hung.gate.set()


def test_one_search_downloads_a_limited_number_of_pictures_over_all_providers(
    looks, embedder, segmenter, settings, look
) -> None:
    names = ("one", "two", "three")
    with local_server() as shop:  # where every picture is gone
        allowed = settings.model_copy(update={"fetch_allow": (shop.address,)})
        comparer = Comparer(Fetcher(allowed), segmenter, embedder)
        pictures = {
            name: [shop.url(f"/{name}/{n}.jpg") for n in range(MOST_PICTURES)] for name in names
        }
        providers = [
            ScriptedProvider(
                name,
                [top(n, name, None, picture_url=url).offer for n, url in enumerate(pictures[name])],
                compares=True,
            )
            for name in names
        ]
        search = OfferSearch(Queries(looks, embedder), providers, comparer, SearchContext(), 20.0)
        done = run(search, look)[-1]
        search.close()
        asked = sorted(path for _, path, _ in shop.requests)
    assert isinstance(done, DoneEvent)
    assert len(done.order) == 3 * MOST_PICTURES
    best = MOST_PICTURES // 3
    assert asked == sorted(f"/{name}/{n}.jpg" for name in names for n in range(best))


def test_finding_nothing_is_an_answer_too(search_of, look) -> None:
    events = run(search_of(ScriptedProvider("empty")), look)
    assert events == [OffersEvent("empty", ()), DoneEvent(())]


def test_the_end_says_how_many_products_of_who_was_asked_cannot_be_found_yet(
    search_of, look
) -> None:
    waiting = {"slow": Preparing(Waiting(left=3, hidden=3, total=9), is_going=True)}
    for name, told in (("slow", waiting["slow"]), ("other", None)):
        done = run(search_of(ScriptedProvider(name), preparing=waiting.get), look)[-1]
        assert isinstance(done, DoneEvent)
        assert done.preparing == told


def test_offers_of_another_kind_are_dropped(search_of, look) -> None:
    mixed = ScriptedProvider(
        "mixed",
        [top(1, "mixed"), top(2, "mixed", kind=Kind.DRESS), top(3, "mixed", kind=None)],
    )
    assert ids(run(search_of(mixed), look), "mixed") == ["mixed-1"]


def test_an_offer_is_shown_once(search_of, look) -> None:
    twice = ScriptedProvider("twice", [top(1, "twice"), top(1, "twice")])
    events = run(search_of(twice), look)
    assert events[-1] == DoneEvent(("twice-1",))
    assert ids(events, "twice") == ["twice-1"]


def test_links_are_at_the_end(search_of, look) -> None:
    poor = ScriptedProvider("poor", [top(1, "poor", None)])
    links = LinksProvider()
    links.gate = threading.Event()
    order = run(search_of(links, poor), look)[-1]
    assert isinstance(order, DoneEvent)
    assert order.order[0] == "poor-1"
    assert len(order.order) > 4


def test_a_garment_that_is_not_there_is_an_error_before_the_first_event(search_of, look) -> None:
    provider = ScriptedProvider("one")
    for number in (0, 3, -1):
        with pytest.raises(GarmentNotFoundError):
            search_of(provider).stream(look, number, CONTEXT)
    assert provider.asked == []


def test_early_providers_are_asked_for_every_garment_of_a_new_look(search_of, look) -> None:
    early, late = ScriptedProvider("early", runs_early=True), ScriptedProvider("late")
    search_of(early, late).start_early(look)
    for _ in look.garments:
        assert early.begun.acquire(timeout=20)
    assert [query.number for query, _ in early.asked] == [1, 2]
    assert late.asked == []


def test_an_early_search_gives_way_to_pictures_that_wait(
    search_of, looks, look, segmenter, caplog
) -> None:
    early = ScriptedProvider("early", runs_early=True)
    search = search_of(early)
    segmenter.gate.clear()
    begun = segmenter.begun
    with ThreadPoolExecutor(2) as pool, caplog.at_level(logging.INFO):
        while begun.acquire(blocking=False):
            pass  # of the look that there is
        pictures = [picture_file(outfit(number)) for number in (1, 2)]
        running = [pool.submit(looks.create, picture) for picture in pictures]
        try:
            # Both are analysed: two at once, of which one counts as waiting.
            assert all(begun.acquire(timeout=20) for _ in running)
            assert looks.waiting == 1
            search.start_early(look)
            end = time.monotonic() + 20
            while "other pictures are analysed first" not in caplog.text:
                assert time.monotonic() < end
                assert early.asked == []
                time.sleep(0.01)
        finally:
            segmenter.gate.set()
        assert all(each.result(20).garments for each in running)
    assert early.asked == []


def test_metrics_name_no_shop_that_the_operator_named(looks, embedder, comparer, look) -> None:
    metrics = Metrics()
    providers = [ScriptedProvider("ucp-shop.example"), ScriptedProvider("links")]
    search = OfferSearch(
        Queries(looks, embedder), providers, comparer, SearchContext(), 5.0, metrics=metrics
    )
    run(search, look)
    search.close()
    text = generate_latest(metrics.registry).decode()
    assert 'where_to_buy_search_seconds_count{outcome="answered",provider="links"} 1.0' in text
    assert 'provider="ucp-shops"' in text
    assert "shop.example" not in text


def test_offers_found_early_are_shown_without_asking_again(search_of, look) -> None:
    early = ScriptedProvider("early", [top(1, "early")], runs_early=True)
    search = search_of(early)
    assert ids(run(search, look, context=SearchContext()), "early") == ["early-1"]
    assert ids(run(search, look, context=SearchContext()), "early") == ["early-1"]
    assert len(early.asked) == 1
    early.state = 1
    run(search, look, context=SearchContext())
    assert len(early.asked) == 2
    run(search, look, context=CONTEXT)
    assert len(early.asked) == 3


def test_other_providers_are_asked_anew_each_time(search_of, look) -> None:
    provider = ScriptedProvider("one")
    search = search_of(provider)
    run(search, look)
    run(search, look)
    assert len(provider.asked) == 2


def test_an_offer_can_be_found_again_for_its_own_garment_only(search_of, look) -> None:
    search = search_of(ScriptedProvider("one", [top(1, "one")]))
    run(search, look)
    found = search.find(look.id, 1, "one-1")
    assert isinstance(found, RankedOffer)
    assert found.similarity is not None
    assert found.compared.match is None, "what its picture shows takes memory"
    assert search.find(look.id, 2, "one-1") is None
    assert search.find("b" * 32, 1, "one-1") is None
    assert search.find(look.id, 1, "one-2") is None


def test_one_product_of_two_providers_is_one_offer_and_both_sellers_can_be_opened(
    search_of, look
) -> None:
    one = ScriptedProvider("one", [top(1, "one", gtin="4006381333931")])
    two = ScriptedProvider("two", [top(1, "two", gtin="04006381333931")])
    two.gate.clear()
    search = search_of(one, two)
    events = search.stream(look, 1, CONTEXT)
    next(events)
    two.gate.set()
    rest = list(events)
    [event] = [event for event in rest if isinstance(event, OffersEvent)]
    [offer] = event.offers
    assert (event.provider, offer.offer.id) == ("two", "one-1")
    assert [seller.id for seller in offer.offer.sellers] == ["two-1"]
    assert rest[-1] == DoneEvent(("one-1",))
    assert search.find(look.id, 1, "two-1") is not None


def test_a_product_is_ranked_by_its_picture_that_is_most_like_the_garment(search_of, look) -> None:
    number = "4006381333931"
    one = ScriptedProvider("one", [top(1, "one", None, gtin=number), top(2, "one", 0.8)])
    two = ScriptedProvider("two", [top(1, "two", 0.9, gtin=number, link="https://two.example/x")])
    two.gate.clear()
    events = search_of(one, two).stream(look, 1, CONTEXT)
    first = next(events)
    assert isinstance(first, OffersEvent)
    assert [each.offer.id for each in first.offers] == ["one-2", "one-1"]
    two.gate.set()
    [streamed, done] = [event for event in events if not isinstance(event, FailedEvent)]
    assert isinstance(streamed, OffersEvent)
    [again] = streamed.offers
    assert again.offer.id == "one-1"
    assert again.similarity is not None
    assert again.score >= again.similarity > 0.5
    assert done == DoneEvent(("one-1", "one-2"))


class NoEmbedder:
    """Stands for an embedder that cannot be loaded."""

    def embed(self, crops: Any) -> Any:
        raise ForeignWeightsError("embedder.onnx is missing.")


def test_without_an_embedder_each_provider_whose_offers_are_not_compared_says_why(
    looks, look, comparer
) -> None:
    early, vendor = (
        ScriptedProvider("early", [top(1, "early")], runs_early=True),
        ScriptedProvider("vendor", [top(1, "vendor").offer], compares=True),
    )
    links = LinksProvider()
    queries = Queries(looks, NoEmbedder(), Metrics())
    search = OfferSearch(queries, [early, vendor, links], comparer, CONTEXT, 5.0)
    events = run(search, look)
    search.close()
    assert ids(events, "vendor") == ["vendor-1"]
    assert ids(events, "links")
    (failed,) = [event for event in events if isinstance(event, FailedEvent)]
    assert (failed.provider, failed.code) == ("vendor", "cannot-compare")
    assert "embedder.onnx is missing. `where-to-buy weights use default`" in failed.reason
