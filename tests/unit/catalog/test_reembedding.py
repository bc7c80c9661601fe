"""Other weights: the old vectors answer while the products are embedded again."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import select, update

from server.catalog import preparing as preparing_module
from server.catalog import reembedding
from server.catalog.catalog import Catalog
from server.catalog.index.hit import fingerprint_suffix
from server.catalog.preparing import Preparation, Waiting
from server.catalog.reembedding import CHUNK, Reembedding
from server.fetch.fetcher import Fetcher
from server.storage.tables import ProductRow
from tests.support.feeds import feed, item
from tests.support.http_server import LocalServer, local_server, reply
from tests.support.pictures import outfit, picture_file
from tests.support.segmenters import ScriptedSegmenter

OLD, NEW = "0123456789abcdef", "fedcba9876543210"


class Colours:
    """An embedder whose vector is the picture's mean colour, in an order of its own."""

    dimensions = 8

    def __init__(self, fingerprint: str, order: tuple[int, int, int]) -> None:
        self.fingerprint = fingerprint
        self.order = list(order)

    def embed(self, pictures: list[NDArray[np.uint8]]) -> NDArray[np.float32]:
        vectors = np.zeros((len(pictures), self.dimensions), np.float32)
        for vector, picture in zip(vectors, pictures, strict=True):
            vector[self.order] = picture.reshape(-1, 3).mean(axis=0) + 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


old, new = Colours(OLD, (0, 1, 2)), Colours(NEW, (5, 6, 7))


class Clock:
    """Time as a test lets it pass."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def monotonic(self) -> float:
        return self.seconds


def find(name: str) -> Any:
    return old if name == OLD else None


@pytest.fixture
def shop():
    """A shop whose products have a picture each."""
    picture = reply(picture_file(outfit(width=100, height=200)))
    with local_server() as server:
        items = [item(str(i), picture=server.url(f"/{i}.png")) for i in range(60)]
        server.routes["/feed.xml"] = reply(feed(*items).encode())
        server.routes.update({f"/{i}.png": picture for i in range(60)})
        yield server


@pytest.fixture
def fetcher(settings, shop: LocalServer) -> Fetcher:
    return Fetcher(settings.model_copy(update={"fetch_allow": (shop.address,)}))


@pytest.fixture
def changed(database, fetcher: Fetcher, shop: LocalServer) -> Catalog:
    """The catalogue after a change of weights: all of its vectors are of the old ones."""
    before = Catalog(database, fetcher, ScriptedSegmenter(), old)  # type: ignore[arg-type]
    assert before.add(shop.url("/feed.xml")).embedded == 60
    return Catalog(
        database,
        fetcher,
        ScriptedSegmenter(),
        new,  # type: ignore[arg-type]
        find_embedder=find,
    )


@pytest.fixture
def again(database, fetcher: Fetcher) -> Reembedding:
    return Reembedding(database, fetcher, ScriptedSegmenter(), new)  # type: ignore[arg-type]


def of(database, suffix: str) -> int:
    with database.session(read_only=True) as session:
        prints = session.scalars(select(ProductRow.fingerprint)).all()
    return sum(each.endswith(suffix) for each in prints)


def once(stale: Any) -> Any:
    """Let a run see the first products only."""
    return lambda self, shop, last: [] if last else stale(self, shop, last)


def search(catalog: Catalog, limit: int = 100) -> list[str]:
    picture = outfit(width=100, height=200)
    vector = new.embed([picture])[0]
    hits = catalog.similar.search(
        vector, (), None, limit, embed_by=lambda embedder: embedder.embed([picture])[0]
    )
    return sorted(hit.product.key for hit in hits)


def test_old_vectors_answer_until_there_are_new_ones(
    changed: Catalog, again: Reembedding, database, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = sorted(str(i) for i in range(60))
    assert search(changed) == everything
    # Some of them are done: both answer, each product once.
    monkeypatch.setattr(Reembedding, "_stale", once(Reembedding._stale))
    assert again.run() == CHUNK
    monkeypatch.undo()
    assert (of(database, OLD), of(database, NEW)) == (60 - CHUNK, CHUNK)
    assert search(changed) == everything
    assert again.run() == 60 - CHUNK
    assert (of(database, OLD), of(database, NEW)) == (0, 60)
    assert search(changed) == everything
    assert again.run() == 0


def test_without_the_old_weights_what_is_not_done_is_not_found(
    changed: Catalog, database, fetcher: Fetcher
) -> None:
    gone = Catalog(database, fetcher, ScriptedSegmenter(), new)  # type: ignore[arg-type]
    assert search(gone) == []


def test_what_is_embedded_again_is_as_if_it_was_imported_anew(
    changed: Catalog, again: Reembedding, shop: LocalServer
) -> None:
    again.run()
    shop.requests.clear()
    report = changed.refresh(1, everything=True)
    # Nothing is left to embed, and no picture is asked for.
    assert (report.embedded, report.updated) == (0, 0)
    assert [each[1] for each in shop.requests if each[1].endswith(".png")] == []


def test_a_product_whose_picture_is_gone_keeps_its_old_vector(
    changed: Catalog, again: Reembedding, shop: LocalServer, database
) -> None:
    shop.routes["/7.png"] = reply(status=404)
    assert again.run() == 59
    assert of(database, OLD) == 1
    assert "7" in search(changed)


def test_it_goes_on_where_it_was_stopped(
    changed: Catalog, again: Reembedding, database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each product is written with the name of its embedder, so nothing else has to be kept."""
    embed, calls = reembedding.embed_product, iter(range(CHUNK + 5))

    def stopped(*given: Any) -> Any:
        if next(calls, None) is None:
            raise KeyboardInterrupt
        return embed(*given)

    monkeypatch.setattr(reembedding, "embed_product", stopped)
    with pytest.raises(KeyboardInterrupt):
        again.run()
    monkeypatch.undo()
    assert of(database, NEW) == CHUNK
    assert again.run() == 60 - CHUNK
    assert search(changed) == sorted(str(i) for i in range(60))


def test_a_product_that_an_import_changed_meanwhile_is_left_as_it_is(
    changed: Catalog, again: Reembedding, database, monkeypatch: pytest.MonkeyPatch
) -> None:
    embed = reembedding.embed_product

    newer = "newer" + fingerprint_suffix(NEW)

    def during(*given: Any) -> Any:
        with database.session() as session:
            session.execute(update(ProductRow).values(fingerprint=newer))
        return embed(*given)

    monkeypatch.setattr(reembedding, "embed_product", during)
    again.run()
    with database.session(read_only=True) as session:
        assert set(session.scalars(select(ProductRow.fingerprint))) == {newer}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("server.catalog.preparing.time", clock)
    return clock


def test_it_says_how_many_products_wait_until_the_last_has_its_vector(
    changed: Catalog, database, fetcher: Fetcher, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    embed = reembedding.embed_product

    def embedding(*given: Any) -> Any:
        clock.seconds += 2  # each product takes so long
        seen.append(changed.preparation.now())
        return embed(*given)

    monkeypatch.setattr(reembedding, "embed_product", embedding)
    before = changed.preparation.now()
    assert before
    # The old weights are there, so the old vectors answer.
    assert before.waiting == Waiting(left=60, hidden=0, total=60)
    assert before.is_going
    assert before.seconds_left is None
    reembedding_ = Reembedding(
        database, fetcher, ScriptedSegmenter(), new, changed.preparation  # type: ignore[arg-type]
    )  # fmt: skip
    assert reembedding_.run() == 60
    assert changed.preparation.now() is None
    # The first after the first part was written.
    later = seen[CHUNK]
    assert later
    assert later.waiting.left == 60 - CHUNK
    assert later.seconds_left == pytest.approx((60 - CHUNK) * 2, rel=0.1)


def test_without_the_old_weights_the_products_that_wait_are_hidden(
    changed: Catalog, database, fetcher: Fetcher
) -> None:
    gone = Catalog(database, fetcher, ScriptedSegmenter(), new)  # type: ignore[arg-type]
    preparing = gone.preparation.now()
    assert preparing
    assert preparing.waiting == Waiting(left=60, hidden=60, total=60)


def test_pictures_that_cannot_be_had_wait_but_nothing_is_going_on(
    changed: Catalog,
    database,
    fetcher: Fetcher,
    shop: LocalServer,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shop.routes["/7.png"] = reply(status=404)
    again = Reembedding(
        database, fetcher, ScriptedSegmenter(), new, changed.preparation  # type: ignore[arg-type]
    )  # fmt: skip
    ends = iter([False, True])
    monkeypatch.setattr(again._stopped, "wait", lambda seconds: next(ends))
    again._keep_on()
    preparing = changed.preparation.now()
    assert preparing
    assert (preparing.waiting.left, preparing.is_going) == (1, False)


def test_counting_is_not_repeated_for_each_who_asks(
    changed: Catalog, database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = []
    count = preparing_module.count_waiting

    def counting(*given: Any) -> Any:
        counted.append(given)
        clock.seconds += 3
        return count(*given)

    monkeypatch.setattr(preparing_module, "count_waiting", counting)
    preparation = Preparation(database, NEW, lambda _: False)
    for _ in range(5):
        assert preparation.now()
        clock.seconds += 1
    assert len(counted) == 1
    clock.seconds += 60
    assert preparation.now()
    assert len(counted) == 2
