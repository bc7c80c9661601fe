import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from model.categories import Kind
from server.fetch.fetcher import Fetcher
from server.offers.offer import ComparedOffer, Offer
from server.offers.pictures.budget import LATE_AFTER, MOST_PICTURES, PictureBudget
from server.offers.pictures.compare import PICTURE_SECONDS, Comparer
from tests.support.garments import garment_query
from tests.support.http_server import local_server, reply
from tests.support.pictures import outfit, picture_file


@pytest.fixture
def shop():
    picture = picture_file(outfit())
    with local_server({"/top.png": reply(picture), "/broken.png": reply(b"GIF89a")}) as running:
        yield running


@pytest.fixture
def comparer(shop, settings, segmenter, embedder):
    allowed = settings.model_copy(update={"fetch_allow": (shop.address,)})
    comparer = Comparer(Fetcher(allowed), segmenter, embedder)
    yield comparer
    comparer.close()


@pytest.fixture
def query(embedder):
    top = outfit()[10:80, 20:80]
    return garment_query("long sleeve top", vector=embedder.embed([top])[0])


def offer(title: str, picture: str | None, number: int = 1, **more: Any) -> Offer:
    return Offer(
        id=f"ucp-{number}",
        provider="ucp",
        title=title,
        link="https://shop.example/",
        picture_url=picture,
        **more,
    )


def compare(
    comparer: Comparer,
    offers: list[Offer],
    query: Any,
    seconds: float = 20,
    budget: PictureBudget | None = None,
) -> list[ComparedOffer]:
    budget = budget or PictureBudget(["ucp"])
    batches = comparer.compare(offers, query, time.monotonic() + seconds, budget)
    return [offer for batch in batches for offer in batch]


def test_the_garment_in_the_picture_is_compared_with_the_crop(comparer, shop, query) -> None:
    [found] = compare(comparer, [offer("Navy Tee", shop.url("/top.png"))], query)
    assert found.offer.kind is Kind.TOP
    assert found.match is not None
    assert found.match.cosine > 0.6
    other = replace(query, vector=np.roll(query.vector, 7))
    [stranger] = compare(comparer, [offer("Navy Tee", shop.url("/top.png"))], other)
    assert stranger.match is not None
    assert stranger.match.cosine < found.match.cosine


def test_words_that_name_another_kind_drop_an_offer_without_download(comparer, shop, query) -> None:
    titles = ["Black Leather Bag", "Wool Skirt", "Gold Watch"]
    offers = [offer(title, shop.url("/top.png")) for title in titles]
    offers.append(offer("Aurora", shop.url("/top.png"), types=("Shoes > Boots",)))
    assert compare(comparer, offers, query) == []
    assert shop.requests == []


def test_where_words_say_nothing_the_picture_decides(comparer, shop, query, segmenter) -> None:
    unclear = offer("Aurora 21", shop.url("/top.png"))
    segmenter.boxes = (("skirt", (20, 10, 60, 70)),)
    assert compare(comparer, [unclear], query) == []
    segmenter.boxes = (("vest", (20, 10, 60, 70)),)
    again = replace(unclear, picture_url=shop.url("/top.png?2"))
    [found] = compare(comparer, [again], query)
    assert found.offer.kind is Kind.TOP


@pytest.mark.parametrize("path", ["/broken.png", "/gone.png", None])
def test_an_offer_whose_picture_cannot_be_loaded_stays_if_words_name_it(
    comparer, shop, query, path
) -> None:
    url = path and shop.url(path)
    found = compare(comparer, [offer("Navy Tee", url, 1), offer("Aurora", url, 2)], query)
    assert [(o.offer.id, o.match, o.offer.kind) for o in found] == [("ucp-1", None, Kind.TOP)]


def test_a_picture_on_a_private_address_is_not_downloaded(
    fetcher, segmenter, embedder, shop, query
) -> None:
    comparer = Comparer(fetcher, segmenter, embedder)
    [found] = compare(comparer, [offer("Navy Tee", shop.url("/top.png"))], query)
    comparer.close()
    assert found.match is None
    assert shop.requests == []


def test_one_picture_is_not_waited_for_as_long_as_a_whole_search_may_take(
    comparer, shop, query, monkeypatch
) -> None:
    given: list[float] = []
    download = Fetcher.picture

    def timed(self: Fetcher, url: str, *, seconds: float) -> Any:
        given.append(seconds)
        return download(self, url, seconds=seconds)

    monkeypatch.setattr(Fetcher, "picture", timed)
    compare(comparer, [offer("Navy Tee", shop.url("/top.png"))], query, seconds=60)
    compare(comparer, [offer("Navy Tee", shop.url("/top.png?2"))], query, seconds=2)
    assert given[0] == PICTURE_SECONDS
    assert 0 < given[1] <= 2


def test_a_picture_is_downloaded_and_segmented_once(comparer, shop, query, segmenter) -> None:
    offers = [offer("Navy Tee", shop.url("/top.png"))]
    compare(comparer, offers, query)
    compare(comparer, offers, query)
    assert len(shop.requests) == 1
    assert len(segmenter.pictures) == 1
    thumbnail = comparer.thumbnail(shop.url("/top.png"))
    assert thumbnail is not None
    assert thumbnail.startswith(b"\xff\xd8")


def test_a_limited_number_of_pictures_is_downloaded(comparer, shop, query) -> None:
    offers = [
        offer("Navy Tee", shop.url(f"/top.png?{number}"), number)
        for number in range(MOST_PICTURES + 3)
    ]
    found = compare(comparer, offers, query)
    assert len(found) == len(offers)
    compared = [o.offer.id for o in found if o.match is not None]
    assert sorted(compared) == sorted(o.id for o in offers[:MOST_PICTURES])
    assert len(shop.requests) == MOST_PICTURES


@pytest.mark.parametrize(("seconds", "own", "left"), [(0.0, 3, 3), (LATE_AFTER, 5, 1)])
def test_a_provider_that_has_not_answered_keeps_its_share_and_a_late_one_a_third(
    comparer, shop, query, seconds, own, left
) -> None:
    now = 0.0
    budget = PictureBudget(["ucp", "slow"], 6, clock=lambda: now)
    offers = [offer("Navy Tee", shop.url(f"/top.png?{n}"), n) for n in range(6)]
    batches = comparer.compare(offers, query, time.monotonic() + 20, budget)
    found: list[ComparedOffer] = []
    while len(found) < 3:
        found += next(batches)
    now = seconds
    while len(found) < own:
        found += next(batches)
    slow = [replace(o, provider="slow", picture_url=f"{o.picture_url}-slow") for o in offers]
    assert sum(o.match is not None for o in compare(comparer, slow, query, budget=budget)) == left
    found += [each for batch in batches for each in batch]
    assert [o.match is not None for o in found] == [True] * own + [False] * (6 - own)


def test_pictures_that_were_seen_before_cost_nothing_of_the_budget(comparer, shop, query) -> None:
    offers = [offer("Navy Tee", shop.url(f"/top.png?{n}"), n) for n in range(4)]
    for known in (2, 4):
        found = compare(comparer, offers, query, budget=PictureBudget(["ucp"], 2))
        assert sum(o.match is not None for o in found) == known
    assert len(shop.requests) == 4


def test_a_picture_that_several_offers_share_is_segmented_once(
    comparer, shop, query, segmenter
) -> None:
    offers = [offer("Navy Tee", shop.url("/top.png"), n) for n in range(3)]
    found = compare(comparer, offers, query, budget=PictureBudget(["ucp"], 1))
    assert [o.match is not None for o in found] == [True] * 3
    assert len(shop.requests) == len(segmenter.pictures) == 1


def test_what_is_not_compared_in_time_is_given_as_it_is(comparer, shop, query, segmenter) -> None:
    segmenter.gate.clear()
    url = shop.url("/top.png")
    found = compare(comparer, [offer("Navy Tee", url, 1), offer("Aurora", url, 2)], query, 0.3)
    segmenter.gate.set()
    assert [(o.offer.id, o.match) for o in found] == [("ucp-1", None)]


def test_a_picture_that_breaks_the_network_costs_itself_only(
    comparer, shop, query, segmenter, caplog
) -> None:
    segmenter.fault = RuntimeError("no more memory")
    [found] = compare(comparer, [offer("Navy Tee", shop.url("/top.png"))], query)
    assert found.match is None
    assert "no more memory" in caplog.text


def test_a_link_into_a_search_engine_is_given_as_it_is(comparer, query) -> None:
    links = [replace(offer(title, None), type="search") for title in ("Google: skirt", "Google")]
    assert compare(comparer, links, query) == [ComparedOffer(link) for link in links]


def test_without_a_vector_offers_that_words_name_pass_uncompared(comparer, shop, query) -> None:
    asked = replace(query, vector=None, no_vector="The embedder is missing.")
    named = offer("Long sleeve top", shop.url("/top.png"))
    unnamed = offer("Azure dream", shop.url("/top.png"), 2)
    assert compare(comparer, [named, unnamed], asked) == [
        ComparedOffer(replace(named, kind=Kind.TOP))
    ]
    assert shop.requests == []
